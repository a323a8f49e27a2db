// Command evaluate judges a trained network on photos, on drawings by people and on drawings of other things.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"croquis/internal/evaluate"
	"croquis/internal/machine"
	"croquis/internal/modelfile"
	"croquis/internal/whole"
)

func main() {
	f, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		os.Exit(0)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "evaluate: %v; evaluate -h explains\n", err)
		os.Exit(2)
	}
	if err := run(f, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "evaluate:", err)
		os.Exit(1)
	}
}

func run(f flags, stdout io.Writer) error {
	if err := f.check(); err != nil {
		return err
	}
	weights, err := os.ReadFile(f.model)
	if err != nil {
		return err
	}
	model, err := modelfile.Decode(weights)
	if err != nil {
		return fmt.Errorf("%s: %w", f.model, err)
	}
	result, err := f.result(model, weights)
	if err != nil {
		return err
	}
	for _, file := range []struct {
		path  string
		write func(io.Writer) error
	}{{f.out, result.WriteJSON}, {f.report, func(w io.Writer) error { return f.writeReport(w, model, result) }}, {f.card, func(w io.Writer) error { return result.WriteCard(w, f.files()) }}} {
		if file.path == "" {
			continue
		}
		var b bytes.Buffer
		if err := file.write(&b); err != nil {
			return err
		}
		if err := whole.WriteFile(file.path, b.Bytes()); err != nil {
			return err
		}
	}
	if !f.json {
		return result.WriteText(stdout)
	}
	return json.NewEncoder(stdout).Encode(result)
}

// result is what is measured now, or was kept.
func (f flags) result(model *modelfile.File, weights []byte) (*evaluate.Result, error) {
	if f.from == "" {
		return evaluate.Run(model, evaluate.Options{
			Photos: f.photos, Drawings: f.drawings, Others: f.others, Folds: f.folds, Generated: f.generated, Corruptions: f.corruptions,
			Targets: f.targets, Weights: weights,
			Machine: machine.Describe(), Now: time.Now(),
		})
	}
	b, err := os.ReadFile(f.from)
	if err != nil {
		return nil, err
	}
	result, err := evaluate.Parse(b, model)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.from, err)
	}
	return result, nil
}
