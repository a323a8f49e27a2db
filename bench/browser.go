package main

import (
	"context"
	_ "embed"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"croquis/internal/chromium"
)

//go:embed peers/page.js
var pageJS string

// samples is how many samples of one turn its median is taken from; with nine turns there are well over 200.
const samples = 40

// peer is a contestant of the browser: a package from npm and what it needs beside it.
type peer struct {
	name     string // of its worker script
	title    string
	packages []string // with versions
}

var peers = []peer{
	{"tfjs", "TensorFlow.js wasm", []string{"@tensorflow/tfjs@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0"}},
	{"ort", "ONNX Runtime Web wasm", []string{"onnxruntime-web@1.30.0"}},
}

// kernels are ours, with the share of a peer's time that each may take.
var kernels = []struct {
	variant string
	target  float64
}{{"relaxed", 0.5}, {"simd128", 0.65}}

// firstTarget is the share of a peer's time from the weights in memory to the first answer.
const firstTarget = 0.25

// browser runs the contests of one image in Chromium, one thread: our built page against the peers, all in the same
// page, taking turns.
func browser(rounds int) []row {
	var rows []row
	for _, p := range peers {
		for _, k := range kernels {
			rows = append(rows, row{Work: "thesis net, one image, " + k.variant, Unit: "ms", Peer: p.title, Target: k.target, Less: true})
		}
		rows = append(rows, row{Work: "first prediction after the weights", Unit: "ms", Peer: p.title, Target: firstTarget, Less: true})
	}
	failAll := func(err error) []row {
		for i := range rows {
			rows[i].Missing = err.Error()
		}
		return rows
	}

	folder, err := os.MkdirTemp("", "croquis-bench-")
	if err != nil {
		return failAll(err)
	}
	defer os.RemoveAll(folder)
	missing := map[string]error{}
	for _, p := range peers {
		missing[p.name] = fromNPM(p.packages)
	}
	site, err := serveContest(folder)
	if err != nil {
		return failAll(err)
	}
	defer site.Close()
	page, err := openPage(site.url)
	if err != nil {
		return failAll(err)
	}
	defer page.close()

	c := contestOf{page: page, rounds: rounds, missing: missing, figures: map[string][]float64{}}
	if err := c.run(site.mean, site.std); err != nil {
		return failAll(err)
	}
	for i, p := range peers {
		part := rows[i*(len(kernels)+1):][:len(kernels)+1]
		for j := range part {
			if err := missing[p.name]; err != nil {
				part[j].Missing = err.Error()
				continue
			}
			ours, theirs := c.figures["first "+kernels[0].variant], c.figures["first "+p.name]
			if j < len(kernels) {
				ours, theirs = c.figures[kernels[j].variant], c.figures[p.name]
			}
			part[j].Peer = c.versions[p.name]
			part[j].Work += ", weights " + c.weights
			part[j].fill(zip(ours, theirs))
		}
	}
	return rows
}

func zip(a, b []float64) [][2]float64 {
	pairs := make([][2]float64, min(len(a), len(b)))
	for i := range pairs {
		pairs[i] = [2]float64{a[i], b[i]}
	}
	return pairs
}

// contestOf is a contest in progress. Figures are by contestant, one for each round; a peer that fails is missing from then on.
type contestOf struct {
	page     *page
	rounds   int
	missing  map[string]error
	figures  map[string][]float64
	versions map[string]string // of the peers
	weights  string            // how our file stores them
}

// started is what a contestant says of its first prediction.
type started struct {
	Version string    `json:"version"`
	First   float64   `json:"first"`
	Output  []float64 `json:"output"`
}

