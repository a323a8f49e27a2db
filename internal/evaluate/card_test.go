package evaluate

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/compress"
	"croquis/internal/figure"
	"croquis/internal/modelfile"
)

// knowing is the result of a network that was trained with the drawings that it is tried on, with a cross-validation.
func knowing(t *testing.T) *Result {
	t.Helper()
	known := strings.Replace(garments, `"key_id":"2"`, `"key_id":"`+listedKey(t)+`"`, 1)
	r, err := Run(taught(t), Options{Drawings: file(t, known), Others: file(t, mixed), Folds: foldsFile(t, nil), Generated: 2, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Terminal, card and report tell the same things in one order: the cross-validated drawings, the same without some of them, and
// at the end those that it was trained with.
func TestOneOrder(t *testing.T) {
	r := knowing(t)
	r.CrossValidation.Nameable = &r.CrossValidation.Drawings
	text, card, report := tell(t, r)
	for name, s := range map[string]struct {
		text   string
		titles []string
	}{
		"tables": {text, []string{"\nOther things (", "\nDrawings that"}},
		"card":   {card, []string{"\n### Other things: ", "\n### Drawings that"}},
		"report": {report, []string{"<h2>Things that are no garment", "<h2>Drawings that"}},
	} {
		mark := strings.TrimSuffix(s.titles[1], "Drawings that")
		titles := []string{}
		for _, title := range []string{"Drawings by people, cross-validated", "The same without", "Fold by fold", "Other things, cross-validated", "Generated", "Nothing", "Drawings that"} {
			titles = append(titles, mark+title)
		}
		titles = append(titles, s.titles[0])
		last := -1
		for _, title := range titles {
			at := strings.Index(s.text, title)
			if at <= last {
				t.Errorf("the %s have %q at %d, want it after %d", name, title, at, last)
			}
			last = at
		}
	}
}

// What a card says of drawings that were looked at while the recipe was made, the report says too, and of no others.
func TestReportSaysWhatTheFiguresAreFor(t *testing.T) {
	r := knowing(t)
	for collection, want := range map[string]bool{"": false, "garments": true} {
		r.CrossValidation.Drawings.Collection = collection
		_, card, report := tell(t, r)
		for name, s := range map[string]string{"card": card, "report": report} {
			if got := strings.Contains(s, tuned); got != want {
				t.Errorf("drawings of %q: the %s says that these are development figures: %v, want %v", collection, name, got, want)
			}
		}
	}
	// A network that never saw them: the rasteriser was made with them all the same.
	r, err := Run(taught(t), Options{Drawings: file(t, garments), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	r.Drawings.Collection = "garments"
	if _, card, report := tell(t, r); !strings.Contains(card, developed) || !strings.Contains(html.UnescapeString(report), developed) {
		t.Errorf("new drawings of the collection are not said to be of the development")
	}
}

// The card of somebody's own network names the files that it is from, and promises nothing that is for the shipped ones alone.
func TestCardOfOnesOwn(t *testing.T) {
	r := knowing(t)
	card := func(files Files) string {
		t.Helper()
		var b bytes.Buffer
		if err := r.WriteCard(&b, files); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	own := card(Files{Model: "../my nets/it's.json", Evaluation: "../m.json"})
	for _, want := range []string{
		"from it's.json and m.json; do not edit: `go run ./cmd/evaluate -model '../my nets/it'\\''s.json' -from ../m.json -card CARD.md` writes it again. -->",
		"    go run ./cmd/evaluate -model '../my nets/it'\\''s.json' -drawings DRAWINGS.ndjson -others OTHERS.ndjson -folds FOLDS.json -generated 2\n",
	} {
		if !strings.Contains(own, want) {
			t.Errorf("the card lacks %q:\n%s", want, own)
		}
	}
	for _, never := range []string{"make cards", "make train-best", "model/nearest", "nearest.json", "What it was to reach", "never moved"} {
		if strings.Contains(own, never) {
			t.Errorf("the card of one's own network says %q", never)
		}
	}
	shipped := card(ours)
	for _, want := range []string{"from nearest.json and nearest.evaluation.json; do not edit: `make cards` writes it again.", "-model model/nearest.json ", "make train-best ARCH=small", "-folds runs/small-folds/folds.json"} {
		if !strings.Contains(shipped, want) {
			t.Errorf("the card of a shipped network lacks %q:\n%s", want, shipped)
		}
	}
}

// What a network was to reach is compared where somebody asks, with the size of its file as the site sends it, and is kept.
func TestTargetsAreAskedFor(t *testing.T) {
	_, train, _ := data(t)
	for name, want := range map[string]bool{"tiny": true, "nearest": false} {
		f, _ := network(t, train, "softmax", func(f *modelfile.File) { f.Name = name })
		weights, err := modelfile.Encode(f, modelfile.Float32)
		if err != nil {
			t.Fatal(err)
		}
		br, err := compress.Brotli(weights, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, asked := range []bool{false, true} {
			r, err := Run(f, Options{Drawings: file(t, garments), Targets: asked, Weights: weights, Now: noon})
			if err != nil {
				t.Fatal(err)
			}
			var kept bytes.Buffer
			if err := r.WriteJSON(&kept); err != nil {
				t.Fatal(err)
			}
			again, err := Parse(kept.Bytes(), f)
			if err != nil {
				t.Fatal(err)
			}
			text, card, report := tell(t, r)
			var kept2 bytes.Buffer
			if err := again.WriteCard(&kept2, ours); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(card, kept2.String()); diff != "" {
				t.Errorf("%s, -targets %v: what was kept gives another card (-measured +kept):\n%s", name, asked, diff)
			}
			row := "| weights as they are sent, with brotli | at most 120,000 bytes | " + figure.Thousands(len(br)) + " bytes | reached |"
			for what, got := range map[string]bool{
				"card":    strings.Contains(card, "### What it was to reach") && strings.Contains(card, row),
				"command": strings.Contains(card, " -targets\n"),
				"tables":  strings.Contains(text, "What it was to reach"),
				"report":  strings.Contains(report, "What it was to reach"),
			} {
				if got != (want && asked) {
					t.Errorf("%s, -targets %v: the %s has the targets: %v", name, asked, what, got)
				}
			}
		}
		if _, err := Run(f, Options{Drawings: file(t, garments), Targets: true, Now: noon}); (err != nil) != want {
			t.Errorf("%s without its weights: %v", name, err)
		}
	}
}

// The card says no more of a temperature than the model file knows.
func TestWhereTheTemperatureIsFrom(t *testing.T) {
	r := &Result{file: &modelfile.File{}}
	for _, c := range []struct {
		temperature   float32
		data, command string
		want          string
	}{
		{1.5, "Fashion-MNIST, 58000 training images, scribbles, 2000 photos held out", "go run ./cmd/train", "fitted on the 2,000 photos that training held out"},
		{1.5, "Fashion-MNIST, 55000 training images, 5000 held out", "go run ./cmd/train -schedule-from HISTORY", "fitted on the 5,000 photos that training held out"},
		{1.5, "Fashion-MNIST, 60000 training images, 0 held out", "go run ./cmd/train -validation=0 -schedule-from HISTORY", "taken over, with the learning rates (`-schedule-from`), from an earlier run"},
		{1.5, "Fashion-MNIST, 60000 training images, 0 held out", "go run ./cmd/train -validation=0", "does not say what it was fitted on"},
		{1.5, "", "", "does not say what it was fitted on"},
		{0, "2000 photos held out", "", "has no temperature for photos"},
	} {
		r.file.Calibration.Photos.Temperature, r.file.Training.Data, r.file.Training.Command = c.temperature, c.data, c.command
		if got := r.photosTemperature(1.5); !strings.Contains(got, c.want) || strings.Contains(got, "1.5") != (c.temperature > 0) {
			t.Errorf("%q, %q: %q, want %q", c.data, c.command, got, c.want)
		}
	}
}

// The limits tell of a network that has not seen the drawings, where there are figures of one.
func TestLimitsOfOtherThings(t *testing.T) {
	r := knowing(t)
	r.Others.Unsure, r.CrossValidation.Others.Unsure = 0.9, 0.7
	said := func() string { return strings.Join(r.Limits(), "\n") }
	if got := said(); !strings.Contains(got, "“not sure” in 70.00 % of the cases, cross-validated;") || strings.Contains(got, "90.00 %") {
		t.Errorf("the limits are %s", got)
	}
	r.CrossValidation = nil
	if got := said(); !strings.Contains(got, "“not sure” in 90.00 % of the cases;") {
		t.Errorf("without a cross-validation the limits are %s", got)
	}
}

// Pages that show a table of folds have little room: its heads are short.
func TestFoldsFitAPage(t *testing.T) {
	head := knowing(t).CrossValidation.table().head
	if want := 10; len(head) != want || slices.ContainsFunc(head, func(s string) bool { return len(s) > len("95 % interval") }) {
		t.Errorf("the head is %q, want %d short names", head, want)
	}
}
