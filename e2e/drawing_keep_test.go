package e2e

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// reload comes back to the page as after a crash: nothing is known but what was written down.
func (p *tab) reload() {
	p.t.Helper()
	p.do(chromedp.Reload())
	p.ready()
	p.settle()
}

func TestDrawingSurvivesAReload(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(shirt...)
	p.choose("fill")
	p.mouse(point{0.5, 0.6})
	p.choose("pen")
	p.press(point{0.4, 0.3}, point{0.6, 0.3})
	p.click("mirror")
	p.mouse(point{0.35, 0.5}, point{0.45, 0.6})
	p.click("undo")
	p.settle()
	strokes, shown := p.strokes(), p.shown()
	if len(strokes) != 2 || !strokes[0].Fill || strokes[1].Pressure == nil {
		t.Fatalf("drawn: %+v", strokes)
	}
	p.reload()
	if s := p.strokes(); !slices.EqualFunc(s, strokes, same) || !slices.Equal(s[1].Pressure, strokes[1].Pressure) {
		t.Errorf("after a reload: %+v, want %+v", s, strokes)
	}
	if s := p.shown(); !s.Drawn || !slices.Equal(s.Rows, shown.Rows) {
		t.Errorf("after a reload the answer is %+v, was %+v", s.Rows, shown.Rows)
	}
	if p.painted(areasLayer, 0.45, 0.7, 0.55, 0.8) == 0 {
		t.Error("after a reload the shirt is not filled")
	}
	if !eval[bool](p, "document.getElementById('sheet').closest('[data-mirror]') !== null") {
		t.Error("after a reload the mirror is off")
	}
	p.click("redo")
	if s := p.strokes(); len(s) != 4 {
		t.Errorf("%d strokes after redo, want the two halves again", len(s))
	}
	for range 3 {
		p.click("undo")
	}
	p.reload()
	if s := p.strokes(); len(s) != 1 || s[0].Fill {
		t.Errorf("after three steps back and a reload: %+v, want the outline", s)
	}
	p.click("undo")
	if s := p.strokes(); len(s) != 0 || !p.disabled("undo") {
		t.Errorf("at the beginning of all there is %+v", s)
	}
	p.quiet()
}

// What was kept may be anything: another version's, half of it, somebody else's.
func TestDamagedMemory(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, damaged := range []string{
		"", "{", "null", "[]", `"x"`, `{"version":2}`, `{"version":1}`,
		`{"version":1,"strokes":[[1,0,0,"0 0 16",""]],"now":[0],"past":[],"future":[]}`,
		`{"version":1,"strokes":[[1,0,0,"0 0 99999 0",""]],"now":[0],"past":[],"future":[]}`,
		`{"version":1,"strokes":[[1,0,0,"a b","0"]],"now":[0],"past":[],"future":[]}`,
		`{"version":1,"strokes":[[1e9,0,0,"0 0 16 16",""]],"now":[0],"past":[],"future":[]}`,
		`{"version":1,"strokes":[[1,0,0,"0 0 16 16","3"]],"now":[0],"past":[],"future":[]}`,
		`{"version":1,"strokes":[],"now":[0],"past":[],"future":[]}`,
		`{"version":1,"strokes":[[1,0,0,"0 0 16 16",""]],"now":[0],"past":[[0,[],[0,0]]],"future":[]}`,
		`{"version":1,"strokes":[[1,0,0,"0 0 16 16",""]],"now":[0],"past":[],"future":[[7,[],[0]]]}`,
	} {
		got := eval[string](p, `(async () => {
			const { decode } = `+module("drawing/keep.js")+`;
			try { return JSON.stringify(decode(`+strconv.Quote(damaged)+`)); } catch (error) { return 'refused'; }
		})()`)
		if got != "refused" {
			t.Errorf("%s is taken for a drawing: %s", damaged, got)
		}
	}
	eval[any](p, "localStorage.setItem('croquis.drawing', '{\"version\":1,\"strokes\":[[1')")
	p.reload()
	checkBlank(t, p.shown())
	p.mouse(shirt...)
	p.reload()
	checkAnswer(t, p.shown())
	p.quiet()
}

// passing is the sentence that the drawing goes with the page, empty while it does not.
const passing = "[...document.querySelectorAll('[data-room=keep] [role=status]')].find((e) => e.textContent.includes('Your drawing lasts until'))?.textContent ?? ''"