func (c *contestOf) run(mean, std float32) error {
	c.versions = map[string]string{}
	if err := c.page.eval(fmt.Sprintf("contest.set(%v, %v)", mean, std), nil); err != nil {
		return err
	}
	// Cold starts first: a fresh worker in each round.
	for range c.rounds {
		var mine started
		for _, k := range kernels {
			if err := c.page.eval(fmt.Sprintf("contest.startOurs(%q)", k.variant), &mine); err != nil {
				return err
			}
			c.weights = mine.Version
			c.figures["first "+k.variant] = append(c.figures["first "+k.variant], mine.First)
		}
		for _, p := range c.present() {
			var theirs started
			err := c.page.eval(fmt.Sprintf("contest.startPeer(%q)", p.name), &theirs)
			if err == nil {
				err = sameNetwork(mine.Output, theirs.Output)
			}
			if err != nil {
				c.missing[p.name] = fmt.Errorf("%s: %w", p.title, err)
				continue
			}
			c.versions[p.name] = theirs.Version
			c.figures["first "+p.name] = append(c.figures["first "+p.name], theirs.First)
		}
	}
	for i := range c.rounds {
		turn := func(name, call string) error {
			var ms float64
			if err := c.page.eval(fmt.Sprintf("contest.%s(%q, %d)", call, name, samples), &ms); err != nil {
				return err
			}
			c.figures[name] = append(c.figures[name], ms)
			return nil
		}
		for _, k := range kernels {
			if err := turn(k.variant, "turnOurs"); err != nil {
				return err
			}
		}
		for _, p := range c.present() {
			if err := turn(p.name, "turnPeer"); err != nil {
				c.missing[p.name] = fmt.Errorf("%s: %w", p.title, err)
			}
		}
		log.Printf("browser, round %d of %d: %v", i+1, c.rounds, c.latest())
	}
	return nil
}

func (c *contestOf) present() []peer {
	return slices.DeleteFunc(slices.Clone(peers), func(p peer) bool { return c.missing[p.name] != nil })
}

func (c *contestOf) latest() string {
	line := ""
	for _, k := range kernels {
		line += fmt.Sprintf("%s %.3f ms  ", k.variant, c.figures[k.variant][len(c.figures[k.variant])-1])
	}
	for _, p := range c.present() {
		line += fmt.Sprintf("%s %.3f ms  ", p.name, c.figures[p.name][len(c.figures[p.name])-1])
	}
	return line
}

// sameNetwork fails when a peer's probabilities are another network's. Ours may have been tempered for calibration, so that
// the order is compared and not the values.
func sameNetwork(ours, theirs []float64) error {
	if len(ours) != len(theirs) || len(ours) == 0 {
		return fmt.Errorf("gives %d probabilities, ours gives %d", len(theirs), len(ours))
	}
	best := func(p []float64) int { return slices.Index(p, slices.Max(p)) }
	if best(ours) != best(theirs) {
		return fmt.Errorf("computes something else: class %d, ours says %d", best(theirs), best(ours))
	}
	return nil
}

// page is a page in a headless browser.
type page struct {
	ctx   context.Context
	close func()
}

// openPage opens the page of a contest.
func openPage(url string) (*page, error) {
	p, err := visit(url)
	if err != nil {
		return nil, err
	}
	if err := chromedp.Run(p.ctx, chromedp.Evaluate(pageJS, nil)); err != nil {
		p.close()
		return nil, fmt.Errorf("our page in a browser: %w", err)
	}
	return p, nil
}

// visit opens our page and waits for its network.
func visit(url string) (*page, error) {
	options, err := chromium.Options()
	if err != nil {
		return nil, err
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	p := &page{ctx: ctx, close: func() { cancel(); stop() }}
	err = chromedp.Run(ctx, chromedp.Navigate(url))
	if err == nil {
		err = p.eval("croquis.ready.then(() => 0)", nil)
	}
	if err != nil {
		p.close()
		return nil, fmt.Errorf("our page in a browser: %w", err)
	}
	return p, nil
}

// eval runs an expression, waits for its promise and decodes its value.
func (p *page) eval(expression string, into any) error {
	ctx, cancel := context.WithTimeout(p.ctx, 2*time.Minute)
	defer cancel()
	var ignored any
	if into == nil {
		into = &ignored
	}
	return chromedp.Run(ctx, chromedp.Evaluate(expression, into, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		return e.WithAwaitPromise(true)
	}))
}
