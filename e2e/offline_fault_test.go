package e2e

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"croquis/internal/chromium"
)

// once is a fault that passes: the file is all right when it is asked for again.
func once(file string, f fault, hits *atomic.Int32) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) == file && hits.Add(1) == 1 {
				f(w, r, h)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// wholeStyles says whether every stylesheet of the page is there, to the last rule.
const wholeStyles = `(async () => {
	for (const { href, sheet } of document.querySelectorAll('link[rel=stylesheet]')) {
		const whole = new CSSStyleSheet();
		whole.replaceSync(await (await fetch(href)).text());
		if (sheet?.cssRules.length !== whole.cssRules.length) return false;
	}
	return true;
})()`

// A service worker that could not get everything is none; the next visit gets it.
func TestCutWhileKeeping(t *testing.T) {
	t.Parallel()
	wrap, mend, hits := broken("inside/inside.js", cut)
	p := open(t, setup{handler: wrap}).ready()
	for end := time.Now().Add(patience); hits.Load() == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the service worker never asked for the part that nobody has opened")
		}
	}
	p.until("navigator.serviceWorker.getRegistration().then((r) => !r)")
	if eval[bool](p, "!document.getElementById('kept').hidden") {
		t.Error("the page says that it is kept, and is not")
	}
	p.draws()
	mend()
	p.again().ready().kept()
}

// spoil replaces every entry of the page's caches, and keeps its type.
const spoil = `(async () => {
	for (const name of await caches.keys()) {
		const cache = await caches.open(name);
		for (const request of await cache.keys()) {
			const { headers } = await cache.match(request);
			await cache.put(request, new Response('spoilt', { headers }));
		}
	}
})()`

// soundCache says whether every entry whose name has a hash is what its name says, and that there is one.
const soundCache = `(async () => {
	let n = 0;
	for (const name of await caches.keys()) {
		const cache = await caches.open(name);
		for (const request of await cache.keys()) {
			const [, hash] = /\.([0-9a-f]{16})\.[^.]+$/.exec(request.url) ?? [];
			if (!hash) continue;
			const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await (await cache.match(request)).arrayBuffer()));
			if (![...sum].map((b) => b.toString(16).padStart(2, '0')).join('').startsWith(hash)) return false;
			n++;
		}
	}
	return n > 20;
})()`

// stopWorkers ends the service workers, as the browser does when they have nothing to do.
func (p *tab) stopWorkers() { p.do(serviceworker.Enable(), serviceworker.StopAllWorkers()) }

// What has gone bad in the cache is fetched anew, the page itself, scripts, program, weights and all.
func TestCacheHeals(t *testing.T) {
	t.Parallel()
	var h host
	p := open(t, setup{handler: h.wrap}).ready().kept()
	for _, harm := range []string{spoil, strings.Replace(spoil, "cache.put(request, new Response('spoilt', { headers }))", "cache.delete(request)", 1)} {
		eval[any](p, harm)
		p.stopWorkers()
		p.forget()
		p.again().ready().kept()
		p.until(soundCache)
		p.draws()
	}
	h.unplugged.Store(true)
	p.forget()
	p.again().ready().draws()

	// Spoilt and without a network: no spoilt network is run, the visitor is told, and with the network it comes.
	eval[any](p, strings.Replace(spoil, "const { headers }", "if (!request.url.includes('/model/')) continue;\n\t\t\tconst { headers }", 1))
	p.stopWorkers()
	p.again().until("!document.getElementById('failure').hidden")
	if s := p.shown(); s.Failure != "The network did not arrive" {
		t.Errorf("the visitor is told %q", s.Failure)
	}
	h.unplugged.Store(false)
	eval[any](p, "dispatchEvent(new Event('online'))")
	p.ready().draws()
}

// Private windows and strict settings forbid service workers and caches. The page is as good without.
func TestWithoutCaches(t *testing.T) {
	t.Parallel()
	forbid := `Promise.reject(new DOMException('forbidden', 'SecurityError'))`
	for name, s := range map[string]setup{
		"no service workers":    {script: noServiceWorker},
		"no locks":              {script: "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"},
		"no registration":       {script: "ServiceWorkerContainer.prototype.register = () => " + forbid + ";"},
		"no caches":             {handler: prefix("sw.js", "CacheStorage.prototype.open = CacheStorage.prototype.keys = () => "+forbid+";")},
		"no room in the caches": {handler: prefix("sw.js", "Cache.prototype.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));")},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, s).ready()
			p.draws()
			p.opensAll()
			if eval[bool](p, "!document.getElementById('kept').hidden") {
				t.Error("the page says that it is kept, and cannot be")
			}
			p.quiet()
			p.again().ready().draws()
		})
	}
}

