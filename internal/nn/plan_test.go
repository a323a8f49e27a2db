package nn

import (
	"fmt"
	"runtime"
	"testing"

	"croquis/internal/kernel"
	"croquis/internal/numtest"
)

// norm is a batch normalisation with Keras's defaults.
func norm() Node {
	return Node{Layer: &BatchNormalization{Momentum: 0.99, Epsilon: 1e-3, Center: true, Scale: true}}
}

func conv3(filters int, activation string) Node {
	return Node{Layer: &Conv2D{Filters: filters, KernelSize: [2]int{3, 3}, Padding: "same", UseBias: true, Activation: activation}}
}

func units(n int, activation string) Node {
	return Node{Layer: &Dense{Units: n, UseBias: true, Activation: activation}}
}

func act(name string) Node { return Node{Layer: &Activation{Activation: name}} }

func named(name string, n Node, inbound ...string) Node {
	n.Name, n.Inbound = name, inbound
	return n
}

// planNets are networks that fold in every way, and in none; each with the number of operations that must remain.
func planNets() map[string]struct {
	m   *Model
	ops int
} {
	flat := Node{Layer: &Flatten{}}
	drop := Node{Layer: &Dropout{Rate: 0.5}}
	add := Node{Layer: &Add{}}
	in := Shape{6, 5, 3}
	type net = struct {
		m   *Model
		ops int
	}
	net2 := func(ops int, nodes ...Node) net {
		for i := range nodes { // each network needs layers of its own
			switch l := nodes[i].Layer.(type) {
			case *Flatten:
				nodes[i].Layer = &Flatten{}
			case *Dropout:
				nodes[i].Layer = &Dropout{Rate: l.Rate}
			case *Add:
				nodes[i].Layer = &Add{}
			}
		}
		return net{NewModel("net", in, nodes...), ops}
	}
	return map[string]net{
		"small":                       {smallNet(), 7},
		"normalisation behind":        net2(2, conv3(4, ""), norm(), act("relu"), flat, units(3, "softmax")),
		"normalisation before":        net2(2, conv3(4, "relu"), norm(), drop, flat, units(3, "softmax")),
		"both":                        net2(2, conv3(4, ""), norm(), act("leaky_relu"), norm(), flat, units(3, "")),
		"dense chain":                 net2(3, flat, units(9, "relu"), norm(), drop, units(8, ""), norm(), act("tanh"), units(3, "softmax")),
		"normalised input":            net2(3, norm(), conv3(4, "relu"), flat, units(3, "sigmoid")),
		"between convolutions":        net2(4, conv3(4, "relu"), norm(), conv3(4, "relu"), flat, units(3, "softmax")),
		"two norms":                   net2(2, conv3(4, ""), norm(), norm(), flat, units(3, "softmax")),
		"sigmoid inside":              net2(2, conv3(4, "sigmoid"), flat, units(3, "softmax")),
		"no dense layer":              net2(2, conv3(4, "relu"), Node{Layer: &GlobalAveragePooling2D{}}),
		"softmax of its own":          net2(2, conv3(4, "relu"), flat, units(3, ""), act("softmax")),
		"image softmax":               net2(1, conv3(4, "softmax")),
		"only flatten":                net2(0, flat),
		"only activation":             net2(1, act("tanh")),
		"residual":                    net2(4, named("a", conv3(4, "relu")), conv3(4, ""), norm(), named("s", add, "batch_normalization", "a"), act("relu"), Node{Layer: &MaxPooling2D{PoolSize: [2]int{2, 2}}}, flat, units(3, "softmax")),
		"residual of the input":       net2(2, named("c", conv3(3, "")), named("s", add, "input", "c"), flat, units(2, "softmax")),
		"residual with activation":    net2(4, named("a", conv3(4, "relu")), named("b", conv3(4, "relu")), named("s", add, "a", "b"), flat, units(2, "softmax")),
		"read twice":                  net2(4, named("a", conv3(4, "")), named("n", norm(), "a"), named("s", add, "a", "n"), flat, units(2, "softmax")),
		"three summands":              net2(5, named("a", conv3(4, "")), named("b", conv3(4, "")), named("c", conv3(4, ""), "a"), named("s", add, "a", "b", "c"), act("relu"), flat, units(2, "softmax")),
		"added to itself":             net2(3, named("a", conv3(4, "relu")), named("s", add, "a", "a"), flat, units(2, "")),
		"dense residual":              net2(3, flat, named("a", units(8, "relu")), named("b", units(8, "")), named("s", add, "a", "b"), act("relu"), units(2, "softmax")),
		"dense and convolution mixed": net2(5, named("f", flat), named("d", units(8, "relu")), named("c", conv3(4, "relu"), "input"), named("g", Node{Layer: &GlobalAveragePooling2D{}}), named("e", units(8, "")), named("s", add, "d", "e"), units(2, "softmax")),
		"weighted pooling":            net2(3, conv3(4, "relu"), Node{Layer: &WeightedAveragePooling2D{PoolSize: [2]int{3, 3}, Strides: [2]int{2, 2}, Padding: "same"}}, flat, units(3, "softmax")),
	}
}

