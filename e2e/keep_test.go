package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// keeping waits until the buttons to share and keep do what they are for.
func (p *tab) keeping() *tab {
	p.t.Helper()
	p.until("document.querySelector('#keep-share')")
	return p
}

// says waits until the line below the buttons says something with these words.
func (p *tab) says(words string) {
	p.t.Helper()
	var told string
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if told = p.told(); strings.Contains(told, words) {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("the page says %q, and not %q in %v\nits console: %q", told, words, patience, p.log())
		}
	}
}

// told is what the line below the buttons says.
func (p *tab) told() string {
	p.t.Helper()
	return eval[string](p, "document.querySelector('[data-room=keep] [role=status]')?.textContent")
}

// probabilities of the answer that is shown, to the last bit.
func (p *tab) probabilities() []float32 {
	p.t.Helper()
	p.settle()
	return eval[[]float32](p, "[...croquis.page.answer?.probabilities ?? []]")
}

// drawn is the drawing on the sheet.
func (p *tab) drawn() string {
	p.t.Helper()
	return eval[string](p, "JSON.stringify(croquis.page.drawing.strokes)")
}

// context is the tab's browser context.
func (p *tab) context() cdp.BrowserContextID {
	p.t.Helper()
	var id cdp.BrowserContextID
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		info, err := target.GetTargetInfo().WithTargetID(chromedp.FromContext(ctx).Target.TargetID).Do(ctx)
		if err == nil {
			id = info.BrowserContextID
		}
		return err
	}))
	return id
}

// permit grants the page a permission, as a visitor's yes does.
func (p *tab) permit(permissions ...devtools.PermissionType) {
	p.t.Helper()
	ctx := cdp.WithExecutor(p.ctx, chromedp.FromContext(p.browser).Browser)
	if err := devtools.GrantPermissions(permissions).WithOrigin(p.server.URL).WithBrowserContextID(p.context()).Do(ctx); err != nil {
		p.t.Fatal(err)
	}
}

// downloads has the browser put what is saved into a folder, and returns that.
func (p *tab) downloads() string {
	p.t.Helper()
	dir := p.t.TempDir()
	ctx := cdp.WithExecutor(p.ctx, chromedp.FromContext(p.browser).Browser)
	err := devtools.SetDownloadBehavior(devtools.SetDownloadBehaviorBehaviorAllow).WithBrowserContextID(p.context()).WithDownloadPath(dir).Do(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	return dir
}

// downloaded waits for a file of the given kind, which is to be the only one of it, and returns its content.
func (p *tab) downloaded(dir, kind string) []byte {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		names, err := filepath.Glob(filepath.Join(dir, "*."+kind))
		if err != nil {
			p.t.Fatal(err)
		}
		partial, _ := filepath.Glob(filepath.Join(dir, "*.crdownload"))
		if len(names) == 1 && len(partial) == 0 {
			content, err := os.ReadFile(names[0])
			if err != nil {
				p.t.Fatal(err)
			}
			if len(content) > 0 {
				return content
			}
		}
		if time.Now().After(end) {
			p.t.Fatalf("no file *.%s was saved in %v; there are %q; the page says %q", kind, patience, names, p.told())
		}
	}
}

// upload has an input take a file of this content.
func (p *tab) upload(id, name string, content []byte) {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		p.t.Fatal(err)
	}
	p.do(chromedp.SetUploadFiles("#"+id, []string{path}, chromedp.ByQuery))
}

// sketchbook opens the sketchbook's tab and waits until it is there.
func (p *tab) sketchbook() {
	p.t.Helper()
	p.click("tab-sketchbook")
	p.until("document.querySelector('#panel-sketchbook .book-count')?.textContent")
}

// sketch draws a line with the mouse, after the buttons below the sheet have been in sight.
func (p *tab) sketch(corners ...point) {
	p.t.Helper()
	eval[any](p, "scrollTo(0, 0)")
	p.mouse(corners...)
}

// threeCards keeps three drawings in the sketchbook, and goes there.
func (p *tab) threeCards() {
	p.t.Helper()
	p.keeping()
	for _, d := range [][]point{shirt, square, {{0.1, 0.1}, {0.9, 0.9}}} {
		p.sketch(d...)
		p.click("keep-keep")
		p.says("A copy is in the sketchbook")
		p.click("clear")
		p.says("already")
		eval[any](p, "void (document.querySelector('[data-room=keep] [role=status]').textContent = '')")
	}
	p.sketchbook()
	p.cards(3)
}

// cards waits until the sketchbook shows so many drawings.
func (p *tab) cards(n int) {
	p.t.Helper()
	if n == 0 {
		p.until("document.querySelectorAll('.card').length === 0")
		return
	}
	p.until("document.querySelectorAll('.card').length === " + jsonOf(p.t, n))
}

// shelf waits until a line in the sketchbook says something with these words.
func (p *tab) shelf(words string) {
	p.t.Helper()
	p.until("[...document.querySelectorAll('#panel-sketchbook [role=status]')].some((e) => e.textContent.includes(" + jsonOf(p.t, words) + "))")
}

// works fails the test unless a drawing is still named, and the sentence is one that a visitor can read.
func (p *tab) works(t *testing.T) {
	t.Helper()
	p.click("clear")
	p.settle()
	p.sketch(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
	if s := p.told(); strings.Contains(s, "undefined") || strings.Contains(s, "keep.") {
		t.Errorf("the page says %q", s)
	}
}
