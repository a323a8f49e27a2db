package optim

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestMuonAgainstReference checks every step against numbers that testdata/muon.py computed with numpy's SVD.
func TestMuonAgainstReference(t *testing.T) {
	b, err := os.ReadFile("testdata/muon.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Options Options
		Groups  []struct {
			Name    string
			Columns int
			Decay   bool
		}
		Start     map[string][]float32
		Gradients []map[string][]float32
		Rates     []float32
		Weights   []map[string][]float64
	}
	if err := json.Unmarshal(b, &ref); err != nil {
		t.Fatal(err)
	}
	if len(ref.Groups) != 5 || len(ref.Weights) != 6 {
		t.Fatalf("testdata holds %d groups and %d steps", len(ref.Groups), len(ref.Weights))
	}
	var groups []Group
	for _, g := range ref.Groups {
		groups = append(groups, Group{Name: g.Name, Columns: g.Columns, Decay: g.Decay, Value: slices.Clone(ref.Start[g.Name]), Grad: make([]float32, len(ref.Start[g.Name]))})
	}
	opt := mustNew(t, "muon", ref.Options)
	for s, want := range ref.Weights {
		for _, g := range groups {
			copy(g.Grad, ref.Gradients[s][g.Name])
		}
		opt.Step(groups, ref.Rates[s])
		for _, g := range groups {
			for i, got := range g.Value {
				// Small singular values rise 3.4-fold in each of five steps, and so do their rounding errors: 500·2⁻²⁴.
				if d := math.Abs(float64(got) - want[g.Name][i]); !(d <= 500*0x1p-24*float64(ref.Rates[s])+tolerance*math.Abs(want[g.Name][i])) {
					t.Fatalf("step %d, %s[%d]: got %v, want %v", s+1, g.Name, i, got, want[g.Name][i])
				}
			}
		}
	}
}

// TestOrthogonalise holds every singular value of kernels like ours to what the doc comment says, by gonum's SVD, and the
// vectors to those of the matrix: uᵀ·orthogonal(u) must be symmetric.
func TestOrthogonalise(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, size := range [][2]int{{9, 16}, {432, 48}, {48, 432}, {864, 96}} {
		rows, cols := size[0], size[1]
		o := newOrthogonaliser(rows, cols)
		u := mat.NewDense(rows, cols, nil)
		for i := range o.u {
			o.u[i] = float32(r.NormFloat64())
			u.Set(i/cols, i%cols, float64(o.u[i]))
		}
		o.orthogonalise()
		x := mat.NewDense(rows, cols, nil)
		for i, v := range o.u {
			x.Set(i/cols, i%cols, float64(v))
		}
		var before, after mat.SVD
		if !before.Factorize(u, mat.SVDNone) || !after.Factorize(x, mat.SVDNone) {
			t.Fatal("no SVD")
		}
		smallest, norm := before.Values(nil)[min(rows, cols)-1], mat.Norm(u, 2)
		if smallest < norm/660 {
			t.Fatalf("%d×%d: the smallest singular value is %.3g of the norm: the sample proves nothing", rows, cols, smallest/norm)
		}
		values := after.Values(nil)
		if values[0] > 1.21 || values[len(values)-1] < 0.68 {
			t.Errorf("%d×%d: the singular values are %.3f to %.3f", rows, cols, values[len(values)-1], values[0])
		}
		var product mat.Dense
		product.Mul(u.T(), x)
		asymmetry := 0.0
		for i := range cols {
			for j := range i {
				asymmetry = max(asymmetry, math.Abs(product.At(i, j)-product.At(j, i)))
			}
		}
		if asymmetry > 1e-4*mat.Norm(&product, 2) {
			t.Errorf("%d×%d: the product with the matrix itself is not symmetric, by %.3g: the singular vectors have changed", rows, cols, asymmetry)
		}
	}
}

// TestMuonLeavesZeroAlone: a kernel without any gradient yet has no direction, and must not become NaN.
func TestMuonLeavesZeroAlone(t *testing.T) {
	g := []Group{{Name: "k", Value: []float32{1, 2, 3, 4}, Grad: make([]float32, 4), Columns: 2}}
	mustNew(t, "muon", Options{Momentum: 0.9, VectorRate: 1}).Step(g, 0.1)
	if want := []float32{1, 2, 3, 4}; !slices.Equal(g[0].Value, want) {
		t.Errorf("got %v, want %v", g[0].Value, want)
	}
}

// TestMuonContinues stops after three steps, moves the state into a new optimiser on another number of cores, and expects
// the same bits.
func TestMuonContinues(t *testing.T) {
	const rows, cols = 9 * 96, 96
	groups := func() []Group {
		r := rand.New(rand.NewPCG(3, 4))
		g := []Group{{Name: "k", Value: make([]float32, rows*cols), Grad: make([]float32, rows*cols), Columns: cols, Decay: true}, {Name: "b", Value: make([]float32, 5), Grad: make([]float32, 5)}}
		for i := range g[0].Value {
			g[0].Value[i] = r.Float32() - 0.5
		}
		return g
	}
	step := func(opt Optimizer, g []Group, s int) {
		r := rand.New(rand.NewPCG(5, uint64(s)))
		for _, one := range g {
			for i := range one.Grad {
				one.Grad[i] = r.Float32() - 0.5
			}
		}
		opt.Step(g, 0.02)
	}
	o := Options{Momentum: 0.95, WeightDecay: 0.01, VectorRate: 5}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	straight, a := groups(), mustNew(t, "muon", o)
	for s := range 5 {
		step(a, straight, s)
	}
	runtime.GOMAXPROCS(4)
	first, b := groups(), mustNew(t, "muon", o)
	for s := range 3 {
		step(b, first, s)
	}
	resumed := mustNew(t, "muon", o)
	if err := resumed.SetState(first, b.State()); err != nil {
		t.Fatal(err)
	}
	for s := 3; s < 5; s++ {
		step(resumed, first, s)
	}
	for i := range straight {
		if !slices.Equal(straight[i].Value, first[i].Value) {
			t.Errorf("%s differs after resuming", straight[i].Name)
		}
	}
}

// BenchmarkOrthogonalise is what Muon adds to a step for croquis's largest kernel.
func BenchmarkOrthogonalise(b *testing.B) {
	o := newOrthogonaliser(1728, 192)
	for i := range o.u {
		o.u[i] = float32(i%7) - 3
	}
	for b.Loop() {
		o.orthogonalise()
	}
}
