package train

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/random"
	"croquis/internal/sketch"
	"croquis/internal/sketch/garment"
	"croquis/internal/sketch/quickdraw"
)

// drawn makes n generated drawings that pass for people's, with labels 0, 1, 0, 1, … and every tenth a 9.
func drawn(n int) []sketch.Drawing {
	families := garment.Families()
	stream := random.NewStream(3, "drawn", 0)
	var all []sketch.Drawing
	for i := range n {
		label := i % 2
		if i%10 == 9 {
			label = 9
		}
		at := slices.IndexFunc(families, func(f garment.Family) bool { return f.Label == label })
		c := stream.At(uint64(i))
		all = append(all, sketch.Drawing{KeyID: fmt.Sprint(i), Word: "thing", Label: label, Strokes: families[at].Draw(&c)})
	}
	return all
}

// otherThings makes drawings of as many exposed words as of others.
func otherThings(t testing.TB) (all []sketch.Drawing, learnt int) {
	t.Helper()
	words := quickdraw.Collections()[1].Groups
	for i, d := range drawn(40) {
		d.Label, d.Word = sketch.NoLabel, words[i].Word
		if quickdraw.Exposed(d.Word) {
			learnt++
		}
		all = append(all, d)
	}
	if learnt == 0 || learnt == len(all) {
		t.Fatalf("%d of %d words are exposed: the test shows nothing", learnt, len(all))
	}
	return all, learnt
}

// everything is small with something of every kind in its epochs.
func everything() Config {
	c := small()
	c.Epochs, c.Folds, c.PeopleFrom = 4, 3, 0.5
	c.Renderings, c.Generated, c.People, c.Others, c.Scribbles = 0.1, 0.2, 0.3, 0.1, 0.1
	return c
}

