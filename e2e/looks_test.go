package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// flaws lists what can be measured of a bad look: text of too little contrast (WCAG 2.2 AA: 4.5:1, 3:1 when large),
// controls too small for what points at them, text cut off, a page wider than the screen. Disabled controls are exempt from contrast.
const flaws = `(() => {
	const found = [];
	const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return c.startsWith('color(srgb') ? [255 * m[0], 255 * m[1], 255 * m[2], m[3] ?? 1] : [m[0], m[1], m[2], m[3] ?? 1]; };
	const over = (top, below) => [0, 1, 2].map((i) => top[3] * top[i] + (1 - top[3]) * below[i]).concat(1);
	const backdrop = (e) => {
		const layers = [];
		for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
		return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
	};
	const luminance = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const e = walker.currentNode.parentElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
		if (!walker.currentNode.textContent.trim() || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
		if (e.closest('[aria-disabled=true], .unseen, thead, .symbols, noscript, #hint[data-gone]') || parseFloat(style.fontSize) === 0 || box.width <= 1) continue;
		const ground = backdrop(e);
		const colour = parse(e.namespaceURI.endsWith('svg') ? style.fill : style.color);
		for (let a = e; a; a = a.parentElement) colour[3] *= getComputedStyle(a).opacity;
		const ink = over(colour, ground);
		const [dark, light] = [luminance(ink), luminance(ground)].sort((a, b) => a - b);
		const ratio = (light + 0.05) / (dark + 0.05);
		const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
		if (ratio < (large ? 3 : 4.5)) found.push(walker.currentNode.textContent.trim() + ': contrast ' + ratio.toFixed(2));
		// The row of tabs goes on beyond the edge of a narrow screen, and scrolls.
		if (!e.closest('[role=tablist]') && (box.left < -0.5 || box.right > innerWidth + 0.5)) found.push(walker.currentNode.textContent.trim() + ': sticks out of the screen');
		if (e.closest('#pie') && /(\.\.\.|…)$/.test(walker.currentNode.textContent.trim())) found.push(walker.currentNode.textContent.trim() + ': cut short');
		if (style.overflow === 'hidden' && e.scrollWidth > e.clientWidth + 1) found.push(walker.currentNode.textContent.trim() + ': cut off');
	}
	const least = matchMedia('(pointer: coarse)').matches ? 44 : 24;
	for (const e of document.querySelectorAll('button, select, label.switch')) {
		const box = e.getBoundingClientRect();
		if (box.width && (box.width < least || box.height < least)) found.push(e.textContent.trim() + ': ' + box.width + ' by ' + box.height + ' pixels');
	}
	if (document.documentElement.scrollWidth > innerWidth) found.push('the page is ' + document.documentElement.scrollWidth + ' pixels wide');
	return found;
})()`

// shot keeps a picture of the whole page where CROQUIS_SHOTS says, for people to look at.
func (p *tab) shot(name string) {
	p.t.Helper()
	dir := os.Getenv("CROQUIS_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	p.do(chromedp.FullScreenshot(&png, 100))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// Every state of the page, at every size, light and dark, can be read and touched.
func TestLooks(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int64{{1440, 900}, {1280, 800}, {768, 1024}, {1024, 768}, {740, 360}, {430, 932}, {360, 740}, {320, 640}} {
		for _, dark := range []bool{false, true} {
			if dark && size[0] != 1280 && size[0] != 360 && os.Getenv("CROQUIS_SHOTS") == "" {
				continue // the dark colours are the same at every size
			}
			name := fmt.Sprintf("%d-%s", size[0], map[bool]string{false: "light", true: "dark"}[dark])
			t.Run(name, func(t *testing.T) {
				gate := make(chan struct{})
				var fail atomic.Bool
				p := open(t, setup{width: size[0], height: size[1], phone: size[0] < 800, dark: dark, handler: func(h http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if plain(r) == path.Join("model", starterName+".json") {
							hold(r, gate)
							if fail.Load() {
								http.NotFound(w, r)
								return
							}
						}
						h.ServeHTTP(w, r)
					})
				}})
				look := func(state string) {
					t.Helper()
					p.shot(name + "-" + state)
					if f := eval[[]string](p, flaws); len(f) > 0 {
						t.Errorf("%s: %s", state, strings.Join(f, "; "))
					}
				}
				p.until("document.getElementById('bar').value > 0 && document.querySelector('#pie svg')")
				look("loading")
				fail.Store(true)
				close(gate)
				p.until("!document.getElementById('failure').hidden")
				look("failure")
				fail.Store(false)
				p.click("retry")
				p.ready()
				look("blank")
				eval[any](p, "scrollTo(0, 0)")
				if size[0] < 800 {
					p.finger(shirt...)
				} else {
					p.mouse(shirt...)
				}
				p.settle()
				checkAnswer(t, p.shown())
				look("answer")
				p.click("live")
				eval[any](p, "scrollTo(0, 0)")
				p.mouse(point{0.2, 0.2}, point{0.3, 0.3})
				p.settle()
				if s := p.shown(); s.State != "stale" {
					t.Errorf("state %q with live off, want stale", s.State)
				}
				look("stale")
			})
		}
	}
}
