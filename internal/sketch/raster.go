package sketch

import (
	"fmt"
	"math"
)

// FillMode says what happens to the inside of outlines. Garments on photos are filled; people draw outlines.
type FillMode uint8

const (
	// FillNone leaves outlines as lines.
	FillNone FillMode = iota
	// FillClosed fills whatever the ink encloses.
	FillClosed
	// FillAuto fills what the ink encloses if that is a fifth of the ink's bounding box or more, so that a garment is
	// filled, and a garment left open is not turned into a picture of its buttons.
	FillAuto
)

// Options say how a drawing becomes a picture. Use Default unless there is a reason not to: the page, the trainer and
// the evaluator agree by it.
type Options struct {
	Width     float32  // of the line, in output pixels, whatever the size of the drawing; (0, 8]
	Ink       uint8    // value of a line
	Fill      FillMode // whether enclosed areas are filled
	FillValue uint8    // value of a filled area
	Gap       int      // gaps of up to this many pixels do not keep an outline from being closed; 0 to 8
	MinExtent float32  // a drawing whose longest side is shorter, in its own unit, is blank: a slip, not a drawing
}

// Default is how drawings become pictures everywhere in this project: lines stay lines, and only what somebody filled is
// filled. Filling every closed outline helps networks that have seen photos alone, for garments on photos are filled, but
// costs those that learn drawings what is inside, the front of a jacket or the strap of a sandal: docs/ARCHITECTURE.md has
// the figures.
var Default = Options{Width: 1.5, Ink: 255, FillValue: 200, Gap: 2}

// Check returns an error that names the first option that is out of range.
func (o Options) Check() error {
	switch {
	case !(o.Width > 0 && o.Width <= 8):
		return fmt.Errorf("sketch: line width is %v pixels; it must be more than 0 and at most 8", o.Width)
	case o.Fill > FillAuto:
		return fmt.Errorf("sketch: fill mode %d is unknown", o.Fill)
	case o.Gap < 0 || o.Gap > 8:
		return fmt.Errorf("sketch: gap is %d pixels; it must be 0 to 8", o.Gap)
	case !(o.MinExtent >= 0):
		return fmt.Errorf("sketch: smallest extent is %v; it must not be negative", o.MinExtent)
	}
	return nil
}

// Rasterizer turns drawings into pictures without allocating, but for a list of the strokes where their widths differ,
// which grows with the longest drawing. The zero value is ready. It must not be used from two goroutines at once.
type Rasterizer struct {
	cover   [Side * Side]float32 // share of each pixel under ink, 0 to 1
	area    area
	fill    filler
	reaches []reach
	frame   Frame
}

// Rasterize draws strokes into out, Side×Side values row by row, 0 for paper. See Rasterizer.Rasterize.
func Rasterize(strokes []Stroke, o Options, out []uint8) (blank bool, err error) {
	var r Rasterizer
	return r.Rasterize(strokes, o, out)
}

// Rasterize draws strokes into out, Side×Side values row by row, 0 for paper and o.Ink for a line.
//
// The result does not depend on where the drawing lies or how large it is. It is blank when there is nothing to fit: no
// points, all points in one place, or nothing as large as o.MinExtent; out is then all zero. An error (options out of
// range, ErrCoordinate, ErrTooManyPoints) leaves out all zero too. It panics if out does not hold Side×Side values.
func (r *Rasterizer) Rasterize(strokes []Stroke, o Options, out []uint8) (blank bool, err error) {
	return r.Draw(strokes, nil, o, out)
}

