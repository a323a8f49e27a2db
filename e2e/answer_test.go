package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// even makes the network shrug: of every class as likely as the others. It judges by probabilities alone.
const even = `croquis.ready.then((c) => {
	c.info.calibration.drawings.energy = 0;
	const classify = c.classify.bind(c);
	c.classify = async (input) => {
		const answer = await classify(input);
		if (answer.blank) return answer;
		const top = answer.top.map((t) => ({ ...t, probability: 1 / answer.top.length }));
		return { ...answer, top, probabilities: answer.probabilities.map(() => 1 / answer.top.length), sure: true };
	};
})`

// What looks like none of the ten is not called one of them: when its energy is below the threshold, however likely a class is;
// and by a network that has no such threshold when the answer is as good as even, whatever the threshold of the probability, and
// when the best is far below it.
func TestUnlikeAnyOfTheTen(t *testing.T) {
	for name, script := range map[string]string{
		"below the energy": "croquis.ready.then((c) => { Object.assign(c.info.calibration.drawings, { threshold: 0, energy: 1e6 }); })",
		"even":             even,
		"far below the threshold": `croquis.ready.then((c) => {
			const classify = c.classify.bind(c);
			c.classify = async (input) => ({ ...await classify(input), sure: false });
			Object.assign(c.info.calibration.drawings, { threshold: 2.1, energy: 0 });
		})`,
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, setup{}).ready()
			eval[any](p, script)
			p.mouse(shirt...)
			p.settle()
			s := p.shown()
			if s.State != "unlike" || !strings.Contains(s.Headline, "does not look like one of the ten") {
				t.Errorf("the headline is %q in state %q", s.Headline, s.State)
			}
			if !strings.Contains(s.Detail, s.Rows[0].Label) || !strings.Contains(s.Detail, s.Rows[1].Label) {
				t.Errorf("the near misses %s and %s are not in %q", s.Rows[0].Label, s.Rows[1].Label, s.Detail)
			}
			if eval[int](p, "document.querySelectorAll('#wardrobe [data-best]').length") != 0 {
				t.Error("a garment is singled out all the same")
			}
			p.until("document.getElementById('spoken').textContent.includes('does not look like')")
			p.quiet()
		})
	}
}

// The three verdicts, by the energy where the network has a threshold for it, and else by the probabilities.
func TestVerdicts(t *testing.T) {
	p := open(t, setup{}).ready()
	for _, c := range []struct{ answer, calibration, want string }{
		{"likely, energy: 5, sure: true", "threshold: 0.5, energy: 4", "sure"},
		{"likely, energy: 4, sure: true", "threshold: 0.5, energy: 4", "sure"},
		{"likely, energy: 3.9, sure: false", "threshold: 0.5, energy: 4", "unlike"},
		{"likely, energy: -1, sure: true", "threshold: 0.5, energy: -2", "sure"},
		{"likely, energy: -3, sure: false", "threshold: 0.5, energy: -2", "unlike"},
		{"spread, energy: 5, sure: false", "threshold: 0.5, energy: 4", "unsure"}, // there is a garment, whichever it is
		{"likely, energy: -9, sure: true", "threshold: 0.5, energy: 0", "sure"},
		{"half, energy: 9, sure: false", "threshold: 0.7, energy: 0", "unsure"},
		{"half, energy: 9, sure: false", "threshold: 0.95, energy: 0", "unlike"},
		{"spread, energy: 9, sure: true", "threshold: 0, energy: 0", "unlike"},
	} {
		got := eval[string](p, `(async () => {
			const { verdict } = `+module("answer/verdict.js")+`;
			const of = (first) => ({ top: Array.from({ length: 10 }, (_, i) => ({ probability: i === 0 ? first : i === 1 ? 1 - first : 0 })) });
			const [likely, half] = [of(0.9), of(0.45)];
			const spread = { top: Array.from({ length: 10 }, () => ({ probability: 0.1 })) };
			return verdict({ ...`+c.answer+` }, { `+c.calibration+` });
		})()`)
		if got != c.want {
			t.Errorf("{%s} asked for {%s} is %q, want %q", c.answer, c.calibration, got, c.want)
		}
	}
}

