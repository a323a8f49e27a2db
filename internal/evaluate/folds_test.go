package evaluate

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/metrics"
	"croquis/internal/nn"
	"croquis/internal/sketch/quickdraw"
)

// answer is logits of which one is so much larger than the nine others.
func answer(class int, by float64) []float32 {
	z := make([]float32, 10)
	z[class] = float32(by)
	return z
}

// even is the logit by which a class must lead nine others to get the probability p at temperature 1.
func even(p float64) float64 { return math.Log(9 * p / (1 - p)) }

// twoFolds is a cross-validation that can be computed by hand. In each of two folds a class is answered with one
// certainty, so that the temperature of the fold is the one at which this certainty is the share of right answers.
//
// Fold 1: 4 pants of 5 are right, all answers lead by even(0.9). Fold 2: 3 purses of 5 are right, leading by even(0.75).
func twoFolds() *Folds {
	f := &Folds{Arch: "small", Folds: 2, Epochs: 3, Batch: 16, Seed: 7, Fingerprint: "same", DType: "float32", Recipe: "class means | of 5,000 photos", Parameters: 7850, Machine: "a machine", Date: "2026-01-31T12:00:00Z", Photos: []float64{0.9, 0.8}}
	add := func(fold, label, said int, word string, by float64) {
		f.Drawings = append(f.Drawings, FoldDrawing{KeyID: fmt.Sprint("k", len(f.Drawings)), Word: word, Label: label, Fold: fold, Logits: answer(said, by)})
	}
	for i := range 5 {
		said := 1
		if i == 4 {
			said = 3 // a dress: another group
		}
		add(1, 1, said, "pants", even(0.9))
	}
	for i := range 5 {
		said := 8
		if i >= 3 {
			said = 5
		}
		add(2, 8, said, "purse", even(0.75))
	}
	// Of two things each fold's network is less sure of one than of any garment, and surer of the other.
	for fold := 1; fold <= 2; fold++ {
		f.Others = append(f.Others,
			FoldOther{KeyID: "o1", Word: "yoga", Fold: fold, Logits: answer(2, 0.1)},
			FoldOther{KeyID: "o2", Word: "yoga", Fold: fold, Logits: answer(2, 9)})
	}
	return f
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	// Logits are float32 of magnitude 3: a probability is off by some 1e-7.
	if !(math.Abs(got-want) < 1e-5) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestSummaryAgainstNumbersByHand(t *testing.T) {
	c, err := twoFolds().Summary()
	if err != nil {
		t.Fatal(err)
	}
	d := c.Drawings
	if d.N != 10 || d.Collection != "" || c.Nameable != nil {
		t.Errorf("%d drawings of %q, nameable %v, want 10 of no collection", d.N, d.Collection, c.Nameable)
	}
	near(t, "top 1", d.Top1, 0.7)
	near(t, "macro recall", d.MacroRecall, (0.8+0.6)/2) // of the two classes that occur
	near(t, "coarse", d.Coarse, 0.7)
	// Wilson, 7 of 10: (0.7+1.96²/20 ± 1.96·√(0.21/10+1.96²/400)) / (1+1.96²/10).
	near(t, "top 1's low end", d.Top1Interval.Low(), 0.396778)
	near(t, "top 1's high end", d.Top1Interval.High(), 0.892209)
	// A wrong answer leaves the true class level with eight others, of which those with a lower number come first: class 1
	// behind 0, class 8 behind 0 to 4, 6 and 7.
	near(t, "top 2", d.Top2, 0.7)
	// Fold 1 is judged at the temperature at which fold 2's certainty 0.75 becomes 0.6: even(0.75)/T = even(0.6).
	at := []float64{even(0.75) / even(0.6), even(0.9) / even(0.8)}
	// The others' answers are all alike, and so is the threshold: their certainty.
	thresholds := []float64{0.6, 0.8}
	energies := []float64{math.Log(math.Exp(even(0.75)) + 9), math.Log(math.Exp(even(0.9)) + 9)}
	// The certainty of fold 1 is σ with even(σ) = even(0.9)/T.
	sure := func(z float64) float64 { return math.Exp(z) / (math.Exp(z) + 9) }
	certainty := []float64{sure(even(0.9) / at[0]), sure(even(0.75) / at[1])}
	for k, fold := range c.PerFold {
		name := fmt.Sprintf("fold %d: ", k+1)
		near(t, name+"temperature", fold.Temperature, at[k])
		near(t, name+"threshold", fold.Threshold, thresholds[k])
		near(t, name+"energy threshold", fold.Energy, energies[k])
		near(t, name+"top 1", fold.Top1, []float64{0.8, 0.6}[k])
		near(t, name+"macro recall", fold.MacroRecall, []float64{0.8, 0.6}[k])
		near(t, name+"photos", *fold.Photos, []float64{0.9, 0.8}[k])
		near(t, name+"AUROC", *fold.AUROC, 0.5)
	}
	// Both certainties are far from the thirds of a fifteenth that bins end at, and in bins of their own.
	if math.Floor(15*certainty[0]) == math.Floor(15*certainty[1]) {
		t.Fatalf("certainties %v lie in one bin", certainty)
	}
	near(t, "ECE", d.ECE, (math.Abs(certainty[0]-0.8)+math.Abs(certainty[1]-0.6))/2)
	near(t, "temperature", d.Temperature, (at[0]+at[1])/2)
	// Fold 1 is surer than 0.6, fold 2 less sure than 0.8: half of the answers are sure, 4 of 5 of them right.
	if certainty[0] < 0.6 || certainty[1] > 0.8 {
		t.Fatalf("certainties %v", certainty)
	}
	near(t, "energy threshold", d.Energy, (energies[0]+energies[1])/2)
	near(t, "unsure", d.Unsure, 0.5)
	near(t, "top 1 of the sure answers", *d.SureTop1, 0.8)
	near(t, "ECE of the sure answers", *d.SureECE, math.Abs(certainty[0]-0.8))
	near(t, "AUROC", c.Others.AUROC, 0.5)
	near(t, "FPR95", c.Others.FPR95, 0.5)
	near(t, "AUROC of the highest probability", c.Others.Probability.AUROC, 0.5)
	near(t, "FPR95 of the highest probability", c.Others.Probability.FPR95, 0.5)
	near(t, "others unsure", c.Others.Unsure, 0.5)
	if c.Others.N != 2 {
		t.Errorf("%d other things, want 2", c.Others.N)
	}
	want := []Word{{"pants", "Trouser", 5, 0.8, metrics.Wilson(4, 5)}, {"purse", "Bag", 5, 0.6, metrics.Wilson(3, 5)}}
	if diff := cmp.Diff(want, d.ByWord); diff != "" {
		t.Errorf("by word (-want +got):\n%s", diff)
	}
}

// All ten answers together are right in 7 of 10 cases: at the fitted temperature that is their mean certainty.
func TestCalibrateByHand(t *testing.T) {
	d, err := twoFolds().Calibrate()
	if err != nil {
		t.Fatal(err)
	}
	// By how much the ten are too sure.
	excess := func(temperature float64) float64 {
		sure := func(z float64) float64 { return math.Exp(z/temperature) / (math.Exp(z/temperature) + 9) }
		return 5*sure(even(0.9)) + 5*sure(even(0.75)) - 7
	}
	low, high := 0.1, 10.0
	for range 100 {
		if mid := (low + high) / 2; excess(mid) > 0 {
			low = mid
		} else {
			high = mid
		}
	}
	near(t, "temperature", float64(d.Temperature), low)
	// Ten drawings: 95 % of them are all ten, so the threshold is the lower of the two certainties.
	z := even(0.75) / low
	near(t, "threshold", float64(d.Threshold), math.Exp(z)/(math.Exp(z)+9))
	near(t, "energy", float64(d.Energy), math.Log(math.Exp(even(0.75))+9)) // at temperature 1
}

// The two thresholds together let 95 % of the drawings pass, and each as many as the other: not 95 % each.
func TestCalibrateKeepsTheSameShareByBothRules(t *testing.T) {
	f := twoFolds()
	f.Drawings = nil
	for i := range 100 {
		z := answer(1, 2+float64(i)/20)
		if i < 50 {
			// Surer, but with smaller logits: the higher the probability, the lower the energy.
			z = answer(1, 10-float64(i)/20)
			for k := range z {
				z[k] -= 12 - float32(i)/10
			}
		}
		if i%9 == 0 {
			z[2] = z[1] + 0.1
		}
		f.Drawings = append(f.Drawings, FoldDrawing{KeyID: fmt.Sprint("k", i), Word: "pants", Label: 1, Fold: 1 + i%2, Logits: z})
	}
	d, err := f.Calibrate()
	if err != nil {
		t.Fatal(err)
	}
	both, probability, energy := 0, 0, 0
	for _, one := range f.Drawings {
		score := scored(one.Logits, foldClasses, d)
		if d.Sure(score.probability[0], score.energy[0]) {
			both++
		}
		if score.probability[0] >= float64(d.Threshold) {
			probability++
		}
		if nn.Energy(one.Logits) >= float64(d.Energy) {
			energy++
		}
	}
	if both < 95 || both > 96 || probability != energy || probability == both {
		t.Errorf("of 100 drawings %d pass the probability, %d the energy and %d both; want as many by each and 95 or 96 by both", probability, energy, both)
	}
}

// The drawings that no person could name are left out by key_id.
func TestNameable(t *testing.T) {
	f := twoFolds()
	known := garmentsByKey()
	for id := range quickdraw.Unnameable() {
		f.Drawings[4].KeyID, f.Drawings[4].Word, f.Drawings[4].Label = id, known[id].word, known[id].label
		break
	}
	f.Drawings[4].Logits = answer((f.Drawings[4].Label+1)%10, 1) // one of the mistakes
	c, err := f.Summary()
	if err != nil {
		t.Fatal(err)
	}
	if c.Nameable == nil || c.Nameable.N != 9 || c.Drawings.N != 10 || c.Nameable.Top1 != 7./9 {
		t.Errorf("without the drawing that nobody can name: %+v of %d, want 7 right of 9", c.Nameable, c.Drawings.N)
	}
}

func TestFoldsAreReadBack(t *testing.T) {
	f := twoFolds()
	var b bytes.Buffer
	if err := f.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	again, err := ParseFolds(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, again); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

func TestFoldsRefuse(t *testing.T) {
	id := "" // of a drawing that is of no pants
	for key, d := range garmentsByKey() {
		if id = key; d.word != "pants" {
			break
		}
	}
	nan := float32(math.NaN())
	for want, spoil := range map[string]func(f *Folds){
		"no arch":                              func(f *Folds) { f.Arch = "" },
		"1 folds of 10":                        func(f *Folds) { f.Folds = 1 },
		"11 folds of 10":                       func(f *Folds) { f.Folds = 11 },
		"2 folds of 0":                         func(f *Folds) { f.Drawings = nil },
		"0 epochs":                             func(f *Folds) { f.Epochs = 0 },
		"batches of 0":                         func(f *Folds) { f.Batch = 0 },
		"0 parameters":                         func(f *Folds) { f.Parameters = 0 },
		"1 figures on photos":                  func(f *Folds) { f.Photos = f.Photos[:1] },
		"fold 2 names a share of 1.5":          func(f *Folds) { f.Photos[1] = 1.5 },
		`the date is "today"`:                  func(f *Folds) { f.Date = "today" },
		`drawing 1 (key_id "", "pants") has n`: func(f *Folds) { f.Drawings[0].KeyID = "" },
		"is there twice":                       func(f *Folds) { f.Drawings[1].KeyID = f.Drawings[0].KeyID },
		"has label 10":                         func(f *Folds) { f.Drawings[2].Label = 10 },
		"is of fold 3, expected 1 to 2":        func(f *Folds) { f.Drawings[2].Fold = 3 },
		"is of fold 0, expected 1 to 2":        func(f *Folds) { f.Drawings[2].Fold = 0 },
		"fold 2 of 2 has no drawing":           func(f *Folds) { f.Drawings = f.Drawings[:5] },
		"has 9 logits":                         func(f *Folds) { f.Drawings[3].Logits = f.Drawings[3].Logits[1:] },
		"has the logit NaN for Trouser":        func(f *Folds) { f.Drawings[3].Logits[1] = nan },
		"the list of drawings says":            func(f *Folds) { f.Drawings[3].KeyID = id },
		"other thing 4":                        func(f *Folds) { f.Others[3].KeyID = "" },
		"trained to be unsure about":           func(f *Folds) { f.Others[1].Word = "airplane" },
		"answered twice by fold 1":             func(f *Folds) { f.Others[2].Fold, f.Others[2].KeyID = 1, "o1" },
		"3 answers to 2 other things":          func(f *Folds) { f.Others = f.Others[1:] },
	} {
		f := twoFolds()
		spoil(f)
		if err := f.WriteJSON(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("WriteJSON: error %v, want one with %q", err, want)
		}
		if _, err := f.Summary(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Summary: error %v, want one with %q", err, want)
		}
		if _, err := f.Calibrate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Calibrate: error %v, want one with %q", err, want)
		}
	}
}

func TestParseFoldsRefuses(t *testing.T) {
	var b bytes.Buffer
	if err := twoFolds().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for want, broken := range map[string]string{
		"ends in the middle":        text[:len(text)/2],
		"ends in the middle:":       "",
		"something follows":         text + "{}",
		"expected the answers":      strings.Replace(text, `"epochs":3`, `"epochs":"three"`, 1),
		`unknown field "mood"`:      strings.Replace(text, `"epochs"`, `"mood":1,"epochs"`, 1),
		"has label 12":              strings.Replace(text, `"label":1`, `"label":12`, 1),
		"byte 0: invalid character": "{x",
	} {
		if _, err := ParseFolds([]byte(broken)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
