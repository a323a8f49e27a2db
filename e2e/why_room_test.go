package e2e

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// reasonRow is a row of the table of reasons.
type reasonRow struct {
	Name    string
	Without float64 // in percent
	Points  float64
}

func (p *tab) reasons() []reasonRow {
	p.t.Helper()
	return eval[[]reasonRow](p, `[...document.querySelectorAll('.why-list tbody tr')].map(({ cells }) => {
		const number = (s) => parseFloat(s.replace('−', '-').replace('+', ''));
		return { name: cells[0].textContent, without: number(cells[1].textContent), points: number(cells[2].textContent) };
	})`)
}

// leftOut is what the classifier says for a class, of the whole drawing and without each stroke, in percent, and what it names
// without each.
type leftOut struct {
	Whole   float64
	Without []float64
	Named   []string
}

func (p *tab) leftOut(index string) leftOut {
	p.t.Helper()
	return eval[leftOut](p, `croquis.ready.then(async (c) => {
		const { strokes } = croquis.page.drawing, index = `+index+`;
		const answers = await Promise.all(strokes.map((_, i) => c.classify(strokes.filter((_, k) => k !== i))));
		return {
			whole: 100 * (await c.classify(strokes)).probabilities[index],
			without: answers.map((a) => 100 * (a.probabilities?.[index] ?? 0)),
			named: answers.map((a) => a.top[0]?.label ?? ''),
		};
	})`)
}

// heaviest is the stroke without which the class changes most.
func (l leftOut) heaviest() int {
	most := 0
	for i, w := range l.Without {
		if math.Abs(l.Whole-w) > math.Abs(l.Whole-l.Without[most]) {
			most = i
		}
	}
	return most
}

// checkReasons compares the table with the classifier.
func checkReasons(t *testing.T, rows []reasonRow, want leftOut) {
	t.Helper()
	if len(rows) != len(want.Without) {
		t.Fatalf("%d rows for %d strokes: %+v", len(rows), len(want.Without), rows)
	}
	for i, r := range rows {
		if !strings.HasPrefix(r.Name, fmt.Sprintf("stroke %d, ", i+1)) {
			t.Errorf("row %d is called %q", i, r.Name)
		}
		if math.Abs(r.Without-want.Without[i]) > 0.06 || math.Abs(r.Points-(want.Whole-want.Without[i])) > 0.06 {
			t.Errorf("%+v, but without stroke %d the classifier says %.2f %% instead of %.2f %%", r, i+1, want.Without[i], want.Whole)
		}
	}
}

// The stroke that the page says matters most is the one without which the class falls most: taken away by undo, it does.
func TestStrokesThatMatter(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("why")
	p.until("document.querySelectorAll('.why-list tbody tr').length === 5")
	want := p.leftOut("croquis.page.answer.top[0].index")
	p.settle()
	checkReasons(t, p.reasons(), want)
	most := want.heaviest()
	verdict := eval[string](p, "document.querySelector('.why-verdict').textContent")
	if !strings.Contains(verdict, fmt.Sprintf("stroke %d, ", most+1)) {
		t.Errorf("the verdict %q does not name stroke %d, without which the class changes most: %+v", verdict, most+1, want)
	}
	if label := eval[string](p, "croquis.page.answer.top[0].label"); want.Named[most] != label && !strings.Contains(verdict, want.Named[most]) {
		t.Errorf("without that stroke it is %s, the verdict is %q", want.Named[most], verdict)
	}
	// The same strokes, that one last, and taken back: the class falls as far as was said.
	others := append(append([][]point{}, boot[:most]...), boot[most+1:]...)
	p.click("clear")
	p.draw(append(others, boot[most]))
	p.key("z", input.ModifierCtrl)
	p.settle()
	index := eval[int](p, "croquis.page.classifier.info.labels.indexOf('Ankle boot')")
	if got := 100 * eval[float64](p, fmt.Sprintf("croquis.page.answer.probabilities[%d]", index)); math.Abs(got-want.Without[most]) > 1.5 {
		t.Errorf("without the stroke that matters most the class has %.2f %%, said were %.2f %%", got, want.Without[most])
	}
	p.quiet()
}

