package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// The epochs before the first drawing by people (Config.PeopleFrom) are the same to the bit whichever drawings come later.
// They are the stem of a cross-validation: trained once, and each fold goes on from its end.

// RunStem trains until the stem is complete and its state is in the checkpoint, and otherwise is as Run.
func (t *Trainer) RunStem(ctx context.Context) error { return t.runUntil(ctx, t.Config.stem()) }

// StemEpochs is how many epochs the stem has.
func (t *Trainer) StemEpochs() int { return t.Config.stem() }

// BeginOrResume resumes the run if there is a checkpoint of it, and else begins it.
func (t *Trainer) BeginOrResume() (note string, err error) {
	resume, err := exists(t.files.Checkpoint)
	if err != nil {
		return "", err
	}
	return t.Begin(resume)
}

// Branch continues from the end of a stem that another run left in its checkpoint, unless this run has a checkpoint of its
// own, which it then resumes. The two runs may differ in the fold that is left out and in the teacher, in nothing else.
func (t *Trainer) Branch(stem string) (note string, err error) {
	if _, err := t.files.prepare(true); err != nil {
		return "", err
	}
	if resume, err := exists(t.files.Checkpoint); err != nil {
		return "", err
	} else if resume {
		return t.Resume()
	}
	c, err := readCheckpoint(stem)
	if err != nil {
		return "", err
	}
	if c.Epoch != t.Config.stem() || c.Step != 0 {
		return "", fmt.Errorf("train: %s stands after epoch %d, step %d; the stem ends after epoch %d", stem, c.Epoch, c.Step, t.Config.stem())
	}
	same := t.Config
	same.Fold, same.Teacher = c.Config.Fold, c.Config.Teacher
	if d := c.Config.Differences(&same); len(d) > 0 {
		return "", fmt.Errorf("train: the stem %s was trained with other settings; give the same, or move it away to start over:\n  %s", stem, strings.Join(d, "\n  "))
	}
	if err := t.sameData(c, stem, "training", "teacher"); err != nil {
		return "", err
	}
	if err := t.restore(c); err != nil {
		return "", fmt.Errorf("train: stem %s: %w", stem, err)
	}
	return "", t.Save()
}

// otherThan words what has changed, by the keys of a checkpoint's Data.
var otherThan = map[string]string{
	"training": "other training images", "validation": "other held-out images", "stem": "other images before the drawings by people",
	"teacher": "another teacher",
}

// exists tells whether there is a file; that it cannot be told is an error.
func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// sameData says which of the run's sources is another than the checkpoint's at path. Those excepted may be.
func (t *Trainer) sameData(c *checkpoint, path string, except ...string) error {
	for _, what := range slices.Sorted(maps.Keys(t.data)) {
		if c.Data[what] != t.data[what] && !slices.Contains(except, what) {
			return fmt.Errorf("train: %s was begun with %s than now; give the same, or move it away to start over", path, otherThan[what])
		}
	}
	return nil
}
