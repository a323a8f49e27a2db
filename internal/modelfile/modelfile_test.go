package modelfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"croquis/internal/arch"
	"croquis/internal/nn"
)

// small is a network with every kind of weight and a branch, 6×5 pixels in and three classes out.
func small(t testing.TB) *nn.Model {
	t.Helper()
	m := nn.NewModel("small", nn.Shape{6, 5, 1},
		nn.Node{Name: "first", Layer: &nn.Conv2D{Filters: 4, KernelSize: [2]int{3, 3}, Padding: "same", UseBias: true, Activation: "relu"}},
		nn.Node{Layer: &nn.Conv2D{Filters: 4, KernelSize: [2]int{3, 3}, Padding: "same"}},
		nn.Node{Layer: &nn.BatchNormalization{Momentum: 0.9, Epsilon: 1e-3, Center: true, Scale: true}},
		nn.Node{Layer: &nn.Add{}, Inbound: []string{"first", "batch_normalization"}},
		nn.Node{Layer: &nn.Activation{Activation: "leaky_relu", NegativeSlope: 0.1}},
		nn.Node{Layer: &nn.WeightedAveragePooling2D{PoolSize: [2]int{2, 2}, Padding: "valid"}},
		nn.Node{Layer: &nn.Flatten{}},
		nn.Node{Layer: &nn.Dropout{Rate: 0.25}},
		nn.Node{Layer: &nn.Dense{Units: 3, UseBias: true, Activation: "softmax"}},
	)
	if err := m.Build(7); err != nil {
		t.Fatal(err)
	}
	scatter(m, 8)
	return m
}

// scatter moves every weight from its initial value, so that none is a zero or a one by chance.
func scatter(m *nn.Model, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	for _, p := range m.Params() {
		for i := range p.Value {
			p.Value[i] += 0.1 * (r.Float32() - 0.5)
		}
	}
}

// sample is a File with all that a file can hold.
func sample(t testing.TB) *File {
	m := small(t)
	r := rand.New(rand.NewPCG(9, 0))
	pixels := make([]uint8, 30)
	for i := range pixels {
		pixels[i] = uint8(r.Uint32())
	}
	f := &File{
		Name: "small", Labels: []string{"T-shirt/top", "Trouser", "“Ä” <&>"},
		Input:       Input{Shape: []int{6, 5, 1}, Mean: 0.286, Std: 0.353},
		Model:       m,
		Calibration: Calibration{Photos: Domain{Temperature: 1.25, Threshold: 0.5}, Drawings: Domain{2, 0.375, -4.5}},
		Metrics:     map[string]float64{"photos_top1": 0.9379, "loss": 1e-30},
		Training:    Training{Arch: "small", Recipe: "none", Seed: 1<<64 - 1, Epochs: 3, Date: "2026-01-31", Notes: map[string]string{"why": "a test"}},
		Golden:      []Golden{{Input: pixels, Probabilities: predict(m, 0.286, 0.353, pixels), Tolerance: 1e-4}},
	}
	return f
}

func predict(m *nn.Model, mean, std float32, pixels []uint8) []float32 {
	x := make([]float32, len(pixels))
	Input{Mean: mean, Std: std}.Normalise(pixels, x)
	out := make([]float32, m.Output().Size())
	nn.Compile(m, 1).Predict(x, 1, out)
	return out
}

