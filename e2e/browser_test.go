package e2e

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"croquis/internal/site"
	"croquis/internal/site/serve"
)

// patience is how long anything in the page may take before a test gives up. It measures nothing: a loaded machine with
// one core must pass.
const patience = 60 * time.Second

// dist is the built site, which all tests share.
var dist string

// built builds the site, once, when the first test asks for it: go test takes a result from its cache only if all files
// that tests have opened are as they were, which covers the page. What the Go compiler opens it does not see, so that is
// opened here as well.
var built = sync.OnceValue(func() error {
	for _, dir := range []string{"../wasm", "../internal"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && filepath.Ext(path) == ".go" {
				_, err = os.ReadFile(path)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	_, err := site.Build(context.Background(), site.Options{Root: "..", Out: dist, Models: models(), Quick: true})
	return err
})

// tab is the page under test.
type tab struct {
	t       *testing.T
	ctx     context.Context
	browser context.Context  // nil for a window of another browser than those that tests share
	server  *httptest.Server // nil for a page from a disk

	mu       sync.Mutex
	console  []string // errors and warnings
	requests []string // addresses of all requests
}

// setup says how a tab differs from a visitor's on a laptop.
type setup struct {
	handler       func(http.Handler) http.Handler // between the browser and the server
	script        string                          // run before the page's own scripts
	fragment      string                          // of the address, with its #
	file          string                          // the page on a disk, opened as by a double click; "": the one that is served
	width, height int64
	phone         bool // touch, two device pixels to one of CSS
	dark          bool
	moving        bool            // animations, which most tests would have to wait for
	window        context.Context // an empty tab of another browser; nil: one of a browser that tests share
}

// open serves the site, unless the page is from a disk, and goes to the page.
func open(t *testing.T, s setup) *tab {
	t.Helper()
	if s.width == 0 {
		s.width, s.height = 1280, 800
	}
	var server *httptest.Server
	address := onDisk(s.file)
	if s.file == "" {
		server = served(t, s.handler)
		address = server.URL + "/"
	}
	var browser context.Context
	if s.window == nil {
		browser = browsers.of(t)
		window, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(newWindow(t, browser)))
		t.Cleanup(cancel)
		s.window = window
	}
	ctx, cancel := context.WithTimeout(s.window, 4*patience)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx, browser: browser, server: server}
	chromedp.ListenTarget(ctx, p.listen)
	density, scheme, motion := 1.0, "light", "reduce"
	if s.phone {
		density = 2
	}
	if s.dark {
		scheme = "dark"
	}
	if s.moving {
		motion = "no-preference"
	}
	p.do(
		log.Enable(), network.Enable(),
		emulation.SetDeviceMetricsOverride(s.width, s.height, density, s.phone),
		emulation.SetTouchEmulationEnabled(s.phone),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
		}),
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(violations + s.script).Do(ctx)
			return err
		}),
		chromedp.Navigate(address+s.fragment),
	)
	if s.file != "" {
		p.until("window.croquis") // which comes when everything is unpacked
	}
	return p
}

// served serves the site.
func served(t *testing.T, wrap func(http.Handler) http.Handler) *httptest.Server {
	t.Helper()
	if err := built(); err != nil {
		t.Fatal("building the site: ", err)
	}
	handler := serve.Handler(dist)
	if wrap != nil {
		handler = wrap(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// onDisk is the address of a file.
func onDisk(path string) string {
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	return address.String()
}

// newWindow opens an empty window in a browser context of its own, that is with no cache and no storage. chromedp can do
// so itself, but asks for a tab of a window that such a context does not have yet.
func newWindow(t *testing.T, browser context.Context) target.ID {
	t.Helper()
	ctx := cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser)
	id, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := target.DisposeBrowserContext(id).Do(ctx); err != nil {
			t.Error(err)
		}
	})
	window, err := target.CreateTarget("about:blank").WithBrowserContextID(id).WithNewWindow(true).Do(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return window
}

// violations keeps what the content security policy forbids, from the first moment.
const violations = `window.violations = [];
document.addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample));
`

func (p *tab) listen(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			var words []string
			for _, a := range e.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			p.console = append(p.console, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		p.console = append(p.console, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			p.console = append(p.console, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	}
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.t.Fatalf("%v\nthe page's console: %q", err, p.log())
	}
}

// log is what the page has complained about so far.
func (p *tab) log() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.console...)
}

// eval runs an expression in the page, waits for it if it is a promise, and returns its value, which comes as JSON.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := tryEval[T](p, expression)
	if err != nil {
		p.t.Fatalf("%s: %v\nthe page's console: %q", expression, err, p.log())
	}
	return value
}

func tryEval[T any](p *tab, expression string) (value T, err error) {
	var text string
	wrapped := "(async () => JSON.stringify(await (" + expression + ") ?? null))()"
	await := func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }
	if err := chromedp.Run(p.ctx, chromedp.Evaluate(wrapped, &text, await)); err != nil {
		return value, err
	}
	return value, json.Unmarshal([]byte(text), &value)
}

// until waits for a condition, an expression in the page. While the page loads it cannot be asked.
func (p *tab) until(condition string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		met, err := tryEval[bool](p, "!!("+condition+")")
		if met && err == nil {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("the page has not come to %s in %v (%v)\nit shows %+v\nits console: %q", condition, patience, err, p.shown(), p.log())
		}
	}
}

// networkShown is the condition that the network is there and the page says so.
const networkShown = "!document.getElementById('network').hidden && document.querySelector('#pie svg')"

// ready waits until the page's network is loaded.
func (p *tab) ready() *tab {
	p.t.Helper()
	eval[any](p, "croquis.ready.then(() => null)")
	p.until(networkShown)
	return p
}

// settle waits until the page has answered the last change of the drawing: it asks in the frame after, and the worker
// answers in order, so that when it has answered twice to us, it has to whatever the page asked, or was about to ask. Then each
// part of the answer has its turn within a round of eight frames (web/answer/turns.js).
func (p *tab) settle() {
	p.t.Helper()
	eval[any](p, settling)
}

// settling is the expression in the page that is done when the page has settled.
const settling = `(async () => {
	for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
	const c = await croquis.ready;
	for (let i = 0; i < 2; i++) await c.classify(new Float32Array(784));
	for (let i = 0; i < 9; i++) await new Promise(requestAnimationFrame);
})()`

// quiet fails the test if the page has complained.
func (p *tab) quiet() {
	p.t.Helper()
	if l := p.log(); len(l) > 0 {
		p.t.Errorf("the page's console: %q", l)
	}
	if v := eval[[]string](p, "violations"); len(v) > 0 {
		p.t.Errorf("the content security policy was violated: %q", v)
	}
}
