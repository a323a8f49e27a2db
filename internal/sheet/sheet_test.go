package sheet

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"croquis/internal/sketch"
)

// TestWrite: seven pictures in rows of three and two empty places, with captions above the second row alone, one of them before another.
func TestWrite(t *testing.T) {
	const scale = 2
	cells := make([]Cell, 9)
	for i := range 7 {
		cells[i].Pixels = make([]uint8, sketch.Side*sketch.Side)
		cells[i].Pixels[3*sketch.Side+i] = uint8(100 + i)
	}
	cells[3].Caption = "wide as two pictures, not as three of them"
	cells[5].Caption = "next"
	var b bytes.Buffer
	if err := Write(&b, "seven", 3, scale, cells); err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	side := sketch.Side * scale
	if want := image.Pt(gap+3*(side+gap), gap+line+gap+3*(side+gap)+line+1); got.Bounds().Size() != want {
		t.Fatalf("the sheet is %v, want %v", got.Bounds().Size(), want)
	}
	at := func(x, y int) uint8 { return got.At(x, y).(color.Gray).Y }
	left := func(i int) int { return gap + i%3*(side+gap) }
	top := func(i int) int { return gap + line + gap + i/3*(side+gap) + min(i/3, 1)*(line+1) }
	for i, c := range cells {
		for v := range side {
			for u := range side {
				want := paper.Y
				if c.Pixels != nil {
					want = 255 - c.Pixels[v/scale*sketch.Side+u/scale]
				}
				if at(left(i)+u, top(i)+v) != want {
					t.Fatalf("picture %d has %d at (%d, %d), want %d", i, at(left(i)+u, top(i)+v), u, v, want)
				}
			}
		}
	}
	dark := func(x0, x1, y0, y1 int) (n int) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				if at(x, y) == text.Y {
					n++
				}
			}
		}
		return n
	}
	above := func(i int) int { return dark(left(i), left(i)+side, top(i)-line-1, top(i)-1) }
	if above(3) == 0 || above(4) == 0 || above(5) == 0 {
		t.Errorf("the captions have %d, %d and %d dark pixels above the pictures of the second row", above(3), above(4), above(5))
	}
	if n := dark(left(4)+side, left(5), top(5)-line-1, top(5)-1); n != 0 {
		t.Errorf("the first caption runs %d pixels into the gap before the second", n)
	}
	if dark(0, 60, 0, gap+line) == 0 {
		t.Error("no title")
	}
}

func TestWritePanics(t *testing.T) {
	for name, f := range map[string]func(){
		"columns": func() { _ = Write(&bytes.Buffer{}, "", 0, 1, nil) },
		"scale":   func() { _ = Write(&bytes.Buffer{}, "", 1, 0, nil) },
		"pixels":  func() { _ = Write(&bytes.Buffer{}, "", 1, 1, []Cell{{Pixels: make([]uint8, 3)}}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}
