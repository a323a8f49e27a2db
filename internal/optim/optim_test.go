package optim

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tolerance is relative to the larger of the weight and its movement: eight steps, each with about five float32 roundings.
const tolerance = 8 * 5 * 0x1p-24

type reference struct {
	Kernel, Bias []float32
	Gradients    [][2][]float32
	Rates        []float32
	Cases        []struct {
		Optimizer string
		Options   Options
		Weights   [][2][]float64
	}
}

func readReference(t *testing.T) reference {
	t.Helper()
	b, err := os.ReadFile("testdata/optimisers.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func mustNew(t *testing.T, name string, o Options) Optimizer {
	t.Helper()
	opt, err := New(name, o)
	if err != nil {
		t.Fatal(err)
	}
	return opt
}

func (r reference) groups() []Group {
	return []Group{
		{Name: "dense/kernel", Value: slices.Clone(r.Kernel), Grad: make([]float32, len(r.Kernel)), Decay: true},
		{Name: "dense/bias", Value: slices.Clone(r.Bias), Grad: make([]float32, len(r.Bias))},
	}
}

func (r reference) step(opt Optimizer, groups []Group, s int) {
	for i := range groups {
		copy(groups[i].Grad, r.Gradients[s][i])
	}
	opt.Step(groups, r.Rates[s])
}

// TestAgainstReference checks every step of every optimiser against numbers that testdata/optimisers.py computed with numpy
// and checked against torch.optim.
func TestAgainstReference(t *testing.T) {
	ref := readReference(t)
	if len(ref.Cases) == 0 || len(ref.Gradients) != 8 {
		t.Fatalf("testdata holds %d cases and %d steps", len(ref.Cases), len(ref.Gradients))
	}
	for _, c := range ref.Cases {
		t.Run(fmt.Sprintf("%s%+v", c.Optimizer, c.Options), func(t *testing.T) {
			groups, opt := ref.groups(), mustNew(t, c.Optimizer, c.Options)
			for s := range ref.Gradients {
				ref.step(opt, groups, s)
				for gi, g := range groups {
					start := [][]float32{ref.Kernel, ref.Bias}[gi]
					for i, got := range g.Value {
						want := c.Weights[s][gi][i]
						scale := max(math.Abs(want), math.Abs(want-float64(start[i])))
						if d := math.Abs(float64(got) - want); !(d <= tolerance*scale) {
							t.Fatalf("step %d, %s[%d]: got %v, want %v (off by %.2g of it)", s+1, g.Name, i, got, want, d/scale)
						}
					}
				}
			}
			if n := opt.State().Iterations; n != 8 {
				t.Errorf("iterations: got %d, want 8", n)
			}
		})
	}
}

// TestEpsilonPlacement pins what distinguishes Keras 2.x's RMSprop from Keras 3's on a nearly dead weight: with epsilon
// outside the root a gradient of 1e-9 moves the weight by lr·1e-9/(sqrt(0.1)·1e-9 + 1e-8), inside by lr·1e-9/1e-4.
func TestEpsilonPlacement(t *testing.T) {
	g := []Group{{Name: "k", Value: []float32{0}, Grad: []float32{1e-9}}}
	mustNew(t, "rmsprop", Options{Rho: 0.9, Epsilon: 1e-8}).Step(g, 1e-3)
	want := -1e-3 * 1e-9 / (math.Sqrt(0.1)*1e-9 + 1e-8)
	if got := float64(g[0].Value[0]); math.Abs(got-want) > 1e-6*math.Abs(want) {
		t.Errorf("got %g, want %g", got, want)
	}
}

// TestStateContinues stops every optimiser after three steps, moves its state into a new one, and expects the same bits.
func TestStateContinues(t *testing.T) {
	ref := readReference(t)
	for _, c := range ref.Cases {
		straight, first := ref.groups(), ref.groups()
		a, b := mustNew(t, c.Optimizer, c.Options), mustNew(t, c.Optimizer, c.Options)
		for s := range 3 {
			ref.step(a, straight, s)
			ref.step(b, first, s)
		}
		resumed := mustNew(t, c.Optimizer, c.Options)
		if err := resumed.SetState(first, b.State()); err != nil {
			t.Fatal(err)
		}
		ref.step(b, ref.groups(), 3) // the copy must not follow its source
		for s := 3; s < len(ref.Gradients); s++ {
			ref.step(a, straight, s)
			ref.step(resumed, first, s)
		}
		for i := range straight {
			if !slices.Equal(straight[i].Value, first[i].Value) {
				t.Errorf("%s%+v: %s differs after resuming", c.Optimizer, c.Options, straight[i].Name)
			}
		}
	}
}

func TestSetStateRefuses(t *testing.T) {
	ref := readReference(t)
	groups := ref.groups()
	opt := mustNew(t, "rmsprop", Options{Rho: 0.9, Epsilon: 1e-8})
	ref.step(opt, groups, 0)
	good := opt.State()
	for _, c := range []struct {
		what, want string
		change     func(s *State)
	}{
		{"missing slot", "2 slots", func(s *State) { s.Slots = s.Slots[:1] }},
		{"other name", "dense/kernel/rms", func(s *State) { s.Slots[0].Name = "dense/kernel/m" }},
		{"other length", "values; expected 19", func(s *State) { s.Slots[0].Data = s.Slots[0].Data[:18] }},
		{"negative count", "-1 iterations", func(s *State) { s.Iterations = -1 }},
	} {
		bad := State{good.Iterations, slices.Clone(good.Slots)}
		c.change(&bad)
		err := opt.SetState(groups, bad)
		if c.what == "missing slot" {
			c.want = "expected 2"
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.what, err, c.want)
		}
	}
	if err := opt.SetState(groups, good); err != nil {
		t.Errorf("a good state after refused ones: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		o          Options
	}{
		{"adagrad", "sgd, rmsprop, adam, adamw, muon", Options{}},
		{"sgd", "momentum is 1", Options{Momentum: 1}},
		{"sgd", "nesterov needs a momentum", Options{Nesterov: true}},
		{"sgd", "weight decay is -1", Options{WeightDecay: -1}},
		{"rmsprop", "rho is 1.5", Options{Rho: 1.5, Epsilon: 1}},
		{"rmsprop", "epsilon is 0", Options{Rho: 0.9}},
		{"adam", "beta_2 is NaN", Options{Beta2: float32(math.NaN()), Epsilon: 1}},
		{"adamw", "epsilon is 0", Options{}},
		{"muon", "vector_rate is 0", Options{Momentum: 0.9}},
	} {
		if _, err := New(c.name, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("New(%q, %+v): got error %v, want one with %q", c.name, c.o, err, c.want)
		}
	}
}

func TestStepPanicsOnOtherGroups(t *testing.T) {
	opt := mustNew(t, "muon", Options{Momentum: 0.9, VectorRate: 1})
	opt.Step([]Group{{Name: "a", Value: make([]float32, 3), Grad: make([]float32, 3), Columns: 1}}, 1)
	for want, groups := range map[string][]Group{
		"4 values":                      {{Name: "a", Value: make([]float32, 4), Grad: make([]float32, 4)}},
		`was "a"`:                       {{Name: "b", Value: make([]float32, 3), Grad: make([]float32, 3)}},
		"0 groups":                      {},
		"but 2 gradients":               {{Name: "a", Value: make([]float32, 3), Grad: make([]float32, 2)}},
		"which 2 columns do not divide": {{Name: "a", Value: make([]float32, 3), Grad: make([]float32, 3), Columns: 2}},
		"has 3 columns; at the first call it had 1": {{Name: "a", Value: make([]float32, 3), Grad: make([]float32, 3), Columns: 3}},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, want) {
					t.Errorf("panic %q, want one with %q", got, want)
				}
			}()
			opt.Step(groups, 1)
		}()
	}
}