// On the sheet and on its copy, lines that speak for the class and against it differ in more than colour; and with another
// tab the sheet is as it was.
func TestStrokesAreTinted(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("why")
	p.until("document.querySelectorAll('.why-copy path').length === 5")
	p.until("document.querySelector('.paper').dataset.shows === 'looks'")
	// Of the class that the drawing is not, some strokes keep it away.
	rows := p.reasons()
	looks := eval[[]struct{ Class, Width, Dash string }](p, `[...document.querySelectorAll('.why-copy path')].map((e) => ({
		class: e.getAttribute('class'), width: e.getAttribute('stroke-width'), dash: e.getAttribute('stroke-dasharray'),
	}))`)
	const usual = 3.4
	for i, r := range rows {
		width, err := strconv.ParseFloat(looks[i].Width, 64)
		if err != nil {
			t.Fatal(err)
		}
		side, wide, dashed := "neither", width > usual, looks[i].Dash != "none"
		switch {
		case r.Points > 1:
			side = "for"
		case r.Points < -1:
			side = "against"
		}
		if looks[i].Class != side || wide != (side == "for") && side != "against" || dashed != (side == "against") {
			t.Errorf("stroke %d adds %v points and looks %+v", i+1, r.Points, looks[i])
		}
	}
	tinted := func() int {
		return eval[int](p, `(async () => {
			for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
			const c = document.querySelector('.overlay'), accent = [0xa8, 0x2c, 0x17];
			if (!c.width) return 0;
			const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
			let n = 0;
			for (let i = 0; i < data.length; i += 4) n += data[i + 3] === 255 && accent.every((v, k) => Math.abs(data[i + k] - v) < 3);
			return n;
		})()`)
	}
	if n := tinted(); n < 500 {
		t.Errorf("%d pixels of the sheet have the colour of what speaks for the class", n)
	}
	// They are while somebody draws, too, with the sheet alone in sight.
	eval[any](p, "scrollTo(0, 0)")
	p.mouse(point{0.15, 0.15}, point{0.25, 0.3})
	p.until("croquis.page.looks?.length === 6")
	before := eval[string](p, "JSON.stringify(croquis.page.drawing.strokes)")
	p.do(chromedp.Click("#tab-inside", chromedp.ByQuery))
	p.until("!('shows' in document.querySelector('.paper').dataset)")
	if n := tinted(); n != 0 {
		t.Errorf("%d pixels stay tinted when the room is closed", n)
	}
	if after := eval[string](p, "JSON.stringify(croquis.page.drawing.strokes)"); after != before {
		t.Errorf("the tint has changed the drawing: %s, was %s", after, before)
	}
	p.quiet()
}

// Any of the five classes can be chosen by keyboard, and its reasons are shown; while drawing they are those of the drawing.
func TestReasonsForAnotherClass(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("why")
	p.until("document.querySelectorAll('.why-list tbody tr').length === 5")
	if got := eval[int](p, "document.querySelectorAll('[name=why-class]').length - document.querySelectorAll('[hidden] [name=why-class]').length"); got != 5 {
		t.Errorf("%d classes can be chosen, want the likeliest and the other four", got)
	}
	p.focus("[name=why-class][value='-1']")
	p.key(kb.ArrowDown, 0)
	chosen := eval[int](p, "Number(document.querySelector('[name=why-class]:checked').value)")
	if chosen < 0 || eval[int](p, "croquis.page.chosen") != chosen {
		t.Fatalf("the arrow chooses class %d, the page has %d", chosen, eval[int](p, "croquis.page.chosen"))
	}
	p.settle()
	p.settle()
	checkReasons(t, p.reasons(), p.leftOut(strconv.Itoa(chosen)))
	p.draw([][]point{{{0.15, 0.15}, {0.25, 0.3}}})
	p.until("document.querySelectorAll('.why-list tbody tr').length === 6")
	p.settle()
	checkReasons(t, p.reasons(), p.leftOut(strconv.Itoa(chosen)))
	p.quiet()
}

// The places of a picture have a map of their own, with the classifier's numbers; a drawing has both.
func TestHeatMap(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("why")
	p.until("document.querySelector('.why-list tbody tr')")
	p.do(chromedp.Click("label:has([name=why-view][value=heat])", chromedp.ByQuery))
	check := func(what, input string) {
		t.Helper()
		// A newer call for a heat map overtakes the room's.
		p.until("/overing/.test(document.querySelector('.why-verdict').textContent)")
		want := eval[struct {
			Most  int
			Value float64
			Label string
		}](p, `croquis.ready.then(async (c) => {
			const { index, label } = croquis.page.answer.top[0], { values } = await c.heat(`+input+`, index);
			const most = values.indexOf(Math.max(...values));
			return { most, value: 100 * values[most], label };
		})`)
		p.until(fmt.Sprintf("document.querySelector('.why-verdict').textContent.includes('%s by %.1f points')", want.Label, want.Value))
		p.focus(".heat .cells")
		p.key(kb.Home, 0)
		for range want.Most / 28 {
			p.key(kb.ArrowDown, 0)
		}
		for range want.Most % 28 {
			p.key(kb.ArrowRight, 0)
		}
		if got := p.valueText(".heat .cells"); !strings.HasSuffix(strings.ReplaceAll(got, "−", "-"), fmt.Sprintf("%.1f points", -want.Value)) {
			t.Errorf("%s: the place that matters most says %q, want %.1f points less", what, got, want.Value)
		}
		// It has the largest disc: its corners are dark, its middle is not.
		if !eval[bool](p, fmt.Sprintf(`(() => {
			const c = document.querySelector('.heat canvas'), size = c.width / 28, ink = c.getContext('2d');
			const at = ink.getImageData((%d %% 28 + 0.5) * size, (Math.floor(%d / 28) + 0.5) * size, 1, 1).data;
			return at[0] > 240 && at[2] < 140;
		})()`, want.Most, want.Most)) {
			t.Errorf("%s: there is no disc on the place that matters most", what)
		}
	}
	check("drawing", "croquis.page.drawing.strokes")
	if eval[bool](p, "'shows' in document.querySelector('.paper').dataset") {
		t.Error("the strokes are tinted while the places are shown")
	}
	eval[any](p, `croquis.page.set({ picture: { values: Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 5 && i % 28 < 22 && i > 100 && i < 700 ? 0.7 : 0)) } })`)
	p.until("document.querySelector('[name=why-view]').closest('fieldset').hidden")
	p.until("croquis.page.answer.fit === null && document.querySelector('.why-verdict').textContent.includes(croquis.page.answer.top[0].label)")
	check("picture", "croquis.page.picture.values")
	p.quiet()
}
