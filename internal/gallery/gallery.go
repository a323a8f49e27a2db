// Package gallery makes what the page offers to try and to trace over: photos of Fashion-MNIST's test set and drawings of
// our own generator. Both are chosen by rules that know no network's answers, so that what a visitor sees fail or succeed
// was not picked for it.
package gallery

import (
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"

	"croquis/internal/fashion"
	"croquis/internal/random"
	"croquis/internal/sketch"
	"croquis/internal/sketch/garment"
)

const (
	// PhotosPerClass is how many photos there are of each class.
	PhotosPerClass = 6
	// DrawingsPerClass is how many drawings there are of each class, each of another family.
	DrawingsPerClass = 3
	// Classes is how many classes there are.
	Classes = len(fashion.Labels)
)

// Photos returns the indices of the chosen photos of a set, class by class: the first PhotosPerClass of each. It fails if
// there are not as many.
func Photos(set *fashion.Set) ([]int, error) {
	var of [Classes][]int
	for i := range set.Len() {
		if c := set.Label(i); len(of[c]) < PhotosPerClass {
			of[c] = append(of[c], i)
		}
	}
	var all []int
	for c, some := range of {
		if len(some) < PhotosPerClass {
			return nil, fmt.Errorf("gallery: %d photos of the class %s, want %d or more", len(some), fashion.Labels[c], PhotosPerClass)
		}
		all = append(all, some...)
	}
	return all, nil
}

// WritePhotos writes the chosen photos of the set as a grey PNG of 8 bits: a row of 28×28 tiles for each class, in which
// values are the set's own, 0 for the background. The page reads it without a canvas, byte by byte, so that it must stay
// that simple a PNG: grey, not interlaced, without a colour profile.
func WritePhotos(w io.Writer, set *fashion.Set) error {
	chosen, err := Photos(set)
	if err != nil {
		return err
	}
	sheet := image.NewGray(image.Rect(0, 0, PhotosPerClass*fashion.Width, Classes*fashion.Height))
	for i, photo := range chosen {
		x, y := i%PhotosPerClass*fashion.Width, i/PhotosPerClass*fashion.Height
		pixels := set.Pixels(photo)
		for row := range fashion.Height {
			copy(sheet.Pix[sheet.PixOffset(x, y+row):][:fashion.Width], pixels[row*fashion.Width:])
		}
	}
	return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(w, sheet)
}

// A Drawing is one of the examples.
type Drawing struct {
	Family  string    `json:"family"`  // of the generator, "dress/wrap"
	Label   int       `json:"label"`   // the class, 0 to 9
	Strokes [][]int32 `json:"strokes"` // x0, y0, x1, y1, … each, in units of which a sheet has 256
}

// Drawings returns the example drawings, class by class.
//
// Of each class they are the last families in the order in which the generator lists them, one drawing of each with a
// seed of its own. The families that no network is trained with are the last of their classes, and so among these.
func Drawings() ([]Drawing, error) {
	var of [Classes][]garment.Family
	for _, f := range garment.Families() {
		of[f.Label] = append(of[f.Label], f)
	}
	var all []Drawing
	for label, families := range of {
		if len(families) < DrawingsPerClass {
			return nil, fmt.Errorf("gallery: the generator has %d families of the class %s, want %d or more", len(families), fashion.Labels[label], DrawingsPerClass)
		}
		for _, f := range families[len(families)-DrawingsPerClass:] {
			// The purpose keeps these apart from what networks are trained with, whatever their seed.
			cursor := random.NewStream(seed, "gallery", uint64(label)).At(uint64(len(all)))
			strokes := sketch.Simplify(f.Draw(&cursor), tolerance)
			d, err := place(strokes)
			if err != nil {
				return nil, fmt.Errorf("gallery: %s: %w", f.Name, err)
			}
			d.Family, d.Label = f.Name, label
			all = append(all, d)
		}
	}
	return all, nil
}

const (
	seed = 1
	// tolerance is by how much a simplified line may miss the generated one, in units of which the drawing has 255.
	tolerance = 0.6
	// The sheet's side and the margin to its drawings on either side, in the page's units (SIDE in web/drawing).
	side, margin = 256, 26
)

// place puts the middle of a drawing on the middle of the sheet, its longest side between the margins.
func place(strokes []sketch.Stroke) (Drawing, error) {
	box, n, err := sketch.Bounds(strokes)
	if err != nil {
		return Drawing{}, err
	}
	if n == 0 || box.Extent() == 0 {
		return Drawing{}, errors.New("the generator has drawn nothing")
	}
	scale := (side - 2*margin) / box.Extent()
	at := func(v, lo, hi float32) int32 {
		return int32(side/2 + (float64(v)-(float64(lo)+float64(hi))/2)*scale + 0.5)
	}
	var d Drawing
	for _, s := range strokes {
		var flat []int32
		for _, p := range s {
			flat = append(flat, at(p.X, box.MinX, box.MaxX), at(p.Y, box.MinY, box.MaxY))
		}
		d.Strokes = append(d.Strokes, flat)
	}
	return d, nil
}

// WriteDrawings writes the example drawings as JSON, a list with a drawing on each line.
func WriteDrawings(w io.Writer) error {
	all, err := Drawings()
	if err != nil {
		return err
	}
	for i, d := range all {
		b, err := json.Marshal(d)
		if err != nil {
			return err
		}
		before := ",\n"
		if i == 0 {
			before = "[\n"
		}
		if _, err := fmt.Fprintf(w, "%s%s", before, b); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "\n]\n")
	return err
}
