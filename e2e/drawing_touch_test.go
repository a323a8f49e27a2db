package e2e

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// touch is what fingers do at one moment.
type touch struct {
	kind    input.TouchType
	after   time.Duration // since the first
	radius  float64       // of what touches, in pixels; 0 for a finger's
	fingers []point       // all that are on the screen
}

// clock has the test say when events happen, in milliseconds, however slow the machine is.
const clock = `window.clock = 1e6;
Object.defineProperty(Event.prototype, 'timeStamp', { get: () => window.clock });
`

// touch has fingers do one thing after the other, in a page with that clock.
func (p *tab) touch(touches ...touch) {
	p.t.Helper()
	begin := eval[float64](p, "clock")
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for _, t := range touches {
			fingers := []*input.TouchPoint{}
			for i, q := range t.fingers {
				at := p.path([]point{q})[0]
				fingers = append(fingers, &input.TouchPoint{X: at[0], Y: at[1], ID: float64(i + 1), RadiusX: max(t.radius, 1), RadiusY: max(t.radius, 1)})
			}
			set := fmt.Sprintf("void (clock = %f)", begin+float64(t.after.Milliseconds()))
			if err := chromedp.Evaluate(set, nil).Do(ctx); err != nil {
				return err
			}
			if err := input.DispatchTouchEvent(t.kind, fingers).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// still checks that the page has neither moved nor grown under the fingers.
func (p *tab) still(what string) {
	p.t.Helper()
	if v := eval[[3]float64](p, "[scrollX, scrollY, visualViewport.scale]"); v != [3]float64{0, 0, 1} {
		p.t.Errorf("%s: the page is scrolled to %v, %v and %v times as large", what, v[0], v[1], v[2])
	}
}

// Two fingers that come down together want to pinch: the page stays as it is, and neither draws.
func TestPinch(t *testing.T) {
	p := open(t, setup{script: clock, phone: true, width: 360, height: 740}).ready()
	p.touch(
		touch{input.TouchStart, 0, 0, []point{{0.4, 0.4}}},
		touch{input.TouchMove, 20 * time.Millisecond, 0, []point{{0.41, 0.41}}},
		touch{input.TouchStart, 40 * time.Millisecond, 0, []point{{0.41, 0.41}, {0.6, 0.6}}},
		touch{input.TouchMove, 60 * time.Millisecond, 0, []point{{0.2, 0.2}, {0.8, 0.8}}},
		touch{input.TouchMove, 80 * time.Millisecond, 0, []point{{0.1, 0.1}, {0.9, 0.9}}},
		touch{input.TouchEnd, 100 * time.Millisecond, 0, nil},
	)
	p.still("pinch")
	if s := p.strokes(); len(s) != 0 {
		t.Errorf("a pinch draws %+v", s)
	}
	// A finger that comes later, while another draws, does nothing.
	p.touch(
		touch{input.TouchStart, time.Second, 0, []point{{0.2, 0.5}}},
		touch{input.TouchMove, 1500 * time.Millisecond, 0, []point{{0.4, 0.5}}},
		touch{input.TouchStart, 1600 * time.Millisecond, 0, []point{{0.4, 0.5}, {0.8, 0.8}}},
		touch{input.TouchMove, 1700 * time.Millisecond, 0, []point{{0.6, 0.5}, {0.8, 0.2}}},
		touch{input.TouchEnd, 1800 * time.Millisecond, 0, nil},
	)
	s := p.strokes()
	if len(s) != 1 || !about(s[0].Points[len(s[0].Points)-2], 0.6) {
		t.Errorf("with a second finger on the sheet: %+v, want the line of the first", s)
	}
	p.quiet()
}

func TestDoubleTap(t *testing.T) {
	p := open(t, setup{script: clock, phone: true, width: 360, height: 740}).ready()
	for i := range 2 {
		after := time.Duration(i) * 120 * time.Millisecond
		p.touch(touch{input.TouchStart, after, 0, []point{{0.5, 0.5}}}, touch{input.TouchEnd, after + 40*time.Millisecond, 0, nil})
	}
	p.still("double tap")
	if s := p.strokes(); len(s) != 2 {
		t.Errorf("two taps draw %+v, want two dots", s)
	}
	if n := eval[int](p, "getSelection().toString().length"); n != 0 {
		t.Errorf("a double tap selects %d letters", n)
	}
	// Nor do two quick taps on a button zoom.
	if action := eval[string](p, "getComputedStyle(document.getElementById('undo')).touchAction"); action != "manipulation" {
		t.Errorf("touches on buttons mean %q", action)
	}
}

// The heel of a hand is wide, and comes down before the pen does.
func TestHeelOfTheHand(t *testing.T) {
	p := open(t, setup{script: clock, phone: true, width: 768, height: 1024}).ready()
	wide := func(after time.Duration, radius float64) {
		p.touch(
			touch{input.TouchStart, after, radius, []point{{0.7, 0.7}}},
			touch{input.TouchMove, after + 20*time.Millisecond, radius, []point{{0.8, 0.8}}},
			touch{input.TouchEnd, after + 40*time.Millisecond, 0, nil},
		)
	}
	wide(0, 40)
	if s := p.strokes(); len(s) != 1 {
		t.Errorf("where no pen is known, a thumb draws %d strokes, want 1", len(s))
	}
	p.drag(input.Pen, point{0.2, 0.2}, point{0.4, 0.4})
	wide(10*time.Second, 40)
	if s := p.strokes(); len(s) != 2 {
		t.Errorf("%d strokes after the heel of the hand, want the thumb's and the pen's", len(s))
	}
	wide(20*time.Second, 5)
	if s := p.strokes(); len(s) != 3 {
		t.Errorf("%d strokes after a finger, long after the pen, want 3", len(s))
	}
	// A hand that rests is taken for a finger until the pen comes: what it has drawn is dropped.
	p.touch(touch{input.TouchStart, 30 * time.Second, 5, []point{{0.9, 0.9}}}, touch{input.TouchMove, 31 * time.Second, 5, []point{{0.8, 0.9}}})
	p.drag(input.Pen, point{0.2, 0.8}, point{0.4, 0.8})
	if s := p.strokes(); len(s) != 4 || s[3].Points[1] > 256*0.85 {
		t.Errorf("after the pen took over: %+v", s)
	}
}

// The system may take a touch away, as when the device is turned.
func TestTouchTakenAway(t *testing.T) {
	p := open(t, setup{script: clock, phone: true, width: 360, height: 740}).ready()
	p.touch(
		touch{input.TouchStart, 0, 0, []point{{0.2, 0.5}}},
		touch{input.TouchMove, time.Second, 0, []point{{0.6, 0.5}}},
		touch{input.TouchCancel, 2 * time.Second, 0, nil},
	)
	// The browser answers that it has taken the touch away before the page has heard of it.
	p.until("croquis.page.drawing.strokes.length === 1")
}

// A line goes on where the sheet has gone, when the window changes under the pointer.
func TestTurningWhileDrawing(t *testing.T) {
	t.Parallel()
	p := open(t, setup{width: 1280, height: 800}).ready()
	p.held(point{0.2, 0.2}, point{0.5, 0.2})
	p.do(emulation.SetDeviceMetricsOverride(500, 900, 2, false))
	p.until("document.getElementById('canvas').width === Math.round(2 * document.getElementById('canvas').getBoundingClientRect().width)")
	if p.painted(liveLayer, 0.2, 0.15, 0.45, 0.25) == 0 {
		t.Error("the line is not painted on the turned sheet")
	}
	q := p.path([]point{{0.5, 0.7}})[0]
	p.do(input.DispatchMouseEvent(input.MouseMoved, q[0], q[1]).WithButton(input.Left).WithButtons(1))
	p.release(point{0.5, 0.7})
	s := p.strokes()
	if len(s) != 1 {
		t.Fatalf("%d strokes, want 1", len(s))
	}
	n := len(s[0].Points)
	if !about(s[0].Points[0], 0.2) || math.Abs(s[0].Points[n-1]-256*0.7) > 2 {
		t.Errorf("the line goes from %v to %v", s[0].Points[:2], s[0].Points[n-2:])
	}
	p.quiet()
}
