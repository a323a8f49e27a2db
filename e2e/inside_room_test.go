package e2e

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// boot is an ankle boot in five strokes.
var boot = [][]point{
	{{0.35, 0.08}, {0.75, 0.08}, {0.78, 0.55}, {0.8, 0.8}},
	{{0.35, 0.08}, {0.36, 0.45}, {0.2, 0.58}, {0.08, 0.66}, {0.06, 0.8}},
	{{0.06, 0.8}, {0.4, 0.8}, {0.8, 0.8}},
	{{0.06, 0.84}, {0.5, 0.84}, {0.55, 0.92}, {0.8, 0.92}, {0.8, 0.8}},
	{{0.4, 0.2}, {0.55, 0.2}},
}

// draw draws all strokes with the mouse, and comes back to what is in sight.
func (p *tab) draw(strokes [][]point) {
	p.t.Helper()
	was := eval[float64](p, "scrollY")
	eval[any](p, "scrollTo(0, 0)")
	for _, s := range strokes {
		p.mouse(s...)
	}
	eval[any](p, fmt.Sprintf("scrollTo(0, %v)", was))
	p.settle()
}

// closer opens a room to look closer and waits until it is there.
func (p *tab) closer(room string) {
	p.t.Helper()
	p.do(chromedp.Click("#tab-"+room, chromedp.ByQuery))
	p.until(fmt.Sprintf("document.querySelector('#panel-%s:not([hidden], [aria-busy])').children.length > 0", room))
	eval[any](p, fmt.Sprintf("document.getElementById('panel-%s').scrollIntoView()", room))
}

// valueText is what a control says to those who listen.
func (p *tab) valueText(selector string) string {
	p.t.Helper()
	return eval[string](p, "document.querySelector('"+selector+"').getAttribute('aria-valuetext')")
}

func (p *tab) focus(selector string) {
	p.t.Helper()
	p.do(chromedp.Focus(selector, chromedp.ByQuery))
}

// lastNumber is the number with which a sentence ends.
func lastNumber(t *testing.T, sentence string) float64 {
	t.Helper()
	words := strings.Fields(strings.TrimRight(sentence, " %."))
	v, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSuffix(words[len(words)-1], "%"), "−", "-"), 64)
	if err != nil {
		t.Fatalf("%q does not end with a number: %v", sentence, err)
	}
	return v
}

// showsMaps is a promise for whether every layer shows what the classifier gives for the drawing as it is: as many maps, the
// right size, zero dark, and brighter the farther from it. It names the first layer that does not.
const showsMaps = `(async () => {
	const { layers } = await (await croquis.ready).inside(croquis.page.input());
	const views = [...document.querySelectorAll('.stratum')];
	if (views.length !== layers.length) return views.length + ' layers, not ' + layers.length;
	for (const [n, { name, shape: [h, w, count], maps, min, max }] of layers.entries()) {
		const canvas = views[n].querySelector('canvas');
		views[n].scrollIntoView();
		for (let i = 0; i < 4; i++) await new Promise(requestAnimationFrame);
		const repeat = w < 6 ? Math.ceil(6 / w) : 1;
		const columns = (canvas.width + 1) / (w * repeat + 1);
		const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
		const light = (k, x, y) => {
			const left = (k % columns) * (w * repeat + 1) + x * repeat, top = Math.floor(k / columns) * (h * repeat + 1) + y * repeat;
			const at = 4 * (top * canvas.width + left);
			return [data[at] + data[at + 1] + data[at + 2], data[at] > data[at + 2]];
		};
		const scale = Math.max(Math.abs(min), Math.abs(max));
		const seen = [];
		for (let k = 0; k < count; k++) for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) {
			const value = maps[(y * w + x) * count + k] / scale, [sum, warm] = light(k, x, y);
			if (Math.abs(value) > 0.1 && warm !== value > 0) return name + ': ' + value + ' has the wrong colour';
			seen.push([value, sum]);
		}
		for (const side of [1, -1]) {
			const sorted = seen.map(([v, s]) => [v * side, s]).filter(([v]) => v >= 0).sort((a, b) => a[0] - b[0]);
			for (let i = 1; i < sorted.length; i++) {
				if (sorted[i][1] < sorted[i - 1][1] && sorted[i][0] - sorted[i - 1][0] > 1e-6) return name + ': ' + sorted[i] + ' is darker than ' + sorted[i - 1];
			}
			if (sorted[0]?.[0] < 0.02 && sorted.at(-1)[0] > 0.99 && sorted.at(-1)[1] < sorted[0][1] + 300) return name + ': the largest value is hardly brighter than one near zero';
		}
	}
	return '';
})()`

// mapsAreRight waits until all maps are those of the drawing as it is: they come a little after it.
func (p *tab) mapsAreRight() {
	p.t.Helper()
	wrong := "not asked"
	for end := time.Now().Add(patience); wrong != "" && time.Now().Before(end); {
		wrong = eval[string](p, showsMaps)
	}
	if wrong != "" {
		p.t.Error(wrong)
	}
}

