package e2e

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

const answered = "['answer', 'unsure'].includes(document.getElementById('result').dataset.state)"

// checkAnswer checks that what is shown is an answer: a pie and its twin in numbers, and both say the same.
func checkAnswer(t *testing.T, s shown) {
	t.Helper()
	if len(s.Rows) != 6 {
		t.Fatalf("the table has %d rows, want five classes and the others: %+v", len(s.Rows), s)
	}
	sum, seen := 0.0, map[string]bool{}
	for i, r := range s.Rows {
		sum += r.Percent
		seen[r.Label] = true
		if i > 0 && i < 5 && r.Percent > s.Rows[i-1].Percent {
			t.Errorf("row %d has %v %%, more than the %v %% above it", i, r.Percent, s.Rows[i-1].Percent)
		}
		if r.Percent >= 0.05 && !strings.Contains(s.Pie, r.Label) {
			t.Errorf("the pie's description %q does not mention %s", s.Pie, r.Label)
		}
	}
	if math.Abs(sum-100) > 0.01 {
		t.Errorf("the slices sum to %v %%, want 100: %+v", sum, s.Rows)
	}
	if s.Rows[5].Label != "other" || len(seen) != 6 {
		t.Errorf("the rows are %+v, want five different classes and other", s.Rows)
	}
	if s.Slices == 0 {
		t.Error("there is no pie")
	}
	if s.State == "answer" && s.Headline != s.Rows[0].Label {
		t.Errorf("the headline is %q, the first row %q", s.Headline, s.Rows[0].Label)
	}
	if s.Preview < 50 {
		t.Errorf("the picture that the network sees has %d bright pixels", s.Preview)
	}
}

// checkBlank checks that nothing is claimed about nothing.
func checkBlank(t *testing.T, s shown) {
	t.Helper()
	if s.State != "blank" || len(s.Rows) != 0 || s.Slices != 0 || s.Preview != 0 || s.Drawn {
		t.Errorf("want a blank page, without a pie; got %+v", s)
	}
}

func TestDrawingGivesAPie(t *testing.T) {
	t.Parallel()
	p := open(t, setup{moving: true}).ready()
	checkBlank(t, p.shown())
	p.mouse(shirt...)
	p.until(answered)
	p.until("document.getElementById('spoken').textContent.includes('percent')")
	s := p.shown()
	checkAnswer(t, s)
	if !s.Drawn {
		t.Error("nothing is painted on the sheet")
	}
	if !strings.Contains(s.Spoken, s.Rows[0].Label) {
		t.Errorf("a screen reader is given %q, the first row is %+v", s.Spoken, s.Rows[0])
	}
	if took := eval[string](p, "document.getElementById('took').textContent"); !strings.Contains(took, "ms") {
		t.Errorf("the time shown is %q", took)
	}
	p.quiet()
}

// While drawing, answers come; and when the pen rests, what is shown is the answer for the whole drawing, not for a
// drawing of some frames ago. However slow the network is, there is never a queue.
func TestNewestAnswerWins(t *testing.T) {
	t.Parallel()
	const slow = `{
		const post = globalThis.postMessage;
		globalThis.postMessage = (message) => {
			if (message.type === 'answer') for (const end = performance.now() + 100; performance.now() < end; );
			post(message);
		};
	}`
	const count = `{
		window.asked = window.most = 0;
		const open = new Set(), post = Worker.prototype.postMessage;
		window.Worker = class extends Worker {
			constructor(...args) {
				super(...args);
				this.addEventListener('message', ({ data }) => open.delete(data.id));
			}
		};
		Worker.prototype.postMessage = function (message, transfer) {
			if (message.type === 'classify' && !('values' in message.input)) {
				asked++;
				open.add(message.id);
				most = Math.max(most, open.size);
			}
			post.call(this, message, transfer);
		};
	}`
	for name, s := range map[string]setup{"fast": {script: count}, "slow": {script: count, handler: prefix("worker.js", slow)}} {
		t.Run(name, func(t *testing.T) {
			p := open(t, s).ready()
			p.mouse(shirt...)
			p.mouse(point{0.9, 0.95}, point{0.1, 0.95}, point{0.1, 0.5}, point{0.9, 0.05})
			p.settle()
			if n := eval[int](p, "asked"); n < 5 {
				t.Errorf("the page asked %d times while drawing, want it live", n)
			}
			if n := eval[int](p, "most"); n != 1 {
				t.Errorf("%d questions waited for an answer at once, want a queue of one", n)
			}
			live := p.shown()
			checkAnswer(t, live)
			p.click("live") // without it there is a button to ask with
			p.click("predict")
			p.settle()
			if asked := p.shown(); !slices.Equal(live.Rows, asked.Rows) {
				t.Errorf("live came to rest at %+v, Predict says %+v", live.Rows, asked.Rows)
			}
		})
	}
}

