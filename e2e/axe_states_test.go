package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axe-core finds nothing wrong in the rooms either when somebody works in them: what is opened, chosen, kept, measured or has
// gone wrong there, by day and by night.
func TestAxeAtWork(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	boot54 := fileOf(t, "boot.png", pngOf(t, photoLooks["on white paper"].picture(photos[54])))
	broken := fileOf(t, "broken.jpg", []byte("\xff\xd8\xff\xe0 and no more"))
	rooms := map[string]func(p *tab, clean func(state string)){
		"looking closer": func(p *tab, clean func(state string)) {
			p.key("?", 0)
			p.until("document.querySelector('dialog.keys[open]')")
			clean("the list of keys")
			p.key(kb.Escape, 0)

			p.closer("inside")
			p.until("document.querySelectorAll('.stratum canvas').length > 1")
			p.focus(".stratum:nth-child(2) > .cells")
			p.key("\r", 0)
			p.until("document.querySelector('.magnifier .kernels .grid')")
			clean("an enlarged map")

			p.closer("why")
			p.until("document.querySelectorAll('.why-list tbody tr').length === 5")
			clean("strokes")
			p.do(chromedp.Click("label:has([name=why-view][value=heat])", chromedp.ByQuery))
			p.until("document.querySelector('.heat .cells').checkVisibility()")
			clean("places")

			p.closer("time")
			p.until("document.querySelectorAll('.time-line').length > 0")
			p.focus(slider)
			p.key(kb.ArrowLeft, 0)
			clean("a moment of the past")
		},
		"keeping": func(p *tab, clean func(state string)) {
			p.click("keep-share")
			p.until("document.getElementById('keep-link')?.checkVisibility()")
			p.click("keep-save")
			clean("a link, and the kinds of files")
			p.click("keep-keep")
			p.says("A copy is in the sketchbook")
			p.sketchbook()
			p.cards(1)
			p.click("shelf-delete")
			p.shelf("1 drawing is deleted")
			clean("a sketchbook that was emptied")
			p.click("shelf-undo")
			p.cards(1)
			clean("a sketchbook")

			p.openNetworks()
			p.do(chromedp.Click(".engine-bench button", chromedp.ByQuery))
			p.until("document.querySelectorAll('.measured li').length === 1")
			clean("what was measured")
		},
		"pictures": func(p *tab, clean func(state string)) {
			p.openPictures()
			p.fresh(func() { p.give(boot54) })
			clean("a picture's steps")
			p.give(broken)
			p.until("!document.querySelector('[data-room=pictures] .fault').hidden")
			p.pressButton("Trace over it")
			clean("a broken picture, and one to trace over")

			eval[any](p, "croquis.ready.then((c) => { c.info.calibration.drawings.threshold = 1.1; })")
			p.drawOn(shirt...)
			p.settle()
			p.until("document.getElementById('result').dataset.state === 'unsure'")
			clean("not sure")
			p.click("live")
			p.drawOn(point{0.2, 0.2}, point{0.3, 0.3})
			p.settle()
			clean("an answer to an older drawing")
		},
	}
	for name, work := range rooms {
		for light, s := range map[string]setup{"light": {}, "dark": {dark: true}} {
			t.Run(name+", "+light, func(t *testing.T) {
				s.script = "Object.defineProperty(navigator, 'clipboard', { value: undefined });" // so that a link stands in a field
				p := open(t, s).ready().keeping()
				p.draw(boot)
				work(p, func(state string) {
					t.Helper()
					if found := p.axe(); len(found) > 0 {
						t.Errorf("%s: axe-core finds\n%s", state, strings.Join(found, "\n"))
					}
				})
			})
		}
	}
}
