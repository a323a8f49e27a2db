package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keys presses keys one after the other.
func (p *tab) keys(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		p.key(k, 0)
	}
}

// toSheet leads the focus to the sheet as a keyboard does.
func (p *tab) toSheet() {
	p.t.Helper()
	p.do(chromedp.MouseClickXY(3, 3))
	for range 5 {
		p.key("\t", 0)
		if eval[string](p, "document.activeElement.id") == "canvas" {
			return
		}
	}
	p.t.Fatal("Tab does not come to the sheet")
}

const said = "document.getElementById('drawing-said').textContent"

func TestDrawingByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.toSheet()
	if help := eval[string](p, "document.getElementById(document.getElementById('canvas').getAttribute('aria-describedby')).textContent"); !strings.Contains(help, "Arrow") {
		t.Errorf("the sheet's description is %q", help)
	}
	if !eval[bool](p, "getComputedStyle(document.querySelector('.nib .mark')).visibility === 'visible'") {
		t.Error("the pen cannot be seen when the sheet has the focus")
	}
	p.keys(kb.ArrowLeft, kb.ArrowLeft, kb.ArrowUp) // in the air
	p.until(said + ".includes('47 percent')")
	if s := p.strokes(); len(s) != 0 {
		t.Errorf("a pen in the air draws %+v", s)
	}
	p.key(" ", 0)
	p.until(said + ".includes('Pen down')")
	p.key(kb.ArrowRight, input.ModifierShift)
	p.key(kb.ArrowRight, 0)
	p.shot("keyboard")
	p.key(" ", 0)
	p.until(said + " === 'Pen up.'")
	s := p.strokes()
	if len(s) != 1 || !slices.Equal(s[0].Points, []float64{120, 124, 124, 124, 128, 124, 132, 124, 136, 124, 140, 124}) {
		t.Fatalf("keys draw %+v", s)
	}

	p.keys(" ", kb.ArrowDown, kb.Escape)
	p.until(said + " === 'Line dropped.'")
	if s := p.strokes(); len(s) != 1 {
		t.Errorf("%d strokes after Escape, want 1", len(s))
	}
	p.keys(" ", kb.ArrowDown, kb.ArrowDown, kb.Enter, kb.ArrowDown)
	if s := p.strokes(); len(s) != 2 || len(s[1].Points) != 6 {
		t.Errorf("after Enter: %+v", s)
	}
	p.keys(" ", kb.ArrowDown, "\t") // away from the sheet
	if s := p.strokes(); len(s) != 3 {
		t.Errorf("%d strokes, want the one begun to be ended when the focus goes", len(s))
	}
	if eval[bool](p, "getComputedStyle(document.querySelector('.nib .mark')).visibility === 'visible'") {
		t.Error("the pen stays when the focus has gone")
	}
	p.quiet()
}

// Two arrows that are held lead the pen aslant.
func TestKeyboardAslant(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.toSheet()
	p.key(" ", 0)
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for _, e := range []struct {
			kind input.KeyType
			key  string
		}{{input.KeyDown, "ArrowRight"}, {input.KeyDown, "ArrowDown"}, {input.KeyDown, "ArrowDown"}, {input.KeyUp, "ArrowDown"}, {input.KeyUp, "ArrowRight"}} {
			if err := input.DispatchKeyEvent(e.kind).WithKey(e.key).WithCode(e.key).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
	p.key(" ", 0)
	if s := p.strokes(); len(s) != 1 || !slices.Equal(s[0].Points, []float64{128, 128, 132, 128, 136, 132, 140, 136}) {
		t.Errorf("two arrows draw %+v", s)
	}
}

// Every tool works by keyboard.
func TestToolsByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.toSheet()
	p.key(" ", 0)
	for _, k := range []string{kb.ArrowRight, kb.ArrowDown, kb.ArrowLeft, kb.ArrowUp} {
		for range 4 {
			p.key(k, input.ModifierShift)
		}
	}
	p.key(" ", 0)
	for _, k := range []string{kb.ArrowRight, kb.ArrowRight, kb.ArrowDown} {
		p.key(k, input.ModifierShift)
	}
	p.keys("f", " ")
	p.until(said + " === 'Filled.'")
	if s := p.strokes(); len(s) != 1 || !s[0].Fill {
		t.Errorf("the square is %+v, want it filled", s)
	}
	p.keys(" ")
	p.until(said + " === 'No longer filled.'")
	p.keys("e", " ")
	for range 5 {
		p.key(kb.ArrowUp, 0)
	}
	p.keys(kb.Enter)
	if s := p.strokes(); len(s) != 2 {
		t.Errorf("%d strokes after the eraser was led through the square, want 2", len(s))
	}
	p.key("z", input.ModifierCtrl)
	p.until(said + " === 'Undone.'")
	if s := p.strokes(); len(s) != 1 {
		t.Errorf("%d strokes after undo, want 1", len(s))
	}
	p.quiet()
}

