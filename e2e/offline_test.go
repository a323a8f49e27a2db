package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"croquis/internal/site"
	"croquis/internal/site/serve"
)

// host stands between browser and server: it can be unplugged, and its site replaced.
type host struct {
	unplugged atomic.Bool
	other     atomic.Pointer[http.Handler]
}

func (h *host) wrap(usual http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.unplugged.Load() {
			panic(http.ErrAbortHandler)
		}
		if other := h.other.Load(); other != nil {
			(*other).ServeHTTP(w, r)
			return
		}
		usual.ServeHTTP(w, r)
	})
}

// replace puts another site in the place of the one that the host serves.
func (h *host) replace(site http.Handler) { h.other.Store(&site) }

// noServiceWorker is a browser that has none, as in private windows.
const noServiceWorker = "Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined });"

// kept waits until the page says that it is kept on the device.
func (p *tab) kept() *tab {
	p.t.Helper()
	p.until("!document.getElementById('kept').hidden")
	return p
}

// forget empties the browser's own cache, which is not the service worker's.
func (p *tab) forget() { p.do(network.ClearBrowserCache()) }

// again loads the page anew. It waits for the document alone: what the page needs is for the test to wait for.
func (p *tab) again() *tab {
	p.t.Helper()
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.server.URL+"/"))
	return p
}

// another opens a second tab of the same browser, which shares caches and service workers with the first, and whose page does not
// move either.
func (p *tab) another() *tab {
	p.t.Helper()
	ctx := cdp.WithExecutor(p.browser, chromedp.FromContext(p.browser).Browser)
	info, err := target.GetTargetInfo().WithTargetID(chromedp.FromContext(p.ctx).Target.TargetID).Do(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	window, err := target.CreateTarget("about:blank").WithBrowserContextID(info.BrowserContextID).WithNewWindow(true).Do(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	second, cancel := chromedp.NewContext(p.browser, chromedp.WithTargetID(window))
	p.t.Cleanup(cancel)
	second, cancel = context.WithTimeout(second, 4*patience)
	p.t.Cleanup(cancel)
	other := &tab{t: p.t, ctx: second, browser: p.browser, server: p.server}
	chromedp.ListenTarget(second, other.listen)
	other.do(
		network.Enable(),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}),
		chromedp.Navigate(p.server.URL+"/"),
	)
	return other
}

// close closes a tab, as its visitor does.
func (p *tab) close() {
	p.t.Helper()
	ctx := cdp.WithExecutor(p.browser, chromedp.FromContext(p.browser).Browser)
	if err := target.CloseTarget(chromedp.FromContext(p.ctx).Target.TargetID).Do(ctx); err != nil {
		p.t.Fatal(err)
	}
}

// clickOn clicks what a selector finds, with the mouse.
func clickOn(selector string) chromedp.Action { return chromedp.Click(selector, chromedp.ByQuery) }

// opensAll opens each part of the page.
func (p *tab) opensAll() {
	p.t.Helper()
	for _, id := range eval[[]string](p, "[...document.querySelectorAll('[role=tab]')].map((tab) => tab.id)") {
		p.do(clickOn("#" + id))
		panel := "document.getElementById(document.getElementById('" + id + "').getAttribute('aria-controls'))"
		p.until(panel + ".childElementCount > 0 && !" + panel + ".hasAttribute('aria-busy')")
		if eval[bool](p, "!!"+panel+".querySelector('.missing')") {
			p.t.Errorf("the part %s does not come; console: %q", id, p.log())
		}
	}
}

// speaksAll reads the page in each language, English last.
func (p *tab) speaksAll() {
	p.t.Helper()
	for _, language := range eval[[]string](p, "[...document.getElementById('language').options].map((o) => o.value).reverse()") {
		eval[any](p, fmt.Sprintf("((select) => { select.value = %q; select.dispatchEvent(new Event('change')); })(document.getElementById('language'))", language))
		p.until(fmt.Sprintf("document.readyState === 'complete' && document.documentElement.lang === %q && window.croquis", language))
		p.ready()
	}
}

