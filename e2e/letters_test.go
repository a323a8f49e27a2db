package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// letter is what is printed on a control that has a shortcut.
type letter struct{ ID, Name, Printed string }

// letters are all controls with a shortcut, and what can be seen on them of it.
const letters = `[...document.querySelectorAll('[aria-keyshortcuts]')].map((e) => {
	const face = ((at) => at.querySelector('kbd') ?? at.querySelector('span'))(e.closest('label, .keyed') ?? e);
	return { ID: e.id, Name: e.getAttribute('aria-label'), Printed: face?.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ? face.textContent : '' };
})`

// strikePrinted presses keys as they are printed.
func (p *tab) strikePrinted(printed string) {
	p.t.Helper()
	keys := strings.Split(printed, "+")
	var modifiers input.Modifier
	for _, held := range keys[:len(keys)-1] {
		modifiers |= map[string]input.Modifier{"Ctrl": input.ModifierCtrl, "Shift": input.ModifierShift}[held]
	}
	last := strings.ToLower(keys[len(keys)-1])
	if last == "delete" {
		last = kb.Delete
	}
	p.key(last, modifiers)
}

// On every control that a key works, the key is printed, and pressed it does what the control does. Screen readers, which hear
// of it by its attribute, do not read the print as well.
func TestLettersOnTheButtons(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(point{0.2, 0.2}, point{0.8, 0.8})
	eval[any](p, "void (window.clicked = '', addEventListener('click', ({ target }) => (clicked = target.id), true))")
	all := eval[[]letter](p, letters)
	if len(all) < 11 {
		t.Fatalf("only %+v have a shortcut", all)
	}
	// The list lies over the page once it is open.
	slices.SortStableFunc(all, func(a, b letter) int { return strings.Compare(fmt.Sprint(a.ID == "keys"), fmt.Sprint(b.ID == "keys")) })
	read := p.readAloud()
	for _, l := range all {
		if l.Printed == "" {
			t.Errorf("on %s nothing is printed", l.ID)
			continue
		}
		p.strikePrinted(l.Printed)
		if got := eval[string](p, "clicked"); got != l.ID {
			t.Errorf("%s, which stands on %s, clicks %q", l.Printed, l.ID, got)
		}
		if !slices.Contains(read, l.Name) {
			t.Errorf("to screen readers %s is not %q", l.ID, l.Name)
		}
		if slices.Contains(read, l.Printed) {
			t.Errorf("screen readers read the letter %s of %s", l.Printed, l.ID)
		}
	}
	p.until("document.querySelector('dialog.keys[open]')")

	// Switched off, the letters go, and no control moves by it.
	p.key(kb.Escape, 0)
	boxes := func() string {
		t.Helper()
		return eval[string](p, "JSON.stringify([...document.querySelectorAll('.easel button, .easel label, main')].map((e) => e.getBoundingClientRect()))")
	}
	before := boxes()
	eval[any](p, "croquis.page.set({ settings: { keys: false } })")
	for _, l := range eval[[]letter](p, letters) {
		if l.ID != "undo" && l.ID != "redo" {
			t.Errorf("%s still works %s", l.Printed, l.ID)
		}
	}
	if n := eval[int](p, "document.querySelectorAll('.easel kbd').length"); n != 2 {
		t.Errorf("with keys alone switched off there are %d keys printed, want those of undo and redo", n)
	}
	if after := boxes(); after != before {
		t.Errorf("the letters move what is around them:\n%s\n%s", before, after)
	}
	p.quiet()
}

// readAloud is what screen readers come by: the names of all that is not hidden from them.
func (p *tab) readAloud() (names []string) {
	p.t.Helper()
	var tree struct {
		Nodes []struct {
			Ignored bool `json:"ignored"`
			Name    struct {
				Value any `json:"value"`
			} `json:"name"`
		} `json:"nodes"`
	}
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, accessibility.CommandGetFullAXTree, nil, &tree) // cdproto's own reader does not know all of its words
	}))
	for _, node := range tree.Nodes {
		if name, ok := node.Name.Value.(string); ok && !node.Ignored {
			names = append(names, name)
		}
	}
	return names
}

// A Mac has keys of its own, and its own custom for redo.
func TestLettersOfAMac(t *testing.T) {
	t.Parallel()
	p := open(t, setup{script: "Object.defineProperty(navigator, 'platform', { value: 'MacIntel' });"}).ready()
	for _, l := range eval[[]letter](p, letters) {
		if want, ok := map[string]string{"undo": "⌘Z", "redo": "⇧⌘Z", "clear": "Delete", "pen": "P"}[l.ID]; ok && l.Printed != want {
			t.Errorf("on %s stands %q, want %q", l.ID, l.Printed, want)
		}
	}
	p.mouse(point{0.2, 0.2}, point{0.8, 0.8})
	p.key(kb.Backspace, 0) // the one that a Mac calls Delete
	if n := len(p.strokes()); n != 0 {
		t.Errorf("the Delete of a Mac leaves %d strokes", n)
	}
	p.key("z", input.ModifierMeta)
	if n := len(p.strokes()); n != 1 {
		t.Errorf("%d strokes after ⌘Z, want 1", n)
	}
	p.key("z", input.ModifierMeta|input.ModifierShift)
	if n := len(p.strokes()); n != 0 {
		t.Errorf("%d strokes after ⇧⌘Z, want none", n)
	}
	p.quiet()
}

// Fingers have no keys: nothing is printed for them.
func TestNoLettersForFingers(t *testing.T) {
	t.Parallel()
	for _, s := range []setup{{width: 360, height: 740, phone: true}, {width: 1024, height: 768, phone: true}} {
		p := open(t, s).ready()
		if got := eval[string](p, "[...document.querySelectorAll('kbd, #keys')].filter((e) => e.checkVisibility()).map((e) => e.textContent).join()"); got != "" {
			t.Errorf("at %d by %d there stands %q", s.width, s.height, got)
		}
	}
}

// In every language, at every width and by day and night, the letters can be read and lie on nothing but their own button.
func TestLettersHaveRoom(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "fi", "vi"} {
		for i, size := range [][2]int64{{1280, 800}, {1024, 768}, {768, 1024}, {360, 740}, {320, 640}} {
			t.Run(fmt.Sprintf("%s, %d", language, size[0]), func(t *testing.T) {
				p := open(t, setup{width: size[0], height: size[1], dark: i%2 == 1, script: "Object.defineProperty(navigator, 'languages', { value: ['" + language + "'] });"}).ready()
				p.mouse(point{0.2, 0.2}, point{0.8, 0.8})
				p.click("mirror")
				p.settle()
				p.shot(fmt.Sprintf("letters %s %d", language, size[0]))
				if found := eval[[]string](p, flaws); len(found) > 0 {
					t.Errorf("%s", strings.Join(found, "; "))
				}
				touching := eval[[]string](p, `[...document.querySelectorAll('kbd')].flatMap((letter) => {
					const a = letter.getBoundingClientRect();
					return [...document.querySelectorAll('.easel :is(button, .choice, .switch, kbd)')].filter((e) => {
						const b = e.getBoundingClientRect();
						return e !== letter && e.checkVisibility() && !e.contains(letter) && e !== letter.previousElementSibling && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
					}).map((e) => letter.textContent + ' lies on ' + (e.id || e.textContent));
				})`)
				if len(touching) > 0 {
					t.Errorf("%s", strings.Join(touching, "; "))
				}
				p.quiet()
			})
		}
	}
}
