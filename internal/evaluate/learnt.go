package evaluate

import (
	"fmt"
	"slices"

	"croquis/internal/modelfile"
	"croquis/internal/sketch"
	"croquis/internal/sketch/quickdraw"
)

// learnt is what a network has been trained with of the drawings by people, as its model file says.
type learnt struct {
	keys    map[string]bool // key_ids of garments
	exposed bool            // drawings of other things, of the words that are quickdraw.Exposed
}

// readLearnt reads the notes of a model file. It fails on a note that it does not understand: figures on drawings that the
// network may have seen would be no figures.
func readLearnt(f *modelfile.File) (l learnt, err error) {
	if name := f.Training.Notes[quickdraw.NoteDrawings]; name != "" {
		all := quickdraw.Collections()
		at := slices.IndexFunc(all, func(c quickdraw.Collection) bool { return c.Name == name })
		if at < 0 {
			return l, fmt.Errorf("%q says that it was trained with the drawings %q, which are in no list of this project: what it has not seen cannot be told", f.Name, name)
		}
		var drawings []sketch.Drawing
		for _, g := range all[at].Groups {
			for _, id := range g.KeyIDs {
				drawings = append(drawings, sketch.Drawing{KeyID: id, Label: g.Class()})
			}
		}
		leftOut, folds := 0, 1
		if note := f.Training.Notes[quickdraw.NoteFold]; note != "" {
			if leftOut, folds, err = quickdraw.ParseFold(note); err != nil {
				return l, fmt.Errorf("%q says that it was trained without a fold: %w", f.Name, err)
			}
		}
		l.keys = map[string]bool{}
		for i, fold := range quickdraw.Folds(drawings, folds) {
			if fold != leftOut {
				l.keys[drawings[i].KeyID] = true
			}
		}
	}
	switch note := f.Training.Notes[quickdraw.NoteOthers]; note {
	case "":
	case quickdraw.ExposedHalf:
		l.exposed = true
	default:
		return l, fmt.Errorf("%q says that it was trained with the other things %q, expected %q: what it has not seen cannot be told", f.Name, note, quickdraw.ExposedHalf)
	}
	return l, nil
}

// seen counts the drawings that the network was trained with.
func (l learnt) seen(drawings []sketch.Drawing) (n int) {
	for _, d := range drawings {
		if l.keys[d.KeyID] {
			n++
		}
	}
	return n
}

// unseen leaves out the drawings of other things that the network was trained with, and says how many they were.
func (l learnt) unseen(d *drawings) (leftOut int) {
	if !l.exposed {
		return 0
	}
	const size = sketch.Side * sketch.Side
	var some []sketch.Drawing
	var pixels []uint8
	for i, one := range d.drawings {
		if quickdraw.Exposed(one.Word) {
			leftOut++
			continue
		}
		some, pixels = append(some, one), append(pixels, d.pixels[i*size:(i+1)*size]...)
	}
	d.drawings, d.pixels = some, pixels
	return leftOut
}
