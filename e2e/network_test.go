package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"croquis/internal/arch"
	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/site"
	"croquis/internal/site/serve"
)

// two is a site with a small network beside the page's own: that of the other tests if it has both, else one for which
// such a network is made, untrained, since nobody asks here what it says.
var two = sync.OnceValues(func() (string, error) {
	if starterName != modelName {
		return dist, built()
	}
	dir := filepath.Join(filepath.Dir(dist), "two-models")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for _, suffix := range []string{".json", ".evaluation.json", ".report.html", ".md"} {
		b, err := os.ReadFile(filepath.Join(models(), modelName+suffix))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, modelName+suffix), b, 0o644)
		}
		if err != nil {
			return "", err
		}
	}
	m := arch.Tiny()
	if err := m.Build(1); err != nil {
		return "", err
	}
	f := &modelfile.File{Name: "tiny", Model: m, Input: modelfile.Input{Shape: []int{28, 28, 1}, Mean: 0.3, Std: 0.35}, Labels: fashion.Labels[:]}
	if err := modelfile.Save(filepath.Join(dir, "tiny.json"), f, modelfile.Int8); err != nil {
		return "", err
	}
	out := filepath.Join(filepath.Dir(dist), "two")
	_, err := site.Build(context.Background(), site.Options{Root: "..", Out: out, Models: dir, Default: modelName, Quick: true})
	return out, err
})

// twoNetworks serves that site, by way of wrap.
func twoNetworks(t *testing.T, wrap func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	t.Helper()
	dir, err := two()
	if err != nil {
		t.Fatal("building the site: ", err)
	}
	return func(http.Handler) http.Handler { return wrap(serve.Handler(dir)) }
}

func unchanged(h http.Handler) http.Handler { return h }

const inUse = "(croquis.page.classifier?.info.model ?? '')"

// history keeps what the page says of its networks and answers, from its first moment on.
const history = `window.past = [];
document.addEventListener('DOMContentLoaded', () => setTimeout(function watch() {
	if (!window.croquis) return setTimeout(watch);
	const note = () => past.push((croquis.page.classifier?.info.model ?? 'none') + ' ' + (croquis.page.answer ? 'answer' : 'nothing'));
	for (const name of ['classifier', 'answer']) croquis.page.on(name, note);
}));`

// The small network answers until the page's own is there, which takes over without a gap.
func TestSmallNetworkBegins(t *testing.T) {
	t.Parallel()
	come := make(chan struct{})
	var once sync.Once
	release := func() { once.Do(func() { close(come) }) }
	t.Cleanup(release)
	p := open(t, setup{script: history, handler: twoNetworks(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) == "model/"+modelName+".json" {
				hold(r, come)
			}
			h.ServeHTTP(w, r)
		})
	})})
	p.until(inUse + " === 'tiny' && croquis.page.coming?.name === '" + modelName + "'")
	p.mouse(shirt...)
	p.until("croquis.page.answer")
	release()
	p.until(inUse + " === '" + modelName + "' && !croquis.page.coming")
	eval[any](p, "croquis.ready.then(() => null)")
	p.settle()
	seen := slices.Compact(eval[[]string](p, "past"))
	if want := []string{"tiny nothing", "tiny answer", modelName + " answer"}; !slices.Equal(seen, want) {
		t.Errorf("the page went through %q, want %q", seen, want)
	}
	if !eval[bool](p, `(async () => {
		const mine = await croquis.page.classifier.classify(croquis.page.input());
		return String(mine.probabilities) === String(croquis.page.answer.probabilities);
	})()`) {
		t.Error("the answer that stands there is not the better network's")
	}
	p.quiet()
}

// openNetworks opens the room and waits for its figures.
func (p *tab) openNetworks() {
	p.t.Helper()
	p.click("tab-network")
	p.until("document.querySelectorAll('.network input').length > 0 && document.querySelector('.engine dd')")
}

// A visitor's choice is kept from visit to visit, and another network is not even fetched then.
func TestChoiceOfNetworkIsKept(t *testing.T) {
	t.Parallel()
	var fetched atomic.Int32
	p := open(t, setup{script: noServiceWorker, handler: twoNetworks(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) == "model/"+modelName+".json" {
				fetched.Add(1)
			}
			h.ServeHTTP(w, r)
		})
	})})
	eval[any](p, "croquis.ready.then(() => null)")
	p.openNetworks()
	if got := eval[string](p, "document.querySelector('.network input:checked').value"); got != modelName {
		t.Errorf("%s is chosen before anybody has", got)
	}
	p.do(chromedp.Click(".network input[value=tiny]", chromedp.ByQuery))
	p.until(inUse + " === 'tiny' && document.querySelector('.network[data-used] input').value === 'tiny'")
	p.until("[...document.querySelectorAll('.closer [role=status]')].some((e) => e.textContent === 'tiny answers now.')")

	p.forget()
	before := fetched.Load()
	p.again()
	eval[any](p, "croquis.ready.then(() => null)")
	if got := eval[string](p, inUse); got != "tiny" || fetched.Load() != before {
		t.Errorf("at the next visit %s answers, and %s was fetched %d times", got, modelName, fetched.Load()-before)
	}
	p.quiet()
}

