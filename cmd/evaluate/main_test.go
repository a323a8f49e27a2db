package main

import (
	"bytes"
	"errors"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/chart"
	"croquis/internal/evaluate"
	"croquis/internal/fashion"
	"croquis/internal/train"
)

func TestUsage(t *testing.T) {
	for args, want := range map[string]string{
		"":                                  "-model is missing",
		"-model m":                          "nothing to evaluate on",
		"-model m -others o":                "nothing to evaluate on",
		"-model m -photos d more":           `unexpected argument "more"`,
		"-model m -photos d -limit 3":       "-limit",
		"-model m -photos d -card c":        "-card without -from or -out",
		"-model m -from e -photos d":        "-from measures nothing",
		"-model m -from e -drawings d":      "-from measures nothing",
		"-model m -from e -others d":        "-from measures nothing",
		"-model m -from e -report r":        "-from measures nothing",
		"-model m -from e -out e":           "-from measures nothing",
		"-model m -from e -folds f":         "-from measures nothing",
		"-model m -from e -generated 3":     "-from measures nothing",
		"-model m -from e -corruptions":     "-from measures nothing",
		"-model m -from e -targets":         "-from measures nothing",
		"-model m -drawings d -corruptions": "-corruptions spoils photos",
		"-model m -photos d -generated -1":  "-generated is -1",
		"-model m -folds f":                 "nothing to evaluate on",
		"-from e":                           "-model is missing",
		"-model m -photos d -json=perhaps":  "perhaps",
	} {
		if _, err := parse(strings.Fields(args), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", args, err, want)
		}
	}
	var help strings.Builder
	if _, err := parse([]string{"-h"}, &help); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
	for _, name := range []string{"-model", "-photos", "-drawings", "-others", "-folds", "-generated", "-corruptions", "-targets", strings.Join(fashion.Labels[:], ", "), "-json", "-out", "-from", "-report", "-card", "Exit status"} {
		if !strings.Contains(help.String(), name) {
			t.Errorf("-h does not explain %s:\n%s", name, help.String())
		}
	}
	for args, want := range map[string]flags{
		"-model m -drawings d -json -out e -card c":               {model: "m", drawings: "d", json: true, out: "e", card: "c"},
		"-model m -photos p -corruptions -generated 200 -folds f": {model: "m", photos: "p", corruptions: true, generated: 200, folds: "f"},
		"-model m -photos p -targets":                             {model: "m", photos: "p", targets: true},
		"-model m -from e -card c":                                {model: "m", from: "e", card: "c"},
		"-model m -from e":                                        {model: "m", from: "e"},
	} {
		if f, err := parse(strings.Fields(args), io.Discard); err != nil || f != want {
			t.Errorf("%q: %+v, %v, want %+v", args, f, err, want)
		}
	}
}

func TestFailureLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "model.json")
	if err := os.WriteFile(model, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	f := flags{model: model, drawings: model, report: filepath.Join(dir, "r.html"), card: filepath.Join(dir, "c.md")}
	if err := run(f, &out); err == nil || !strings.Contains(err.Error(), model) {
		t.Errorf("error %v, want one that names %s", err, model)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 1 || out.Len() > 0 {
		t.Errorf("%d files and %d bytes of output after a failure, want the model alone", len(left), out.Len())
	}
}

// TestMissingFiles: whoever names a file that is not there is told where one comes from, before anything is measured.
func TestMissingFiles(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none.json")
	there := shipped + ".json"
	for _, c := range []struct {
		f    flags
		want string
	}{
		{flags{model: none, photos: "p"}, "-model " + none + ": no such file: `make train` writes one"},
		{flags{model: there, drawings: none}, "-drawings " + none + ": no such file: `make data` fetches data/quickdraw/garments.ndjson"},
		{flags{model: there, photos: "p", others: none}, "-others " + none + ": no such file: `make data` fetches data/quickdraw/others.ndjson"},
		{flags{model: there, photos: "p", folds: none}, "-folds " + none + ": no such file: `make train-best` writes runs/croquis-folds/folds.json"},
		{flags{model: there, from: none}, "-from " + none + ": no such file: evaluate -out writes it"},
	} {
		if err := run(c.f, io.Discard); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %s", c.f, err, c.want)
		}
	}
}

// TestInProject: `make cards` writes the cards of what lies in the project's folder model, and of nothing else.
func TestInProject(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "model")
	for _, c := range []struct {
		model, evaluation string
		want              bool
	}{
		{shipped + ".json", shipped + ".evaluation.json", true},
		{"../../model/mine.json", "../../model/mine.evaluation.json", true},
		{shipped + ".json", filepath.Join(dir, "thesis.evaluation.json"), false},
		{shipped + ".json", "../../model/tiny.evaluation.json", false},
		{shipped + ".json", "", false},
		{filepath.Join(other, "a.json"), filepath.Join(other, "a.evaluation.json"), false},
		{"../../runs/a.json", "../../runs/a.evaluation.json", false},
	} {
		if got := inProject(c.model, c.evaluation); got != c.want {
			t.Errorf("%s and %s: %v, want %v", c.model, c.evaluation, got, c.want)
		}
	}
}

