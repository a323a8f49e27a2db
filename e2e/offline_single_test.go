package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"croquis/internal/site"
)

// singles are the pages as one file that have been built, for each network a function that does so when it is called first.
var singles sync.Map

// single returns the path of the page as one file, with the network given.
func single(t *testing.T, network string) string {
	t.Helper()
	build, _ := singles.LoadOrStore(network, sync.OnceValues(func() (string, error) {
		path := filepath.Join(filepath.Dir(dist), network, "a stick", site.SingleName)
		made, err := site.BuildSingle(context.Background(), site.Options{Root: "..", Out: path, Models: models(), Default: network})
		if err != nil {
			return "", err
		}
		if info, err := os.Stat(path); err != nil || info.Size() != int64(made.Bytes) || made.Model != network {
			return "", fmt.Errorf("%s: %v, want %d bytes with the network %s, not %s", path, err, made.Bytes, network, made.Model)
		}
		return path, nil
	}))
	path, err := build.(func() (string, error))()
	if err != nil {
		t.Fatal("building the page as one file: ", err)
	}
	return path
}

// ofFile says whether an address is the page's on the disk, or is of something in it.
func ofFile(address, path string) bool {
	before, _, _ := strings.Cut(address, "#")
	return before == onDisk(path) || strings.HasPrefix(address, "blob:null/") || strings.HasPrefix(address, "data:")
}

// alone fails the test if the page on a disk has asked for another file, or its workers have.
func (p *tab) alone(path string) {
	p.t.Helper()
	p.mu.Lock()
	requests := slices.Clone(p.requests)
	p.mu.Unlock()
	if len(requests) < 10 {
		p.t.Errorf("only %d requests were seen: %q", len(requests), requests)
	}
	requests = append(requests, eval[[]string](p, "croquis.ready.then(async (c) => (await c.traffic()).map(({ url }) => url))")...)
	for _, address := range requests {
		if !ofFile(address, path) {
			p.t.Errorf("the page asks for %s", address)
		}
	}
}

// The page that is one file does from a disk what the other does from a server, in every language, and asks for no other file.
func TestSingleFile(t *testing.T) {
	t.Parallel()
	path := single(t, modelName)
	p := open(t, setup{file: path}).ready()
	if got := eval[string](p, "croquis.ready.then((c) => c.info.model)"); got != modelName {
		t.Errorf("the network is %s, want %s", got, modelName)
	}
	// In a worker and with kernels: as fast as from a server.
	kernels := eval[[]string](p, "croquis.ready.then((c) => c.info.kernels)")
	if kernel := eval[string](p, "croquis.ready.then((c) => c.info.kernel)"); len(kernels) < 2 || kernel != kernels[len(kernels)-1] {
		t.Errorf("it computes with %s of the kernels %q", kernel, kernels)
	}
	p.draws()
	drawn := p.drawn()
	p.opensAll()
	p.speaksAll()
	if got := p.drawn(); got != drawn {
		t.Errorf("after loading anew the drawing is %s, want %s", got, drawn)
	}
	p.quiet()
	p.alone(path)
}

// Each part of the page that is one file does what it is for.
func TestSingleFileParts(t *testing.T) {
	t.Parallel()
	path := single(t, starterName)
	p := open(t, setup{file: path}).ready().keeping()
	dir := p.downloads()
	p.draw(boot)

	p.closer("inside")
	p.until("document.querySelector('.stratum canvas')")
	p.mapsAreRight()
	p.closer("why")
	p.until(fmt.Sprintf("document.querySelectorAll('.why-list tbody tr').length === %d", len(boot)))
	p.closer("time")
	p.until("document.querySelectorAll('.time-line').length > 0")

	photos, _ := testPhotos(t)
	p.openPictures()
	if got := p.fresh(func() { eval[any](p, "document.querySelector('[data-room=pictures] .tile').click()") }); !slices.Equal(got, photos[0]) {
		t.Error("the first photo is not the test set's")
	}
	own := fileOf(t, "boot.png", pngOf(t, photoLooks["on white paper"].picture(photos[54])))
	if d := meanDifference(p.fresh(func() { p.give(own) }), photos[54]); d > 12 {
		t.Errorf("a picture of a boot comes back with a difference of %.1f", d)
	}
	checkAnswer(t, p.shown())

	p.draw([][]point{{{0.1, 0.1}, {0.25, 0.3}}})
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.save("png")
	if png := p.downloaded(dir, "png"); len(png) < 1000 {
		t.Errorf("the picture has %d bytes", len(png))
	}
	// A link to the file would lead nowhere, and one to the page leads here, too.
	p.click("keep-share")
	p.says("lies on your device")
	link := eval[string](p, `(async () => {
		const { linkTo } = `+packedModule("keep/link.js")+`;
		return linkTo(location.href, croquis.page.drawing.strokes, null);
	})()`)
	drawn := p.drawn()
	p.click("clear")
	p.says("in the sketchbook already") // which would else be said over what comes of the link
	p.do(chromedp.Navigate(link))
	p.says("shared drawing")
	if got := p.drawn(); got != drawn {
		t.Errorf("the link opens as %s, want %s", got, drawn)
	}
	p.sketchbook()
	p.cards(1) // what was cleared away is the same drawing

	p.closer("network")
	p.until("document.querySelectorAll('.engine dd').length === 5")
	told := eval[string](p, "document.getElementById('panel-network').textContent")
	if !strings.Contains(told, "This page is one file") || !strings.Contains(told, "from this one file") || strings.Contains(told, "over the network") {
		t.Errorf("of the networks it says %q", told)
	}
	// Another worker takes over, with the program that the first has compiled.
	p.do(chromedp.SetValue("#kernels", "portable", chromedp.ByQuery))
	p.until("croquis.page.classifier.info.kernel === 'portable'")
	p.click("clear")
	p.draws()
	p.quiet()
	p.alone(path)
}

