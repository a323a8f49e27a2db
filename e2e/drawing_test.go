package e2e

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// stroke is a stroke of the drawing, as the page keeps it.
type stroke struct {
	Points   []float64
	Size     float64
	Fill     bool
	Patch    bool
	Pressure []float64
}

// module is an expression for a module of the page, by its name in web/.
func module(name string) string {
	return "(await import(new URL((await (await fetch('manifest.json')).json()).files['" + name + "'].file, document.baseURI)))"
}

// strokes are those that the page keeps: it writes them down when it is left.
func (p *tab) strokes() []stroke {
	p.t.Helper()
	return eval[[]stroke](p, `(async () => {
		dispatchEvent(new Event('pagehide'));
		const written = localStorage.getItem('croquis.drawing');
		if (!written) return [];
		return `+module("drawing/keep.js")+`.decode(written).strokes;
	})()`)
}

// choose clicks the label of a radio button.
func (p *tab) choose(id string) {
	p.t.Helper()
	p.do(chromedp.Click("label:has(#"+id+")", chromedp.ByQuery))
}

// painted counts the pixels of a layer of the sheet that are not clear, within a rectangle, all from 0 to 1.
func (p *tab) painted(layer string, left, top, right, bottom float64) int {
	p.t.Helper()
	eval[any](p, "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(null))))")
	return eval[int](p, `((l, t, r, b) => {
		const c = document.querySelector('`+layer+`');
		if (!c.width) return 0;
		const at = (v) => Math.round(v * c.width);
		const { data } = c.getContext('2d').getImageData(at(l), at(t), at(r) - at(l), at(b) - at(t));
		let n = 0;
		for (let i = 3; i < data.length; i += 4) n += data[i] > 127;
		return n;
	})(`+numbers(left, top, right, bottom)+`)`)
}

const (
	areasLayer = "#sheet .areas"
	linesLayer = "#canvas"
	liveLayer  = "#canvas + .layer"
	tipLayer   = "#canvas + .layer + .layer"
)

