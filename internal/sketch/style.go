package sketch

import (
	"errors"
	"fmt"
)

// Style says how one stroke is drawn.
type Style struct {
	Size float32 // width of the line as a multiple of Options.Width, which must come to minPen to maxPen pixels
	Fill bool    // the stroke is closed, and what it goes around is filled with Options.FillValue (winding number not zero)
}

// Standard is the style of a stroke of which nothing is said.
var Standard = Style{Size: 1}

// The thinnest line in output pixels, and the widest: two of its ends fit beside each other in the frame.
const (
	minPen = 1. / 16
	maxPen = Side / 2
)

// ErrStyle is wrapped by errors about pens that nobody can draw with.
var ErrStyle = errors.New("sketch: style is out of range")

// styled is a drawing with the style of each stroke. No styles at all stand for Standard ones.
type styled struct {
	strokes []Stroke
	styles  []Style
	width   float32 // Options.Width
}

// plain says that every line is as wide as the options say.
func (d styled) plain() bool {
	for _, s := range d.styles {
		if s.Size != 1 {
			return false
		}
	}
	return true
}

// thinnest is the width of the thinnest line in pixels.
func (d styled) thinnest() float32 {
	if len(d.styles) == 0 {
		return d.width
	}
	w := d.styles[0].Size
	for _, s := range d.styles {
		w = min(w, s.Size)
	}
	return w * d.width
}

// check returns ErrStyle, with the stroke, if a style is out of range or there is not one for every stroke.
func (d styled) check() error {
	if len(d.styles) > 0 && len(d.styles) != len(d.strokes) {
		return fmt.Errorf("%w: %d styles for %d strokes", ErrStyle, len(d.styles), len(d.strokes))
	}
	for i, s := range d.styles {
		if w := s.Size * d.width; !(w >= minPen && w <= maxPen) {
			return fmt.Errorf("%w: stroke %d has size %v, a line %v pixels wide; it must be %v to %v pixels",
				ErrStyle, i, s.Size, w, minPen, maxPen)
		}
	}
	return nil
}

// Frame is where a picture lies on the drawing: the bounding box of the ink in the drawing's unit, which the longest side
// of, Side pixels long, spans the picture, and whose middle is the picture's.
type Frame struct {
	X, Y, Width, Height float64
	Scale               float64 // pixels for a unit
}

// frame places the picture if all lines are of one width: half of that is around the points.
func (f Fit) frame(b Box, width float32) Frame {
	pad := float64(width) / 2 / f.Scale
	return Frame{
		X: float64(b.MinX) - pad, Y: float64(b.MinY) - pad,
		Width: float64(b.MaxX) - float64(b.MinX) + 2*pad, Height: float64(b.MaxY) - float64(b.MinY) + 2*pad,
		Scale: f.Scale,
	}
}

// A reach is how far the ink of one stroke goes: its points, and half the line's width, in pixels, around them.
type reach struct {
	box  Box
	half float64
}

// reaches appends the reach of every stroke that has points.
func (d styled) reaches(to []reach) []reach {
	for i, s := range d.strokes {
		if len(s) == 0 {
			continue
		}
		b := Box{s[0].X, s[0].Y, s[0].X, s[0].Y}
		for _, p := range s[1:] {
			b.MinX, b.MaxX = min(b.MinX, p.X), max(b.MaxX, p.X)
			b.MinY, b.MaxY = min(b.MinY, p.Y), max(b.MaxY, p.Y)
		}
		to = append(to, reach{b, float64(d.styles[i].Size*d.width) / 2})
	}
	return to
}

// span is the ink's extent along one axis, in units, at a scale, and how far apart the points are that it goes to.
func span(all []reach, scale float64, axis func(Box) (lo, hi float32)) (from, to, points float64) {
	var low, high float64
	for i, r := range all {
		lo, hi := axis(r.box)
		pad := r.half / scale
		if l := float64(lo) - pad; i == 0 || l < from {
			from, low = l, float64(lo)
		}
		if h := float64(hi) + pad; i == 0 || h > to {
			to, high = h, float64(hi)
		}
	}
	return from, to, high - low
}

func alongX(b Box) (lo, hi float32) { return b.MinX, b.MaxX }
func alongY(b Box) (lo, hi float32) { return b.MinY, b.MaxY }

// fitReaches is FitTo for lines of different widths. The ink's extent in pixels is a convex function of the scale, made of
// straight pieces, so that Newton's method from above comes down to the scale at which it is Side in a few steps.
func fitReaches(all []reach, points Box) (Fit, Frame) {
	thinnest := all[0].half
	for _, r := range all {
		thinnest = min(thinnest, r.half)
	}
	scale := (Side - 2*thinnest) / points.Extent() // at least what it must be
	var f Frame
	for range 64 {
		fromX, toX, apartX := span(all, scale, alongX)
		fromY, toY, apartY := span(all, scale, alongY)
		f = Frame{X: fromX, Y: fromY, Width: toX - fromX, Height: toY - fromY, Scale: scale}
		extent, slope := f.Width*scale, apartX
		if f.Height > f.Width {
			extent, slope = f.Height*scale, apartY
		}
		if extent-Side <= 1e-9 {
			break
		}
		scale -= (extent - Side) / slope
	}
	return Fit{Scale: f.Scale, CenterX: f.X + f.Width/2, CenterY: f.Y + f.Height/2}, f
}
