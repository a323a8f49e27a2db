package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// With letters twice as large, as visitors set them in their browser, everything can be read and touched in every room; and on
// a screen of 320 pixels, with letters as they are.
func TestLargeLettersAndSmallScreens(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]struct {
		setup
		letters int64
	}{
		"200 %, laptop": {setup{width: 1280, height: 800}, 32},
		"200 %, tablet": {setup{width: 768, height: 1024, phone: true, dark: true}, 32},
		"320 pixels":    {setup{width: 320, height: 640, phone: true}, 16},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, s.setup)
			p.do(chromedp.ActionFunc(func(ctx context.Context) error {
				return page.SetFontSizes(&page.FontSizes{Standard: s.letters, Fixed: s.letters * 13 / 16}).Do(ctx)
			}), chromedp.Reload())
			p.ready()
			if got := eval[string](p, "getComputedStyle(document.body).fontSize"); got != fmt.Sprintf("%dpx", s.letters) {
				t.Fatalf("letters are of %s, the visitor has set %d", got, s.letters)
			}
			p.draw(boot)
			look := func(state string) {
				t.Helper()
				p.shot("large " + name + " " + state)
				found := eval[[]string](p, flaws)
				if len(found) > 0 {
					t.Errorf("%s: %s", state, strings.Join(found, "; "))
				}
			}
			look("answer")
			for _, room := range eval[[]string](p, "[...document.querySelectorAll('[role=tab]')].map((e) => e.id.replace('tab-', ''))") {
				p.closer(room)
				p.settle()
				look(room)
			}
			p.quiet()
		})
	}
}
