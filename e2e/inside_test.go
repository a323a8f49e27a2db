package e2e

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"croquis/internal/sketch"
)

// penStroke is a stroke as the page gives it to the classifier.
type penStroke struct {
	Points []float32 `json:"points"`
	Size   float32   `json:"size"`
	Fill   bool      `json:"fill"`
}

// outfit is a T-shirt in several strokes of different pens: outline, collar, a pocket, a patch, a button.
var outfit = []penStroke{
	{[]float32{90, 10, 128, 30, 166, 10, 250, 60, 225, 105, 190, 85, 190, 240, 66, 240, 66, 85, 30, 105, 6, 60, 90, 10}, 1, false},
	{[]float32{100, 14, 128, 44, 156, 14}, 0.5, false},
	{[]float32{140, 90, 170, 90, 170, 120, 140, 120}, 1, true},
	{[]float32{80, 180, 110, 170, 100, 220}, 2.5, true},
	{[]float32{128, 100}, 3, false},
}

func strokesOf(drawing []penStroke) (strokes []sketch.Stroke, styles []sketch.Style) {
	for _, s := range drawing {
		stroke := make(sketch.Stroke, len(s.Points)/2)
		for i := range stroke {
			stroke[i] = sketch.Point{X: s.Points[2*i], Y: s.Points[2*i+1]}
		}
		strokes = append(strokes, stroke)
		styles = append(styles, sketch.Style{Size: s.Size, Fill: s.Fill})
	}
	return strokes, styles
}

// drawn rasterises as the page does; nil if it is blank.
func drawn(t *testing.T, drawing []penStroke) ([]uint8, sketch.Frame) {
	t.Helper()
	options := sketch.Default
	options.MinExtent = 6
	strokes, styles := strokesOf(drawing)
	image := make([]uint8, sketch.Side*sketch.Side)
	var r sketch.Rasterizer
	blank, err := r.Draw(strokes, styles, options, image)
	if err != nil {
		t.Fatal(err)
	}
	if blank {
		return nil, sketch.Frame{}
	}
	return image, r.Frame()
}

// named gives the native probabilities of a drawing's picture; all zero for nil.
func (n native) named(image []uint8) []float64 {
	if image == nil {
		return make([]float64, len(n.file.Labels))
	}
	x := make([]float32, len(image))
	n.file.Input.Normalise(image, x)
	return n.probabilities(x, n.file.Calibration.Effective().Drawings.Temperature)
}

// Pens reach the picture: it is the native rasteriser's to the bit, and so is where it lies on the drawing.
func TestPens(t *testing.T) {
	t.Parallel()
	n := loadNative(t)
	p := open(t, setup{}).ready()
	got := eval[struct {
		Image         []int
		Fit           struct{ X, Y, Width, Height, Scale float64 }
		Probabilities []float32
		None          []any
	}](p, fmt.Sprintf(`croquis.ready.then(async (c) => {
		const { image, fit, probabilities } = await c.classify(%s);
		const none = [await c.classify(new Float32Array(784)), await c.classify([])].map((a) => a.fit);
		return { image: [...image], fit, probabilities: [...probabilities], none };
	})`, jsonOf(t, outfit)))
	image, frame := drawn(t, outfit)
	for i, v := range image {
		if got.Image[i] != int(v) {
			t.Errorf("pixel %d,%d is %d in the page, %d natively", i%sketch.Side, i/sketch.Side, got.Image[i], v)
		}
	}
	if f := sketch.Frame(got.Fit); f != frame {
		t.Errorf("the page found the drawing in %+v, the native program in %+v", f, frame)
	}
	if d := max(frame.Width, frame.Height)*frame.Scale - sketch.Side; math.Abs(d) > 1e-6 {
		t.Errorf("the longest side is %v pixels too long", d)
	}
	if !slices.Equal(got.None, []any{nil, nil}) {
		t.Errorf("a picture and a blank drawing were found in %v", got.None)
	}
	compare(t, "the outfit", got.Probabilities, n.named(image))
}

// The feature maps of each network are those of the native plan, layer by layer, and the filters those of the file.
func TestInside(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, name := range networks(t) {
		t.Run(name, func(t *testing.T) {
			p.t = t
			eval[any](p, fmt.Sprintf("(async () => { window.other?.close(); window.other = await croquis.load({ model: '%s' }); })()", name))
			n := nativeOf(t, name)
			n.compareMaps(t, p)
			n.compareFilters(t, p)
		})
	}
	p.t = t
	p.quiet()
}

