package evaluate

import (
	"slices"

	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/sketch"
)

// predictor runs the network on pixels.
type predictor struct {
	file *modelfile.File
	plan *nn.Plan
}

// block is how many images are computed at once: enough for every core, little memory.
const block = 256

func newPredictor(f *modelfile.File) *predictor { return &predictor{f, nn.Compile(f.Model, block)} }

// logits computes the network's answers (n, classes) to n pictures before the softmax.
func (p *predictor) logits(pixels []uint8) []float32 {
	const size = sketch.Side * sketch.Side
	n, classes := len(pixels)/size, len(p.file.Labels)
	out := make([]float32, n*classes)
	x := make([]float32, block*size)
	for from := 0; from < n; from += block {
		k := min(block, n-from)
		p.file.Input.Normalise(pixels[from*size:(from+k)*size], x)
		p.plan.Logits(x[:k*size], k, out[from*classes:(from+k)*classes])
	}
	return out
}

// endsInSoftmax says whether the outputs are probabilities, that is, whether Predict does more than Logits.
func (p *predictor) endsInSoftmax() bool {
	x := make([]float32, sketch.Side*sketch.Side)
	logits, probs := make([]float32, len(p.file.Labels)), make([]float32, len(p.file.Labels))
	p.plan.Logits(x, 1, logits)
	p.plan.Predict(x, 1, probs)
	return !slices.Equal(logits, probs)
}
