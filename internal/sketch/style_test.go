package sketch

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustDraw(t testing.TB, strokes []Stroke, styles []Style, o Options) ([]uint8, Frame) {
	t.Helper()
	var r Rasterizer
	out := make([]uint8, Side*Side)
	if blank, err := r.Draw(strokes, styles, o, out); err != nil || blank {
		t.Fatalf("blank %v, error %v", blank, err)
	}
	return out, r.Frame()
}

func TestStandardStylesChangeNothing(t *testing.T) {
	for i, strokes := range walks(200) {
		styles := make([]Style, len(strokes))
		for j := range styles {
			styles[j] = Standard
		}
		out := make([]uint8, Side*Side)
		var r Rasterizer
		if blank, err := r.Draw(strokes, styles, filled(), out); err != nil || blank {
			continue
		}
		if diff := cmp.Diff(art(mustRasterize(t, strokes, filled())), art(out)); diff != "" {
			t.Fatalf("drawing %d with standard styles:\n%s", i, diff)
		}
	}
}

// winding is how often s, closed, goes around (x, y).
func winding(s [][2]float64, x, y float64) (n int) {
	for j := range s {
		a, b := s[j], s[(j+1)%len(s)]
		if (a[1] <= y) == (b[1] <= y) {
			continue
		}
		if at := a[0] + (y-a[1])/(b[1]-a[1])*(b[0]-a[0]); at > x {
			if a[1] < b[1] {
				n++
			} else {
				n--
			}
		}
	}
	return n
}

// styledReference draws with the definition: the scale by bisection, distances to segments, and for the areas the share
// of 16×16 places in a pixel around which a stroke goes.
func styledReference(strokes []Stroke, styles []Style, o Options) []float64 {
	ink := func(scale float64) (x0, y0, x1, y1 float64) {
		x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
		for i, s := range strokes {
			h := float64(styles[i].Size*o.Width) / 2 / scale
			for _, p := range s {
				x0, x1 = min(x0, float64(p.X)-h), max(x1, float64(p.X)+h)
				y0, y1 = min(y0, float64(p.Y)-h), max(y1, float64(p.Y)+h)
			}
		}
		return x0, y0, x1, y1
	}
	lo, hi := 1e-9, 1e9
	for range 200 {
		mid := math.Sqrt(lo * hi)
		if x0, y0, x1, y1 := ink(mid); max(x1-x0, y1-y0)*mid > Side {
			hi = mid
		} else {
			lo = mid
		}
	}
	x0, y0, x1, y1 := ink(lo)
	out := make([]float64, Side*Side)
	cover, share := make([]float64, Side*Side), make([]float64, Side*Side)
	for i, s := range strokes {
		placed := make([][2]float64, len(s))
		for j, p := range s {
			placed[j] = [2]float64{(float64(p.X)-(x0+x1)/2)*lo + 14, (float64(p.Y)-(y0+y1)/2)*lo + 14}
		}
		lines := placed
		if styles[i].Fill {
			lines = append(slices.Clone(placed), placed[0])
		}
		r := float64(styles[i].Size*o.Width) / 2
		for k := range out {
			x, y := float64(k%Side)+0.5, float64(k/Side)+0.5
			for j := range lines {
				a, b := lines[max(j-1, 0)], lines[j]
				dx, dy, at := b[0]-a[0], b[1]-a[1], 0.0
				if l := dx*dx + dy*dy; l > 0 {
					at = math.Max(0, math.Min(1, ((x-a[0])*dx+(y-a[1])*dy)/l))
				}
				d := math.Hypot(x-a[0]-at*dx, y-a[1]-at*dy)
				cover[k] = math.Max(cover[k], math.Max(0, math.Min(math.Min(1, 2*r), r+0.5-d)))
			}
			if !styles[i].Fill {
				continue
			}
			in := 0
			for n := range 256 {
				if winding(placed, x-0.5+(float64(n%16)+0.5)/16, y-0.5+(float64(n/16)+0.5)/16) != 0 {
					in++
				}
			}
			share[k] = math.Max(share[k], float64(in)/256)
		}
	}
	for k := range out {
		out[k] = cover[k]*float64(o.Ink) + (1-cover[k])*share[k]*float64(o.FillValue)
	}
	return out
}

func TestStylesAgreeWithDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		strokes := drawStrokes(rt)
		styles := make([]Style, len(strokes))
		for i := range styles {
			styles[i] = Style{rapid.Float32Range(0.3, 5).Draw(rt, "size"), rapid.Bool().Draw(rt, "fill")}
			// Where an outline crosses itself, the shares of a pixel that it cuts twice are taken together.
			if styles[i].Fill {
				strokes[i] = triangle(rt)
			}
		}
		o := Options{Width: 1.5, Ink: 255, FillValue: 200}
		out := make([]uint8, Side*Side)
		var r Rasterizer
		blank, err := r.Draw(strokes, styles, o, out)
		if err != nil {
			rt.Fatal(err)
		}
		if blank {
			return
		}
		bound := (radialTolerance+sleeveTolerance)*255 + 8
		for i, want := range styledReference(strokes, styles, o) {
			if d := math.Abs(float64(out[i]) - want); d > bound {
				rt.Fatalf("pixel %d,%d is %d, want %.1f ± %.1f\n%s", i%Side, i/Side, out[i], want, bound, art(out))
			}
		}
	})
}

func triangle(t *rapid.T) Stroke {
	s := make(Stroke, 3)
	for i := range s {
		s[i] = Point{float32(rapid.IntRange(0, 255).Draw(t, "x")), float32(rapid.IntRange(0, 255).Draw(t, "y"))}
	}
	return s
}

// The frame holds the ink exactly, whatever the widths are, and its middle is the picture's.
func TestFrame(t *testing.T) {
	for name, tc := range map[string]struct {
		strokes []Stroke
		styles  []Style
		want    Frame
	}{
		// Points 53 apart of lines 1.5 wide: 26.5 pixels, half a pixel for a unit.
		"one width": {[]Stroke{{{10, 20}, {63, 20}}}, nil, Frame{8.5, 18.5, 56, 3, 0.5}},
		// The left end is 6 wide and the right one 2: 24 pixels between, at 0.5 for a unit.
		"two widths":     {[]Stroke{{{0, 0}}, {{48, 0}}}, []Style{{Size: 4}, {Size: 4. / 3}}, Frame{-6, -6, 56, 12, 0.5}},
		"wide is inside": {[]Stroke{{{0, 50}, {106, 50}}, {{53, 50}}}, []Style{{Size: 1}, {Size: 4}}, Frame{-3, 38, 112, 24, 0.25}},
	} {
		out, got := mustDraw(t, tc.strokes, tc.styles, Options{Width: 1.5, Ink: 255})
		for k, d := range []float64{got.X - tc.want.X, got.Y - tc.want.Y, got.Width - tc.want.Width, got.Height - tc.want.Height, got.Scale - tc.want.Scale} {
			if math.Abs(d) > 1e-5 {
				t.Errorf("%s: frame %+v, want %+v (member %d)\n%s", name, got, tc.want, k, art(out))
				break
			}
		}
	}
	var r Rasterizer
	out := make([]uint8, Side*Side)
	if _, err := r.Rasterize(shirt, filled(), out); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Rasterize(nil, filled(), out); err != nil || r.Frame() != (Frame{}) {
		t.Errorf("a blank drawing's frame is %+v, error %v", r.Frame(), err)
	}
}

