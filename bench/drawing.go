package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"croquis/internal/site"
	"croquis/internal/site/serve"
)

// throttle is how many times slower than this machine the processor is made for measuring frames.
const throttle = 4

// onPage runs work with our page, built and served for it, open in a window of a laptop's size.
func onPage(work func(p *page) error) error {
	folder, err := os.MkdirTemp("", "croquis-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	out := filepath.Join(folder, "site")
	if _, err := site.Build(context.Background(), site.Options{Root: ".", Out: out, Quick: true}); err != nil {
		return err
	}
	server := httptest.NewServer(serve.Handler(out))
	defer server.Close()
	p, err := visit(server.URL + "/")
	if err != nil {
		return err
	}
	defer p.close()
	if err := chromedp.Run(p.ctx, emulation.SetDeviceMetricsOverride(1280, 800, 1, false)); err != nil {
		return err
	}
	// The better network is to have taken over, or that would be measured too.
	if err := p.eval(settled, nil); err != nil {
		return err
	}
	return work(p)
}

// settled waits until no network is on its way.
const settled = `new Promise((resolve) => {
	const look = () => (croquis.page.classifier && !croquis.page.coming ? setTimeout(resolve, 1000, 0) : setTimeout(look, 100));
	look();
})`

// hand draws on the page with the mouse: loops that wander over the sheet, one every other second, six to a drawing.
type hand struct {
	p       *page
	box     [4]float64 // of the sheet in the window: left, top, width, height
	strokes int
}

func newHand(p *page) (*hand, error) {
	h := &hand{p: p}
	return h, p.eval("(({left, top, width, height}) => [left, top, width, height])(document.getElementById('canvas').getBoundingClientRect())", &h.box)
}

// draw draws until the time is over.
func (h *hand) draw(d time.Duration) error {
	for end := time.Now().Add(d); time.Now().Before(end); h.strokes++ {
		if h.strokes%6 == 0 {
			if err := h.p.eval("document.getElementById('clear').click(), 0", nil); err != nil {
				return err
			}
		}
		if err := chromedp.Run(h.p.ctx, chromedp.ActionFunc(h.stroke)); err != nil {
			return err
		}
	}
	return nil
}

// stroke draws one loop as fast as the page takes the mouse's moves, one a frame, or in two seconds.
func (h *hand) stroke(ctx context.Context) error {
	const moves = 120
	tick := time.NewTicker(2 * time.Second / moves)
	defer tick.Stop()
	for i := range moves {
		turn := 2 * math.Pi * float64(i) / 50
		x := 0.15 + 0.7*float64(i)/moves + 0.08*math.Cos(turn)
		y := 0.2 + 0.12*float64(h.strokes%6) + 0.08*math.Sin(turn)
		kind := input.MouseMoved
		switch i {
		case 0:
			kind = input.MousePressed
		case moves - 1:
			kind = input.MouseReleased
		}
		event := input.DispatchMouseEvent(kind, h.box[0]+x*h.box[2], h.box[1]+y*h.box[3]).WithButton(input.Left).WithClickCount(1)
		if kind != input.MouseReleased {
			event = event.WithButtons(1)
		}
		if err := event.Do(ctx); err != nil {
			return err
		}
		<-tick.C
	}
	return nil
}

// held is what the page holds, in bytes, once its garbage is collected.
type held struct{ heap, program float64 }

func (p *page) held() (h held, err error) {
	err = chromedp.Run(p.ctx, chromedp.ActionFunc(func(ctx context.Context) (err error) {
		for range 2 { // the first collection makes garbage of what waits for finalisers
			if err := heapprofiler.CollectGarbage().Do(ctx); err != nil {
				return err
			}
		}
		h.heap, _, _, _, err = runtime.GetHeapUsage().Do(ctx)
		return err
	}))
	if err == nil {
		err = p.eval("croquis.page.classifier.memory().then(({ bytes }) => bytes)", &h.program)
	}
	return h, err
}

// soak draws for so many minutes and writes a line for each: what the page and its program hold.
func soak(to io.Writer, minutes int) error {
	return onPage(func(p *page) error {
		h, err := newHand(p)
		if err != nil {
			return err
		}
		if err := p.eval("window.answers = 0, croquis.page.on('answer', () => answers++), 0", nil); err != nil {
			return err
		}
		fmt.Fprintf(to, "%-7s %8s %8s %14s %14s\n", "minute", "strokes", "answers", "JavaScript, B", "program, B")
		for minute := 0; ; minute++ {
			now, err := p.held()
			if err != nil {
				return err
			}
			var answers int
			if err := p.eval("answers", &answers); err != nil {
				return err
			}
			fmt.Fprintf(to, "%-7d %8d %8d %14.0f %14.0f\n", minute, h.strokes, answers, now.heap, now.program)
			if minute == minutes {
				return nil
			}
			if err := h.draw(time.Minute); err != nil {
				return err
			}
		}
	})
}