// held presses the button and moves, and does not let go.
func (p *tab) held(corners ...point) {
	p.t.Helper()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for i, q := range p.path(corners) {
			kind := input.MouseMoved
			if i == 0 {
				kind = input.MousePressed
			}
			if err := input.DispatchMouseEvent(kind, q[0], q[1]).WithButton(input.Left).WithButtons(1).WithClickCount(1).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// slowly has a pointer pass a line as a careful hand does, a fortieth of the sheet in a frame: where the browser expects the pen next
// is as far ahead as the pen is fast.
func slowly(corners []point) []point {
	out := corners[:1:1]
	for i, b := range corners[1:] {
		a := corners[i]
		n := math.Ceil(40 * math.Hypot(b[0]-a[0], b[1]-a[1]))
		for k := 1.0; k <= n; k++ {
			out = append(out, point{a[0] + (b[0]-a[0])*k/n, a[1] + (b[1]-a[1])*k/n})
		}
	}
	return out
}

func (p *tab) release(at point) {
	p.t.Helper()
	q := p.path([]point{at})[0]
	p.do(input.DispatchMouseEvent(input.MouseReleased, q[0], q[1]).WithButton(input.Left).WithClickCount(1))
}

// numbers writes numbers as arguments of a call.
func numbers(values ...float64) string {
	var words []string
	for _, v := range values {
		words = append(words, strconv.FormatFloat(v, 'g', -1, 64))
	}
	return strings.Join(words, ", ")
}

// about says whether a coordinate is where a pointer was that is reported in whole pixels.
func about(got, share float64) bool { return math.Abs(got-256*share) < 1 }

func TestStrokesAreData(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(point{0.2, 0.3}, point{0.8, 0.3})
	p.choose("size-2")
	p.mouse(point{0.2, 0.5}, point{0.8, 0.5})
	p.choose("size-0")
	p.mouse(point{0.2, 0.7}, point{0.8, 0.7})
	s := p.strokes()
	if len(s) != 3 {
		t.Fatalf("%d strokes, want 3: %+v", len(s), s)
	}
	for i, size := range []float64{1, 2, 0.5} {
		n := len(s[i].Points)
		if s[i].Size != size || s[i].Fill || s[i].Pressure != nil || !about(s[i].Points[0], 0.2) || !about(s[i].Points[n-2], 0.8) {
			t.Errorf("stroke %d is %+v, want size %v from left to right", i, s[i], size)
		}
	}
	thick, thin := p.painted(linesLayer, 0.4, 0.45, 0.6, 0.55), p.painted(linesLayer, 0.4, 0.65, 0.6, 0.75)
	if thick < 3*thin || thin == 0 {
		t.Errorf("%d pixels of the thick line are painted, %d of the thin, want four times as many", thick, thin)
	}
	p.shot("sizes")
	p.quiet()
}

// Between two events a pointer is read more often, and the browser guesses where it goes: what was read is data, what is
// guessed is ink until the next frame.
func TestCoalescedAndPredicted(t *testing.T) {
	const script = `
		const at = (e, dx, dy) => new PointerEvent('pointermove', { clientX: e.clientX + dx, clientY: e.clientY + dy, pressure: 0.5 });
		PointerEvent.prototype.getCoalescedEvents = function () { return [at(this, -2, 40), at(this, 0, 0)]; };
		PointerEvent.prototype.getPredictedEvents = function () { return [at(this, 60, 0)]; };`
	p := open(t, setup{script: script}).ready()
	p.held(point{0.3, 0.5}, point{0.6, 0.5})
	if n := p.painted(tipLayer, 0.62, 0.45, 0.7, 0.55); n == 0 {
		t.Error("the line does not run ahead of the pen")
	}
	p.release(point{0.6, 0.5})
	if n := p.painted(tipLayer, 0, 0, 1, 1); n != 0 {
		t.Errorf("%d pixels of the tip stay when the pen is lifted", n)
	}
	s := p.strokes()[0]
	right, low := 0.0, 0.0
	for i := 0; i < len(s.Points); i += 2 {
		right, low = max(right, s.Points[i]), max(low, s.Points[i+1])
	}
	if right > 256*0.61 {
		t.Errorf("a predicted point at %v is in the drawing", right)
	}
	if low < 256*0.55 {
		t.Errorf("the points between events are not in the drawing, the lowest is at %v", low)
	}
}

// press draws a line with a pen that is pressed harder and harder.
func (p *tab) press(corners ...point) {
	p.t.Helper()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		path := p.path(corners)
		for i, q := range path {
			kind, force := input.MouseMoved, 0.1+0.8*float64(i)/float64(len(path)-1)
			if i == 0 {
				kind = input.MousePressed
			}
			if err := input.DispatchMouseEvent(kind, q[0], q[1]).WithButton(input.Left).WithButtons(1).WithPointerType(input.Pen).WithForce(force).Do(ctx); err != nil {
				return err
			}
		}
		q := path[len(path)-1]
		return input.DispatchMouseEvent(input.MouseReleased, q[0], q[1]).WithButton(input.Left).WithPointerType(input.Pen).Do(ctx)
	}))
}

func TestPenPressure(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.press(point{0.1, 0.5}, point{0.9, 0.5})
	light, hard := p.painted(linesLayer, 0.15, 0.45, 0.25, 0.55), p.painted(linesLayer, 0.75, 0.45, 0.85, 0.55)
	if light == 0 || hard < 3*light/2 {
		t.Errorf("%d pixels where the pen was pressed lightly, %d where hard", light, hard)
	}
	if s := p.strokes(); len(s) != 1 || s[0].Size != 1 || len(s[0].Pressure) != len(s[0].Points)/2 {
		t.Errorf("strokes %+v, want one of size 1 with a pressure for each point", s)
	}
	p.shot("pressure")
	p.quiet()
}

