package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// spread makes the network say of five classes that they are about as likely.
const spread = `croquis.ready.then((c) => {
	const classify = c.classify.bind(c);
	c.classify = async (input) => {
		const answer = await classify(input);
		if (answer.blank) return answer;
		const shares = [0.24, 0.2, 0.18, 0.16, 0.14, 0.02, 0.02, 0.02, 0.01, 0.01];
		return { ...answer, top: answer.top.map((t, i) => ({ ...t, probability: shares[i] })), verdict: 'sure', sure: true };
	};
})`

// The slices can be told apart without their colours: on each rides the garment that stands beside its name in the table, and
// of five neighbours each but the first has a pattern of its own.
func TestPieWithoutColours(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{false, true} {
		p := open(t, setup{dark: dark}).ready()
		eval[any](p, spread)
		p.mouse(shirt...)
		p.settle()
		const garments = "[...document.querySelectorAll('%s')].map((e) => e.getAttribute('href')).sort()"
		riding := eval[[]string](p, fmt.Sprintf(garments, "#tokens .token:not([data-gone]) use"))
		named := eval[[]string](p, fmt.Sprintf(garments, "#table tbody use"))
		if len(riding) != 5 || len(slices.Compact(slices.Clone(riding))) != 5 || !slices.Equal(riding, named) {
			t.Errorf("on the slices ride %q, beside the names stand %q", riding, named)
		}
		// A digit for each slice, in the order of the classes and "other" last: the same for what looks the same, - for no pattern.
		patterns := eval[string](p, `(() => {
			const looks = [];
			const fills = [...document.querySelectorAll('#pie path')].map((e) => e.getAttribute('fill')).filter((fill) => fill.startsWith('url('));
			return fills.map((fill) => {
				const pattern = document.querySelector(fill.slice(4, -1));
				if (!pattern.querySelector('path')) return '-';
				const look = pattern.getAttribute('patternTransform') + pattern.innerHTML;
				if (!looks.includes(look)) looks.push(look);
				return looks.indexOf(look) + 1;
			}).join('');
		})()`)
		if want := "-1234-1234-"; patterns != want {
			t.Errorf("the slices have the patterns %s, want %s", patterns, want)
		}
		p.quiet()
	}
}

// The pie goes from one answer to the next in many small steps; for those who want no motion, in one.
func TestPieMovesGently(t *testing.T) {
	for name, moving := range map[string]bool{"motion": true, "no motion": false} {
		t.Run(name, func(t *testing.T) {
			p := open(t, setup{moving: moving}).ready()
			eval[any](p, spread)
			p.mouse(shirt...)
			p.settle()
			p.click("live") // so that one answer comes, and not one for each frame
			p.mouse(point{0.1, 0.95}, point{0.9, 0.95})
			for range 2 { // once for what is shown, and once for that frames which were lost meanwhile be forgotten
				p.settle()
			}
			eval[any](p, `croquis.ready.then((c) => {
				const classify = c.classify.bind(c);
				c.classify = async (input) => {
					const answer = await classify(input);
					return { ...answer, top: answer.top.map((t, i) => ({ ...t, probability: [0.6, 0.1, 0.1, 0.1, 0.1][i] ?? 0 })) };
				};
				const shape = () => [...document.querySelectorAll('#pie path')].map((e) => e.getAttribute('d')).join();
				window.shapes = new Set([shape()]);
				new MutationObserver(() => shapes.add(shape())).observe(document.getElementById('pie'), { subtree: true, childList: true, attributes: true });
			})`)
			p.click("predict")
			p.until("document.querySelector('#table td').textContent === '60.0%' && shapes.size > 1")
			eval[any](p, "new Promise((done) => setTimeout(done, 1000))")
			if n := eval[int](p, "shapes.size"); moving && n < 4 || !moving && n > 2 {
				t.Errorf("the pie has gone through %d shapes", n)
			}
			p.quiet()
		})
	}
}

// When the better network takes over, nothing on the page moves, and neither the pie nor an answer goes away for a moment.
func TestTakeoverWithoutAJolt(t *testing.T) {
	come := make(chan struct{})
	release := sync.OnceFunc(func() { close(come) })
	t.Cleanup(release)
	p := open(t, setup{moving: true, handler: twoNetworks(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) == "model/"+modelName+".json" {
				hold(r, come)
			}
			h.ServeHTTP(w, r)
		})
	})})
	p.until(inUse + " === 'tiny' && document.querySelector('#pie svg') && document.querySelector('#wardrobe li')")
	p.mouse(shirt...)
	p.until(answered + " && document.getElementById('table').tBodies[0].rows.length === 6")
	eval[any](p, `(() => {
		window.jolts = [];
		const where = () => ['sheet', 'result', 'table', 'predict', 'wardrobe'].map((id) => { const { x, y, width, height } = document.getElementById(id).getBoundingClientRect(); return [x, y, width, height].join(' '); }).join();
		const before = where();
		const look = () => {
			if (where() !== before) jolts.push('moved: ' + where() + ', before ' + before);
			if (document.getElementById('table').tBodies[0].rows.length !== 6) jolts.push('no table');
			if (!document.querySelector('#pie svg path')) jolts.push('no pie');
			if (!['answer', 'unsure', 'unlike'].includes(document.getElementById('result').dataset.state)) jolts.push(document.getElementById('result').dataset.state);
		};
		// In the frame of each change, and in the one after it.
		const twice = () => requestAnimationFrame(() => (look(), requestAnimationFrame(look)));
		for (const name of ['classifier', 'answer', 'coming']) croquis.page.on(name, twice);
		new PerformanceObserver((list) => jolts.push(...list.getEntries().map(({ value }) => 'shifted by ' + value))).observe({ type: 'layout-shift' });
	})()`)
	release()
	p.until(inUse + " === '" + modelName + "' && !croquis.page.coming")
	// Somebody draws on meanwhile.
	p.mouse(point{0.45, 0.5}, point{0.55, 0.5})
	p.settle()
	if jolts := eval[[]string](p, "[...new Set(jolts)].slice(0, 5)"); len(jolts) > 0 {
		t.Errorf("the page is jolted: %q", jolts)
	}
	p.quiet()
}
