package nn

import (
	"fmt"
	"runtime"
	"sync"

	"croquis/internal/kernel"
)

// A Plan runs a trained network and nothing else: batch normalisation folded away, bias, activation and residual
// additions fused into the kernels, weights laid out once, all memory allocated beforehand. It keeps nothing of the
// Model. It is not safe for concurrent use; a large batch uses all cores by itself.
//
// Everything up to the first dense layer is done one image at a time, whose values then stay in the nearest cache; the
// dense layers take blocks of images, so that their weights, most of a network's bytes, are read once a block.
type Plan struct {
	input, output Shape
	maxBatch      int
	head, tail    []*op // one image at a time; a block of images at a time
	softmax       activation
	values        map[string]int // op of each layer's output
	shapes        map[string]Shape
	steps         []Step

	last    int         // the op that gives the output
	cross   int         // the op whose value the tail reads; -1 the input
	rows    [][]float32 // of cross and the tail's ops, for maxBatch examples each; nil for the head's others
	workers workers
	scratch int       // values that each worker needs
	x       []float32 // of the running call
	n       int
	runHead func(i int)
	runTail func(i int)
	shown   *worker // who computed the last call's only image
}

// worker is the memory of one goroutine: a value for each op of the head, and scratch.
type worker struct {
	values  [][]float32
	scratch []float32
}

// workers hands a worker to each goroutine of a parallel loop.
type workers struct {
	mu   sync.Mutex
	free []*worker
}

const (
	headBlock = 4  // images a goroutine takes at a time
	tailBlock = 32 // images that share one reading of the dense weights
)

// Compile makes a Plan for up to maxBatch images at a time from the model's present weights.
func Compile(m *Model, maxBatch int) *Plan {
	if m.shapes == nil {
		panic("nn: Compile: the model is not built: call Build")
	}
	if maxBatch < 1 {
		panic(fmt.Sprintf("nn: Compile: maxBatch is %d, must be at least 1", maxBatch))
	}
	c := fold(m)
	p := &Plan{input: m.Input, output: m.Output(), maxBatch: maxBatch, values: map[string]int{}, shapes: map[string]Shape{}}
	for i, n := range m.Nodes {
		p.values[n.Name], p.shapes[n.Name] = c.value[i], m.shapes[i]
	}
	p.steps = c.steps()
	p.last = c.value[len(c.value)-1]
	p.softmax.width = m.Output()[len(m.Output())-1]
	if p.last >= 0 && c.ops[p.last].act.kind == softmax && c.ops[p.last].uses == 1 {
		p.softmax, c.ops[p.last].act = c.ops[p.last].act, activation{}
		// A softmax behind something else that is no part of an earlier operation is a step by itself, without a Then.
		if then := p.steps[p.last].Then; len(then) > 0 {
			p.steps[p.last].Then = then[:len(then)-1]
		}
	}
	p.divide(c.ops)
	for _, o := range c.ops {
		o.pack()
		if o.packedConv != nil {
			p.scratch = max(p.scratch, o.packedConv.Scratch())
		}
		if o.kind == opWeightedPool {
			o.weighted = o.weighted.frozen()
			p.scratch = max(p.scratch, o.pool.C)
		}
	}
	goroutines := 1
	if maxBatch > 1 {
		goroutines = runtime.GOMAXPROCS(0)
	}
	for range goroutines {
		p.workers.free = append(p.workers.free, p.newWorker())
	}
	p.runHead = p.headItem
	p.runTail = p.tailItem
	return p
}

// divide cuts the ops before the first dense layer, if one value alone crosses the cut and what follows is dense too;
// else every op is done one image at a time.
func (p *Plan) divide(ops []*op) {
	cut, cross := 0, -2
	for cut < len(ops) && ops[cut].kind != opDense {
		cut++
	}
	for _, o := range ops[cut:] {
		if o.kind != opDense && o.kind != opAffine && o.kind != opAdd && o.kind != opActivation {
			cross = -3
		}
		for _, s := range o.src {
			if s < cut && cross != s {
				if cross != -2 {
					cross = -3
				} else {
					cross = s
				}
			}
		}
	}
	if cross < -1 || p.last < cut {
		cut, cross = len(ops), p.last
	}
	p.head, p.tail, p.cross = ops[:cut], ops[cut:], cross
	p.rows = make([][]float32, len(ops))
	for i, o := range ops {
		if i >= cut || i == cross {
			p.rows[i] = make([]float32, p.maxBatch*o.size)
		}
	}
}

func (p *Plan) newWorker() *worker {
	w := &worker{values: make([][]float32, len(p.head)), scratch: make([]float32, p.scratch)}
	for i, o := range p.head {
		if p.rows[i] == nil {
			w.values[i] = make([]float32, o.size)
		}
	}
	return w
}

// Predict computes the outputs of n examples, x (n, input), into out (n, classes). It allocates nothing.
func (p *Plan) Predict(x []float32, n int, out []float32) {
	p.Logits(x, n, out)
	if p.softmax.kind == softmax {
		size := n * p.output.Size()
		p.softmax.forward(out[:size], out[:size])
	}
}