// Each of the two rules alone makes an answer unsure, of a drawing and of a picture by its own thresholds.
func TestSureAsksBothRules(t *testing.T) {
	p := open(t, setup{}).ready()
	for _, kind := range []string{"drawings", "photos"} {
		got := eval[[]bool](p, `croquis.ready.then(async (c) => {
			const input = { drawings: [[[0, 0], [50, 0], [50, 80], [0, 80], [0, 0]]], photos: Float32Array.from({ length: 784 }, (_, i) => (i % 29) / 28) }.`+kind+`;
			const asked = c.info.calibration.`+kind+`;
			const { energy, top } = await c.classify(input);
			const likely = top[0].probability;
			const sure = [];
			for (const [threshold, bar] of [[0, 0], [likely, energy], [likely, 0], [likely + 1e-6, energy], [likely, energy + 1e-6], [likely + 1e-6, 0]]) {
				Object.assign(asked, { threshold, energy: bar });
				sure.push((await c.classify(input)).sure);
			}
			return sure;
		})`)
		if want := []bool{true, true, true, false, false, false}; !slices.Equal(got, want) {
			t.Errorf("%s: sure %v, want %v", kind, got, want)
		}
	}
}

// Reasons can be asked for by a slice, by a row, by a garment on the rail, with the mouse and by keyboard.
func TestChoosingAClass(t *testing.T) {
	p := open(t, setup{}).ready()
	p.mouse(shirt...)
	p.settle()
	chosen := func() int {
		t.Helper()
		return eval[int](p, "croquis.page.chosen")
	}
	classOf := func(row int) int {
		t.Helper()
		return eval[int](p, "croquis.page.answer.top["+string(rune('0'+row))+"].index")
	}
	p.do(chromedp.Click("#table tbody tr:nth-child(3) td", chromedp.ByQuery))
	if got, want := chosen(), classOf(2); got != want {
		t.Errorf("a click on the third row chooses %d, want %d", got, want)
	}
	if pressed := eval[string](p, "document.querySelector('#table [aria-pressed=true]').textContent"); pressed != p.shown().Rows[2].Label {
		t.Errorf("the row of %q is pressed, want that of %q", pressed, p.shown().Rows[2].Label)
	}
	p.do(chromedp.Click("#table tbody tr:nth-child(3) button", chromedp.ByQuery))
	if chosen() != -1 {
		t.Error("choosing a class again does not go back to the likeliest")
	}
	p.do(chromedp.Click("#table tbody tr:nth-child(6)", chromedp.ByQuery))
	if chosen() != -1 {
		t.Error("all others together are chosen as if they were a class")
	}
	p.do(chromedp.Focus("#wardrobe li:nth-child(9) button", chromedp.ByQuery))
	p.key("\r", 0)
	if chosen() != 8 {
		t.Errorf("Enter on the ninth garment chooses %d, want 8", chosen())
	}
	// The slice of the likeliest class is where its token rides.
	at := eval[[2]float64](p, "(({left, top, width, height}) => [left + width / 2, top + height / 2])(document.querySelector('.token:not([data-gone])').getBoundingClientRect())")
	p.do(chromedp.MouseClickXY(at[0], at[1]))
	if got, want := chosen(), classOf(0); got != want {
		t.Errorf("a click on the largest slice chooses %d, want %d", got, want)
	}
	p.click("clear")
	if chosen() != -1 {
		t.Error("what was chosen for a drawing stays when it is gone")
	}
	p.quiet()
}

// Who clears by keyboard goes on from there: the button that has become of no use keeps the focus, and does nothing.
func TestControlsOfNoUseKeepTheFocus(t *testing.T) {
	p := open(t, setup{}).ready()
	p.mouse(shirt...)
	p.settle()
	for _, id := range []string{"clear", "undo"} {
		p.do(chromedp.Focus("#"+id, chromedp.ByQuery))
		p.key("\r", 0)
		if got := eval[string](p, "document.activeElement.id"); got != id {
			t.Errorf("after %s the focus is on %q", id, got)
		}
	}
	p.settle()
	before := p.shown() // Undo has brought the drawing back, and taken the way back with it
	p.key("\r", 0)
	p.key("\r", 0)
	p.click("redo")
	p.click("undo")
	p.settle()
	if s := p.shown(); !slices.Equal(s.Rows, before.Rows) && s.State != "blank" {
		t.Errorf("an undo that is of no use did something: %+v", s)
	}
	p.quiet()
}

// What was said of a drawing is not said of an empty sheet, not even for a moment.
func TestNothingIsSaidOfWhatIsGone(t *testing.T) {
	p := open(t, setup{}).ready()
	p.mouse(shirt...)
	p.until("document.getElementById('spoken').textContent.includes('percent')")
	p.click("clear")
	eval[any](p, "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))")
	if spoken := p.shown().Spoken; strings.Contains(spoken, "percent") {
		t.Errorf("on an empty sheet a screen reader finds %q", spoken)
	}
	p.until("document.getElementById('spoken').textContent === 'Nothing is drawn.'")
}
