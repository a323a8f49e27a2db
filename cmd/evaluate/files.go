package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"croquis/internal/evaluate"
	"croquis/internal/sketch/quickdraw"
)

// check finds files that are missing before anything is measured, and says where one comes from.
func (f flags) check() error {
	for _, file := range []struct{ flag, path, advice string }{
		{"model", f.model, "`make train` writes one, runs/*/model.json; the shipped ones are model/croquis.json, model/tiny.json and model/thesis.json"},
		{"drawings", f.drawings, "`make data` fetches " + quickdraw.DefaultDir + "/garments.ndjson, or give ndjson of your own (evaluate -h says what a line has)"},
		{"others", f.others, "`make data` fetches " + quickdraw.DefaultDir + "/others.ndjson, or give ndjson of your own (evaluate -h says what a line has)"},
		{"folds", f.folds, "`make train-best` writes runs/croquis-folds/folds.json, with ARCH=tiny runs/tiny-folds/folds.json"},
		{"from", f.from, "evaluate -out writes it when it measures"},
	} {
		if file.path == "" {
			continue
		}
		if _, err := os.Stat(file.path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("-%s %s: no such file: %s", file.flag, file.path, file.advice)
		}
	}
	return nil
}

// files are what a card is written from.
func (f flags) files() evaluate.Files {
	kept := f.from
	if kept == "" {
		kept = f.out
	}
	return evaluate.Files{Model: f.model, Evaluation: kept, Shipped: inProject(f.model, kept)}
}

// inProject says whether the two are NAME.json and NAME.evaluation.json in the project's folder model: `make cards` writes the cards
// of these, and of no others.
func inProject(model, evaluation string) bool {
	a, errA := filepath.Abs(model)
	b, errB := filepath.Abs(evaluation)
	if errA != nil || errB != nil || strings.TrimSuffix(a, ".json")+".evaluation.json" != b {
		return false
	}
	dir := filepath.Dir(a)
	mod, err := os.ReadFile(filepath.Join(dir, "..", "go.mod"))
	return err == nil && filepath.Base(dir) == "model" && bytes.HasPrefix(mod, []byte("module croquis\n"))
}
