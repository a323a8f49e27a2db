// Package optim holds what changes the weights: optimisers (SGD, RMSprop, Adam, AdamW, Muon), learning-rate schedules and the
// moving average of the weights. Everything works on plain slices, either element by element or, in Muon, by matrix products
// whose sums are never cut, so that a result does not depend on the number of cores. Everything that is kept between two calls
// can be read and put back ([Optimizer.State], [Schedule.State], [EMA.State]), which is what makes a training run resumable
// bit for bit.
//
// Names and formulas are Keras's of 2020 (Keras 2.x, TensorFlow 2.x); where PyTorch or Keras 3 differ, the type says how. Muon
// is newer: its type has its source.
package optim

import (
	"fmt"
	"slices"
	"strings"

	"croquis/internal/kernel"
)

// A Group is one parameter tensor as an optimiser sees it. Value and Grad have the same length. Decay says whether weight
// decay applies: true for kernels, false for biases and the parameters of normalisation layers.
type Group struct {
	Name        string
	Value, Grad []float32
	Decay       bool
	// Columns makes a matrix of the values for [Muon], row by row. Of a convolution's kernel it is the number of filters;
	// everywhere else it is 0.
	Columns int
}

// A NamedSlice is one piece of state: "conv2d/kernel/rms", say.
type NamedSlice struct {
	Name string
	Data []float32
}

// State is what an optimiser remembers. Slots alias the optimiser's own memory: copy them, or write them out, before the
// next Step.
type State struct {
	Iterations int64 // steps taken
	Slots      []NamedSlice
}

// An Optimizer changes weights by their gradients.
type Optimizer interface {
	// Step updates every group's Value from its Grad with learning rate lr; coupled weight decay is added to Grad. The first
	// call fixes the names and lengths of the groups; a later call with others panics.
	Step(groups []Group, lr float32)
	// State returns the state after the last Step.
	State() State
	// SetState makes the next Step continue from s, which must have been taken from an optimiser with the same
	// hyper-parameters and groups. The data is copied.
	SetState(groups []Group, s State) error
}

// Options are the hyper-parameters of all optimisers by Keras's names; each reads only its own.
type Options struct {
	Momentum    float32 // sgd, rmsprop, muon
	Nesterov    bool    // sgd
	Rho         float32 // rmsprop
	Beta1       float32 // adam, adamw
	Beta2       float32 // adam, adamw
	Epsilon     float32 // rmsprop, adam, adamw
	WeightDecay float32 // all; see the types for its form
	VectorRate  float32 // muon; no term of Keras, see [Muon]
}

// Names lists the optimisers that New knows.
func Names() []string { return []string{"sgd", "rmsprop", "adam", "adamw", "muon"} }

