package e2e

import (
	"slices"
	"strconv"
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

func TestForbiddenMemory(t *testing.T) {
	p := open(t, setup{script: `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('forbidden', 'SecurityError'); } });`}).ready()
	p.mouse(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
	eval[any](p, "dispatchEvent(new Event('pagehide'))")
	p.reload()
	checkBlank(t, p.shown())
	p.quiet()
}

// When there is not room for all, the drawing goes before its history.
func TestFullMemory(t *testing.T) {
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
