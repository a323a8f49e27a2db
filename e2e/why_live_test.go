package e2e

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Strokes take on the colour of what they say while somebody draws: the pen is down, and its line is among them.
func TestTintWhileThePenIsDown(t *testing.T) {
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("why")
	p.until("document.querySelector('.paper').dataset.shows === 'looks' && croquis.page.looks.length === 5")
	eval[any](p, "scrollTo(0, 0)")
	p.held(point{0.15, 0.15}, point{0.2, 0.3}, point{0.3, 0.3})
	p.until("croquis.page.drawing.open && croquis.page.looks?.length === 6")
	// The table has it too, with what the classifier says of the drawing as it is at this moment.
	p.until("document.querySelectorAll('.why-list tbody tr').length === 6")
	p.settle()
	want := eval[leftOut](p, `croquis.ready.then(async (c) => {
		const all = croquis.page.drawing.all, { index } = croquis.page.answer.top[0];
		const answers = await Promise.all(all.map((_, i) => c.classify(all.filter((_, k) => k !== i))));
		return { whole: 100 * (await c.classify(all)).probabilities[index], without: answers.map((a) => 100 * a.probabilities[index]), named: [] };
	})`)
	checkReasons(t, p.reasons(), want)
	if !eval[bool](p, "croquis.page.drawing.open !== null && document.querySelector('.paper').dataset.shows === 'looks'") {
		t.Error("the strokes are tinted only when the pen is up")
	}
	p.release(point{0.3, 0.3})
	p.until("croquis.page.looks?.length === 6 && !croquis.page.drawing.open")
	p.quiet()
}

// Each of the five classes can be chosen with the mouse, and has the classifier's reasons.
func TestReasonsForEachOfTheFive(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.draw(boot)
	p.closer("why")
	p.until("document.querySelectorAll('.why-list tbody tr').length === 5")
	five := eval[[]struct {
		Index int
		Label string
	}](p, "croquis.page.answer.top.slice(0, 5).map(({ index, label }) => ({ index, label }))")
	for i, class := range five {
		chosen := class.Index
		if i == 0 {
			chosen = -1 // the likeliest, whichever that is
		}
		choice := fmt.Sprintf(".why-choice:has([name=why-class][value='%d'])", chosen)
		if said := eval[string](p, "document.querySelector(\""+choice+"\").textContent"); !strings.Contains(said, class.Label) {
			t.Errorf("the choice for %s says %q", class.Label, said)
		}
		p.do(chromedp.Click(choice, chromedp.ByQuery))
		p.until(fmt.Sprintf("croquis.page.chosen === %d && document.querySelector('.why-verdict').textContent.includes('%s')", chosen, class.Label))
		want := p.leftOut(strconv.Itoa(class.Index))
		p.settle()
		checkReasons(t, p.reasons(), want)
		// Strokes on the sheet look as the table says: which speak for the class and which against it.
		looks := eval[[]string](p, "croquis.page.looks.map(({ side }) => side)")
		for i, w := range want.Without {
			if points := want.Whole - w; math.Abs(points) > 1.1 && (points > 0) != (looks[i] == "for") {
				t.Errorf("%s: stroke %d adds %.1f points and looks %q", class.Label, i+1, points, looks[i])
			}
		}
	}
	p.quiet()
}

// A photo of the gallery has a heat map: its places speak for the class that it is named.
func TestHeatMapOfAPhoto(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().openPictures()
	p.do(chromedp.Click("[data-room=pictures] .tile[aria-label='Bag, photo 2']", chromedp.ByQuery))
	p.until("croquis.page.picture && croquis.page.answer?.top[0].label === 'Bag'")
	p.closer("why")
	p.until("document.querySelector('.heat .cells').checkVisibility() && /Bag/.test(document.querySelector('.why-verdict').textContent)")
	if eval[bool](p, "document.querySelector('.why-strokes').checkVisibility() || 'shows' in document.querySelector('.paper').dataset") {
		t.Error("the strokes of a photo are shown, which has none")
	}
	heat := eval[[]float64](p, "croquis.ready.then((c) => c.heat(croquis.page.picture.values, 8)).then(({ values }) => [...values])")
	p.focus(".heat .cells")
	p.key(kb.Home, 0)
	for range 14*28 + 14 { // the middle, where the bag is
		p.key(kb.ArrowRight, 0)
	}
	if got, want := lastNumber(t, strings.TrimSuffix(p.valueText(".heat .cells"), " points")), -100*heat[14*28+14]; math.Abs(got-want) > 0.06 {
		t.Errorf("covering the middle changes the bag by %.1f points, the classifier says %.2f", got, want)
	}
	// Another class, other places.
	before := eval[string](p, "document.querySelector('.heat canvas').toDataURL()")
	p.do(chromedp.Click(".why-choice:has([name=why-class][value='"+strconv.Itoa(eval[int](p, "croquis.page.answer.top[1].index"))+"'])", chromedp.ByQuery))
	p.until("document.querySelector('.heat canvas').toDataURL() !== " + strconv.Quote(before))
	p.quiet()
}