// sleep opens another tab before the page's, and freezes the page, as browsers do with tabs that nobody looks at.
func (p *tab) sleep() {
	p.t.Helper()
	ctx := cdp.WithExecutor(p.browser, chromedp.FromContext(p.browser).Browser)
	info, err := target.GetTargetInfo().WithTargetID(chromedp.FromContext(p.ctx).Target.TargetID).Do(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := target.CreateTarget("about:blank").WithBrowserContextID(info.BrowserContextID).Do(ctx); err != nil {
		p.t.Fatal(err)
	}
	p.until("document.visibilityState === 'hidden'")
	p.do(page.SetWebLifecycleState(page.SetWebLifecycleStateStateFrozen))
}

// wake thaws the page and goes back to its tab.
func (p *tab) wake() {
	p.t.Helper()
	p.do(page.SetWebLifecycleState(page.SetWebLifecycleStateStateActive), page.BringToFront())
	p.until("document.visibilityState === 'visible'")
}

// A tab that was put to sleep goes on where it was.
func TestSleep(t *testing.T) {
	p := open(t, setup{}).ready()
	p.mouse(shirt...)
	p.settle()
	before := p.shown()
	p.sleep()
	p.wake()
	if after := p.shown(); after.Headline != before.Headline || !after.Drawn {
		t.Errorf("awake again the page shows %+v, before it showed %+v", after, before)
	}
	p.mouse(point{0.2, 0.2}, point{0.8, 0.8})
	p.settle()
	checkAnswer(t, p.shown())
	p.quiet()
}

// A tab may be put to sleep in the middle of a line. It goes on when the tab wakes; and ends there if the button was let go
// meanwhile, of which nobody has told the page.
func TestSleepInALine(t *testing.T) {
	p := open(t, setup{}).ready()
	half := len(shirt) / 2
	p.held(shirt[:half]...)
	p.sleep()
	p.wake()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for _, q := range p.path(shirt[half-1:]) {
			if err := input.DispatchMouseEvent(input.MouseMoved, q[0], q[1]).WithButton(input.Left).WithButtons(1).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
	p.release(shirt[len(shirt)-1])
	p.settle()
	s := p.strokes()
	if len(s) != 1 {
		t.Fatalf("%d strokes, want the one that was begun before the tab slept", len(s))
	}
	for _, corner := range []point{shirt[0], shirt[half-1], shirt[half], shirt[len(shirt)-1]} {
		if !s[0].passes(corner) {
			t.Errorf("the line does not pass by %v", corner)
		}
	}
	answer := p.shown()
	checkAnswer(t, answer)

	p.held(point{0.2, 0.2}, point{0.8, 0.2})
	p.sleep()
	p.wake()
	for _, at := range []point{{0.7, 0.8}, {0.2, 0.9}} {
		q := p.path([]point{at})[0]
		p.do(input.DispatchMouseEvent(input.MouseMoved, q[0], q[1]))
	}
	p.settle()
	s = p.strokes()
	if len(s) != 2 || !s[1].passes(point{0.8, 0.2}) || s[1].passes(point{0.7, 0.8}) {
		t.Errorf("the pen, lifted while the tab slept, draws on: %+v", s)
	}
	p.mouse(point{0.2, 0.9}, point{0.8, 0.9})
	p.settle()
	if s = p.strokes(); len(s) != 3 {
		t.Errorf("%d strokes after a third line", len(s))
	}
	checkAnswer(t, p.shown())
	p.quiet()
}

// passes says whether a line comes near a place of the sheet, given as shares of it.
func (s stroke) passes(at point) bool {
	for i := 0; i+1 < len(s.Points); i += 2 {
		if math.Hypot(s.Points[i]-256*at[0], s.Points[i+1]-256*at[1]) < 4 {
			return true
		}
	}
	return false
}

// A tab may be put to sleep while the network is on its way, for longer than the page waits for anything.
func TestSleepWhileLoading(t *testing.T) {
	begun, goOn := make(chan struct{}, 8), make(chan struct{})
	model := "model/" + starterName + ".json"
	p := open(t, setup{script: hurried(30), handler: func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) != model {
				h.ServeHTTP(w, r)
				return
			}
			rec := whole(r, h)
			half := rec.Body.Len() / 2
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			_, _ = w.Write(rec.Body.Bytes()[:half])
			w.(http.Flusher).Flush()
			begun <- struct{}{}
			select {
			case <-goOn:
			case <-r.Context().Done():
			}
			_, _ = w.Write(rec.Body.Bytes()[half:])
		})
	}})
	<-begun
	p.sleep()
	time.Sleep(3 * time.Second) // three times as long as the page, hurried as it is, waits for a byte
	p.wake()
	close(goOn)
	p.ready().draws()
}

// A browser without SIMD runs portable Go: a real one, by its own switch, which takes the processor's SSSE3 from it and with
// it all that needs more. There is no such switch for a browser without WebAssembly (V8's --no-expose-wasm does nothing any
// more in Chromium 156); TestWithoutWebAssembly takes it away by a script.
func TestLesserBrowsers(t *testing.T) {
	t.Parallel()
	options, err := chromium.Options()
	if err != nil {
		t.Fatal(err)
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, chromedp.Flag("js-flags", "--no-enable-ssse3"))...)
	t.Cleanup(stop)
	window, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	p := open(t, setup{window: window}).ready()
	if got := eval[[]string](p, "croquis.ready.then((c) => c.info.kernels)"); !slices.Equal(got, []string{"portable"}) {
		t.Errorf("the kernels are %q, want portable alone", got)
	}
	p.draws()
	p.kept()
}
