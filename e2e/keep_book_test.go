package e2e

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"croquis/internal/sketch"
)

// square is another drawing than the shirt.
var square = []point{{0.2, 0.2}, {0.8, 0.2}, {0.8, 0.8}, {0.2, 0.8}, {0.2, 0.2}}

// What is cleared away is kept by itself, with a thumbnail, the answer, the date and the network; it survives a reload, and opens
// as it was. A slip of the pen, or what was taken back by Undo, is not kept.
func TestSketchbookKeepsWhatIsCleared(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(shirt...)
	p.settle()
	first, said := p.drawn(), p.shown().Rows[0].Label
	p.click("clear")
	p.says("The drawing is in the sketchbook")
	p.sketch(square...)
	p.key("z", input.ModifierCtrl) // taken back
	p.sketch(point{0.5, 0.5})      // a slip
	p.click("clear")
	p.sketch(square...)
	p.settle()
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.click("keep-keep")
	p.says("already")
	second := p.drawn()

	p.do(chromedp.Reload())
	p.ready().keeping()
	p.sketchbook()
	p.cards(2)
	got := eval[[]struct {
		Name, About, Date string
		Paths             int
		Label             string
	}](p, `[...document.querySelectorAll('.card')].map((c) => ({
		name: c.querySelector('.card-name').placeholder, about: c.querySelector('.card-about span').textContent,
		date: c.querySelector('time').textContent, paths: c.querySelectorAll('.thumbnail path').length, label: c.querySelector('.card-open').getAttribute('aria-label'),
	}))`)
	for i, c := range got {
		if c.Name == "" || !strings.Contains(c.About, c.Name) || !strings.Contains(c.About, "%") || !strings.Contains(c.About, modelName) ||
			len(c.Date) < 8 || c.Paths != 1 || !strings.Contains(c.Label, c.Name) {
			t.Errorf("card %d: %+v", i, c)
		}
	}
	if got[1].Name != said {
		t.Errorf("the older card says %q, the answer was %q", got[1].Name, said)
	}
	p.shot("sketchbook")

	p.do(chromedp.Click(".card:nth-child(2) .card-open", chromedp.ByQuery))
	p.shelf("on the sheet")
	if got := p.drawn(); got != first {
		t.Errorf("the older drawing opens as %s, want %s", got, first)
	}
	p.key("z", input.ModifierCtrl)
	if got := p.drawn(); got != second {
		t.Errorf("Undo gives %s, want what was on the sheet, %s", got, second)
	}
	p.cards(2) // both were kept already
	p.quiet()
}

// Drawings are renamed and deleted, and deleting is undone, by keys alone; the focus never gets lost.
func TestSketchbookByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.threeCards()
	if f := eval[[]string](p, flaws); len(f) > 0 {
		t.Errorf("%s", strings.Join(f, "; "))
	}
	order := func() string {
		return eval[string](p, "[...document.querySelectorAll('.card-name')].map((n) => n.value).join()")
	}
	p.do(chromedp.Focus(".card:nth-child(2) .card-name", chromedp.ByQuery))
	eval[any](p, `void (window.writes = 0, IDBObjectStore.prototype.put = new Proxy(IDBObjectStore.prototype.put, {
		apply: (put, store, values) => (writes++, Reflect.apply(put, store, values)),
	}))`)
	p.do(chromedp.KeyEvent(" My square "))
	p.key("\r", 0)
	p.until("document.querySelector('.card:nth-child(2) .card-delete').getAttribute('aria-label').includes('My square')")
	if got := order(); got != ",My square," {
		t.Errorf("the names are %q", got)
	}
	// Escape leaves a name as it was.
	p.do(chromedp.Focus(".card:nth-child(1) .card-name", chromedp.ByQuery))
	p.do(chromedp.KeyEvent("Not this"))
	p.key("\x1b", 0)
	if n := eval[int](p, "writes"); n != 1 {
		t.Errorf("one new name is written %d times", n)
	}
	if got := order(); got != ",My square," {
		t.Errorf("the names are %q", got)
	}
	p.do(chromedp.Focus(".card:nth-child(2) .card-delete", chromedp.ByQuery))
	p.key("\r", 0)
	p.shelf("1 drawing is deleted")
	p.cards(2)
	p.until("document.activeElement === document.querySelector('.card:nth-child(2) .card-delete')") // the next one's
	p.do(chromedp.Focus("#shelf-undo", chromedp.ByQuery))
	p.key(" ", 0)
	p.shelf("1 drawing is back")
	p.cards(3)
	if got := order(); got != ",My square," {
		t.Errorf("after putting back the names are %q", got)
	}
	p.do(chromedp.Focus("#shelf-delete", chromedp.ByQuery))
	p.key("\r", 0)
	p.shelf("3 drawings are deleted")
	p.cards(0)
	p.until("document.activeElement.id === 'shelf-undo'")
	p.key("\r", 0)
	p.shelf("3 drawings are back")
	p.cards(3)
	p.until("document.activeElement.id === 'shelf-delete'")
	p.do(chromedp.Reload())
	p.ready()
	p.sketchbook()
	p.cards(3)
	if got := order(); got != ",My square," {
		t.Errorf("after a reload the names are %q", got)
	}
	// The tab itself, too.
	p.do(chromedp.Focus("#tab-sketchbook", chromedp.ByQuery))
	p.key(kb.Tab, 0)
	if got := eval[bool](p, "document.getElementById('panel-sketchbook').contains(document.activeElement)"); !got {
		t.Error("Tab does not lead from the tab into the sketchbook")
	}
	p.quiet()
}

