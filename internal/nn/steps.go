package nn

import "slices"

// A Step is one operation that a Plan does, named after the layer that it began as.
type Step struct {
	Layer string   // the layer's name, as in Summary
	Class string   // its Keras class
	Then  []string // what is done to its values in the same operation: class names of layers, or of an Activation its function
	Shape Shape    // of the values, without the batch
}

// Steps lists the operations in their order. Layers that vanish (dropout, flatten) or become part of a later operation's
// weights (a normalisation before a dense layer) have none.
func (p *Plan) Steps() []Step { return p.steps }

// StepValues is the output of step i for the image of the last Predict, if that had one image; else nil. It shares the
// Plan's memory and lasts until the next call. A last step's softmax is not applied to it yet.
func (p *Plan) StepValues(i int) []float32 {
	if p.n != 1 {
		return nil
	}
	if p.rows[i] != nil {
		return p.rows[i][:p.steps[i].Shape.Size()]
	}
	return p.shown.values[i]
}

// steps describes the ops, once they are all in place.
func (c *compiler) steps() []Step {
	steps := make([]Step, len(c.ops))
	for v, o := range c.ops {
		n := c.m.Nodes[o.node]
		steps[v] = Step{Layer: n.Name, Class: n.Layer.ClassName(), Shape: c.m.shapes[o.node]}
		switch l := n.Layer.(type) {
		case *Conv2D:
			steps[v].then(l.Activation)
		case *Dense:
			steps[v].then(l.Activation)
		}
	}
	for i, n := range c.m.Nodes {
		v := c.value[i]
		if v < 0 || c.ops[v].node == i || slices.Contains(c.ahead, i) {
			continue
		}
		switch l := n.Layer.(type) {
		case *Activation:
			steps[v].then(l.Activation)
		case *BatchNormalization, *Add:
			steps[v].Then = append(steps[v].Then, l.ClassName())
		}
	}
	return steps
}

// then adds an activation by its name, unless it changes nothing.
func (s *Step) then(activation string) {
	if activation != "" && activation != "linear" {
		s.Then = append(s.Then, activation)
	}
}
