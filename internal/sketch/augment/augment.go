// Package augment changes drawings stroke by stroke into others that the same person might have drawn on another day.
//
// It works on strokes, before there are pixels: lines stay lines, of the width that the rasteriser gives them, and the
// picture is fitted into its frame afterwards as every drawing is. The order and direction of strokes are left alone,
// because a picture does not show them.
package augment

import (
	"math"

	"croquis/internal/random"
	"croquis/internal/sketch"
)

// Options are how much is changed. Lengths are shares of the drawing's longest side; a probability of 0 turns a change
// off. Default suits garments.
type Options struct {
	Mirror  float64 // probability of exchanging left and right: people draw shoes either way
	Rotate  float64 // standard deviation in degrees
	Shear   float64 // standard deviation of the slant: x moves by this much of y
	Stretch float64 // standard deviation of the logarithm of width to height
	Elastic float64 // amplitude of a slow displacement of the whole surface
	Shift   float64 // standard deviation by which a stroke as a whole is moved
	Scale   float64 // standard deviation of the logarithm of a stroke's size around its middle
	Jitter  float64 // standard deviation by which each point moves
	Drop    float64 // probability that a stroke that is not the drawing's main one is left out
	Cut     float64 // probability that a stroke loses a piece at one end, up to a fifth of it
	Break   float64 // probability that a stroke is interrupted
	Again   float64 // probability that a stroke is drawn twice, as people do to correct it
	Stray   float64 // probability of a short line that does not belong there
}

// Default is what the recipes use.
var Default = Options{
	Mirror: 0.5, Rotate: 6, Shear: 0.07, Stretch: 0.12, Elastic: 0.025, Shift: 0.012, Scale: 0.03, Jitter: 0.005,
	Drop: 0.08, Cut: 0.12, Break: 0.1, Again: 0.05, Stray: 0.06,
}

// spacing is the longest line, as a share of the drawing, that stays straight when the surface is displaced.
const spacing = 0.08

// Strokes returns the drawing changed. What it does depends on the drawing, o and the cursor alone. The result shares no
// memory with the argument. A drawing without extent (nothing, or a single dot) comes back as it is; so does one with
// points that are no positions, for the rasteriser to name.
func Strokes(in []sketch.Stroke, o Options, c *random.Cursor) []sketch.Stroke {
	box, n, err := sketch.Bounds(in)
	if err != nil || n == 0 || box.Extent() == 0 {
		return clone(in)
	}
	unit := box.Extent()
	out := pieces(in, o, c, unit)
	warp := newWarp(box, unit, o, c)
	for _, s := range out {
		b, _, _ := sketch.Bounds([]sketch.Stroke{s}) // checked above, as part of in
		mx, my := float64(b.MinX+b.MaxX)/2, float64(b.MinY+b.MaxY)/2
		dx, dy := o.Shift*unit*c.Normal(), o.Shift*unit*c.Normal()
		size := math.Exp(o.Scale * c.Normal())
		for i, p := range s {
			x := mx + size*(float64(p.X)-mx) + dx + o.Jitter*unit*c.Normal()
			y := my + size*(float64(p.Y)-my) + dy + o.Jitter*unit*c.Normal()
			s[i] = warp.apply(x, y)
		}
	}
	if c.Chance(o.Stray) {
		out = append(out, stray(box, unit, c))
	}
	return out
}

// pieces copies the strokes with points along their long lines, leaving out, cutting and doubling some.
func pieces(in []sketch.Stroke, o Options, c *random.Cursor, unit float64) []sketch.Stroke {
	longest, main := -1.0, 0
	lengths := make([]float64, len(in))
	for i, s := range in {
		for j := range len(s) - 1 {
			lengths[i] += distance(s[j], s[j+1])
		}
		if lengths[i] > longest {
			longest, main = lengths[i], i
		}
	}
	out := make([]sketch.Stroke, 0, len(in)+4)
	for i, s := range in {
		// Only what is small beside the main stroke may go: a garment drawn in two halves stays one.
		drop := c.Chance(o.Drop)
		if len(s) == 0 || i != main && lengths[i] < 0.6*longest && drop {
			continue
		}
		dense := resample(s, spacing*unit)
		if len(dense) > 4 && c.Chance(o.Cut) {
			lost := int(0.2 * c.Uniform() * float64(len(dense)))
			if c.Chance(0.5) {
				dense = dense[lost:]
			} else {
				dense = dense[:len(dense)-lost]
			}
		}
		if c.Chance(o.Again) {
			out = append(out, append(sketch.Stroke(nil), dense...))
		}
		if len(dense) > 8 && c.Chance(o.Break) {
			at := 2 + c.Below(len(dense)-4)
			out = append(out, append(sketch.Stroke(nil), dense[:at]...))
			dense = dense[at+c.Below(2):]
		}
		out = append(out, dense)
	}
	return out
}