// The whole sketchbook is saved in the format of Quick, Draw!, which the trainer reads, and comes back from it in another browser,
// once.
func TestSketchbookExportAndImport(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	dir := p.downloads()
	p.sketch(shirt...)
	p.click("clear")
	p.says("in the sketchbook")
	p.sketch(square...)
	p.click("keep-keep")
	p.says("A copy")
	p.sketchbook()
	p.cards(2)
	p.do(chromedp.Focus(".card:nth-child(1) .card-name", chromedp.ByQuery))
	p.do(chromedp.KeyEvent("Ein Quadrat, 正方形"))
	p.key("\r", 0)
	p.until("document.querySelector('.card:nth-child(1) .card-delete').getAttribute('aria-label').includes('正方形')")
	p.click("shelf-export")
	file := p.downloaded(dir, "ndjson")
	ds, err := sketch.ParseNDJSON(bytes.NewReader(file))
	if err != nil || len(ds) != 2 || ds[0].Word != "Ein Quadrat, 正方形" || ds[1].Word == "" {
		t.Fatalf("%+v, %v", ds, err)
	}
	p.quiet()

	other := open(t, setup{}).ready()
	other.sketchbook()
	other.cards(0)
	other.upload("shelf-file", "book.ndjson", file)
	other.shelf("2 drawings are new")
	other.cards(2)
	if got := eval[string](other, "document.querySelector('.card:nth-child(1) .card-name').value"); got != "Ein Quadrat, 正方形" {
		t.Errorf("the name comes back as %q", got)
	}
	other.upload("shelf-file", "book.ndjson", file)
	other.shelf("0 drawings are new")
	other.cards(2)
	other.quiet()
}

// Hundreds of drawings are laid out by the handful, and all tabs of the page show the same.
func TestLargeSketchbookInTwoTabs(t *testing.T) {
	var many strings.Builder
	for i := range 300 {
		fmt.Fprintf(&many, `{"word":"no. %d","timestamp":"2026-01-01 00:%02d:%02d UTC","drawing":[[[10,200,200,%d],[10,10,200,200]]]}`+"\n", i, i/60, i%60, i/2)
	} // each twice
	p := open(t, setup{}).ready()
	p.sketchbook()
	p.upload("shelf-file", "many.ndjson", []byte(many.String()))
	p.shelf("150 drawings are new")
	p.cards(48)
	if got := eval[string](p, "document.querySelector('.book-count').textContent"); !strings.Contains(got, "150") {
		t.Errorf("the count is %q", got)
	}
	for _, n := range []int{96, 144, 150} {
		there := eval[int](p, "document.querySelectorAll('.card').length")
		p.focus(".book + button")
		p.key("\r", 0)
		p.cards(n)
		if at := eval[int](p, "[...document.querySelectorAll('.card')].indexOf(document.activeElement.closest('.card'))"); at != there {
			t.Errorf("of %d cards, %d of them new, number %d has the focus, want the first that is new", n, n-there, at)
		}
	}
	if eval[bool](p, "document.querySelector('.book + button').checkVisibility()") {
		t.Error("there is a button for more when there are no more")
	}
	// Another tab of the same browser, within the page, so that both share what is kept.
	eval[any](p, `new Promise((resolve) => {
		const frame = document.createElement('iframe');
		frame.onload = resolve;
		frame.src = location.href;
		document.body.append(frame);
	})`)
	p.until("document.querySelector('iframe').contentWindow.croquis?.page.classifier")
	eval[any](p, "document.querySelector('iframe').contentDocument.getElementById('tab-sketchbook').click()")
	p.until("document.querySelector('iframe').contentDocument.querySelectorAll('.card').length === 48")
	p.click("shelf-delete")
	p.shelf("150 drawings are deleted")
	p.until("document.querySelector('iframe').contentDocument.querySelectorAll('.card').length === 0")
	p.quiet()
}