func TestShortcuts(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(point{0.2, 0.2}, point{0.8, 0.8})
	checked := func(id string) bool { return eval[bool](p, "document.getElementById('"+id+"').checked") }
	for _, step := range []struct{ key, id string }{{"e", "eraser"}, {"1", "size-0"}, {"f", "fill"}, {"p", "pen"}, {"3", "size-2"}, {"2", "size-1"}, {"E", "eraser"}, {"p", "pen"}} {
		p.key(step.key, 0)
		if !checked(step.id) {
			t.Errorf("%s does not choose %s", step.key, step.id)
		}
	}
	p.key("m", 0)
	if !eval[bool](p, "document.getElementById('mirror').ariaPressed === 'true'") {
		t.Error("M does not switch the mirror on")
	}
	p.key(kb.Delete, 0)
	if s := p.strokes(); len(s) != 0 {
		t.Error("Delete does not clear the sheet")
	}
	p.key("z", input.ModifierCtrl)
	p.key("z", input.ModifierCtrl)
	p.key("y", input.ModifierCtrl)
	if s := p.strokes(); len(s) != 1 {
		t.Errorf("%d strokes after undo, undo, redo; want 1", len(s))
	}
	for id, want := range map[string][2]string{
		"pen": {"Pen (P)", "P"}, "undo": {"Undo (Ctrl+Z)", "Control+Z"}, "redo": {"Redo (Ctrl+Y)", "Control+Y"}, "clear": {"Clear (Delete)", "Delete"},
	} {
		got := eval[[2]string](p, `((e) => [(e.closest('label') ?? e).title, e.getAttribute('aria-keyshortcuts')])(document.getElementById('`+id+`'))`)
		if got != want {
			t.Errorf("on %s stands %q, want %q", id, got, want)
		}
	}

	before := eval[[]string](p, flaws)
	p.key("?", 0)
	p.until("document.querySelector('dialog.keys[open]')")
	p.shot("keys")
	list := eval[string](p, "document.querySelector('dialog.keys').innerText")
	for _, want := range []string{"Eraser", "Ctrl+Shift+Z", "Space", "Delete", "Mirror"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list of keys does not say %q: %q", want, list)
		}
	}
	for _, flaw := range eval[[]string](p, flaws) {
		if !slices.Contains(before, flaw) {
			t.Errorf("the list: %s", flaw)
		}
	}
	p.do(chromedp.Click("dialog.keys label.switch", chromedp.ByQuery))
	p.key(kb.Escape, 0)
	p.until("!document.querySelector('dialog.keys')")
	p.key("e", 0)
	if checked("eraser") {
		t.Error("E chooses the eraser although keys alone are switched off")
	}
	if title := eval[string](p, "document.getElementById('pen').closest('label').title"); title != "Pen" {
		t.Errorf("the pen's title is still %q", title)
	}
	p.key("z", input.ModifierCtrl)
	if s := p.strokes(); len(s) != 0 {
		t.Error("with keys alone switched off, Ctrl+Z does nothing")
	}
	p.quiet()
}

// Keys belong to whom they are typed for.
func TestShortcutsLeaveOthersAlone(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	eval[any](p, `(() => { const box = document.createElement('input'); box.id = 'box'; document.body.append(box); box.focus(); return null; })()`)
	p.keys("e", "p", "?")
	if typed := eval[string](p, "document.getElementById('box').value"); typed != "ep?" {
		t.Errorf("typed %q, want ep?", typed)
	}
	if !eval[bool](p, "document.getElementById('pen').checked") || eval[bool](p, "!!document.querySelector('dialog.keys')") {
		t.Error("what is typed into a field works the tools")
	}
	// A button that is of no use does nothing, and keeps the focus.
	eval[any](p, "document.getElementById('undo').focus()")
	p.key("\r", 0)
	if id := eval[string](p, "document.activeElement.id"); id != "undo" {
		t.Errorf("the focus is on %q, want undo", id)
	}
	p.quiet()
}
