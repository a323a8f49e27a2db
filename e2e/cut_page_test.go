package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// torn serves the page itself in two parts.
type torn struct {
	first atomic.Pointer[func(w http.ResponseWriter, page []byte)] // sends as much as comes; nil: all
	begun chan struct{}                                            // told of each request for the script that watches
}

func (c *torn) wrap(h http.Handler) http.Handler {
	c.begun = make(chan struct{}, 100)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if plain(r) == "half.js" {
			c.begun <- struct{}{}
		}
		send := c.first.Load()
		if r.URL.Path != "/" || send == nil {
			h.ServeHTTP(w, r)
			return
		}
		rec := whole(r, h)
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		w.Header().Set("Content-Security-Policy", rec.Header().Get("Content-Security-Policy"))
		(*send)(w, rec.Body.Bytes())
	})
}

// send says how the page is sent from now on.
func (c *torn) send(f func(w http.ResponseWriter, page []byte)) {
	for len(c.begun) > 0 {
		<-c.begun
	}
	c.first.Store(&f)
}

// anew loads the page anew, as a visitor does, without waiting for what may never be there.
func (p *tab) anew() {
	p.t.Helper()
	eval[any](p, "void (window.left = true, setTimeout(() => location.reload()))")
	p.until("!window.left")
}

// half waits until the visitor is told that the page was cut off, and checks that they see nothing else.
func (p *tab) half() {
	p.t.Helper()
	p.until("document.querySelector('section.half button')?.checkVisibility()")
	eval[any](p, "new Promise((painted) => requestAnimationFrame(() => painted()))") // and not only in the document
	got := eval[struct {
		Words  string
		Lines  int
		Others []string
		Begun  bool
	}](p, `(() => {
		const box = document.querySelector('section.half');
		const looks = document.querySelector('link[href*="/page."]')?.sheet;
		const others = [...(document.body?.children ?? [])].filter((e) => e !== box && e.checkVisibility()).map((e) => e.outerHTML.slice(0, 60));
		return { words: box.textContent, lines: box.children.length, others: looks ? others : [], begun: 'croquis' in window };
	})()`)
	if !strings.Contains(got.Words, "Only a part of the page has arrived") || !strings.Contains(got.Words, "Retry") || got.Lines != 3 {
		p.t.Errorf("the visitor is told %q", got.Words)
	}
	if len(got.Others) > 0 {
		p.t.Errorf("and sees half a page: %q", got.Others)
	}
	if got.Begun {
		p.t.Error("half a page has begun to work")
	}
}

// The page itself is cut off on the way: whatever has arrived of it, the visitor reads a sentence and can try again.
func TestPageCut(t *testing.T) {
	var c torn
	p := open(t, setup{handler: c.wrap, script: hurried(100) + noServiceWorker}).ready()
	ways := map[string]func(w http.ResponseWriter, page []byte, n int){
		// The connection breaks when the browser has begun with what it has got: Chromium says that it is loading for ever after.
		"broken": func(w http.ResponseWriter, page []byte, n int) {
			w.Header().Set("Content-Length", jsonOf(t, len(page)))
			_, _ = w.Write(page[:n])
			w.(http.Flusher).Flush()
			select {
			case <-c.begun:
			case <-time.After(patience):
			}
			panic(http.ErrAbortHandler)
		},
		// Something on the way says that this was all.
		"short": func(w http.ResponseWriter, page []byte, n int) { _, _ = w.Write(page[:n]) },
	}
	for name, way := range ways {
		for _, percent := range []int{10, 30, 50, 70, 90, 99} {
			c.send(func(w http.ResponseWriter, page []byte) { way(w, page, len(page)*percent/100) })
			p.forget()
			p.anew()
			p.half()
			if t.Failed() {
				t.Fatalf("%s after %d %%", name, percent)
			}
			if percent == 70 {
				p.shot("half-" + name)
			}
		}
	}
	c.first.Store(nil)
	p.do(clickOn(".half button"))
	p.until("window.croquis && !document.querySelector('section.half')")
	p.ready().draws()
}

// A page that is slow is no page that was cut off: when the rest comes, it works as ever.
func TestPageSlow(t *testing.T) {
	var c torn
	p := open(t, setup{handler: c.wrap, script: hurried(100) + noServiceWorker}).ready()
	goOn := make(chan struct{})
	c.send(func(w http.ResponseWriter, page []byte) {
		for _, part := range [][]byte{page[:len(page)*3/5], page[len(page)*3/5:]} {
			_, _ = w.Write(part)
			w.(http.Flusher).Flush()
			<-goOn
		}
	})
	p.anew()
	p.half()
	close(goOn)
	p.until("window.croquis")
	p.ready()
	if eval[bool](p, "!!document.querySelector('section.half') || document.documentElement.hasAttribute('data-half')") {
		t.Error("the page is there, and says that it is not")
	}
	p.draws()
	p.quiet()
}

// The parser stops at boot.js. While that is on its way, nothing more of the page is read, however much of it is here: that is no page
// that was cut off until much later.
func TestPageWaitsForBoot(t *testing.T) {
	t.Parallel()
	var gate atomic.Pointer[chan struct{}]
	hold := func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if wait := gate.Load(); wait != nil && plain(r) == "boot.js" {
				select {
				case <-*wait:
				case <-r.Context().Done():
				case <-time.After(patience):
				}
			}
			h.ServeHTTP(w, r)
		})
	}
	// half.js is the first to have a clock, whose seconds are the test's.
	const clock = "{ const real = setInterval; window.setInterval = (f, ms, ...rest) => (ms === 1000 && !window.second ? ((window.second = f), 0) : real(f, ms, ...rest)); }"
	p := open(t, setup{handler: hold, script: clock + noServiceWorker}).ready()
	held := func(seconds int) (release func()) {
		t.Helper()
		closed := make(chan struct{})
		gate.Store(&closed)
		p.forget()
		p.anew()
		p.until("window.second && document.querySelector('script[src*=boot]')")
		eval[any](p, "void (() => { for (let i = 0; i < "+jsonOf(t, seconds)+"; i++) second(); })()")
		return func() { close(closed) }
	}
	release := held(25)
	if eval[bool](p, "!!document.querySelector('section.half')") {
		t.Error("a page of which a script is slow is said to be cut off")
	}
	release()
	p.until("window.croquis")
	p.ready().draws()
	p.quiet()

	release = held(40)
	p.half()
	release()
}

// Of the page that is one file half may have been copied.
func TestSingleFileCut(t *testing.T) {
	path := single(t, starterName)
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, setup{file: path, script: hurried(100)})
	end := strings.LastIndex(string(all), "<script>")
	for name, n := range map[string]int{"1 %": len(all) / 100, "half": len(all) / 2, "all but its last script": end, "half of its last script": (len(all) + end) / 2, "all but its end": strings.LastIndex(string(all), `<i id="end"`)} {
		cut := filepath.Join(t.TempDir(), "cut.html")
		if err := os.WriteFile(cut, all[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		p.do(chromedp.Navigate(onDisk(cut)))
		p.half()
		if t.Failed() {
			t.Fatalf("of the file there is %s", name)
		}
	}
}
