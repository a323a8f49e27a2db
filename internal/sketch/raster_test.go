package sketch

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write testdata anew")

// shirt is a T-shirt drawn in one line, in the coordinates of Quick, Draw!.
var shirt = []Stroke{{
	{90, 10}, {128, 30}, {166, 10}, {250, 60}, {225, 105}, {190, 85}, {190, 240}, {66, 240}, {66, 85}, {30, 105},
	{6, 60}, {90, 10},
}}

func lines() Options { return Options{Width: 1.75, Ink: 255} }

func mustRasterize(t testing.TB, strokes []Stroke, o Options) []uint8 {
	t.Helper()
	out := make([]uint8, Side*Side)
	blank, err := Rasterize(strokes, o, out)
	if err != nil {
		t.Fatal(err)
	}
	if blank {
		t.Fatal("the drawing is said to be blank")
	}
	return out
}

// filled is Default with every outline filled: the options at which the most can go wrong.
func filled() Options {
	o := Default
	o.Fill = FillAuto
	return o
}

// art shows a picture with a character for each eighth of the range.
func art(p []uint8) string {
	var b strings.Builder
	for y := range Side {
		for x := range Side {
			b.WriteByte(" .:-=+*#@"[(int(p[y*Side+x])*8+254)/255])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestGoldenPictures(t *testing.T) {
	shoe := []Stroke{{{0, 60}, {8, 90}, {120, 92}, {128, 40}, {90, 30}, {70, 55}, {20, 58}, {0, 62}}, {{70, 55}, {60, 40}}, {{80, 45}, {70, 30}}}
	for name, tc := range map[string]struct {
		strokes []Stroke
		options Options
	}{
		"shirt-filled": {shirt, filled()},
		"shirt-lines":  {shirt, lines()},
		"shoe-filled":  {shoe, filled()},
	} {
		got := art(mustRasterize(t, tc.strokes, tc.options))
		file := "testdata/" + name + ".txt"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got); -update writes it anew:\n%s", name, diff)
		}
	}
}

// reference draws with the definition: for each pixel the distance to every segment, in float64, no point left out.
func reference(strokes []Stroke, o Options) []float64 {
	box, _, _ := Bounds(strokes)
	fit := FitTo(box, o.Width)
	out := make([]float64, Side*Side)
	r := float64(o.Width) / 2
	for _, s := range strokes {
		for j := range s {
			a, b := s[max(j-1, 0)], s[j]
			ax, ay := (float64(a.X)-fit.CenterX)*fit.Scale+13.5, (float64(a.Y)-fit.CenterY)*fit.Scale+13.5
			bx, by := (float64(b.X)-fit.CenterX)*fit.Scale+13.5, (float64(b.Y)-fit.CenterY)*fit.Scale+13.5
			for i := range out {
				x, y := float64(i%Side), float64(i/Side)
				dx, dy, t := bx-ax, by-ay, 0.0
				if l := dx*dx + dy*dy; l > 0 {
					t = math.Max(0, math.Min(1, ((x-ax)*dx+(y-ay)*dy)/l))
				}
				d := math.Hypot(x-ax-t*dx, y-ay-t*dy)
				c := math.Max(0, math.Min(math.Min(1, 2*r), r+0.5-d))
				out[i] = math.Max(out[i], c*float64(o.Ink))
			}
		}
	}
	return out
}

func TestAgreesWithDefinition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		strokes := drawStrokes(rt)
		o := Options{Width: rapid.Float32Range(0.3, 5).Draw(rt, "width"), Ink: 255}
		out := make([]uint8, Side*Side)
		blank, err := Rasterize(strokes, o, out)
		if err != nil {
			rt.Fatal(err)
		}
		if blank {
			return
		}
		// Leaving out points moves an edge by less than the sum of the tolerances.
		bound := (radialTolerance+sleeveTolerance)*255 + 1
		for i, want := range reference(strokes, o) {
			if d := math.Abs(float64(out[i]) - want); d > bound {
				rt.Fatalf("pixel %d,%d is %d, want %.1f ± %.1f", i%Side, i/Side, out[i], want, bound)
			}
		}
	})
}

// drawStrokes makes walks of a pen: integral coordinates, long and tiny steps.
func drawStrokes(t *rapid.T) []Stroke {
	step := rapid.IntRange(1, 60).Draw(t, "step")
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stroke {
		x, y := rapid.IntRange(0, 255).Draw(t, "x"), rapid.IntRange(0, 255).Draw(t, "y")
		s := Stroke{{float32(x), float32(y)}}
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			x += rapid.IntRange(-step, step).Draw(t, "dx")
			y += rapid.IntRange(-step, step).Draw(t, "dy")
			s = append(s, Point{float32(x), float32(y)})
		}
		return s
	}), 1, 4).Draw(t, "strokes")
}

