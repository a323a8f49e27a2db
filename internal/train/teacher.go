package train

import (
	"fmt"
	"slices"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
)

// A teacher is a trained network whose answers a smaller one learns (Hinton, Vinyals and Dean 2015): they tell of every
// picture not only what it is but what it resembles.
type teacher struct {
	file  *modelfile.File
	plan  *nn.Plan
	share float32 // of the target
	x     []float32
	probs []float32
}

// newTeacher loads the model file at path to be mixed into the targets of batches of so many images.
func newTeacher(path string, share float64, batch int) (*teacher, error) {
	file, err := modelfile.Load(path)
	if err != nil {
		return nil, fmt.Errorf("train: the teacher: %w", err)
	}
	if !slices.Equal(file.Labels, fashion.Labels[:]) {
		return nil, fmt.Errorf("train: the teacher %s knows other classes: %q, want %q", path, file.Labels, fashion.Labels)
	}
	return &teacher{
		file: file, plan: nn.Compile(file.Model, batch), share: float32(share),
		x: make([]float32, batch*fashion.Pixels), probs: make([]float32, batch*Classes),
	}, nil
}

// teach replaces its share of the targets (n, Classes) by the answers to the pictures (n, 28, 28).
func (t *teacher) teach(pixels []uint8, n int, targets []float32) {
	t.file.Input.Normalise(pixels[:n*fashion.Pixels], t.x)
	t.plan.Predict(t.x, n, t.probs)
	for i, p := range t.probs[:n*Classes] {
		targets[i] += t.share * (p - targets[i])
	}
}
