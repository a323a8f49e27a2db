// Package crossvalidate trains a network once for every fold of the drawings by people, each time without that fold, lets
// it answer the drawings it has not seen, and then trains the network that is shipped, with all of them.
//
// All of these runs share their first epochs (train.Config.PeopleFrom), in which there are no drawings by people. That
// stem is trained once. What it leaves behind is kept, so that a cross-validation that was stopped goes on where it was.
package crossvalidate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"croquis/internal/evaluate"
	"croquis/internal/fashion"
	"croquis/internal/machine"
	"croquis/internal/modelfile"
	"croquis/internal/sketch"
	"croquis/internal/sketch/quickdraw"
	"croquis/internal/train"
	"croquis/internal/whole"
)

// Options are what is to be done.
type Options struct {
	Config train.Config
	Data   train.Data
	Test   *fashion.Set // nil: the final network is not judged by the test photos
	Dir    string       // for the runs: stem, fold-1, …, final
	// Teachers is the folder of a cross-validation of another network, whose stem teaches the stem, whose folds teach the
	// folds and whose final network teaches the final one, so that nothing of a fold leaks through a teacher. Needs
	// Config.Distil.
	Teachers string
	Watch    func(run string) train.Watch // how to watch stem, fold-1, …, final; nil: not at all
	Say      func(line string)            // what begins and what came of it
}

// runner is a cross-validation under way.
type runner struct {
	Options
	seconds float64 // of all epochs so far
}

// Recipe is how the named network is trained unless told otherwise: as by train, and the final model file is packed, because
// the page has to fetch it.
func Recipe(arch string) train.Config {
	c := train.Recipe(arch)
	c.DType = modelfile.Int8Packed.String()
	return c
}

// Check says why c cannot be cross-validated, or nil.
func Check(c *train.Config) error {
	switch {
	case c.Folds < 2 || c.People <= 0:
		return fmt.Errorf("crossvalidate: -folds is %d and -people %g; expected 2 folds at least and a share of drawings by people", c.Folds, c.People)
	case c.Fold != 0:
		return fmt.Errorf("crossvalidate: -fold is %d; expected none: each fold is left out in its turn", c.Fold)
	case c.Keep != "last":
		return fmt.Errorf("crossvalidate: -keep is %s; expected last: the drawings are answered with the weights of the last epoch", c.Keep)
	case c.Teacher != "":
		return fmt.Errorf("crossvalidate: -teacher is %q, from which a fold's network could learn the drawings that it must not know; give the folder of a cross-validation (-teachers)", c.Teacher)
	}
	return nil
}

// Run does it all. The answers are in DIR/folds.json, the final network in DIR/final/model.json.
func Run(ctx context.Context, options Options) (*evaluate.Folds, *train.Result, error) {
	o := &runner{Options: options}
	if err := Check(&o.Config); err != nil {
		return nil, nil, err
	}
	folds := &evaluate.Folds{
		Arch: o.Config.Arch, Folds: o.Config.Folds, Epochs: o.Config.Epochs, Batch: o.Config.Batch, Seed: o.Config.Seed, Machine: machine.Describe(),
	}
	if err := o.stem(ctx, folds); err != nil {
		return nil, nil, err
	}
	for k := range o.Config.Folds {
		if err := o.fold(ctx, k, folds); err != nil {
			return nil, nil, err
		}
	}
	if err := save(filepath.Join(o.Dir, "folds.json"), folds); err != nil {
		return nil, nil, err
	}
	result, err := o.final(ctx, folds)
	if err == nil {
		o.Say(fmt.Sprintf("All epochs of the stem, the folds and the final network took %s", train.Brief(time.Duration(o.seconds*float64(time.Second)))))
	}
	return folds, result, err
}

// begin prepares one of the runs.
func (o *runner) begin(name string, fold int) (*train.Trainer, *train.Material, error) {
	c := o.Config
	c.Fold = fold
	if o.Teachers != "" {
		c.Teacher = filepath.Join(o.Teachers, name, "model.json")
		if err := checkTeacher(&c, name == "stem"); err != nil {
			return nil, nil, err
		}
	}
	m, err := train.Prepare(&c, o.Data)
	if err != nil {
		return nil, nil, err
	}
	var watch train.Watch
	if o.Watch != nil {
		watch = o.Watch(name)
	}
	t, err := train.New(c, m.Input, m.Train, m.Validation, o.files(name), watch)
	return t, m, err
}

// checkTeacher makes sure that c's teacher has not learnt what c leaves out: a fold, or before the folds every drawing.
func checkTeacher(c *train.Config, stem bool) error {
	f, err := modelfile.Load(c.Teacher)
	if err != nil {
		return fmt.Errorf("crossvalidate: the teacher: %w", err)
	}
	fold := f.Training.Notes[quickdraw.NoteFold]
	if want := quickdraw.Fold(c.Fold, c.Folds); c.Fold > 0 && fold != want {
		return fmt.Errorf("crossvalidate: the teacher %s has left out the fold %q of the drawings, expected %q: cross-validate its network with -folds=%d first", c.Teacher, fold, want, c.Folds)
	}
	if learnt := f.Training.Notes[quickdraw.NoteDrawings]; stem && learnt != "" {
		return fmt.Errorf("crossvalidate: the teacher %s has learnt the drawings %q, expected none of them: give the folder of a cross-validation", c.Teacher, learnt)
	}
	return nil
}

