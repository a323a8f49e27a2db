package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"croquis/internal/site"
	"croquis/internal/site/serve"
)

// The budget of a first visit, until the page names the first drawing, in bytes as brotli sends them.
const (
	budget           = 1_900_000
	budgetNoWeights  = 1_780_000 // while the site has no small network
	networkForVisits = "tiny"
)

// TestBudget: what a browser loads until the first prediction, by the manifest's sizes, and from no other host.
func TestBudget(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "dist")
	o := site.Options{Root: "..", Out: out, Models: models()}
	if cache, err := os.UserCacheDir(); err == nil { // the best compression takes half a minute, but not twice
		o.Cache = filepath.Join(cache, "croquis", "brotli")
	}
	if _, err := site.Build(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	small := has(t, out, "model/"+networkForVisits+".json")
	answeredOnce := make(chan struct{})
	release := sync.OnceFunc(func() { close(answeredOnce) })
	var mu sync.Mutex
	sent := make(map[string]int) // what has been asked for, and its size
	// What a service worker gets later, for visits to come, is another matter.
	p := open(t, setup{script: noServiceWorker, handler: func(http.Handler) http.Handler {
		h := serve.Handler(out)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// The better network comes after the small one has answered: it waits here until it has.
			if name := plain(r); small && strings.HasPrefix(name, "model/") && name != "model/"+networkForVisits+".json" {
				hold(r, answeredOnce)
			}
			mu.Lock()
			sent[strings.TrimPrefix(r.URL.Path, "/")] = compressed(out, r.URL.Path)
			mu.Unlock()
			h.ServeHTTP(w, r)
		})
	}})
	t.Cleanup(release) // before the server closes, which waits for all answers
	// The drawing is there before the network: its answer is the first that a visitor can have.
	p.until("document.querySelector('#wardrobe li')") // the rooms are there once the words are
	p.mouse(shirt...)
	p.until(answered)
	mu.Lock()
	release()
	total, weights := 0, 0
	var names []string
	for name, size := range sent {
		total += size
		names = append(names, name)
		if strings.HasPrefix(name, "model/") {
			weights += size
		}
	}
	mu.Unlock()
	slices.Sort(names)
	for _, name := range names {
		t.Logf("%8d %s", sent[name], name)
	}
	if small {
		if total > budget {
			t.Errorf("%d bytes to the first prediction, the budget is %d", total, budget)
		}
	} else if total-weights > budgetNoWeights {
		t.Errorf("%d bytes without the weights to the first prediction, the budget is %d", total-weights, budgetNoWeights)
	}
	t.Logf("%d bytes to the first prediction, %d of them weights", total, weights)
	p.quiet() // the policy allows no other host: that would be a complaint
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, address := range p.requests {
		if u, err := url.Parse(address); err != nil || u.Scheme != "data" && u.Scheme != "blob" && "http://"+u.Host != p.server.URL {
			t.Errorf("the page asks another host: %s (%v)", address, err)
		}
	}
}

// compressed is the size of a file of the site as brotli sends it.
func compressed(dir, path string) int {
	if strings.HasSuffix(path, "/") {
		path += "index.html"
	}
	for _, suffix := range []string{".br", ""} {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path)+suffix)); err == nil {
			return int(info.Size())
		}
	}
	return 0
}

// has says whether a site has a file, by the name that the page knows it by.
func has(t *testing.T, dir, name string) bool {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Files map[string]site.Entry }
	if err := json.Unmarshal(b, &manifest); err != nil {
		t.Fatal(err)
	}
	_, ok := manifest.Files[name]
	return ok
}
