package e2e

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// parts is the built page, as the browser comes to know it: by the names that files have in web/.
type parts struct {
	all     []string            // what the manifest lists
	imports map[string][]string // of modules, at once
	later   map[string]string   // modules that are imported when they are wanted, with the name of their tab or ""
}

var (
	importedAtOnce = regexp.MustCompile(`(?m)^(?:import|export|\})[^'"\n;(]*['"](\.\.?/[^'"\n]+)['"]`)
	importedLater  = regexp.MustCompile(`(?:\{ name: '(\w+)', load: \(\) => )?\bimport\('(\.\.?/[^']+)'\)(?:[^.]|\.then\b)`)
)

// readParts reads the built site.
func readParts(t *testing.T) parts {
	t.Helper()
	if err := built(); err != nil {
		t.Fatal("building the site: ", err)
	}
	b, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Files map[string]struct{ File string }
	}
	if err := json.Unmarshal(b, &manifest); err != nil {
		t.Fatal(err)
	}
	p := parts{all: slices.Sorted(maps.Keys(manifest.Files)), imports: map[string][]string{}, later: map[string]string{}}
	for name, f := range manifest.Files {
		if path.Ext(name) != ".js" {
			continue
		}
		source, err := os.ReadFile(filepath.Join(dist, filepath.FromSlash(f.File)))
		if err != nil {
			t.Fatal(err)
		}
		to := func(ref string) string { return hashed.ReplaceAllString(path.Join(path.Dir(name), ref), ".") }
		for _, m := range importedAtOnce.FindAllStringSubmatch(string(source), -1) {
			p.imports[name] = append(p.imports[name], to(m[1]))
		}
		for _, m := range importedLater.FindAllStringSubmatch(string(source), -1) {
			if target := to(m[2]); slices.Contains(p.all, target) { // and not a type in a comment
				p.later[target] = m[1]
			}
		}
	}
	return p
}

// graph lists a module and all that it imports at once, but what is in without.
func (p parts) graph(module string, without ...string) []string {
	var seen []string
	var visit func(name string)
	visit = func(name string) {
		if slices.Contains(seen, name) || slices.Contains(without, name) {
			return
		}
		seen = append(seen, name)
		for _, other := range p.imports[name] {
			visit(other)
		}
	}
	visit(module)
	slices.Sort(seen)
	return seen
}

// cuts breaks the connection in the middle of files.
type cuts struct {
	mu    sync.Mutex
	files map[string]int // how often each of them is still cut; −1: always
	hits  map[string]int // how often it was
}

func (c *cuts) wrap(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := plain(r)
		c.mu.Lock()
		left := c.files[name]
		if left > 0 {
			c.files[name]--
		}
		if left != 0 {
			c.hits[name]++
		}
		c.mu.Unlock()
		if left != 0 {
			cut(w, r, h)
		}
		h.ServeHTTP(w, r)
	})
}

// set has these files cut, so many times, and no others.
func (c *cuts) set(times int, files ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files, c.hits = map[string]int{}, map[string]int{}
	for _, f := range files {
		c.files[f] = times
	}
}

// times says how often a file was cut.
func (c *cuts) times(file string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hits[file]
}

// wait waits until files were cut.
func (c *cuts) wait(t *testing.T, files ...string) {
	t.Helper()
	c.waitFor(t, 1, files...)
}

// waitFor waits until files were cut so many times each.
func (c *cuts) waitFor(t *testing.T, times int, files ...string) {
	t.Helper()
	for _, f := range files {
		for end := time.Now().Add(patience); c.times(f) < times; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s was asked for %d times, want %d", f, c.times(f), times)
			}
		}
	}
}

// onlyLinked says whether a file is none of the page's: it is behind a link, with a page or a paper of its own, or for authors.
func onlyLinked(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "model/") && path.Ext(name) != ".json" || strings.HasPrefix(name, "example.") ||
		strings.HasPrefix(base, "LICENSE") || strings.HasPrefix(base, "NOTICE") || strings.HasPrefix(base, "THIRD_PARTY")
}

