package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/random"
	"croquis/internal/sheet"
	"croquis/internal/sketch"
	"croquis/internal/sketch/garment"
)

// Generated is how the network does on drawings that a program made, of the families that no network is trained with: the
// dresses and shirts, of which there are no drawings by people.
type Generated struct {
	N           int         `json:"n"`
	Top1        float64     `json:"top1"`
	MacroRecall float64     `json:"macro_recall"` // mean of the classes' recall
	Unsure      float64     `json:"unsure"`       // share of answers below one of the thresholds of drawings
	PerClass    []Generator `json:"per_class"`
	PerFamily   []Generator `json:"per_family"`

	cells []sheet.Cell
}

// Generator is the drawings of a class or of one family of it.
type Generator struct {
	Name     string           `json:"name"` // "Dress"; "dress/wrap"
	Label    string           `json:"label"`
	N        int              `json:"n"`
	Recall   float64          `json:"recall"`
	Interval metrics.Interval `json:"recall_interval"`
	Mistaken string           `json:"mistaken"` // the wrong answer given most often; empty without one
}

// generatedSeed makes figures of different days comparable: they are of the same drawings.
const generatedSeed = 1

// generated judges the network on n drawings of each family that is held out.
func (p *predictor) generated(n int, domain modelfile.Domain) (*Generated, error) {
	const size = sketch.Side * sketch.Side
	families := garment.HeldOut()
	pixels := make([]uint8, 0, n*len(families)*size)
	picture := make([]uint8, size)
	for _, f := range families {
		for i := range n {
			c := random.NewStream(generatedSeed, "held out "+f.Name, 0).At(uint64(i))
			if _, err := sketch.Rasterize(f.Draw(&c), sketch.Default, picture); err != nil {
				return nil, fmt.Errorf("generated drawing %d of %s: %w", i, f.Name, err)
			}
			pixels = append(pixels, picture...)
		}
	}
	logits, labels := p.logits(pixels), len(p.file.Labels)
	answers := metrics.Predictions{Classes: labels, Probs: metrics.Softmax(logits, labels, float64(domain.Temperature)), Labels: make([]uint8, n*len(families))}
	g := &Generated{N: n * len(families), Unsure: scored(logits, labels, domain).unsure(domain)}
	classes := map[int][]int{} // answers to the drawings of a class
	for k, f := range families {
		_, kind, _ := strings.Cut(f.Name, "/")
		g.cells = show(g.cells, kind, pixels[k*n*size:(k+1)*n*size])
		var said []int
		for i := range n {
			said = append(said, answers.Predicted(k*n+i))
		}
		g.PerFamily = append(g.PerFamily, p.generator(f.Name, f.Label, said))
		classes[f.Label] = append(classes[f.Label], said...)
	}
	for label, name := range p.file.Labels {
		if said := classes[label]; len(said) > 0 {
			c := p.generator(name, label, said)
			g.PerClass = append(g.PerClass, c)
			g.MacroRecall += c.Recall / float64(len(classes))
			g.Top1 += c.Recall * float64(c.N) / float64(g.N)
		}
	}
	return g, nil
}

// generator counts the answers to drawings of one class.
func (p *predictor) generator(name string, label int, said []int) Generator {
	count := make([]int, len(p.file.Labels))
	for _, k := range said {
		count[k]++
	}
	hits := count[label]
	g := Generator{Name: name, Label: p.file.Labels[label], N: len(said), Recall: float64(hits) / float64(len(said)), Interval: metrics.Wilson(hits, len(said))}
	count[label] = 0
	if most := slices.Max(count); most > 0 {
		g.Mistaken = p.file.Labels[slices.Index(count, most)]
	}
	return g
}

// classes names the classes that were drawn.
func (g *Generated) classes() string {
	var names []string
	for _, c := range g.PerClass {
		names = append(names, c.Name)
	}
	return strings.Join(names, " and ")
}
