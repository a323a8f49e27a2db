package optim

import (
	"fmt"
	"math"

	"croquis/internal/kernel"
)

// Muon steps along the momentum of each matrix after having made its singular values about equal (Jordan et al., "Muon: An
// optimizer for hidden layers in neural networks", 2024, kellerjordan.github.io/posts/muon). For a matrix w of r×c (a
// convolution's kernel is one of kh·kw·in rows and out columns), gradient g, momentum m, learning rate lr and decay d:
//
//	v = m·v + (1−m)·g
//	u = m·v + (1−m)·g
//	w = (1 − lr·d)·w − lr·√max(1, c/r)·orthogonal(u)
//
// which is torch.optim.Muon with nesterov, but for that one's bfloat16; PyTorch keeps kernels as c×r. orthogonal is five steps of a quintic Newton–Schulz
// iteration from u/(‖u‖ + 1e-7), Frobenius norm. It leaves the singular vectors, and takes singular values from ‖u‖/660 up to
// between 0.68 and 1.21; smaller ones grow 485-fold at most.
//
// Everything without [Group.Columns] is stepped by Nesterov momentum, as in [SGD], at the learning rate VectorRate·lr: vectors,
// and the kernels of dense layers. (Keras 3 has Adam in this place, and calls the ratio adam_lr_ratio.) Weight decay touches
// groups with Decay alone, is decoupled, and lr·d for all of them, whatever VectorRate is.
type Muon struct {
	Momentum    float32
	WeightDecay float32
	VectorRate  float32
	slots
	workspaces []*orthogonaliser // by group; nil for those that SGD steps
}

// newtonSchulz are the coefficients of the iteration X ← aX + (bA + cA²)X, A = XXᵀ: the author's, chosen for the steepest
// rise of small singular values.
var newtonSchulz = [3]float32{3.4445, -4.7750, 2.0315}

const newtonSchulzSteps = 5

// Step implements [Optimizer].
func (o *Muon) Step(groups []Group, lr float32) {
	o.bind(groups, "momentum")
	if o.workspaces == nil {
		o.workspaces = make([]*orthogonaliser, len(groups))
		for i, g := range groups {
			if g.Columns > 0 {
				o.workspaces[i] = newOrthogonaliser(len(g.Value)/g.Columns, g.Columns)
			}
		}
	}
	for i, g := range groups {
		if columns := o.workspaces[i].columns(); g.Columns != columns {
			panic(fmt.Sprintf("optim: group %q has %d columns; at the first call it had %d", g.Name, g.Columns, columns))
		}
	}
	o.iterations++
	m := o.Momentum
	o.update(func(i, lo, hi int) {
		g := &groups[i]
		w, grad, v := g.Value[lo:hi], g.Grad[lo:hi], o.data[0][i][lo:hi]
		if g.Decay {
			kernel.Scale(1-lr*o.WeightDecay, w)
		}
		if ws := o.workspaces[i]; ws != nil {
			kernel.Lerp(v, grad, 1-m)
			copy(ws.u[lo:hi], v)
			kernel.Lerp(ws.u[lo:hi], grad, 1-m)
		} else {
			kernel.MomentumStep(w, grad, v, o.VectorRate*lr, m, true)
		}
	})
	for i, ws := range o.workspaces {
		if ws != nil {
			ws.orthogonalise()
			kernel.Axpy(-lr*float32(math.Sqrt(max(1, float64(ws.cols)/float64(ws.rows)))), ws.u, groups[i].Value)
		}
	}
}

// State implements [Optimizer]: "NAME/momentum" holds v.
func (o *Muon) State() State { return o.state() }

// SetState implements [Optimizer].
func (o *Muon) SetState(groups []Group, s State) error {
	o.workspaces = nil
	return o.setState(groups, s, "momentum")
}

// orthogonaliser replaces the matrix u by one with the same singular vectors, whose singular values are about 1.
type orthogonaliser struct {
	rows, cols int
	u, next    []float32 // rows×cols
	a, b       []float32 // s×s, s the smaller side
}

func newOrthogonaliser(rows, cols int) *orthogonaliser {
	s := min(rows, cols)
	return &orthogonaliser{rows, cols, make([]float32, rows*cols), make([]float32, rows*cols), make([]float32, s*s), make([]float32, s*s)}
}

// columns is Group.Columns of the group that o works for; nil works for one without.
func (o *orthogonaliser) columns() int {
	if o == nil {
		return 0
	}
	return o.cols
}

func (o *orthogonaliser) orthogonalise() {
	r, c, s := o.rows, o.cols, min(o.rows, o.cols)
	norm := math.Sqrt(kernel.SumSquares(o.u))
	kernel.Scale(float32(1/(norm+1e-7)), o.u)
	x, next := o.u, o.next
	for range newtonSchulzSteps {
		// A is XXᵀ or XᵀX, whichever is smaller; both give the same result.
		if r <= c {
			kernel.Sgemm(false, true, s, s, c, 1, x, c, x, c, 0, o.a, s)
		} else {
			kernel.Sgemm(true, false, s, s, r, 1, x, c, x, c, 0, o.a, s)
		}
		copy(o.b, o.a)
		kernel.Sgemm(false, false, s, s, s, newtonSchulz[2], o.a, s, o.a, s, newtonSchulz[1], o.b, s)
		copy(next, x)
		if r <= c {
			kernel.Sgemm(false, false, r, c, s, 1, o.b, s, x, c, newtonSchulz[0], next, c)
		} else {
			kernel.Sgemm(false, false, r, c, s, 1, x, c, o.b, s, newtonSchulz[0], next, c)
		}
		x, next = next, x
	}
	o.u, o.next = x, next
}