// draws checks that the page does what it is for.
func (p *tab) draws() {
	p.t.Helper()
	eval[any](p, "document.getElementById('canvas').scrollIntoView({ block: 'center', behavior: 'instant' })")
	p.mouse(shirt...)
	p.settle()
	checkAnswer(p.t, p.shown())
}

// After one visit everything works without a network: the page and its network, each part of it, each language.
func TestWithoutNetwork(t *testing.T) {
	t.Parallel()
	var h host
	p := open(t, setup{handler: h.wrap}).ready().kept()
	h.unplugged.Store(true)
	p.forget()
	p.again().ready()
	p.draws()
	p.opensAll()
	p.speaksAll()
	// Whatever an address has behind it, it is the page.
	p.do(chromedp.Navigate(p.server.URL + "/?tab=sketchbook#x"))
	p.ready()
	if v := eval[[]string](p, "window.violations ?? []"); len(v) > 0 {
		t.Errorf("the content security policy was violated: %q", v)
	}
	// Not a network that nobody has used, nor a page that the site does not have.
	if got := eval[int](p, "fetch('model/nowhere.json').then((r) => r.status, () => 0)"); got != 0 {
		t.Errorf("a file that the site does not have answers %d", got)
	}
}

// cachesOfPage lists the caches of the page's service worker.
const cachesOfPage = "caches.keys().then((names) => names.filter((name) => name.startsWith('croquis ')).sort())"

// Browsers find what they need to install the page.
func TestInstallable(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().kept()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		_, faults, manifest, _, err := page.GetAppManifest().Do(ctx)
		if err != nil {
			return err
		}
		for _, fault := range faults {
			t.Errorf("manifest, line %d: %s", fault.Line, fault.Message)
		}
		for _, want := range []string{`"standalone"`, `"maskable"`, `"shortcuts"`, `"192x192"`, `"512x512"`} {
			if !strings.Contains(manifest, want) {
				t.Errorf("the manifest lacks %s:\n%s", want, manifest)
			}
		}
		problems, err := page.GetInstallabilityErrors().Do(ctx)
		for _, problem := range problems {
			if problem.ErrorID != "in-incognito" { // as every test's browser context is
				t.Errorf("not installable: %s", problem.ErrorID)
			}
		}
		return err
	}))
	if names := eval[[]string](p, cachesOfPage); len(names) != 1 {
		t.Errorf("the caches are %q, want one", names)
	}
	p.quiet()
}

// Networks that nobody has used are kept when a visitor asks for it.
func TestKeepAllNetworks(t *testing.T) {
	t.Parallel()
	folder, out := t.TempDir(), filepath.Join(t.TempDir(), "dist")
	b, err := os.ReadFile(filepath.Join(models(), modelName+".json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{modelName, "second"} {
		if err := os.WriteFile(filepath.Join(folder, name+".json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := site.Build(t.Context(), site.Options{Root: "..", Models: folder, Out: out, Quick: true}); err != nil {
		t.Fatal(err)
	}
	var h host
	h.replace(serve.Handler(out))
	p := open(t, setup{handler: h.wrap}).ready().kept()
	p.do(clickOn("#tab-network"))
	p.until("document.querySelector('.keeping p')?.textContent.includes('" + modelName + "')")
	p.focus(".keeping button")
	p.key("\r", 0)
	p.until("document.querySelector('.keeping button').hidden && document.querySelector('.keeping p').textContent.startsWith('All networks')")
	if !eval[bool](p, "document.activeElement === document.querySelector('.keeping p')") {
		t.Errorf("the button has gone, and the focus is on %q", eval[string](p, focus))
	}
	h.unplugged.Store(true)
	p.forget()
	p.again().ready()
	p.do(clickOn("#tab-network"))
	p.until("document.querySelector('input[name=network][value=second]')")
	p.do(clickOn("input[name=network][value=second]"))
	p.until("croquis.page.classifier.info.model === 'second'")
	p.draws()
}
