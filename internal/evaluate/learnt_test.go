package evaluate

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"croquis/internal/modelfile"
	"croquis/internal/sketch/quickdraw"
)

// listedKey is the key_id of a drawing of pants in the collection of garments.
func listedKey(t *testing.T) string {
	t.Helper()
	for _, c := range quickdraw.Collections() {
		for _, g := range c.Groups {
			if g.Word == "pants" {
				return g.KeyIDs[0]
			}
		}
	}
	t.Fatal("no pants are listed")
	return ""
}

// taught is a network that says it was trained with the listed drawings and with half of the other things.
func taught(t *testing.T) *modelfile.File {
	t.Helper()
	_, train, _ := data(t)
	f, _ := network(t, train, "softmax", func(f *modelfile.File) {
		asFolded(f)
		f.Training.Notes = map[string]string{quickdraw.NoteDrawings: "garments", quickdraw.NoteOthers: quickdraw.ExposedHalf}
	})
	return f
}

// asFolded makes twoFolds a cross-validation of f.
func asFolded(f *modelfile.File) {
	f.Training.Arch, f.Training.Epochs, f.Training.Batch, f.Training.Seed, f.Training.Fingerprint = "small", 3, 16, 7, "same"
}

// foldsFile writes the cross-validation that can be computed by hand.
func foldsFile(t *testing.T, change func(*Folds)) string {
	t.Helper()
	f := twoFolds()
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	if err := f.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "folds.json")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// tell is all that is said of a result: tables, card and report.
func tell(t *testing.T, r *Result) (text, card, report string) {
	t.Helper()
	var a, b, c bytes.Buffer
	for _, err := range []error{r.WriteText(&a), r.WriteCard(&b, ours), r.WriteReport(&c, nil)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return a.String(), b.String(), c.String()
}

// Drawings that the network was trained with are no test: whoever reads of them reads that, and no figure of them comes
// first.
func TestDrawingsThatWereTrainedWith(t *testing.T) {
	f := taught(t)
	known := strings.Replace(garments, `"key_id":"2"`, `"key_id":"`+listedKey(t)+`"`, 1)
	r, err := Run(f, Options{Drawings: file(t, known), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Drawings.TrainedOn || r.Drawings.Seen != 1 {
		t.Errorf("trained on: %v, %d of the drawings; want true and 1", r.Drawings.TrainedOn, r.Drawings.Seen)
	}
	if r.drawn() != nil {
		t.Error("these drawings pass for a measure of the network")
	}
	text, card, report := tell(t, r)
	for name, s := range map[string]string{"tables": text, "card": card, "report": report} {
		for _, want := range []string{"trained with 1 of these 3 drawings", "Drawings that it was trained with"} {
			if !strings.Contains(s, want) {
				t.Errorf("the %s do not say %q:\n%s", name, want, s)
			}
		}
		if strings.Contains(s, "Drawings by people (") || strings.Contains(s, "### Drawings by people") || strings.Contains(s, "<h2>Drawings by people") {
			t.Errorf("the %s take the drawings for new", name)
		}
	}
	for _, s := range []string{card, report} {
		if !strings.Contains(s, "How it does on drawings that it has not seen was not measured") || strings.Contains(s, "of the drawings by people correctly") {
			t.Errorf("the limits take the drawings for new:\n%s", s)
		}
	}
	lede, _, _ := strings.Cut(report, "</header>")
	if strings.Contains(lede, "awings") {
		t.Errorf("the report begins with the drawings: %s", lede)
	}
	fresh, err := Run(f, Options{Drawings: file(t, garments), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Drawings.TrainedOn || fresh.drawn() == nil {
		t.Error("drawings that are not listed pass for ones that were trained with")
	}
	var b bytes.Buffer
	if err := fresh.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "trained_on") {
		t.Errorf("new drawings are marked: %s", b.String())
	}
}

// With a cross-validation its figures come first, everywhere.
func TestCrossValidationLeads(t *testing.T) {
	f := taught(t)
	known := strings.Replace(garments, `"key_id":"2"`, `"key_id":"`+listedKey(t)+`"`, 1)
	r, err := Run(f, Options{Drawings: file(t, known), Folds: foldsFile(t, nil), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	want, err := twoFolds().Summary()
	if err != nil {
		t.Fatal(err)
	}
	if r.CrossValidation.Drawings.Top1 != want.Drawings.Top1 || r.drawn() != &r.CrossValidation.Drawings {
		t.Errorf("cross-validated: %+v, want %+v", r.CrossValidation.Drawings, want.Drawings)
	}
	text, card, report := tell(t, r)
	for name, s := range map[string]string{"tables": text, "card": card, "report": report} {
		first, second := strings.Index(s, "Drawings by people, cross-validated"), strings.Index(s, "Drawings that it was trained with")
		if first < 0 || second < first {
			t.Errorf("the %s tell of the cross-validation at %d and of the drawings that were trained with at %d:\n%s", name, first, second, s)
		}
		for _, want := range []string{"Fold by fold: 2 networks", "Other things, cross-validated: 2"} {
			if !strings.Contains(s, want) {
				t.Errorf("the %s lack %q", name, want)
			}
		}
	}
	for _, want := range []string{
		"| top 1 | 70.00 % | (39.68–89.22 %) |", "was trained with all of them by the same recipe", "**not** those of the model file",
		"| pants | Trouser | 5 | 80.00 % |", "It names 70.00 % of the drawings by people correctly", "`make train-best ARCH=small` leaves:\n", "-folds runs/small-folds/folds.json",
		"| 1 | 5 | 80.00 % |", "| AUROC of the energy | 0.5000 |", "| AUROC of the highest probability | 0.5000 |",
		"The page decides by the energy: under 3.", "or the energy 3.", "| Trouser | 88.89 % |",
	} {
		if !strings.Contains(card, want) {
			t.Errorf("the card lacks %q:\n%s", want, card)
		}
	}
	if r.CrossValidation.Drawings.pixels != nil {
		t.Error("the drawings of the cross-validation have pictures of others")
	}
}

// The pictures of a cross-validation's drawings are found by their key_ids.
func TestBorrowedPictures(t *testing.T) {
	r, err := Run(taught(t), Options{Drawings: file(t, garments), Now: noon, Folds: foldsFile(t, func(f *Folds) {
		f.Drawings = []FoldDrawing{{"3", "pants", 1, 1, answer(1, 2)}, {"1", "purse", 8, 2, answer(1, 2)}}
	})})
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Concat(r.Drawings.pixels[2*size:3*size], r.Drawings.pixels[:size])
	if !slices.Equal(r.CrossValidation.Drawings.pixels, want) {
		t.Error("the pictures are not those of drawings 3 and 1")
	}
}

// mixed are drawings of three words, of which "airplane" is exposed.
const mixed = `{"key_id":"4","word":"yoga","drawing":[[[0,200],[0,200]]]}
{"key_id":"5","word":"airplane","drawing":[[[0,200],[0,200]],[[200,0],[0,200]]]}
{"key_id":"6","word":"ambulance","drawing":[[[0,100],[0,200]]]}
`

func TestExposedWordsAreLeftOut(t *testing.T) {
	f := taught(t)
	r, err := Run(f, Options{Drawings: file(t, garments), Others: file(t, mixed), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if r.Others.N != 2 || r.Others.LeftOut != 1 {
		t.Errorf("%d other things and %d left out, want 2 and 1", r.Others.N, r.Others.LeftOut)
	}
	without, err := Run(f, Options{Drawings: file(t, garments), Others: file(t, strings.Join(slices.Delete(strings.SplitAfter(mixed, "\n"), 1, 2), "")), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if r.Others.Detection != without.Others.Detection || r.Others.Probability != without.Others.Probability || r.Others.Unsure != without.Others.Unsure {
		t.Errorf("%+v, want what the file without the drawing gives: %+v", r.Others, without.Others)
	}
	text, card, report := tell(t, r)
	for name, s := range map[string]string{"tables": text, "card": card, "report": report} {
		if !strings.Contains(s, "1 drawings of the file are left out") {
			t.Errorf("the %s do not say that a drawing is left out:\n%s", name, s)
		}
	}
}

func TestRunRefusesWhatItCannotTell(t *testing.T) {
	_, train, _ := data(t)
	noted := func(key, value string) *modelfile.File {
		f, _ := network(t, train, "softmax", func(f *modelfile.File) { f.Training.Notes = map[string]string{key: value} })
		return f
	}
	drawings, exposed := file(t, garments), file(t, strings.SplitAfter(mixed, "\n")[1])
	for want, c := range map[string]struct {
		f *modelfile.File
		o Options
	}{
		`trained with the drawings "mine"`:    {noted(quickdraw.NoteDrawings, "mine"), Options{Drawings: drawings}},
		`trained with the other things "all"`: {noted(quickdraw.NoteOthers, "all"), Options{Drawings: drawings}},
		"all 1 drawings are of words":         {taught(t), Options{Drawings: drawings, Others: exposed}},
		"expected the answers of a cross":     {taught(t), Options{Drawings: drawings, Folds: drawings}},
		"no such file":                        {taught(t), Options{Drawings: drawings, Folds: "/nonexistent"}},
	} {
		if _, err := Run(c.f, c.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// What a fold's network has left out is new to it.
func TestFoldLeftOut(t *testing.T) {
	f := taught(t)
	all, err := readLearnt(f)
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for k := 1; k <= 5; k++ {
		f.Training.Notes[quickdraw.NoteFold] = quickdraw.Fold(k, 5)
		l, err := readLearnt(f)
		if err != nil {
			t.Fatal(err)
		}
		for id := range l.keys {
			times[id]++
		}
	}
	for id := range all.keys {
		if times[id] != 4 {
			t.Fatalf("drawing %s is learnt in %d of 5 folds, want 4", id, times[id])
		}
	}
	f.Training.Notes[quickdraw.NoteFold] = "some"
	if _, err := readLearnt(f); err == nil || !strings.Contains(err.Error(), `the fold is "some"`) {
		t.Errorf("a fold that cannot be read: %v", err)
	}
}

// A cross-validation of another recipe, or of another shape of the same name, says nothing of this network.
func TestFoldsOfAnother(t *testing.T) {
	f := taught(t)
	for want, change := range map[string]func(*Folds){
		"whose network is large":               func(o *Folds) { o.Arch = "large" },
		"number of parameters is 7851":         func(o *Folds) { o.Parameters++ },
		"number of epochs is 4":                func(o *Folds) { o.Epochs++ },
		"batch is 17":                          func(o *Folds) { o.Batch++ },
		"seed is 8":                            func(o *Folds) { o.Seed++ },
		"settings and data is other":           func(o *Folds) { o.Fingerprint = "other" },
		"stored weights is int8":               func(o *Folds) { o.DType = "int8" },
		"recipe is otherwise, but \"nearest\"": func(o *Folds) { o.Recipe = "otherwise" },
	} {
		_, err := Run(f, Options{Drawings: file(t, garments), Folds: foldsFile(t, change), Now: noon})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}
