package train

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"croquis/internal/chart"
	"croquis/internal/nn"
	"croquis/internal/sketch"
)

// facts puts a config into words.
func facts(c *Config, images int) []chart.Fact {
	f := []chart.Fact{
		{Name: "Images", Value: fmt.Sprintf("%d to train with, %d held out", images, c.Validation)},
		{Name: "Epochs, batch, seed", Value: fmt.Sprintf("%d, %d, %d", c.Epochs, c.Batch, c.Seed)},
		{Name: "Loss", Value: strings.ReplaceAll(c.Loss, "_", " ")},
		{Name: "Optimiser", Value: optimizerWords(c)},
		{Name: "Learning rate", Value: scheduleWords(c)},
		{Name: "Augmentation", Value: augmentWords(c)},
	}
	if words := drawnWords(c); words != "" {
		f = append(f, chart.Fact{Name: "Drawn", Value: words})
	}
	if c.LabelSmoothing > 0 {
		f[2].Value += fmt.Sprintf(", labels smoothed by %g", c.LabelSmoothing)
	}
	if c.EMA > 0 {
		f = append(f, chart.Fact{Name: "Averaged weights", Value: fmt.Sprintf("exponentially, %g kept in a step", c.EMA)})
	}
	return f
}

// RecipeLine is the run's recipe in one line.
func (t *Trainer) RecipeLine() string { return recipeLine(&t.Config) }

