// Package scribble draws what is no garment and nothing else either: dots, lines, zigzags, loops, boxes, hatching, a few
// letters' worth of hooks. A network that is taught not to know these does not call the first stroke of every drawing a bag.
package scribble

import (
	"math"

	"croquis/internal/random"
	"croquis/internal/sketch"
)

// side is the surface: coordinates are from 0 to 255, as Quick, Draw!'s.
const side = 255

var kinds = []func(c *random.Cursor) []sketch.Stroke{dots, line, zigzag, wander, loops, polygon, shapes, shapes, hatching, hooks}

// Draw makes a scribble, or several over one another, that depend on nothing but the numbers that the cursor gives. It may
// be a single dot, which has next to no extent, but never nothing.
func Draw(c *random.Cursor) []sketch.Stroke {
	n := 1
	if c.Chance(0.15) {
		n = 2 + c.Below(3)
	}
	var out []sketch.Stroke
	for range n {
		out = append(out, kinds[c.Below(len(kinds))](c)...)
	}
	return out
}

func at(x, y float64) sketch.Point {
	return sketch.Point{X: float32(min(max(x, 0), side)), Y: float32(min(max(y, 0), side))}
}

func anywhere(c *random.Cursor) sketch.Point { return at(side*c.Uniform(), side*c.Uniform()) }

func dots(c *random.Cursor) []sketch.Stroke {
	var out []sketch.Stroke
	for range 1 + c.Below(6) {
		p := anywhere(c)
		out = append(out, sketch.Stroke{p, at(float64(p.X)+c.Between(0, 4), float64(p.Y)+c.Between(0, 4))})
	}
	return out
}

// line is straight or bent a little.
func line(c *random.Cursor) []sketch.Stroke {
	a, b := anywhere(c), anywhere(c)
	bend := c.Between(-0.25, 0.25)
	dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
	var s sketch.Stroke
	for i := range 9 {
		t := float64(i) / 8
		off := bend * math.Sin(math.Pi*t)
		s = append(s, at(float64(a.X)+t*dx-off*dy, float64(a.Y)+t*dy+off*dx))
	}
	return []sketch.Stroke{s}
}

func zigzag(c *random.Cursor) []sketch.Stroke {
	n := 4 + c.Below(14)
	x, y := c.Between(0, 60), c.Between(20, 120)
	step, height := c.Between(6, 190/float64(n)), c.Between(20, 120)
	upright := c.Chance(0.5)
	var s sketch.Stroke
	for i := range n {
		a, b := x+float64(i)*step+c.Between(-3, 3), y+float64(i%2)*height+c.Between(-6, 6)
		if upright {
			a, b = b, a
		}
		s = append(s, at(a, b))
	}
	return []sketch.Stroke{s}
}

// wander turns this way and that, as an idle pen does.
func wander(c *random.Cursor) []sketch.Stroke {
	x, y := c.Between(60, 195), c.Between(60, 195)
	heading, turn, step := c.Between(0, 2*math.Pi), 0.0, c.Between(4, 14)
	var s sketch.Stroke
	for range 20 + c.Below(80) {
		turn = 0.8*turn + c.Between(-0.35, 0.35)
		heading += turn
		x, y = x+step*math.Cos(heading), y+step*math.Sin(heading)
		if x < 0 || x > side || y < 0 || y > side {
			heading += math.Pi / 2
		}
		x, y = min(max(x, 0), side), min(max(y, 0), side)
		s = append(s, at(x, y))
	}
	return []sketch.Stroke{s}
}

