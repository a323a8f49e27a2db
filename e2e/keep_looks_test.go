package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The buttons, the kinds of files, the line below them and the sketchbook can be read and touched at every size, light and dark.
func TestKeepLooks(t *testing.T) {
	t.Parallel()
	for _, look := range []struct {
		width, height int64
		dark          bool
	}{{1280, 800, false}, {1280, 800, true}, {768, 1024, false}, {360, 740, false}, {320, 640, true}} {
		name := fmt.Sprintf("keep-%d-%s", look.width, map[bool]string{false: "light", true: "dark"}[look.dark])
		t.Run(name, func(t *testing.T) {
			p := open(t, setup{width: look.width, height: look.height, phone: look.width < 800, dark: look.dark}).ready().keeping()
			check := func(state string) {
				t.Helper()
				p.shot(name + "-" + state)
				if f := eval[[]string](p, flaws); len(f) > 0 {
					t.Errorf("%s: %s", state, strings.Join(f, "; "))
				}
			}
			p.click("tab-sketchbook")
			p.until("document.querySelector('#panel-sketchbook .book-count')?.textContent")
			check("empty")
			for _, corners := range [][]point{square, {{0.1, 0.2}, {0.5, 0.8}, {0.9, 0.2}}, shirt} {
				p.sketch(corners...)
				p.settle()
				p.click("keep-keep")
				p.says("A copy is in the sketchbook")
				p.click("clear")
				p.says("already")
			}
			p.click("keep-save")
			p.cards(3)
			p.do(chromedp.Focus(".card:nth-child(2) .card-name", chromedp.ByQuery), chromedp.KeyEvent("A very long name for a small drawing"))
			p.key("\r", 0)
			p.do(chromedp.Click(".card:nth-child(3) .card-delete", chromedp.ByQuery))
			p.shelf("deleted")
			p.cards(2)
			check("full")
			p.quiet()
		})
	}
}