// Fingerprint changes with whatever decides what the network learns: all settings, all that it is shown, and the fingerprint of
// its teacher.
func (t *Trainer) Fingerprint() string {
	c := t.Config
	c.Teacher, c.DType = "", "" // where a file lies and how it is stored is not what is learnt
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", t.data["training"], t.data["validation"])
	if t.teacher != nil {
		fmt.Fprintln(h, t.teacher.file.Training.Fingerprint)
	}
	if err := json.NewEncoder(h).Encode(&c); err != nil {
		panic(err) // a hash takes whatever is written to it, and a Config is numbers and words
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// recipeLine is facts in one line, for the model file.
func recipeLine(c *Config) string {
	line := fmt.Sprintf("%s; learning rate %s; augmentation: %s; %s", optimizerWords(c), scheduleWords(c), augmentWords(c), strings.ReplaceAll(c.Loss, "_", " "))
	if words := drawnWords(c); words != "" {
		line += "; " + words
	}
	if c.Distil > 0 {
		line += fmt.Sprintf("; %g of each target from a teacher", c.Distil)
	}
	if c.LabelSmoothing > 0 {
		line += fmt.Sprintf("; label smoothing %g", c.LabelSmoothing)
	}
	if c.EMA > 0 {
		line += fmt.Sprintf("; averaged weights %g", c.EMA)
	}
	return line
}

func optimizerWords(c *Config) string {
	var s string
	switch c.Optimizer {
	case "sgd":
		s = fmt.Sprintf("SGD, momentum %g", c.Momentum)
		if c.Nesterov {
			s += " (Nesterov)"
		}
	case "rmsprop":
		s = fmt.Sprintf("RMSprop, ρ %g, ε %g", c.Rho, c.Epsilon)
		if c.Momentum > 0 {
			s += fmt.Sprintf(", momentum %g", c.Momentum)
		}
	case "adam", "adamw":
		s = fmt.Sprintf("%s, β %g and %g, ε %g", map[string]string{"adam": "Adam", "adamw": "AdamW"}[c.Optimizer], c.Beta1, c.Beta2, c.Epsilon)
	case "muon":
		s = fmt.Sprintf("Muon, momentum %g, all but the convolutions' kernels by SGD at %g times the rate", c.Momentum, c.VectorRate)
	}
	if c.WeightDecay > 0 {
		s += fmt.Sprintf(", weight decay %g on kernels", c.WeightDecay)
	}
	return s
}

func scheduleWords(c *Config) string {
	switch c.Schedule {
	case "plateau":
		return fmt.Sprintf("%g, times %g after %d epochs without a better validation accuracy, down to %g", c.LR, c.Factor, c.Patience, c.MinLR)
	case "step":
		return fmt.Sprintf("%g, times %g every %d epochs", c.LR, c.Factor, c.Every)
	case "cosine", "onecycle":
		shape := map[string]string{"cosine": "along a cosine", "onecycle": "linearly"}[c.Schedule]
		return fmt.Sprintf("up to %g in %.3g epochs, then %s down to %g", c.LR, c.Warmup*float64(c.Epochs), shape, c.MinLR)
	case "replay":
		// The rates were float32 when they were applied: %g of the float64 would print digits that mean nothing.
		return fmt.Sprintf("%g to %g, as an earlier run with held-out images decided", float32(c.Rates[0]), float32(c.Rates[len(c.Rates)-1]))
	}
	return fmt.Sprintf("%g throughout", c.LR)
}

func augmentWords(c *Config) string {
	var parts []string
	if c.Pad > 0 {
		parts = append(parts, fmt.Sprintf("shifts up to %d pixels", c.Pad))
	}
	if c.Flip != "none" {
		parts = append(parts, c.Flip+" mirroring")
	}
	if c.Erase > 0 {
		parts = append(parts, fmt.Sprintf("random erasing (probability %g, up to %g of the image)", c.Erase, c.EraseMax))
	}
	if c.Cutout > 0 {
		parts = append(parts, fmt.Sprintf("cutout of %d pixels", c.Cutout))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// drawnWords is what an epoch has beside the photos.
func drawnWords(c *Config) string {
	var parts []string
	for _, p := range []struct {
		share float64
		what  string
	}{
		{c.Renderings, "renderings of photos"}, {c.Generated, "generated drawings"}, {c.People, "drawings by people"},
		{c.Others, "drawings of other things"}, {c.Scribbles, "scribbles"},
	} {
		if p.share > 0 {
			parts = append(parts, fmt.Sprintf("%g %s", p.share, p.what))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	words := "to each photo in an epoch " + strings.Join(parts, ", ")
	if c.People > 0 && c.stem() > 0 {
		words += fmt.Sprintf(" (those by people from epoch %d on, photos in their place before)", c.stem()+1)
	}
	if c.Fold > 0 {
		words += fmt.Sprintf(", without fold %d of %d of the drawings by people", c.Fold, c.Folds)
	}
	return words
}

// contents says what a source holds.
func contents(s Source) string {
	switch s := s.(type) {
	case *Photos:
		return fmt.Sprintf("Fashion-MNIST, %d training images", s.Len())
	case *Renderings:
		return "renderings of them"
	case *Garments:
		return "generated drawings of garments"
	case *Scribbles:
		return "scribbles"
	case *Drawings:
		if s.drawings[0].Label == sketch.NoLabel {
			return fmt.Sprintf("%d drawings by people of other things (Quick, Draw!)", s.distinct())
		}
		return fmt.Sprintf("%d drawings by people of garments (Quick, Draw!)", s.distinct())
	case *Staged:
		return contents(s.Then)
	case *mix:
		var parts []string
		for _, p := range s.parts {
			parts = append(parts, contents(p.Source))
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprintf("%d examples", s.Len())
}

// Warning says that the run is too short for its batch normalisation, or is empty: in use, the moving mean and variance stand
// for the batch's, and with momentum m they still consist of m^n of their first values after n steps.
func (t *Trainer) Warning() string {
	const most = 0.05
	steps := t.Config.Epochs * t.Steps()
	for _, node := range t.Model.Nodes {
		b, ok := node.Layer.(*nn.BatchNormalization)
		if !ok {
			continue
		}
		if left := math.Pow(float64(b.Momentum), float64(steps)); left > most {
			enough := math.Ceil(math.Log(most) / math.Log(float64(b.Momentum)))
			return fmt.Sprintf("After only %d steps %.0f %% of what batch normalisation takes for the data's mean and variance is not from the data: "+
				"the figures will say less than the network has learnt. %g steps are enough: give more -epochs or a smaller -batch.", steps, 100*left, enough)
		}
	}
	return ""
}