// Draw is Rasterize with a style for each stroke; nil stands for Standard ones. It may fail with ErrStyle, too.
func (r *Rasterizer) Draw(strokes []Stroke, styles []Style, o Options, out []uint8) (blank bool, err error) {
	if len(out) != Side*Side {
		panic(fmt.Sprintf("sketch.Rasterize: out holds %d values, want %d", len(out), Side*Side))
	}
	clear(out)
	r.frame = Frame{}
	if err := o.Check(); err != nil {
		return false, err
	}
	box, n, err := Bounds(strokes)
	if err != nil {
		return false, err
	}
	d := styled{strokes, styles, o.Width}
	if err := d.check(); err != nil {
		return false, err
	}
	if n == 0 || box.Extent() == 0 || box.Extent() < float64(o.MinExtent) {
		return true, nil
	}
	fit := r.place(d, box)
	r.ink(d, fit)
	ink := float32(o.Ink)
	for i, c := range &r.cover {
		out[i] = uint8(float32(c*ink) + 0.5)
	}
	if o.Fill != FillNone {
		r.fill.run(&r.cover, d.thinnest(), box, fit, o, out)
	}
	if r.area.any {
		r.area.paint(&r.cover, o, out)
	}
	return false, nil
}

// Frame is where the last picture lies on its drawing; zero if that was blank or failed.
func (r *Rasterizer) Frame() Frame { return r.frame }

// place fits the ink into the picture.
func (r *Rasterizer) place(d styled, box Box) Fit {
	if d.plain() {
		fit := FitTo(box, d.width)
		r.frame = fit.frame(box, d.width)
		return fit
	}
	r.reaches = d.reaches(r.reaches[:0])
	fit, frame := fitReaches(r.reaches, box)
	r.frame = frame
	return fit
}

// ink draws the lines into cover, and the areas that are to be filled.
func (r *Rasterizer) ink(d styled, fit Fit) {
	clear(r.cover[:])
	r.area.reset()
	pen, style := newPen(d.width, &r.cover), Standard
	for i, s := range d.strokes {
		if len(d.styles) > 0 && d.styles[i] != style {
			style = d.styles[i]
			pen = newPen(d.width*style.Size, &r.cover)
			if style.Fill {
				pen.area = &r.area
			}
		}
		pen.stroke(s, fit)
	}
}

// pen draws thick line segments with round ends. A pixel's coverage is taken from the distance d of its centre to the
// segment: clamp(r + ½ − d, 0, 1), which is exact for straight edges along the axes, and on average over positions for
// any edge; at worst, for a diagonal, a pixel is 0.09 off.
// Pixels keep the largest coverage of all segments, so joints and crossings do not add up.
//
// Coordinates are centred (Fit), so that a mirrored drawing gives the mirrored picture but for the last bit, and products
// are rounded before they are added (the conversions to float32), so that no platform fuses them and all agree.
type pen struct {
	cover *[Side * Side]float32
	reach float32 // r + ½: no ink beyond
	outer float32 // reach²
	inner float32 // (r − ½)², inside of which all is ink; −1 when the line is thinner than a pixel
	peak  float32 // largest coverage: lines thinner than a pixel never cover one whole
	area  *area   // what the stroke goes around goes here; nil: it is not filled
}

func newPen(width float32, cover *[Side * Side]float32) pen {
	r := width / 2
	p := pen{cover: cover, reach: r + 0.5, inner: -1, peak: min(width, 1)}
	p.outer = p.reach * p.reach
	if r > 0.5 {
		p.inner = (r - 0.5) * (r - 0.5)
	}
	return p
}

// Tolerances, in output pixels, of leaving out points that change nothing visible. A pointer gives a point for every
// tenth of an output pixel; drawing each of those segments would take ten times as long.
const (
	radialTolerance = 0.12
	sleeveTolerance = 0.1
)