func material(t testing.TB, c *Config, set *fashion.Set) *Material {
	t.Helper()
	others, _ := otherThings(t)
	m, err := Prepare(c, Data{Photos: set, Garments: drawn(60), Others: others})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// An epoch holds the shares that were asked for; before -people-from no drawing by people is among them, and never one of
// the fold that is left out.
func TestShares(t *testing.T) {
	set := synthetic(t, 340, 1)
	c := everything()
	c.Fold = 2
	m := material(t, &c, set)
	if want := 300 + 30 + 60 + 90 + 30 + 30; m.Train.Len() != want {
		t.Errorf("an epoch has %d examples, want %d", m.Train.Len(), want)
	}
	staged, ok := m.Train.(*Staged)
	if !ok || staged.From != 2 {
		t.Fatalf("the source is %T", m.Train)
	}
	for _, p := range staged.First.(*mix).parts {
		if d, ok := p.Source.(*Drawings); ok && d.drawings[0].Label != sketch.NoLabel {
			t.Error("the stem has drawings by people")
		}
	}
	folds := quickdraw.Folds(drawn(60), 3)
	out := map[string]bool{}
	for i, d := range drawn(60) {
		if folds[i] == 2 {
			out[d.KeyID] = true
		}
	}
	if len(m.LeftOut) != len(out) {
		t.Errorf("%d drawings are left out, want %d", len(m.LeftOut), len(out))
	}
	found := false
	for _, p := range staged.Then.(*mix).parts {
		switch s := p.Source.(type) {
		case *Drawings:
			for _, d := range s.drawings {
				if d.Label != sketch.NoLabel && out[d.KeyID] {
					t.Fatalf("drawing %s is learnt and left out", d.KeyID)
				}
				if d.Label == sketch.NoLabel && !quickdraw.Exposed(d.Word) {
					t.Fatalf("%q is learnt, but is for tests only", d.Word)
				}
				found = found || d.Label != sketch.NoLabel
			}
		case *Garments:
			for _, kinds := range s.classes {
				for _, f := range kinds {
					if slices.ContainsFunc(garment.HeldOut(), func(h garment.Family) bool { return h.Name == f.Name }) {
						t.Fatalf("family %s is learnt, but is for tests only", f.Name)
					}
				}
			}
		}
	}
	if !found {
		t.Error("no drawing by people is learnt")
	}
}

// Augmentation is a function of the picture and of how often it has been shown: as often in all as the epochs say, and never twice
// as the same time, although the stem shows more photos an epoch than what follows.
func TestPhotosAfterTheStem(t *testing.T) {
	c := everything()
	m := material(t, &c, synthetic(t, 340, 1))
	staged := m.Train.(*Staged)
	photos := counter(300)
	shown := map[[2]float32]int{}
	pixels, target := make([]uint8, fashion.Pixels), make([]float32, Classes)
	for epoch := range c.Epochs {
		mixture := staged.Then.(*mix)
		if epoch < staged.From {
			mixture = staged.First.(*mix)
		}
		mixture.parts[0].Source = photos
		for i := range mixture.parts[0].Take {
			mixture.Example(epoch, i, pixels, target)
			shown[[2]float32{target[0], target[1]}]++
		}
	}
	if want := 2*(300+90) + 2*300; len(shown) != want {
		t.Errorf("%d photos were shown in %d ways, want another way each time", want, len(shown))
	}
}

func TestBalanced(t *testing.T) {
	count := map[int]int{}
	for _, d := range balanced(drawn(100)) { // 50 of class 0, 40 of 1, 10 of 9
		count[d.Label]++
	}
	if count[0] != 50 || count[1] != 40 || count[9] != 20 {
		t.Errorf("the classes have %v drawings, want 50, 40 and twice 10", count)
	}
}

// A fold that goes on from the stem ends with the same bits as one trained from the beginning.
func TestBranchEqualsStraightRun(t *testing.T) {
	set := synthetic(t, 140, 1)
	dir := t.TempDir()
	begin := func(fold int, name string) *Trainer {
		c := everything()
		c.Fold = fold
		m := material(t, &c, set)
		tr, err := New(c, m.Input, m.Train, m.Validation, FilesFor(filepath.Join(dir, name, "model.json")), Watch{})
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	straight := begin(1, "straight")
	if _, err := straight.Begin(false); err != nil {
		t.Fatal(err)
	}
	mustRun(t, straight)

	stem := begin(0, "stem")
	if _, err := stem.Begin(false); err != nil {
		t.Fatal(err)
	}
	if err := stem.RunStem(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(stem.History) != 2 || stem.StemEpochs() != 2 {
		t.Fatalf("the stem has %d epochs, want 2", len(stem.History))
	}
	fold := begin(1, "fold")
	if note, err := fold.Branch(stem.files.Checkpoint); err != nil || note != "" {
		t.Fatal(note, err)
	}
	mustRun(t, fold)
	same(t, "branch", stateOf(t, straight), stateOf(t, fold))

	other := begin(2, "other")
	if _, err := other.Branch(stem.files.Checkpoint); err != nil {
		t.Fatal(err)
	}
	mustRun(t, other)
	if slices.Equal(other.every[0].Value, fold.every[0].Value) {
		t.Error("two folds end with the same weights: the drawings made no difference")
	}

	// A finished branch is resumed, not begun again; a stem of other settings is refused.
	again := begin(2, "other")
	if _, err := again.Branch(stem.files.Checkpoint); err != nil || again.epoch != 4 {
		t.Errorf("a finished branch stands after epoch %d (%v), want 4", again.epoch, err)
	}
	c := everything()
	c.Fold, c.LR = 3, 0.07
	m := material(t, &c, set)
	strange, err := New(c, m.Input, m.Train, m.Validation, FilesFor(filepath.Join(dir, "strange", "model.json")), Watch{})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		run            *Trainer
		drawings, fold string
	}{{stem, "", ""}, {other, "garments", "2 of 3"}} {
		if err := one.run.Export(one.run.files.Model); err != nil {
			t.Fatal(err)
		}
		f, err := modelfile.Load(one.run.files.Model)
		if err != nil {
			t.Fatal(err)
		}
		if n := f.Training.Notes; n[quickdraw.NoteDrawings] != one.drawings || n[quickdraw.NoteFold] != one.fold || n[quickdraw.NoteOthers] != quickdraw.ExposedHalf {
			t.Errorf("%s says that it has seen %v", one.run.files.Model, n)
		}
	}
	if _, err := strange.Branch(stem.files.Checkpoint); err == nil || !strings.Contains(err.Error(), "-lr is 0.05") {
		t.Errorf("a stem with another learning rate: %v", err)
	}
	if _, err := begin(3, "early").Branch(fold.files.Checkpoint); err == nil || !strings.Contains(err.Error(), "stem ends after epoch 2") {
		t.Errorf("a finished run as a stem: %v", err)
	}
}

// However short a run is, its last epoch has the drawings by people.
func TestShortStem(t *testing.T) {
	for epochs, want := range map[int]int{1: 0, 2: 1, 3: 2, 4: 3, 5: 4, 34: 29, 44: 37} {
		c := Recipe("tiny")
		if c.Epochs = epochs; c.stem() != want {
			t.Errorf("of %d epochs %d are the stem, want %d", epochs, c.stem(), want)
		}
	}
}

// A teacher's answers become their share of the targets, and a network learns from them alone.
func TestTeacher(t *testing.T) {
	set := synthetic(t, 340, 1)
	c := small()
	c.Epochs = 4
	tr := prepare(t, c, set, "", Watch{})
	mustRun(t, tr)
	path := filepath.Join(t.TempDir(), "teacher.json")
	if err := tr.Export(path); err != nil {
		t.Fatal(err)
	}
	teacher, err := newTeacher(path, 0.25, 8)
	if err != nil {
		t.Fatal(err)
	}
	photos := NewPhotos(set, nil, nil)
	restore := tr.averaged()
	want := tr.predict(tr.Model, photos).Probs
	restore()
	x, targets := tr.batches.batch(photos, 0, 5, func(k int) int { return k })
	before := slices.Clone(targets.Data)
	teacher.teach(tr.batches.pixels, x.Shape[0], targets.Data)
	for i, v := range targets.Data {
		if w := 0.75*before[i] + 0.25*want[i]; math.Abs(float64(v-w)) > 1e-5 {
			t.Fatalf("target %d is %v, want %v", i, v, w)
		}
	}

	// Without any label of its own.
	pupil := small()
	pupil.Epochs, pupil.Distil, pupil.Teacher, pupil.LabelSmoothing, pupil.Seed = 4, 1, path, 0, 6
	learner := prepare(t, pupil, set, "", Watch{})
	mustRun(t, learner)
	if a := *learner.History[3].ValAccuracy; a < 0.6 {
		t.Errorf("a network that learns from a teacher alone names %.0f %% of the pictures, guessing 10 %%", 100*a)
	}
	pupil.Teacher = filepath.Join(t.TempDir(), "nobody.json")
	if _, err := start(pupil, set, "", Watch{}); err == nil || !strings.Contains(err.Error(), "teacher") {
		t.Errorf("a teacher that is not there: %v", err)
	}
}

// Without drawings by people a recipe that wants them trains with generated ones and says so; a fold cannot.
func TestNoDrawingsByPeople(t *testing.T) {
	dir, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	c := Recipe("tiny")
	before := c
	_, note, err := LoadData(&c, dir, t.TempDir(), false)
	if err != nil || !strings.Contains(note, "make data") {
		t.Fatalf("note %q, error %v", note, err)
	}
	if c.People != 0 || c.Others != 0 || c.Generated != before.Generated+before.People || c.Scribbles != before.Scribbles+before.Others {
		t.Errorf("the recipe became %+v", c)
	}
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	c = before
	c.Fold = 1
	if _, _, err := LoadData(&c, dir, t.TempDir(), false); err == nil {
		t.Error("a fold was left out of no drawings")
	}
	c = before
	if _, _, err := LoadData(&c, dir, t.TempDir(), true); err == nil || !strings.Contains(err.Error(), "make data") || len(before.Differences(&c)) > 0 {
		t.Errorf("a run that was begun with them is resumed without: error %v, recipe %+v", err, c)
	}
}

// Where one of the files is missing somebody has fetched drawings by people: they must not be thrown away for generated ones.
func TestSomeDrawingsByPeople(t *testing.T) {
	dir, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	for there, missing := range map[string]string{"garments.ndjson": "others.ndjson", "others.ndjson": "garments.ndjson"} {
		drawings := t.TempDir()
		if err := os.WriteFile(filepath.Join(drawings, there), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		c := Recipe("tiny")
		_, note, err := LoadData(&c, dir, drawings, false)
		if err == nil || !strings.Contains(err.Error(), filepath.Join(drawings, missing)) || !strings.Contains(err.Error(), "make data") {
			t.Errorf("with %s alone: note %q, error %v; want one that names %s", there, note, err, missing)
		}
		if before := Recipe("tiny"); len(before.Differences(&c)) > 0 {
			t.Errorf("with %s alone the recipe became %+v", there, c)
		}
	}
}

// Nobody is told to know a scribble, and an empty sheet and noise are among them.
func TestScribbles(t *testing.T) {
	s := NewScribbles(1, 400)
	pixels, target := make([]uint8, 784), make([]float32, Classes)
	blank, full := 0, 0
	for i := range s.Len() {
		s.Example(0, i, pixels, target)
		for _, v := range target {
			if v != 0.1 {
				t.Fatalf("the target of scribble %d is %v", i, target)
			}
		}
		lit := 0
		for _, p := range pixels {
			if p > 0 {
				lit++
			}
		}
		if lit == 0 {
			blank++
		}
		if lit > 700 {
			full++
		}
	}
	if blank < 4 || blank > 60 || full == 0 {
		t.Errorf("of 400 scribbles %d are blank and %d fill the sheet", blank, full)
	}
}
