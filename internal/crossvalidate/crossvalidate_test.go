package crossvalidate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"croquis/internal/evaluate"
	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/random"
	"croquis/internal/sketch"
	"croquis/internal/sketch/garment"
	"croquis/internal/sketch/quickdraw"
	"croquis/internal/train"
)

// photos are noise with a bright bar whose height tells the class.
func photos(t *testing.T, n int) *fashion.Set {
	t.Helper()
	stream := random.NewStream(1, "photos", 0)
	pixels, labels := make([]uint8, n*fashion.Pixels), make([]uint8, n)
	for i := range n {
		labels[i] = uint8(i % 10)
		image := pixels[i*fashion.Pixels : (i+1)*fashion.Pixels]
		for p := range image {
			image[p] = uint8(stream.Uint64(uint64(i*fashion.Pixels+p)) % 90)
		}
		for x := 4; x < 24; x++ {
			image[(2*int(labels[i])+3)*fashion.Width+x] = 255
		}
	}
	set, err := fashion.NewSet(pixels, labels)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// drawings by nobody, as if by people: n of trousers and bags, and as many of other things.
func drawings(n int) (garments, others []sketch.Drawing) {
	families := garment.Families()
	words := quickdraw.Collections()[1].Groups
	for i := range n {
		label := []int{1, 8}[i%2]
		c := random.NewStream(2, "drawings", 0).At(uint64(i))
		strokes := families[slices.IndexFunc(families, func(f garment.Family) bool { return f.Label == label })].Draw(&c)
		garments = append(garments, sketch.Drawing{KeyID: fmt.Sprint("g", i), Word: "thing", Label: label, Strokes: strokes})
		others = append(others, sketch.Drawing{KeyID: fmt.Sprint("o", i), Word: words[i].Word, Label: sketch.NoLabel, Strokes: strokes})
	}
	return garments, others
}

func options(t *testing.T, dir string) Options {
	c := train.Recipe("lenet5")
	c.Epochs, c.Batch, c.Validation, c.Optimizer, c.LR, c.EMA = 4, 32, 20, "sgd", 0.03, 0.9
	c.DType = "int8"
	c.Generated, c.People, c.PeopleFrom, c.Others, c.Folds = 0.3, 0.3, 0.5, 0.1, 2
	o := Options{Config: c, Test: photos(t, 40), Dir: dir, Say: func(string) {}}
	o.Data.Photos = photos(t, 220)
	o.Data.Garments, o.Data.Others = drawings(40)
	return o
}

// Every drawing is answered by a network that has not learnt it, and the network that is shipped takes over what the
// answers say; a second start trains nothing and comes to the same; another network learns from the folds.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	o := options(t, dir)
	epochs := 0
	var seconds float64
	runs := map[string]int{}
	o.Watch = func(run string) train.Watch {
		return train.Watch{Epoch: func(e train.Epoch, _ int, _ bool) { runs[run]++; epochs++; seconds += e.Seconds }}
	}
	var said string
	o.Say = func(line string) { said = line }
	folds, result, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if want := 2 + 3*2; epochs != want {
		t.Errorf("%d epochs were trained, want %d: a stem and three branches", epochs, want)
	}
	if want := map[string]int{"stem": 2, "fold-1": 2, "fold-2": 2, "final": 2}; !maps.Equal(runs, want) {
		t.Errorf("epochs are told of the runs %v, want %v", runs, want)
	}
	if want := train.Brief(time.Duration(seconds * float64(time.Second))); !strings.HasSuffix(said, " took "+want) {
		t.Errorf("in the end it says %q, want %s", said, want)
	}
	dealt := quickdraw.Folds(o.Data.Garments, 2)
	of := map[string]int{}
	for i, d := range o.Data.Garments {
		of[d.KeyID] = dealt[i]
	}
	for _, d := range folds.Drawings {
		if of[d.KeyID] != d.Fold {
			t.Errorf("drawing %s is answered by fold %d, which has learnt it; want %d", d.KeyID, d.Fold, of[d.KeyID])
		}
	}
	if len(folds.Drawings) != len(of) || len(folds.Photos) != 2 {
		t.Errorf("%d drawings and %d figures on photos, want %d and 2", len(folds.Drawings), len(folds.Photos), len(of))
	}
	for _, d := range folds.Others {
		if quickdraw.Exposed(d.Word) {
			t.Errorf("%q was learnt", d.Word)
		}
	}
	f, err := modelfile.Load(filepath.Join(dir, "final", "model.json"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := folds.Calibrate()
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Calibration.Drawings; got != want || f.DType != modelfile.Int8 || result.N != 40 || got.Energy == 0 || f.Calibration.Photos.Energy == 0 {
		t.Errorf("the network has the calibration %+v as %v, want %+v as int8, and photos' energies too: %+v", got, f.DType, want, f.Calibration.Photos)
	}
	if err := folds.CheckFor(f); err != nil {
		t.Errorf("the answers are said to be of another network than the one that was trained with them: %v", err)
	}
	if f.Training.Notes[quickdraw.NoteDrawings] == "" || f.Training.Notes[quickdraw.NoteOthers] == "" {
		t.Errorf("the network does not say what it has seen: %v", f.Training.Notes)
	}
	if got := f.Training.Command; !strings.HasPrefix(got, "go run ./cmd/crossvalidate -arch ") || !strings.Contains(got, " -dtype=int8") || strings.Contains(got, "-teacher") {
		t.Errorf("the network says that this trains it again: %s", got)
	}
	first, err := os.ReadFile(filepath.Join(dir, "folds.json"))
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := evaluate.ParseFolds(first); err != nil || len(kept.Drawings) != len(folds.Drawings) {
		t.Errorf("folds.json cannot be read: %v", err)
	}

	older := bytes.Replace(first, []byte(folds.Date), []byte("2026-01-31T12:00:00Z"), 1)
	if err := os.WriteFile(filepath.Join(dir, "folds.json"), older, 0o644); err != nil {
		t.Fatal(err)
	}
	first = older

	// As if a program that calibrates otherwise had written it.
	final := filepath.Join(dir, "final", "model.json")
	whole, err := os.ReadFile(final)
	if err != nil {
		t.Fatal(err)
	}
	f.Calibration.Drawings = modelfile.Domain{Temperature: 3}
	if old, err := modelfile.Encode(f, f.DType); err != nil || os.WriteFile(final, old, 0o644) != nil || slices.Equal(old, whole) {
		t.Fatalf("an old model file: %v", err)
	}
	epochs = 0
	again, _, err := Run(context.Background(), o)
	if err != nil || epochs != 0 {
		t.Fatalf("a second start trained %d epochs (%v)", epochs, err)
	}
	if now, err := os.ReadFile(final); err != nil || !slices.Equal(now, whole) {
		t.Errorf("a second start does not calibrate the network again and write it anew (%v)", err)
	}
	if second, err := os.ReadFile(filepath.Join(dir, "folds.json")); err != nil || !slices.Equal(second, first) {
		t.Errorf("a second start writes other answers, or another day for the same (%v)", err)
	}
	for i, d := range again.Drawings {
		if !slices.Equal(d.Logits, folds.Drawings[i].Logits) {
			t.Fatalf("drawing %s is answered differently after a restart", d.KeyID)
		}
	}

	pupil := options(t, t.TempDir())
	pupil.Config.Distil, pupil.Teachers = 0.5, dir
	learnt, _, err := Run(context.Background(), pupil)
	if err != nil {
		t.Fatal(err)
	}
	if learnt.CheckFor(f) == nil {
		t.Error("a pupil's answers pass for those of the network without a teacher")
	}
	if f, err := modelfile.Load(filepath.Join(pupil.Dir, "final", "model.json")); err != nil || learnt.CheckFor(f) != nil {
		t.Errorf("a pupil's answers do not pass for those of its own cross-validation (%v)", err)
	}
	if f, err := modelfile.Load(filepath.Join(pupil.Dir, "final", "model.json")); err != nil || !strings.HasSuffix(f.Training.Command, " -teachers="+dir) || strings.Count(f.Training.Command, "-teacher") != 1 {
		t.Errorf("the pupil says that %q trains it again (%v), want one with -teachers=%s", f.Training.Command, err, dir)
	}
	pupil.Teachers, pupil.Dir = t.TempDir(), t.TempDir()
	if _, _, err := Run(context.Background(), pupil); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "teacher") {
		t.Errorf("without teachers: %v", err)
	}
}

// A run that is stopped, in whichever part of it, says so, and goes on to the same bits: of all answers and of the network.
func TestStopped(t *testing.T) {
	straight := options(t, t.TempDir())
	want, _, err := Run(context.Background(), straight)
	if err != nil {
		t.Fatal(err)
	}
	model := func(o Options) []byte {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(o.Dir, "final", "model.json"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if len(want.Drawings) == 0 || len(want.Others) == 0 || len(want.Photos) == 0 {
		t.Fatalf("%d drawings, %d other things and %d figures on photos: the test shows nothing", len(want.Drawings), len(want.Others), len(want.Photos))
	}
	for _, stop := range []struct {
		step int    // of all: an epoch has 11, each of the four runs two epochs
		run  string // in which that step falls
	}{{5, "stem"}, {40, "fold-1"}, {80, "final"}} {
		t.Run(stop.run, func(t *testing.T) {
			o := options(t, t.TempDir())
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			steps, in := 0, ""
			o.Watch = func(run string) train.Watch {
				return train.Watch{Batch: func(train.Progress) {
					if steps++; steps == stop.step {
						in = run
						cancel()
					}
				}}
			}
			var stopped *train.Stopped
			if _, _, err := Run(ctx, o); !errors.As(err, &stopped) {
				t.Fatalf("a run that was stopped ended with %v", err)
			}
			if in != stop.run || steps != stop.step {
				t.Fatalf("it was stopped after %d steps in %s, want after %d in %s", steps, in, stop.step, stop.run)
			}
			got, _, err := Run(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			if steps != 8*11 {
				t.Errorf("%d steps were taken in all, want none twice: %d", steps, 8*11)
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(evaluate.Folds{}, "Date")); diff != "" {
				t.Errorf("the folds answer differently after a stop (-want +got):\n%s", diff)
			}
			if !bytes.Equal(model(straight), model(o)) {
				t.Error("the model file differs after a stop")
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for want, spoil := range map[string]func(*train.Config){
		"-people 0":                  func(c *train.Config) { c.People = 0 },
		"-folds is 1":                func(c *train.Config) { c.Folds = 1 },
		"-fold is 2":                 func(c *train.Config) { c.Fold = 2 },
		"-keep is best":              func(c *train.Config) { c.Keep = "best" },
		"-teacher is \"model.json\"": func(c *train.Config) { c.Teacher, c.Distil = "model.json", 0.5 },
	} {
		o := options(t, t.TempDir())
		spoil(&o.Config)
		if _, _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// A teacher that has learnt what a fold leaves out is no teacher of it: nor one of other folds, nor for the stem one that
// has learnt any drawing.
func TestCheckTeacher(t *testing.T) {
	dir := t.TempDir()
	o := options(t, dir)
	if _, _, err := Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	c := o.Config
	for _, one := range []struct {
		run         string
		fold, folds int
		stem        bool
		want        string
	}{
		{"stem", 0, 2, true, ""},
		{"fold-1", 1, 2, false, ""},
		{"final", 0, 2, false, ""},
		{"fold-2", 1, 2, false, `left out the fold "2 of 2" of the drawings, expected "1 of 2"`},
		{"fold-1", 1, 3, false, `expected "1 of 3"`},
		{"final", 1, 2, false, `left out the fold ""`},
		{"final", 0, 2, true, `has learnt the drawings "garments"`},
		{"nobody", 1, 2, false, "nobody"},
	} {
		c.Teacher, c.Fold, c.Folds = filepath.Join(dir, one.run, "model.json"), one.fold, one.folds
		err := checkTeacher(&c, one.stem)
		if (err == nil) != (one.want == "") || err != nil && !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s for fold %d of %d: error %v, want %q", one.run, one.fold, one.folds, err, one.want)
		}
	}
}
