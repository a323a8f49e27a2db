// Package train is the loop: batches, augmentation, steps, validation, schedules, checkpoints, history, and what is written
// at the end.
//
// A run is a function of its Config and its images. All randomness is addressed by (seed, purpose, epoch or step, index),
// never drawn from a generator with a history, and every sum is taken in an order that no number of cores changes. So a
// checkpoint needs no state of a generator, and a run that was stopped, or killed, ends with the same bits as one that was
// not.
package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"croquis/internal/arch"
	"croquis/internal/kernel"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/optim"
	"croquis/internal/random"
)

// Watch is told how a run goes. Nil functions are not called.
type Watch struct {
	Batch func(Progress)                       // after every step
	Epoch func(e Epoch, epochs int, best bool) // after every epoch; best: none had a better validation accuracy
}

// Progress is where a run stands.
type Progress struct {
	Epoch, Epochs   int // the epoch under way, counted from 1
	Images, Total   int // of this epoch
	Loss, Accuracy  float64
	LR              float32
	ImagesPerSecond float64
	Left            time.Duration // until the last epoch ends; 0 while unknown
}

// running is what adds up within an epoch.
type running struct {
	Loss              float64 `json:"loss"`
	Correct           int     `json:"correct"`
	Images            int     `json:"images"`
	Seconds           float64 `json:"seconds"`            // trained
	ValidationSeconds float64 `json:"validation_seconds"` // of the last validation, to tell the time left
}

// Trainer is a run.
type Trainer struct {
	Config  Config
	Model   *nn.Model
	Input   modelfile.Input
	History []Epoch

	train, validation Source // validation is nil without held-out images
	files             Files
	data              map[string]string
	watch             Watch

	loss     nn.Loss
	opt      optim.Optimizer
	schedule optim.Schedule
	ema      *optim.EMA // nil without
	groups   []optim.Group
	every    []optim.Group // moving statistics too
	batches  batcher
	teacher  *teacher // nil without

	epoch, step int // complete epochs; steps taken in the next
	running     running
	best        *weights
}

// weights is a copy of all parameters and the epoch after which it was taken.
type weights struct {
	epoch  int
	values [][]float32
}

// New prepares a run from the beginning. validation is nil for none. The run keeps its state in files.Checkpoint and its
// figures in files.History; where a name is empty nothing is written.
func New(c Config, input modelfile.Input, train, validation Source, files Files, watch Watch) (*Trainer, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if train.Len() == 0 {
		return nil, errors.New("train: there are no images to train with; raise -limit or lower -validation")
	}
	if validation != nil && validation.Len() == 0 {
		return nil, errors.New("train: there are no images to validate with; give -validation 0 for none")
	}
	t := &Trainer{Config: c, Input: input, train: train, validation: validation, files: files, watch: watch, batches: batcher{input: input}}
	var err error
	if t.loss, err = nn.NewLoss(c.Loss, float32(c.LabelSmoothing)); err != nil {
		return nil, err
	}
	if t.opt, err = c.optimizer(); err != nil {
		return nil, err
	}
	if t.schedule, err = c.schedule(); err != nil {
		return nil, err
	}
	if t.Model, err = arch.New(c.Arch); err != nil {
		return nil, err
	}
	if err = t.Model.Build(c.Seed); err != nil {
		return nil, err
	}
	t.data = map[string]string{"training": train.Fingerprint(), "validation": "none"}
	if validation != nil {
		t.data["validation"] = validation.Fingerprint()
	}
	if s, ok := train.(*Staged); ok {
		t.data["stem"] = s.First.Fingerprint()
	}
	if c.Distil > 0 {
		if t.teacher, err = newTeacher(c.Teacher, c.Distil, c.Batch); err != nil {
			return nil, err
		}
		t.data["teacher"] = t.teacher.file.SHA256
	}
	t.bind()
	if c.EMA > 0 {
		t.ema = optim.NewEMA(float32(c.EMA), t.every)
	}
	return t, nil
}