func encoded(t testing.TB, f *File, dtype DType) []byte {
	t.Helper()
	b, err := Encode(f, dtype)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decoded(t testing.TB, b []byte) *File {
	t.Helper()
	f, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// checkWeights holds a decoded network's weights against the original's, to the bound of the dtype.
func checkWeights(t *testing.T, got, want *nn.Model, dtype DType) {
	t.Helper()
	gp, wp := got.Params(), want.Params()
	if len(gp) != len(wp) {
		t.Fatalf("%d tensors, expected %d", len(gp), len(wp))
	}
	for i, g := range gp {
		w := wp[i]
		if g.Name != w.Name || !g.Shape.Equal(w.Shape) || len(g.Value) != len(w.Value) {
			t.Fatalf("tensor %d is %q %v, expected %q %v", i, g.Name, g.Shape, w.Name, w.Shape)
		}
		applied := dtype
		if !w.Decay {
			applied = Float32
		}
		if applied.quantized() != (g.Int8 != nil) || applied.quantized() != (g.Scales != nil) {
			t.Errorf("%s: %d int8 and %d scales in dtype %v", g.Name, len(g.Int8), len(g.Scales), applied)
		}
		channels := w.Shape[len(w.Shape)-1]
		largest := make([]float64, channels)
		for j, x := range w.Value {
			largest[j%channels] = max(largest[j%channels], math.Abs(float64(x)))
		}
		for j, x := range w.Value {
			bound := 0.0
			switch applied {
			case Float16:
				bound = max(math.Abs(float64(x))*0x1p-11, 0x1p-25)
			case Int8, Int8Packed:
				// Half a step, and two roundings: of the scale, which all steps add up, and of the product.
				bound = largest[j%channels] * (0.5/float64(map[DType]int{Int8: 127, Int8Packed: 112}[applied]) + 2*0x1p-24)
				if v := float32(g.Int8[j]) * g.Scales[j%channels]; v != g.Value[j] {
					t.Fatalf("%s: value %d is %v, expected %d × %v", g.Name, j, g.Value[j], g.Int8[j], g.Scales[j%channels])
				}
			}
			if d := math.Abs(float64(g.Value[j]) - float64(x)); !(d <= bound) {
				t.Fatalf("%s: value %d is %v, was %v: %g apart, the bound of %v is %g", g.Name, j, g.Value[j], x, d, dtype, bound)
			}
		}
	}
}

var dtypes = []DType{Float32, Float16, Int8, Int8Packed}

func TestRoundTripKeepsEverything(t *testing.T) {
	for _, dtype := range dtypes {
		t.Run(dtype.String(), func(t *testing.T) {
			f := sample(t)
			b := encoded(t, f, dtype)
			if again := encoded(t, f, dtype); !bytes.Equal(b, again) {
				t.Error("encoding twice gave different bytes")
			}
			g := decoded(t, b)
			checkWeights(t, g.Model, f.Model, dtype)
			want := *f
			want.Format, want.Version, want.DType, want.Size, want.SHA256 = FormatName, Version, dtype, len(b), g.SHA256
			want.Model, want.Golden = g.Model, g.Golden
			if diff := cmp.Diff(want, *g, cmp.Comparer(func(a, b *nn.Model) bool { return a == b })); diff != "" {
				t.Errorf("decoded differs from encoded (-want +got):\n%s", diff)
			}
			if dtype == Float32 {
				if diff := cmp.Diff(f.Golden, g.Golden); diff != "" {
					t.Errorf("golden vectors (-want +got):\n%s", diff)
				}
			}
			if got, want := g.Model.Summary(), f.Model.Summary(); got != want {
				t.Errorf("summary\n%s\nexpected\n%s", got, want)
			}
			if again := encoded(t, g, dtype); !bytes.Equal(b, again) {
				t.Error("decoding and encoding again changed the bytes")
			}
			plan := nn.Compile(g.Model, 1)
			if err := g.CheckGolden(func(x, out []float32) { plan.Predict(x, 1, out) }); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNamedNetworks takes every network of internal/arch through every dtype.
func TestNamedNetworks(t *testing.T) {
	labels := make([]string, 10)
	for i := range labels {
		labels[i] = fmt.Sprint("class ", i)
	}
	for _, name := range arch.Names() {
		m, err := arch.New(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Build(1); err != nil {
			t.Fatal(err)
		}
		scatter(m, 2)
		for _, dtype := range dtypes {
			t.Run(name+"/"+dtype.String(), func(t *testing.T) {
				f := &File{Name: name, Labels: labels, Input: Input{Shape: m.Input, Std: 1}, Model: m,
					Golden: []Golden{{Input: make([]uint8, 784), Tolerance: 1e-4}}}
				b := encoded(t, f, dtype)
				g := decoded(t, b)
				checkWeights(t, g.Model, m, dtype)
				plan := nn.Compile(g.Model, 1)
				if err := g.CheckGolden(func(x, out []float32) { plan.Predict(x, 1, out) }); err != nil {
					t.Error(err)
				}
				sum := float32(0)
				for _, p := range g.Golden[0].Probabilities {
					sum += p
				}
				if math.Abs(float64(sum)-1) > 1e-4 {
					t.Errorf("golden probabilities %v sum to %v", g.Golden[0].Probabilities, sum)
				}
			})
		}
	}
}

func TestRoundTripOfAnyShape(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		side := rapid.IntRange(1, 9)
		h, w, c := side.Draw(rt, "h"), side.Draw(rt, "w"), rapid.IntRange(1, 4).Draw(rt, "c")
		classes := rapid.IntRange(1, 7).Draw(rt, "classes")
		m := nn.NewModel("any", nn.Shape{h, w, c},
			nn.Node{Layer: &nn.Conv2D{Filters: side.Draw(rt, "filters"), KernelSize: [2]int{side.Draw(rt, "kh"), side.Draw(rt, "kw")}, Padding: "same"}},
			nn.Node{Layer: &nn.Flatten{}},
			nn.Node{Layer: &nn.Dense{Units: classes, UseBias: true, Activation: "softmax"}})
		if err := m.Build(rapid.Uint64().Draw(rt, "seed")); err != nil {
			rt.Fatal(err)
		}
		value := rapid.Float32Range(-65504, 65504)
		for _, p := range m.Params() {
			for i := range min(len(p.Value), 5) {
				p.Value[i] = value.Draw(rt, "value")
			}
		}
		labels := make([]string, classes)
		for i := range labels {
			labels[i] = fmt.Sprint(i)
		}
		dtype := rapid.SampledFrom(dtypes).Draw(rt, "dtype")
		f := &File{Name: "any", Labels: labels, Input: Input{Shape: m.Input, Std: 1}, Model: m}
		checkWeights(t, decoded(t, encoded(t, f, dtype)).Model, m, dtype)
	})
}

func TestFileIsReadableJSON(t *testing.T) {
	b := encoded(t, sample(t), Int8)
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(b), "\n")
	if lines[1] != `  "format": "croquis-model",` || lines[2] != `  "version": 1,` || lines[3] != `  "name": "small",` {
		t.Errorf("the file begins\n%s", strings.Join(lines[:4], "\n"))
	}
	for _, p := range small(t).Params() {
		n := 0
		for _, line := range lines {
			if strings.HasPrefix(line, `    {"name":"`+p.Name+`","shape":`) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("tensor %q has %d lines of its own, expected 1", p.Name, n)
		}
	}
	if last := lines[len(lines)-3]; !strings.HasPrefix(last, `  "sha256": "`) {
		t.Errorf("the last member is %q, expected sha256", last)
	}
}

func TestEncodeRefuses(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name  string
		spoil func(f *File)
		dtype DType
		want  string
	}{
		{"no model", func(f *File) { f.Model = nil }, Float32, `encoding "small" as float32: File.Model is nil`},
		{"unknown dtype", func(f *File) {}, 9, "unknown DType(9)"},
		{"a weight that is NaN", func(f *File) { f.Model.Params()[1].Value[2] = nan }, Float32, `tensor "first/bias": value 2 is NaN: the training diverged, go back to an earlier checkpoint`},
		{"a weight over float16", func(f *File) { f.Model.Params()[0].Value[5] = -65520 }, Float16, `tensor "first/kernel": value 5 is -65520, beyond float16's largest, 65504: encode as float32 or int8`},
		{"a metric that is NaN", func(f *File) { f.Metrics["x"] = math.NaN() }, Float32, "metrics.x is NaN: expected a finite number"},
		{"a label too few", func(f *File) { f.Labels = f.Labels[:2] }, Float32, `member "labels" has 2 entries, the network gives (3) values`},
		{"a golden vector too short", func(f *File) { f.Golden[0].Input = f.Golden[0].Input[:29] }, Int8, "golden[0].input holds 29 pixels, expected 30"},
		{"no tolerance", func(f *File) { f.Golden[0].Tolerance = 0 }, Float32, "golden[0].tolerance is 0"},
	} {
		f := sample(t)
		c.spoil(f)
		if _, err := Encode(f, c.dtype); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, expected one with %q", c.name, err, c.want)
		}
	}
}

func TestCheckGoldenTellsTheDifference(t *testing.T) {
	f := sample(t)
	err := f.CheckGolden(func(x, out []float32) { out[0], out[1], out[2] = 0, 0, float32(math.NaN()) })
	if err == nil || !strings.Contains(err.Error(), `golden vector 0 of "small": probability of "T-shirt/top" is 0, expected `) {
		t.Errorf("error is %v", err)
	}
}

func TestNormalise(t *testing.T) {
	x := make([]float32, 3)
	Input{Mean: 0.25, Std: 0.5}.Normalise([]uint8{0, 51, 255}, x)
	if want := []float32{-0.5, -0.1, 1.5}; !slices.Equal(x, want) {
		t.Errorf("got %v, expected %v", x, want)
	}
}

func TestSaveAndLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.json")
	f := sample(t)
	if err := Save(path, f, Float32); err != nil {
		t.Fatal(err)
	}
	g, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, g.Model, f.Model, Float32)
	before, _ := os.ReadFile(path)
	f.Model.Params()[0].Value[0] = float32(math.Inf(1))
	if err := Save(path, f, Float32); err == nil {
		t.Error("an infinite weight was saved")
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("a failed Save changed the file")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*")); len(left) > 0 {
		t.Errorf("a failed write left %v behind", left)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the folder holds %v, expected the model alone", entries)
	}
	if err := os.WriteFile(path, before[:len(before)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("loading half a file: error %v, expected one that names it", err)
	}
}

func TestDescribe(t *testing.T) {
	f := decoded(t, encoded(t, sample(t), Int8))
	s := f.Describe()
	for _, want := range []string{
		"name         small\n", "format       croquis-model 1, int8\n", f.SHA256, "labels       T-shirt/top, Trouser",
		"input        (6, 5, 1), x = (pixel/255 - 0.286)/0.353\n",
		"calibration  photos temperature 1.25, unsure under 0.5; drawings temperature 2, unsure under 0.375, unlike all under the energy -4.5\n",
		"golden       1 vectors\n", "recipe       none\n", "note         why: a test\n", "metric       photos_top1 0.9379\n",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("description lacks %q:\n%s", want, s)
		}
	}
	if !strings.Contains(s, f.Model.Summary()) {
		t.Errorf("description lacks the network's summary:\n%s", s)
	}
}

