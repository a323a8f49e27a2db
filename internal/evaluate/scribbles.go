package evaluate

import (
	"math"

	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/random"
	"croquis/internal/sheet"
	"croquis/internal/sketch"
)

// Scribbles is what the network makes of nothing: an empty sheet, lines, shapes, noise.
type Scribbles struct {
	N        int        `json:"n"`
	Answered float64    `json:"answered"` // share of the pictures that get an answer: at or above the thresholds of drawings
	Highest  float64    `json:"highest"`  // the largest probability that any of them gets
	Kinds    []Scribble `json:"kinds"`

	cells []sheet.Cell
}

// Scribble is one kind of them.
type Scribble struct {
	Kind     string  `json:"kind"`
	N        int     `json:"n"`
	Answered float64 `json:"answered"`
	Highest  float64 `json:"highest"`
	As       string  `json:"as"` // the class that gets the largest probability
}

// nothing is a kind of picture that shows no garment: strokes, or pixels if draw is nil.
type nothing struct {
	kind  string
	n     int
	draw  func(c *random.Cursor) []sketch.Stroke
	paint func(c *random.Cursor, pixels []uint8)
}

// nothings are always the same pictures. They are drawn by other code than the scribbles that networks are trained with
// (internal/sketch/scribble), so that it is not that code that is recognised. Of the shapes, a person too may say that a box
// is a bag.
var nothings = []nothing{
	{kind: "blank sheet", n: 1, paint: func(_ *random.Cursor, pixels []uint8) { clear(pixels) }},
	{kind: "dots", n: 50, draw: func(c *random.Cursor) (s []sketch.Stroke) {
		for range 2 + c.Below(7) {
			s = append(s, sketch.Stroke{spot(c)})
		}
		return s
	}},
	{kind: "one line", n: 50, draw: func(c *random.Cursor) []sketch.Stroke {
		a, length := c.Between(0, 2*math.Pi), c.Between(30, 250)
		return []sketch.Stroke{{{}, {X: float32(length * math.Cos(a)), Y: float32(length * math.Sin(a))}}}
	}},
	{kind: "zigzag", n: 50, draw: func(c *random.Cursor) []sketch.Stroke {
		var s sketch.Stroke
		wide, high, turned := c.Between(8, 30), c.Between(30, 200), c.Chance(0.5)
		for i := range 4 + c.Below(12) {
			p := sketch.Point{X: float32(float64(i) * wide), Y: float32(float64(i%2)*high + c.Between(-10, 10))}
			if turned {
				p.X, p.Y = p.Y, p.X
			}
			s = append(s, p)
		}
		return []sketch.Stroke{s}
	}},
	{kind: "scribble", n: 50, draw: func(c *random.Cursor) []sketch.Stroke { // a pen that swings in several rhythms at once
		var wave [2][3][3]float64 // by axis: amplitude, rhythm, phase
		for axis := range wave {
			for k := range wave[axis] {
				wave[axis][k] = [3]float64{c.Between(20, 100), c.Between(0.5, 6), c.Between(0, 2*math.Pi)}
			}
		}
		var s sketch.Stroke
		for i := range 150 {
			var at [2]float64
			for axis, waves := range wave {
				for _, w := range waves {
					at[axis] += float64(w[0] * math.Sin(float64(w[1]*float64(i)/20)+w[2]))
				}
			}
			s = append(s, sketch.Point{X: float32(at[0]), Y: float32(at[1])})
		}
		return []sketch.Stroke{s}
	}},
	{kind: "boxes", n: 50, draw: func(c *random.Cursor) (s []sketch.Stroke) {
		for range 1 + c.Below(4) {
			a, b := spot(c), spot(c)
			s = append(s, sketch.Stroke{a, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}, a})
		}
		return s
	}},
	{kind: "circles", n: 50, draw: func(c *random.Cursor) (s []sketch.Stroke) {
		for range 1 + c.Below(4) {
			middle, rx, ry := spot(c), c.Between(20, 100), c.Between(20, 100)
			var ring sketch.Stroke
			for i := range 33 {
				sin, cos := math.Sincos(2 * math.Pi * float64(i) / 32)
				ring = append(ring, sketch.Point{X: middle.X + float32(rx*cos), Y: middle.Y + float32(ry*sin)})
			}
			s = append(s, ring)
		}
		return s
	}},
	{kind: "noise", n: 50, paint: func(c *random.Cursor, pixels []uint8) {
		for i := range pixels {
			pixels[i] = uint8(c.Below(256))
		}
	}},
	{kind: "specks", n: 50, paint: func(c *random.Cursor, pixels []uint8) {
		share := c.Between(0.01, 0.4)
		for i := range pixels {
			pixels[i] = 0
			if c.Chance(share) {
				pixels[i] = 255
			}
		}
	}},
	{kind: "flat grey", n: 16, paint: func(c *random.Cursor, pixels []uint8) {
		v := uint8(16 + c.Below(240))
		for i := range pixels {
			pixels[i] = v
		}
	}},
}

// spot is anywhere on a sheet of 256 by 256.
func spot(c *random.Cursor) sketch.Point {
	return sketch.Point{X: float32(c.Between(0, 255)), Y: float32(c.Between(0, 255))}
}

// pictures are the kind's, 28×28 pixels each.
func (k nothing) pictures() ([]uint8, error) {
	const size = sketch.Side * sketch.Side
	pixels := make([]uint8, k.n*size)
	for i := range k.n {
		c := random.NewStream(1, "nothing "+k.kind, 0).At(uint64(i))
		one := pixels[i*size : (i+1)*size]
		if k.draw == nil {
			k.paint(&c, one)
		} else if _, err := sketch.Rasterize(k.draw(&c), sketch.Default, one); err != nil {
			return nil, err
		}
	}
	return pixels, nil
}

// scribbles shows the network nothing. domain is that of drawings.
func (p *predictor) scribbles(domain modelfile.Domain) (*Scribbles, error) {
	s := &Scribbles{}
	classes := len(p.file.Labels)
	for _, k := range nothings {
		pixels, err := k.pictures()
		if err != nil {
			return nil, err
		}
		s.cells = show(s.cells, k.kind, pixels)
		logits := p.logits(pixels)
		answers := metrics.Predictions{Classes: classes, Probs: metrics.Softmax(logits, classes, float64(domain.Temperature)), Labels: make([]uint8, k.n)}
		one := Scribble{Kind: k.kind, N: k.n, Answered: 1 - scored(logits, classes, domain).unsure(domain)}
		for i := range k.n {
			if sure := answers.Confidence(i); sure > one.Highest {
				one.Highest, one.As = sure, p.file.Labels[answers.Predicted(i)]
			}
		}
		s.Kinds = append(s.Kinds, one)
		s.N += one.N
		s.Answered += one.Answered * float64(one.N)
		s.Highest = max(s.Highest, one.Highest)
	}
	s.Answered /= float64(s.N)
	return s, nil
}