func (o *runner) files(name string) train.Files {
	return train.FilesFor(filepath.Join(o.Dir, name, "model.json"))
}

// run trains from where the run or the stem stands to its end.
func (o *runner) run(ctx context.Context, t *train.Trainer) error {
	note, err := t.Branch(o.files("stem").Checkpoint)
	if err != nil {
		return err
	}
	if note != "" {
		o.Say(note)
	}
	if err := t.Run(ctx); err != nil {
		return err
	}
	o.seconds += train.Seconds(t.History[t.StemEpochs():])
	return nil
}

// stem trains the epochs that all runs share, and notes what is trained.
func (o *runner) stem(ctx context.Context, folds *evaluate.Folds) error {
	t, _, err := o.begin("stem", 0)
	if err != nil {
		return err
	}
	folds.Recipe, folds.Fingerprint, folds.DType = t.RecipeLine(), t.Fingerprint(), o.Config.DType
	folds.Parameters, _ = t.Model.Count()
	o.Say(fmt.Sprintf("Stem: %d of %d epochs, without drawings by people", t.StemEpochs(), o.Config.Epochs))
	if warning := t.Warning(); warning != "" {
		o.Say(warning)
	}
	if note, err := t.BeginOrResume(); err != nil {
		return err
	} else if note != "" {
		o.Say(note)
	}
	if err := t.RunStem(ctx); err != nil {
		return err
	}
	o.seconds += train.Seconds(t.History)
	return t.Export(o.files("stem").Model)
}

// fold trains without fold k, counted from 0, and adds its answers.
func (o *runner) fold(ctx context.Context, k int, folds *evaluate.Folds) error {
	name := fmt.Sprintf("fold-%d", k+1)
	t, m, err := o.begin(name, k+1)
	if err != nil {
		return err
	}
	o.Say(fmt.Sprintf("Fold %d of %d: without %d drawings", k+1, o.Config.Folds, len(m.LeftOut)))
	if err := o.run(ctx, t); err != nil {
		return err
	}
	if err := t.Export(o.files(name).Model); err != nil {
		return err
	}
	if last := t.History[len(t.History)-1]; last.ValAccuracy != nil {
		folds.Photos = append(folds.Photos, *last.ValAccuracy)
	}
	unseen := others(o.Data.Others)
	logits, err := t.Logits(slices.Concat(m.LeftOut, unseen))
	if err != nil {
		return err
	}
	hits := 0
	for i, d := range m.LeftOut {
		l := logits[i*train.Classes : (i+1)*train.Classes]
		folds.Drawings = append(folds.Drawings, evaluate.FoldDrawing{KeyID: d.KeyID, Word: d.Word, Label: d.Label, Fold: k + 1, Logits: l})
		if slices.Index(l, slices.Max(l)) == d.Label {
			hits++
		}
	}
	for i, d := range unseen {
		at := (len(m.LeftOut) + i) * train.Classes
		folds.Others = append(folds.Others, evaluate.FoldOther{KeyID: d.KeyID, Word: d.Word, Fold: k + 1, Logits: logits[at : at+train.Classes]})
	}
	o.Say(fmt.Sprintf("Fold %d: %d of %d drawings named correctly", k+1, hits, len(m.LeftOut)))
	return nil
}

// others are the drawings of words that no network learns.
func others(all []sketch.Drawing) []sketch.Drawing {
	var unseen []sketch.Drawing
	for _, d := range all {
		if !quickdraw.Exposed(d.Word) {
			unseen = append(unseen, d)
		}
	}
	return unseen
}

// final trains with all drawings and writes the model file, calibrated on the answers of the folds.
func (o *runner) final(ctx context.Context, folds *evaluate.Folds) (*train.Result, error) {
	t, _, err := o.begin("final", 0)
	if err != nil {
		return nil, err
	}
	o.Say("Final network: with all drawings")
	if err := o.run(ctx, t); err != nil {
		return nil, err
	}
	drawings, err := folds.Calibrate()
	if err != nil {
		return nil, err
	}
	return t.Finish(o.Test, train.Output{Drawings: drawings, Command: o.command()})
}

// command is the command line of the whole cross-validation.
func (o *runner) command() string {
	line := o.Config.Command("crossvalidate", Recipe)
	if o.Teachers != "" {
		line += " -teachers=" + o.Teachers
	}
	return line
}

// save writes the answers, with the day. Those that are there already, from here or elsewhere, keep their day and machine.
func save(path string, folds *evaluate.Folds) error {
	folds.Date = time.Now().UTC().Format(time.RFC3339)
	if b, err := os.ReadFile(path); err == nil {
		if there, err := evaluate.ParseFolds(b); err == nil {
			same := *there
			same.Date, same.Machine = folds.Date, folds.Machine
			if reflect.DeepEqual(&same, folds) {
				*folds = *there
				return nil
			}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("crossvalidate: %w", err)
	}
	return whole.Write(path, func(f *os.File) error { return folds.WriteJSON(f) })
}