// TestCalibrationThatWasNeverFitted: what is not known of drawings stays unknown in the file, and is guessed from the photos.
func TestCalibrationThatWasNeverFitted(t *testing.T) {
	for _, c := range []struct {
		in, stored, effective Calibration
		says                  string
	}{
		{Calibration{}, Calibration{Photos: Domain{1, 0, 0}}, Calibration{Domain{1, 0, 0}, Domain{1, 0, 0}},
			"photos temperature 1; drawings temperature 1 (that of the photos: none was fitted on drawings)\n"},
		{Calibration{Photos: Domain{1.5, 0.25, 0}}, Calibration{Photos: Domain{1.5, 0.25, 0}}, Calibration{Domain{1.5, 0.25, 0}, Domain{1.5, 0, 0}},
			"photos temperature 1.5, unsure under 0.25; drawings temperature 1.5 (that of the photos: none was fitted on drawings)\n"},
		{Calibration{Drawings: Domain{0, 0.5, 0}}, Calibration{Domain{1, 0, 0}, Domain{0, 0.5, 0}}, Calibration{Domain{1, 0, 0}, Domain{1, 0.5, 0}},
			"photos temperature 1; drawings temperature 1 (that of the photos: none was fitted on drawings), unsure under 0.5\n"},
		{Calibration{Domain{1.5, 0, 0}, Domain{1, 0, 0}}, Calibration{Domain{1.5, 0, 0}, Domain{1, 0, 0}}, Calibration{Domain{1.5, 0, 0}, Domain{1, 0, 0}},
			"photos temperature 1.5; drawings temperature 1\n"},
		{Calibration{Photos: Domain{1.5, 0.25, 7}}, Calibration{Photos: Domain{1.5, 0.25, 7}}, Calibration{Domain{1.5, 0.25, 7}, Domain{1.5, 0, 0}},
			"photos temperature 1.5, unsure under 0.25, unlike all under the energy 7; drawings temperature 1.5 (that of the photos: none was fitted on drawings)\n"},
	} {
		f := sample(t)
		f.Calibration = c.in
		g := decoded(t, encoded(t, f, Float32))
		if g.Calibration != c.stored || g.Calibration.Effective() != c.effective || c.in.Effective() != c.effective {
			t.Errorf("%+v: stored as %+v, used as %+v and %+v; want %+v and %+v", c.in, g.Calibration, g.Calibration.Effective(), c.in.Effective(), c.stored, c.effective)
		}
		if s := g.Describe(); !strings.Contains(s, "calibration  "+c.says) {
			t.Errorf("%+v: the description lacks %q:\n%s", c.in, c.says, s)
		}
	}
}