// live gives every parameter a value that matters: fresh moving statistics and biases would hide a wrong fold.
func live(m *Model) {
	for k, p := range m.Params() {
		switch {
		case p.Decay:
			numtest.Hash(uint32(k), p.Value, 0.3, 0)
		case p.Shape.Size() > 0:
			numtest.Hash(uint32(k), p.Value, 0.4, 0.6)
		}
	}
}

func TestPlanIsTheModel(t *testing.T) {
	for name, net := range planNets() {
		t.Run(name, func(t *testing.T) {
			m := net.m
			built(t, m, 3)
			live(m)
			const maxBatch = 70
			p := Compile(m, maxBatch)
			if got := len(p.head) + len(p.tail); got != net.ops {
				t.Errorf("%d operations, want %d", got, net.ops)
			}
			size := m.Output().Size()
			for _, n := range []int{1, 2, 5, 33, maxBatch} {
				x, _ := batch(m, n)
				want := m.Forward(x, false)
				out := make([]float32, n*size+1)
				out[n*size] = 42
				p.Predict(x.Data, n, out)
				numtest.Close(t, fmt.Sprintf("%d images", n), out[:n*size], want.Data, 5e-6, 0)
				if out[n*size] != 42 {
					t.Errorf("%d images: wrote behind the result", n)
				}
				p.Logits(x.Data, n, out)
				if m.endsInSoftmax() {
					want = m.forward(x, false, true)
				}
				if len(m.Output()) == 1 {
					numtest.Close(t, fmt.Sprintf("logits of %d images", n), out[:n*size], want.Data, 5e-6, 0)
				}
				// Predict leaves the same logits behind: it puts its softmax elsewhere.
				for _, call := range []func(x []float32, n int, out []float32){p.Logits, p.Predict} {
					clear(p.LastLogits())
					call(x.Data, n, make([]float32, n*size))
					if net.ops > 0 {
						numtest.Close(t, fmt.Sprintf("logits kept of %d images", n), p.LastLogits(), out[:n*size], 0, 0)
					} else if p.LastLogits() != nil {
						t.Error("a network that does nothing keeps logits")
					}
				}
			}
		})
	}
}

// TestPlanKeepsNothing: training on does not change a Plan made before.
func TestPlanKeepsNothing(t *testing.T) {
	for name, net := range planNets() {
		m := built(t, net.m, 3)
		p := Compile(m, 4)
		x, _ := batch(m, 4)
		before, after := make([]float32, 4*m.Output().Size()), make([]float32, 4*m.Output().Size())
		p.Predict(x.Data, 4, before)
		for _, q := range m.Params() {
			for i := range q.Value {
				q.Value[i] += 0.5
			}
		}
		p.Predict(x.Data, 4, after)
		if d := differing(before, after); d != 0 {
			t.Errorf("%s: %d outputs changed with the model's weights", name, d)
		}
	}
}

func TestPlanAllocatesNothing(t *testing.T) {
	for name, net := range planNets() {
		m := built(t, net.m, 3)
		p := Compile(m, 64)
		for _, n := range []int{1, 64} {
			x, _ := batch(m, n)
			out := make([]float32, n*m.Output().Size())
			if allocs := testing.AllocsPerRun(10, func() { p.Predict(x.Data, n, out) }); allocs != 0 {
				t.Errorf("%s: %v allocations for %d images", name, allocs, n)
			}
		}
	}
}

// TestPlanAnyNumberOfCores: also when there are more goroutines than at Compile.
func TestPlanAnyNumberOfCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	m := built(t, smallNet(), 3)
	live(m)
	p := Compile(m, 90)
	x, _ := batch(m, 90)
	one, many := make([]float32, 360), make([]float32, 360)
	p.Predict(x.Data, 90, one)
	runtime.GOMAXPROCS(5)
	p.Predict(x.Data, 90, many)
	if d := differing(one, many); d != 0 {
		t.Errorf("%d of 360 outputs differ between 1 and 5 cores", d)
	}
}

