//go:build js && wasm

package main

import "croquis/internal/nn"

// kernelOf is the kernel of a convolution, as the file has it; nil for other layers.
func kernelOf(m *nn.Model, s nn.Step) *nn.Param {
	if s.Class != "Conv2D" {
		return nil
	}
	for _, p := range m.Params() {
		if p.Name == s.Layer+"/kernel" {
			return p
		}
	}
	return nil
}

// filters are the kernels of a plan's steps.
func filters(m *nn.Model, plan *nn.Plan) [][]float32 {
	all := make([][]float32, len(plan.Steps()))
	for i, s := range plan.Steps() {
		if p := kernelOf(m, s); p != nil {
			all[i] = p.Value
		}
	}
	return all
}

// layers describes a plan's steps to the page.
func layers(m *nn.Model, plan *nn.Plan) []any {
	return list(plan.Steps(), func(s nn.Step) map[string]any {
		layer := map[string]any{"name": s.Layer, "kind": s.Class, "then": list(s.Then, same), "shape": list(s.Shape, same), "filter": nil}
		if p := kernelOf(m, s); p != nil {
			layer["filter"] = list(p.Shape, same)
		}
		return layer
	})
}

func same[T any](v T) T { return v }