// thesis is the thesis network with the weights it starts from.
func thesis(t testing.TB) *File {
	t.Helper()
	m, err := arch.New("thesis")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Build(1); err != nil {
		t.Fatal(err)
	}
	labels := make([]string, 10)
	for i := range labels {
		labels[i] = fmt.Sprint("class ", i)
	}
	return &File{Name: "thesis", Labels: labels, Input: Input{Shape: m.Input, Std: 1}, Model: m}
}

// TestOtherByteOrder takes the path of big-endian machines, which must give the same file and the same weights.
func TestOtherByteOrder(t *testing.T) {
	f := sample(t)
	for _, dtype := range dtypes {
		want := encoded(t, f, dtype)
		littleEndian = false
		got, err := Encode(f, dtype)
		var g *File
		if err == nil {
			g, err = Decode(want)
		}
		littleEndian = true
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%v: the file differs", dtype)
		}
		checkWeights(t, g.Model, f.Model, dtype)
	}
}

// A file from before the energy, which lacks the member, loads and never uses it; nor is it written where it was never fitted.
func TestFilesWithoutTheEnergy(t *testing.T) {
	b := encoded(t, sample(t), Float32)
	if n := bytes.Count(b, []byte(`"energy":`)); n != 1 {
		t.Errorf("the energy is %d times in the file, want once: that of the drawings alone is fitted", n)
	}
	f := decoded(t, replace(`,"energy":-4.5`, ``)(t, b))
	if d := f.Calibration.Drawings; d != (Domain{Temperature: 2, Threshold: 0.375}) || !d.Sure(0.4, math.Inf(-1)) {
		t.Errorf("the calibration is %+v, want the same without the energy", d)
	}
}