func TestInkOfWidthsSpansTheFrame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		strokes := drawStrokes(rt)
		styles := make([]Style, len(strokes))
		for i := range styles {
			styles[i].Size = rapid.Float32Range(0.7, 9).Draw(rt, "size")
		}
		var r Rasterizer
		out := make([]uint8, Side*Side)
		if blank, err := r.Draw(strokes, styles, Options{Width: 1.5, Ink: 255}, out); err != nil || blank {
			return
		}
		f := r.Frame()
		if d := max(f.Width, f.Height)*f.Scale - Side; math.Abs(d) > 1e-6 {
			rt.Errorf("the ink spans %v pixels more than the picture: %+v", d, f)
		}
		minX, minY, maxX, maxY := Side, Side, -1, -1
		for i, v := range out {
			if v > 0 {
				minX, maxX = min(minX, i%Side), max(maxX, i%Side)
				minY, maxY = min(minY, i/Side), max(maxY, i/Side)
			}
		}
		if span := max(maxX-minX, maxY-minY) + 1; span < Side-1 {
			rt.Errorf("the ink spans %d pixels\n%s", span, art(out))
		}
	})
}

func TestFilledStroke(t *testing.T) {
	square := []Stroke{{{0, 0}, {26, 0}, {26, 26}, {0, 26}}} // not closed: the style closes it
	eight := []Stroke{{{0, 0}, {26, 26}, {26, 0}, {0, 26}}}  // goes around its halves in opposite directions
	ring := []Stroke{{{0, 0}, {26, 0}, {26, 26}, {0, 26}, {0, 0}, {8, 8}, {8, 18}, {18, 18}, {18, 8}, {8, 8}}}
	plain := Options{Width: 2, Ink: 255, FillValue: 100}
	auto := plain
	auto.Fill = FillAuto
	filled := []Style{{Size: 1, Fill: true}}
	for name, tc := range map[string]struct {
		strokes []Stroke
		styles  []Style
		options Options
		x, y    int
		want    uint8
	}{
		"the inside":           {square, filled, plain, 14, 14, 100},
		"its last edge":        {square, filled, plain, 0, 14, 255},
		"also where auto is":   {square, filled, auto, 14, 14, 100},
		"a line alone":         {square, []Style{Standard}, plain, 14, 14, 0},
		"left of an eight":     {eight, filled, plain, 3, 14, 100},
		"right of an eight":    {eight, filled, plain, 24, 14, 100},
		"above an eight":       {eight, filled, plain, 14, 4, 0},
		"a ring":               {ring, filled, plain, 4, 14, 100},
		"the hole of the ring": {ring, filled, plain, 13, 14, 0},
	} {
		out, _ := mustDraw(t, tc.strokes, tc.styles, tc.options)
		if got := out[tc.y*Side+tc.x]; got != tc.want {
			t.Errorf("%s: pixel %d,%d is %d, want %d\n%s", name, tc.x, tc.y, got, tc.want, art(out))
		}
	}
}

func TestBadStyles(t *testing.T) {
	nan := float32(math.NaN())
	for _, styles := range [][]Style{
		{{Size: 0}}, {{Size: -1}}, {{Size: nan}}, {{Size: float32(math.Inf(1))}}, {{Size: 10}}, {{Size: 1e-3}}, {Standard, Standard},
	} {
		out := make([]uint8, Side*Side)
		var r Rasterizer
		if _, err := r.Draw(shirt, styles, filled(), out); !errors.Is(err, ErrStyle) || !strings.Contains(err.Error(), "stroke") {
			t.Errorf("%v: error %v, want ErrStyle", styles, err)
		}
		if sum(out) != 0 {
			t.Errorf("%v: out is not zero after an error", styles)
		}
	}
}

func TestStylesAllocateNothing(t *testing.T) {
	var r Rasterizer
	out := make([]uint8, Side*Side)
	strokes := []Stroke{shirt[0], shirt[0][:5], {}}
	styles := []Style{{2, true}, {0.5, true}, Standard}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := r.Draw(strokes, styles, filled(), out); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a drawing, want 0", n)
	}
}