func TestEveryLayerIsShown(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("inside")
	p.until("document.querySelector('.stratum canvas')")
	p.mapsAreRight()
	// Their names and shapes are those of the network.
	heads := eval[[]string](p, "[...document.querySelectorAll('.stratum > p:first-of-type')].map((e) => e.textContent)")
	for i, want := range eval[[]struct {
		Name  string
		Shape []int
	}](p, "croquis.ready.then(async (c) => (await c.inside(croquis.page.input())).layers.map(({ name, shape }) => ({ name, shape })))") {
		size := fmt.Sprintf("%d × %d", want.Shape[0], want.Shape[1])
		if i >= len(heads) || !strings.Contains(heads[i], want.Name) || !strings.Contains(heads[i], strconv.Itoa(want.Shape[2])) || want.Shape[0] > 1 && !strings.Contains(heads[i], size) {
			t.Errorf("layer %d is headed %q, want %v", i, heads[min(i, len(heads)-1)], want)
		}
	}
	// They are live: what comes to the drawing comes to them.
	p.draw([][]point{{{0.1, 0.1}, {0.25, 0.3}, {0.1, 0.4}}})
	p.mapsAreRight()
	// Nothing is shown of nothing.
	p.click("clear")
	eval[any](p, "document.getElementById('panel-inside').scrollIntoView()")
	p.until("document.querySelector('.strata').hidden")
	p.quiet()
}

// What a filter of the first layer looks at is the picture, not the layer's own map: each of its shades is shown as one of
// its own, the paper as the darkest.
func TestEnlargedMapOfTheFirstLayer(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("inside")
	p.until("document.querySelectorAll('.stratum canvas').length > 1")
	p.focus(".stratum:nth-child(1) > .cells")
	p.key("\r", 0)
	p.until("document.querySelector('.magnifier .kernels .thumb')")
	got := eval[struct {
		Shades, Colours, Pairs int
		Paper                  []int
	}](p, `(() => {
		const thumb = document.querySelector('.magnifier .kernels .thumb');
		const { data } = thumb.getContext('2d').getImageData(0, 0, thumb.width, thumb.height);
		const { image } = croquis.page.answer;
		const colour = (i) => [...data.slice(4 * i, 4 * i + 3)];
		const all = Array.from(image, (v, i) => [v, colour(i).join()]);
		return {
			shades: new Set(image).size, colours: new Set(all.map(([, c]) => c)).size, pairs: new Set(all.map((p) => p.join())).size,
			paper: colour(image.indexOf(0)),
		};
	})()`)
	if got.Shades < 10 || got.Pairs != got.Shades || got.Colours < got.Shades*3/4 {
		t.Errorf("%d shades of the picture are shown in %d colours, in %d pairs of the two", got.Shades, got.Colours, got.Pairs)
	}
	for _, v := range got.Paper {
		if v > 40 {
			t.Errorf("the paper is shown as %v", got.Paper)
		}
	}
}

// A map is enlarged by Enter, tells its values, and says which filter made it: the weights that the classifier gives.
func TestEnlargedMap(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("inside")
	p.until("document.querySelectorAll('.stratum canvas').length > 1")
	const maps = ".stratum:nth-child(2) > .cells"
	p.focus(maps)
	p.key(kb.ArrowRight, 0)
	p.key(kb.ArrowRight, 0)
	if got := p.valueText(maps); !strings.HasPrefix(got, "Map 3 of ") {
		t.Errorf("two to the right is %q", got)
	}
	p.key("\r", 0)
	p.until("document.querySelector('.magnifier .kernels .grid')")
	if !eval[bool](p, "document.activeElement === document.querySelector('.magnifier')") {
		t.Error("what was opened has not the focus")
	}
	p.focus(".magnified .grid")
	p.key(kb.ArrowDown, 0)
	p.key(kb.ArrowRight, 0)
	want := eval[struct {
		Value   float64
		Inputs  int
		Strong  int
		Weights []float64
	}](p, `croquis.ready.then(async (c) => {
		const [, second] = (await c.inside(croquis.page.input())).layers;
		const { shape: [kh, kw, cin, cout], values } = await c.filters(second.name);
		const weights = Array.from({ length: cin }, (_, i) => Array.from({ length: kh * kw }, (_, k) => values[(k * cin + i) * cout + 2]));
		const sums = weights.map((w) => w.reduce((a, b) => a + Math.abs(b), 0));
		const strong = sums.indexOf(Math.max(...sums));
		return { value: second.maps[(second.shape[1] + 1) * second.shape[2] + 2], inputs: cin, strong: strong + 1, weights: weights[strong] };
	})`)
	near := func(what, said string, want float64) {
		t.Helper()
		if got := lastNumber(t, said); math.Abs(got-want) > 0.006*math.Abs(want)+1e-9 {
			t.Errorf("%s says %q, the classifier %v", what, said, want)
		}
	}
	near("row 2, column 2 of the map", p.valueText(".magnified .grid"), want.Value)
	if got := eval[string](p, "document.querySelector('.kernel-name').textContent"); got != fmt.Sprintf("Map %d", want.Strong) {
		t.Errorf("the strongest weights are said to be for %q, want map %d", got, want.Strong)
	}
	p.focus(".kernels li:first-child .grid")
	for i, w := range want.Weights {
		if i > 0 {
			p.key(kb.ArrowRight, 0)
		}
		near(fmt.Sprintf("weight %d", i), p.valueText(".kernels li:first-child .grid"), w)
	}
	if got := eval[string](p, "document.querySelector('.filter .readout').textContent"); !strings.Contains(got, "row") {
		t.Errorf("the weight with the focus is shown as %q", got)
	}
	p.do(chromedp.Click(".filter > button", chromedp.ByQuery))
	if got := eval[int](p, "document.querySelectorAll('.kernels li').length"); got != want.Inputs {
		t.Errorf("all filters are %d, want %d", got, want.Inputs)
	}
	p.key(kb.Escape, 0)
	if !eval[bool](p, "!document.querySelector('.magnifier') && document.activeElement === document.querySelector('"+maps+"')") {
		t.Error("Escape does not lead back")
	}
	p.quiet()
}

