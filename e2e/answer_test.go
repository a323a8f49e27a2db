package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// unlike makes the network find too little in every drawing and picture.
const unlike = `croquis.ready.then((c) => {
	for (const asked of Object.values(c.info.calibration)) asked.energy = 1e6;
})`

// What looks like none of the ten is not called one of them, however likely a class is.
func TestUnlikeAnyOfTheTen(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	eval[any](p, unlike)
	eval[any](p, "croquis.ready.then((c) => { c.info.calibration.drawings.threshold = 0; })")
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
}

// What looks like none of the ten is called so wherever its answer is told again, in every language: by the title of a saved
// picture, in the sketchbook and beside the gallery.
func TestUnlikeInEveryRoom(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for tag, said := range map[string]struct{ caption, card string }{
		"en": {"None of the ten; nearest: %s, %s", "None of the ten"},
		"fi": {"Ei mikään kymmenestä; lähinnä: %s, %s", "Ei mikään kymmenestä"},
		"vi": {"Không giống món nào trong mười món; gần nhất: %s, %s", "Không giống món nào trong mười món"},
	} {
		p.speak(tag)
		p.keeping()
		eval[any](p, unlike)
		dir := p.downloads()
		p.click("clear")
		p.sketch(shirt...)
		p.settle()
		// The name and the share of the likeliest class, as the table has them.
		caption := func() string {
			t.Helper()
			best := eval[[2]string](p, "['th', 'td'].map((e) => document.querySelector('#table tbody ' + e).textContent.trim())")
			return fmt.Sprintf(said.caption, best[0], best[1])
		}
		want := caption()
		p.save("svg")
		if file := string(p.downloaded(dir, "svg")); !strings.Contains(file, "<title>"+want+"</title>") {
			t.Errorf("%s: the title of the saved picture is not %q:\n%.200s", tag, want, file)
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) != 1 || names[0].Name() != "croquis-drawing.svg" {
			t.Errorf("%s: what is no garment is saved as %v, %v", tag, names, err)
		}
		p.click("clear")
		p.sketchbook()
		p.until("document.querySelector('.card-about span')")
		card := eval[[2]string](p, "[document.querySelector('.card-name').placeholder, document.querySelector('.card-about span').textContent]")
		if card[0] != said.card || card[1] != want+" · "+modelName {
			t.Errorf("%s: the card says %q, want %q and %q", tag, card, said.card, want)
		}
		p.shot("unlike-" + tag)
		p.openPictures()
		eval[any](p, "document.querySelector('[data-room=pictures] .tile').click()")
		p.settle()
		if got, want := eval[string](p, "document.querySelector('[data-room=pictures] .chosen strong').textContent"), caption(); got != want {
			t.Errorf("%s: beside the gallery it says %q, want %q", tag, got, want)
		}
		p.click("put-away")
		p.quiet()
	}
}

// The three verdicts: by the energy where the network has a threshold for it; else an answer that is as good as even is of nothing.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, c := range []struct{ answer, calibration, want string }{
		{"likely, 5", "threshold: 0.5, energy: 4 }, { width: 50, height: 11", "sure"},
		{"likely, 5", "threshold: 0.5, energy: 4 }, { width: 50, height: 9", "unlike"}, // a line
		{"likely, 5", "threshold: 0.5, energy: 4 }, { width: 0, height: 50", "unlike"},
		{"likely, 5", "threshold: 0.5, energy: 4", "sure"},
		{"likely, 4", "threshold: 0.5, energy: 4", "sure"},
		{"likely, 4", "threshold: 0.9, energy: 4", "sure"},
		{"likely, 3.9", "threshold: 0.5, energy: 4", "unlike"},
		{"likely, -1", "threshold: 0.5, energy: -2", "sure"},
		{"likely, -3", "threshold: 0.5, energy: -2", "unlike"},
		{"half, 5", "threshold: 0.5, energy: 4", "unsure"},
		{"spread, 5", "threshold: 0.5, energy: 4", "unsure"}, // there is a garment, whichever it is
		{"likely, -9", "threshold: 0, energy: 0", "sure"},
		{"half, 9", "threshold: 0.95, energy: 0", "unsure"},
		{"spread, 9", "threshold: 0, energy: 0", "unlike"},
	} {
		got := eval[string](p, `(async () => {
			const { verdict } = `+module("verdict.js")+`;
			const of = (first) => Array.from({ length: 10 }, (_, i) => ({ probability: i === 0 ? first : i === 1 ? 1 - first : 0 }));
			const [likely, half] = [of(0.9), of(0.45)];
			const spread = Array.from({ length: 10 }, () => ({ probability: 0.1 }));
			return verdict(`+c.answer+`, { `+c.calibration+` });
		})()`)
		if got != c.want {
			t.Errorf("(%s) asked for {%s} is %q, want %q", c.answer, c.calibration, got, c.want)
		}
	}
}

// Each of the two rules alone takes the name from an answer, of a drawing and of a picture by its own thresholds.
func TestAnswersHaveTheirVerdict(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, kind := range []string{"drawings", "photos"} {
		got := eval[[]string](p, `croquis.ready.then(async (c) => {
			const input = { drawings: [[[0, 0], [50, 0], [50, 80], [0, 80], [0, 0]]], photos: Float32Array.from({ length: 784 }, (_, i) => (i % 29) / 28) }.`+kind+`;
			const asked = c.info.calibration.`+kind+`;
			const { energy, top } = await c.classify(input);
			const likely = top[0].probability;
			const said = [];
			for (const [threshold, bar] of [[0, -1e6], [likely, energy], [likely + 1e-6, energy], [likely, energy + 1e-6], [likely + 1e-6, energy + 1e-6]]) {
				Object.assign(asked, { threshold, energy: bar });
				const { verdict, sure } = await c.classify(input);
				said.push(verdict + (sure ? '!' : ''));
			}
			return said;
		})`)
		if want := []string{"sure!", "sure!", "unsure", "unlike", "unlike"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	blank := eval[string](p, "croquis.ready.then((c) => c.classify([])).then(({ verdict, sure }) => `${verdict} ${sure}`)")
	if blank != "null false" {
		t.Errorf("nothing is %s, want null and not sure", blank)
	}
}

// Reasons can be asked for by a slice, by a row, by a garment on the rail, with the mouse and by keyboard.
func TestChoosingAClass(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