// bind refreshes the optimiser's view of the parameters.
func (t *Trainer) bind() {
	t.groups, t.every = t.groups[:0], t.every[:0]
	for _, p := range t.Model.Params() {
		g := optim.Group{Name: p.Name, Value: p.Value, Grad: p.Grad, Decay: p.Decay}
		if len(p.Shape) == 4 {
			g.Columns = p.Shape[3] // (kh, kw, in, out): a convolution's kernel, the only ones that Muon is for
		}
		if p.Trainable {
			t.groups = append(t.groups, g)
		}
		g.Grad = g.Value // not read: averages and copies concern values
		t.every = append(t.every, g)
	}
}

// Steps is the number of steps in an epoch. The last may have fewer images.
func (t *Trainer) Steps() int { return (t.train.Len() + t.Config.Batch - 1) / t.Config.Batch }

// Stopped is the error of a run that was told to stop. Its state is in the checkpoint.
type Stopped struct{ Epoch, Step int }

func (e *Stopped) Error() string {
	return fmt.Sprintf("stopped in epoch %d after step %d", e.Epoch, e.Step)
}

// Diverged is the error of a run whose loss or weights are no longer finite.
type Diverged struct {
	What        string // "the loss is NaN"
	Epoch, Step int    // counted from 1
	LR          float32
	Checkpoint  string // the last good one; empty if there is none
}

func (e *Diverged) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in epoch %d, step %d, at learning rate %g: the training has diverged and cannot recover.\n", e.What, e.Epoch, e.Step, e.LR)
	b.WriteString("Try a lower -lr (a third of it), a longer -warmup (with -schedule onecycle or cosine), or a larger -epsilon (rmsprop, adam).")
	if e.Checkpoint != "" {
		fmt.Fprintf(&b, "\nThe last good state is kept in %s.", e.Checkpoint)
	}
	return b.String()
}

// Run trains until the last epoch is complete, or until ctx is done: then it finishes the step, saves the state and returns
// *Stopped. A loss that is not finite ends it with *Diverged; the checkpoint then stays as it was.
func (t *Trainer) Run(ctx context.Context) error { return t.runUntil(ctx, t.Config.Epochs) }

