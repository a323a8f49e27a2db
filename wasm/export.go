//go:build js && wasm

package main

import "runtime"

// The functions below are called by program.js. Addresses are offsets into the program's memory. Those of points, lengths,
// sizes and fills are valid until the next croquis_reserve, those of probabilities and steps until the next network is loaded,
// that of a filter until the next one is asked for, the others for good; but a typed array over the memory must be made anew
// after any call, since memory that grows is a new buffer.

// exportReserve makes room for so many points and strokes and returns 1, or 0 if there are more than a drawing may have.
//
//go:wasmexport croquis_reserve
func exportReserve(points, strokes int32) int32 {
	if now.reserve(int(points), int(strokes)) {
		return 1
	}
	return 0
}

// exportPoints is where the points go: x and y as float32, stroke after stroke.
//
//go:wasmexport croquis_points
func exportPoints() *float32 {
	if len(now.points) == 0 {
		return nil
	}
	return &now.points[0].X
}

// exportLengths is where the number of points of each stroke goes, as int32.
//
//go:wasmexport croquis_lengths
func exportLengths() *int32 { return first(now.lengths) }

// exportSizes is where the line width of each stroke goes, as float32: 1 is the standard pen's.
//
//go:wasmexport croquis_sizes
func exportSizes() *float32 { return first(now.sizes) }

// exportFills is where a byte for each stroke goes: 1 if it is filled, else 0.
//
//go:wasmexport croquis_fills
func exportFills() *uint8 { return first(now.fills) }

// exportFrame is where five float64 lie: x, y, width and height of the last drawing's ink in its own unit, and the pixels
// for a unit. All are zero if it was blank.
//
//go:wasmexport croquis_frame
func exportFrame() *float64 { return &now.frame[0] }

// exportValues is where the 784 float32 of a picture go.
//
//go:wasmexport croquis_values
func exportValues() *float32 { return first(now.values) }

// exportImage is where the 784 bytes of the picture lie that the network saw last.
//
//go:wasmexport croquis_image
func exportImage() *uint8 { return first(now.image) }

// exportProbabilities is where the last answer lies, a float32 for each label.
//
//go:wasmexport croquis_probabilities
func exportProbabilities() *float32 { return first(now.probabilities) }

// exportEnergy is the energy score of the last answer: ln Σ exp of the network's outputs before the softmax.
//
//go:wasmexport croquis_energy
func exportEnergy() float64 { return now.energy }

// exportClassifyStrokes names the drawing of that many strokes and returns a status.
//
//go:wasmexport croquis_classify_strokes
func exportClassifyStrokes(strokes int32) int32 { return int32(now.drawing(int(strokes))) }

// exportClassifyValues names the picture at croquis_values and returns a status. It is taken for a photo, or, if drawn is
// not 0, for what a drawing has become.
//
//go:wasmexport croquis_classify_values
func exportClassifyValues(drawn int32) int32 {
	if drawn != 0 {
		return int32(now.picture(now.drawings))
	}
	return int32(now.picture(now.photos))
}

// exportStep is where the values of the plan's step i lie after a prediction, as float32, channels last; 0 if there is no
// such step, or nothing was predicted yet.
//
//go:wasmexport croquis_step
func exportStep(i int32) *float32 {
	if now.plan == nil || i < 0 || int(i) >= len(now.plan.Steps()) {
		return nil
	}
	return first(now.plan.StepValues(int(i)))
}

// exportFilter is where the filter of step i lies, float32 in the order (kh, kw, cin, cout), until the next is asked for; 0 if
// it has none.
//
//go:wasmexport croquis_filter
func exportFilter(i int32) *float32 {
	if i < 0 || int(i) >= len(now.filters) {
		return nil
	}
	now.filter = now.filters[i].values()
	return first(now.filter)
}

var memory runtime.MemStats

// exportMallocs is how many objects the program has allocated so far: a prediction adds none.
//
//go:wasmexport croquis_mallocs
func exportMallocs() float64 {
	runtime.ReadMemStats(&memory)
	return float64(memory.Mallocs)
}

func first[T any](s []T) *T {
	if len(s) == 0 {
		return nil
	}
	return &s[0]
}
