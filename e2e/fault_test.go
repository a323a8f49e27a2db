package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"croquis/internal/kernel"
)

// hashed matches the part of a file's name that is the hash of its content.
var hashed = regexp.MustCompile(`\.[0-9a-f]{16}\.`)

// plain is a requested file by the name that it has in web/, without its hash.
func plain(r *http.Request) string {
	return strings.TrimPrefix(hashed.ReplaceAllString(r.URL.Path, "."), "/")
}

// fault does something to the answer for a file, as long as it lasts.
type fault func(w http.ResponseWriter, r *http.Request, h http.Handler)

func missing(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	http.Error(w, "gone", http.StatusNotFound)
}

func unavailable(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	http.Error(w, "later", http.StatusServiceUnavailable)
}

// whole gets the undisturbed answer.
func whole(r *http.Request, h http.Handler) *httptest.ResponseRecorder {
	r.Header.Del("Accept-Encoding") // what is damaged is the file, not its compression
	r.Header.Del("If-None-Match")
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec
}

func respond(w http.ResponseWriter, rec *httptest.ResponseRecorder, body []byte) {
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(body)
}

// cut sends half of the file and closes the connection.
func cut(w http.ResponseWriter, r *http.Request, h http.Handler) {
	rec := whole(r, h)
	respond(w, rec, rec.Body.Bytes()[:rec.Body.Len()/2])
	w.(http.Flusher).Flush() // a small file would still be here
	panic(http.ErrAbortHandler)
}

// short sends half of the file as if that were all.
func short(w http.ResponseWriter, r *http.Request, h http.Handler) {
	rec := whole(r, h)
	half := rec.Body.Bytes()[:rec.Body.Len()/2]
	rec.Header().Set("Content-Length", fmt.Sprint(len(half)))
	respond(w, rec, half)
}

// damaged changes a character in the middle, and tells the browser to keep the result for a year.
func damaged(w http.ResponseWriter, r *http.Request, h http.Handler) {
	rec := whole(r, h)
	body := bytes.Clone(rec.Body.Bytes())
	body[len(body)/2] ^= 1
	respond(w, rec, body)
}

// empty sends nothing as if that were all.
func empty(w http.ResponseWriter, r *http.Request, h http.Handler) {
	rec := whole(r, h)
	rec.Header().Set("Content-Length", "0")
	respond(w, rec, nil)
}

// swapped has the first and the last kilobyte change places, so that nothing but a checksum can tell.
func swapped(w http.ResponseWriter, r *http.Request, h http.Handler) {
	const kilobyte = 1 << 10
	rec := whole(r, h)
	body := rec.Body.Bytes()
	n := len(body)
	respond(w, rec, slices.Concat(body[n-kilobyte:], body[kilobyte:n-kilobyte], body[:kilobyte]))
}

// portal sends the kind of page that a captive portal puts in the place of files.
func portal(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<!doctype html><title>Hotel</title>Please sign in")
}

// hold keeps a request waiting for something to happen, or until the page is closed.
func hold(r *http.Request, until <-chan struct{}) {
	select {
	case <-until:
	case <-r.Context().Done():
	}
}

// broken puts a fault on a file until mended.
func broken(file string, f fault) (wrap func(http.Handler) http.Handler, mend func(), hits *atomic.Int32) {
	hits = new(atomic.Int32)
	var mended atomic.Bool
	wrap = func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) == file && !mended.Load() {
				hits.Add(1)
				f(w, r, h)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
	return wrap, func() { mended.Store(true) }, hits
}

