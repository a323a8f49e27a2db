package nn

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/numtest"
)

func TestSteps(t *testing.T) {
	m := built(t, smallNet(), 3)
	want := []Step{
		{Layer: "conv2d", Class: "Conv2D", Then: []string{"relu"}, Shape: Shape{8, 8, 6}},
		{Layer: "conv2d_1", Class: "Conv2D", Then: []string{"BatchNormalization", "Add", "leaky_relu"}, Shape: Shape{8, 8, 6}},
		{Layer: "max_pooling2d", Class: "MaxPooling2D", Shape: Shape{4, 4, 6}},
		{Layer: "weighted_average_pooling2d", Class: "WeightedAveragePooling2D", Shape: Shape{3, 3, 6}},
		{Layer: "average_pooling2d", Class: "AveragePooling2D", Shape: Shape{3, 3, 6}},
		{Layer: "dense", Class: "Dense", Then: []string{"tanh"}, Shape: Shape{9}}, // the normalisation went into dense_1
		{Layer: "dense_1", Class: "Dense", Shape: Shape{4}},                       // its softmax comes last
	}
	got := Compile(m, 1).Steps()
	for i := range got {
		if len(got[i].Then) == 0 {
			got[i].Then = nil
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The values of a step are those of the last layer that it comes to.
func TestStepValues(t *testing.T) {
	for name, net := range planNets() {
		m := built(t, net.m, 3)
		live(m)
		p := Compile(m, 3)
		x, _ := batch(m, 1)
		out := make([]float32, m.Output().Size())
		p.Logits(x.Data, 1, out)
		for i, s := range p.Steps() {
			values := p.StepValues(i)
			if len(values) != s.Shape.Size() {
				t.Errorf("%s: step %d, %s, has %d values for %v", name, i, s.Layer, len(values), s.Shape)
			}
			want, _ := p.Activations(s.Layer)
			numtest.Close(t, name+", "+s.Layer, values, want, 0, 0)
			if !slices.ContainsFunc(m.Nodes, func(n Node) bool { return n.Name == s.Layer && n.Layer.ClassName() == s.Class }) {
				t.Errorf("%s: step %d is of no layer: %+v", name, i, s)
			}
		}
		if last := len(p.Steps()) - 1; last >= 0 && len(m.Output()) == 1 {
			numtest.Close(t, name+", output", p.StepValues(last), out, 0, 0)
		}
		x, _ = batch(m, 2)
		p.Predict(x.Data, 2, make([]float32, 2*m.Output().Size()))
		if len(p.Steps()) > 0 && p.StepValues(0) != nil {
			t.Errorf("%s: values after a call with two images", name)
		}
	}
}
