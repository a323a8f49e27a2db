package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The tabs are worked as tabs are: arrows go from one to the next and around, Home and End to the ends, and Tab into the room.
func TestTabs(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	names := eval[[]string](p, "[...document.querySelectorAll('[role=tab]')].map((e) => e.id.replace('tab-', ''))")
	if len(names) < 2 {
		t.Fatalf("there are the tabs %q", names)
	}
	first, last := names[0], names[len(names)-1]
	p.click("tab-" + first)
	for _, step := range []struct{ key, want string }{
		{kb.ArrowRight, names[1]}, {kb.ArrowLeft, first}, {kb.ArrowLeft, last}, {kb.ArrowRight, first}, {kb.End, last}, {kb.Home, first},
	} {
		p.key(step.key, 0)
		open := eval[[]string](p, `[croquis.page.tab, document.activeElement.id, ...[...document.querySelectorAll('.panel')].filter((e) => !e.hidden).map((e) => e.id),
			...[...document.querySelectorAll('[aria-selected=true]')].map((e) => e.id)]`)
		want := []string{step.want, "tab-" + step.want, "panel-" + step.want, "tab-" + step.want}
		if len(open) != 4 || open[0] != want[0] || open[1] != want[1] || open[2] != want[2] || open[3] != want[3] {
			t.Errorf("key %q: open, in focus, shown and selected are %q, want %q", step.key, open, want)
		}
	}
	p.until("!document.getElementById('panel-" + first + "').hasAttribute('aria-busy')")
	p.key("\t", 0)
	if !eval[bool](p, "document.getElementById('panel-"+first+"').contains(document.activeElement)") {
		t.Error("Tab does not go from the tab into its room")
	}
	p.key("\t", input.ModifierShift)
	if got := eval[string](p, "document.activeElement.id"); got != "tab-"+first {
		t.Errorf("back from the room the focus is on %q, want its tab", got)
	}
}

// Nothing of the rooms is fetched before somebody comes near them.
func TestRoomsComeWhenOpened(t *testing.T) {
	t.Parallel()
	p := open(t, setup{height: 500, width: 1280}).ready()
	fetched := func() int {
		t.Helper()
		return eval[int](p, "performance.getEntriesByType('resource').filter(({ name }) => /\\/(why|time)\\//.test(name)).length")
	}
	if n := fetched(); n != 0 {
		t.Errorf("%d files of rooms are fetched on a page that nobody has scrolled", n)
	}
	p.click("tab-why")
	p.until("!document.getElementById('panel-why').hasAttribute('aria-busy') && document.getElementById('panel-why').childElementCount > 0")
	if fetched() == 0 {
		t.Error("the room is there, but none of its files was seen")
	}
}

// A room that does not arrive says so and can be asked for again; the rest works on.
func TestRoomThatDoesNotArrive(t *testing.T) {
	t.Parallel()
	wrap, mend, _ := broken("why/why.js", missing)
	p := open(t, setup{handler: wrap}).ready()
	p.click("tab-why")
	p.until("document.querySelector('#panel-why .missing [role=alert], #panel-why .missing')")
	eval[any](p, "scrollTo(0, 0)")
	p.mouse(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
	mend()
	p.do(chromedp.Click("#panel-why .missing button", chromedp.ByQuery))
	p.until("!document.querySelector('#panel-why .missing') && document.getElementById('panel-why').childElementCount > 0")
}
