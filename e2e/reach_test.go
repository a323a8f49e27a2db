package e2e

import "testing"

// walking keeps what Tab has still to come to, and how things look: left is all controls in some places that can be seen, of a
// group of radio buttons the one that is chosen; step says where the focus is, and whether what had it before looks otherwise
// now. A control that is drawn by its label, or by what is beside it, has its frame there.
const walking = `(places) => {
	const controls = places.flatMap((place) => [...place.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]'), ...(place.tabIndex === 0 ? [place] : [])]);
	window.left = new Set(controls.filter((e) => {
		if (e.disabled || e.tabIndex < 0 || !e.checkVisibility({ visibilityProperty: true }) || e.type === 'hidden') return false;
		if (e.type !== 'radio') return true;
		const group = [...document.getElementsByName(e.name)].filter((o) => o.checkVisibility());
		return (group.find((o) => o.checked) ?? group[0]) === e;
	}));
	const look = (e) => [e, e.closest('label'), e.nextElementSibling, e.parentElement].map((o) => {
		const { outlineStyle, outlineWidth, boxShadow } = o ? getComputedStyle(o) : {};
		return [outlineStyle === 'none' ? '' : outlineStyle + outlineWidth, boxShadow].join();
	}).join();
	let last = null;
	window.step = () => {
		const unseen = last && last.e.isConnected && look(last.e) === last.look ? last.what : '';
		const e = document.activeElement;
		left.delete(e);
		last = { e, look: look(e), what: e.outerHTML.slice(0, 120) };
		return { Inside: places.some((place) => place.contains(e)), Unseen: unseen, What: last.what };
	};
	return left.size;
}`

// walk goes from the focus on by Tab until it has left the places, a list of elements in the page.
func (p *tab) walk(name, places string) {
	p.t.Helper()
	all := eval[int](p, "("+walking+")("+places+")")
	if all == 0 {
		p.t.Errorf("%s: there is nothing to reach", name)
	}
	for presses := 0; ; presses++ {
		p.key("\t", 0)
		at := eval[struct {
			Inside       bool
			Unseen, What string
		}](p, "step()")
		if at.Unseen != "" {
			p.t.Errorf("%s: that the focus is on %s cannot be seen", name, at.Unseen)
		}
		if !at.Inside {
			break
		}
		if presses > 200 {
			p.t.Fatalf("%s: Tab does not lead out of it; it is on %s", name, at.What)
		}
	}
	if left := eval[[]string](p, "[...left].filter((e) => e.isConnected && e.checkVisibility()).map((e) => e.outerHTML.slice(0, 120))"); len(left) > 0 {
		p.t.Errorf("%s: of %d controls Tab does not come to %q", name, all, left)
	}
}

// Tab comes to every control of the page and of each of its rooms, with a drawing on the sheet, and whoever looks sees where the
// focus is.
func TestEveryControlByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.draw(boot)
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.click("keep-save")
	p.focus("#language")
	p.key("\t", 0)
	if got := eval[string](p, focus); got != "canvas" {
		t.Errorf("after the language Tab comes to %q, want the sheet", got)
	}
	p.focus("#language")
	p.walk("page", "[...document.querySelectorAll('main > *')]")
	for _, room := range eval[[]string](p, "[...document.querySelectorAll('[role=tab]')].map((e) => e.id.replace('tab-', ''))") {
		p.closer(room)
		p.settle()
		if room == "sketchbook" {
			p.cards(1)
		}
		p.focus("#tab-" + room)
		p.walk(room, "[document.getElementById('panel-"+room+"')]")
	}
	p.quiet()
}
