package metrics

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/random"
)

// reference is testdata/reference.json, made by reference.py beside it.
type reference struct {
	Classes     int
	Labels      []int
	Logits      []float32
	Hits        []int
	Coarse      float64
	Confusion   [][]int
	PerClass    []Class `json:"per_class"`
	MacroRecall float64 `json:"macro_recall"`
	ECE         float64
	NLL         float64
	Brier       float64
	Temperature float64
	Energy      []float64
	Known       []float64
	Other       []float64
	AUROC       float64
	Threshold   float64
	FPR95       float64
	Wilson      []struct {
		K, N     int
		Interval Interval
	}
}

func load(t *testing.T) (reference, Predictions) {
	t.Helper()
	b, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var r reference
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	p := Predictions{Classes: r.Classes, Probs: Softmax(r.Logits, r.Classes, 1), Labels: make([]uint8, len(r.Labels))}
	for i, l := range r.Labels {
		p.Labels[i] = uint8(l)
	}
	return r, p
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

func TestEvaluateAgainstDefinitions(t *testing.T) {
	r, p := load(t)
	s, err := Evaluate(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range r.Hits {
		if got := p.Hits(k + 1); got != want {
			t.Errorf("%d images have their class among the %d likeliest, want %d", got, k+1, want)
		}
	}
	n := float64(len(r.Labels))
	near(t, "top 1", s.Top1, float64(r.Hits[0])/n, 1e-15)
	near(t, "top 2", s.Top2, float64(r.Hits[1])/n, 1e-15)
	near(t, "coarse", s.Coarse, r.Coarse, 1e-15)
	near(t, "macro recall", s.MacroRecall, r.MacroRecall, 1e-12)
	near(t, "ECE", s.ECE, r.ECE, 1e-9)
	near(t, "NLL", s.NLL, r.NLL, 1e-9)
	near(t, "Brier", s.Brier, r.Brier, 1e-9)
	if diff := cmp.Diff(r.Confusion, s.Confusion.Rows()); diff != "" {
		t.Errorf("confusion (-want +got):\n%s", diff)
	}
	for k, want := range r.PerClass {
		got := s.PerClass[k]
		if got.Support != want.Support || got.Predicted != want.Predicted {
			t.Errorf("class %d occurs %d times and is predicted %d times, want %d and %d", k, got.Support, got.Predicted, want.Support, want.Predicted)
		}
		near(t, "precision", got.Precision, want.Precision, 1e-12)
		near(t, "recall", got.Recall, want.Recall, 1e-12)
		near(t, "F1", got.F1, want.F1, 1e-12)
	}
	if got := s.PerClass[3].Predicted + s.PerClass[9].Support; got != 0 {
		t.Errorf("the reference should have a class that never occurs and one that is never predicted; their counts sum to %d", got)
	}
}

func TestTemperatureAgainstSearch(t *testing.T) {
	r, p := load(t)
	got, err := FitTemperature(r.Logits, p.Labels, r.Classes)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "temperature", got, r.Temperature, 1e-9)
}

func TestTemperatureAtItsBounds(t *testing.T) {
	for _, c := range []struct {
		name   string
		logits []float32
		labels []uint8
		want   float64
	}{
		{"always right, so nothing is too sure", []float32{3, 0, 0, 2}, []uint8{0, 1}, MinTemperature},
		{"always wrong, so nothing is unsure enough", []float32{3, 0, 0, 2}, []uint8{1, 0}, MaxTemperature},
	} {
		got, err := FitTemperature(c.logits, c.labels, 2)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.name, got, c.want, 1e-6)
	}
}

func TestOutliersAgainstPairs(t *testing.T) {
	r, p := load(t)
	near(t, "AUROC", AUROC(r.Known, r.Other), r.AUROC, 1e-12)
	near(t, "threshold", Threshold(r.Known, 0.95), r.Threshold, 0)
	near(t, "FPR at 95% TPR", FPR95(r.Known, r.Other), r.FPR95, 1e-15)
	for i, want := range r.Energy {
		near(t, "energy", Energy(r.Logits, r.Classes)[i], want, 1e-9)
	}
	for i, got := range MaxProbability(p.Probs, p.Classes) {
		near(t, "highest probability", got, p.Confidence(i), 0)
	}
}

// TestChanceECE draws who is right by the stated probabilities, 400 times over, and measures the calibration error. Of no
// images there is none, as of ECE.
func TestChanceECE(t *testing.T) {
	const n, times, classes = 500, 400, 3
	stream := random.NewStream(1, "chance", 0)
	p := Predictions{Classes: classes, Labels: make([]uint8, n)}
	for i := range n {
		sure := 0.35 + 0.64*stream.Uniform(uint64(i))
		p.Probs = append(p.Probs, float32(sure), float32((1-sure)/2), float32((1-sure)/2))
	}
	var mean float64
	for k := range times {
		for i := range n {
			p.Labels[i] = 0
			if stream.Uniform(uint64(n*(k+1)+i)) >= p.Confidence(i) {
				p.Labels[i] = 1
			}
		}
		mean += ECE(p.Reliability(CalibrationBins)) / times
	}
	// The mean of 400 errors is off by about a percent of itself; normal for binomial variables costs another.
	if got := (Predictions{Classes: classes}).ChanceECE(CalibrationBins); got != 0 {
		t.Errorf("ChanceECE of nothing is %g, want 0", got)
	}
	if got := p.ChanceECE(CalibrationBins); math.Abs(got-mean) > 0.03*mean {
		t.Errorf("ChanceECE is %.5f, %d drawings of chance have %.5f on the mean", got, times, mean)
	}
	certain := Predictions{Classes: 2, Probs: []float32{1, 0, 0, 1}, Labels: []uint8{0, 1}}
	if got := certain.ChanceECE(CalibrationBins); got != 0 {
		t.Errorf("of certain answers ChanceECE is %v, want 0", got)
	}
}

// Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
func TestWilsonAgainstNewcombe(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		got := Wilson(c.k, c.n)
		near(t, "low", got.Low(), c.low, 5e-5)
		near(t, "high", got.High(), c.high, 5e-5)
	}
	r, _ := load(t)
	for _, c := range r.Wilson {
		got := Wilson(c.K, c.N)
		near(t, "low", got.Low(), c.Interval.Low(), 1e-12)
		near(t, "high", got.High(), c.Interval.High(), 1e-12)
	}
}

func TestEvaluateRefusesWhatIsNoPrediction(t *testing.T) {
	good := Predictions{Classes: 2, Probs: []float32{0.25, 0.75, 1, 0}, Labels: []uint8{1, 0}}
	if _, err := Evaluate(good, []int{0, 1}); err != nil {
		t.Fatal(err)
	}
	nan := float32(math.NaN())
	for want, p := range map[string]Predictions{
		"no images":                             {Classes: 2},
		"1 classes":                             {Classes: 1, Probs: []float32{1}, Labels: []uint8{0}},
		"3 probabilities for 2 images":          {Classes: 2, Probs: []float32{1, 0, 1}, Labels: []uint8{0, 0}},
		"image 1 has label 2":                   {Classes: 2, Probs: good.Probs, Labels: []uint8{0, 2}},
		"image 0 gives class 1 the probability": {Classes: 2, Probs: []float32{1, nan, 1, 0}, Labels: []uint8{0, 0}},
		"image 1 gives class 0 the probability": {Classes: 2, Probs: []float32{1, 0, -1, 2}, Labels: []uint8{0, 0}},
		"of image 0 sum to":                     {Classes: 2, Probs: []float32{1, 1, 1, 0}, Labels: []uint8{0, 0}},
	} {
		if _, err := Evaluate(p, []int{0, 1}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
	if _, err := Evaluate(good, nil); err == nil || !strings.Contains(err.Error(), "10 coarse groups for 2 classes") {
		t.Errorf("error %v for groups of other classes", err)
	}
	for name, logits := range map[string][]float32{"too few": {1}, "NaN": {1, nan}, "infinite": {1, float32(math.Inf(1))}} {
		if _, err := FitTemperature(logits, []uint8{0}, 2); err == nil {
			t.Errorf("a temperature was fitted to logits that are %s", name)
		}
	}
	if _, err := FitTemperature([]float32{1, 2}, []uint8{2}, 2); err == nil {
		t.Error("a temperature was fitted to a label that is no class")
	}
}

func TestConfusionInJSON(t *testing.T) {
	_, p := load(t)
	want := p.Confusion()
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got ConfusionMatrix
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Rows(), got.Rows()); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if s := got.Shape(); s[0] != 10 || s[1] != 10 {
		t.Errorf("shape %v, want (10, 10)", s)
	}
	if err := json.Unmarshal([]byte("[[1,2],[3]]"), &got); err == nil {
		t.Error("a matrix with a short row was read")
	}
	if diff := cmp.Diff(want.Rows(), got.Rows()); diff != "" {
		t.Errorf("a failed read changed the matrix (-want +got):\n%s", diff)
	}
}

// Two classes of which 8 of 10 and 27 of 30 are found, by the formulas: Wilson's intervals are 0.490162 to 0.943318 and
// 0.743786 to 0.965400.
func TestMacroInterval(t *testing.T) {
	classes := []Class{{Support: 10, Recall: 0.8}, {Support: 0}, {Support: 30, Recall: 0.9}}
	got := MacroInterval(classes)
	low := 0.85 - math.Hypot(0.8-0.490162, 0.9-0.743786)/2
	high := 0.85 + math.Hypot(0.943318-0.8, 0.965400-0.9)/2
	if math.Abs(got.Low()-low) > 1e-5 || math.Abs(got.High()-high) > 1e-5 {
		t.Errorf("the interval is %v, want %v to %v", got, low, high)
	}
	// Of one class it is Wilson's own, and of none it says nothing.
	if one := MacroInterval(classes[:1]); math.Abs(one.Low()-Wilson(8, 10).Low()) > 1e-12 || math.Abs(one.High()-Wilson(8, 10).High()) > 1e-12 {
		t.Errorf("of one class it is %v, want %v", one, Wilson(8, 10))
	}
	if none := MacroInterval(nil); none != (Interval{0, 1}) {
		t.Errorf("of nothing it is %v, want 0 to 1", none)
	}
}