func (p *tab) disabled(id string) bool {
	p.t.Helper()
	return eval[bool](p, "document.getElementById('"+id+"').getAttribute('aria-disabled') === 'true'")
}

func (p *tab) key(key string, modifiers input.Modifier) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(modifiers)))
}

func TestUndoRedoClear(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, id := range []string{"undo", "redo", "clear", "predict"} {
		if !p.disabled(id) {
			t.Errorf("on a blank sheet %s is enabled", id)
		}
	}
	look := func() shown {
		t.Helper()
		p.settle()
		return p.shown()
	}
	p.mouse(shirt...)
	one := look()
	p.mouse(point{0.1, 0.95}, point{0.9, 0.05})
	two := look()
	if slices.Equal(one.Rows, two.Rows) {
		t.Fatal("the second stroke changes nothing, so that undo would prove nothing")
	}
	for _, step := range []struct {
		what string
		do   func()
		want shown
	}{
		{"undo", func() { p.click("undo") }, one},
		{"redo", func() { p.click("redo") }, two},
		{"Ctrl+Z", func() { p.key("z", input.ModifierCtrl) }, one},
		{"Ctrl+Shift+Z", func() { p.key("z", input.ModifierCtrl|input.ModifierShift) }, two},
	} {
		step.do()
		if s := look(); !slices.Equal(s.Rows, step.want.Rows) {
			t.Errorf("after %s: %+v, want %+v", step.what, s.Rows, step.want.Rows)
		}
	}
	p.click("clear")
	checkBlank(t, look())
	if p.disabled("undo") || !p.disabled("clear") || !p.disabled("predict") {
		t.Error("after clearing, undo is disabled, or clear or predict enabled")
	}
	p.key("z", input.ModifierCtrl)
	if s := look(); !slices.Equal(s.Rows, two.Rows) {
		t.Errorf("after undoing Clear: %+v, want %+v", s.Rows, two.Rows)
	}
	p.quiet()
}

func TestDotIsNotADrawing(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(point{0.5, 0.5})
	p.settle()
	s := p.shown()
	if !s.Drawn {
		t.Error("a dot is not painted")
	}
	if s.State != "blank" || s.Slices != 0 || len(s.Rows) != 0 {
		t.Errorf("a dot is named: %+v", s)
	}
}

func TestPredictWithLiveOff(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.click("live")
	p.mouse(shirt...)
	p.settle()
	if s := p.shown(); len(s.Rows) != 0 || s.Slices != 0 {
		t.Errorf("with live off an answer came unasked: %+v", s)
	}
	p.click("predict")
	p.settle()
	checkAnswer(t, p.shown())
	p.mouse(point{0.1, 0.95}, point{0.9, 0.05})
	p.settle()
	if s := p.shown(); s.State != "stale" {
		t.Errorf("after the drawing changed the state is %q, want stale", s.State)
	}
	p.click("clear")
	p.settle()
	checkBlank(t, p.shown())
	p.mouse(shirt...)
	p.click("live")
	p.settle()
	checkAnswer(t, p.shown())
	p.quiet()
}

