package e2e

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// What a pointer does while the page is busy comes in one event, and nothing of it is lost: here the browser itself puts the
// moves together.
func TestMovesOfABusyMoment(t *testing.T) {
	const watch = `window.together = 0;
		window.places = [];
		addEventListener('pointermove', (e) => {
			if (e.buttons !== 1) return;
			const all = e.getCoalescedEvents();
			together = Math.max(together, all.length);
			for (const { clientX, clientY } of all) places.push([clientX, clientY]);
		}, true);`
	p := open(t, setup{script: watch}).ready()
	box := eval[[4]float64](p, sheetBox)
	at := func(i int) (x, y float64) {
		return box[0] + box[2]*(0.1+0.01*float64(i)), box[1] + box[3]*(0.5+0.2*math.Sin(float64(i)/6))
	}
	const moves = 80
	for end := time.Now().Add(patience); ; {
		eval[any](p, "void (together = 0, places.length = 0)")
		p.do(chromedp.ActionFunc(func(ctx context.Context) error {
			x, y := at(0)
			return input.DispatchMouseEvent(input.MousePressed, x, y).WithButton(input.Left).WithButtons(1).WithClickCount(1).Do(ctx)
		}))
		// The page is busy, and the moves are sent without waiting until it has seen each.
		eval[any](p, "void setTimeout(() => { for (const end = performance.now() + 300; performance.now() < end; ); })")
		var sent sync.WaitGroup
		for i := 1; i <= moves; i++ {
			sent.Go(func() {
				x, y := at(i)
				if err := chromedp.Run(p.ctx, input.DispatchMouseEvent(input.MouseMoved, x, y).WithButton(input.Left).WithButtons(1)); err != nil {
					t.Error(err)
				}
			})
		}
		sent.Wait()
		p.release(point{0.9, 0.5})
		if eval[int](p, "together") > 3 || time.Now().After(end) {
			break
		}
		p.click("clear")
	}
	together, places := eval[int](p, "together"), eval[[][2]float64](p, "places")
	if together < 4 {
		t.Fatalf("the browser never put more than %d moves together", together)
	}
	s := p.strokes()
	if len(s) != 1 {
		t.Fatalf("%d strokes, want 1", len(s))
	}
	for i, q := range places {
		x, y := 256*(q[0]-box[0])/box[2], 256*(q[1]-box[1])/box[3]
		near := math.Inf(1)
		for k := 0; k < len(s[0].Points); k += 2 {
			near = min(near, math.Hypot(s[0].Points[k]-x, s[0].Points[k+1]-y))
		}
		if near > 0.5 {
			t.Errorf("move %s, at %.1f, %.1f, is %.1f from the line", fmt.Sprintf("%d of %d", i+1, len(places)), x, y, near)
		}
	}
	t.Logf("%d moves, up to %d in one event; the line has %d points", len(places), together, len(s[0].Points)/2)
	p.quiet()
}