// packedModule is pageModule in the page that is one file.
func packedModule(name string) string {
	return fmt.Sprintf(`(await import((await (await fetch(croquis.page.base)).json()).files[%q].file))`, name)
}

// A browser that keeps nothing for pages on disks has its page all the same: what is not kept is said in a sentence.
func TestSingleFileWithoutStorage(t *testing.T) {
	t.Parallel()
	p := open(t, setup{file: single(t, starterName), script: `
		for (const name of ['indexedDB', 'localStorage', 'caches']) {
			Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
		}
	` + noServiceWorker}).ready().keeping()
	p.draws()
	p.click("keep-keep")
	p.says("keeps nothing for this page")
	p.sketchbook()
	p.cards(1)
	p.opensAll()
	p.speaksAll()
	p.quiet()
}

// Where a browser starts no worker for a page on a disk, the page says so.
func TestSingleFileWithoutWorkers(t *testing.T) {
	t.Parallel()
	p := open(t, setup{file: single(t, starterName), script: `window.Worker = class {
		constructor() { setTimeout(() => this.onerror(new Event('error', { cancelable: true }))); }
		postMessage() {}
		terminate() {}
	};`})
	p.until("!document.getElementById('failure').hidden")
	if s := p.shown(); s.Failure != "This browser cannot run the network" {
		t.Errorf("the page says %q", s.Failure)
	}
}

// The page that is one file works in Firefox, too, with the large network.
func TestSingleFileInFirefox(t *testing.T) {
	t.Parallel()
	f := openFox(t)
	path := single(t, modelName)
	f.visit(onDisk(path))
	f.draws()
	for _, tab := range foxEval[[]string](f, "[...document.querySelectorAll('[role=tab]')].map((tab) => tab.id)") {
		foxEval[any](f, "document.getElementById('"+tab+"').click()")
		panel := "document.getElementById(document.getElementById('" + tab + "').getAttribute('aria-controls'))"
		f.until(panel + ".childElementCount > 0 && !" + panel + ".hasAttribute('aria-busy')")
		if foxEval[bool](f, "!!"+panel+".querySelector('.missing')") {
			t.Errorf("the part %s does not come; console: %q", tab, f.log())
		}
	}
	f.until("document.querySelectorAll('.engine dd').length === 5")
	if told := foxEval[string](f, "document.querySelector('.engine').textContent"); !strings.Contains(told, "from this one file") || strings.Contains(told, "far0.0 MB") {
		t.Errorf("of what it has loaded it says %q", told)
	}
	foxEval[any](f, "document.getElementById('keep-keep').click()")
	f.until("document.querySelector('[data-room=keep] [role=status]').textContent.includes('A copy is in the sketchbook')")
	for _, language := range []string{"fi", "vi", "en"} {
		foxEval[any](f, fmt.Sprintf("((select) => { select.value = %q; select.dispatchEvent(new Event('change')); })(document.getElementById('language'))", language))
		f.until(fmt.Sprintf("document.readyState === 'complete' && document.documentElement.lang === %q", language))
		f.ready()
		if s := f.look(); len(s.Rows) != 6 || s.Slices == 0 || s.Failure != "" {
			t.Errorf("in the language %s the drawing is answered by %+v", language, s)
		}
	}
	checkAnswer(t, f.look())
	// Firefox tells of no request for a blob; the policy forbids all others but the icon, which is data.
	f.quiet(1, func(address string) bool { return ofFile(address, path) })
}
