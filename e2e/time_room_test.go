package e2e

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const slider = ".time-controls input"

// rewound opens the room about time on a drawing.
func rewound(t *testing.T, s setup) *tab {
	t.Helper()
	p := open(t, s).ready()
	p.draw(boot)
	p.closer("time")
	p.until("document.querySelectorAll('.time-line').length > 0")
	return p
}

func (p *tab) drawing() string {
	p.t.Helper()
	return eval[string](p, "JSON.stringify(croquis.page.drawing.strokes)")
}

// atMoment is the likeliest class when so many points are drawn, and its share in percent, by the classifier's word.
func (p *tab) atMoment(points int) row {
	p.t.Helper()
	return eval[row](p, fmt.Sprintf(`croquis.ready.then(async (c) => {
		let left = %d;
		const some = croquis.page.drawing.strokes.map(({ points }) => { const n = Math.min(left, points.length / 2); left -= n; return { points: points.slice(0, 2 * n) }; });
		const [best] = (await c.classify(some.filter(({ points }) => points.length))).top;
		return { label: best.label, percent: 100 * best.probability };
	})`, points))
}

// Scrubbing shows the answer of each moment, on the sheet the drawing as it was then, and leaves the drawing as it is.
func TestScrubbing(t *testing.T) {
	t.Parallel()
	p := rewound(t, setup{})
	drawn, whole := p.drawing(), p.shown()
	all := p.painted("#canvas", 0, 0, 1, 1)
	const length = "[...document.querySelectorAll('.time-copy path')].reduce((sum, path) => sum + path.getTotalLength(), 0)"
	lines := eval[float64](p, length)
	p.focus(slider)
	last := eval[int](p, "Number(document.querySelector('"+slider+"').max)")
	if got := eval[int](p, "Number(document.querySelector('"+slider+"').value)"); got != last {
		t.Errorf("the slider is at %d, want at the end, %d", got, last)
	}
	for range last / 3 {
		p.key(kb.ArrowLeft, 0)
	}
	p.settle()
	points := eval[int](p, "croquis.page.moment")
	want := p.atMoment(points)
	s := p.shown()
	if s.Rows[0].Label != want.Label || math.Abs(s.Rows[0].Percent-want.Percent) > 0.11 {
		t.Errorf("at point %d the page says %+v, the classifier %+v", points, s.Rows[0], want)
	}
	if got := p.valueText(slider); !strings.Contains(got, want.Label) || !strings.Contains(got, fmt.Sprintf("%.1f%%", want.Percent)) {
		t.Errorf("the slider says %q, want %+v in it", got, want)
	}
	if then := p.painted(".overlay", 0, 0, 1, 1); then == 0 || then >= all {
		t.Errorf("the sheet shows %d pixels of ink, the whole drawing has %d", then, all)
	}
	if then := eval[float64](p, length); then <= 0 || then >= lines {
		t.Errorf("the copy beside the chart has lines of %.0f units, the whole drawing of %.0f", then, lines)
	}
	if got := p.drawing(); got != drawn {
		t.Errorf("scrubbing has changed the drawing to %s, was %s", got, drawn)
	}
	p.key(kb.Home, 0)
	p.key(kb.End, 0)
	p.settle()
	if s := p.shown(); !slices.Equal(s.Rows, whole.Rows) || p.drawing() != drawn {
		t.Errorf("back at the end the page says %+v, want %+v", s.Rows, whole.Rows)
	}
	if got := eval[bool](p, "'shows' in document.querySelector('.paper').dataset"); got {
		t.Error("at the end the sheet does not show the drawing itself")
	}
	p.quiet()
}

// The pointer scrubs on the chart; who draws on, draws on the whole drawing; and another tab shows the whole of it.
func TestScrubbingByPointer(t *testing.T) {
	t.Parallel()
	p := rewound(t, setup{})
	drawn := p.drawing()
	drag := func(from, to float64) {
		t.Helper()
		box := eval[[4]float64](p, `(() => {
			const chart = document.querySelector('.time-chart');
			chart.scrollIntoView({ block: 'center' });
			const { left, top, width, height } = chart.getBoundingClientRect();
			return [left + 44, top, width - 44 - 112, height];
		})()`)
		at := func(share float64) (x, y float64) { return box[0] + share*box[2], box[1] + box[3]/2 }
		p.do(chromedp.ActionFunc(func(ctx context.Context) error {
			x, y := at(from)
			if err := input.DispatchMouseEvent(input.MousePressed, x, y).WithButton(input.Left).WithButtons(1).WithClickCount(1).Do(ctx); err != nil {
				return err
			}
			for k := 1; k <= 8; k++ {
				x, y := at(from + (to-from)*float64(k)/8)
				if err := input.DispatchMouseEvent(input.MouseMoved, x, y).WithButton(input.Left).WithButtons(1).Do(ctx); err != nil {
					return err
				}
			}
			x, y = at(to)
			return input.DispatchMouseEvent(input.MouseReleased, x, y).WithButton(input.Left).WithClickCount(1).Do(ctx)
		}))
	}
	total := eval[float64](p, "croquis.page.drawing.strokes.reduce((n, { points }) => n + points.length / 2, 0)")
	drag(0.9, 0.5)
	if got := eval[float64](p, "croquis.page.moment"); math.Abs(got-total/2) > total/40 {
		t.Errorf("the middle of the chart is point %v of %v", got, total)
	}
	p.draw([][]point{{{0.15, 0.2}, {0.25, 0.3}}})
	if got := eval[int](p, "croquis.page.moment"); got != -1 {
		t.Errorf("after another stroke the page is at point %d", got)
	}
	if got := p.drawing(); !strings.HasPrefix(got, strings.TrimSuffix(drawn, "]")) || eval[int](p, "croquis.page.drawing.strokes.length") != 6 {
		t.Errorf("the stroke was not added to the whole drawing: %s, was %s", got, drawn)
	}
	p.until("document.querySelector('" + slider + "').value === document.querySelector('" + slider + "').max")
	drag(0.9, 0.2)
	p.do(chromedp.Click("#tab-inside", chromedp.ByQuery))
	if got := eval[int](p, "croquis.page.moment"); got != -1 {
		t.Errorf("with another tab the page is at point %d", got)
	}
	p.quiet()
}

