// Package sheet lays pictures out on a contact sheet, so that a person can judge them at a glance.
package sheet

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"croquis/internal/sketch"
)

// Cell is one picture of a sheet.
type Cell struct {
	Pixels  []uint8 // (28, 28), 0 the background; nil: the place stays empty
	Caption string  // above it, and above those that follow in the row without one: cut where the next begins
}

// Sizes of a sheet in its own pixels.
const (
	gap     = 4
	line    = 13 // height of basicfont's Face7x13
	advance = 7  // its width
)

var (
	paper  = color.Gray{0xff}
	text   = color.Gray{0x20}
	border = color.Gray{0xc8}
)

// Write writes the cells as a PNG, row by row in columns, each enlarged scale times, below the title. Pictures appear
// as drawn: dark ink on light paper. It panics if columns or scale is not positive or a picture is not 28×28; errors are
// w's.
func Write(w io.Writer, title string, columns, scale int, cells []Cell) error {
	if columns < 1 || scale < 1 {
		panic(fmt.Sprintf("sheet: Write: %d columns at scale %d", columns, scale))
	}
	rows := (len(cells) + columns - 1) / columns
	captions := make([]int, rows) // the height of a row's
	for i, c := range cells {
		if c.Pixels != nil && len(c.Pixels) != sketch.Side*sketch.Side {
			panic(fmt.Sprintf("sheet: Write: picture %d has %d pixels, want %d", i, len(c.Pixels), sketch.Side*sketch.Side))
		}
		if c.Caption != "" {
			captions[i/columns] = line + 1 // its border
		}
	}
	side := sketch.Side * scale
	width, height := gap+columns*(side+gap), gap+line+gap
	tops := make([]int, rows)
	for r := range rows {
		tops[r] = height + captions[r]
		height = tops[r] + side + gap
	}
	canvas := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(canvas, canvas.Rect, image.NewUniform(paper), image.Point{}, draw.Src)
	write(canvas, gap, gap, width-2*gap, title)
	for i, c := range cells {
		if c.Pixels == nil {
			continue
		}
		x, y := gap+i%columns*(side+gap), tops[i/columns]
		draw.Draw(canvas, image.Rect(x-1, y-1, x+side+1, y+side+1), image.NewUniform(border), image.Point{}, draw.Src)
		for v := range side {
			row := canvas.Pix[canvas.PixOffset(x, y+v):]
			for u := range side {
				row[u] = 255 - c.Pixels[v/scale*sketch.Side+u/scale]
			}
		}
	}
	for i, c := range cells { // above all borders
		if c.Caption == "" {
			continue
		}
		free := side
		for k := i + 1; k%columns != 0 && (k >= len(cells) || cells[k].Caption == ""); k++ {
			free += gap + side
		}
		write(canvas, gap+i%columns*(side+gap), tops[i/columns]-line-1, free, c.Caption)
	}
	return png.Encode(w, canvas)
}

// write writes s into the line below (x, y), cut to width.
func write(canvas *image.Gray, x, y, width int, s string) {
	letters := []rune(s)
	if most := width / advance; len(letters) > most {
		letters = letters[:most]
	}
	d := font.Drawer{
		Dst: canvas, Src: image.NewUniform(text), Face: basicfont.Face7x13,
		Dot: fixed.P(x, y+basicfont.Face7x13.Ascent),
	}
	d.DrawString(string(letters))
}
