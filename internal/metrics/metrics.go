// Package metrics says how good a classifier's answers are: accuracy, confusion, calibration and how well it knows what it
// does not know. It takes plain slices and reads no file. Confusion matrices are gorgonia tensors.
//
// A result is trusted only with its uncertainty, so every share of images comes with Wilson's 95 % interval.
package metrics

import (
	"fmt"
	"math"
)

// CoarseGroups puts Fashion-MNIST's ten classes into the five that a rough drawing can be expected to tell apart. The
// T-shirt, Pullover, Coat and Shirt are one group, the Sandal, Sneaker and Ankle boot another; a group is named by the
// lowest label in it.
var CoarseGroups = []int{0, 1, 0, 3, 0, 5, 0, 5, 8, 5}

// Predictions are a classifier's answers to n images whose classes are known.
type Predictions struct {
	Classes int
	Probs   []float32 // (n, Classes), row-major; each row sums to 1
	Labels  []uint8   // (n), each below Classes
}

// N is the number of images.
func (p Predictions) N() int { return len(p.Labels) }

// Row is the probabilities of image i.
func (p Predictions) Row(i int) []float32 { return p.Probs[i*p.Classes : (i+1)*p.Classes] }

// Check reports the first reason why nothing can be computed from p: no image, slices of unequal length, a label that is
// no class, or a row that is no probability distribution (sum off by more than 1e-3, a negative or a NaN).
func (p Predictions) Check() error {
	n := p.N()
	switch {
	case p.Classes < 2 || p.Classes > 256:
		return fmt.Errorf("metrics: %d classes, want 2 to 256", p.Classes)
	case n == 0:
		return fmt.Errorf("metrics: no images to evaluate")
	case len(p.Probs) != n*p.Classes:
		return fmt.Errorf("metrics: %d probabilities for %d images of %d classes, want %d", len(p.Probs), n, p.Classes, n*p.Classes)
	}
	for i := range n {
		if int(p.Labels[i]) >= p.Classes {
			return fmt.Errorf("metrics: image %d has label %d, want 0 to %d", i, p.Labels[i], p.Classes-1)
		}
		var sum float64
		for j, v := range p.Row(i) {
			if !(v >= 0) {
				return fmt.Errorf("metrics: image %d gives class %d the probability %v, want 0 to 1", i, j, v)
			}
			sum += float64(v)
		}
		if !(math.Abs(sum-1) <= 1e-3) {
			return fmt.Errorf("metrics: the probabilities of image %d sum to %v, want 1", i, sum)
		}
	}
	return nil
}

// Predicted is the likeliest class of image i, the lowest of equals.
func (p Predictions) Predicted(i int) int {
	row := p.Row(i)
	best := 0
	for j, v := range row {
		if v > row[best] {
			best = j
		}
	}
	return best
}

// Confidence is the probability of the likeliest class of image i.
func (p Predictions) Confidence(i int) float64 { return float64(p.Row(i)[p.Predicted(i)]) }

// Hits counts the images whose true class is among the k likeliest; of equally likely classes the lowest come first.
func (p Predictions) Hits(k int) int {
	hits := 0
	for i, label := range p.Labels {
		row, t := p.Row(i), int(label)
		rank := 0
		for j, v := range row {
			if v > row[t] || v == row[t] && j < t {
				rank++
			}
		}
		if rank < k {
			hits++
		}
	}
	return hits
}

// Summary is everything that is said about one set of images. Shares are from 0 to 1.
type Summary struct {
	N              int             `json:"n"`
	Top1           float64         `json:"top1"`
	Top1Interval   Interval        `json:"top1_interval"`
	Top2           float64         `json:"top2"`
	Top2Interval   Interval        `json:"top2_interval"`
	MacroRecall    float64         `json:"macro_recall"`
	MacroInterval  Interval        `json:"macro_recall_interval"`
	Coarse         float64         `json:"coarse"`
	CoarseInterval Interval        `json:"coarse_interval"`
	ECE            float64         `json:"ece"`
	NLL            float64         `json:"nll"`
	Brier          float64         `json:"brier"`
	PerClass       []Class         `json:"per_class"`
	Confusion      ConfusionMatrix `json:"confusion"`
	Reliability    []Bin           `json:"reliability"`
}

// Evaluate computes the Summary of p. groups[label] is the coarse group of a class; nil stands for CoarseGroups.
func Evaluate(p Predictions, groups []int) (Summary, error) {
	if err := p.Check(); err != nil {
		return Summary{}, err
	}
	if groups == nil {
		groups = CoarseGroups
	}
	if len(groups) != p.Classes {
		return Summary{}, fmt.Errorf("metrics: %d coarse groups for %d classes", len(groups), p.Classes)
	}
	n := p.N()
	confusion := p.Confusion()
	top1, top2, coarse := p.Hits(1), p.Hits(2), confusion.HitsByGroup(groups)
	bins := p.Reliability(CalibrationBins)
	perClass := confusion.PerClass()
	return Summary{
		N:    n,
		Top1: share(top1, n), Top1Interval: Wilson(top1, n),
		Top2: share(top2, n), Top2Interval: Wilson(top2, n),
		MacroRecall: MacroRecall(perClass), MacroInterval: MacroInterval(perClass),
		Coarse: share(coarse, n), CoarseInterval: Wilson(coarse, n),
		ECE: ECE(bins), NLL: p.NLL(), Brier: p.Brier(),
		PerClass: perClass, Confusion: confusion, Reliability: bins,
	}, nil
}

func share(k, n int) float64 { return float64(k) / float64(n) }