// Logits is Predict without the last softmax, for those who apply a temperature. A network that does not end in
// softmax gives its output.
func (p *Plan) Logits(x []float32, n int, out []float32) {
	if n < 1 || n > p.maxBatch {
		panic(fmt.Sprintf("nn: Plan: %d examples, the plan was compiled for 1 to %d", n, p.maxBatch))
	}
	if in, classes := p.input.Size(), p.output.Size(); len(x) < n*in || len(out) < n*classes {
		panic(fmt.Sprintf("nn: Plan: %d examples need %d values in and room for %d out, got %d and %d", n, n*in, n*classes, len(x), len(out)))
	}
	p.x, p.n = x, n
	if n == 1 {
		p.runHead(0)
		p.runTail(0)
	} else {
		kernel.Parallel((n+headBlock-1)/headBlock, p.runHead)
		kernel.Parallel((n+tailBlock-1)/tailBlock, p.runTail)
	}
	if p.last < 0 {
		copy(out, x[:n*p.output.Size()])
	} else {
		copy(out, p.rows[p.last][:n*p.output.Size()])
	}
	p.x = nil
}

// LastLogits is what Logits gave, or would have given instead of Predict, for the images of the last call: (n, classes), the
// outputs before the last softmax. So whoever has predicted need not compute again to know them. It shares the Plan's memory and
// lasts until the next call. nil before the first one, and of a network that does nothing.
func (p *Plan) LastLogits() []float32 {
	if p.last < 0 {
		return nil
	}
	return p.rows[p.last][:p.n*p.output.Size()]
}

// Activations is the named layer's output for the image of the last Predict with n = 1, and its shape: the feature
// maps that the page shows. Layers that were folded into one have one output: a convolution's is that behind the batch
// normalisation, addition and activation that follow it, and a normalisation folded into the dense layer behind it
// gives its input. It shares the Plan's memory and lasts until the next call. nil if there is no such layer, or the
// last call had more images.
func (p *Plan) Activations(name string) ([]float32, Shape) {
	v, ok := p.values[name]
	if !ok || v < 0 || p.n != 1 {
		return nil, nil
	}
	shape := p.shapes[name]
	if p.rows[v] != nil {
		return p.rows[v][:shape.Size()], shape
	}
	return p.shown.values[v], shape
}

// headItem does the head for block i of images.
func (p *Plan) headItem(i int) {
	if len(p.head) == 0 {
		return
	}
	w := p.takeWorker()
	in := p.input.Size()
	for image := i * headBlock; image < min(p.n, (i+1)*headBlock); image++ {
		value := func(v int) []float32 {
			switch {
			case v < 0:
				return p.x[image*in : (image+1)*in]
			case p.rows[v] != nil:
				size := p.head[v].size
				return p.rows[v][image*size : (image+1)*size]
			}
			return w.values[v]
		}
		for k, o := range p.head {
			o.run(1, value, value(k), w.scratch)
		}
	}
	p.workers.mu.Lock()
	p.workers.free = append(p.workers.free, w)
	p.shown = w
	p.workers.mu.Unlock()
}

// takeWorker makes a new one only if GOMAXPROCS was raised after Compile.
func (p *Plan) takeWorker() *worker {
	p.workers.mu.Lock()
	defer p.workers.mu.Unlock()
	last := len(p.workers.free) - 1
	if last < 0 {
		return p.newWorker()
	}
	w := p.workers.free[last]
	p.workers.free = p.workers.free[:last]
	return w
}

// run does one op for n examples, of which value gives the values of earlier ops: n is 1 for the ops that only the head
// has. y is the op's own value.
func (o *op) run(n int, value func(v int) []float32, y, scratch []float32) {
	a := value(o.src[0])
	ep, after := o.epilogue()
	if o.skip != noSkip {
		ep.Skip = value(o.skip)
	}
	switch o.kind {
	case opConv:
		o.packedConv.Run(a, y, scratch, ep)
	case opDense:
		kernel.SgemmPacked(n, a, o.in, o.packedB, y, o.size, ep)
	case opMaxPool:
		kernel.MaxPool(o.pool, a, y)
	case opAvgPool:
		kernel.AvgPool(o.pool, a, y)
	case opWeightedPool:
		o.weighted.average(a, y, scratch[:o.pool.C])
	case opGlobalPool:
		kernel.GlobalAvgPool(o.hw, o.c, a, y)
	case opAffine:
		kernel.ScaleShift(n*o.hw, o.c, a, o.scale, o.shift, y)
		after = true
	case opAdd:
		copy(y, a)
		for _, s := range o.src[1:] {
			kernel.Add(y, y, value(s))
		}
		after = true
	case opActivation:
		o.act.forward(a, y)
		after = false
	}
	if after && o.act.kind != linear {
		o.act.forward(y, y)
	}
}

// epilogue is what the kernel does at the end of a convolution or product; after says that the activation is left.
func (o *op) epilogue() (ep kernel.Epilogue, after bool) {
	ep.Bias = o.bias
	ep.Act, ep.Alpha, after = o.act.fused()
	return ep, after
}

// tailItem does the tail for block i of images.
func (p *Plan) tailItem(i int) {
	from, to := i*tailBlock, min(p.n, (i+1)*tailBlock)
	value := func(v int) []float32 {
		if v < 0 {
			in := p.input.Size()
			return p.x[from*in : to*in]
		}
		size := len(p.rows[v]) / p.maxBatch
		return p.rows[v][from*size : to*size]
	}
	for k, o := range p.tail {
		o.run(to-from, value, value(len(p.head)+k), nil)
	}
}
