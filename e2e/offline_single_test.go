package e2e

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"croquis/internal/site"
)

// openFile goes to a page on the disk, as a double click does.
func openFile(t *testing.T, path string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(newWindow(t)))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 4*patience)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, p.listen)
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
	p.do(log.Enable(), network.Enable(), emulation.SetDeviceMetricsOverride(1280, 800, 1, false),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}),
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(violations).Do(ctx)
			return err
		}),
		chromedp.Navigate(address.String()))
	p.until("window.croquis") // which comes when everything is unpacked
	return p
}

// The page that is one file does from a disk what the other does from a server, and asks for no other file.
func TestSingleFile(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a stick")
	path := filepath.Join(folder, "croquis.html")
	made, err := site.BuildSingle(t.Context(), site.Options{Root: "..", Out: path, Models: models()})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != int64(made.Bytes) {
		t.Errorf("%s: %v, want %d bytes", path, err, made.Bytes)
	}
	p := openFile(t, path).ready()
	if got := eval[string](p, "croquis.ready.then((c) => c.info.model)"); got != made.Model {
		t.Errorf("the network is %s, want %s", got, made.Model)
	}
	// Workers, kernels and all: as fast as from a server.
	if kernels := eval[[]string](p, "croquis.ready.then((c) => c.info.kernels)"); len(kernels) < 2 {
		t.Errorf("the kernels are %q", kernels)
	}
	p.draws()
	p.opensAll()
	p.speaksAll()
	p.quiet()
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, address := range p.requests {
		if i > 0 && !strings.HasPrefix(address, "blob:null/") && !strings.HasPrefix(address, "data:") {
			t.Errorf("the page asks for %s", address)
		}
	}
}