func transform(strokes []Stroke, f func(Point) Point) []Stroke {
	out := make([]Stroke, len(strokes))
	for i, s := range strokes {
		out[i] = make(Stroke, len(s))
		for j, p := range s {
			out[i][j] = f(p)
		}
	}
	return out
}

// Shifts by integers and scales by powers of two are exact in float32, so the picture must be the same to the bit.
func TestInvariance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		strokes := drawStrokes(rt)
		dx, dy := float32(rapid.IntRange(-5000, 5000).Draw(rt, "shift x")), float32(rapid.IntRange(-5000, 5000).Draw(rt, "shift y"))
		scale := float32(math.Exp2(float64(rapid.IntRange(-8, 6).Draw(rt, "log scale"))))
		moved := transform(strokes, func(p Point) Point { return Point{(p.X + dx) * scale, (p.Y + dy) * scale} })
		a, b := make([]uint8, Side*Side), make([]uint8, Side*Side)
		blankA, errA := Rasterize(strokes, filled(), a)
		blankB, errB := Rasterize(moved, filled(), b)
		if errA != nil || errB != nil || blankA != blankB {
			rt.Fatal(blankA, errA, blankB, errB)
		}
		if diff := cmp.Diff(art(a), art(b)); diff != "" {
			rt.Fatalf("shifted by %v, %v and scaled by %v:\n%s", dx, dy, scale, diff)
		}
	})
}

func TestMirrorSymmetry(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		strokes := drawStrokes(rt)
		a, b, c := make([]uint8, Side*Side), make([]uint8, Side*Side), make([]uint8, Side*Side)
		if blank, err := Rasterize(strokes, filled(), a); err != nil || blank {
			return
		}
		mirrored := transform(strokes, func(p Point) Point { return Point{255 - p.X, p.Y} })
		turned := transform(strokes, func(p Point) Point { return Point{p.Y, p.X} })
		if _, err := Rasterize(mirrored, filled(), b); err != nil {
			rt.Fatal(err)
		}
		if _, err := Rasterize(turned, filled(), c); err != nil {
			rt.Fatal(err)
		}
		for i := range a {
			x, y := i%Side, i/Side
			// Distances are counted from the left of a row: the last bit may round the other way.
			if m := b[y*Side+Side-1-x]; max(a[i], m)-min(a[i], m) > 1 {
				rt.Fatalf("pixel %d,%d is %d, mirrored %d\n%s\n%s", x, y, a[i], m, art(a), art(b))
			}
			// Exchanging x and y changes the order of sums.
			if m := c[x*Side+y]; max(a[i], m)-min(a[i], m) > 1 {
				rt.Fatalf("pixel %d,%d is %d, transposed %d\n%s\n%s", x, y, a[i], m, art(a), art(c))
			}
		}
	})
}

func sum(p []uint8) (s float64) {
	for _, v := range p {
		s += float64(v) / 255
	}
	return s
}

// The ink of a line of length l and width w with round ends covers l·w + π·w²/4 pixels.
func TestCoverageIsTheArea(t *testing.T) {
	for _, width := range []float32{1, 1.5, 1.75, 2, 3, 5} {
		got, want, w := 0.0, 0.0, float64(width)
		for degrees := 0; degrees <= 90; degrees++ {
			sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
			g := sum(mustRasterize(t, []Stroke{{{0, 0}, {float32(100 * cos), float32(100 * sin)}}}, Options{Width: width, Ink: 255}))
			length := (Side - w) / max(sin, cos)
			a := length*w + math.Pi*w*w/4
			// The worst is the exact diagonal, which meets all pixels at the same distances from their centres.
			if math.Abs(g-a) > 0.13*a {
				t.Errorf("line of width %v at %d° covers %.2f pixels, want %.2f ± 13 %%", width, degrees, g, a)
			}
			got, want = got+g, want+a
		}
		if math.Abs(got-want) > 0.01*want {
			t.Errorf("lines of width %v cover %.1f pixels together, want %.1f ± 1 %%", width, got, want)
		}
	}
}