// ofBrowser says whether a file is for what the browser shows around the page, and for nothing in it.
func ofBrowser(name string) bool {
	return name == "favicon.svg" || path.Dir(name) == "icons" || name == "manifest.webmanifest"
}

// The connection breaks in the middle of a file, of each that the page has: either nothing is missing to the visitor, or a
// sentence says what is, and how to try again. The files are those of the built site, so that none is forgotten.
func TestEachFileCut(t *testing.T) {
	t.Parallel()
	site := readParts(t)
	model := "model/" + starterName + ".json"
	start := append(site.graph("app.js"), "text/en.json")
	worker := append(site.graph("worker.js", start...), "manifest.json", "croquis.wasm", model)
	var looks, later, words []string
	for _, name := range site.all {
		switch {
		case path.Ext(name) == ".css" && !onlyLinked(name):
			looks = append(looks, name)
		case path.Dir(name) == "text" && name != "text/en.json":
			words = append(words, name)
		}
	}
	for module := range site.later {
		later = append(later, site.graph(module, start...)...)
	}
	chart := append(site.graph("answer/pie.js", start...), "pie.json")
	gallery := []string{"pictures/photos.png", "pictures/drawings.json"}
	aside := []string{"boot.js", "half.js", "sw.js", "kernel-simd128.wasm", "kernel-relaxed.wasm"}
	known := slices.Concat(start, worker, looks, words, later, chart, gallery, aside, []string{"models.json"})
	for _, name := range site.all {
		network := regexp.MustCompile(`^model/[\w-]+\.json$`).MatchString(name) // each is fetched as the first is
		if !slices.Contains(known, name) && !network && !onlyLinked(name) && !ofBrowser(name) {
			t.Errorf("nobody knows what a visitor sees when %s is cut: say it here", name)
		}
	}
	if len(start) < 40 || len(looks) < 10 || len(site.later) < 8 {
		t.Fatalf("%d files to begin with, %d stylesheets and %d modules that come later: this is not the page", len(start), len(looks), len(site.later))
	}

	// Without one of these nothing begins. Each Retry gets what was missing, and misses the next.
	t.Run("start", func(t *testing.T) {
		c := &cuts{}
		c.set(-1, start[0])
		p := open(t, setup{handler: c.wrap, script: noServiceWorker})
		for i, file := range start {
			p.until("document.getElementById('failure')?.checkVisibility() && document.getElementById('retry').onclick")
			c.wait(t, file)
			if s := p.shown().Failure; s != "The page did not load" {
				t.Errorf("without %s the visitor is told %q", file, s)
			}
			c.set(-1, start[i+1:min(i+2, len(start))]...)
			p.forget()
			eval[any](p, "void (window.left = true, document.getElementById('retry').click())")
			p.until("!window.left")
		}
		p.until("window.croquis")
		p.ready().draws()
	})

	// Without one of these the network does not come; one can draw meanwhile, and nothing is loaded anew.
	t.Run("network", func(t *testing.T) {
		c := &cuts{}
		c.set(-1, worker[0])
		p := open(t, setup{handler: c.wrap, script: noServiceWorker})
		p.until("document.querySelector('[role=tab]')") // the last to be there
		p.mouse(shirt...)
		for i, file := range worker {
			p.until("document.getElementById('failure').checkVisibility()")
			c.wait(t, file)
			if s := p.shown().Failure; s != "The network did not arrive" {
				t.Errorf("without %s the visitor is told %q", file, s)
			}
			c.set(-1, worker[i+1:min(i+2, len(worker))]...)
			p.forget()
			p.click("retry")
		}
		p.ready().settle()
		checkAnswer(t, p.shown())
	})

	t.Run("looks", func(t *testing.T) {
		c := &cuts{}
		c.set(1, looks...)
		p := open(t, setup{handler: c.wrap, script: noServiceWorker})
		p.until("window.croquis && document.readyState === 'complete'")
		p.until(wholeStyles)
		if !eval[bool](p, "document.getElementById('lack').hidden") {
			t.Error("all stylesheets are there, and the page says that one is not")
		}
		c.set(-1, looks...)
		p.forget()
		p.anew()
		p.until("document.getElementById('lack')?.checkVisibility()")
		c.waitFor(t, 2, looks...)
		if s := eval[string](p, lacks); !strings.Contains(s, "looks did not arrive") || strings.Contains(s, "words") {
			t.Errorf("the visitor is told %q", s)
		}
		p.until("window.croquis && document.querySelector('[role=tab]')")
		eval[any](p, "document.getElementById('canvas').scrollIntoView({ block: 'center', behavior: 'instant' })")
		p.mouse(shirt...)
		p.settle()
		if s := p.shown(); len(s.Rows) != 6 || !s.Drawn { // the pie has no place without any style; the numbers are there
			t.Errorf("without any style: %+v", s)
		}
		c.set(0)
		p.click("reload")
		p.until("window.croquis && document.getElementById('lack').hidden")
		p.until(wholeStyles)
	})

	// A language that does not come is stood in for by English.
	t.Run("words", func(t *testing.T) {
		c := &cuts{}
		c.set(-1, words...)
		p := open(t, setup{handler: c.wrap, script: noServiceWorker})
		p.until("window.croquis && document.querySelectorAll('#language option').length > 1")
		for _, file := range words {
			tag := strings.TrimSuffix(path.Base(file), ".json")
			c.set(-1, file)
			p.forget()
			eval[any](p, "void (window.left = true, croquis.page.set({ settings: { language: '"+tag+"' } }), location.reload())")
			p.until("!window.left && document.getElementById('lack')?.checkVisibility()")
			name := eval[string](p, "document.querySelector('#language option[value="+tag+"]').textContent")
			if s := eval[string](p, "document.documentElement.lang + "+lacks); !strings.HasPrefix(s, "en") || !strings.Contains(s, name) || strings.Contains(s, "looks") {
				t.Errorf("without %s the visitor is told %q", file, s)
			}
			p.draws()
			if tag == "fi" {
				p.shot("words")
			}
			// Both sentences stand there where both are true.
			c.set(-1, file, looks[0])
			p.forget()
			p.anew()
			p.until("/looks did not arrive/.test(" + lacks + ") && " + lacks + ".includes('" + name + "')")
			c.set(0)
			p.click("reload")
			p.until("document.documentElement.lang === '" + tag + "' && document.getElementById('lack').hidden")
		}
	})

	// What comes later: each tab says that it did not come, and so do what a link opens and the chart. The worker is kept away, so
	// that each try is quick: nothing of this waits for a network.
	t.Run("later", func(t *testing.T) {
		graphs := map[string][]string{}
		rounds := len(chart)
		for module := range site.later {
			graphs[module] = site.graph(module, start...)
			rounds = max(rounds, len(graphs[module]))
		}
		graphs["answer/pie.js"] = chart
		// One file of each at a time.
		round := func(i int) (files []string) {
			for _, graph := range graphs {
				files = append(files, graph[min(i, len(graph)):min(i+1, len(graph))]...)
			}
			return append(files, "worker.js")
		}
		c := &cuts{}
		c.set(-1, round(0)...)
		p := open(t, setup{fragment: "#drawing=A", handler: c.wrap, script: noServiceWorker})
		for i := range rounds + 1 {
			p.until("document.querySelector('[role=tab]')")
			var lacking []string // tabs
			files := round(i)
			for module, graph := range graphs {
				lacks := slices.ContainsFunc(graph, func(f string) bool { return slices.Contains(files, f) })
				switch tab := site.later[module]; {
				case tab != "":
					if lacks {
						lacking = append(lacking, tab)
					}
					eval[any](p, "document.getElementById('tab-"+tab+"').click()")
					p.until("!" + panelOf(tab) + ".hasAttribute('aria-busy')")
					if told := eval[bool](p, "!!"+panelOf(tab)+".querySelector('.missing button')?.checkVisibility()"); told != lacks {
						t.Errorf("without %q the tab %s says that it is missing: %v, want %v", files, tab, told, lacks)
					}
				case module == "answer/pie.js" && lacks:
					p.until("document.getElementById('chart-note').checkVisibility()")
				case module == "answer/pie.js":
					p.until("document.querySelector('#pie svg')")
				case module == "keep/desk.js" && lacks:
					p.says("did not arrive")
					p.until("document.querySelector('.notice button')?.checkVisibility()")
				case module == "keep/desk.js":
					p.says("damaged")
				default:
					t.Errorf("nobody knows what a visitor sees without %s: say it here", module)
				}
			}
			p.retry(lacking, func() {
				c.set(-1, round(i+1)...)
				p.forget()
			})
		}
		p.until("document.getElementById('failure').checkVisibility()")
		c.set(0)
		p.click("retry")
		p.ready().draws()
	})

	// Without these the visitor lacks little.
	t.Run("rest", func(t *testing.T) {
		c := &cuts{}
		c.set(-1, append(aside, gallery[0], "models.json")...)
		p := open(t, setup{handler: c.wrap}).ready()
		p.draws()
		c.wait(t, aside...)
		if got := eval[string](p, "croquis.page.classifier.info.kernel"); got != "portable" {
			t.Errorf("the kernel is %s, and none has arrived", got)
		}
		const gone = "[...document.querySelectorAll('[data-room=pictures] [role=status]')].some((e) => e.checkVisibility() && e.textContent.includes('gallery did not arrive'))"
		for i := range gallery {
			eval[any](p, "document.getElementById('tab-pictures').click()")
			c.wait(t, gallery[i])
			p.until(gone)
			c.set(-1, append(gallery[i+1:], "models.json")...)
			p.forget()
			eval[any](p, "document.getElementById('tab-network').click()")
			p.until("document.querySelector('#panel-network .missing button')?.checkVisibility()")
		}
		p.openPictures()
		if eval[bool](p, gone) {
			t.Error("the gallery is there, and says that it is not")
		}
		eval[any](p, "document.getElementById('tab-network').click()")
		p.until("document.querySelector('#panel-network .missing button') && !document.getElementById('panel-network').hasAttribute('aria-busy')")
		if eval[bool](p, "!document.getElementById('kept').hidden") {
			t.Error("without a service worker the page says that it is kept")
		}
		c.set(0)
		// It has missed more than once, so that the page is loaded anew.
		p.do(clickOn("#panel-network .missing button"))
		p.until("document.getElementById('tab-network') && !document.querySelector('#panel-network .missing')")
		eval[any](p, "document.getElementById('tab-network').click()")
		p.until("document.querySelectorAll('#panel-network .network').length > 0")
		p.ready().draws()
	})
}

// lacks is what a visitor reads above the page.
const lacks = "document.getElementById('lack').innerText"

// panelOf is the panel of a tab.
func panelOf(tab string) string { return "document.getElementById('panel-" + tab + "')" }

// retry has a visitor try again where something is missing, until the page is loaded anew, and mends it before. A browser that
// remembers what did not arrive for as long as the page lives, as Chromium does, brings it with the second try.
func (p *tab) retry(tabs []string, mend func()) {
	p.t.Helper()
	again := "location.reload()"
	if len(tabs) > 0 {
		again = panelOf(tabs[0]) + ".querySelector('.missing button').click()"
		eval[any](p, "void (document.getElementById('tab-"+tabs[0]+"').click(), "+panelOf(tabs[0])+".querySelector('.missing button').setAttribute('data-old', ''), "+again+")")
		p.until(panelOf(tabs[0]) + ".querySelector('.missing button:not([data-old])')")
	}
	mend()
	eval[any](p, "void (history.replaceState(null, '', '#drawing=A'), window.left = true, setTimeout(() => "+again+"))")
	p.until("!window.left")
}
