package e2e

import (
	"context"
	"math"
	"testing"

	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/memory"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// held is what a page holds: in bytes its heap with the buffers outside of it, and the memory of the network's program; and how
// many nodes and listeners there are.
type held struct {
	page, program    float64
	nodes, listeners int64
}

// holds is what the page holds when its garbage is collected. What Undo can bring back, so many steps and no more, is put away
// before.
func (p *tab) holds() (h held) {
	p.t.Helper()
	eval[any](p, "void croquis.page.drawing.restore([], new croquis.page.drawing.history.constructor())")
	p.settle()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for range 2 { // the first collection makes garbage of what waits for finalisers
			if err := heapprofiler.CollectGarbage().Do(ctx); err != nil {
				return err
			}
		}
		heap, _, embedder, backing, err := runtime.GetHeapUsage().Do(ctx)
		if err != nil {
			return err
		}
		h.page = heap + embedder + backing
		_, h.nodes, h.listeners, err = memory.GetDOMCounters().Do(ctx)
		return err
	}))
	h.program = eval[float64](p, "croquis.page.classifier.memory().then(({ bytes }) => bytes)")
	return h
}

// scribbles draws drawings of two loops each, and clears the sheet after each.
func (p *tab) scribbles(drawings int) {
	p.t.Helper()
	for range drawings {
		for row := range 2 {
			loop := make([]point, 24)
			for i := range loop {
				turn := 2 * math.Pi * float64(i) / 11
				loop[i] = point{0.15 + 0.03*float64(i) + 0.06*math.Cos(turn), 0.3 + 0.3*float64(row) + 0.06*math.Sin(turn)}
			}
			p.mouse(loop...)
		}
		p.click("clear")
	}
}

// However much is drawn, with a room open that follows the drawing, the page and the program hold no more than they did: what
// is kept of the past is bounded. The program must hold exactly what it held. The page may by chance hold more at one moment than
// at another, a compiler's work or a text node that is there or not; what is kept for answers makes it hold more after every
// round. For minutes of it: go run ./bench -page -soak 10.
func TestMemoryWhileDrawing(t *testing.T) {
	const rounds = 4
	p := open(t, setup{}).ready()
	p.click("tab-why")
	p.until("!document.getElementById('panel-why').hasAttribute('aria-busy')")
	eval[any](p, "scrollTo(0, 0)")
	eval[any](p, "void (window.answers = 0, croquis.page.on('answer', () => answers++))")
	p.scribbles(8) // what is made once is made, and what is compiled is compiled
	was := p.holds()
	grows := map[string]bool{"bytes of the page": true, "nodes": true, "listeners": true}
	for round := 0; round < rounds && len(grows) > 0; round++ {
		before := eval[int](p, "answers")
		p.scribbles(8)
		is := p.holds()
		given := eval[int](p, "answers") - before
		t.Logf("%d answers: from %+v to %+v", given, was, is)
		if given < 80 {
			t.Fatalf("only %d answers were given", given)
		}
		if is.program != was.program {
			t.Errorf("the program's memory has grown from %.0f to %.0f bytes", was.program, is.program)
		}
		for what, more := range map[string]bool{
			// What compilers still add is some of it. To keep all answers would be as much again.
			"bytes of the page": is.page-was.page > 1000*float64(given),
			"nodes":             is.nodes > was.nodes,
			"listeners":         is.listeners > was.listeners,
		} {
			if !more {
				delete(grows, what)
			}
		}
		was = is
	}
	for what := range grows {
		t.Errorf("there are more %s after each of %d rounds of drawing", what, rounds)
	}
	p.quiet()
}
