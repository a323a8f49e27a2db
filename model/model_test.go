package model

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/fashion"
	"croquis/internal/kernel"
	"croquis/internal/nn"
)

// TestShippedNetworks holds what lies in this folder to its promises, under every kernel variant of this machine.
func TestShippedNetworks(t *testing.T) {
	list, err := Names()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatal("no weights are shipped: train some with `make train` and put NAME.json into model/")
	}
	for _, name := range list {
		t.Run(name, func(t *testing.T) {
			f, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			if f.Name != name {
				t.Errorf("the network in %s.json calls itself %q", name, f.Name)
			}
			if !slices.Equal(f.Labels, fashion.Labels[:]) {
				t.Errorf("labels are %q, expected %q", f.Labels, fashion.Labels)
			}
			if !slices.Equal(f.Input.Shape, []int{28, 28, 1}) {
				t.Errorf("input is %v, expected 28×28 grey pixels", f.Input.Shape)
			}
			if card, err := os.ReadFile(name + ".md"); err != nil || !strings.Contains(string(card), f.SHA256) {
				t.Errorf("the card is not of these weights (%v): evaluate them with -out model/%s.evaluation.json and run `make cards`", err, name)
			}
			for _, report := range []string{name + ".report.html", name + ".evaluation.html"} {
				if _, err := os.Stat(report); err != nil {
					t.Errorf("%v: the page links to what the training and the evaluation have written; cmd/train and cmd/evaluate -report write it", err)
				}
			}
			if len(f.Golden) == 0 {
				t.Error("there are no golden vectors: the page could not tell a wrong kernel from a right one")
			}
			for _, v := range kernel.Variants() {
				restore := kernel.Use(v)
				plan := nn.Compile(f.Model, 1)
				if err := f.CheckGolden(func(x, out []float32) { plan.Predict(x, 1, out) }); err != nil {
					t.Errorf("kernel %s: %v", v, err)
				}
				restore()
			}
		})
	}
}

func TestNames(t *testing.T) {
	fsys := fstest.MapFS{"thesis.json": {}, "croquis.json": {}, "croquis.history.json": {}, "croquis.evaluation.json": {}, "croquis.md": {}, "model.go": {}}
	got, err := names(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"croquis", "thesis"}, got); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"vgg", "croquis.history", "croquis.evaluation", "../model/thesis", ""} {
		if _, err := load(fsys, name); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "there are croquis, thesis") {
			t.Errorf("%q: error %v, expected one that names the networks there are", name, err)
		}
	}
	if _, err := load(fsys, "thesis"); err == nil || !strings.Contains(err.Error(), "model: thesis: modelfile: the file is empty") {
		t.Errorf("an empty file: error %v", err)
	}
}

func TestOutsideTheProject(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := Names(); err == nil || !strings.Contains(err.Error(), "is not inside the project: run the program there, or build it with -tags embed_weights") {
		t.Errorf("error is %v", err)
	}
}
