package scribble

import (
	"bytes"
	"testing"

	"croquis/internal/random"
	"croquis/internal/sketch"
)

// Every scribble can be rasterised, lies on the surface and comes out the same again; and they are not all alike.
func TestScribbles(t *testing.T) {
	stream := random.NewStream(1, "scribbles", 0)
	pictures := map[string]bool{}
	const n = 500
	for i := range uint64(n) {
		c, again := stream.At(i), stream.At(i)
		strokes := Draw(&c)
		if len(strokes) == 0 {
			t.Fatalf("scribble %d is nothing", i)
		}
		for _, s := range strokes {
			for _, p := range s {
				if !(p.X >= 0 && p.X <= side && p.Y >= 0 && p.Y <= side) {
					t.Fatalf("scribble %d has a point at %v", i, p)
				}
			}
		}
		first, second := make([]uint8, sketch.Side*sketch.Side), make([]uint8, sketch.Side*sketch.Side)
		if _, err := sketch.Rasterize(strokes, sketch.Default, first); err != nil {
			t.Fatalf("scribble %d: %v", i, err)
		}
		if _, err := sketch.Rasterize(Draw(&again), sketch.Default, second); err != nil || !bytes.Equal(first, second) {
			t.Fatalf("scribble %d comes out differently a second time (%v)", i, err)
		}
		pictures[string(first)] = true
	}
	if len(pictures) < n*9/10 {
		t.Errorf("%d scribbles have %d pictures", n, len(pictures))
	}
}