// A click enlarges the map that was clicked.
func TestClickOnAMap(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("inside")
	p.until("document.querySelector('.stratum canvas')")
	at := eval[[2]float64](p, `(() => {
		const cells = document.querySelector('.stratum > .cells');
		cells.scrollIntoView({ block: 'center' });
		const { left, top, width } = cells.getBoundingClientRect();
		const step = width / (cells.querySelector('canvas').width + 1) * 29;
		return [left + 4.5 * step, top + 0.5 * step];
	})()`)
	p.do(chromedp.MouseClickXY(at[0], at[1]))
	p.until("document.querySelector('.magnifier .kernels')")
	if got := eval[string](p, "document.getElementById('magnifier-title').textContent"); !strings.HasPrefix(got, "Map 5 of ") {
		t.Errorf("the fifth map opens %q", got)
	}
	// The first layer's filter looks at the picture alone.
	if got := eval[int](p, "document.querySelectorAll('.kernels li').length"); got != 1 {
		t.Errorf("the first layer's filter has %d inputs, want 1", got)
	}
	p.do(chromedp.Click(".magnifier [aria-label='Next map']", chromedp.ByQuery))
	p.until("document.getElementById('magnifier-title').textContent.startsWith('Map 6 of ')")
	p.quiet()
}

// The fitting step has the classifier's numbers, and at its end the ink spans the frame.
func TestFittingStep(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("inside")
	p.until("/\\d/.test(document.querySelector('.fitting p').textContent)")
	said := eval[string](p, "document.querySelector('.fitting p').textContent")
	for _, want := range eval[[]int](p, "(({ x, y, width, height }) => [x, y, width, height].map(Math.round))(croquis.page.answer.fit)") {
		if !strings.Contains(said, strconv.Itoa(want)) {
			t.Errorf("the step is told as %q, without %d", said, want)
		}
	}
	// Where there is ink on the copy, from 0 to 1: its colour is neither the box's nor the grid's.
	const ink = `(() => {
		const c = document.querySelector('.fitting canvas'), n = c.width;
		const { data } = c.getContext('2d').getImageData(0, 0, n, n);
		let [top, bottom] = [n, 0];
		for (let i = 0; i < n * n; i++) if (data[4 * i + 3] > 200 && data[4 * i] < 60) [top, bottom] = [Math.min(top, Math.floor(i / n)), Math.max(bottom, Math.floor(i / n))];
		return [top / n, (bottom + 1) / n];
	})()`
	frames := "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(null))))"
	eval[any](p, frames)
	if got := eval[[2]float64](p, ink); math.Abs(got[0]-0.08) > 0.02 || math.Abs(got[1]-0.92) > 0.02 {
		t.Errorf("at the start the ink goes from %v, want from 0.08 to 0.92 as on the sheet", got)
	}
	p.focus(".fitting input")
	p.key(kb.End, 0)
	eval[any](p, frames)
	if got := eval[[2]float64](p, ink); got[0] > 0.03 || got[1] < 0.97 {
		t.Errorf("at the end the ink goes from %v, want all of the frame", got)
	}
	if got := p.valueText(".fitting input"); got != "as the network gets it" {
		t.Errorf("the end is called %q", got)
	}
	// For those who want no motion the button leads straight to the other end.
	p.do(chromedp.Click(".fitting button", chromedp.ByQuery))
	if got := eval[string](p, "document.querySelector('.fitting input').value"); got != "0" {
		t.Errorf("the button leads to %s, want 0 at once", got)
	}
	// The picture beside it is the network's, pixel by pixel.
	p.focus(".pixels .grid")
	for range 10 {
		p.key(kb.ArrowDown, 0)
	}
	for range 13 {
		p.key(kb.ArrowRight, 0)
	}
	want := fmt.Sprintf("row 11, column 14: %d of 255", eval[int](p, "croquis.page.answer.image[10 * 28 + 13]"))
	if got := p.valueText(".pixels .grid"); got != want {
		t.Errorf("the pixel says %q, want %q", got, want)
	}
	p.quiet()
}
