package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focus is what has the focus: its id, else its class, else its kind.
const focus = "((e) => e.id || e.className || e.tagName)(document.activeElement)"

// Who chooses a tool by its key hears of it, since the focus stays where it was; and hears when a key has nothing to do.
func TestShortcutsAreHeard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.toSheet()
	for _, step := range []struct{ key, want string }{
		{"e", "Eraser"}, {"3", "Thick"}, {"p", "Pen"}, {"m", "Mirror: on."}, {"m", "Mirror: off."}, {kb.Delete, "Clear: nothing to do."},
	} {
		p.key(step.key, 0)
		p.until(said + " === '" + step.want + "'")
	}
	p.key("z", input.ModifierCtrl)
	p.until(said + " === 'Undo: nothing to do.'")
	if got := eval[string](p, focus); got != "canvas" {
		t.Errorf("the focus has gone to %q", got)
	}
	p.quiet()
}

// What has the focus may go away by what a key does elsewhere. Then the focus stays near, and is not lost.
func TestFocusIsNotLost(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	blank := func() {
		t.Helper()
		for range len(p.strokes()) {
			p.key("z", input.ModifierCtrl)
		}
		p.settle()
	}
	for _, s := range []struct{ room, inside, heir string }{
		{"", "#why", "result"},
		{"inside", ".stratum > .cells", "panel-inside"},
		{"why", "[name=why-view][value=heat]", "panel-why"},
		{"time", ".time-controls button", "panel-time"},
	} {
		eval[any](p, "scrollTo(0, 0)")
		p.draw(boot)
		if s.room != "" {
			p.closer(s.room)
		}
		p.settle()
		p.until("document.querySelector('" + s.inside + "')?.checkVisibility()")
		p.focus(s.inside)
		blank()
		p.until("!document.querySelector('" + s.inside + "').checkVisibility()")
		if got := eval[string](p, focus); got != s.heir {
			t.Errorf("%s: when the drawing is gone, the focus is on %q, want %q", s.inside, got, s.heir)
		}
	}
	p.quiet()
}

// Delete means what has the focus: a drawing of the sketchbook, and not the sheet, which is out of sight.
func TestDeleteInTheSketchbook(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.draw(boot)
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	drawn := len(p.strokes())
	p.sketchbook()
	p.cards(1)
	p.focus(".card-name")
	p.do(chromedp.KeyEvent("Boot"))
	p.key("\r", 0)
	p.until("document.querySelector('.card-delete').getAttribute('aria-label').includes('Boot')")
	if got := eval[string](p, focus); got != "card-name" {
		t.Errorf("after Enter in a name the focus is on %q", got)
	}
	p.key(kb.Delete, 0) // at the end of the name: of no effect
	p.focus("#tab-sketchbook")
	p.key(kb.Delete, 0)
	p.focus(".card-open")
	p.key(kb.Delete, 0)
	p.cards(0)
	p.until("document.activeElement.id === 'shelf-undo'")
	if n := len(p.strokes()); n != drawn {
		t.Errorf("of the %d strokes on the sheet %d are left", drawn, n)
	}
	p.quiet()
}

// remain checks that so many cards are left when all is done that was begun, as names are written after what was deleted before.
func (p *tab) remain(n int, name string) {
	p.t.Helper()
	p.focus(".card-name")
	p.do(chromedp.KeyEvent(name))
	p.key("\r", 0)
	p.until("document.querySelector('.card-delete').getAttribute('aria-label').includes('" + name + "')")
	p.cards(n)
}

