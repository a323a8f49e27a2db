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

// holds is what the page holds when its garbage is collected, buffers outside its heap included, and what the network's program
// takes, in bytes; and how many nodes and listeners there are. What Undo can bring back, so many steps and no more, is put away
// before.
func (p *tab) holds() (bytes, program float64, nodes, listeners int64) {
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
		bytes = heap + embedder + backing
		_, nodes, listeners, err = memory.GetDOMCounters().Do(ctx)
		return err
	}))
	return bytes, eval[float64](p, "croquis.page.classifier.memory().then(({ bytes }) => bytes)"), nodes, listeners
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
// is kept of the past is bounded. For minutes of it: go run ./bench -page -soak 10.
func TestMemoryWhileDrawing(t *testing.T) {
	p := open(t, setup{}).ready()
	p.click("tab-why")
	p.until("!document.getElementById('panel-why').hasAttribute('aria-busy')")
	eval[any](p, "scrollTo(0, 0)")
	eval[any](p, "void (window.answers = 0, croquis.page.on('answer', () => answers++))")
	p.scribbles(8) // what is made once is made, and what is compiled is compiled
	page, program, nodes, listeners := p.holds()
	before := eval[int](p, "answers")
	p.scribbles(8)
	laterPage, laterProgram, laterNodes, laterListeners := p.holds()
	given := eval[int](p, "answers") - before
	t.Logf("%d answers: the page held %.0f bytes and holds %.0f", given, page, laterPage)
	if given < 80 {
		t.Fatalf("only %d answers were given", given)
	}
	// What compilers still add is some of it. To keep all answers would be as much again.
	if grown := laterPage - page; grown > 1000*float64(given) {
		t.Errorf("the page has grown by %.0f bytes in %d answers", grown, given)
	}
	if laterProgram != program {
		t.Errorf("the program's memory has grown from %.0f to %.0f bytes", program, laterProgram)
	}
	if laterNodes > nodes || laterListeners > listeners {
		t.Errorf("there were %d nodes and %d listeners, and are %d and %d", nodes, listeners, laterNodes, laterListeners)
	}
	p.quiet()
}
