package nn

import (
	"fmt"
	"slices"

	"croquis/internal/kernel"
)

// Compiling turns the layers into fewer operations:
//
//   - dropout, flatten and linear activations vanish;
//   - batch normalisation y = x·s + t behind a convolution or dense layer goes into its weights, w·s and b·s + t
//     (an int8 kernel takes s into its scales);
//   - before a dense layer, with only dropout and flatten between, it goes into that one's: s_i·w_ij and
//     b_j + Σ_i t_i·w_ij. An int8 kernel has no scale for each input, and padding 'same' puts zeros, not t, around an
//     image, so there and elsewhere it stays an operation of its own;
//   - ReLU and leaky ReLU go into the epilogue of what is before them, and so does a residual addition into the later
//     of its two sources.
//
// Nothing of that changes the result by more than rounding.

type opKind uint8

const (
	opConv opKind = iota
	opDense
	opMaxPool
	opAvgPool
	opGlobalPool
	opWeightedPool
	opAffine
	opAdd
	opActivation
)

// noSkip marks an op without a residual addition.
const noSkip = -2

// An op is one step of a Plan. It reads the values of earlier ops (-1: the network's input) and writes its own.
type op struct {
	kind opKind
	src  []int
	skip int // conv, dense: the value added before the activation; -1 is the input, noSkip none
	act  activation
	size int // values of one example's output
	in   int // values of one example's first input

	conv  kernel.Conv
	pool  kernel.Pool
	hw, c int // global pool, affine: rows and channels of one example

	kernel, bias []float32 // conv, dense; own copies once something is folded in
	int8         []int8
	scales       []float32
	scale, shift []float32 // affine
	weighted     *WeightedAveragePooling2D

	packedConv *kernel.PackedConv
	packedB    *kernel.PackedB

	node int // that it began as
	uses int // by other ops, or as the network's output
	gone bool
}

// compiler is the state while nodes become ops.
type compiler struct {
	m     *Model
	ops   []*op
	value []int // op whose value is the output of each node; -1 the input
	ahead []int // nodes that became part of a later op
}

// fold makes the ops of a model. It leaves the model's weights as they are.
func fold(m *Model) *compiler {
	c := &compiler{m: m, value: make([]int, len(m.Nodes))}
	uses := c.countUses()
	for i, n := range m.Nodes {
		src := make([]int, len(m.sources[i]))
		for k, s := range m.sources[i] {
			src[k] = -1
			if s >= 0 {
				src[k] = c.value[s]
			}
		}
		o := &op{node: i, src: src, skip: noSkip, size: m.shapes[i].Size(), in: c.sizeOf(src[0]), uses: uses[i]}
		switch l := n.Layer.(type) {
		case *Conv2D:
			o.kind, o.conv, o.act = opConv, l.geometry, l.fn
			o.kernel, o.bias = l.kernel.Value, biasOf(l.bias, l.Filters)
		case *Dense:
			o.kind, o.act = opDense, l.fn
			o.kernel, o.bias = l.kernel.Value, biasOf(l.bias, l.Units)
			o.int8, o.scales = l.kernel.Int8, l.kernel.Scales
			c.foldForward(o)
		case *BatchNormalization:
			o.kind, o.c, o.hw = opAffine, l.c, o.size/l.c
			o.scale, o.shift = make([]float32, l.c), make([]float32, l.c)
			l.affine(o.scale, o.shift)
			if c.foldBack(o) {
				c.value[i] = src[0]
				continue
			}
		case *Activation:
			o.kind, o.act = opActivation, l.fn
			if l.fn.kind == linear || c.fuseActivation(o) {
				c.value[i] = src[0]
				continue
			}
		case *Add:
			o.kind = opAdd
			if v := c.fuseAdd(o); v >= 0 {
				c.value[i] = v
				continue
			}
		case *Flatten, *Dropout:
			c.value[i] = src[0]
			continue
		case *MaxPooling2D:
			o.kind, o.pool = opMaxPool, l.geometry
		case *AveragePooling2D:
			o.kind, o.pool = opAvgPool, l.geometry
		case *WeightedAveragePooling2D:
			o.kind, o.pool, o.weighted = opWeightedPool, l.geometry, l
		case *GlobalAveragePooling2D:
			o.kind, o.hw, o.c = opGlobalPool, l.in[0]*l.in[1], l.in[2]
		default:
			panic(fmt.Sprintf("nn: Compile: no operation for layer class %s", n.Layer.ClassName()))
		}
		c.value[i] = len(c.ops)
		c.ops = append(c.ops, o)
	}
	c.sweep()
	return c
}

func (c *compiler) sizeOf(v int) int {
	if v < 0 {
		return c.m.Input.Size()
	}
	return c.ops[v].size
}