// Either rule alone makes an answer unsure.
func TestSure(t *testing.T) {
	for _, c := range []struct {
		domain              Domain
		probability, energy float64
		sure                bool
	}{
		{Domain{}, 0, -100, true},
		{Domain{Threshold: 0.5}, 0.5, -100, true},
		{Domain{Threshold: 0.5}, 0.49, 100, false},
		{Domain{Energy: 3}, 0, 3, true},
		{Domain{Energy: 3}, 1, 2.9, false},
		{Domain{Energy: -3}, 1, -2.9, true},
		{Domain{Energy: -3}, 1, -3.1, false},
		{Domain{Threshold: 0.5, Energy: 3}, 0.6, 3.1, true},
		{Domain{Threshold: 0.5, Energy: 3}, 0.4, 3.1, false},
		{Domain{Threshold: 0.5, Energy: 3}, 0.6, 2.9, false},
	} {
		if got := c.domain.Sure(c.probability, c.energy); got != c.sure {
			t.Errorf("%+v: probability %v with energy %v is sure: %v", c.domain, c.probability, c.energy, got)
		}
		if got, want := c.domain.Doubts(), c.domain != (Domain{}); got != want {
			t.Errorf("%+v doubts: %v, want %v", c.domain, got, want)
		}
	}
}

func TestSetEnergyRoundsDown(t *testing.T) {
	for _, v := range []float64{0, 0.1, -0.1, 1e-60, -1e-60, 12.345678901234, -12.345678901234, 5} {
		var d Domain
		d.SetEnergy(v)
		if got := float64(d.Energy); got > v || v-got > 1e-6*math.Abs(v)+1e-44 || got == 0 {
			t.Errorf("%v becomes %v, want the next float32 that is not above it, nor 0", v, got)
		}
	}
}
