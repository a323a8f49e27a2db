package chart

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"croquis/internal/chromium"
)

// watch is what a page did that it should not have done.
type watch struct {
	sync.Mutex
	requests, complaints []string
}

// browse opens a page of a headless Chromium or Chrome, which must be installed (make browser).
func browse(t *testing.T) (context.Context, *watch) {
	t.Helper()
	options, err := chromium.Options()
	if err != nil {
		t.Fatal(err)
	}
	options = append(options, chromedp.WindowSize(1240, 1000))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	w := &watch{}
	chromedp.ListenTarget(ctx, func(event any) {
		w.Lock()
		defer w.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			w.requests = append(w.requests, e.Request.URL)
		case *log.EventEntryAdded:
			w.complaints = append(w.complaints, e.Entry.Text)
		case *runtime.EventExceptionThrown:
			w.complaints = append(w.complaints, e.ExceptionDetails.Error())
		case *runtime.EventConsoleAPICalled:
			if e.Type != runtime.APITypeLog && len(e.Args) > 0 {
				w.complaints = append(w.complaints, string(e.Args[0].Value))
			}
		}
	})
	if err := chromedp.Run(ctx, network.Enable(), log.Enable()); err != nil {
		t.Fatalf("no browser: %v; run make browser", err)
	}
	return ctx, w
}

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

