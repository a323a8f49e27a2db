package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"

	"croquis/internal/site"
	"croquis/internal/site/serve"
)

// next is the site as it would be after a change of every kind: of what the page says, of what it runs and of a part that is
// fetched when it is opened.
var next = sync.OnceValues(func() (string, error) {
	web := filepath.Join(filepath.Dir(dist), "next-web")
	if err := os.CopyFS(web, os.DirFS("../web")); err != nil {
		return "", err
	}
	for file, change := range map[string][2]string{
		"text/en.json":       {`"page.tagline": "`, `"page.tagline": "New! `},
		"drawing/drawing.js": {"", "// changed\n"},
		"worker.js":          {"", "// changed\n"},
		"inside/inside.js":   {"", "// changed\n"},
	} {
		path := filepath.Join(web, filepath.FromSlash(file))
		b, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		changed := strings.Replace(string(b), change[0], change[1], 1)
		if changed == string(b) {
			return "", fmt.Errorf("%s has no %q to change", file, change[0])
		}
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			return "", err
		}
	}
	out := filepath.Join(filepath.Dir(dist), "next")
	_, err := site.Build(context.Background(), site.Options{Root: "..", Web: web, Out: out, Models: models(), Quick: true})
	return out, err
})

// nextBuild serves that site.
func nextBuild(t *testing.T) http.Handler {
	t.Helper()
	dir, err := next()
	if err != nil {
		t.Fatal("building the next version: ", err)
	}
	return serve.Handler(dir)
}

const isNew = "document.querySelector('[data-text=\"page.tagline\"]').textContent.startsWith('New! ')"

// look makes the browser look for a new version, as it does by itself from time to time.
func (p *tab) look() {
	p.t.Helper()
	eval[any](p, "navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => null)")
}

// A new version is announced, and comes when the visitor wants it. Pages in use keep theirs, to the last file.
func TestUpdate(t *testing.T) {
	t.Parallel()
	var h host
	p := open(t, setup{handler: h.wrap}).ready().kept()
	old := p.another().ready().kept()
	before := eval[[]string](p, cachesOfPage)
	h.replace(nextBuild(t))
	p.forget()

	p.mouse(shirt...)
	p.look()
	p.until("document.querySelector('.update')")
	p.shot("offline-update")
	p.do(emulation.SetDeviceMetricsOverride(320, 640, 2, true))
	if mute := eval[[]string](p, "[...document.querySelectorAll('.update button')].filter((b) => parseFloat(getComputedStyle(b).fontSize) < 12).map((b) => b.textContent)"); len(mute) > 0 {
		t.Errorf("on a phone the words of these buttons cannot be read: %q", mute)
	}
	p.shot("offline-update-phone")
	p.do(emulation.SetDeviceMetricsOverride(1280, 800, 1, false))
	if eval[bool](p, isNew) {
		t.Fatal("the page changed by itself")
	}
	p.settle()
	checkAnswer(t, p.shown())
	// A reload that is not the notice's gets the old version, whole: the other tab is in the middle of something.
	old.again().ready().draws()
	if eval[bool](old, isNew) {
		t.Error("half of the update is in use")
	}
	// Who puts the notice off by keyboard is back where they were.
	old.until("document.querySelector('.update')")
	old.focus("#undo")
	old.focus(".update button:not(.primary)")
	old.key(kb.Escape, 0)
	if eval[bool](old, "!!document.querySelector('.update')") || eval[string](old, focus) != "undo" {
		t.Errorf("after Escape in the notice the focus is on %q", eval[string](old, focus))
	}

	p.do(clickOn(".update .primary"))
	p.until("window.croquis && " + isNew)
	p.ready().draws()
	if eval[bool](p, "!!document.querySelector('.update')") {
		t.Error("the new version still announces itself")
	}

	// The old page works on, with its own worker and its own parts, which the server has no more.
	eval[any](old, "croquis.load().then((c) => c.classify([[[0, 0], [9, 9]]]).then(() => c.close()))")
	old.opensAll()
	if names := eval[[]string](p, cachesOfPage); len(names) != 2 {
		t.Errorf("the caches are %q, want one for each version in use", names)
	}
	// When nobody uses the old version any more, its files go.
	old.close()
	p.again().kept()
	p.until(cachesOfPage + ".then((names) => names.length === 1 && names[0] !== " + strconv.Quote(before[0]) + ")")
	if !eval[bool](p, isNew) {
		t.Error("the old version is back")
	}
}