// Whatever does not arrive as it should: the visitor is told, keeps the drawing, and Retry mends it.
func TestFaults(t *testing.T) {
	t.Parallel()
	const (
		arrive = "The network did not arrive"
		harm   = "The network arrived damaged"
	)
	model := path.Join("model", starterName+".json")
	for _, tc := range []struct {
		name, file string
		fault      fault
		title      string
	}{
		{"weights 404", model, missing, arrive},
		{"weights 503", model, unavailable, arrive},
		{"weights cut", model, cut, arrive},
		{"weights short", model, short, arrive},
		{"weights damaged", model, damaged, harm},
		{"weights empty", model, empty, arrive},
		{"weights in disorder", model, swapped, harm},
		{"program 404", "croquis.wasm", missing, arrive},
		{"program cut", "croquis.wasm", cut, arrive},
		{"program replaced by a portal", "croquis.wasm", portal, harm},
		{"manifest 404", "manifest.json", missing, arrive},
		{"manifest replaced by a portal", "manifest.json", portal, harm},
		{"worker 404", "worker.js", missing, arrive},
		{"worker's import 404", "kernel.js", missing, arrive},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wrap, mend, hits := broken(tc.file, tc.fault)
			p := open(t, setup{handler: wrap})
			p.until("!document.getElementById('failure').hidden")
			if hits.Load() == 0 {
				t.Fatalf("%s was never asked for", tc.file)
			}
			s := p.shown()
			if s.Failure != tc.title {
				t.Errorf("the visitor is told %q, want %q; console: %q", s.Failure, tc.title, p.log())
			}
			if hint := eval[string](p, "document.getElementById('failure-hint').textContent"); len(hint) < 40 {
				t.Errorf("the explanation is %q", hint)
			}
			if eval[bool](p, "document.getElementById('loading').getBoundingClientRect().width > 0") {
				t.Error("the page says that it is still loading")
			}
			p.mouse(shirt...)
			p.until("document.getElementById('result').dataset.state === 'waiting'")
			// A second try while it is still broken ends as the first.
			eval[any](p, `(() => {
				const box = document.getElementById('failure');
				window.failed = 0;
				new MutationObserver(() => (failed += !box.hidden)).observe(box, { attributes: true });
			})()`)
			p.click("retry")
			p.until("failed > 0")
			mend()
			p.click("retry")
			p.ready()
			p.settle()
			if s := p.shown(); s.Failure != "" {
				t.Errorf("after Retry the page still says %q", s.Failure)
			}
			checkAnswer(t, p.shown())
		})
	}
}

func TestWithoutWebAssembly(t *testing.T) {
	t.Parallel()
	p := open(t, setup{script: "delete globalThis.WebAssembly;"})
	p.until("!document.getElementById('failure').hidden")
	if s := p.shown(); !strings.Contains(s.Failure, "WebAssembly") {
		t.Errorf("the visitor is told %q", s.Failure)
	}
	p.mouse(shirt...)
	p.until("document.getElementById('result').dataset.state === 'waiting'")
}

// Without its chart the page says the same in numbers.
func TestWithoutChart(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"vendor/echarts.js", "pie.json"} {
		wrap, _, _ := broken(file, missing)
		p := open(t, setup{handler: wrap})
		eval[any](p, "croquis.ready.then(() => null)")
		p.until("!document.getElementById('chart-note').hidden")
		p.mouse(shirt...)
		p.settle()
		s := p.shown()
		if len(s.Rows) != 6 || s.Failure != "" {
			t.Errorf("without %s: %+v", file, s)
		}
	}
}

// When the page's own scripts do not arrive, the small one before them says so.
func TestWithoutScripts(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"app.js", "drawing/surface.js"} {
		wrap, mend, _ := broken(file, missing)
		p := open(t, setup{handler: wrap})
		p.until("!document.getElementById('failure').hidden")
		mend()
		p.click("retry")
		p.until("window.croquis")
		p.ready()
	}
}

// A kernel that does not arrive, or computes nonsense, costs speed and nothing else.
func TestKernelsFallBack(t *testing.T) {
	t.Parallel()
	fast := eval[[]string](open(t, setup{}).ready(), "croquis.ready.then((c) => c.info.kernels)")
	if len(fast) < 2 {
		t.Fatalf("this browser has only %q, so that there is nothing to fall back from", fast)
	}
	best := fast[len(fast)-1]
	wrap, _, hits := broken("kernel-"+best+".wasm", missing)
	p := open(t, setup{handler: wrap}).ready()
	if got := eval[string](p, "croquis.ready.then((c) => c.info.kernel)"); got != fast[len(fast)-2] || hits.Load() == 0 {
		t.Errorf("without %s the kernel is %s, want %s", best, got, fast[len(fast)-2])
	}
	// A module that computes something else: its exports return without a result, so that outputs stay as they were.
	lame := `(() => {
		const instantiate = WebAssembly.instantiate;
		WebAssembly.instantiate = async (module, imports) => {
			const instance = await instantiate(module, imports);
			if (!(module instanceof WebAssembly.Module && imports.go)) return instance; // the program itself
			return { exports: Object.fromEntries(Object.keys(instance.exports).map((name) => [name, () => 0])) };
		};
	})();`
	p = open(t, setup{handler: prefix("worker.js", lame)}).ready()
	info := eval[struct {
		Kernel    string
		SelfCheck struct {
			Vectors  int
			Rejected []string
		}
	}](p, "croquis.ready.then((c) => c.info)")
	if info.Kernel != string(kernel.Portable) || len(info.SelfCheck.Rejected) != len(fast)-1 || info.SelfCheck.Vectors == 0 {
		t.Errorf("with kernels that compute nothing: %+v, want portable, and all others rejected", info)
	}
	p.mouse(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
}

// prefix puts a script before that of a file.
func prefix(file, script string) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) != file {
				h.ServeHTTP(w, r)
				return
			}
			rec := whole(r, h)
			body := append([]byte(script+"\n"), rec.Body.Bytes()...)
			rec.Header().Set("Content-Length", fmt.Sprint(len(body)))
			respond(w, rec, body)
		})
	}
}

