package evaluate

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"croquis/internal/sketch"
	"croquis/internal/sketch/quickdraw"
)

// drawings are a file's drawings and what the network sees of them.
type drawings struct {
	drawings   []sketch.Drawing
	pixels     []uint8
	blank      int
	collection string
}

func readDrawings(path string) (*drawings, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := &drawings{}
	if d.collection, err = quickdraw.Identify(path); err != nil {
		return nil, err
	}
	var r sketch.Rasterizer
	picture := make([]uint8, sketch.Side*sketch.Side)
	for in := sketch.NewReader(f); ; {
		one, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		blank, err := r.Draw(one.Strokes, one.Styles, sketch.Default, picture)
		if err != nil {
			return nil, fmt.Errorf("%s: drawing %d (key_id %s): %w", path, len(d.drawings)+1, one.KeyID, err)
		}
		if blank {
			d.blank++
		}
		one.Strokes = nil // only the picture is needed from here on
		d.drawings = append(d.drawings, one)
		d.pixels = append(d.pixels, picture...)
	}
	if len(d.drawings) == 0 {
		return nil, fmt.Errorf("%s holds no drawing", path)
	}
	return d, nil
}

// labels are the classes of the drawings, each one of classes.
func (d *drawings) labels(classes []string) ([]uint8, error) {
	labels := make([]uint8, len(d.drawings))
	for i, one := range d.drawings {
		if one.Label == sketch.NoLabel {
			return nil, fmt.Errorf("drawing %d (key_id %s, %q) has no \"label\", as Quick, Draw!'s own files have none: expected %s; add \"label\": N to each line, or give drawings of other things as -others", i+1, one.KeyID, one.Word, numbered(classes))
		}
		if one.Label < 0 || one.Label >= len(classes) {
			return nil, fmt.Errorf("drawing %d (key_id %s, %q) has label %d, expected %s", i+1, one.KeyID, one.Word, one.Label, numbered(classes))
		}
		labels[i] = uint8(one.Label)
	}
	return labels, nil
}

// numbered says what the numbers of classes stand for.
func numbered(classes []string) string {
	var all []string
	for i, c := range classes {
		all = append(all, fmt.Sprintf("%d %s", i, c))
	}
	return fmt.Sprintf("0 to %d (%s)", len(classes)-1, strings.Join(all, ", "))
}
