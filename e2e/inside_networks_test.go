package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// use chooses a network in its room, as a visitor does.
func (p *tab) use(name string) {
	p.t.Helper()
	p.openNetworks()
	p.do(chromedp.Click(".network input[value="+name+"]", chromedp.ByQuery))
	p.until(inUse + " === '" + name + "' && !croquis.page.coming")
	p.settle()
}

// layer is a layer of the network in use, as the classifier has it.
type layer struct {
	Name, Kind string
	Shape      []int // height, width, maps
	Filter     []int // height, width, maps before it, maps; nil for none
}

// Whichever network is chosen, each of its layers is there with its name, its shape and its maps, live; and a map of each,
// enlarged, shows what made it: its filter, for layers that have one, or the map that it was pooled from.
func TestEveryLayerOfEveryNetwork(t *testing.T) {
	t.Parallel()
	for _, name := range networks(t) {
		t.Run(name, func(t *testing.T) {
			p := open(t, setup{}).ready()
			p.use(name)
			p.draw(boot)
			p.closer("inside")
			p.until("document.querySelector('.stratum canvas')")
			p.mapsAreRight()
			layers := eval[[]layer](p, `croquis.ready.then(async (c) => {
				const { layers } = await c.inside(croquis.page.input());
				return layers.map(({ name, kind, shape }, i) => ({ name, kind, shape, filter: c.info.layers[i].filter }));
			})`)
			heads := eval[[]string](p, "[...document.querySelectorAll('.stratum > p:first-of-type')].map((e) => e.textContent)")
			if len(heads) != len(layers) {
				t.Fatalf("%d layers are shown, the network has %d", len(heads), len(layers))
			}
			for i, l := range layers {
				if size := fmt.Sprintf("%d × %d", l.Shape[0], l.Shape[1]); !strings.HasPrefix(heads[i], l.Name+" ") || !strings.Contains(heads[i], strconv.Itoa(l.Shape[2])) ||
					l.Shape[0] > 1 && !strings.Contains(heads[i], size) {
					t.Errorf("layer %d is headed %q, want %+v", i, heads[i], l)
				}
				p.made(layers[:i+1])
			}
			p.draw([][]point{{{0.1, 0.1}, {0.25, 0.3}, {0.1, 0.4}}})
			eval[any](p, "document.getElementById('panel-inside').scrollIntoView()")
			p.mapsAreRight()
			p.quiet()
		})
	}
}

// made enlarges the second map of the last of the layers by keyboard, and checks what is said of its making.
func (p *tab) made(layers []layer) {
	p.t.Helper()
	l := layers[len(layers)-1]
	p.focus(fmt.Sprintf(".stratum:nth-child(%d) > .cells", len(layers)))
	p.key(kb.ArrowRight, 0)
	p.key("\r", 0)
	p.until("document.querySelector('.magnifier') && document.getElementById('magnifier-title').textContent !== ''")
	switch {
	case l.Filter != nil:
		p.until("document.querySelector('.magnifier .kernels .grid')")
		grids := eval[[][2]int](p, "[...document.querySelectorAll('.kernels .grid canvas')].map((c) => [c.height, c.width])")
		inputs := l.Filter[2]
		if want := min(inputs, 8); len(grids) != want || grids[0][0]*l.Filter[1] != grids[0][1]*l.Filter[0] {
			p.t.Errorf("%s: the filter is shown as %v, want %d of %d by %d", l.Name, grids, want, l.Filter[0], l.Filter[1])
		}
		// The strongest of its weights are those that the classifier gives.
		strong := eval[int](p, fmt.Sprintf(`croquis.ready.then(async (c) => {
			const { shape: [kh, kw, cin, cout], values } = await c.filters('%s');
			const sums = Array.from({ length: cin }, (_, input) => {
				let sum = 0;
				for (let k = 0; k < kh * kw; k++) sum += Math.abs(values[(k * cin + input) * cout + 1]);
				return sum;
			});
			return sums.indexOf(Math.max(...sums)) + 1;
		})`, l.Name))
		if got := eval[string](p, "document.querySelector('.kernel-name').textContent"); inputs > 1 && got != fmt.Sprintf("Map %d", strong) {
			p.t.Errorf("%s: the strongest weights are said to be for %q, want map %d", l.Name, got, strong)
		}
		said := eval[string](p, "document.querySelector('.filter p').textContent")
		if !slices.Contains(strings.FieldsFunc(said, func(r rune) bool { return r < '0' || r > '9' }), strconv.Itoa(max(inputs, l.Filter[0]))) {
			p.t.Errorf("%s: the filter is explained by %q", l.Name, said)
		}
	default:
		p.until(fmt.Sprintf("document.querySelector('.magnifier .source').checkVisibility() && document.querySelector('.magnifier .source canvas').width === %d", layers[len(layers)-2].Shape[1]))
	}
	p.key(kb.Escape, 0)
	p.until("!document.querySelector('.magnifier')")
}
