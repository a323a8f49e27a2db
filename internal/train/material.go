package train

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/sketch"
	"croquis/internal/sketch/augment"
	"croquis/internal/sketch/garment"
	"croquis/internal/sketch/quickdraw"
)

// Data is what there is to learn from.
type Data struct {
	Photos   *fashion.Set
	Garments []sketch.Drawing // by people, with labels
	Others   []sketch.Drawing // by people, of other things; those of exposed words are learnt, see quickdraw.Exposed
}

// LoadData reads what c needs: the photos to train with in the folder photos, and the drawings by people in the folder
// drawings. Where nobody has fetched any of those, generated drawings and scribbles take their place in c: note says so. With
// resume they do not: a run that still wants drawings by people was begun with them.
func LoadData(c *Config, photos, drawings string, resume bool) (d Data, note string, err error) {
	if d.Photos, err = fashion.LoadTrain(photos); err != nil || c.People == 0 && c.Others == 0 {
		return d, "", err
	}
	d.Garments, d.Others, err = quickdraw.Load(drawings)
	if !errors.Is(err, fs.ErrNotExist) {
		return d, "", err
	}
	if c.Fold > 0 {
		return d, "", fmt.Errorf("%w: there is no fold to leave out (-fold %d)", err, c.Fold)
	}
	if resume {
		return d, "", fmt.Errorf("%w: a run that is resumed takes nothing in the place of drawings by people (-people %g, -others %g); -quickdraw names their folder", err, c.People, c.Others)
	}
	c.Generated, c.Scribbles = c.Generated+c.People, c.Scribbles+c.Others
	c.People, c.Others = 0, 0
	return d, fmt.Sprintf("There are no drawings by people in %s (make data fetches them): generated ones take their place. "+
		"Expect a network that is as good on photos and much worse on drawings.", drawings), nil
}

// Gather loads what c needs, as LoadData does, and prepares it.
func Gather(c *Config, photos, drawings string, resume bool) (m *Material, note string, err error) {
	d, note, err := LoadData(c, photos, drawings, resume)
	if err != nil {
		return nil, "", err
	}
	m, err = Prepare(c, d)
	return m, note, err
}

// Material is what a run learns from and judges itself by.
type Material struct {
	Train, Validation Source // Validation is nil if nothing is held out
	Input             modelfile.Input
	LeftOut           []sketch.Drawing // of the fold that is left out; none without
}

// Prepare makes the material of a run: photos, and as many renderings, generated drawings, drawings by people, of garments
// and of other things, and scribbles, as c has shares for. All are in every batch, mixed anew in each epoch. A c.Validation
// of -1 is replaced by the number that it stands for.
func Prepare(c *Config, d Data) (*Material, error) {
	photos, validation, input, err := Photographs(c, d.Photos)
	if err != nil {
		return nil, err
	}
	m := &Material{Train: photos, Validation: validation, Input: input}
	take := func(share float64) int { return int(math.Round(share * float64(photos.Len()))) }
	parts := []Part{{Source: photos, Take: photos.Len()}}
	add := func(n int, s func() (Source, error)) error {
		if n == 0 {
			return nil
		}
		source, err := s()
		if err != nil {
			return err
		}
		if source.Len() == 0 {
			return fmt.Errorf("train: there is nothing to take %d examples an epoch from", n)
		}
		parts = append(parts, Part{Source: source, Take: n})
		return nil
	}
	if err := add(take(c.Renderings), func() (Source, error) {
		learn, _ := split(c, d.Photos)
		return NewRenderings(c.Seed, d.Photos, learn, nil), nil
	}); err != nil {
		return nil, err
	}
	if err := add(take(c.Others), func() (Source, error) {
		return NewDrawings(c.Seed, exposed(d.Others), &augment.Default)
	}); err != nil {
		return nil, fmt.Errorf("drawings of other things (-others): %w", err)
	}
	if n := take(c.Scribbles); n > 0 {
		parts = append(parts, Part{Source: NewScribbles(c.Seed, n)})
	}
	generated, people := take(c.Generated), take(c.People)
	if people == 0 && c.People > 0 || take(c.Others) == 0 && c.Others > 0 {
		return nil, fmt.Errorf("train: of %d photos, -people %g or -others %g is less than one drawing an epoch; give 0, or more", photos.Len(), c.People, c.Others)
	}
	if people == 0 {
		if generated > 0 {
			parts = append(parts, Part{Source: garments(c, generated)})
		}
		if len(parts) > 1 {
			m.Train = Mix(c.Seed, parts...)
		}
		return m, nil
	}

	learnt := d.Garments
	if c.Fold > 0 {
		learnt = nil
		for i, fold := range quickdraw.Folds(d.Garments, c.Folds) {
			if fold == c.Fold {
				m.LeftOut = append(m.LeftOut, d.Garments[i])
			} else {
				learnt = append(learnt, d.Garments[i])
			}
		}
	}
	drawings, err := NewDrawings(c.Seed, balanced(learnt), &augment.Default)
	if err != nil {
		return nil, err
	}
	if drawings.Len() == 0 {
		return nil, fmt.Errorf("train: there is no drawing by people to learn from (-people is %g)", c.People)
	}
	if generated > 0 {
		// By all drawings, not by those of this fold, so that the folds have their stem in common.
		parts = append(parts, Part{Source: garments(c, generated, undrawn(d.Garments)...)})
	}
	stem := slices.Clone(parts)
	stem[0].Take += people
	parts[0].Skip = c.stem() * people // no photo comes back altered as the stem has shown it
	parts = append(parts, Part{Source: drawings, Take: people})
	m.Train = newStaged(Mix(c.Seed, stem...), Mix(c.Seed, parts...), c.stem())
	return m, nil
}