// New makes an optimiser by name. It returns an error for an unknown name or a hyper-parameter outside its range.
func New(name string, o Options) (Optimizer, error) {
	inUnit := func(what string, v float32) error {
		if !(v >= 0 && v < 1) {
			return fmt.Errorf("optim: %s: %s is %g; it must lie in [0, 1)", name, what, v)
		}
		return nil
	}
	positive := func(what string, v float32) error {
		if !(v > 0) {
			return fmt.Errorf("optim: %s: %s is %g; it must be positive", name, what, v)
		}
		return nil
	}
	var errs []error
	if !(o.WeightDecay >= 0) {
		errs = append(errs, fmt.Errorf("optim: %s: weight decay is %g; it must not be negative", name, o.WeightDecay))
	}
	var opt Optimizer
	switch name {
	case "sgd":
		errs = append(errs, inUnit("momentum", o.Momentum))
		if o.Nesterov && o.Momentum == 0 {
			errs = append(errs, fmt.Errorf("optim: sgd: nesterov needs a momentum above 0"))
		}
		opt = &SGD{Momentum: o.Momentum, Nesterov: o.Nesterov, WeightDecay: o.WeightDecay}
	case "rmsprop":
		errs = append(errs, inUnit("rho", o.Rho), inUnit("momentum", o.Momentum), positive("epsilon", o.Epsilon))
		opt = &RMSprop{Rho: o.Rho, Momentum: o.Momentum, Epsilon: o.Epsilon, WeightDecay: o.WeightDecay}
	case "adam", "adamw":
		errs = append(errs, inUnit("beta_1", o.Beta1), inUnit("beta_2", o.Beta2), positive("epsilon", o.Epsilon))
		a := Adam{Beta1: o.Beta1, Beta2: o.Beta2, Epsilon: o.Epsilon, WeightDecay: o.WeightDecay}
		opt = &a
		if name == "adamw" {
			opt = &AdamW{Adam: a}
		}
	case "muon":
		errs = append(errs, inUnit("momentum", o.Momentum), positive("vector_rate", o.VectorRate))
		opt = &Muon{Momentum: o.Momentum, WeightDecay: o.WeightDecay, VectorRate: o.VectorRate}
	default:
		return nil, fmt.Errorf("optim: no optimiser is named %q; there are %s", name, strings.Join(Names(), ", "))
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return opt, nil
}

// chunk is how many elements one work item of update covers: 64 KiB of each slice, which keeps the four streams of an Adam
// step inside the second-level cache, and enough work (≥ 5 µs) to make claiming it free.
const chunk = 16384

// slots is the memory of an optimiser: for every kind ("rms", "momentum") one slice for each group.
type slots struct {
	iterations int64
	kinds      []string
	names      []string
	data       [][][]float32 // [kind][group]
	work       []span
}

type span struct{ group, lo, hi int }

// bind allocates the slots for these groups on the first call, and checks on later ones that the groups are the same.
func (s *slots) bind(groups []Group, kinds ...string) {
	if s.names == nil {
		s.kinds = kinds
		s.names = make([]string, 0, len(groups))
		s.data = make([][][]float32, len(kinds))
		for gi, g := range groups {
			if slices.Contains(s.names, g.Name) {
				panic(fmt.Sprintf("optim: two groups are named %q", g.Name))
			}
			s.names = append(s.names, g.Name)
			for k := range kinds {
				s.data[k] = append(s.data[k], make([]float32, len(g.Value)))
			}
			for lo := 0; lo < len(g.Value); lo += chunk {
				s.work = append(s.work, span{gi, lo, min(lo+chunk, len(g.Value))})
			}
		}
	}
	if len(groups) != len(s.names) {
		panic(fmt.Sprintf("optim: Step with %d groups; the first call had %d", len(groups), len(s.names)))
	}
	for i, g := range groups {
		if g.Name != s.names[i] {
			panic(fmt.Sprintf("optim: group %d is %q; at the first call it was %q", i, g.Name, s.names[i]))
		}
		if g.Columns < 0 || g.Columns > 0 && len(g.Value)%g.Columns != 0 {
			panic(fmt.Sprintf("optim: group %q has %d values, which %d columns do not divide", g.Name, len(g.Value), g.Columns))
		}
		if len(g.Grad) != len(g.Value) {
			panic(fmt.Sprintf("optim: group %q has %d values but %d gradients", g.Name, len(g.Value), len(g.Grad)))
		}
		for k := range s.kinds {
			if len(s.data[k][i]) != len(g.Value) {
				panic(fmt.Sprintf("optim: group %q has %d values; at the first call it had %d", g.Name, len(g.Value), len(s.data[k][i])))
			}
		}
	}
}

// update calls f for every stretch of every group, in parallel; f writes only elements [lo, hi) of group i.
func (s *slots) update(f func(i, lo, hi int)) {
	kernel.Parallel(len(s.work), func(w int) { f(s.work[w].group, s.work[w].lo, s.work[w].hi) })
}

// stretch returns elements [lo, hi) of the weights and of the gradients, to which coupled weight decay has been added.
func (g *Group) stretch(lo, hi int, decay float32) (w, grad []float32) {
	w, grad = g.Value[lo:hi], g.Grad[lo:hi]
	if g.Decay && decay != 0 {
		kernel.Axpy(decay, w, grad)
	}
	return w, grad
}

func (s *slots) state() State {
	st := State{Iterations: s.iterations}
	for k, kind := range s.kinds {
		for i, name := range s.names {
			st.Slots = append(st.Slots, NamedSlice{name + "/" + kind, s.data[k][i]})
		}
	}
	return st
}

func (s *slots) setState(groups []Group, st State, kinds ...string) error {
	if st.Iterations < 0 {
		return fmt.Errorf("optim: state has %d iterations; expected 0 or more", st.Iterations)
	}
	if st.Iterations == 0 && len(st.Slots) == 0 {
		*s = slots{}
		return nil
	}
	var n slots
	n.bind(groups, kinds...)
	n.iterations = st.Iterations
	if want := len(kinds) * len(groups); len(st.Slots) != want {
		return fmt.Errorf("optim: state has %d slots; expected %d (%s for %d tensors)", len(st.Slots), want, strings.Join(kinds, ", "), len(groups))
	}
	at := 0
	for k, kind := range kinds {
		for i, g := range groups {
			in := st.Slots[at]
			if want := g.Name + "/" + kind; in.Name != want {
				return fmt.Errorf("optim: slot %d of the state is %q; expected %q", at, in.Name, want)
			}
			if len(in.Data) != len(g.Value) {
				return fmt.Errorf("optim: slot %q has %d values; expected %d", in.Name, len(in.Data), len(g.Value))
			}
			copy(n.data[k][i], in.Data)
			at++
		}
	}
	*s = n
	return nil
}
