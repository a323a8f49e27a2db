//go:build js && wasm

package main

import (
	"math"

	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/sketch"
)

const pixels = sketch.Side * sketch.Side

// classifier is the network in use and everything a prediction needs, allocated before it.
type classifier struct {
	plan     *nn.Plan
	filters  []filter  // of each of the plan's steps
	filter   []float32 // the one that was asked for last
	input    modelfile.Input
	photos   modelfile.Domain
	drawings modelfile.Domain

	points  []sketch.Point  // of all strokes, one after the other
	lengths []int32         // points of each stroke
	sizes   []float32       // its line width, 1 for the standard pen
	fills   []uint8         // not 0: it is filled
	strokes []sketch.Stroke // views of points
	styles  []sketch.Style

	rasterizer    sketch.Rasterizer
	frame         [5]float64 // where the drawing's picture lay: x, y, width, height in its unit, pixels for a unit
	image         []uint8    // what the network saw
	values        []float32  // pixels given instead of a drawing, 0 to 1
	x             []float32  // the network's input
	probabilities []float32
	energy        float64 // of the last prediction, nn.Energy
}

var now = classifier{
	image:  make([]uint8, pixels),
	values: make([]float32, pixels),
	x:      make([]float32, pixels),
}

func (c *classifier) use(file *modelfile.File, plan *nn.Plan) {
	c.plan, c.filters = plan, filters(file.Model, plan)
	c.input = file.Input
	calibration := file.Calibration.Effective()
	c.photos, c.drawings = calibration.Photos, calibration.Drawings
	c.probabilities = make([]float32, len(file.Labels))
}

// status is what a prediction comes to.
type status int32

const (
	statusDone    status = iota // probabilities and image are there
	statusBlank                 // nothing is drawn
	statusNoModel               // no network is loaded
	statusInput                 // the input is no drawing or picture: NaN, infinite or beyond all bounds, or a pen is
)

// options is sketch.Default, but that a slip of the pen is no drawing: the page's surface is 256 units wide, and less
// than 6 of them is a dot with a shaking hand.
var options = func() sketch.Options {
	o := sketch.Default
	o.MinExtent = 6
	return o
}()

// drawing predicts from the first n lengths and their points.
func (c *classifier) drawing(n int) status {
	if c.plan == nil {
		return statusNoModel
	}
	if n < 0 || n > len(c.lengths) {
		return statusInput
	}
	c.strokes, c.styles = c.strokes[:0], c.styles[:0]
	start := 0
	for i, length := range c.lengths[:n] {
		if length < 0 || int(length) > len(c.points)-start {
			return statusInput
		}
		c.strokes = append(c.strokes, c.points[start:start+int(length)])
		c.styles = append(c.styles, sketch.Style{Size: c.sizes[i], Fill: c.fills[i] != 0})
		start += int(length)
	}
	blank, err := c.rasterizer.Draw(c.strokes, c.styles, options, c.image)
	f := c.rasterizer.Frame()
	c.frame = [5]float64{f.X, f.Y, f.Width, f.Height, f.Scale}
	switch {
	case err != nil:
		return statusInput
	case blank:
		return statusBlank
	}
	c.input.Normalise(c.image, c.x)
	c.predict(c.drawings.Temperature)
	return statusDone
}

// picture predicts from values, which may be any brightness from 0 (paper) to 1: of a photo, or of what a drawing has become.
func (c *classifier) picture(domain modelfile.Domain) status {
	if c.plan == nil {
		return statusNoModel
	}
	for i, v := range c.values {
		if !(v >= 0 && v <= 1) {
			return statusInput
		}
		c.image[i] = uint8(v*255 + 0.5)
		c.x[i] = float32((float64(v) - float64(c.input.Mean)) / float64(c.input.Std))
	}
	c.predict(domain.Temperature)
	return statusDone
}

// predict runs the network on x. A temperature T makes softmax(logits/T) of softmax(logits), which is the T-th root of
// every probability, scaled to sum to one.
func (c *classifier) predict(temperature float32) {
	c.plan.Predict(c.x, 1, c.probabilities)
	c.energy = nn.Energy(c.plan.LastLogits())
	if temperature == 1 {
		return
	}
	sum := 0.0
	for i, p := range c.probabilities {
		root := math.Pow(float64(p), 1/float64(temperature))
		c.probabilities[i] = float32(root)
		sum += root
	}
	for i := range c.probabilities {
		c.probabilities[i] = float32(float64(c.probabilities[i]) / sum)
	}
}

// reserve makes room for a drawing of so many points and strokes; it allocates only for larger ones than before.
func (c *classifier) reserve(points, strokes int) bool {
	if points < 0 || strokes < 0 || points > sketch.MaxPoints || strokes > sketch.MaxPoints {
		return false
	}
	if points > len(c.points) {
		c.points = make([]sketch.Point, roomy(points))
	}
	if strokes > len(c.lengths) {
		room := roomy(strokes)
		c.lengths, c.sizes, c.fills = make([]int32, room), make([]float32, room), make([]uint8, room)
		c.strokes, c.styles = make([]sketch.Stroke, 0, room), make([]sketch.Style, 0, room)
	}
	return true
}

// roomy rounds up to a power of two of at least 1024, so that a growing drawing seldom allocates.
func roomy(n int) int {
	room := 1024
	for room < n {
		room *= 2
	}
	return room
}