func TestEraser(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(point{0.1, 0.3}, point{0.9, 0.3})
	p.mouse(point{0.1, 0.6}, point{0.9, 0.6})
	p.settle()
	before := p.strokes()
	p.choose("eraser")
	p.choose("size-1")
	p.held(point{0.5, 0.1}, point{0.5, 0.9})
	p.shot("eraser")
	p.release(point{0.5, 0.9})
	s := p.strokes()
	if len(s) != 4 {
		t.Fatalf("%d strokes after a cut through two, want 4: %+v", len(s), s)
	}
	if n := p.painted(linesLayer, 0.47, 0, 0.53, 1); n != 0 {
		t.Errorf("%d pixels are left where the eraser went", n)
	}
	if p.painted(linesLayer, 0.1, 0.25, 0.45, 0.35) == 0 || p.painted(linesLayer, 0.55, 0.55, 0.9, 0.65) == 0 {
		t.Error("more is gone than the eraser touched")
	}
	p.click("undo") // all of it, in one step
	if got := p.strokes(); !slices.EqualFunc(got, before, same) {
		t.Errorf("after undo: %+v, want %+v", got, before)
	}
	if p.painted(linesLayer, 0.47, 0, 0.53, 1) == 0 {
		t.Error("what comes back is not painted")
	}
	p.click("redo")
	if got := p.strokes(); len(got) != 4 {
		t.Errorf("after redo: %d strokes, want 4", len(got))
	}
	p.choose("size-2") // of the eraser: it takes more, and the pen keeps its own size
	p.mouse(point{0.3, 0.1}, point{0.3, 0.9})
	p.strokes()
	steps := eval[float64](p, module("drawing/keep.js")+".decode(localStorage['croquis.drawing']).history.past.length")
	if steps != 4 {
		t.Errorf("%v steps, want two lines and two passages", steps)
	}
	p.choose("pen")
	p.mouse(point{0.1, 0.8}, point{0.2, 0.8})
	if s := p.strokes(); s[len(s)-1].Size != 1 {
		t.Errorf("after the eraser's size was changed the pen draws with size %v", s[len(s)-1].Size)
	}
	p.quiet()
}

func same(a, b stroke) bool {
	return slices.Equal(a.Points, b.Points) && a.Size == b.Size && a.Fill == b.Fill && a.Patch == b.Patch
}

// A pen's other end erases, whatever tool is chosen.
func TestPenTurnedRound(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(point{0.1, 0.5}, point{0.9, 0.5})
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		q := p.path([]point{{0.5, 0.5}})[0]
		return chromedp.Evaluate(`for (const [type, button, buttons] of [['pointerdown', 5, 32], ['pointerup', 5, 0]])
			canvas.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: 'pen', button, buttons, clientX: `+numbers(q[0])+`, clientY: `+numbers(q[1])+`, bubbles: true, cancelable: true }))`, nil).Do(ctx)
	}))
	if s := p.strokes(); len(s) != 2 {
		t.Errorf("%d strokes, want the line in two pieces", len(s))
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(shirt...)
	p.settle()
	outline := p.shown()
	p.choose("fill")
	p.mouse(point{0.5, 0.6})
	if s := p.strokes(); len(s) != 1 || !s[0].Fill {
		t.Fatalf("a tap into the shirt gives %+v, want it filled", s)
	}
	if p.painted(areasLayer, 0.45, 0.55, 0.55, 0.65) == 0 {
		t.Error("the shirt is not painted")
	}
	if p.painted(areasLayer, 0, 0.6, 0.1, 0.9) != 0 {
		t.Error("more than the shirt is painted")
	}
	p.settle()
	checkAnswer(t, p.shown())
	p.shot("fill")
	p.mouse(point{0.5, 0.6})
	if s := p.strokes(); len(s) != 1 || s[0].Fill {
		t.Errorf("a second tap gives %+v, want it empty", s)
	}
	if p.painted(areasLayer, 0, 0, 1, 1) != 0 {
		t.Error("the filling stays on the sheet")
	}
	p.settle()
	if s := p.shown(); !slices.Equal(s.Rows, outline.Rows) {
		t.Errorf("filled and emptied: %+v, want what it was, %+v", s.Rows, outline.Rows)
	}
	p.mouse(point{0.05, 0.05}) // outside
	p.until("document.querySelector('.aside').textContent !== ''")
	p.shot("fill-open")
	if s := p.strokes(); len(s) != 1 || s[0].Fill {
		t.Errorf("a tap outside gives %+v", s)
	}
	p.mouse(point{0.28, 0.7}) // on the line
	if s := p.strokes(); len(s) != 1 || !s[0].Fill {
		t.Errorf("a tap on the outline gives %+v, want it filled", s)
	}
	p.mouse(point{0.3, 0.3}, point{0.6, 0.6}) // no tap
	if s := p.strokes(); !s[0].Fill {
		t.Error("a drag with the fill does something")
	}
	p.quiet()
}

