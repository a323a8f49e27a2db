package metrics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawPredictions makes up logits and labels of up to 60 images and 12 classes, with ties among the logits.
func drawPredictions(t *rapid.T) (logits []float32, p Predictions) {
	classes := rapid.IntRange(2, 12).Draw(t, "classes")
	n := rapid.IntRange(1, 60).Draw(t, "n")
	for range n * classes {
		logits = append(logits, float32(rapid.IntRange(-24, 24).Draw(t, "logit"))/4)
	}
	labels := make([]uint8, n)
	for i := range labels {
		labels[i] = uint8(rapid.IntRange(0, classes-1).Draw(t, "label"))
	}
	return logits, Predictions{Classes: classes, Probs: Softmax(logits, classes, 1), Labels: labels}
}

func TestCountsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p := drawPredictions(t)
		n := p.N()
		c := p.Confusion()
		sum, trace := 0, 0
		for i, row := range c.Rows() {
			trace += row[i]
			for _, v := range row {
				sum += v
			}
		}
		if sum != n || trace != p.Hits(1) {
			t.Fatalf("the matrix holds %d images and %d hits, want %d and %d", sum, trace, n, p.Hits(1))
		}
		last := 0
		for k := 1; k <= p.Classes; k++ {
			if h := p.Hits(k); h < last {
				t.Fatalf("%d hits among the first %d, fewer than among %d", h, k, k-1)
			} else {
				last = h
			}
		}
		if last != n {
			t.Fatalf("%d hits among all classes, want %d", last, n)
		}
		support, predicted := 0, 0
		for _, k := range c.PerClass() {
			support += k.Support
			predicted += k.Predicted
			if k.F1 > math.Max(k.Precision, k.Recall)+1e-12 || k.F1 < math.Min(k.Precision, k.Recall)-1e-12 {
				t.Fatalf("F1 %v is not between precision %v and recall %v", k.F1, k.Precision, k.Recall)
			}
		}
		if support != n || predicted != n {
			t.Fatalf("classes have %d images and %d predictions, want %d of both", support, predicted, n)
		}
		alone := make([]int, p.Classes)
		for i := range alone {
			alone[i] = i
		}
		if c.HitsByGroup(alone) != p.Hits(1) || c.HitsByGroup(make([]int, p.Classes)) != n {
			t.Fatal("groups of one must give the hits, one group of all every image")
		}
	})
}

func TestCalibrationBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, p := drawPredictions(t)
		bins := p.Reliability(CalibrationBins)
		n := 0
		var confidence float64
		for _, b := range bins {
			n += b.Count
			confidence += b.Confidence * float64(b.Count)
			if b.Count > 0 && (b.Confidence > b.High+1e-9 || b.Confidence < b.Low-1e-9) {
				t.Fatalf("mean confidence %v outside its bin (%v, %v]", b.Confidence, b.Low, b.High)
			}
		}
		// The mean gap is at least the gap of the means.
		gap := math.Abs(share(p.Hits(1), n) - confidence/float64(n))
		if ece := ECE(bins); n != p.N() || ece < gap-1e-9 || ece > 1 {
			t.Fatalf("ECE %v over %d images, want %v to 1 over %d", ece, n, gap, p.N())
		}
		if b := p.Brier(); b < 0 || b > 2 {
			t.Fatalf("Brier score %v", b)
		}
	})
}

func TestTemperatureMakesConfidenceRightOnAverage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logits, p := drawPredictions(t)
		best, err := FitTemperature(logits, p.Labels, p.Classes)
		if err != nil {
			t.Fatal(err)
		}
		// By how much the answers are too sure.
		at := func(temperature float64) float64 {
			q, sum := p, 0.0
			q.Probs = Softmax(logits, p.Classes, temperature)
			for i := range q.N() {
				sum += q.Confidence(i)
			}
			return (sum - float64(q.Hits(1))) / float64(q.N())
		}
		const rounding = 1e-6 // of float32 probabilities
		switch {
		case best > MaxTemperature*0.999:
			if at(best) < -rounding {
				t.Fatalf("at the highest temperature the answers are too unsure by %v", -at(best))
			}
		case best < MinTemperature*1.001:
			if at(best) > rounding {
				t.Fatalf("at the lowest temperature the answers are too sure by %v", at(best))
			}
		case math.Abs(at(best)) > rounding:
			t.Fatalf("at temperature %v the answers are too sure by %v", best, at(best))
		}
		// Twice the logits want twice the temperature, unless a bound is in the way.
		twice := make([]float32, len(logits))
		for i, v := range logits {
			twice[i] = 2 * v
		}
		if best > MinTemperature*1.001 && best < MaxTemperature/2.001 {
			if got, _ := FitTemperature(twice, p.Labels, p.Classes); math.Abs(got-2*best) > 1e-6*best {
				t.Fatalf("temperature %v for twice the logits, want %v", got, 2*best)
			}
		}
	})
}

func TestAUROCIsAboutOrderAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.Map(rapid.IntRange(-9, 9), func(i int) float64 { return float64(i) }), 1, 40)
		a, b := scores.Draw(t, "known"), scores.Draw(t, "other")
		got := AUROC(a, b)
		if back := AUROC(b, a); math.Abs(got+back-1) > 1e-12 {
			t.Fatalf("AUROC %v one way and %v the other", got, back)
		}
		bend := func(s []float64) []float64 {
			s = slices.Clone(s)
			for i, v := range s {
				s[i] = math.Exp(v/3) - 7
			}
			return s
		}
		if bent := AUROC(bend(a), bend(b)); math.Abs(got-bent) > 1e-12 {
			t.Fatalf("AUROC %v before and %v after a rising function", got, bent)
		}
		th := Threshold(a, 0.95)
		kept := 0
		for _, s := range a {
			if s >= th {
				kept++
			}
		}
		if float64(kept) < 0.95*float64(len(a))-1e-9 {
			t.Fatalf("threshold %v keeps %d of %d", th, kept, len(a))
		}
	})
}

// The thresholds are those that a loop finds which asks both rules to keep one thing more at a time, from none on.
func TestJointThresholdsAgainstThePlainLoop(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		score := rapid.Map(rapid.IntRange(-20, 20), func(i int) float64 { return float64(i) / 4 })
		a, b := rapid.SliceOfN(score, n, n).Draw(t, "a"), rapid.SliceOfN(score, n, n).Draw(t, "b")
		percent := rapid.IntRange(1, 100).Draw(t, "keep")
		both := func(ta, tb float64) (passed int) {
			for i := range a {
				if a[i] >= ta && b[i] >= tb {
					passed++
				}
			}
			return passed
		}
		ta, tb := JointThresholds(a, b, float64(percent)/100)
		for each := 1; ; each++ {
			// The highest score that so many things reach, by asking each of them.
			highest := func(s []float64) float64 {
				best := math.Inf(-1)
				for _, v := range s {
					reach := 0
					for _, w := range s {
						if w >= v {
							reach++
						}
					}
					if reach >= each {
						best = math.Max(best, v)
					}
				}
				return best
			}
			wantA, wantB := highest(a), highest(b)
			if 100*both(wantA, wantB) < percent*n {
				continue
			}
			if ta != wantA || tb != wantB {
				t.Fatalf("thresholds %v and %v, want %v and %v, with which each keeps %d of %d", ta, tb, wantA, wantB, each, n)
			}
			return
		}
	})
}

func TestJointThresholdsByHand(t *testing.T) {
	// Each rule keeps 19 of 20 and rejects another one: together they keep 18, and with 20 of each all.
	a, b := make([]float64, 20), make([]float64, 20)
	for i := range a {
		a[i], b[i] = float64(i), float64(20-i)
	}
	if ta, tb := JointThresholds(a, b, 0.95); ta != 0 || tb != 1 {
		t.Errorf("thresholds %v and %v, want 0 and 1: there is no share between", ta, tb)
	}
	if ta, tb := JointThresholds(a, b, 0.9); ta != 1 || tb != 2 {
		t.Errorf("thresholds %v and %v, want 1 and 2: one falls to each rule", ta, tb)
	}
	// Two rules of one opinion are one rule.
	if ta, tb := JointThresholds(a, a, 0.95); ta != Threshold(a, 0.95) || tb != ta {
		t.Errorf("thresholds %v and %v, want %v", ta, tb, Threshold(a, 0.95))
	}
}

func TestWilsonHoldsTheShareAndNarrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		i := Wilson(k, n)
		if p := share(k, n); !(0 <= i.Low() && i.Low() <= p && p <= i.High() && i.High() <= 1) {
			t.Fatalf("interval %v of the share %v", i, p)
		}
		if j := Wilson(10*k, 10*n); j.High()-j.Low() >= i.High()-i.Low() {
			t.Fatalf("ten times the images give %v after %v", j, i)
		}
		if m := Wilson(n-k, n); math.Abs(m.Low()-(1-i.High())) > 1e-12 || math.Abs(m.High()-(1-i.Low())) > 1e-12 {
			t.Fatalf("the misses have %v, the hits %v", m, i)
		}
	})
}