// countUses says for each node how many nodes that compute something read its value, looking through those that
// vanish; the network's output counts as one.
func (c *compiler) countUses() []int {
	m := c.m
	uses := make([]int, len(m.Nodes))
	uses[len(uses)-1] = 1
	for i := len(m.Nodes) - 1; i >= 0; i-- {
		n := 1
		switch l := m.Nodes[i].Layer.(type) {
		case *Flatten, *Dropout:
			n = uses[i]
		case *Activation:
			if l.fn.kind == linear {
				n = uses[i]
			}
		}
		for _, s := range m.sources[i] {
			if s >= 0 {
				uses[s] += n
			}
		}
	}
	return uses
}

// sole returns the op of value v if o alone reads it, and nothing happens behind its sum yet.
func (c *compiler) sole(v int) *op {
	if v < 0 || c.ops[v].uses != 1 || c.ops[v].act.kind != linear {
		return nil
	}
	return c.ops[v]
}

// foldBack puts the affine map o into the convolution or dense layer before it.
func (c *compiler) foldBack(o *op) bool {
	p := c.sole(o.src[0])
	if p == nil || p.kind != opConv && p.kind != opDense || p.skip != noSkip {
		return false
	}
	w := make([]float32, len(p.kernel))
	b := make([]float32, o.c)
	kernel.ScaleShift(len(w)/o.c, o.c, p.kernel, o.scale, b, w) // b is still zero; a loop takes 10 ms in a cold browser
	for j := range b {
		b[j] = o.shift[j]
		if p.bias != nil {
			b[j] += p.bias[j] * o.scale[j]
		}
	}
	p.kernel, p.bias, p.uses = w, b, o.uses
	if p.int8 != nil {
		p.scales = slices.Clone(p.scales)
		for j := range p.scales {
			p.scales[j] *= o.scale[j]
		}
	}
	return true
}

// foldForward puts an affine map before the dense layer o into it.
func (c *compiler) foldForward(o *op) {
	p := c.sole(o.src[0])
	if p == nil || p.kind != opAffine || o.int8 != nil {
		return
	}
	units := o.size
	w := make([]float32, len(o.kernel))
	b := make([]float64, units)
	for i := range o.in {
		s, t := p.scale[i%p.c], p.shift[i%p.c]
		for j, v := range o.kernel[i*units:][:units] {
			w[i*units+j] = v * s
			b[j] += float64(v) * float64(t)
		}
	}
	bias := make([]float32, units)
	for j := range bias {
		if o.bias != nil {
			b[j] += float64(o.bias[j])
		}
		bias[j] = float32(b[j])
	}
	o.kernel, o.bias = w, bias
	o.src = p.src
	p.gone = true
}

// fuseActivation lets the op before apply the function.
func (c *compiler) fuseActivation(o *op) bool {
	p := c.sole(o.src[0])
	if p == nil || p.kind == opMaxPool || p.kind == opAvgPool || p.kind == opWeightedPool || p.kind == opGlobalPool {
		return false
	}
	p.act, p.uses = o.act, o.uses
	return true
}

// fuseAdd lets the later of two sources add the other; it returns that op, or -1.
func (c *compiler) fuseAdd(o *op) int {
	if len(o.src) != 2 || o.src[0] == o.src[1] {
		return -1
	}
	late, early := max(o.src[0], o.src[1]), min(o.src[0], o.src[1])
	p := c.sole(late)
	if p == nil || p.kind != opConv && p.kind != opDense || p.skip != noSkip {
		return -1
	}
	p.skip = early
	p.src = append(slices.Clone(p.src), early)
	p.uses = o.uses
	return late
}

// sweep removes the ops that were folded into later ones and numbers the rest anew.
func (c *compiler) sweep() {
	place := make([]int, len(c.ops))
	var kept []*op
	renumber := func(v int) int {
		if v < 0 {
			return v
		}
		return place[v]
	}
	for i, o := range c.ops {
		for k := range o.src {
			o.src[k] = renumber(o.src[k])
		}
		o.skip = renumber(o.skip)
		if o.gone {
			place[i] = o.src[0]
			c.ahead = append(c.ahead, o.node)
			continue
		}
		place[i] = len(kept)
		kept = append(kept, o)
	}
	for i := range c.value {
		c.value[i] = renumber(c.value[i])
	}
	c.ops = kept
}

func biasOf(p *Param, n int) []float32 {
	if p == nil {
		return nil
	}
	return p.Value[:n]
}

// pack lays the weights out for the kernels.
func (o *op) pack() {
	switch {
	case o.kind == opConv:
		o.packedConv = kernel.PackConv(o.conv, o.kernel)
	case o.kind == opDense && o.int8 != nil:
		o.packedB = kernel.PackBInt8(o.in, o.size, o.int8, o.scales)
	case o.kind == opDense:
		o.packedB = kernel.PackB(false, o.in, o.size, o.kernel, o.size)
	}
	o.bias = slices.Clone(o.bias)
	o.kernel, o.int8 = nil, nil
}