// compareMaps fails if the feature maps of window.other are not those of the native plan.
func (n native) compareMaps(t *testing.T, p *tab) {
	t.Helper()
	type layer struct {
		Name, Kind string
		Then       []string
		Shape      []int
		Maps       []float32
		Min, Max   float32
	}
	got := eval[[]layer](p, fmt.Sprintf(`other.inside(%s).then(({ layers }) => layers.map((l) => ({ ...l, maps: [...l.maps] })))`, jsonOf(t, outfit)))
	image, _ := drawn(t, outfit)
	n.named(image)
	steps := n.plan.Steps()
	if len(got) != len(steps) {
		t.Fatalf("%d layers, the native plan has %d", len(got), len(steps))
	}
	for i, s := range steps {
		g := got[i]
		shape := []int(s.Shape)
		if len(shape) == 1 {
			shape = []int{1, 1, shape[0]}
		}
		if g.Name != s.Layer || g.Kind != s.Class || !slices.Equal(g.Then, s.Then) || !slices.Equal(g.Shape, shape) {
			t.Errorf("layer %d is %s %s %v %v, natively %s %s %v %v", i, g.Name, g.Kind, g.Then, g.Shape, s.Layer, s.Class, s.Then, shape)
		}
		want := n.plan.StepValues(i)
		if len(g.Maps) != len(want) {
			t.Fatalf("%s has %d values, natively %d", s.Layer, len(g.Maps), len(want))
		}
		largest := 0.0
		for _, v := range want {
			largest = max(largest, math.Abs(float64(v)))
		}
		for j, v := range want {
			if d := math.Abs(float64(g.Maps[j] - v)); !(d <= 1e-4*largest) {
				t.Errorf("%s: value %d is %v in the page, %v natively", s.Layer, j, g.Maps[j], v)
				break
			}
		}
		if g.Min != slices.Min(g.Maps) || g.Max != slices.Max(g.Maps) {
			t.Errorf("%s: from %v to %v, they go from %v to %v", s.Layer, g.Min, g.Max, slices.Min(g.Maps), slices.Max(g.Maps))
		}
	}
	if blank := eval[int](p, "other.inside([]).then(({ layers }) => layers.length)"); blank != 0 {
		t.Errorf("nothing drawn has %d layers", blank)
	}
}

// compareFilters fails if the filters of window.other are not those of the file.
func (n native) compareFilters(t *testing.T, p *tab) {
	t.Helper()
	all := eval[map[string]struct {
		Shape []int
		Sum   []byte // SHA-256 of the values: they are millions
	}](p, `(async (c) => {
		const all = {};
		for (const { name, filter } of c.info.layers.filter((l) => l.filter)) {
			const { shape, values } = await c.filters(name);
			if (String(shape) !== String(filter)) throw new Error(name + ': ' + shape + ' is not ' + filter);
			const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', values));
			all[name] = { shape, sum: btoa(String.fromCharCode(...sum)) };
		}
		return all;
	})(other)`)
	with := 0
	input := []int{sketch.Side, sketch.Side, 1}
	for _, s := range n.plan.Steps() {
		before := input
		input = s.Shape
		if s.Class != "Conv2D" && s.Class != "Dense" {
			continue
		}
		with++
		for _, q := range n.file.Model.Params() {
			if q.Name != s.Layer+"/kernel" {
				continue
			}
			shape := []int(q.Shape)
			if s.Class == "Dense" { // one weight for each value before it, in its place
				shape = append(append([]int{1, 1}[:max(0, 3-len(before))], before...), q.Shape[1])
			}
			var values []byte
			for _, v := range q.Value {
				values = binary.LittleEndian.AppendUint32(values, math.Float32bits(v))
			}
			sum := sha256.Sum256(values)
			if got := all[s.Layer]; !slices.Equal(got.Sum, sum[:]) || !slices.Equal(got.Shape, shape) {
				t.Errorf("the filters of %s, %v, are not those of the file, %v", s.Layer, got.Shape, shape)
			}
		}
	}
	if len(all) != with || with == 0 {
		t.Errorf("filters of %d layers, there are %d convolutions and dense layers", len(all), with)
	}
	for _, name := range []string{"'max_pooling2d'", "'nonsense'", "undefined", "-1"} {
		if got := eval[string](p, "other.filters("+name+").then(() => 'given', (e) => e.code)"); got != "input" {
			t.Errorf("the filters of %s are %s", name, got)
		}
	}
}
