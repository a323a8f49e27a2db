//go:build js && wasm

package main

import (
	"slices"

	"croquis/internal/nn"
	"croquis/internal/sketch"
)

// filter is what makes the maps of a step: for each of them its weights for each map before it, as the file has them.
type filter struct {
	shape  nn.Shape  // (kh, kw, cin, cout); nil for a step that has none
	floats []float32 // nil where the file has int8, which takes a quarter of the memory
	int8   []int8
	scales []float32 // of the maps that it makes
}

// filters are those of a plan's steps.
func filters(m *nn.Model, plan *nn.Plan) []filter {
	all := make([]filter, len(plan.Steps()))
	input := nn.Shape{sketch.Side, sketch.Side, 1}
	for i, s := range plan.Steps() {
		all[i] = filterOf(m, s, input)
		input = s.Shape
	}
	return all
}

// filterOf is the filter of a step that looks at maps of the shape input. A dense layer's is as large as these: its rows are in
// the order in which they were flattened, so that its kernel is that of a convolution which fits in one place alone.
func filterOf(m *nn.Model, s nn.Step, input nn.Shape) filter {
	if s.Class != "Conv2D" && s.Class != "Dense" {
		return filter{}
	}
	for _, p := range m.Params() {
		if p.Name != s.Layer+"/kernel" {
			continue
		}
		f := filter{shape: p.Shape, floats: p.Value}
		if s.Class == "Dense" {
			in, out := p.Shape[0], p.Shape[1]
			if f.shape = (nn.Shape{1, 1, in, out}); len(input) == 3 && input.Size() == in {
				f.shape = append(slices.Clone(input), out)
			}
		}
		if p.Int8 != nil {
			f.floats, f.int8, f.scales = nil, p.Int8, p.Scales
		}
		return f
	}
	return filter{}
}

// values are the weights as float32.
func (f filter) values() []float32 {
	if f.int8 == nil {
		return f.floats
	}
	values := make([]float32, len(f.int8))
	for i, q := range f.int8 {
		values[i] = float32(q) * f.scales[i%len(f.scales)]
	}
	return values
}

// layers describes a plan's steps, and their filters, to the page.
func layers(plan *nn.Plan, all []filter) []any {
	steps := make([]any, len(all))
	for i, s := range plan.Steps() {
		layer := map[string]any{"name": s.Layer, "kind": s.Class, "then": list(s.Then, same), "shape": list(s.Shape, same), "filter": nil}
		if all[i].shape != nil {
			layer["filter"] = list(all[i].shape, same)
		}
		steps[i] = layer
	}
	return steps
}

func same[T any](v T) T { return v }
