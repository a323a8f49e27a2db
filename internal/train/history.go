package train

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"croquis/internal/whole"
)

// Epoch is what one pass over the training images gave. Loss and Accuracy are means over the images as they were met, with
// dropout and augmentation, while the weights changed, as Keras reports them; the validation figures are those of the
// weights after the epoch (the averaged ones, with EMA) on the held-out images, and null without any.
type Epoch struct {
	Epoch           int      `json:"epoch"` // counted from 1
	Loss            float64  `json:"loss"`  // nats, with penalties
	Accuracy        float64  `json:"accuracy"`
	ValLoss         *float64 `json:"val_loss"`
	ValAccuracy     *float64 `json:"val_accuracy"`
	LR              float32  `json:"lr"`                // of the last step
	Seconds         float64  `json:"seconds"`           // of the epoch, with its validation
	ImagesPerSecond float64  `json:"images_per_second"` // trained, without the validation
}

// Seconds is how long the epochs took together.
func Seconds(epochs []Epoch) (sum float64) {
	for _, e := range epochs {
		sum += e.Seconds
	}
	return sum
}

// History is a run as history.json holds it.
type History struct {
	Config Config  `json:"config"`
	Kernel string  `json:"kernel"` // the kernel variant
	Epochs []Epoch `json:"epochs"`
	// Temperature is what the logits of photos are divided by before the softmax, fitted on the held-out images at the end;
	// 0 before that, and without any.
	Temperature float64 `json:"temperature,omitempty"`
}

// Save replaces the file at path.
func (h *History) Save(path string) error {
	b, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return fmt.Errorf("train: history: %w", err)
	}
	return whole.WriteFile(path, append(b, '\n'))
}

// LoadHistory reads a history.json.
func LoadHistory(path string) (*History, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("train: history: %w", err)
	}
	h := History{Config: unsaid()}
	if err := json.Unmarshal(b, &h); err != nil {
		return nil, fmt.Errorf("train: history %s: %w", path, err)
	}
	if len(h.Epochs) == 0 {
		return nil, fmt.Errorf("train: history %s holds no epoch", path)
	}
	return &h, nil
}

// Rates returns the learning rate of every epoch, for a second run that repeats the decisions of this one (schedule
// "replay"). That is how the weights to be shipped are trained on all images: a run with held-out images decides when the
// rate falls, the run on all images does the same. It fails where the rate changed within an epoch; such schedules need no
// repeating, because they watch nothing.
func (h *History) Rates() ([]float64, error) {
	if !slices.Contains([]string{"constant", "plateau", "step", "replay"}, h.Config.Schedule) {
		return nil, fmt.Errorf("train: the history is of schedule %q, which changes the rate within an epoch and watches nothing; use -schedule %s itself",
			h.Config.Schedule, h.Config.Schedule)
	}
	rates := make([]float64, len(h.Epochs))
	for i, e := range h.Epochs {
		if e.Epoch != i+1 || !(e.LR > 0) {
			return nil, fmt.Errorf("train: line %d of the history is epoch %d with learning rate %g; expected epoch %d and a positive rate", i+1, e.Epoch, e.LR, i+1)
		}
		rates[i] = float64(e.LR)
	}
	return rates, nil
}
