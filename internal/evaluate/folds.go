package evaluate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/sketch/quickdraw"
)

// Folds are the answers of a cross-validation over drawings by people: each drawing is answered by the one network of Folds
// that was not trained with it. They stand in for a network that was trained with all of them, by the same recipe.
type Folds struct {
	Arch   string `json:"arch"`
	Folds  int    `json:"folds"`
	Epochs int    `json:"epochs"`
	Batch  int    `json:"batch"`
	Seed   uint64 `json:"seed"`
	Recipe string `json:"recipe"`
	// Fingerprint is that of the network's training, which it shares.
	Fingerprint string `json:"fingerprint"`
	// DType is how the file stores kernels that the answers are of, rounded so.
	DType string `json:"dtype"`
	// Parameters is how many trainable weights the network has: a name can change its shape.
	Parameters int `json:"parameters"`

	Machine  string        `json:"machine"`
	Date     string        `json:"date"`     // RFC 3339
	Photos   []float64     `json:"photos"`   // share of the validation photos that each fold's network names correctly; may be empty
	Drawings []FoldDrawing `json:"drawings"` // each once
	// Others are the drawings of other things, of words that are not quickdraw.Exposed, each answered by every fold's network;
	// may be empty.
	Others []FoldOther `json:"others"`
}

// FoldDrawing is a drawing and the logits that the network of its fold gives it, one for each class.
type FoldDrawing struct {
	KeyID  string    `json:"key_id"`
	Word   string    `json:"word"`
	Label  int       `json:"label"`
	Fold   int       `json:"fold"` // from 1; the network of this fold has not seen the drawing
	Logits []float32 `json:"logits"`
}

// FoldOther is a drawing of another thing and the logits of one fold's network.
type FoldOther struct {
	KeyID  string    `json:"key_id"`
	Word   string    `json:"word"`
	Fold   int       `json:"fold"` // from 1; whose network answers
	Logits []float32 `json:"logits"`
}

// foldClasses is the number of logits of an answer.
const foldClasses = len(fashion.Labels)

// WriteJSON writes the folds as a file, which ParseFolds reads back. It refuses what ParseFolds would.
func (f *Folds) WriteJSON(w io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(f)
}

// ParseFolds reads what WriteJSON wrote. It fails on anything that is missing, doubled, no number, or not what was to be
// measured, and says which drawing it is.
func ParseFolds(b []byte) (*Folds, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	f := &Folds{}
	if err := d.Decode(f); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("folds: the file ends in the middle: run the cross-validation again")
		}
		return nil, fmt.Errorf("folds: byte %d: %s: expected the answers of a cross-validation", d.InputOffset(), strings.TrimPrefix(err.Error(), "json: "))
	}
	if len(bytes.TrimSpace(b[d.InputOffset():])) > 0 {
		return nil, fmt.Errorf("folds: byte %d: something follows the answers, expected the end of the file", d.InputOffset())
	}
	return f, f.check()
}

// CheckFor says why these answers cannot stand in for those of the network m, or nil: another recipe, shape or training made
// them.
func (f *Folds) CheckFor(m *modelfile.File) error {
	parameters, _ := m.Model.Count()
	t := &m.Training
	for _, c := range []struct {
		what      string
		here, has any
	}{
		{"network", f.Arch, t.Arch}, {"number of parameters", f.Parameters, parameters}, {"recipe", f.Recipe, t.Recipe},
		{"number of epochs", f.Epochs, t.Epochs}, {"batch", f.Batch, t.Batch}, {"seed", f.Seed, t.Seed},
		{"fingerprint of settings and data", f.Fingerprint, t.Fingerprint}, {"type of the stored weights", f.DType, m.DType.String()},
	} {
		if c.here != c.has {
			return fmt.Errorf("folds: a cross-validation whose %s is %v, but %q has %v: give the one that the network is from", c.what, c.here, m.Name, c.has)
		}
	}
	return nil
}

// check finds what would make figures of the answers wrong.
func (f *Folds) check() error {
	switch {
	case f.Arch == "":
		return errors.New("folds: no arch: expected the name of the network")
	case f.Fingerprint == "":
		return errors.New("folds: no fingerprint of the training: run the cross-validation again, which goes on from its checkpoints")
	case f.DType == "":
		return errors.New("folds: no dtype: run the cross-validation again, which goes on from its checkpoints")
	case f.Folds < 2 || f.Folds > len(f.Drawings):
		return fmt.Errorf("folds: %d folds of %d drawings, expected 2 folds at least and no empty one", f.Folds, len(f.Drawings))
	case f.Epochs < 1 || f.Batch < 1 || f.Parameters < 1:
		return fmt.Errorf("folds: %d epochs, batches of %d, %d parameters, expected 1 of each at least", f.Epochs, f.Batch, f.Parameters)
	case len(f.Photos) != 0 && len(f.Photos) != f.Folds:
		return fmt.Errorf("folds: %d figures on photos, expected one for each of the %d folds, or none", len(f.Photos), f.Folds)
	}
	for k, v := range f.Photos {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("folds: fold %d names a share of %v of the photos, expected 0 to 1", k+1, v)
		}
	}
	if _, err := time.Parse(time.RFC3339, f.Date); err != nil {
		return fmt.Errorf("folds: the date is %q, expected one like 2026-01-31T12:00:00Z", f.Date)
	}
	if err := f.checkDrawings(); err != nil {
		return err
	}
	return f.checkOthers()
}