const piePage = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="style.css">
<div id="pie"></div><script type="module" src="pie.js"></script></html>`

// pieScript is what the comment of PieOptions tells the page to do.
const pieScript = `
import { init } from "./echarts.js";
const options = await (await fetch("pie.json")).json();
const p = [0.002, 0.003, 0.62, 0.001, 0.17, 0.004, 0.15, 0.03, 0.015, 0.005];
const chart = init(document.getElementById("pie"), null, {renderer: "svg"});
const option = options.light, slices = option.series[0].data, other = slices.length - 1;
chart.setOption(option);
const five = [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, 5);
const data = five.map(i => ({...slices[i], value: Math.round(1000 * p[i]) / 10}));
data.push({...slices[other], value: Math.max(0, Math.round(1000 - 10 * data.reduce((sum, d) => sum + d.value, 0)) / 10)});
chart.setOption({animation: false, series: [{data}]});
chart.getZr().flush();
chart.dispatchAction({type: "highlight", dataIndex: 1});
chart.resize({width: 420, height: 380});
const texts = [...document.querySelectorAll("#pie svg text")].map(t => t.textContent);
const paths = [...document.querySelectorAll("#pie svg path")].map(p => p.getAttribute("fill"));
const patterns = document.querySelectorAll("#pie svg pattern").length;
const label = document.getElementById("pie").getAttribute("aria-label");
const width = document.querySelector("#pie svg").getBoundingClientRect().width;
if (location.search) document.getElementById("pie").insertAdjacentHTML("beforeend", '<p style="color: red">blocked</p>');
globalThis.result = {texts, paths, patterns, label, width};
`

// The policy that the site is served with. It has no style-src and no 'unsafe-inline'.
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:"

func TestPieUnderPolicy(t *testing.T) {
	pie, err := PieOptions(labels)
	if err != nil {
		t.Fatal(err)
	}
	module, err := os.ReadFile("../../web/vendor/echarts.js")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]struct{ kind, text string }{
		"/":           {"text/html", piePage},
		"/style.css":  {"text/css", "#pie { width: 480px; height: 360px; }"},
		"/pie.js":     {"text/javascript", pieScript},
		"/echarts.js": {"text/javascript", string(module)},
		"/pie.json":   {"application/json", string(pie)},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", f.kind)
		w.Write([]byte(f.text))
	}))
	defer server.Close()
	ctx, w := browse(t)
	open := func(query string) (result struct {
		Texts, Paths []string
		Patterns     int
		Label        string
		Width        float64
	}) {
		run(t, ctx, chromedp.Navigate(server.URL+"/"+query), chromedp.Poll("globalThis.result", &result))
		return result
	}
	got := open("")
	for _, want := range []string{"Pullover", "62\u00a0%", "Coat", "17\u00a0%", "Shirt", "15\u00a0%", "other", "1.5\u00a0%"} {
		if !slices.Contains(got.Texts, want) {
			t.Errorf("the pie says %q, want %q among it", got.Texts, want)
		}
	}
	for _, i := range []int{2, 4, 6, 7, 8} {
		if !slices.Contains(got.Paths, lightColours[i]) {
			t.Errorf("no slice is %s, the colour of %s: %q", lightColours[i], labels[i], got.Paths)
		}
	}
	if got.Patterns == 0 {
		t.Error("no slice has a pattern")
	}
	if want := "What the drawing could be, most likely first. Pullover 62\u00a0%, Coat 17\u00a0%, Shirt 15\u00a0%, Sneaker 3\u00a0%, Bag 1.5\u00a0%, other 1.5\u00a0%."; got.Label != want {
		t.Errorf("the pie is described as %q, want %q", got.Label, want)
	}
	if got.Width != 420 {
		t.Errorf("the pie is %v pixels wide, want 420: its style was blocked", got.Width)
	}
	w.Lock()
	if len(w.complaints) > 0 {
		t.Errorf("the browser complains: %q", w.complaints)
	}
	w.Unlock()

	// The other way round: the policy does block what needs 'unsafe-inline', and the test would see it.
	open("?inline")
	w.Lock()
	defer w.Unlock()
	if !slices.ContainsFunc(w.complaints, func(s string) bool { return strings.Contains(s, "Content Security Policy") }) {
		t.Errorf("an inline style was not blocked: %q", w.complaints)
	}
}

// shown is what a report looks like to a script.
type shown struct {
	Charts []struct {
		Marks int     // shapes and letters drawn
		Width float64 // of the drawing
		Box   float64 // of the element it is in
		Ink   string  // first colour of letters
	}
	Overflow float64 // pixels that the page is wider than the window
	Paper    string
}

const look = `({
	charts: [...document.querySelectorAll("[data-chart]")].map(e => ({
		marks: e.querySelectorAll("svg path, svg text").length,
		width: e.querySelector("svg").getBoundingClientRect().width,
		box: e.getBoundingClientRect().width,
		ink: e.querySelector("svg text").getAttribute("fill"),
	})),
	overflow: document.documentElement.scrollWidth - innerWidth,
	paper: getComputedStyle(document.body).backgroundColor,
})`

func TestReportInABrowser(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(page(t, sample(t, 400))), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, w := browse(t)
	var light, dark, phone shown
	var pdf []byte
	until := func(condition string) chromedp.Action { return chromedp.Poll(condition, nil) }
	scheme := func(value string) chromedp.Action {
		return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}})
	}
	run(t, ctx,
		scheme("light"), chromedp.Navigate("file://"+path), chromedp.Evaluate(look, &light),
		scheme("dark"), until(`document.querySelector("[data-chart] svg text").getAttribute("fill") == "`+darkInk.quiet+`"`), chromedp.Evaluate(look, &dark),
		scheme("light"), chromedp.EmulateViewport(390, 844), until(`document.querySelector("[data-chart] svg").clientWidth < 390`), chromedp.Evaluate(look, &phone),
		chromedp.ActionFunc(func(ctx context.Context) (err error) {
			pdf, _, err = cdppage.PrintToPDF().WithPreferCSSPageSize(true).Do(ctx)
			return err
		}),
	)
	for name, s := range map[string]shown{"light": light, "dark": dark, "phone": phone} {
		if len(s.Charts) != 6 {
			t.Fatalf("%s: %d charts, want 6", name, len(s.Charts))
		}
		for i, c := range s.Charts {
			if c.Marks < 10 || c.Width < 100 || c.Width > c.Box+0.5 {
				t.Errorf("%s: chart %d has %d marks on %v of %v pixels", name, i, c.Marks, c.Width, c.Box)
			}
		}
		if s.Overflow > 0 {
			t.Errorf("%s: the page is %v pixels wider than the window", name, s.Overflow)
		}
	}
	if light.Paper != "rgb(251, 250, 246)" || dark.Paper != "rgb(22, 22, 26)" || light.Charts[0].Ink == dark.Charts[0].Ink {
		t.Errorf("paper %s and %s, ink %s and %s: light and dark do not differ as they should", light.Paper, dark.Paper, light.Charts[0].Ink, dark.Charts[0].Ink)
	}
	if len(pdf) < 20000 || !strings.HasPrefix(string(pdf), "%PDF") {
		t.Errorf("printing gives %d bytes", len(pdf))
	}
	w.Lock()
	defer w.Unlock()
	for _, u := range w.requests {
		if !strings.HasPrefix(u, "file://"+path) && !strings.HasPrefix(u, "data:") {
			t.Errorf("the report asked for %s", u)
		}
	}
	if len(w.complaints) > 0 {
		b, _ := json.Marshal(w.complaints)
		t.Errorf("the browser complains: %s", b)
	}
}
