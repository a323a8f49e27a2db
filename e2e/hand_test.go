package e2e

import (
	"context"
	"math"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// point is a place on the sheet, from 0 to 1 in both directions.
type point [2]float64

// shirt is a T-shirt in one line.
var shirt = []point{
	{0.35, 0.1}, {0.5, 0.17}, {0.65, 0.1}, {0.93, 0.27}, {0.85, 0.45}, {0.72, 0.38}, {0.72, 0.92}, {0.28, 0.92},
	{0.28, 0.38}, {0.15, 0.45}, {0.07, 0.27}, {0.35, 0.1},
}

// sheetBox is where the sheet lies in the window: left, top, width, height.
const sheetBox = "(({left, top, width, height}) => [left, top, width, height])(document.getElementById('canvas').getBoundingClientRect())"

// path puts points on a polyline as a quick pointer passes them, in pixels of the window.
func (p *tab) path(corners []point) [][2]float64 {
	p.t.Helper()
	return along(eval[[4]float64](p, sheetBox), corners)
}

// along is path on a sheet that lies in the given box.
func along(box [4]float64, corners []point) [][2]float64 {
	at := func(q point) [2]float64 { return [2]float64{box[0] + q[0]*box[2], box[1] + q[1]*box[3]} }
	out := [][2]float64{at(corners[0])}
	for i := range corners[1:] {
		a, b := at(corners[i]), at(corners[i+1])
		n := max(1, int(math.Hypot(b[0]-a[0], b[1]-a[1])/60))
		for k := 1; k <= n; k++ {
			f := float64(k) / float64(n)
			out = append(out, [2]float64{a[0] + f*(b[0]-a[0]), a[1] + f*(b[1]-a[1])})
		}
	}
	return out
}

// drag draws a line with the mouse or a pen.
func (p *tab) drag(kind input.DispatchMouseEventPointerType, corners ...point) {
	p.t.Helper()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		path := p.path(corners)
		event := func(t input.MouseType, q [2]float64) *input.DispatchMouseEventParams {
			return input.DispatchMouseEvent(t, q[0], q[1]).WithButton(input.Left).WithButtons(1).WithClickCount(1).WithPointerType(kind)
		}
		if err := event(input.MousePressed, path[0]).Do(ctx); err != nil {
			return err
		}
		for _, q := range path[1:] {
			if err := event(input.MouseMoved, q).Do(ctx); err != nil {
				return err
			}
		}
		return event(input.MouseReleased, path[len(path)-1]).WithButtons(0).Do(ctx)
	}))
}

// mouse draws a line with the mouse.
func (p *tab) mouse(corners ...point) {
	p.t.Helper()
	p.drag(input.Mouse, corners...)
}

// finger draws a line with a finger.
func (p *tab) finger(corners ...point) {
	p.t.Helper()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for i, q := range p.path(corners) {
			kind := input.TouchMove
			if i == 0 {
				kind = input.TouchStart
			}
			if err := input.DispatchTouchEvent(kind, []*input.TouchPoint{{X: q[0], Y: q[1]}}).Do(ctx); err != nil {
				return err
			}
		}
		return input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}).Do(ctx)
	}))
}

func (p *tab) click(id string) {
	p.t.Helper()
	p.do(chromedp.Click("#"+id, chromedp.ByQuery))
}

// shown is what a visitor sees of the answer.
type shown struct {
	State    string
	Headline string
	Detail   string
	Rows     []row
	Slices   int    // of the pie
	Drawn    bool   // whether anything is painted on the sheet
	Preview  int    // pixels of the small picture that are not paper
	Spoken   string // what a screen reader is given
	Pie      string // its description for screen readers
	Failure  string // "" while there is none
}

type row struct {
	Label   string
	Percent float64
}

func (p *tab) shown() shown {
	p.t.Helper()
	return eval[shown](p, showing)
}

// showing is the expression in the page that gives what is shown.
const showing = `(() => {
	const $ = (id) => document.getElementById(id);
	const painted = (canvas) => {
		if (!canvas.width || !canvas.height) return 0;
		const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		let n = 0;
		for (let i = 0; i < data.length; i += 4) n += data[i + 3] > 0 && (canvas.id !== 'preview' || data[i] > 0);
		return n;
	};
	// A slice is a path with arcs; one of no width, or no longer there, covers nothing.
	const slices = [...$('pie').querySelectorAll('path')].filter((e) => {
		const { width, height } = e.getBBox();
		return /A/.test(e.getAttribute('d')) && /^#/.test(e.getAttribute('fill')) && width > 1 && height > 1;
	});
	return {
		State: $('result').dataset.state,
		Headline: $('headline').textContent,
		Detail: $('detail').textContent,
		Rows: [...$('table').tBodies[0].rows].map((r) => ({ Label: r.cells[0].textContent, Percent: parseFloat(r.cells[1].textContent) })),
		Slices: slices.length,
		Drawn: painted($('canvas')) > 0,
		Preview: painted($('preview')),
		Spoken: $('spoken').textContent,
		Pie: $('pie').getAttribute('aria-label') ?? '',
		Failure: $('failure').hidden ? '' : $('failure-title').textContent,
	};
})()`