func (t *Trainer) runUntil(ctx context.Context, epochs int) error {
	if t.epoch == 0 && t.step == 0 {
		// So that a full disk or a folder without permission is found now, not after an epoch; and so that a run that is
		// killed in its first epoch can be resumed.
		if err := t.Save(); err != nil {
			return err
		}
	}
	for t.epoch < epochs {
		if err := t.runEpoch(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (t *Trainer) runEpoch(ctx context.Context) error {
	steps, total := t.Steps(), t.train.Len()
	order := random.NewStream(t.Config.Seed, "order", uint64(t.epoch))
	for t.step < steps && ctx.Err() == nil {
		start := time.Now()
		from := t.step * t.Config.Batch
		n := min(t.Config.Batch, total-from)
		x, targets := t.batches.batch(t.train, t.epoch, n, func(k int) int { return permute(order, total, from+k) })
		if t.teacher != nil {
			t.teacher.teach(t.batches.pixels, n, targets.Data)
		}
		lr := t.rate(t.step)
		loss, correct := t.Model.Step(x, targets, t.loss)
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return t.diverged(fmt.Sprintf("the loss is %v", loss))
		}
		t.bind()
		t.opt.Step(t.groups, lr)
		if t.ema != nil {
			t.ema.Update(t.every)
		}
		t.step++
		r := &t.running
		r.Loss += loss
		r.Correct += correct
		r.Images += n
		r.Seconds += time.Since(start).Seconds()
		if t.watch.Batch != nil {
			t.watch.Batch(t.progress(lr))
		}
	}
	// The last step may have spoilt the weights without any loss having told yet: that must not replace a good checkpoint.
	if name := t.notFinite(); name != "" {
		return t.diverged(fmt.Sprintf("the weights of %s are not finite", name))
	}
	if ctx.Err() != nil {
		if err := t.Save(); err != nil {
			return err
		}
		return &Stopped{t.epoch + 1, t.step}
	}
	return t.endEpoch()
}

// rate is the learning rate of a step of the epoch under way.
func (t *Trainer) rate(step int) float32 {
	return t.schedule.LR(float64(t.epoch) + float64(step)/float64(t.Steps()))
}

func (t *Trainer) progress(lr float32) Progress {
	r := &t.running
	p := Progress{
		Epoch: t.epoch + 1, Epochs: t.Config.Epochs, Images: r.Images, Total: t.train.Len(), LR: lr,
		Loss: r.Loss / float64(r.Images), Accuracy: float64(r.Correct) / float64(r.Images), ImagesPerSecond: float64(r.Images) / r.Seconds,
	}
	epochs := t.Config.Epochs - t.epoch
	seconds := float64(epochs*p.Total-r.Images)/p.ImagesPerSecond + float64(epochs)*r.ValidationSeconds
	p.Left = time.Duration(seconds * float64(time.Second))
	return p
}

// endEpoch validates, lets the schedule decide, writes the epoch down and saves.
func (t *Trainer) endEpoch() error {
	start := time.Now()
	r := t.running
	e := Epoch{
		Epoch: t.epoch + 1, Loss: r.Loss / float64(r.Images), Accuracy: float64(r.Correct) / float64(r.Images),
		LR: t.rate(t.Steps() - 1), ImagesPerSecond: float64(r.Images) / r.Seconds,
	}
	if t.validation != nil {
		restore := t.averaged()
		loss, accuracy := t.validate()
		e.ValLoss, e.ValAccuracy = &loss, &accuracy
		if math.IsNaN(loss) || math.IsInf(loss, 0) {
			return t.diverged(fmt.Sprintf("the validation loss is %v", loss))
		}
		// The first of equals is kept, as Keras's ModelCheckpoint does.
		if t.best == nil || accuracy > *t.History[t.best.epoch-1].ValAccuracy {
			t.best = t.copyWeights(e.Epoch)
		}
		restore()
		t.schedule.EpochEnd(accuracy)
	}
	r.ValidationSeconds = time.Since(start).Seconds()
	e.Seconds = r.Seconds + r.ValidationSeconds
	t.History = append(t.History, e)
	t.epoch, t.step = t.epoch+1, 0
	t.running = running{ValidationSeconds: r.ValidationSeconds}
	if err := t.Save(); err != nil {
		return err
	}
	if err := t.saveHistory(0); err != nil {
		return err
	}
	if t.watch.Epoch != nil {
		t.watch.Epoch(e, t.Config.Epochs, t.best != nil && t.best.epoch == e.Epoch)
	}
	return nil
}

func (t *Trainer) saveHistory(temperature float64) error {
	if t.files.History == "" {
		return nil
	}
	h := History{Config: t.Config, Kernel: string(kernel.Active()), Epochs: t.History, Temperature: temperature}
	return h.Save(t.files.History)
}

// averaged puts the averaged weights into the model, if there are any, until restore is called.
func (t *Trainer) averaged() (restore func()) {
	if t.ema == nil {
		return func() {}
	}
	t.ema.Swap(t.every)
	return func() { t.ema.Swap(t.every) }
}

// validate returns the mean loss and the accuracy on the held-out images.
func (t *Trainer) validate() (loss, accuracy float64) {
	n, correct := t.validation.Len(), 0
	for from := 0; from < n; from += t.Config.Batch {
		x, targets := t.batches.batch(t.validation, 0, min(t.Config.Batch, n-from), func(k int) int { return from + k })
		l, c := t.Model.Evaluate(x, targets, t.loss)
		loss += l
		correct += c
	}
	return loss / float64(n), float64(correct) / float64(n)
}

// notFinite names the first parameter with a NaN or an infinity. A ReLU can hide a NaN from the loss.
func (t *Trainer) notFinite() string {
	for _, g := range t.every {
		for _, v := range g.Value {
			if v-v != 0 {
				return g.Name
			}
		}
	}
	return ""
}

func (t *Trainer) diverged(what string) error {
	step := min(t.step, t.Steps()-1)
	return &Diverged{What: what, Epoch: t.epoch + 1, Step: step + 1, LR: t.rate(step), Checkpoint: t.files.Checkpoint}
}

func (t *Trainer) copyWeights(epoch int) *weights {
	w := &weights{epoch: epoch}
	for _, g := range t.every {
		w.values = append(w.values, slices.Clone(g.Value))
	}
	return w
}

func (t *Trainer) load(w *weights) {
	for i, g := range t.every {
		copy(g.Value, w.values[i])
	}
}
