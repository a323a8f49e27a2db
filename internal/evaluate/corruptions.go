package evaluate

import (
	"croquis/internal/corrupt"
	"croquis/internal/fashion"
	"croquis/internal/metrics"
	"croquis/internal/sheet"
)

// Corruptions is how the network does on the test photos after they were spoiled, in the style of Fashion-MNIST-C.
type Corruptions struct {
	N     int          `json:"n"`    // photos
	Mean  float64      `json:"mean"` // of the kinds' top 1
	Kinds []Corruption `json:"kinds"`

	cells []sheet.Cell
}

// Corruption is one way of spoiling them.
type Corruption struct {
	Name         string           `json:"name"`
	About        string           `json:"about"`
	Top1         float64          `json:"top1"`
	Top1Interval metrics.Interval `json:"top1_interval"`
}

// corruptions spoils all photos of the set in every way.
func (p *predictor) corruptions(set *fashion.Set) *Corruptions {
	all := &Corruptions{N: set.Len(), cells: show(nil, "as they are", set.Bytes())}
	pixels := make([]uint8, set.Len()*fashion.Pixels)
	kinds := corrupt.All()
	for _, k := range kinds {
		for i := range set.Len() {
			k.Picture(i, set.Pixels(i), pixels[i*fashion.Pixels:(i+1)*fashion.Pixels])
		}
		all.cells = show(all.cells, k.Name, pixels)
		// The temperature changes no answer.
		answers := metrics.Predictions{Classes: len(p.file.Labels), Probs: p.logits(pixels), Labels: set.LabelBytes()}
		hits := answers.Hits(1)
		c := Corruption{Name: k.Name, About: k.About, Top1: float64(hits) / float64(all.N), Top1Interval: metrics.Wilson(hits, all.N)}
		all.Kinds = append(all.Kinds, c)
		all.Mean += c.Top1 / float64(len(kinds))
	}
	return all
}