func (f *Folds) checkDrawings() error {
	known := garmentsByKey()
	seen, of := map[string]bool{}, make([]int, f.Folds)
	for i, d := range f.Drawings {
		what := fmt.Sprintf("folds: drawing %d (key_id %q, %q)", i+1, d.KeyID, d.Word)
		if err := f.checkAnswer(d.Fold, d.Logits); err != nil {
			return fmt.Errorf("%s %w", what, err)
		}
		switch listed, ok := known[d.KeyID]; {
		case d.KeyID == "":
			return fmt.Errorf("%s has no key_id", what)
		case seen[d.KeyID]:
			return fmt.Errorf("%s is there twice: a network that has not seen it answers once", what)
		case d.Label < 0 || d.Label >= foldClasses:
			return fmt.Errorf("%s has label %d, expected 0 to %d", what, d.Label, foldClasses-1)
		case ok && (listed.word != d.Word || listed.label != d.Label):
			return fmt.Errorf("%s has label %d, but the list of drawings says %q with label %d", what, d.Label, listed.word, listed.label)
		}
		seen[d.KeyID] = true
		of[d.Fold-1]++
	}
	for k, n := range of {
		if n == 0 {
			return fmt.Errorf("folds: fold %d of %d has no drawing", k+1, f.Folds)
		}
	}
	return nil
}

func (f *Folds) checkOthers() error {
	type answer struct {
		key  string
		fold int
	}
	seen, keys := map[answer]bool{}, map[string]bool{}
	for i, o := range f.Others {
		what := fmt.Sprintf("folds: other thing %d (key_id %q, %q)", i+1, o.KeyID, o.Word)
		if err := f.checkAnswer(o.Fold, o.Logits); err != nil {
			return fmt.Errorf("%s %w", what, err)
		}
		switch a := (answer{o.KeyID, o.Fold}); {
		case o.KeyID == "":
			return fmt.Errorf("%s has no key_id", what)
		case quickdraw.Exposed(o.Word):
			return fmt.Errorf("%s is of a word that networks are trained to be unsure about; expected the other half", what)
		case seen[a]:
			return fmt.Errorf("%s is answered twice by fold %d", what, o.Fold)
		default:
			seen[a], keys[o.KeyID] = true, true
		}
	}
	if len(seen) != len(keys)*f.Folds {
		return fmt.Errorf("folds: %d answers to %d other things, expected one of each of the %d folds", len(seen), len(keys), f.Folds)
	}
	return nil
}

func (f *Folds) checkAnswer(fold int, logits []float32) error {
	if fold < 1 || fold > f.Folds {
		return fmt.Errorf("is of fold %d, expected 1 to %d", fold, f.Folds)
	}
	if len(logits) != foldClasses {
		return fmt.Errorf("has %d logits, expected %d", len(logits), foldClasses)
	}
	for k, z := range logits {
		if math.IsNaN(float64(z)) || math.IsInf(float64(z), 0) {
			return fmt.Errorf("has the logit %v for %s", z, fashion.Labels[k])
		}
	}
	return nil
}

// listed is what quickdraw's list says of a drawing.
type listed struct {
	word  string
	label int
}

// garmentsByKey are the drawings of garments in quickdraw's list, by key_id.
func garmentsByKey() map[string]listed {
	all := map[string]listed{}
	for _, c := range quickdraw.Collections() {
		for _, g := range c.Groups {
			for _, id := range g.KeyIDs {
				if g.Label != nil {
					all[id] = listed{g.Word, *g.Label}
				}
			}
		}
	}
	return all
}

// rows are the logits of answers, one after the other.
func rows[T any](answers []T, logits func(T) []float32) []float32 {
	var all []float32
	for _, a := range answers {
		all = append(all, logits(a)...)
	}
	return all
}

func labelsOf(drawings []FoldDrawing) []uint8 {
	labels := make([]uint8, len(drawings))
	for i, d := range drawings {
		labels[i] = uint8(d.Label)
	}
	return labels
}