// Two strokes enclose an area together, one of them with a gap; a cut through it takes the filling away.
func TestFillBetweenStrokes(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(point{0.2, 0.2}, point{0.2, 0.8}, point{0.8, 0.8})
	p.mouse(point{0.8, 0.77}, point{0.8, 0.2}, point{0.22, 0.2})
	p.choose("fill")
	p.mouse(point{0.5, 0.5})
	s := p.strokes()
	if len(s) != 3 || !s[0].Fill || !s[0].Patch {
		t.Fatalf("%d strokes, the first %+v, want an area below two lines", len(s), s[0])
	}
	for i, v := range s[0].Points {
		if v < 256*0.2-3 || v > 256*0.8+3 {
			t.Fatalf("coordinate %d of the area is %v, outside of the outline", i, v)
		}
	}
	p.shot("fill-between")
	p.mouse(point{0.5, 0.5})
	if s := p.strokes(); len(s) != 2 {
		t.Errorf("%d strokes after a second tap, want 2", len(s))
	}
	p.click("undo")
	p.choose("eraser")
	p.mouse(point{0.5, 0.1}, point{0.5, 0.3})
	if s := p.strokes(); slices.ContainsFunc(s, func(s stroke) bool { return s.Fill }) || len(s) != 3 {
		t.Errorf("after a cut through the outline: %+v, want three lines and no area", s)
	}
	if p.painted(areasLayer, 0, 0, 1, 1) != 0 {
		t.Error("the area stays on the sheet")
	}
	p.quiet()
}

func TestMirror(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.click("mirror")
	p.held(point{0.2, 0.3}, point{0.4, 0.7})
	if l, r := p.painted(liveLayer, 0.2, 0.3, 0.4, 0.7), p.painted(liveLayer, 0.6, 0.3, 0.8, 0.7); l == 0 || math.Abs(float64(l-r)) > 0.1*float64(l) {
		t.Errorf("while drawing %d pixels are on the left, %d on the right", l, r)
	}
	p.shot("mirror")
	p.release(point{0.4, 0.7})
	s := p.strokes()
	if len(s) != 2 || len(s[0].Points) != len(s[1].Points) {
		t.Fatalf("%d strokes, want two halves", len(s))
	}
	for i := 0; i < len(s[0].Points); i += 2 {
		if s[1].Points[i] != 256-s[0].Points[i] || s[1].Points[i+1] != s[0].Points[i+1] {
			t.Fatalf("point %d is %v, mirrored %v", i/2, s[0].Points[i:i+2], s[1].Points[i:i+2])
		}
	}
	p.choose("eraser")
	p.mouse(point{0.3, 0.4}, point{0.3, 0.6})
	if s := p.strokes(); len(s) != 4 {
		t.Errorf("%d strokes after erasing one side, want both cut", len(s))
	}
	p.click("undo")
	p.click("undo")
	if s := p.strokes(); len(s) != 0 {
		t.Errorf("%d strokes after two steps back, want the halves gone as one", len(s))
	}
	p.choose("pen")
	p.mouse(point{0.5, 0.2}, point{0.5, 0.8})
	if s := p.strokes(); len(s) != 1 {
		t.Errorf("%d strokes for a line on the axis, want one", len(s))
	}
	p.quiet()
}