func TestInkSpansTheFrame(t *testing.T) {
	for name, tc := range map[string]struct{ w, h float32 }{"wide": {300, 40}, "tall": {40, 300}, "square": {10, 10}, "needle": {1e6, 1e-3}} {
		out := mustRasterize(t, []Stroke{{{0, 0}, {tc.w, 0}, {tc.w, tc.h}, {0, tc.h}, {0, 0}}}, lines())
		minX, minY, maxX, maxY := Side, Side, -1, -1
		for i, v := range out {
			if v > 0 {
				minX, maxX = min(minX, i%Side), max(maxX, i%Side)
				minY, maxY = min(minY, i/Side), max(maxY, i/Side)
			}
		}
		if minX+maxX != Side-1 || minY+maxY != Side-1 {
			t.Errorf("%s: ink spans %d–%d by %d–%d, which is not centred\n%s", name, minX, maxX, minY, maxY, art(out))
		}
		if max(maxX-minX, maxY-minY) != Side-1 {
			t.Errorf("%s: the longest side spans %d pixels, want %d", name, max(maxX-minX, maxY-minY)+1, Side)
		}
	}
}

func TestBlank(t *testing.T) {
	for name, strokes := range map[string][]Stroke{
		"nothing":        nil,
		"no strokes":     {},
		"empty strokes":  {{}, {}},
		"a dot":          {{{5, 5}}},
		"a pressed dot":  {{{5, 5}, {5, 5}, {5, 5}}},
		"a dot repeated": {{{5, 5}}, {{5, 5}}},
	} {
		out := make([]uint8, Side*Side)
		out[7] = 9
		blank, err := Rasterize(strokes, filled(), out)
		if err != nil || !blank || sum(out) != 0 {
			t.Errorf("%s: blank %v, error %v, sum %v; want blank and zeroes", name, blank, err, sum(out))
		}
	}
	o := filled()
	o.MinExtent = 8
	out := make([]uint8, Side*Side)
	if blank, err := Rasterize([]Stroke{{{0, 0}, {7, 3}}}, o, out); err != nil || !blank {
		t.Errorf("below MinExtent: blank %v, error %v", blank, err)
	}
	if blank, err := Rasterize([]Stroke{{{0, 0}, {8, 3}}}, o, out); err != nil || blank {
		t.Errorf("at MinExtent: blank %v, error %v", blank, err)
	}
	// A drawing may hold dots, as buttons.
	if blank, err := Rasterize([]Stroke{{{0, 0}}, {{10, 10}}}, filled(), out); err != nil || blank || out[0] == 0 {
		t.Errorf("two dots: blank %v, error %v\n%s", blank, err, art(out))
	}
}

func TestBadCoordinates(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, p := range []Point{{nan, 0}, {0, nan}, {inf, 0}, {0, -inf}, {math.MaxFloat32, 0}, {0, -2 * MaxCoordinate}} {
		out := make([]uint8, Side*Side)
		_, err := Rasterize([]Stroke{{{0, 0}, {1, 1}}, {{2, 2}, p}}, filled(), out)
		if !errors.Is(err, ErrCoordinate) || !strings.Contains(err.Error(), "stroke 1, point 1") {
			t.Errorf("%v: error %v, want ErrCoordinate at stroke 1, point 1", p, err)
		}
		if sum(out) != 0 {
			t.Errorf("%v: out is not zero after an error", p)
		}
	}
	if _, err := Rasterize([]Stroke{make(Stroke, MaxPoints), {{1, 1}}}, filled(), make([]uint8, Side*Side)); !errors.Is(err, ErrTooManyPoints) {
		t.Errorf("error %v, want ErrTooManyPoints", err)
	}
}

func TestBadOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"line width": {Width: 0},
		"fill mode":  {Width: 1, Fill: 3},
		"gap":        {Width: 1, Gap: 9},
		"extent":     {Width: 1, MinExtent: float32(math.NaN())},
	} {
		if _, err := Rasterize(shirt, o, make([]uint8, Side*Side)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one about the %s", o, err, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an output of the wrong size does not panic")
		}
	}()
	_, _ = Rasterize(shirt, filled(), make([]uint8, 5))
}