// A browser that knows no SIMD runs portable Go.
func TestWithoutSIMD(t *testing.T) {
	t.Parallel()
	p := open(t, setup{handler: prefix("worker.js", "WebAssembly.validate = () => false;")}).ready()
	if got := eval[[]string](p, "croquis.ready.then((c) => c.info.kernels)"); len(got) != 1 || got[0] != "portable" {
		t.Errorf("the kernels are %q, want portable alone", got)
	}
	p.mouse(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
}

// hurried makes the page's seconds shorter: so many milliseconds.
func hurried(second int) string {
	return fmt.Sprintf(`{ const real = setInterval; window.setInterval = (f, ms, ...rest) => real(f, ms === 1000 ? %d : ms, ...rest); }`, second)
}

// A server that accepts and then says nothing is as good as none, but only after a while.
func TestSilentServer(t *testing.T) {
	for file, want := range map[string]string{
		path.Join("model", starterName+".json"): "The network did not arrive",
		"manifest.json":                         "The network did not arrive",
		"text/en.json":                          "The page did not load",
	} {
		t.Run(file, func(t *testing.T) {
			stop := make(chan struct{})
			wrap, mend, _ := broken(file, func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
				select {
				case <-r.Context().Done():
				case <-stop:
				case <-time.After(patience):
				}
				panic(http.ErrAbortHandler)
			})
			// The page's patience of half a minute is made shorter by its own clock.
			p := open(t, setup{handler: wrap, script: hurried(30)})
			p.until("!document.getElementById('failure').hidden")
			if s := p.shown(); s.Failure != want {
				t.Errorf("the visitor is told %q, want %q", s.Failure, want)
			}
			mend()
			p.click("retry")
			p.until("window.croquis && document.getElementById('failure').hidden") // the words come with the page
			p.ready()
			close(stop)
		})
	}
}

// A request that gets lost, so that nothing comes and nothing fails, is made once more without a visitor's doing.
func TestLostRequest(t *testing.T) {
	lose := func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	for _, file := range []string{"croquis.wasm", path.Join("model", starterName+".json"), "manifest.json", "text/en.json"} {
		t.Run(file, func(t *testing.T) {
			var hits atomic.Int32
			p := open(t, setup{handler: once(file, lose, &hits), script: hurried(150)})
			p.ready().draws()
			if n := hits.Load(); n < 2 {
				t.Errorf("%s was asked for %d times, want once more after the first got lost", file, n)
			}
			if s := p.shown(); s.Failure != "" {
				t.Errorf("the visitor is told %q", s.Failure)
			}
		})
	}
}

// A program that stops while it is in use is started again by Retry, and the drawing is still there.
func TestCrash(t *testing.T) {
	t.Parallel()
	var mended atomic.Bool
	const boom = "setTimeout(() => { throw new Error('out of memory'); }, 3000);"
	p := open(t, setup{handler: func(h http.Handler) http.Handler {
		crashing := prefix("worker.js", boom)(h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if mended.Load() {
				h.ServeHTTP(w, r)
				return
			}
			crashing.ServeHTTP(w, r)
		})
	}})
	p.until("!document.getElementById('network').hidden || !document.getElementById('failure').hidden")
	p.mouse(shirt...)
	p.until("!document.getElementById('failure').hidden")
	if s := p.shown(); s.Failure != "The network stopped" || s.State != "waiting" || s.Slices != 0 {
		t.Errorf("after a crash: %+v", s)
	}
	mended.Store(true)
	p.click("retry")
	p.ready()
	p.settle()
	checkAnswer(t, p.shown())
}

// Nothing of the page needs a graphics processor.
func TestWithoutWebGL(t *testing.T) {
	t.Parallel()
	p := open(t, setup{script: `
		window.asked = [];
		for (const type of [HTMLCanvasElement, window.OffscreenCanvas]) {
			const get = type.prototype.getContext;
			type.prototype.getContext = function (kind, ...rest) {
				if (kind === '2d') return get.call(this, kind, ...rest);
				asked.push(kind);
				return null;
			};
		}
		for (const name of ['WebGLRenderingContext', 'WebGL2RenderingContext']) delete window[name];
		Object.defineProperty(Navigator.prototype, 'gpu', { value: undefined });`}).ready()
	p.draws()
	p.opensAll()
	if asked := eval[[]string](p, "asked"); len(asked) > 0 {
		t.Errorf("the page asks for %q", asked)
	}
	p.quiet()
}