// TestCoresDoNotMatter takes slices of several chunks through three steps on one core and on four.
func TestCoresDoNotMatter(t *testing.T) {
	const n = 3*chunk + 17
	for _, name := range Names() {
		o := Options{Momentum: 0.9, Nesterov: name == "sgd", Rho: 0.9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7, WeightDecay: 0.01, VectorRate: 1}
		run := func(cores int) ([]Group, *EMA) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			r := rand.New(rand.NewPCG(1, 2))
			groups := []Group{
				{Name: "k", Value: make([]float32, n), Grad: make([]float32, n), Decay: true},
				{Name: "b", Value: make([]float32, 5), Grad: make([]float32, 5)},
				{Name: "m", Value: make([]float32, 432*48), Grad: make([]float32, 432*48), Columns: 48},
			}
			opt, ema := mustNew(t, name, o), NewEMA(0.99, groups)
			for range 3 {
				for _, g := range groups {
					for i := range g.Grad {
						g.Grad[i] = r.Float32() - 0.5
					}
				}
				opt.Step(groups, 0.1)
				ema.Update(groups)
			}
			return groups, ema
		}
		one, emaOne := run(1)
		four, emaFour := run(4)
		for i := range one {
			if !slices.Equal(one[i].Value, four[i].Value) {
				t.Errorf("%s: %s depends on the number of cores", name, one[i].Name)
			}
			if !slices.Equal(emaOne.State().Slots[i].Data, emaFour.State().Slots[i].Data) {
				t.Errorf("%s: the average of %s depends on the number of cores", name, one[i].Name)
			}
		}
	}
}

