package train

import (
	"slices"

	"croquis/internal/fashion"
	"croquis/internal/sheet"
	"croquis/internal/sketch"
)

// Gallery is the first n examples of each class of a source's first epoch, class by class, for a person to look at, and
// behind them up to n whose target is the same for all classes: they show nothing that has a name. It looks no further than
// it takes to fill the classes.
func Gallery(s Source, n int) []sheet.Cell {
	var groups [Classes + 1][]sheet.Cell
	target := make([]float32, Classes)
	for i, missing := 0, Classes; i < s.Len() && missing > 0; i++ {
		pixels := make([]uint8, sketch.Side*sketch.Side)
		s.Example(0, i, pixels, target)
		k, caption := Classes, "none of them"
		if most := slices.Max(target); most > slices.Min(target) {
			k = slices.Index(target, most)
			caption = fashion.Labels[k]
		}
		if len(groups[k]) == n {
			continue
		}
		c := sheet.Cell{Pixels: pixels}
		if len(groups[k]) == 0 {
			c.Caption = caption
		}
		if groups[k] = append(groups[k], c); k < Classes && len(groups[k]) == n {
			missing--
		}
	}
	return slices.Concat(groups[:]...)
}