// Where bytes are dear the small network stays, and the better one comes when somebody asks for it.
func TestSavingBytes(t *testing.T) {
	t.Parallel()
	for _, connection := range []string{"{ saveData: true, effectiveType: '4g' }", "{ saveData: false, effectiveType: '3g' }"} {
		p := open(t, setup{handler: twoNetworks(t, unchanged),
			script: "Object.defineProperty(Navigator.prototype, 'connection', { value: " + connection + " });"})
		eval[any](p, "croquis.ready.then(() => null)")
		p.until("!document.querySelector('.offer').hidden")
		if got := eval[string](p, inUse); got != "tiny" {
			t.Errorf("%s answers", got)
		}
		offer := eval[string](p, "document.querySelector('.offer').textContent")
		if !strings.Contains(offer, modelName) || !regexp.MustCompile(`\d\.\d MB`).MatchString(offer) {
			t.Errorf("the offer says %q", offer)
		}
		p.do(chromedp.Focus(".offer button", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
		p.until(inUse + " === '" + modelName + "'")
		p.until("document.querySelector('.offer').hidden")
		p.quiet()
	}
}

// A better network that does not come leaves the small one at work, and can be asked for again.
func TestTakeoverFails(t *testing.T) {
	t.Parallel()
	wrap, mend, hits := broken("model/"+modelName+".json", unavailable)
	p := open(t, setup{script: noServiceWorker, handler: twoNetworks(t, wrap)})
	p.until("croquis.page.coming?.failure")
	if hits.Load() == 0 || eval[string](p, inUse) != "tiny" || !eval[bool](p, "document.getElementById('failure').hidden") {
		t.Errorf("%s answers, asked for %d times; the visitor is told %q", eval[string](p, inUse), hits.Load(), p.shown().Failure)
	}
	p.mouse(shirt...)
	p.until("croquis.page.answer")
	p.openNetworks()
	p.until("document.querySelector('.network-state button')")
	mend()
	p.focus(".network-state button")
	p.key("\r", 0)
	p.until(inUse + " === '" + modelName + "'")
	if got := eval[string](p, "document.activeElement.value"); got != modelName {
		t.Errorf("the button has gone, and the focus is not on its network but on %q", eval[string](p, focus))
	}
}

// A network that was chosen and did not come is no reason to fall back to the small one while a better one is on the device;
// and once there is a connection, it comes by itself.
func TestChosenNetworkIsAbsent(t *testing.T) {
	t.Parallel()
	wrap, mend, _ := broken("model/third.json", unavailable)
	dir := t.TempDir()
	for name, from := range map[string]string{"tiny": starterName, modelName: modelName, "third": starterName} {
		b, err := os.ReadFile(filepath.Join(models(), from+".json"))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".json"), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "dist")
	if _, err := site.Build(t.Context(), site.Options{Root: "..", Models: dir, Out: out, Default: modelName, Quick: true}); err != nil {
		t.Fatal(err)
	}
	p := open(t, setup{handler: func(http.Handler) http.Handler { return wrap(serve.Handler(out)) }}).ready().kept()
	p.openNetworks()
	p.do(clickOn(".network input[value=third]"))
	p.until("croquis.page.coming?.failure")
	for range 2 {
		p.again()
		p.until(inUse + " === '" + modelName + "' && croquis.page.coming?.name === 'third' && croquis.page.coming.failure")
	}
	p.mouse(shirt...)
	p.until("croquis.page.answer")
	p.openNetworks()
	p.until("document.querySelector('.network-state button')")
	mend()
	eval[any](p, "dispatchEvent(new Event('online')), null")
	p.until(inUse + " === 'third' && !croquis.page.coming")
}

// The room tells what was measured, and what goes on: kernel, self-check, memory, speed.
func TestNetworkRoom(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	p := open(t, setup{script: noServiceWorker, handler: twoNetworks(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(counted{w, &served}, r) })
	})})
	eval[any](p, "croquis.ready.then(() => null)")
	p.until("!croquis.page.coming")
	p.openNetworks()
	texts := func(selector string) []string {
		return eval[[]string](p, "[...document.querySelectorAll('"+selector+"')].map((e) => e.textContent)")
	}
	names := texts(".network strong")
	if len(names) < 2 || names[0] != modelName || !slices.Contains(names, "tiny") {
		t.Errorf("networks %q, the best first", names)
	}
	for i, name := range names {
		figures := texts(fmt.Sprintf(".network:nth-child(%d) .accuracy b", i+1))
		want, borrowed := published(t, name)
		if !slices.Equal(figures, want) {
			t.Errorf("accuracy of %s on photos and drawings: %q, its evaluation says %q", name, figures, want)
		}
		said := texts(fmt.Sprintf(".network:nth-child(%d) .accuracy small", i+1))
		if got := len(said) == 2 && strings.Contains(said[1], "that had not learnt it"); got != borrowed {
			t.Errorf("of %s the page says %q; cross-validated: %v", name, said, borrowed)
		}
		sizes := texts(fmt.Sprintf(".network:nth-child(%d) .network-facts dd", i+1))
		if len(sizes) < 3 || !regexp.MustCompile(`^\d+\.\d MB$`).MatchString(sizes[0]) || !regexp.MustCompile(`^\d\d,\d{3}$|^\d,\d{3},\d{3}$`).MatchString(sizes[1]) {
			t.Errorf("sizes of %s: %q", name, sizes)
		}
	}
	p.knowsItself(&served)

	p.do(chromedp.Click(".engine-bench button", chromedp.ByQuery))
	p.until("document.querySelectorAll('.measured li').length === 1")
	p.do(chromedp.SetValue("#kernels", "portable", chromedp.ByQuery))
	eval[any](p, "document.getElementById('kernels').dispatchEvent(new Event('change'))")
	p.until("croquis.page.classifier.info.kernel === 'portable'")
	p.do(chromedp.Click(".engine-bench button", chromedp.ByQuery))
	p.until("document.querySelectorAll('.measured li').length === 2")
	rows := texts(".measured li")
	for i, row := range rows {
		times := regexp.MustCompile(`median (?:under )?([\d.]+) ms, 95 of 100 within (?:under )?([\d.]+) ms$`).FindStringSubmatch(row)
		if times == nil || !strings.HasPrefix(row, modelName+", ") || rows[0] == rows[1] {
			t.Errorf("measured: %q", rows)
			continue
		}
		median, _ := strconv.ParseFloat(times[1], 64)
		p95, _ := strconv.ParseFloat(times[2], 64)
		if median <= 0 || p95 < median {
			t.Errorf("row %d: 95 of 100 are within %v ms, half within %v", i, p95, median)
		}
	}
	p.quiet()
}