// stroke draws the polyline s. Points closer than radialTolerance to the last are left out, and runs of points
// are drawn as one segment while it passes within sleeveTolerance of all of them (sleeve fitting: Zhao and
// Saalfeld, "Linear-time sleeve-fitting polyline simplification algorithms", AutoCarto 13, 1997).
func (p *pen) stroke(s Stroke, fit Fit) {
	if len(s) == 0 {
		return
	}
	first := fit.apply(s[0])
	anchor := first
	last := anchor // the last point inside the sleeve
	var left, right Point
	open := false // whether left and right bound the directions that pass all points since anchor
	for _, q := range s[1:] {
		q := fit.apply(q)
		dx, dy := q.X-last.X, q.Y-last.Y
		if float32(dx*dx)+float32(dy*dy) < radialTolerance*radialTolerance {
			continue
		}
		vx, vy := q.X-anchor.X, q.Y-anchor.Y
		if open {
			// The sleeve only ever leads forwards: a pen that turns back starts a new segment.
			lx, ly := last.X-anchor.X, last.Y-anchor.Y
			inside := float32(left.X*vy)-float32(left.Y*vx) <= 0 && float32(right.X*vy)-float32(right.Y*vx) >= 0 &&
				float32(lx*dx)+float32(ly*dy) > 0
			if !inside {
				p.line(anchor, last)
				anchor, open = last, false
				vx, vy = dx, dy
			}
		}
		length := sqrt(float32(vx*vx) + float32(vy*vy))
		nx, ny := -vy/length*sleeveTolerance, vx/length*sleeveTolerance
		l, r := Point{vx + nx, vy + ny}, Point{vx - nx, vy - ny}
		if !open {
			left, right, open = l, r, true
		} else {
			if float32(left.X*l.Y)-float32(left.Y*l.X) < 0 {
				left = l
			}
			if float32(right.X*r.Y)-float32(right.Y*r.X) > 0 {
				right = r
			}
		}
		last = q
	}
	p.line(anchor, last)
	if p.area != nil {
		p.line(last, first)
		p.area.close()
	}
}

// line draws a segment that is also an edge of what the stroke goes around.
func (p *pen) line(a, b Point) {
	p.segment(a, b)
	if p.area != nil {
		p.area.edge(a, b)
	}
}

// segment draws the line from a to b; a dot when they are the same.
func (p *pen) segment(a, b Point) {
	const mid = float32(Side-1) / 2
	dx, dy := b.X-a.X, b.Y-a.Y
	len2 := float32(dx*dx) + float32(dy*dy)
	inv := float32(0)
	if len2 > 0 {
		inv = 1 / len2
	}
	loX, hiX := min(a.X, b.X)-p.reach, max(a.X, b.X)+p.reach
	y0, y1 := pixelRange(min(a.Y, b.Y)-p.reach, max(a.Y, b.Y)+p.reach)

	// On a row the ink lies around where the row meets the line, at most reach·len/|dy| to either side.
	slope, half := float32(0), float32(2*Side)
	if ady := abs(dy); ady > 1e-3 {
		slope = dx / dy
		half = p.reach*sqrt(len2)/ady + 1e-3
	}
	for y := y0; y <= y1; y++ {
		v := float32(y) - mid - a.Y
		x0, x1 := loX, hiX
		if half < 2*Side {
			c := a.X + float32(v*slope)
			x0, x1 = max(x0, c-half), min(x1, c+half)
		}
		i0, i1 := pixelRange(x0, x1)
		if i0 > i1 {
			continue
		}
		row := p.cover[y*Side+i0 : y*Side+i1+1]
		u := float32(i0) - mid - a.X
		vdy := float32(v * dy)
		for i := range row {
			w := u + float32(i)
			t := min(max(float32((float32(w*dx)+vdy)*inv), 0), 1)
			ex, ey := w-float32(t*dx), v-float32(t*dy)
			d2 := float32(ex*ex) + float32(ey*ey)
			if d2 >= p.outer {
				continue
			}
			c := p.peak
			if d2 > p.inner {
				c = min(p.reach-sqrt(d2), c)
			}
			if c > row[i] {
				row[i] = c
			}
		}
	}
}

// pixelRange returns the first and last pixel whose centre lies in [lo, hi], both in centred coordinates.
func pixelRange(lo, hi float32) (first, last int) {
	const mid = float32(Side-1) / 2
	lo, hi = max(lo+mid, 0), min(hi+mid, Side-1)
	first, last = int(lo), int(hi)
	if float32(first) < lo {
		first++
	}
	if hi < 0 {
		last = -1
	}
	return first, last
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
