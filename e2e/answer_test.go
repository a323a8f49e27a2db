package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// even makes the network shrug: of every class as likely as the others.
const even = `croquis.ready.then((c) => {
	const classify = c.classify.bind(c);
	c.classify = async (input) => {
		const answer = await classify(input);
		if (answer.blank) return answer;
		const top = answer.top.map((t) => ({ ...t, probability: 1 / answer.top.length }));
		return { ...answer, top, probabilities: answer.probabilities.map(() => 1 / answer.top.length), sure: true };
	};
})`

// What looks like none of the ten is not called one of them: when the answer is as good as even, whatever the threshold,
// and when the best is far below it.
func TestUnlikeAnyOfTheTen(t *testing.T) {
	for name, script := range map[string]string{
		"even": even,
		"far below the threshold": `croquis.ready.then((c) => {
			const classify = c.classify.bind(c);
			c.classify = async (input) => ({ ...await classify(input), sure: false });
			c.info.calibration.drawings.threshold = 2.1;
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