// resample copies a stroke with points added, so that no two are further apart than step.
func resample(s sketch.Stroke, step float64) sketch.Stroke {
	out := make(sketch.Stroke, 0, 2*len(s)+8)
	for i, p := range s {
		if i > 0 {
			q := s[i-1]
			n := min(int(distance(q, p)/step), 64)
			for k := 1; k <= n; k++ {
				t := float32(k) / float32(n+1)
				out = append(out, sketch.Point{X: q.X + t*(p.X-q.X), Y: q.Y + t*(p.Y-q.Y)})
			}
		}
		out = append(out, p)
	}
	return out
}

// stray is a short bent line somewhere in the box.
func stray(box sketch.Box, unit float64, c *random.Cursor) sketch.Stroke {
	x := c.Between(float64(box.MinX), float64(box.MaxX))
	y := c.Between(float64(box.MinY), float64(box.MaxY))
	direction := c.Between(0, 2*math.Pi)
	s := make(sketch.Stroke, 4)
	for i := range s {
		s[i] = sketch.Point{X: float32(x), Y: float32(y)}
		sin, cos := math.Sincos(direction)
		step := unit * c.Between(0.02, 0.07)
		// It stays inside: a line beyond the box would change the size of all else.
		x = min(max(x+step*cos, float64(box.MinX)), float64(box.MaxX))
		y = min(max(y+step*sin, float64(box.MinY)), float64(box.MaxY))
		direction += 0.6 * c.Normal()
	}
	return s
}

// warp is what happens to the surface as a whole.
type warp struct {
	cx, cy         float64
	a, b, c, d     float64 // of the linear map around the centre
	kx, ky, px, py [2]float64
	amplitude      float64
}

func newWarp(box sketch.Box, unit float64, o Options, c *random.Cursor) *warp {
	w := &warp{cx: float64(box.MinX+box.MaxX) / 2, cy: float64(box.MinY+box.MaxY) / 2}
	sin, cos := math.Sincos(o.Rotate * math.Pi / 180 * c.Normal())
	shear := o.Shear * c.Normal()
	wide := math.Exp(o.Stretch / 2 * c.Normal())
	if c.Chance(o.Mirror) {
		wide = -wide
	}
	high := 1 / math.Abs(wide)
	w.a, w.b = cos*wide, cos*shear*high-sin*high
	w.c, w.d = sin*wide, sin*shear*high+cos*high
	// Two plane waves of one half to one and a half periods across the drawing.
	w.amplitude = o.Elastic * unit * c.Normal() / math.Sqrt2
	for i := range w.kx {
		sin, cos := math.Sincos(c.Between(0, 2*math.Pi))
		k := c.Between(0.5, 1.5) * 2 * math.Pi / unit
		w.kx[i], w.ky[i] = k*cos, k*sin
		w.px[i], w.py[i] = c.Between(0, 2*math.Pi), c.Between(0, 2*math.Pi)
	}
	return w
}

func (w *warp) apply(x, y float64) sketch.Point {
	x, y = x-w.cx, y-w.cy
	dx, dy := 0.0, 0.0
	for i := range w.kx {
		phase := w.kx[i]*x + w.ky[i]*y
		dx += w.amplitude * math.Sin(phase+w.px[i])
		dy += w.amplitude * math.Sin(phase+w.py[i])
	}
	x, y = x+dx, y+dy
	return sketch.Point{X: float32(w.cx + w.a*x + w.b*y), Y: float32(w.cy + w.c*x + w.d*y)}
}

// Pen returns how a drawing is rasterised: often as everywhere in this project, else with another line, and then sometimes
// filled in some grey, as by the page's fill.
func Pen(c *random.Cursor) sketch.Options {
	o := sketch.Default
	if c.Chance(0.4) {
		return o
	}
	o.Width = float32(c.Between(1.2, 2.6))
	o.Gap = c.Below(4)
	o.FillValue = uint8(c.Between(80, 240))
	if c.Chance(0.25) {
		o.Ink = uint8(c.Between(190, 255))
	}
	if c.Chance(0.25) {
		o.Fill = sketch.FillAuto
	}
	return o
}

func distance(p, q sketch.Point) float64 {
	return math.Hypot(float64(p.X)-float64(q.X), float64(p.Y)-float64(q.Y))
}

func clone(in []sketch.Stroke) []sketch.Stroke {
	out := make([]sketch.Stroke, len(in))
	for i, s := range in {
		out[i] = append(sketch.Stroke(nil), s...)
	}
	return out
}