// Playing goes from the first moment to the whole drawing; for those who want no motion in steps of whole strokes.
func TestPlaying(t *testing.T) {
	t.Parallel()
	for name, moving := range map[string]bool{"motion": true, "no motion": false} {
		t.Run(name, func(t *testing.T) {
			p := rewound(t, setup{moving: moving})
			drawn := p.drawing()
			eval[any](p, "(window.moments = [], croquis.page.on('moment', (m) => moments.push(m)), null)")
			p.do(chromedp.Click(".time-controls button", chromedp.ByQuery))
			p.until("moments.length > 0 && document.querySelector('.time-controls button').textContent === 'Pause'")
			p.until("document.querySelector('.time-controls button').textContent === 'Play'")
			moments := eval[[]int](p, "moments")
			ends := eval[[]int](p, "(() => { let n = 0; return croquis.page.drawing.strokes.map(({ points }) => (n += points.length / 2)); })()")
			if moments[len(moments)-1] != -1 || !slices.IsSorted(moments[:len(moments)-1]) {
				t.Errorf("the moments played are %v, want rising ones and the whole at last", moments)
			}
			if moving && len(moments) < 2*len(ends) || !moving && len(moments) != len(ends) {
				t.Errorf("%d moments are played of %d strokes: %v", len(moments), len(ends), moments)
			}
			if got := p.drawing(); got != drawn {
				t.Errorf("playing has changed the drawing to %s", got)
			}
			// It can be stopped.
			p.do(chromedp.Click(".time-controls button", chromedp.ByQuery))
			p.until("croquis.page.moment > 0")
			p.do(chromedp.Click(".time-controls button", chromedp.ByQuery))
			if got := eval[string](p, "document.querySelector('.time-controls button').textContent"); got != "Play" && eval[int](p, "croquis.page.moment") > 0 {
				t.Errorf("stopped, the button says %q", got)
			}
			p.quiet()
		})
	}
}

// Lines have the colours of the pie, each its own, and can be seen on the page's ground (WCAG 2.2, 1.4.11: 3:1).
func TestLinesOfTheCourseAreSeen(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{false, true} {
		p := rewound(t, setup{dark: dark})
		p.until("croquis.page.colours.length === 11 && document.querySelector('.time-line').style.getPropertyValue('--colour')")
		looks := eval[[]struct {
			Colour   string
			Contrast float64
		}](p, `(() => {
			const ink = new OffscreenCanvas(1, 1).getContext('2d');
			const light = (colour) => {
				ink.fillStyle = colour;
				ink.fillRect(0, 0, 1, 1);
				const [r, g, b] = [...ink.getImageData(0, 0, 1, 1).data].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
				return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
			};
			const ground = light(getComputedStyle(document.body).backgroundColor);
			return [...document.querySelectorAll('.time-line')].map((e) => {
				const colour = getComputedStyle(e).stroke;
				return { colour, contrast: Math.max(light(colour), ground) / Math.min(light(colour), ground) };
			});
		})()`)
		seen := map[string]bool{}
		for _, look := range looks {
			seen[look.Colour] = true
			if look.Contrast < 3 {
				t.Errorf("dark %v: a line of the colour %s has a contrast of %.2f", dark, look.Colour, look.Contrast)
			}
		}
		if len(seen) != len(looks) {
			t.Errorf("dark %v: %d lines have %d colours", dark, len(looks), len(seen))
		}
	}
}

// The chart has the classifier's course: each line ends at its class's probability, and has its name beside it.
func TestChartOfTheCourse(t *testing.T) {
	t.Parallel()
	p := rewound(t, setup{width: 360, height: 740})
	type line struct {
		Name  string
		Share float64
	}
	got := eval[[]line](p, `(() => {
		const ys = [...document.querySelectorAll('.time-scale')].slice(0, 3).map((e) => e.getBBox().y);
		const name = (rank) => document.querySelector('.time-name[data-rank="' + rank + '"]').textContent;
		return [...document.querySelectorAll('.time-line')].map((e) => ({ name: name(e.dataset.rank), share: (ys[0] - e.getPointAtLength(e.getTotalLength()).y) / (ys[0] - ys[2]) }));
	})()`)
	if len(got) < 3 {
		t.Fatalf("the chart has the lines %v", got)
	}
	for _, l := range got {
		want := eval[float64](p, fmt.Sprintf("croquis.page.answer.top.find(({ label }) => label === '%s').probability", l.Name))
		if math.Abs(l.Share-want) > 0.01 {
			t.Errorf("the line of %s ends at %.3f, want %.3f", l.Name, l.Share, want)
		}
	}
	for _, flaw := range eval[[]string](p, flaws) {
		// The row of tabs scrolls.
		if !eval[bool](p, fmt.Sprintf("[...document.querySelectorAll('[role=tab]')].some((e) => %s.startsWith(e.textContent + ': sticks out'))", jsonOf(t, flaw))) {
			t.Errorf("on a phone: %s", flaw)
		}
	}
	p.quiet()
}