// A key that is held deletes one drawing, and not the one after it, whose button gets the focus; neither do other keys than the
// system's own for it, nor this one with others.
func TestHeldKeysDeleteOnce(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.threeCards()
	p.focus(".card-open")
	for _, k := range []struct {
		key       string
		modifiers input.Modifier
	}{{kb.Backspace, 0}, {kb.Backspace, input.ModifierCtrl}, {kb.Delete, input.ModifierCtrl}, {kb.Delete, input.ModifierAlt}, {kb.Delete, input.ModifierMeta}, {kb.Delete, input.ModifierShift}} {
		p.key(k.key, k.modifiers)
	}
	p.remain(3, "all")
	cards := 3
	for _, k := range []struct {
		from string // what has the focus
		down input.DispatchKeyEventParams
	}{
		{".card-open", input.DispatchKeyEventParams{Type: input.KeyRawDown, Key: "Delete", Code: "Delete", WindowsVirtualKeyCode: 46}},
		{".card-delete", input.DispatchKeyEventParams{Type: input.KeyDown, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Text: "\r", UnmodifiedText: "\r"}},
	} {
		p.focus(k.from)
		first, held, up := k.down, k.down, k.down
		held.AutoRepeat = true
		up.Type, up.Text, up.UnmodifiedText = input.KeyUp, "", ""
		p.do(&first)
		cards--
		p.cards(cards)
		p.until("document.activeElement === document.querySelector('.card-delete')")
		for range 5 {
			p.do(&held)
		}
		p.do(&up)
		p.remain(cards, k.down.Key)
	}
	p.quiet()

	p = open(t, setup{script: "Object.defineProperty(navigator, 'platform', { value: 'MacIntel' });"}).ready()
	p.threeCards()
	p.focus(".card-open")
	p.key(kb.Backspace, 0)
	p.cards(2)
	p.quiet()
}

// The list of keys begins at its top, is left with Escape, and gives the focus back.
func TestListOfKeysByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{height: 320, width: 1280}).ready()
	p.toSheet()
	p.key("?", 0)
	p.until("document.querySelector('dialog.keys[open]')")
	if at := eval[float64](p, "document.querySelector('dialog.keys').scrollTop"); at != 0 {
		t.Errorf("the list is scrolled by %v", at)
	}
	p.key("\t", 0)
	if !eval[bool](p, "document.querySelector('dialog.keys').contains(document.activeElement)") {
		t.Error("Tab leads out of the list")
	}
	p.key(kb.Escape, 0)
	p.until("!document.querySelector('dialog.keys')")
	if got := eval[string](p, focus); got != "canvas" {
		t.Errorf("after the list the focus is on %q", got)
	}
	p.quiet()
}

// With arrow keys one goes over languages without the page being loaded anew for each; Enter takes the one that is there.
func TestLanguageByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.focus("#language")
	eval[any](p, "void (window.same = true)")
	p.key(kb.ArrowDown, 0)
	p.key(kb.ArrowDown, 0)
	if got := eval[string](p, "document.getElementById('language').value"); got != "vi" || !eval[bool](p, "same") {
		t.Fatalf("two steps down the language is %q, and the page the same: %v", got, eval[bool](p, "!!window.same"))
	}
	p.key("\r", 0)
	p.until("!window.same && document.documentElement.lang === 'vi' && window.croquis")
	p.ready()
	// Or the focus goes.
	p.focus("#language")
	p.key(kb.ArrowUp, 0)
	p.key("\t", 0)
	p.until("document.documentElement.lang === 'fi' && window.croquis")
	p.ready()
}

// The page is not loaded anew while a visitor is still choosing, behind their back, or for the language that it speaks already.
func TestLanguageIsTakenOnce(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	eval[any](p, "void (window.same = true)")
	same := func(language, after string) {
		t.Helper()
		// What loads the page anew does so in a task after.
		eval[any](p, "new Promise((later) => setTimeout(later))")
		if got := eval[string](p, "document.getElementById('language').value"); got != language || !eval[bool](p, "!!window.same") {
			t.Fatalf("%s the language is %q, want %q, and the page the same: %v", after, got, language, eval[bool](p, "!!window.same"))
		}
	}
	p.focus("#language")
	p.key(kb.ArrowDown, 0)
	p.key(kb.ArrowUp, 0)
	p.key("\t", 0)
	same("en", "there and back again")
	p.focus("#language")
	p.key("s", 0)
	same("fi", "after the letter of Suomi")
	// So browsers tell that the window is another's now.
	eval[any](p, "void document.getElementById('language').dispatchEvent(new FocusEvent('focusout', { bubbles: true }))")
	same("fi", "while another window has the focus")
	p.key("\t", 0)
	p.until("!window.same && document.documentElement.lang === 'fi' && window.croquis")
	p.ready().quiet()
}