// stem is how many epochs come before the first drawing by people. The last epoch has them, however short the run.
func (c *Config) stem() int {
	return min(int(math.Round(c.PeopleFrom*float64(c.Epochs))), c.Epochs-1)
}

func garments(c *Config, n int, scarce ...int) Source {
	return NewGarments(c.Seed, n, garment.Learnt(), &augment.Default, scarce...)
}

// undrawn are the classes that none of the drawings shows.
func undrawn(drawings []sketch.Drawing) []int {
	var labels []int
	for label := range Classes {
		if !slices.ContainsFunc(drawings, func(d sketch.Drawing) bool { return d.Label == label }) {
			labels = append(labels, label)
		}
	}
	return labels
}

// exposed are the drawings of words that may be learnt.
func exposed(others []sketch.Drawing) []sketch.Drawing {
	return slices.DeleteFunc(slices.Clone(others), func(d sketch.Drawing) bool { return !quickdraw.Exposed(d.Word) })
}

// balanced repeats the drawings of rare classes: a class with a ninth of the largest one's drawings has each three times.
// The square root is halfway between their natural shares, at which 32 boots drown among 234 trousers, and equal ones, at
// which they are learnt by heart.
func balanced(drawings []sketch.Drawing) []sketch.Drawing {
	var count [Classes]int
	for _, d := range drawings {
		if d.Label >= 0 && d.Label < Classes {
			count[d.Label]++
		}
	}
	most := slices.Max(count[:])
	var all []sketch.Drawing
	for _, d := range drawings {
		times := 1
		if d.Label >= 0 && d.Label < Classes {
			times = int(math.Round(math.Sqrt(float64(most) / float64(count[d.Label]))))
		}
		for range times {
			all = append(all, d)
		}
	}
	return all
}

// Staged gives the examples of one source first and of another, of the same length, from an epoch on.
type Staged struct {
	First, Then Source
	From        int // the first epoch, counted from 0, that is Then's
}

func newStaged(first, then Source, from int) *Staged {
	if first.Len() != then.Len() {
		panic(fmt.Sprintf("train: epochs of %d examples, and of %d from epoch %d on; the schedule counts on as many", first.Len(), then.Len(), from))
	}
	return &Staged{First: first, Then: then, From: from}
}

// Len implements [Source].
func (s *Staged) Len() int { return s.Then.Len() }

// Example implements [Source].
func (s *Staged) Example(epoch, i int, pixels []uint8, target []float32) {
	if epoch < s.From {
		s.First.Example(epoch, i, pixels, target)
	} else {
		s.Then.Example(epoch, i, pixels, target)
	}
}

// Fingerprint implements [Source].
func (s *Staged) Fingerprint() string {
	return fmt.Sprintf("%s for %d epochs, then %s", s.First.Fingerprint(), s.From, s.Then.Fingerprint())
}