func TestFill(t *testing.T) {
	square := func(gap float32) []Stroke { // in output pixels: the frame's points span 26
		return []Stroke{{{13 + gap/2, 0}, {26, 0}, {26, 26}, {0, 26}, {0, 0}, {13 - gap/2, 0}}}
	}
	closed := Options{Width: 2, Ink: 255, Fill: FillClosed, FillValue: 100}
	auto := closed
	auto.Fill = FillAuto
	bridging := auto
	bridging.Gap = 3
	buttons := []Stroke{{{0, 0}, {0, 26}}, {{26, 0}, {26, 26}}, {{10, 10}, {16, 10}, {16, 16}, {10, 16}, {10, 10}}}
	trousers := []Stroke{{{0, 0}, {26, 0}, {26, 26}, {20, 26}, {13, 6}, {6, 26}, {0, 26}, {0, 0}}}
	for name, tc := range map[string]struct {
		strokes []Stroke
		options Options
		x, y    int
		want    uint8
	}{
		"closed":                      {square(0), closed, 13, 13, 100},
		"closed, near the line":       {square(0), closed, 2, 13, 100},
		"auto":                        {square(0), auto, 13, 13, 100},
		"none":                        {square(0), lines(), 13, 13, 0},
		"open":                        {square(8), bridging, 13, 13, 0},
		"a gap, not bridged":          {square(4), auto, 13, 13, 0},
		"a gap, bridged":              {square(4), bridging, 13, 13, 100},
		"the bridge itself":           {square(4), bridging, 13, 0, 100},
		"a button alone, closed":      {buttons, closed, 13, 13, 100},
		"a button alone, auto":        {buttons, auto, 13, 13, 0},
		"beside the button":           {buttons, closed, 6, 13, 0},
		"trousers, a leg":             {trousers, bridging, 3, 20, 100},
		"trousers, between the legs":  {trousers, bridging, 13, 24, 0},
		"trousers, high between them": {trousers, bridging, 13, 18, 0},
	} {
		out := mustRasterize(t, tc.strokes, tc.options)
		if got := out[tc.y*Side+tc.x]; got != tc.want {
			t.Errorf("%s: pixel %d,%d is %d, want %d\n%s", name, tc.x, tc.y, got, tc.want, art(out))
		}
	}
}

// A filled outline has no dark seam between line and fill: from the line inwards values only fall towards the fill.
func TestFillMeetsTheLine(t *testing.T) {
	circle := make(Stroke, 65)
	for i := range circle {
		sin, cos := math.Sincos(float64(i) / 64 * 2 * math.Pi)
		circle[i] = Point{float32(100 * cos), float32(100 * sin)}
	}
	out := mustRasterize(t, []Stroke{circle}, filled())
	for i, v := range out {
		if d := math.Hypot(float64(i%Side)-13.5, float64(i/Side)-13.5); d < 13 && v < Default.FillValue {
			t.Errorf("pixel %d,%d inside the circle is %d, less than the fill's %d", i%Side, i/Side, v, Default.FillValue)
		}
	}
}

func TestReuseLeavesNothingBehind(t *testing.T) {
	var r Rasterizer
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]uint8, Side*Side)
	for range 50 {
		s := scribble(rng, 60)
		if _, err := r.Rasterize(s, filled(), out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(art(mustRasterize(t, s, filled())), art(out)); diff != "" {
			t.Fatalf("a used Rasterizer differs from a new one:\n%s", diff)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	var r Rasterizer
	out := make([]uint8, Side*Side)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := r.Rasterize(shirt, filled(), out); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a drawing, want 0", n)
	}
}

// scribble is a random walk of a pen, smooth as a hand's.
func scribble(rng *rand.Rand, n int) []Stroke {
	s := make(Stroke, n)
	x, y, dir := 128.0, 128.0, 0.0
	for i := range s {
		dir += rng.Float64() - 0.5
		x, y = x+2*math.Cos(dir), y+2*math.Sin(dir)
		s[i] = Point{float32(x), float32(y)}
	}
	return []Stroke{s}
}

func BenchmarkRasterize(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	hand := make(Stroke, 0, 2000) // the shirt as a pointer gives it
	for i := range shirt[0][1:] {
		p, q := shirt[0][i], shirt[0][i+1]
		n := int(math.Hypot(float64(q.X-p.X), float64(q.Y-p.Y)))
		for j := range n {
			f := float32(j) / float32(n)
			hand = append(hand, Point{p.X + f*(q.X-p.X) + rng.Float32(), p.Y + f*(q.Y-p.Y) + rng.Float32()})
		}
	}
	for _, tc := range []struct {
		name    string
		strokes []Stroke
		options Options
	}{
		{"shirt", shirt, Default},
		{fmt.Sprintf("hand-%d", len(hand)), []Stroke{hand}, Default},
		{fmt.Sprintf("hand-%d-filled", len(hand)), []Stroke{hand}, filled()},
		{"scribble-3000", scribble(rng, 3000), Default},
	} {
		b.Run(tc.name, func(b *testing.B) {
			var r Rasterizer
			out := make([]uint8, Side*Side)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Rasterize(tc.strokes, tc.options, out); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
