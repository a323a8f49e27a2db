package arch

import (
	"fmt"

	"croquis/internal/nn"
)

// The project's own networks: 3×3 convolutions without bias, batch normalisation and ReLU, residual blocks (He et al.
// 2015) at every size, a global average for a head. All widths are multiples of 16, one AVX-512 register.

// Croquis is the main network: 1,100,890 trainable weights, 32.2 million multiply-adds.
func Croquis() *nn.Model {
	return residual("croquis", 16, stage(32, 0), pool, stage(48, 1), pool, stage(96, 1), pool, stage(192, 1))
}

// Tiny is the small one: 79,482 trainable weights, 7.3 million multiply-adds.
func Tiny() *nn.Model {
	return residual("tiny", 16, pool, stage(32, 1), pool, stage(48, 1))
}

// residual makes a network from a first convolution and its parts.
func residual(name string, first int, parts ...part) *nn.Model {
	b := builder{nodes: []nn.Node{bare(3, first), batchNorm(), relu()}}
	for _, p := range parts {
		p(&b)
	}
	return nn.NewModel(name, input, append(b.nodes, globalPool(), dense(classes, "softmax"))...)
}

// part appends its nodes to a network's.
type part func(*builder)

type builder struct {
	nodes  []nn.Node
	blocks int
}

// pool is a 2×2 max pool.
func pool(b *builder) { b.nodes = append(b.nodes, maxPool(2, 2)) }

// padded is a pool of padding "same": 7×7 becomes 4×4 instead of 3×3.
func padded(b *builder) { b.nodes = append(b.nodes, same(maxPool(2, 2))) }

// stage is one widening convolution, followed by so many residual blocks: y = relu(x + bn(conv(relu(bn(conv(x)))))).
func stage(filters, blocks int) part {
	return func(b *builder) {
		b.nodes = append(b.nodes, bare(3, filters), batchNorm(), relu())
		for range blocks {
			b.blocks++
			skip := fmt.Sprintf("block%d_input", b.blocks)
			last := fmt.Sprintf("block%d_output", b.blocks)
			b.nodes[len(b.nodes)-1].Name = skip
			b.nodes = append(b.nodes, bare(3, filters), batchNorm(), relu(), bare(3, filters), batchNorm())
			b.nodes[len(b.nodes)-1].Name = last
			b.nodes = append(b.nodes, nn.Node{Layer: &nn.Add{}, Inbound: []string{skip, last}}, relu())
		}
	}
}

// bare is a convolution that leaves bias and activation to the batch normalisation behind it.
func bare(size, filters int) nn.Node {
	return nn.Node{Layer: &nn.Conv2D{
		Filters: filters, KernelSize: [2]int{size, size}, Padding: "same", KernelInitializer: "he_normal",
	}}
}

func relu() nn.Node { return nn.Node{Layer: &nn.Activation{Activation: "relu"}} }