// published is what the evaluation of a network says, as the page writes it: photos, and drawings that it has not seen, or that
// other networks answered in its place.
func published(t *testing.T, name string) (figures []string, crossValidated bool) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(models(), name+".evaluation.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return []string{"not measured", "not measured"}, false
	}
	type share struct{ Top1 float64 }
	var e struct {
		Photos, Drawings share
		CrossValidation  *struct{ Drawings share } `json:"cross_validation"`
	}
	if err == nil {
		err = json.Unmarshal(b, &e)
	}
	if err != nil {
		t.Fatal(err)
	}
	if e.CrossValidation != nil {
		e.Drawings = e.CrossValidation.Drawings
	}
	return []string{fmt.Sprintf("%.1f%%", 100*e.Photos.Top1), fmt.Sprintf("%.1f%%", 100*e.Drawings.Top1)}, e.CrossValidation != nil
}

// counted adds up the bytes of answers.
type counted struct {
	http.ResponseWriter
	bytes *atomic.Int64
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.bytes.Add(int64(n))
	return n, err
}

// knowsItself checks what is told to the curious, against the classifier and the bytes that the server has sent.
func (p *tab) knowsItself(served *atomic.Int64) {
	p.t.Helper()
	told := eval[map[string]string](p, "Object.fromEntries([...document.querySelectorAll('.engine dt')].map((e) => [e.textContent, e.nextElementSibling.textContent]))")
	megabytes := func(fact string) float64 {
		p.t.Helper()
		v, err := strconv.ParseFloat(strings.Fields(told[fact] + " ?")[0], 64)
		if err != nil {
			p.t.Errorf("%s is %q", fact, told[fact])
		}
		return v
	}
	type self struct {
		Kernel  string
		Vectors int
		Memory  float64
	}
	is := eval[self](p, "(async ({ info, memory }) => ({ kernel: info.kernel, vectors: info.selfCheck.vectors, memory: (await croquis.page.classifier.memory()).bytes / 1e6 }))(croquis.page.classifier)")
	kernels := map[string]string{"relaxed": "WebAssembly with fused SIMD", "simd128": "WebAssembly with SIMD", "portable": "WebAssembly"}
	if got := told["Computed by"]; got != kernels[is.Kernel] {
		p.t.Errorf("the kernel is said to be %q, it is %s", got, is.Kernel)
	}
	if got := told["Self-check"]; is.Vectors == 0 || got != fmt.Sprintf("%d known answers came out right", is.Vectors) {
		p.t.Errorf("of %d golden vectors it says %q", is.Vectors, got)
	}
	if got := megabytes("Memory of the program"); math.Abs(got-is.Memory) > 0.06 {
		p.t.Errorf("the program is said to take %v MB, it takes %v", got, is.Memory)
	}
	if got, sent := megabytes("Loaded so far"), float64(served.Load())/1e6; math.Abs(got-sent) > 0.1+0.02*sent {
		p.t.Errorf("%v MB are said to be loaded, the server has sent %.2f", got, sent)
	}
}