// TestPlanActivations compares every layer's feature map with the model's own.
func TestPlanActivations(t *testing.T) {
	m := built(t, smallNet(), 3)
	live(m)
	p := Compile(m, 8)
	x, _ := batch(m, 1)
	out := make([]float32, 4)
	p.Predict(x.Data, 1, out)
	// Where a layer was folded into another, the last of them is what is shown.
	shown := map[string]string{
		"conv2d": "conv2d", "conv2d_1": "activation", "batch_normalization": "activation", "sum": "activation",
		"activation": "activation", "max_pooling2d": "max_pooling2d", "dropout": "max_pooling2d",
		"weighted_average_pooling2d": "weighted_average_pooling2d", "average_pooling2d": "average_pooling2d",
		"flatten": "average_pooling2d", "dense": "dense", "batch_normalization_1": "dense",
	}
	for i, n := range m.Nodes[:len(m.Nodes)-1] {
		got, shape := p.Activations(n.Name)
		if !shape.Equal(m.shapes[i]) {
			t.Errorf("%s: shape %v, want %v", n.Name, shape, m.shapes[i])
		}
		// The model cut off behind that layer, with the same weights.
		end := indexOf(m, shown[n.Name]) + 1
		until := &Model{Nodes: m.Nodes[:end], Input: m.Input, shapes: m.shapes[:end], sources: m.sources, uses: m.uses[:end]}
		until.gate, until.gated = m.gate, m.gated
		until.values, until.grads, until.left = make([]Tensor, end), make([]Tensor, end), make([]int, end)
		want := until.Forward(x, false)
		numtest.Close(t, n.Name, got, want.Data, 5e-6, 0)
	}
	if got, _ := p.Activations("nonsense"); got != nil {
		t.Error("feature map of a layer that does not exist")
	}
	x, _ = batch(m, 2)
	p.Predict(x.Data, 2, make([]float32, 8))
	if got, _ := p.Activations("conv2d"); got != nil {
		t.Error("feature map after a call with two images")
	}
}

func indexOf(m *Model, name string) int {
	for i, n := range m.Nodes {
		if n.Name == name {
			return i
		}
	}
	return -1
}

// TestPlanInt8: dense kernels that carry int8 run from them, with normalisation on either side.
func TestPlanInt8(t *testing.T) {
	for _, nodes := range [][]Node{
		{{Layer: &Flatten{}}, units(20, "relu"), norm(), units(8, ""), norm(), act("relu"), units(3, "softmax")},
		{conv3(4, ""), norm(), act("relu"), {Layer: &Flatten{}}, units(3, "softmax")},
	} {
		m := built(t, NewModel("int8", Shape{6, 5, 3}, nodes...), 3)
		live(m)
		for _, p := range m.Params() {
			if !p.Decay {
				continue
			}
			channels := p.Shape[len(p.Shape)-1]
			p.Scales, p.Int8 = make([]float32, channels), make([]int8, len(p.Value))
			for j := range p.Scales {
				p.Scales[j] = 0.3 / 127 * float32(1+j%3)
			}
			for i, v := range p.Value {
				s := p.Scales[i%channels]
				p.Int8[i] = int8(v / s)
				p.Value[i] = float32(p.Int8[i]) * s
			}
		}
		plan := Compile(m, 40)
		for _, o := range append(plan.head, plan.tail...) {
			if o.kind == opDense && o.scales == nil {
				t.Error("a dense layer runs from float32")
			}
		}
		for _, n := range []int{1, 40} {
			x, _ := batch(m, n)
			out := make([]float32, n*3)
			plan.Predict(x.Data, n, out)
			numtest.Close(t, fmt.Sprintf("%d images", n), out, m.Forward(x, false).Data, 5e-6, 0)
		}
	}
}

// TestPlanVariants: every kernel variant gives the portable one's answers.
func TestPlanVariants(t *testing.T) {
	m := built(t, smallNet(), 3)
	live(m)
	x, _ := batch(m, 9)
	var want []float32
	for _, v := range kernel.Variants() {
		restore := kernel.Use(v)
		out := make([]float32, 36)
		Compile(m, 9).Predict(x.Data, 9, out)
		if want == nil {
			want = out
		}
		numtest.Close(t, string(v), out, want, 5e-6, 0)
		restore()
	}
}

func TestPlanMisuse(t *testing.T) {
	m := built(t, smallNet(), 3)
	p := Compile(m, 2)
	x, out := make([]float32, 3*128), make([]float32, 12)
	for name, f := range map[string]func(){
		"nn: Plan: 3 examples, the plan was compiled for 1 to 2":                     func() { p.Predict(x, 3, out) },
		"nn: Plan: 0 examples, the plan was compiled for 1 to 2":                     func() { p.Predict(x, 0, out) },
		"nn: Plan: 2 examples need 256 values in and room for 8 out, got 255 and 12": func() { p.Predict(x[:255], 2, out) },
		"nn: Compile: maxBatch is 0, must be at least 1":                             func() { Compile(m, 0) },
		"nn: Compile: the model is not built: call Build":                            func() { Compile(smallNet(), 1) },
	} {
		func() {
			defer func() {
				if r := recover(); r != name {
					t.Errorf("panic %v, want %q", r, name)
				}
			}()
			f()
		}()
	}
}
