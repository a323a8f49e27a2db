package e2e

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// tap touches the middle of what a selector finds.
func (p *tab) tap(selector string) {
	p.t.Helper()
	eval[any](p, "void document.querySelector(\""+selector+"\").scrollIntoView({ block: 'center', behavior: 'instant' })")
	at := eval[[2]float64](p, "(({left, top, width, height}) => [left + width / 2, top + height / 2])(document.querySelector(\""+selector+"\").getBoundingClientRect())")
	p.do(input.DispatchTouchEvent(input.TouchStart, []*input.TouchPoint{{X: at[0], Y: at[1]}}),
		input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}))
}

// On a phone, too: a photo of the gallery is named when it is tapped, lies under the sheet to be traced, and a finger draws
// over it; the chart of the past follows a finger, and the page stays where it is.
func TestGalleryAndTimeByFinger(t *testing.T) {
	p := open(t, setup{phone: true, width: 360, height: 740}).ready()
	p.tap("#tab-pictures")
	p.until("document.querySelectorAll('[data-room=pictures] .tile').length === 90")
	p.tap("[data-room=pictures] .tile[aria-label='Trouser, photo 1']")
	p.until("croquis.page.picture && croquis.page.answer?.top[0].label === 'Trouser'")
	p.pressButton("Trace over it")
	p.until("document.getElementById('trace').childElementCount > 0 && !croquis.page.picture")
	eval[any](p, "void document.getElementById('canvas').scrollIntoView({ block: 'end', behavior: 'instant' })")
	before := eval[float64](p, "scrollY")
	p.finger(shirt...)
	p.finger(point{0.4, 0.5}, point{0.6, 0.5})
	p.settle()
	checkAnswer(t, p.shown())
	if s := p.strokes(); len(s) != 2 || eval[float64](p, "scrollY") != before {
		t.Errorf("over the photo a finger draws %d strokes and scrolls from %v to %v", len(s), before, eval[float64](p, "scrollY"))
	}

	p.tap("#tab-time")
	p.until("document.querySelectorAll('.time-line').length > 0")
	eval[any](p, "void document.querySelector('.time-chart').scrollIntoView({ block: 'center', behavior: 'instant' })")
	before = eval[float64](p, "scrollY")
	box := eval[[4]float64](p, "(({left, top, width, height}) => [left + 44, top, width - 44 - 112, height])(document.querySelector('.time-chart').getBoundingClientRect())")
	y := box[1] + box[3]/2
	for i := range 9 {
		kind := input.TouchMove
		if i == 0 {
			kind = input.TouchStart
		}
		p.do(input.DispatchTouchEvent(kind, []*input.TouchPoint{{X: box[0] + box[2]*(0.9-0.05*float64(i)), Y: y}}), chromedp.Sleep(16*time.Millisecond))
	}
	total := eval[float64](p, "croquis.page.drawing.strokes.reduce((n, { points }) => n + points.length / 2, 0)")
	if got := eval[float64](p, "croquis.page.moment"); math.Abs(got-total/2) > total/10 {
		t.Errorf("in the middle of the chart a finger is at point %v of %v", got, total)
	}
	p.do(input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}))
	if now := eval[float64](p, "scrollY"); now != before {
		t.Errorf("the page scrolls from %s", fmt.Sprint(before, " to ", now))
	}
	p.quiet()
}