const shipped = "../../model/thesis"

// TestCard: a card comes from what was kept as it came from what was measured, and not from an evaluation of other weights.
func TestCard(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	drawing := `{"key_id":"1","word":"pants","label":1,"drawing":[[[0,60,60,0,0],[0,0,200,200,0]]]}` + "\n"
	if err := os.WriteFile(at("one.ndjson"), []byte(drawing), 0o644); err != nil {
		t.Fatal(err)
	}
	var measured, told strings.Builder
	if err := run(flags{model: shipped + ".json", drawings: at("one.ndjson"), out: at("e.json"), card: at("measured.md")}, &measured); err != nil {
		t.Fatal(err)
	}
	if err := run(flags{model: shipped + ".json", from: at("e.json"), card: at("kept.md")}, &told); err != nil {
		t.Fatal(err)
	}
	if measured.String() != told.String() || told.Len() == 0 {
		t.Errorf("from the file:\n%s\nwhen measured:\n%s", told.String(), measured.String())
	}
	same(t, at("kept.md"), at("measured.md"))

	text, err := os.ReadFile(at("e.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("e.json"), []byte(strings.Replace(string(text), `"sha256": "`, `"sha256": "0`, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	err = run(flags{model: shipped + ".json", from: at("e.json"), card: at("wrong.md")}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), at("e.json")) || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("error %v, want one that names the file and the checksum", err)
	}
	if _, err := os.Stat(at("wrong.md")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a card was written of an evaluation of other weights (%v)", err)
	}
}

// TestShippedCard writes the shipped card again.
func TestShippedCard(t *testing.T) {
	card := filepath.Join(t.TempDir(), "card.md")
	if err := run(flags{model: shipped + ".json", from: shipped + ".evaluation.json", card: card}, io.Discard); err != nil {
		t.Fatal(err)
	}
	same(t, card, shipped+".md")
}

// TestReportShowsWhatIsLearnt: the report has a contact sheet of all that the network's recipe learns from and that is there.
func TestReportShowsWhatIsLearnt(t *testing.T) {
	photos, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(t.TempDir(), "report.html")
	if err := run(flags{model: shipped + ".json", photos: photos, report: report}, io.Discard); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	// The thesis's network learns from photos, as they are. The scribbles are shown too, which it was tried on.
	for sheet, want := range map[string]int{"Photos": 1, "Nothing: 417 pictures": 1, "Renderings of photos": 0, "Generated drawings": 0, "Scribbles": 0, "Drawings by people": 0} {
		if got := strings.Count(string(b), `alt="Contact sheet: `+sheet+`"`); got != want {
			t.Errorf("%d contact sheets of %s, want %d", got, sheet, want)
		}
	}
}

// TestSheets: what croquis learns from is on five sheets, one of them of drawings by people if these are the listed ones.
func TestSheets(t *testing.T) {
	photos, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	drawings := filepath.Join(t.TempDir(), "drawings.ndjson")
	line := `{"key_id":"1","word":"pants","label":1,"drawing":[[[0,60,60,0,0],[0,0,200,200,0]]]}` + "\n"
	if err := os.WriteFile(drawings, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	f, recipe := flags{photos: photos, drawings: drawings}, train.Recipe("croquis")
	for collection, want := range map[string][]string{
		"":         {"Photos", "Renderings of photos", "Generated drawings", "Scribbles"},
		"garments": {"Photos", "Renderings of photos", "Generated drawings", "Scribbles", "Drawings by people"},
	} {
		result := &evaluate.Result{Drawings: &evaluate.Set{Collection: collection}}
		var got []string
		for _, make := range []func(train.Config, *evaluate.Result) ([]chart.Sheet, error){f.photoSheets, f.drawingSheets} {
			sheets, err := make(recipe, result)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range sheets {
				got = append(got, s.Title)
				if size, err := png.DecodeConfig(bytes.NewReader(s.PNG)); err != nil || size.Width < 28*enlarged*perClass {
					t.Errorf("%s: %+v, %v", s.Title, size, err)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("collection %q (-want +got):\n%s", collection, diff)
		}
	}
}

func same(t *testing.T, got, want string) {
	t.Helper()
	a, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(b), string(a)); diff != "" {
		t.Errorf("%s is not %s (-want +got):\n%s", got, want, diff)
	}
}