func TestFinger(t *testing.T) {
	p := open(t, setup{phone: true, width: 360, height: 740}).ready()
	p.finger(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
	// The same swipe beside the sheet scrolls, or this would prove nothing.
	swipe := func(id string) (scrolled float64) {
		t.Helper()
		at := eval[[2]float64](p, "(({left, top, width, height}) => [left + width / 2, top + height / 2])(document.getElementById('"+id+"').getBoundingClientRect())")
		p.do(chromedp.ActionFunc(func(ctx context.Context) error {
			for i := range 25 { // slowly, or it is not a scroll
				kind := input.TouchMove
				if i == 0 {
					kind = input.TouchStart
				}
				if err := input.DispatchTouchEvent(kind, []*input.TouchPoint{{X: at[0], Y: at[1] - float64(5*i)}}).Do(ctx); err != nil {
					return err
				}
				time.Sleep(16 * time.Millisecond)
			}
			return input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}).Do(ctx)
		}))
		return eval[float64](p, "scrollY")
	}
	if y := swipe("canvas"); y != 0 {
		t.Errorf("drawing scrolls the page by %v", y)
	}
	if y := swipe("pie"); y == 0 {
		t.Error("a swipe beside the sheet does not scroll the page")
	}
	if wide := eval[bool](p, "document.documentElement.scrollWidth > innerWidth"); wide {
		t.Error("the page is wider than the screen")
	}
	p.quiet()
}

// A hand that rests on the screen while the other holds a pen draws nothing.
func TestPenAndPalm(t *testing.T) {
	t.Parallel()
	p := open(t, setup{phone: true, width: 768, height: 1024}).ready()
	p.drag(input.Pen, shirt...)
	p.settle()
	pen := p.shown()
	checkAnswer(t, pen)
	p.drag(input.Pen, point{0.4, 0.5}, point{0.41, 0.5})
	p.finger(point{0.1, 0.95}, point{0.9, 0.05})
	p.click("undo")
	p.settle()
	if s := p.shown(); !slices.Equal(s.Rows, pen.Rows) {
		t.Errorf("the palm has drawn: %+v, want %+v", s.Rows, pen.Rows)
	}
}

// Other buttons than the first belong to the browser.
func TestSecondButtonDrawsNothing(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.do(chromedp.MouseClickXY(200, 300, chromedp.ButtonRight), chromedp.MouseClickXY(220, 320, chromedp.ButtonMiddle))
	p.settle()
	checkBlank(t, p.shown())
}

func TestNothingIsLostWhenThePageTurns(t *testing.T) {
	t.Parallel()
	p := open(t, setup{phone: true, width: 400, height: 800}).ready()
	p.finger(shirt...)
	p.settle()
	before := p.shown()
	for _, size := range [][2]int64{{800, 400}, {400, 800}, {320, 640}, {1440, 900}} {
		p.do(emulation.SetDeviceMetricsOverride(size[0], size[1], 3, true))
		p.until("document.getElementById('canvas').width === Math.round(3 * document.getElementById('canvas').getBoundingClientRect().width)")
		p.settle()
		if s := p.shown(); !s.Drawn || !slices.Equal(s.Rows, before.Rows) {
			t.Errorf("at %v: painted %v, %+v, want %+v", size, s.Drawn, s.Rows, before.Rows)
		}
		if box := eval[[2]float64](p, "(({width, height}) => [width, height])(document.getElementById('canvas').getBoundingClientRect())"); math.Abs(box[0]-box[1]) > 0.5 {
			t.Errorf("at %v the sheet is %v, not square", size, box)
		}
		if eval[bool](p, "document.documentElement.scrollWidth > innerWidth") {
			t.Errorf("at %v the page is wider than the screen", size)
		}
	}
	p.quiet()
}

