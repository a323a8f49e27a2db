// Package arch holds the named networks. All take 28×28 grey pictures and give ten classes; none is built yet:
// nn.Model.Build or a model file fills in the weights.
package arch

import (
	"fmt"
	"strings"

	"croquis/internal/nn"
)

// table is in the order of Names.
var table = []struct {
	name string
	make func() *nn.Model
}{
	{"thesis", Thesis},
	{"lenet5", LeNet5},
	{"alexnet", AlexNet},
	{"vgg", VGG},
	{"croquis", Croquis},
	{"tiny", Tiny},
	{"croquis-deep", CroquisDeep},
	{"croquis-early", CroquisEarly},
	{"croquis-padded", CroquisPadded},
	{"tiny-deep", TinyDeep},
	{"tiny-deeper", TinyDeeper},
}

// Names lists the networks that New knows.
func Names() []string {
	names := make([]string, len(table))
	for i, t := range table {
		names[i] = t.name
	}
	return names
}

// New makes a named network, not yet built.
func New(name string) (*nn.Model, error) {
	for _, t := range table {
		if t.name == name {
			return t.make(), nil
		}
	}
	return nil, fmt.Errorf("arch: unknown network %q: use one of %s", name, strings.Join(Names(), ", "))
}

// input is the pictures' shape, classes the number of labels.
var input = nn.Shape{28, 28, 1}

const classes = 10

// The layers that the networks share.

func conv(size, filters int, activation string) nn.Node {
	return nn.Node{Layer: &nn.Conv2D{
		Filters: filters, KernelSize: [2]int{size, size}, Padding: "same", UseBias: true, Activation: activation,
	}}
}

func valid(n nn.Node) nn.Node {
	n.Layer.(*nn.Conv2D).Padding = "valid"
	return n
}

func maxPool(size, stride int) nn.Node {
	return nn.Node{Layer: &nn.MaxPooling2D{PoolSize: [2]int{size, size}, Strides: [2]int{stride, stride}}}
}

func same(n nn.Node) nn.Node {
	n.Layer.(*nn.MaxPooling2D).Padding = "same"
	return n
}

func averagePool(size int) nn.Node {
	return nn.Node{Layer: &nn.AveragePooling2D{PoolSize: [2]int{size, size}}}
}

func dense(units int, activation string) nn.Node {
	return nn.Node{Layer: &nn.Dense{Units: units, UseBias: true, Activation: activation}}
}

func dropout(rate float32) nn.Node { return nn.Node{Layer: &nn.Dropout{Rate: rate}} }
func flatten() nn.Node             { return nn.Node{Layer: &nn.Flatten{}} }
func globalPool() nn.Node          { return nn.Node{Layer: &nn.GlobalAveragePooling2D{}} }

// batchNorm has Keras's momentum and epsilon.
func batchNorm() nn.Node {
	return nn.Node{Layer: &nn.BatchNormalization{Momentum: 0.99, Epsilon: 1e-3, Center: true, Scale: true}}
}
