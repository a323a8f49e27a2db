package evaluate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/fashion"
	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/sketch"
)

const size = sketch.Side * sketch.Side

// nearestMean is a network whose answers can be computed by hand: a dense layer that finds the class whose mean photo is
// nearest, |x - m|² less what all classes share.
type nearestMean struct {
	means [10][size]float64
	bias  [10]float64
}

// scale makes the differences of squared distances confidences that are neither all certain nor all even.
const scale = 0.25

func (c *nearestMean) logits(pixels []uint8) [10]float64 {
	var z [10]float64
	for k := range z {
		z[k] = c.bias[k]
		for i, p := range pixels {
			z[k] += 2 * scale * c.means[k][i] * float64(p) / 255
		}
	}
	return z
}

type photos struct {
	dir         string
	train, test *fashion.Set
}

// load reads the photos once for all tests.
var load = sync.OnceValues(func() (p photos, err error) {
	if p.dir, err = fashion.Find(""); err == nil {
		p.train, p.test, err = fashion.Load(p.dir)
	}
	return p, err
})

func data(t testing.TB) (dir string, train, test *fashion.Set) {
	t.Helper()
	p, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return p.dir, p.train, p.test
}

// network builds the classifier as a model file, through the format, as everyone gets one.
func network(t testing.TB, train *fashion.Set, activation string, change func(*modelfile.File)) (*modelfile.File, *nearestMean) {
	t.Helper()
	c := &nearestMean{}
	var count [10]float64
	for i := range 5000 {
		k := train.Label(i)
		count[k]++
		for j, p := range train.Pixels(i) {
			c.means[k][j] += float64(p) / 255
		}
	}
	m := nn.NewModel("nearest", nn.Shape{28, 28, 1},
		nn.Node{Layer: &nn.Flatten{}}, nn.Node{Layer: &nn.Dense{Units: 10, UseBias: true, Activation: activation}})
	if err := m.Build(1); err != nil {
		t.Fatal(err)
	}
	kernel, bias := m.Params()[0].Value, m.Params()[1].Value
	for k := range c.means {
		for j := range c.means[k] {
			c.means[k][j] /= count[k]
			kernel[j*10+k] = float32(2 * scale * c.means[k][j])
			c.bias[k] -= scale * c.means[k][j] * c.means[k][j]
		}
		bias[k] = float32(c.bias[k])
	}
	f := &modelfile.File{
		Name: "nearest", Labels: fashion.Labels[:], Model: m,
		Input:       modelfile.Input{Shape: []int{28, 28, 1}, Std: 1},
		Calibration: modelfile.Calibration{Photos: modelfile.Domain{Temperature: 1.5}, Drawings: modelfile.Domain{Temperature: 2, Threshold: 0.4}},
		Training:    modelfile.Training{Recipe: "class means | of 5,000 photos"},
	}
	if change != nil {
		change(f)
	}
	b, err := modelfile.Encode(f, modelfile.Float32)
	if err != nil {
		t.Fatal(err)
	}
	if f, err = modelfile.Decode(b); err != nil {
		t.Fatal(err)
	}
	return f, c
}

// file writes text into a temporary file.
func file(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "drawings.ndjson")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// garments are three drawings with labels: a wide box, a tall box and nothing but a dot.
const garments = `{"key_id":"1","word":"purse","label":8,"drawing":[[[0,200,200,0,0],[0,0,120,120,0]]]}
{"key_id":"2","word":"pants","label":1,"drawing":[[[0,60,60,0,0],[0,0,200,200,0]]]}
{"key_id":"3","word":"pants","label":1,"drawing":[[[5],[5]]]}
`

const things = `{"key_id":"4","word":"line","drawing":[[[0,200],[0,200]]]}
{"key_id":"5","word":"cross","drawing":[[[0,200],[0,200]],[[200,0],[0,200]]]}
`