// A drawing made before the network arrives is named when it does.
func TestDrawingWhileLoading(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	p := open(t, setup{handler: func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/model/") {
				hold(r, gate)
			}
			h.ServeHTTP(w, r)
		})
	}})
	p.until("document.querySelector('#wardrobe li')") // the rooms are there once the words are
	p.mouse(shirt...)
	p.until("document.getElementById('result').dataset.state === 'waiting'")
	if !eval[bool](p, "document.getElementById('bar').getBoundingClientRect().width > 0") {
		t.Error("there is no progress bar while loading")
	}
	close(gate)
	p.ready()
	p.settle()
	checkAnswer(t, p.shown())
	if eval[bool](p, "document.getElementById('bar').getBoundingClientRect().width > 0") {
		t.Error("the progress bar stays")
	}
	p.quiet()
}

// Nothing but the page's own host is asked for anything, from the first byte to the last stroke.
func TestNoOtherHost(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{false, true} {
		p := open(t, setup{dark: dark}).ready()
		p.mouse(shirt...)
		p.settle()
		p.click("clear")
		p.mouse(shirt...)
		p.settle()
		checkAnswer(t, p.shown())
		p.quiet()
		p.mu.Lock()
		requests := slices.Clone(p.requests)
		p.mu.Unlock()
		// index.html, style.css, scripts, manifest; the worker's own are seen by the server below.
		if len(requests) < 10 {
			t.Errorf("only %d requests were seen: %q", len(requests), requests)
		}
		for _, r := range requests {
			if !strings.HasPrefix(r, p.server.URL+"/") && !strings.HasPrefix(r, "data:") {
				t.Errorf("the page asks for %s", r)
			}
		}
	}
}

// Below its threshold of the probability alone the network says that it is not sure, and what it hesitates between, and claims
// no garment.
func TestNotSure(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	eval[any](p, "croquis.ready.then((c) => { Object.assign(c.info.calibration.drawings, { threshold: 1.1, energy: -1e6 }); })")
	p.mouse(shirt...)
	p.settle()
	s := p.shown()
	if s.State != "unsure" || s.Headline != "Not sure" || !strings.Contains(s.Detail, s.Rows[0].Label) || !strings.Contains(s.Detail, s.Rows[1].Label) {
		t.Errorf("below the threshold: %+v", s)
	}
	if eval[int](p, "document.querySelectorAll('#wardrobe [data-best]').length") != 0 {
		t.Error("a garment is singled out all the same")
	}
	checkAnswer(t, s)
	p.shot("not-sure")
	p.quiet()
}

// All can be reached and worked by keyboard, in the order in which it is read.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.mouse(shirt...)
	p.settle()
	p.mouse(point{0.1, 0.95}, point{0.9, 0.05})
	p.click("undo")
	p.settle()
	before := p.shown()
	p.do(chromedp.MouseClickXY(3, 3)) // from where Tab begins at the top
	for _, want := range []string{"language", "canvas", "pen", "size-1", "mirror", "keys", "undo", "redo", "clear", "live"} {
		p.key("\t", 0)
		if got := eval[string](p, "document.activeElement.id"); got != want {
			t.Fatalf("Tab goes to %q, want %q", got, want)
		}
		if outline := eval[string](p, "getComputedStyle(document.activeElement).outlineStyle"); outline == "none" {
			t.Errorf("that %s has the focus cannot be seen", want)
		}
	}
	p.key(" ", 0)
	if eval[bool](p, "document.getElementById('live').checked") {
		t.Error("space does not switch live off")
	}
	// Predict is there for those who have switched it off.
	p.key("\t", 0)
	if got := eval[string](p, "document.activeElement.id"); got != "predict" {
		t.Fatalf("with live off Tab goes from it to %q, want predict", got)
	}
	p.key("\r", 0)
	p.settle()
	if s := p.shown(); !slices.Equal(s.Rows, before.Rows) {
		t.Errorf("Enter on Predict gives %+v, want %+v", s.Rows, before.Rows)
	}
	p.quiet()
}
