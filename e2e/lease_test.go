package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"croquis/internal/chromium"
)

// browsers are those that tests can have. A test has one to itself for as long as it runs: the focus, the clipboard and which window
// lies in front are a browser's, and tests that run side by side would take them from each other.
var browsers = &pool{lent: make(map[string]*lease)}

// pool starts browsers when there is none free. So there are as many as tests run side by side.
type pool struct {
	path string // of the program
	work string // the folder for profiles

	mu   sync.Mutex
	all  []context.CancelFunc
	free []context.Context
	lent map[string]*lease // by the name of the test, without its parts
}

type lease struct {
	browser context.Context
	holders int
}

// of returns the browser of the test that t is or is a part of.
func (b *pool) of(t *testing.T) context.Context {
	t.Helper()
	name, _, _ := strings.Cut(t.Name(), "/")
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.lent[name]
	if l == nil {
		browser, err := b.next()
		if err != nil {
			t.Fatal(err)
		}
		l = &lease{browser: browser}
		b.lent[name] = l
	}
	l.holders++
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if l.holders--; l.holders == 0 {
			delete(b.lent, name)
			if l.browser.Err() == nil { // it may have crashed, or been closed
				b.free = append(b.free, l.browser)
			}
		}
	})
	return l.browser
}

// next returns a browser that is free, or a new one.
func (b *pool) next() (context.Context, error) {
	if n := len(b.free); n > 0 {
		browser := b.free[n-1]
		b.free = b.free[:n-1]
		return browser, nil
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(b.path),
		chromedp.UserDataDir(filepath.Join(b.work, fmt.Sprintf("profile-%d", len(b.all)))),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		// No process for pages that nobody asked for: one in store for the next site, and two for the address bar of each window.
		chromedp.Flag("disable-features", "SpareRendererForSitePerProcess,WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup"),
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	browser, quit := chromedp.NewContext(allocator, chromedp.WithErrorf(complain))
	if err := chromedp.Run(browser); err != nil {
		stop()
		return nil, fmt.Errorf("starting %s: %w", b.path, err)
	}
	b.all = append(b.all, func() { quit(); stop() })
	return browser, nil
}

// A browser that a test has lost is not lent to the next.
func TestLostBrowser(t *testing.T) {
	t.Parallel()
	work, err := os.MkdirTemp(browsers.work, "lost-")
	if err != nil {
		t.Fatal(err)
	}
	b := &pool{path: browsers.path, work: work, lent: make(map[string]*lease)}
	t.Cleanup(b.close)
	t.Run("lose", func(t *testing.T) {
		browser := b.of(t)
		if err := chromedp.FromContext(browser).Browser.Process().Kill(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-browser.Done():
		case <-time.After(patience):
			t.Fatal("nobody has noticed that the browser is gone")
		}
	})
	t.Run("next", func(t *testing.T) {
		if err := chromedp.Run(b.of(t), chromedp.Navigate("about:blank")); err != nil {
			t.Errorf("the next test gets a browser that does nothing: %v", err)
		}
	})
}

// complain prints what chromedp has to say, but for one thing that it says with every menu: that it does not know an event that is of no
// use to it.
func complain(format string, values ...any) {
	message := fmt.Sprintf(format, values...)
	if message != "unhandled node event *dom.EventTopLayerElementsUpdated" {
		fmt.Fprintln(os.Stderr, "chromedp:", message)
	}
}

// close ends all browsers.
func (b *pool) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, quit := range b.all {
		quit()
	}
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if browsers.path, err = chromium.Find(); err != nil { // a missing browser is a failure, never a reason to skip
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	work, err := os.MkdirTemp("", "croquis-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(work)
	dist, browsers.work = filepath.Join(work, "dist"), work
	defer browsers.close()
	moreSideBySide()
	return m.Run()
}

// moreSideBySide has one test more run side by side than there are processors, if nobody has said how many: each waits for the next
// frame, or for a timer, now and then.
func moreSideBySide() {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if said {
		return
	}
	if err := flag.Set("test.parallel", strconv.Itoa(runtime.GOMAXPROCS(0)+1)); err != nil {
		panic(err)
	}
}