// ours is where a shipped network lies.
var ours = Files{Model: "model/nearest.json", Evaluation: "model/nearest.evaluation.json", Shipped: true}

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func TestRunAgainstArithmeticByHand(t *testing.T) {
	dir, train, test := data(t)
	f, c := network(t, train, "softmax", nil)
	r, err := Run(f, Options{Photos: dir, Drawings: file(t, garments), Others: file(t, things), Now: noon, Machine: "a machine"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Photos.N != 10000 || r.Drawings.N != 3 || r.Others.N != 2 || r.Others.Known != "drawings" || r.Drawings.Blank != 1 {
		t.Fatalf("%d photos, %d drawings (%d blank) and %d others against %s, want 10000, 3 (1) and 2 against drawings",
			r.Photos.N, r.Drawings.N, r.Drawings.Blank, r.Others.N, r.Others.Known)
	}
	// A logit is a float32 sum of 784 products that reaches 100, one unit in whose last place is 8e-6: a few dozen roundings
	// make it wrong by up to 2e-4, and a probability p by p(1-p) ≤ ¼ of that and of as much in the others.
	compare := func(s *Set, i int, pixels []uint8) [10]float64 {
		t.Helper()
		z := c.logits(pixels)
		var sum float64
		for k := range z {
			sum += math.Exp(z[k] / s.Temperature)
		}
		for k := range z {
			want := math.Exp(z[k]/s.Temperature) / sum
			if got := float64(s.predictions.Row(i)[k]); math.Abs(got-want) > 1e-4 {
				t.Fatalf("picture %d, class %d: probability %v, want %v", i, k, got, want)
			}
		}
		return z
	}
	hits := 0
	for i := range test.Len() {
		compare(r.Photos, i, test.Pixels(i))
		if r.Photos.predictions.Predicted(i) == test.Label(i) {
			hits++
		}
	}
	if want := float64(hits) / 10000; r.Photos.Top1 != want || want < 0.6 {
		t.Errorf("top 1 is %v, want %v and more than 0.6", r.Photos.Top1, want)
	}
	if r.Photos.Temperature != 1.5 || r.Drawings.Temperature != 2 {
		t.Errorf("temperatures %v and %v, want 1.5 and 2", r.Photos.Temperature, r.Drawings.Temperature)
	}
	drawn, err := sketch.ParseNDJSON(strings.NewReader(garments + things))
	if err != nil {
		t.Fatal(err)
	}
	var highest, energy []float64
	for i, d := range drawn {
		pixels := make([]uint8, size)
		if _, err := sketch.Rasterize(d.Strokes, sketch.Default, pixels); err != nil {
			t.Fatal(err)
		}
		z := c.logits(pixels)
		if i < r.Drawings.N {
			compare(r.Drawings, i, pixels)
		}
		var at1, at2, top float64
		for _, v := range z {
			at1 += math.Exp(v)
			at2 += math.Exp(v / 2)
			top = math.Max(top, math.Exp(v/2))
		}
		highest, energy = append(highest, top/at2), append(energy, math.Log(at1))
	}
	if got, want := r.Others.Probability, metrics.Detect(highest[:3], highest[3:]); got != want {
		t.Errorf("detection by the highest probability is %+v, want %+v", got, want)
	}
	if got, want := r.Others.Detection, metrics.Detect(energy[:3], energy[3:]); got != want {
		t.Errorf("detection by the energy is %+v, want %+v", got, want)
	}
	unsure := 0.0
	for _, p := range highest[3:] {
		if p < 0.4 {
			unsure += 0.5
		}
	}
	if r.Others.Unsure != unsure {
		t.Errorf("%v of the others are called not sure, want %v (highest probabilities %v)", r.Others.Unsure, unsure, highest[3:])
	}
	if r.Drawings.Energy != 0 || r.Photos.Energy != 0 {
		t.Errorf("energies %v and %v are asked for, which were never fitted", r.Drawings.Energy, r.Photos.Energy)
	}
	// With a threshold between the energies of the two others it is the lower one that is not sure besides, and of the garments
	// those below it.
	bar := (energy[3] + energy[4]) / 2
	besides := func(from, to int) (share float64) {
		for i := from; i < to; i++ {
			if highest[i] < 0.4 || energy[i] < bar {
				share += 1 / float64(to-from)
			}
		}
		return share
	}
	f, _ = network(t, train, "softmax", func(f *modelfile.File) { f.Calibration.Drawings.SetEnergy(bar) })
	both, err := Run(f, Options{Drawings: file(t, garments), Others: file(t, things), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "others unsure by either rule", both.Others.Unsure, besides(3, 5))
	near(t, "drawings unsure by either rule", both.Drawings.Unsure, besides(0, 3))
	near(t, "energy threshold", both.Drawings.Energy, bar)
	if both.Others.Unsure < 0.5 || both.Others.Detection != r.Others.Detection || both.Others.Probability != r.Others.Probability {
		t.Errorf("%+v, want one of two unsure at least, and else what there is without a threshold: %+v", both.Others, r.Others)
	}
	words := []string{}
	for _, w := range r.Drawings.ByWord {
		words = append(words, fmt.Sprint(w.Word, " ", w.Label, " ", w.N))
	}
	if diff := cmp.Diff([]string{"pants Trouser 2", "purse Bag 1"}, words); diff != "" {
		t.Errorf("by word (-want +got):\n%s", diff)
	}
}

// TestJSONKeepsItsNames: other programs read them.
func TestJSONKeepsItsNames(t *testing.T) {
	dir, train, _ := data(t)
	f, _ := network(t, train, "softmax", nil)
	r, err := Run(f, Options{Photos: dir, Drawings: file(t, garments), Others: file(t, things), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	type set struct {
		N           *int
		Top1        *float64
		Top2        *float64
		MacroRecall *float64 `json:"macro_recall"`
		Coarse      *float64
		ECE         *float64
		Interval    *[2]float64 `json:"top1_interval"`
		PerClass    []struct {
			Label                 *string
			Recall, Precision, F1 *float64
		} `json:"per_class"`
		Confusion [][]int
	}
	var got struct {
		Photos, Drawings set
		Others           struct {
			AUROC, FPR95 *float64
			Probability  struct{ AUROC, FPR95 *float64 }
		}
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]set{"photos": got.Photos, "drawings": got.Drawings} {
		if s.N == nil || s.Top1 == nil || s.Top2 == nil || s.MacroRecall == nil || s.Coarse == nil || s.ECE == nil || s.Interval == nil {
			t.Errorf("%s lacks a figure: %+v", name, s)
		}
		if len(s.PerClass) != 10 || len(s.Confusion) != 10 || len(s.Confusion[9]) != 10 {
			t.Fatalf("%s: %d classes and %d rows, want 10", name, len(s.PerClass), len(s.Confusion))
		}
		for i, c := range s.PerClass {
			if c.Label == nil || *c.Label != fashion.Labels[i] || c.Recall == nil || c.Precision == nil || c.F1 == nil {
				t.Errorf("%s: class %d is %+v", name, i, c)
			}
		}
	}
	if o := got.Others; o.AUROC == nil || o.FPR95 == nil || o.Probability.AUROC == nil || o.Probability.FPR95 == nil {
		t.Errorf("others lack a figure: %s", b)
	}
}

func TestRunRefuses(t *testing.T) {
	_, train, _ := data(t)
	good, _ := network(t, train, "softmax", nil)
	sigmoid, _ := network(t, train, "sigmoid", nil)
	renamed, _ := network(t, train, "softmax", func(f *modelfile.File) {
		f.Labels = append([]string{"Toga"}, fashion.Labels[1:]...)
	})
	wrong, _ := network(t, train, "softmax", func(f *modelfile.File) {
		probs := make([]float32, 10)
		probs[0] = 1
		f.Golden = []modelfile.Golden{{Input: make([]uint8, size), Probabilities: probs, Tolerance: 1e-4}}
	})
	drawings := file(t, garments)
	for want, c := range map[string]struct {
		f *modelfile.File
		o Options
	}{
		"nothing to evaluate on":  {good, Options{Others: drawings}},
		"does not end in softmax": {sigmoid, Options{Drawings: drawings}},
		`"Toga"`:                  {renamed, Options{Drawings: drawings}},
		"golden vector 0":         {wrong, Options{Drawings: drawings}},
		`has no "label", as Quick, Draw!'s own files have none: expected 0 to 9 (0 T-shirt/top, 1 Trouser, 2 Pullover,`: {good, Options{Drawings: file(t, things)}},
		"has label 10, expected 0 to": {good, Options{Drawings: file(t, strings.Replace(garments, `"label":8`, `"label":10`, 1))}},
		"holds no drawing":            {good, Options{Drawings: file(t, "\n")}},
		"line 2":                      {good, Options{Drawings: file(t, strings.Replace(garments, `{"key_id":"2"`, `{"key_id":`, 1))}},
		"no such file":                {good, Options{Drawings: drawings, Others: "/nonexistent"}},
		"run make data":               {good, Options{Photos: t.TempDir()}},
	} {
		if _, err := Run(c.f, c.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := Run(good, Options{}); !errors.Is(err, ErrNothing) {
		t.Errorf("error %v without any set, want ErrNothing", err)
	}
}

func TestCardTellsWhatWasMeasured(t *testing.T) {
	dir, train, _ := data(t)
	f, _ := network(t, train, "softmax", nil)
	card := func(o Options) (string, *Result) {
		t.Helper()
		o.Now, o.Machine = noon, "a machine"
		r, err := Run(f, o)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := r.WriteCard(&b, ours); err != nil {
			t.Fatal(err)
		}
		return b.String(), r
	}
	text, r := card(Options{Photos: dir, Drawings: file(t, garments), Others: file(t, things)})
	for _, want := range []string{
		"# nearest\n", "7,850 trainable parameters", "31 January 2026 on a machine", "0.01 million",
		"| top 1 | " + percent(r.Photos.Top1) + " | " + interval(r.Photos.Top1Interval) + " |",
		"| Shirt | " + percent(r.Photos.PerClass[6].F1) + " | – |",
		"| pants | Trouser | 2 | ", "-photos data -drawings DRAWINGS.ndjson -others OTHERS.ndjson\n", `class means \| of 5,000 photos`, f.SHA256, "Trainable params: 7,850",
		"worst at class " + r.Photos.weakest().Label,
		"Nothing is known of how it does on drawings of T-shirt/top and Pullover and",
		"The page decides by the highest probability, under 40.00 %, since the network has no threshold for the energy.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the card lacks %q:\n%s", want, text)
		}
	}
	// These are nobody's drawings, least of all Google's.
	if strings.Contains(text, "Quick, Draw!") || strings.Contains(text, "make data") {
		t.Errorf("the card says where drawings come from that it cannot know:\n%s", text)
	}
	r.Drawings.Collection, r.Others.Collection = "garments", "others"
	var known bytes.Buffer
	if err := r.WriteCard(&known, ours); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"on what `make data` fetches", "-drawings data/quickdraw/garments.ndjson -others data/quickdraw/others.ndjson\n",
		"the 3 of Google's [*Quick, Draw!*]", "lists by key_id under “others”, © Google, licensed [CC BY 4.0]",
	} {
		if !strings.Contains(known.String(), want) {
			t.Errorf("the card of the listed drawings lacks %q:\n%s", want, known.String())
		}
	}
	only, _ := card(Options{Photos: dir})
	if !strings.Contains(only, "It was not tried on drawings.") || strings.Contains(only, "Quick, Draw!") || strings.Contains(only, "Drawings by") {
		t.Errorf("a card without drawings:\n%s", only)
	}
	// All drawings are called bags here, and bags they are not.
	wrong := strings.ReplaceAll(garments, `"label":8`, `"label":3`)
	wrong = strings.ReplaceAll(wrong, `"label":1`, `"label":3`)
	failing, r := card(Options{Drawings: file(t, strings.Repeat(wrong, 40))})
	if want := "It fails on drawings: it names " + percent(r.Drawings.Top1); r.Drawings.Top1 > 0.4 || !strings.Contains(failing, want) {
		t.Errorf("top 1 is %v and the card does not say %q:\n%s", r.Drawings.Top1, want, failing)
	}
}

func TestTextAndReport(t *testing.T) {
	dir, train, _ := data(t)
	f, _ := network(t, train, "softmax", nil)
	r, err := Run(f, Options{Photos: dir, Drawings: file(t, garments), Others: file(t, things), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	var text, report bytes.Buffer
	if err := r.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Test photos (10,000, temperature 1.5)", percent(r.Photos.MacroRecall), "Ankle boot", "AUROC of the energy", "AUROC of the highest probability", "pants"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, text.String())
		}
	}
	if err := r.WriteReport(&report, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"evaluation report", "Test photos", "Drawings by people", strings.ReplaceAll(percent(r.Photos.Top1), " ", "\u00a0"), "Things that are no garment"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
}