// Where the browser keeps nothing, or has no room at all, the visitor is told so; drawing and settings survive a reload all the
// same, and when there is room again they are kept as ever.
func TestNoMemory(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]string{
		"forbidden": "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError'); } });",
		"missing":   "Object.defineProperty(window, 'localStorage', { value: null });",
		"full":      "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
	} {
		t.Run(name, func(t *testing.T) {
			// The fault is there while the tab is called so.
			p := open(t, setup{script: "if (window.name === 'faulty') { " + fault + " }"}).ready()
			chosen := func(id string) {
				t.Helper()
				if !eval[bool](p, "document.getElementById('"+id+"').checked") {
					t.Errorf("the tool in hand is not the %s", id)
				}
			}
			// From before the fault, and older than all that comes.
			p.mouse(square...)
			p.choose("eraser")
			eval[any](p, "void (window.name = 'faulty')")
			p.reload()
			p.choose("pen")
			p.click("clear")
			p.mouse(shirt...)
			p.mouse(point{0.5, 0.2}, point{0.52, 0.9})
			p.choose("fill")
			p.until(passing)
			p.settle()
			want, answer := p.drawn(), p.shown()
			checkAnswer(t, answer)
			eval[any](p, "dispatchEvent(new Event('pagehide'))")
			p.reload()
			if got := p.drawn(); got != want {
				t.Errorf("after a reload: %s, want %s", got, want)
			}
			if s := p.shown(); !slices.Equal(s.Rows, answer.Rows) {
				t.Errorf("after a reload: %+v, want %+v", s, answer)
			}
			chosen("fill")
			p.click("undo")
			if n := eval[int](p, "croquis.page.drawing.strokes.length"); n != 1 {
				t.Errorf("after a reload and a step back there are %d strokes, want 1", n)
			}
			p.until(passing)
			// With room again all is as usual, in a new tab as well.
			eval[any](p, "void (dispatchEvent(new Event('pagehide')), (window.name = ''))")
			p.reload()
			p.choose("pen")
			p.mouse(square...)
			if told := eval[string](p, passing); told != "" {
				t.Errorf("with room again the visitor is told %q", told)
			}
			want = p.drawn()
			p.again().ready()
			if got := p.drawn(); got != want || strings.Count(got, "points") != 2 {
				t.Errorf("with room again: %s, want %s", got, want)
			}
			chosen("pen")
			p.quiet()
		})
	}
}

// Settings may be anything that somebody has written there, of an older or newer version of the page, too.
func TestDamagedSettings(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, kept := range []string{
		``, `{`, `null`, `7`, `"pen"`, `[]`, `{"tool":"laser","size":-3,"eraser":1e999,"language":"xx","model":"nonesuch","live":"no"}`,
		`{"tool":"__proto__","size":1e9,"model":"../../etc/passwd","language":"constructor"}`, `{"tool":null,"size":null,"mirror":7,"__proto__":{"live":false}}`,
		`{"language":"` + strings.Repeat("x", 100_000) + `"}`,
	} {
		eval[any](p, "localStorage.setItem('croquis.settings', "+strconv.Quote(kept)+")")
		p.reload()
		if !eval[bool](p, "document.getElementById('pen').checked && document.getElementById('live').checked && document.documentElement.lang === 'en'") {
			t.Errorf("with %.100s another tool is in hand, the page is not live or speaks another language", kept)
		}
		p.draws()
		if size := p.strokes()[0].Size; size != 1 {
			t.Errorf("with %.100s the line is %v wide, want 1", kept, size)
		}
		p.click("clear")
	}
	p.quiet()
}

// What comes by a link may be wider than any pen of the page, and survives a reload as well.
func TestWideLinesSurviveAReload(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	link := eval[string](p, `(async () => {
		const { linkTo } = `+module("keep/link.js")+`;
		return linkTo(location.href, [{ points: [30, 30, 200, 200], size: 9, fill: false }, { points: [128, 128], size: 0.07, fill: true }], null);
	})()`)
	other := open(t, setup{fragment: fragment(t, link)}).ready()
	other.until("croquis.page.drawing.strokes.length === 2")
	want := other.strokes()
	other.again().ready()
	if got := other.strokes(); !slices.EqualFunc(got, want, same) {
		t.Errorf("after a reload: %+v, want %+v", got, want)
	}
	other.quiet()
}

// When there is not room for all, the drawing goes before its history.
func TestFullMemory(t *testing.T) {
	t.Parallel()
	p := open(t, setup{script: `
		const set = Storage.prototype.setItem;
		Storage.prototype.setItem = function (key, value) {
			if (value.length > 1500) throw new DOMException('full', 'QuotaExceededError');
			set.call(this, key, value);
		};`}).ready()
	for i := range 12 {
		y := 0.1 + 0.05*float64(i)
		p.mouse(point{0.1, y}, point{0.5, y + 0.1}, point{0.9, y})
		if i < 11 {
			p.click("clear")
		}
	}
	want := p.strokes()
	if len(want) != 1 {
		t.Fatalf("%d strokes, want 1", len(want))
	}
	p.reload()
	if got := p.strokes(); !slices.EqualFunc(got, want, same) {
		t.Errorf("after a reload: %+v, want %+v", got, want)
	}
	p.click("undo") // some of the history was kept
	if got := p.strokes(); len(got) != 0 {
		t.Errorf("one step back there is %+v, want the sheet that was cleared", got)
	}
	p.quiet()
}
