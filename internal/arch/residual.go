package arch

import (
	"fmt"

	"croquis/internal/nn"
)

// The project's own networks: 3×3 convolutions without bias, batch normalisation and ReLU, residual blocks (He et al.
// 2015) at every size, a global average for a head. All widths are multiples of 16, one AVX-512 register.

// Croquis is the main network: 1,100,890 trainable weights, 32.2 million multiply-adds.
func Croquis() *nn.Model {
	return residual("croquis", 16, stage{32, 0}, pool, stage{48, 1}, pool, stage{96, 1}, pool, stage{192, 1})
}

// Tiny is the small one: 79,482 trainable weights, 7.3 million multiply-adds.
func Tiny() *nn.Model {
	return residual("tiny", 16, pool, stage{32, 1}, pool, stage{48, 1})
}

// stage is one widening convolution, followed by so many residual blocks.
type stage struct{ filters, blocks int }

// pool is a 2×2 max pool in the place of a stage, and padded the same of padding "same": 7×7 becomes 4×4 instead of 3×3.
var pool, padded = stage{}, stage{blocks: -1}

// residual makes a network from a first convolution and its stages.
func residual(name string, first int, stages ...stage) *nn.Model {
	nodes := []nn.Node{bare(3, first), batchNorm(), relu()}
	blocks := 0
	for _, s := range stages {
		switch s {
		case pool:
			nodes = append(nodes, maxPool(2, 2))
			continue
		case padded:
			nodes = append(nodes, same(maxPool(2, 2)))
			continue
		}
		nodes = append(nodes, bare(3, s.filters), batchNorm(), relu())
		for range s.blocks {
			// y = relu(x + bn(conv(relu(bn(conv(x))))))
			blocks++
			skip := fmt.Sprintf("block%d_input", blocks)
			last := fmt.Sprintf("block%d_output", blocks)
			nodes[len(nodes)-1].Name = skip
			nodes = append(nodes, bare(3, s.filters), batchNorm(), relu(), bare(3, s.filters), batchNorm())
			nodes[len(nodes)-1].Name = last
			nodes = append(nodes, nn.Node{Layer: &nn.Add{}, Inbound: []string{skip, last}}, relu())
		}
	}
	nodes = append(nodes, globalPool(), dense(classes, "softmax"))
	return nn.NewModel(name, input, nodes...)
}

// bare is a convolution that leaves bias and activation to the batch normalisation behind it.
func bare(size, filters int) nn.Node {
	return nn.Node{Layer: &nn.Conv2D{
		Filters: filters, KernelSize: [2]int{size, size}, Padding: "same", KernelInitializer: "he_normal",
	}}
}

func relu() nn.Node { return nn.Node{Layer: &nn.Activation{Activation: "relu"}} }