func TestEMA(t *testing.T) {
	w := []Group{{Name: "w", Value: []float32{1, -2}, Grad: make([]float32, 2)}}
	e := NewEMA(0.5, w)
	avg, decays := 1.0, []float64{0.1, 2.0 / 11, 0.25, 4.0 / 13, 5.0 / 14, 0.4, 7.0 / 16, 8.0 / 17, 0.5, 0.5, 0.5}
	for i, d := range decays {
		w[0].Value[0] = float32(i)
		e.Update(w)
		avg = d*avg + (1-d)*float64(i)
		if got := float64(e.State().Slots[0].Data[0]); math.Abs(got-avg) > 1e-6*max(1, avg) {
			t.Fatalf("update %d: average %v, want %v", i+1, got, avg)
		}
	}
	if got := e.State().Slots[0].Data[1]; got != -2 {
		t.Errorf("a weight that does not change: average %v, want -2", got)
	}
	before := slices.Clone(w[0].Value)
	e.Swap(w)
	if got := float64(w[0].Value[0]); math.Abs(got-avg) > 1e-6*avg {
		t.Errorf("after Swap the weight is %v, want the average %v", got, avg)
	}
	e.Swap(w)
	if !slices.Equal(before, w[0].Value) {
		t.Errorf("after two swaps the weights are %v, want %v", w[0].Value, before)
	}
	f := NewEMA(0.5, w)
	if err := f.SetState(w, e.State()); err != nil {
		t.Fatal(err)
	}
	e.Update(w)
	f.Update(w)
	if !slices.Equal(e.State().Slots[0].Data, f.State().Slots[0].Data) {
		t.Error("an average continued from its state differs")
	}
	if err := f.SetState(w, State{}); err == nil || !strings.Contains(err.Error(), "no average") {
		t.Errorf("a state without an average: error %v", err)
	}
}

// BenchmarkStep reports a step of the thesis network's 1.7 M weights.
func BenchmarkStep(b *testing.B) {
	const n = 1694186
	for _, name := range Names() {
		b.Run(name, func(b *testing.B) {
			g := []Group{{Name: "k", Value: make([]float32, n), Grad: make([]float32, n)}}
			for i := range n {
				g[0].Grad[i] = float32(i%7) - 3
			}
			opt, err := New(name, Options{Momentum: map[string]float32{"sgd": 0.9}[name], VectorRate: 1, Rho: 0.9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				opt.Step(g, 1e-3)
			}
		})
	}
}
