package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"croquis/internal/chart"
	"croquis/internal/evaluate"
	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/sheet"
	"croquis/internal/sketch"
	"croquis/internal/sketch/augment"
	"croquis/internal/sketch/garment"
	"croquis/internal/sketch/quickdraw"
	"croquis/internal/train"
)

// Pictures of each class on a contact sheet, and how many times they are enlarged.
const (
	perClass = 14
	enlarged = 3
)

// writeReport writes the report with contact sheets of what the network's recipe learns from, as far as it was given: the
// photos, and the drawings by people.
func (f flags) writeReport(w io.Writer, model *modelfile.File, result *evaluate.Result) error {
	var sheets []chart.Sheet
	for _, s := range []func(train.Config, *evaluate.Result) ([]chart.Sheet, error){f.photoSheets, f.drawingSheets} {
		some, err := s(train.Recipe(model.Training.Arch), result)
		if err != nil {
			return err
		}
		sheets = append(sheets, some...)
	}
	return result.WriteReport(w, sheets)
}

// photoSheets shows training photos as the recipe alters them, and what it makes of them.
func (f flags) photoSheets(c train.Config, _ *evaluate.Result) (all []chart.Sheet, err error) {
	if f.photos == "" {
		return nil, nil
	}
	set, err := fashion.LoadTrain(f.photos)
	if err != nil {
		return nil, err
	}
	var some []int // every tenth: enough of each class
	for i := 0; i < set.Len(); i += 10 {
		some = append(some, i)
	}
	altered := &train.Augment{Seed: c.Seed, Pad: c.Pad, Flip: c.Flip, Erase: c.Erase, EraseMax: c.EraseMax, Cutout: c.Cutout}
	photos, note := train.NewPhotos(set, some, altered), "As an epoch shows them: shifted, mirrored, with holes, as far as the recipe does that."
	if all, err = add(all, "Photos", note, train.Gallery(photos, perClass)); err != nil || c.Renderings == 0 {
		return all, err
	}
	return add(all, "Renderings of photos", "Edges, silhouettes and hatchings of training photos, with broken and spurious lines.",
		train.Gallery(train.NewRenderings(c.Seed, set, some, nil), perClass))
}

// drawingSheets shows generated drawings, scribbles, and the drawings by people as the recipe alters them.
func (f flags) drawingSheets(c train.Config, result *evaluate.Result) (all []chart.Sheet, err error) {
	if c.Generated > 0 {
		generated := train.NewGarments(c.Seed, 10*perClass, garment.Learnt(), &augment.Default)
		if all, err = add(all, "Generated drawings", "Drawn by a program, in the families that networks are trained with.", train.Gallery(generated, perClass)); err != nil {
			return nil, err
		}
	}
	if c.Scribbles > 0 {
		const n = 5 * perClass
		if all, err = add(all, "Scribbles", "Nothing that has a name, sheets without ink among it: the answer to these is not to know.", train.Gallery(train.NewScribbles(c.Seed, n), n)); err != nil {
			return nil, err
		}
	}
	if c.People == 0 || result.Drawings == nil || result.Drawings.Collection == "" {
		return all, nil // not what is trained with
	}
	drawings, err := read(f.drawings)
	if err != nil {
		return nil, err
	}
	people, err := train.NewDrawings(c.Seed, drawings, &augment.Default)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.drawings, err)
	}
	return add(all, "Drawings by people", "Altered stroke by stroke, as an epoch shows them. "+quickdraw.Credit, train.Gallery(people, perClass))
}

func add(all []chart.Sheet, title, note string, cells []sheet.Cell) ([]chart.Sheet, error) {
	var b bytes.Buffer
	if err := sheet.Write(&b, title, perClass, enlarged, cells); err != nil {
		return nil, err
	}
	return append(all, chart.Sheet{Title: title, Note: note, PNG: b.Bytes()}), nil
}

// read reads the drawings of a file.
func read(path string) ([]sketch.Drawing, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	drawings, err := sketch.ParseNDJSON(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return drawings, nil
}