// succeeded waits until another version of the service worker is in use than the one that is in use now, which do makes so. It
// listens to the browser and needs no page.
func (p *tab) succeeded(do func()) {
	p.t.Helper()
	var (
		mu       sync.Mutex
		versions = make(map[string]serviceworker.VersionStatus)
	)
	inUse := func() string {
		mu.Lock()
		defer mu.Unlock()
		for id, status := range versions {
			if status == serviceworker.VersionStatusActivated {
				return id
			}
		}
		return ""
	}
	chromedp.ListenTarget(p.ctx, func(event any) {
		if e, ok := event.(*serviceworker.EventWorkerVersionUpdated); ok {
			mu.Lock()
			defer mu.Unlock()
			for _, v := range e.Versions {
				versions[v.VersionID] = v.Status
			}
		}
	})
	wait := func(met func(id string) bool) string {
		p.t.Helper()
		for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			if id := inUse(); id != "" && met(id) {
				return id
			}
			if time.Now().After(end) {
				mu.Lock()
				defer mu.Unlock()
				p.t.Fatalf("no other version of the service worker has come into use in %v; they are %v", patience, versions)
			}
		}
	}
	p.do(serviceworker.Enable())
	before := wait(func(string) bool { return true })
	do()
	wait(func(id string) bool { return id != before })
}

// Whoever closes the page without a look at the notice has the new version the next time.
func TestUpdateWithoutNotice(t *testing.T) {
	t.Parallel()
	var h host
	p := open(t, setup{handler: h.wrap}).ready().kept()
	h.replace(nextBuild(t))
	p.look()
	p.until("document.querySelector('.update')")
	second := p.another()
	second.ready()
	p.close()
	second.succeeded(func() { second.do(chromedp.Navigate("about:blank")) })
	second.again().ready().kept()
	if !eval[bool](second, isNew) {
		t.Error("with no page open the new version has taken over, and the page is the old one")
	}
	// And without a network it is that version, with the network that was in use.
	h.unplugged.Store(true)
	second.forget()
	second.again().ready().until("!croquis.page.coming") // or the answer changes hands while it is looked at
	second.draws()
	if !eval[bool](second, isNew) {
		t.Error("without a network the old version is back")
	}
}

// A page whose files the server has replaced, before a service worker could keep them, says so instead of failing at
// every turn.
func TestReplacedUnderThePage(t *testing.T) {
	t.Parallel()
	var h host
	p := open(t, setup{handler: h.wrap, script: noServiceWorker}).ready()
	h.replace(nextBuild(t))
	p.forget()
	eval[any](p, "croquis.page.retry()")
	p.until("document.querySelector('.update')")
	p.draws()
	p.do(clickOn(".update .primary"))
	p.until("window.croquis && " + isNew)
	p.ready().draws()
}

// An address where the site is no more is given free, so that what has come in its place can be seen.
func TestSiteGone(t *testing.T) {
	t.Parallel()
	var h host
	p := open(t, setup{handler: h.wrap}).ready().kept()
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "index.html"), []byte("<!doctype html><title>Another</title>"), 0o644); err != nil {
		t.Fatal(err)
	}
	h.replace(serve.Handler(other))
	p.again().ready()
	p.until("navigator.serviceWorker.getRegistration().then((r) => !r)")
	// A worker that is no longer registered still serves a page that was on its way.
	for range 3 {
		if p.again(); eval[bool](p, "document.title === 'Another'") {
			break
		}
	}
	p.until("document.title === 'Another'")
	p.until(cachesOfPage + ".then((names) => names.length === 0)")
}
