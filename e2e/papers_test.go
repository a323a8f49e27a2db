package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// paper is something to read about a network: where it lies in the site, after the network's name, and what it is made of; and what
// it has to tell.
type paper struct {
	suffix, source string
	heads          []string
}

var papers = []paper{
	{".report.html", ".report.html", []string{"Learning, epoch by epoch", "Test photos"}},
	{".evaluation.html", ".evaluation.html", []string{"Test photos", "Drawings by people", "What it cannot do"}},
	{".card.html", ".md", []string{"How good it is", "What it cannot do", "How it was made"}},
}

// The reports and the card of every network are in the site, work under its policy, and are not fetched before somebody opens one.
// They can be read by everybody, on a narrow phone too, and lead back to the page.
func TestPapersInTheSite(t *testing.T) {
	t.Parallel()
	var early atomic.Int32
	p := open(t, setup{script: noServiceWorker, handler: twoNetworks(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if slices.ContainsFunc(papers, func(paper paper) bool { return strings.HasSuffix(r.URL.Path, paper.suffix) }) {
				early.Add(1)
			}
			h.ServeHTTP(w, r)
		})
	})})
	eval[any](p, "croquis.ready.then(() => null)")
	p.openNetworks()
	links := eval[[]string](p, "[...document.querySelectorAll('.network-papers a')].map((a) => a.href)")
	for _, name := range networks(t) {
		for _, paper := range papers {
			_, err := os.Stat(filepath.Join(models(), name+paper.source))
			if there := slices.Contains(links, p.server.URL+"/model/"+name+paper.suffix); there != (err == nil) {
				t.Errorf("of %s%s there is a link: %v; among %q", name, paper.suffix, there, links)
			}
		}
	}
	if early.Load() != 0 {
		t.Errorf("reports are fetched %d times before anybody opens one", early.Load())
	}
	for _, link := range links {
		p.do(chromedp.Navigate(link))
		for _, paper := range papers {
			for _, head := range paper.heads {
				if strings.HasSuffix(link, paper.suffix) && !eval[bool](p, fmt.Sprintf("[...document.querySelectorAll('h2')].some((e) => e.textContent.startsWith(%q))", head)) {
					t.Errorf("%s has no chapter %q", link, head)
				}
			}
		}
		p.until("document.querySelectorAll('[data-chart] svg').length === document.querySelectorAll('[data-chart]').length")
		if charts := eval[int](p, "document.querySelectorAll('[data-chart]').length"); (charts == 0) != strings.HasSuffix(link, ".card.html") {
			t.Errorf("%s has %d charts", link, charts)
		}
		p.until("[...document.images].every((i) => i.complete)")
		if n := eval[int](p, "[...document.images].filter((i) => i.naturalWidth === 0).length"); n != 0 {
			t.Errorf("%s: %d pictures are missing", link, n)
		}
		p.do(chromedp.MouseEvent("mouseMoved", 400, 500))
		p.readable(link)
		p.quiet()
	}
	p.do(chromedp.Click(".eyebrow a", chromedp.ByQuery))
	p.until("window.croquis")
}

// readable fails unless axe-core finds nothing wrong with a paper, by day and by night, and a phone of 320 pixels shows it without
// scrolling it sideways: what is wider scrolls in a box of its own.
func (p *tab) readable(name string) {
	p.t.Helper()
	for _, scheme := range []string{"dark", "light"} {
		p.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		if found := p.axe(); len(found) > 0 {
			p.t.Errorf("%s, %s: axe-core finds\n%s", name, scheme, strings.Join(found, "\n"))
		}
	}
	p.do(emulation.SetDeviceMetricsOverride(320, 640, 2, false))
	// Charts follow the window in the next frame.
	p.until("innerWidth === 320 && document.documentElement.scrollWidth <= 320")
	p.do(emulation.SetDeviceMetricsOverride(1280, 800, 1, false))
}