// loops is a circle, an ellipse, a spiral or a coil.
func loops(c *random.Cursor) []sketch.Stroke {
	rx, ry := c.Between(15, 110), c.Between(15, 110)
	turns, shrink, drift := c.Between(0.6, 5), c.Between(0, 1), c.Between(-20, 20)
	if c.Chance(0.4) {
		turns, shrink, drift = c.Between(0.9, 1.1), 0, 0
	}
	start := c.Between(0, 2*math.Pi)
	n := int(20 * turns)
	var s sketch.Stroke
	for i := range n + 1 {
		t := float64(i) / float64(n)
		r := 1 - shrink*t*0.9
		a := start + 2*math.Pi*turns*t
		s = append(s, at(127+r*rx*math.Cos(a)+drift*turns*(t-0.5), 127+r*ry*math.Sin(a)))
	}
	return []sketch.Stroke{s}
}

// polygon has three to eight corners, regular or not, closed or not quite.
func polygon(c *random.Cursor) []sketch.Stroke {
	n := 3 + c.Below(6)
	rx, ry, turn, rough := c.Between(25, 120), c.Between(25, 120), c.Between(0, 2*math.Pi), c.Between(0, 0.5)
	var s sketch.Stroke
	for i := range n {
		a := turn + 2*math.Pi*float64(i)/float64(n)
		r := 1 + rough*c.Between(-1, 1)
		s = append(s, at(127+r*rx*math.Cos(a), 127+r*ry*math.Sin(a)))
	}
	if !c.Chance(0.15) {
		s = append(s, at(float64(s[0].X)+c.Between(-5, 5), float64(s[0].Y)+c.Between(-5, 5)))
	}
	return []sketch.Stroke{s}
}

// shapes are boxes and rounds that stand upright, one or a few, as people draw them to try the pen. A box is no bag before
// it has a handle.
func shapes(c *random.Cursor) []sketch.Stroke {
	var out []sketch.Stroke
	round := c.Chance(0.5)
	for range 1 + c.Below(3) {
		rx, ry := c.Between(20, 115), c.Between(20, 115)
		x, y := c.Between(rx, side-rx), c.Between(ry, side-ry)
		if c.Chance(0.15) { // the other kind from here on
			round = !round
		}
		n, turn, over := 4, math.Pi/4, c.Between(-0.06, 0.06)
		if round {
			n, turn = 24, c.Between(0, 2*math.Pi)
		} else {
			rx, ry = rx*math.Sqrt2, ry*math.Sqrt2 // to the corners
		}
		slip := c.Between(0, 6)
		if round {
			slip /= 4
		}
		var s sketch.Stroke
		for i := range n + 1 {
			t := float64(i) / float64(n)
			if i == n {
				t += over / float64(n)
			}
			sin, cos := math.Sincos(turn + 2*math.Pi*t)
			s = append(s, at(x+rx*cos+slip*c.Normal(), y+ry*sin+slip*c.Normal()))
		}
		out = append(out, s)
	}
	return out
}

// hatching is many strokes in one direction, sometimes crossed.
func hatching(c *random.Cursor) []sketch.Stroke {
	var out []sketch.Stroke
	for range 1 + c.Below(2) {
		angle, gap := c.Between(0, math.Pi), c.Between(10, 40)
		dx, dy := math.Cos(angle), math.Sin(angle)
		for k := -4 - c.Below(4); k < 4+c.Below(4); k++ {
			x, y, half := 127-dy*gap*float64(k), 127+dx*gap*float64(k), c.Between(30, 110)
			out = append(out, sketch.Stroke{at(x-half*dx, y-half*dy), at(x+half*dx+c.Between(-8, 8), y+half*dy+c.Between(-8, 8))})
		}
	}
	return out
}

// hooks stand beside each other like writing.
func hooks(c *random.Cursor) []sketch.Stroke {
	var out []sketch.Stroke
	n := 1 + c.Below(5)
	for k := range n {
		x, w := 20+float64(k)*215/float64(n), 170/float64(n)
		var s sketch.Stroke
		for range 2 + c.Below(4) {
			s = append(s, at(x+w*c.Uniform(), 70+110*c.Uniform()))
		}
		out = append(out, s)
	}
	return out
}
