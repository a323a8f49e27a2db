package metrics

import (
	"fmt"
	"math"
)

// CalibrationBins is the number of bins that calibration is published with (Guo et al. 2017, arXiv 1706.04599).
const CalibrationBins = 15

// Bin is the images whose confidence lies in (Low, High].
type Bin struct {
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Count      int     `json:"count"`
	Confidence float64 `json:"confidence"` // mean; 0 when Count is 0
	Accuracy   float64 `json:"accuracy"`   // share of hits; 0 when Count is 0
}

// Reliability sorts the images into equal bins of confidence. A calibrated classifier is right in 80 % of the cases in
// which it is 80 % sure: Accuracy equals Confidence in every bin.
func (p Predictions) Reliability(bins int) []Bin {
	if bins < 1 {
		panic("metrics: Reliability: want at least one bin")
	}
	out := make([]Bin, bins)
	for b := range out {
		out[b].Low, out[b].High = float64(b)/float64(bins), float64(b+1)/float64(bins)
	}
	for i, label := range p.Labels {
		c := p.Confidence(i)
		b := &out[binOf(c, bins)]
		b.Count++
		b.Confidence += c
		if p.Predicted(i) == int(label) {
			b.Accuracy++
		}
	}
	for b := range out {
		if n := float64(out[b].Count); n > 0 {
			out[b].Confidence /= n
			out[b].Accuracy /= n
		}
	}
	return out
}

// ECE is the expected calibration error: the mean gap between confidence and accuracy, weighted by the bins' counts.
func ECE(bins []Bin) float64 {
	var gap float64
	n := 0
	for _, b := range bins {
		gap += float64(b.Count) * math.Abs(b.Accuracy-b.Confidence)
		n += b.Count
	}
	if n == 0 {
		return 0
	}
	return gap / float64(n)
}

// ChanceECE approximates the ECE to be expected if every confidence were the exact probability to be right, and chance
// alone drew who is: with few images in a bin, the share of hits is off by chance. In a bin the hits' number then has the
// variance Σ c(1−c), and a normal variable's mean distance from its mean is √(2/π) standard deviations.
func (p Predictions) ChanceECE(bins int) float64 {
	if bins < 1 {
		panic("metrics: ChanceECE: want at least one bin")
	}
	variance := make([]float64, bins)
	for i := range p.Labels {
		c := p.Confidence(i)
		variance[binOf(c, bins)] += float64(c * (1 - c)) // rounded before the sum: no fused multiply-add, the same figure everywhere
	}
	var gap float64
	for _, v := range variance {
		gap += math.Sqrt(2 / math.Pi * v)
	}
	if p.N() == 0 {
		return 0
	}
	return gap / float64(p.N())
}

// binOf is which of equal bins (Low, High] a confidence is in.
func binOf(c float64, bins int) int { return min(max(int(math.Ceil(c*float64(bins)))-1, 0), bins-1) }

// NLL is the mean negative log-likelihood -ln p(true class). A probability that underflowed to 0 counts as float32's
// smallest normal number, 87.3 nats, since one infinite image would hide all others.
func (p Predictions) NLL() float64 {
	const smallest = 0x1p-126
	var sum float64
	for i, label := range p.Labels {
		sum -= math.Log(math.Max(float64(p.Row(i)[label]), smallest))
	}
	return sum / float64(p.N())
}

// Brier is Brier's score (1950) for several classes: the mean of Σ_j (p_j - [j is true])², from 0 to 2.
func (p Predictions) Brier() float64 {
	var sum float64
	for i, label := range p.Labels {
		for j, v := range p.Row(i) {
			d := float64(v)
			if j == int(label) {
				d--
			}
			sum += d * d
		}
	}
	return sum / float64(p.N())
}

// Softmax returns the rows of exp(logit/temperature) / Σ exp(logit/temperature). logits is (n, classes).
func Softmax(logits []float32, classes int, temperature float64) []float32 {
	if classes < 1 || len(logits)%classes != 0 || !(temperature > 0) {
		panic("metrics: Softmax: want rows of the given number of classes and a temperature above 0")
	}
	probs := make([]float32, len(logits))
	e := make([]float64, classes)
	for r := 0; r < len(logits); r += classes {
		row := logits[r : r+classes]
		top := maxOf(row)
		var sum float64
		for j, z := range row {
			e[j] = math.Exp((float64(z) - top) / temperature)
			sum += e[j]
		}
		for j := range row {
			probs[r+j] = float32(e[j] / sum)
		}
	}
	return probs
}

func maxOf(row []float32) float64 {
	top := math.Inf(-1)
	for _, v := range row {
		top = math.Max(top, float64(v))
	}
	return top
}

// Temperatures are fitted between these: beyond them a set is either always right or worse than guessing.
const (
	MinTemperature = 0.05
	MaxTemperature = 20
)

// FitTemperature finds the temperature T at which the mean confidence of softmax(logits/T) is the share of right answers
// (expectation consistency: Clarté, Loureiro, Krzakala and Zdeborová 2023, arXiv:2303.02644). It mends confidence without
// changing any answer. logits is (n, classes), labels n; an error says what is wrong with them.
//
// The difference of the two is a lower bound of the ECE, whatever its bins, and this T makes it zero. The T of the least NLL
// (Guo et al. 2017) does not.
//
// The mean confidence falls strictly with T, unless in every row all logits are equal, so bisection finds the one solution.
// Where there is none, all answers being right, say, it is the bound on that side.
func FitTemperature(logits []float32, labels []uint8, classes int) (float64, error) {
	n := len(labels)
	if n == 0 || classes < 2 || len(logits) != n*classes {
		return 0, fmt.Errorf("metrics: %d logits for %d images of %d classes: no temperature can be fitted", len(logits), n, classes)
	}
	for i, label := range labels {
		if int(label) >= classes {
			return 0, fmt.Errorf("metrics: image %d has label %d, want 0 to %d", i, label, classes-1)
		}
	}
	for i, z := range logits {
		if math.IsNaN(float64(z)) || math.IsInf(float64(z), 0) {
			return 0, fmt.Errorf("metrics: logit %d of image %d is %v", i%classes, i/classes, z)
		}
	}
	right := Predictions{Classes: classes, Probs: logits, Labels: labels}.Hits(1)
	low, high := math.Log(MinTemperature), math.Log(MaxTemperature)
	for range 60 { // to a relative 1e-17, as fine as a float64 is
		middle := (low + high) / 2
		if confidenceAt(math.Exp(middle), logits, classes) > float64(right) {
			low = middle
		} else {
			high = middle
		}
	}
	return math.Exp((low + high) / 2), nil
}

// confidenceAt is the sum of the highest probabilities of softmax(logits/temperature).
func confidenceAt(temperature float64, logits []float32, classes int) float64 {
	total := 0.0
	for r := 0; r < len(logits); r += classes {
		row := logits[r : r+classes]
		top, sum := maxOf(row), 0.0
		for _, z := range row {
			sum += math.Exp((float64(z) - top) / temperature)
		}
		total += 1 / sum
	}
	return total
}
