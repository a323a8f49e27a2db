package nn

import (
	"fmt"
	"math"
)

// A Loss compares predictions with targets (both (n, classes)).
type Loss interface {
	// Name is Keras's: "categorical_crossentropy", "mean_squared_error".
	Name() string
	// Eval returns the sum of the examples' losses and, if grad is not nil, writes the gradient of their mean with
	// respect to the predictions into it.
	Eval(predictions, targets Tensor, grad []float32) float64
}

// CategoricalCrossentropy is -Σ_j t_j·log p_j for each example, as keras.losses.CategoricalCrossentropy. Targets may be
// soft. LabelSmoothing s replaces them by t·(1-s) + s/classes (Szegedy et al., "Rethinking the Inception architecture",
// 2015).
//
// On a network that ends in softmax both are computed as one from the logits z, which neither overflows nor loses
// small probabilities:
//
//	loss = -Σ_j t_j·(z_j - log Σ_k e^z_k)        ∂loss/∂z_j = p_j·Σ_k t_k - t_j
//
// Elsewhere the predictions are first divided by their sum and clipped to [1e-7, 1-1e-7], as Keras does.
type CategoricalCrossentropy struct {
	LabelSmoothing float32 `json:"label_smoothing"`
}

func (CategoricalCrossentropy) Name() string { return "categorical_crossentropy" }

// smooth is a target after label smoothing.
func (l CategoricalCrossentropy) smooth(t float32, classes int) float64 {
	return float64(t)*(1-float64(l.LabelSmoothing)) + float64(l.LabelSmoothing)/float64(classes)
}

func (l CategoricalCrossentropy) Eval(predictions, targets Tensor, grad []float32) float64 {
	checkLoss(predictions, targets, grad)
	const eps = 1e-7
	n := predictions.Batch()
	loss := 0.0
	for i := range n {
		p, t := predictions.Row(i), targets.Row(i)
		sum := 0.0
		for _, v := range p {
			sum += float64(v)
		}
		dot := 0.0 // Σ t_j over the classes that were not clipped: their share in the derivative of the sum
		for j, v := range p {
			q := float64(v) / sum
			ts := l.smooth(t[j], len(p))
			loss -= ts * math.Log(min(max(q, eps), 1-eps))
			if q > eps && q < 1-eps {
				dot += ts
			}
		}
		if grad == nil {
			continue
		}
		for j, v := range p {
			q := float64(v) / sum
			d := dot / sum
			if q > eps && q < 1-eps {
				d -= l.smooth(t[j], len(p)) / float64(v)
			}
			grad[i*len(p)+j] = float32(d / float64(n))
		}
	}
	return loss
}

// evalLogits is Eval on what goes into the softmax.
func (l CategoricalCrossentropy) evalLogits(logits, targets Tensor, grad []float32) float64 {
	checkLoss(logits, targets, grad)
	n := logits.Batch()
	loss := 0.0
	for i := range n {
		z, t := logits.Row(i), targets.Row(i)
		total := 0.0
		for _, v := range t {
			total += l.smooth(v, len(z))
		}
		energy := Energy(z)
		for j, v := range z {
			logP := float64(v) - energy // the logarithm of the softmax
			ts := l.smooth(t[j], len(z))
			if ts != 0 { // 0·log 0 is 0
				loss -= ts * logP
			}
			if grad != nil {
				grad[i*len(z)+j] = float32((math.Exp(logP)*total - ts) / float64(n))
			}
		}
	}
	return loss
}

// Energy is the energy score of an answer, ln Σ exp(logit) over what goes into the softmax (the negative energy of Liu et al.
// 2020, arXiv:2010.03759). It keeps the size of the logits, which softmax divides away: a network answers what it knows with
// large ones.
func Energy(logits []float32) float64 {
	top := math.Inf(-1)
	for _, z := range logits {
		top = math.Max(top, float64(z))
	}
	sum := 0.0
	for _, z := range logits {
		sum += math.Exp(float64(z) - top)
	}
	return top + math.Log(sum)
}

// MeanSquaredError is 1/classes · Σ_j (p_j - t_j)² for each example, as keras.losses.MeanSquaredError.
type MeanSquaredError struct{}

func (MeanSquaredError) Name() string { return "mean_squared_error" }

func (MeanSquaredError) Eval(predictions, targets Tensor, grad []float32) float64 {
	checkLoss(predictions, targets, grad)
	classes := len(predictions.Data) / predictions.Batch()
	sum := 0.0
	for i, v := range predictions.Data {
		d := float64(v) - float64(targets.Data[i])
		sum += d * d
		if grad != nil {
			grad[i] = float32(2 * d / float64(len(predictions.Data)))
		}
	}
	return sum / float64(classes)
}

// NewLoss gives a loss by Keras's name.
func NewLoss(name string, labelSmoothing float32) (Loss, error) {
	switch name {
	case "categorical_crossentropy":
		if !(labelSmoothing >= 0 && labelSmoothing < 1) {
			return nil, fmt.Errorf("nn: label_smoothing %v is outside [0, 1)", labelSmoothing)
		}
		return CategoricalCrossentropy{labelSmoothing}, nil
	case "mean_squared_error", "mse":
		if labelSmoothing != 0 {
			return nil, fmt.Errorf("nn: mean_squared_error has no label smoothing, got %v", labelSmoothing)
		}
		return MeanSquaredError{}, nil
	}
	return nil, fmt.Errorf("nn: unknown loss %q: use categorical_crossentropy or mean_squared_error", name)
}

func checkLoss(p, t Tensor, grad []float32) {
	if len(p.Data) != len(t.Data) || len(p.Shape) == 0 || len(t.Shape) == 0 || p.Shape[0] != t.Shape[0] || grad != nil && len(grad) != len(p.Data) {
		panic(fmt.Sprintf("nn: Loss: predictions %v, targets %v and a gradient of %d values do not fit together", Shape(p.Shape), Shape(t.Shape), len(grad)))
	}
}
