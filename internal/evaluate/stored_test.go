package evaluate

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"croquis/internal/modelfile"
)

// kept evaluates a network on everything and keeps the result. It does so once for all tests: nobody changes the result.
func kept(t *testing.T) (*modelfile.File, *Result, string) {
	t.Helper()
	everything.Do(func() {
		dir, train, _ := data(t)
		f, _ := network(t, train, "softmax", asFolded)
		r, err := Run(f, Options{
			Photos: dir, Drawings: file(t, garments), Others: file(t, things), Folds: foldsFile(t, nil), Generated: 5, Corruptions: true,
			Now: noon, Machine: "a <machine>",
		})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		everything.file, everything.result, everything.text = f, r, b.String()
	})
	if everything.result == nil {
		t.Fatal("the evaluation failed in another test")
	}
	return everything.file, everything.result, everything.text
}

var everything struct {
	sync.Once
	file   *modelfile.File
	result *Result
	text   string
}

func TestWhatIsKeptTellsTheSame(t *testing.T) {
	f, r, text := kept(t)
	again, err := Parse([]byte(text), f)
	if err != nil {
		t.Fatal(err)
	}
	tell := func(r *Result) string {
		t.Helper()
		var b bytes.Buffer
		if err := r.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		if err := r.WriteCard(&b, ours); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got, want := tell(again), tell(r); got != want {
		t.Errorf("from the file:\n%s\nwhen measured:\n%s", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	f, _, text := kept(t)
	_, train, _ := data(t)
	other, _ := network(t, train, "softmax", func(f *modelfile.File) { f.Name = "other" })
	cut := func(old, new string) string {
		t.Helper()
		if !strings.Contains(text, old) {
			t.Fatalf("the evaluation lacks %q", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "ends in the middle"},
		{"half of it", text[:len(text)/2], "ends in the middle"},
		{"no JSON", "# card", "byte 0: invalid character"},
		{"a member too many", cut(`"model": {`, `"mood": 1, "model": {`), `unknown field "mood"`},
		{"a word for a number", cut(`"top1": `, `"top1": "all", "top2": `), "expected an evaluation as this program writes it"},
		{"a member too few", cut("  \"unsure\": 0,\n", ""), "differs from what this program writes"},
		{"a member twice", cut(`"unsure"`, `"n": 10000, "unsure"`), "differs from what this program writes"},
		{"text behind it", text + "{}", "differs from what this program writes"},
		{"another checksum", cut(f.SHA256, strings.Repeat("0", 64)), "SHA-256 \"0000"},
		{"another name", cut(`"name": "nearest"`, `"name": "farthest"`), "evaluate it again"},
		{"a class too few", cut(`"label": "Ankle boot"`, `"label": "Boot"`), `test photos: class 9 is "Boot", expected "Ankle boot"`},
		{"pictures too few", cut(`"n": 10000`, `"n": 9999`), "test photos: 9999 pictures, but those of the classes add up to 10000"},
		{"no pictures", cut(`"n": 3`, `"n": 0`), "drawings by people: 0 pictures"},
		{"no date", cut("\n \"date\": \"2026-01-31T12:00:00Z\"", "\n \"date\": \"today\""), `date is "today"`},
	} {
		if _, err := Parse([]byte(c.text), f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
	if _, err := Parse([]byte(text), other); err == nil || !strings.Contains(err.Error(), f.SHA256) || !strings.Contains(err.Error(), other.SHA256) {
		t.Errorf("another network: error %v, want one with both checksums", err)
	}
}

// What is written whole, but tells of less or of something else than it should, is refused too.
func TestParseRefusesWhatDoesNotAddUp(t *testing.T) {
	f, _, text := kept(t)
	teach := taught(t)
	for want, spoil := range map[string]func(r *Result) *modelfile.File{
		"on nothing":             func(r *Result) *modelfile.File { r.Photos, r.Drawings = nil, nil; return f },
		"counts no other things": func(r *Result) *modelfile.File { r.Others.N = 0; return f },
		"1 folds of 2":           func(r *Result) *modelfile.File { r.CrossValidation.PerFold = r.CrossValidation.PerFold[:1]; return f },
		"fold 2 has not the figures that others have": func(r *Result) *modelfile.File {
			r.CrossValidation.PerFold[1].Photos = nil
			return f
		},
		"fold 1 has not the figures that others have": func(r *Result) *modelfile.File { r.CrossValidation.Others = nil; return f },
		"cross-validated: 10 pictures":                func(r *Result) *modelfile.File { r.CrossValidation.Drawings.PerClass[1].Support = 3; return f },
		"no family of drawings":                       func(r *Result) *modelfile.File { r.Generated.PerFamily = nil; return f },
		"no kind of them":                             func(r *Result) *modelfile.File { r.Scribbles.Kinds = nil; return f },
		"corruptions: none":                           func(r *Result) *modelfile.File { r.Corruptions.Kinds = nil; return f },
		// Of a network that was trained with the drawings, nobody can say that they are new to it by editing a file.
		"takes the drawings": func(r *Result) *modelfile.File {
			r.Drawings.Collection, r.Model = "garments", describe(teach)
			return teach
		},
		"takes the drawings \"\" for": func(r *Result) *modelfile.File { r.Drawings.Seen = 2; return f },
		"leaves out 0 drawings": func(r *Result) *modelfile.File {
			r.Others.Collection, r.Model = "others", describe(teach)
			return teach
		},
	} {
		r, err := Parse([]byte(text), f)
		if err != nil {
			t.Fatal(err)
		}
		of := spoil(r)
		var b bytes.Buffer
		if err := r.WriteJSON(&b); err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(b.Bytes(), of); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// TestDrawingsWithoutACalibration: such drawings are judged as the page shows them, and everyone is told.
func TestDrawingsWithoutACalibration(t *testing.T) {
	_, train, _ := data(t)
	f, _ := network(t, train, "softmax", func(f *modelfile.File) { f.Calibration.Drawings = modelfile.Domain{} })
	r, err := Run(f, Options{Drawings: file(t, garments), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if r.Drawings.Temperature != 1.5 {
		t.Errorf("the temperature of drawings is %v, want the photos', 1.5", r.Drawings.Temperature)
	}
	var card bytes.Buffer
	if err := r.WriteCard(&card, ours); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"divided by 1.5 before the softmax: the photos' temperature", "never fitted on drawings"} {
		if !strings.Contains(card.String(), want) {
			t.Errorf("the card lacks %q:\n%s", want, card.String())
		}
	}
}
