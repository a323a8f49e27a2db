package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// axeFile is axe-core (https://github.com/dequelabs/axe-core), of the version in scripts/web/package.json.
const axeFile = "../runs/web-tools/node_modules/axe-core/axe.min.js"

// axe lists what axe-core finds against WCAG 2.2 A and AA and its own best practices, a line for each element.
func (p *tab) axe() []string {
	p.t.Helper()
	if !eval[bool](p, "'axe' in window") {
		source, err := os.ReadFile(axeFile)
		if err != nil {
			p.t.Fatalf("%v; make web-tools fetches it", err)
		}
		eval[any](p, "(() => {"+string(source)+"\n})()")
	}
	return eval[[]string](p, `(async () => {
		const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
		return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => id + ': ' + help + ': ' + target.join(' ')));
	})()`)
}

// axe-core finds nothing wrong in any state of the page and behind any of its tabs, on a laptop and a phone, by day and by
// night, in any language.
func TestAxe(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]setup{
		"laptop":  {},
		"dark":    {dark: true},
		"phone":   {width: 360, height: 740, phone: true},
		"aside":   {width: 740, height: 360, phone: true},
		"finnish": {script: "Object.defineProperty(navigator, 'languages', { value: ['fi'] });"},
		"viet":    {script: "Object.defineProperty(navigator, 'languages', { value: ['vi'] });"},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, s).ready()
			clean := func(state string) {
				t.Helper()
				if found := p.axe(); len(found) > 0 {
					t.Errorf("%s: axe-core finds\n%s", state, strings.Join(found, "\n"))
				}
			}
			clean("blank")
			if s.phone {
				p.finger(shirt...)
			} else {
				p.mouse(shirt...)
			}
			p.settle()
			clean("answer")
			for _, tab := range eval[[]string](p, "[...document.querySelectorAll('[role=tab]')].map((e) => e.id)") {
				eval[any](p, fmt.Sprintf("document.getElementById(%q).click()", tab))
				panel := strings.Replace(tab, "tab-", "panel-", 1)
				p.until(fmt.Sprintf("document.getElementById(%q).checkVisibility() && document.getElementById(%[1]q).childElementCount > 0", panel))
				p.settle()
				clean(tab)
			}
		})
	}
}
