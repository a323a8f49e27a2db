package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

// place is where something lies in the window: left, top, right, bottom.
func (p *tab) place(selector string) [4]float64 {
	p.t.Helper()
	return eval[[4]float64](p, fmt.Sprintf("(({left, top, right, bottom}) => [left, top, right, bottom])(document.querySelector(%q).getBoundingClientRect())", selector))
}

// Beside each other, the tools and the buttons to share are in line, with an answer or without; nothing moves away from under the
// pointer when one is pressed; and in a high window nothing is torn apart.
func TestLayout(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int64{{1440, 900}, {1280, 800}, {1280, 720}, {1024, 768}, {1280, 2000}} {
		t.Run(fmt.Sprintf("%d by %d", size[0], size[1]), func(t *testing.T) {
			p := open(t, setup{width: size[0], height: size[1]}).ready().keeping()
			look := func(state string) {
				t.Helper()
				undo, share, rail := p.place("#undo"), p.place("#keep-share"), p.place(".rail")
				if d := undo[1] - share[1]; d < -1 || d > 1 {
					t.Errorf("%s: the buttons to share are %.0f pixels above the tools", state, d)
				}
				if d := rail[1] - undo[3]; d < 0 || d > 60 {
					t.Errorf("%s: %.0f pixels between the tools and the wardrobe", state, d)
				}
			}
			look("blank")
			p.mouse(shirt...)
			p.settle()
			look("answer")
			before := p.place(".rail")
			p.click("keep-keep")
			p.says("A copy is in the sketchbook")
			look("kept")
			if after := p.place(".rail"); size[0] >= 1024 && after != before {
				t.Errorf("the wardrobe moves from %v to %v", before, after)
			}
			p.click("keep-save")
			look("saving")
			panel := p.place("#keep-panel")
			if panel[1] < 0 || panel[3] > float64(size[1]) {
				t.Errorf("the kinds of files are at %v, out of sight", panel)
			}
			// Whoever draws on has done with them, and with what was said of the drawing as it was.
			p.mouse(point{0.1, 0.95}, point{0.9, 0.95})
			if eval[bool](p, "document.getElementById('keep-panel').checkVisibility()") {
				t.Error("the kinds of files stay over the answer")
			}
			if said := eval[string](p, "document.querySelector('[data-room=keep] [role=status]').textContent"); said != "" {
				t.Errorf("of a drawing that has changed it is still said: %q", said)
			}
			p.quiet()
		})
	}
}

// doubts go before the likeliest class, by the state of the answer.
var doubts = map[string]string{"answer": "", "unsure": "Not sure: ", "unlike": "None of the ten; nearest: "}

// Where a picture is named, the page says so beside the answer and beside the gallery, the drawing steps back, and a button
// leads back to it.
func TestPictureInPlaceOfTheDrawing(t *testing.T) {
	t.Parallel()
	for _, phone := range []bool{false, true} {
		t.Run(map[bool]string{false: "mouse", true: "phone"}[phone], func(t *testing.T) {
			s := setup{}
			if phone {
				s = setup{width: 360, height: 740, phone: true}
			}
			p := open(t, s).ready()
			p.mouse(shirt...)
			p.settle()
			drawn := p.shown()
			p.click("tab-pictures")
			p.until("document.querySelectorAll('.tile').length > 60")
			p.do(chromedp.Click(".rack:last-child .tile:nth-child(1)", chromedp.ByQuery))
			p.settle()
			named := p.shown()
			said := eval[string](p, "document.querySelector('[data-room=pictures] .chosen strong').textContent")
			want := fmt.Sprintf("%s%s, %.1f%%", doubts[named.State], named.Rows[0].Label, named.Rows[0].Percent)
			if said != want {
				t.Errorf("beside the gallery it says %q, the answer is %q", said, want)
			}
			if bar := p.place("[data-room=pictures] .chosen"); bar[1] < 0 || bar[3] > 740 {
				t.Errorf("the answer beside the gallery is out of sight, at %v", bar)
			}
			opacity := func() string {
				return eval[string](p, "getComputedStyle(document.getElementById('canvas')).opacity")
			}
			if subject := eval[string](p, "document.getElementById('subject').textContent"); subject == "" || opacity() == "1" {
				t.Errorf("named is %q, and the drawing has opacity %s", subject, opacity())
			}
			p.shot("picture-" + map[bool]string{false: "mouse", true: "phone"}[phone])
			p.click("put-away")
			p.settle()
			if s := p.shown(); s.Headline != drawn.Headline || opacity() != "1" || eval[bool](p, "document.getElementById('put-away').checkVisibility()") {
				t.Errorf("back at the drawing it says %q, want %q; opacity %s", s.Headline, drawn.Headline, opacity())
			}
			p.quiet()
		})
	}
}

// On a phone on its side all of the sheet is in sight, with every tool beside it and the answer.
func TestSheetOnAPhoneOnItsSide(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int64{{640, 360}, {740, 360}, {844, 390}, {932, 430}} {
		p := open(t, setup{width: size[0], height: size[1], phone: true}).ready()
		p.finger(shirt...)
		p.settle()
		for _, id := range []string{"#sheet", "label:has(#pen)", "label:has(#fill)", "label:has(#size-2)", "#mirror", "#undo", "#clear", "#live", "#pie", "#headline"} {
			box := p.place(id)
			if box[0] < 0 || box[1] < 0 || box[2] > float64(size[0]) || box[3] > float64(size[1]) || box[2] <= box[0] {
				t.Errorf("%v: %s lies at %v", size, id, box)
			}
		}
		for _, flaw := range eval[[]string](p, flaws) {
			t.Errorf("%v: %s", size, flaw)
		}
	}
}
