package train

import (
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"croquis/internal/kernel"
	"croquis/internal/optim"
)

// state gathers what a checkpoint holds. Tensors alias the run's memory.
func (t *Trainer) state() *checkpoint {
	o := t.opt.State()
	c := &checkpoint{checkpointHeader: checkpointHeader{
		Config: t.Config, Kernel: string(kernel.Active()), Data: t.data, Epoch: t.epoch, Step: t.step, Running: t.running,
		Iteration: t.Model.Iteration, Optimizer: o.Iterations, Schedule: t.schedule.State(), History: t.History,
	}}
	add := func(prefix string, list []optim.NamedSlice) {
		for _, s := range list {
			c.tensors = append(c.tensors, optim.NamedSlice{Name: prefix + s.Name, Data: s.Data})
		}
	}
	for _, g := range t.every {
		c.tensors = append(c.tensors, optim.NamedSlice{Name: "weights/" + g.Name, Data: g.Value})
	}
	add("optimizer/", o.Slots)
	if t.ema != nil {
		s := t.ema.State()
		c.EMA = s.Iterations
		add("ema/", s.Slots)
	}
	if t.best != nil {
		c.BestEpoch = t.best.epoch
		for i, g := range t.every {
			c.tensors = append(c.tensors, optim.NamedSlice{Name: "best/" + g.Name, Data: t.best.values[i]})
		}
	}
	return c
}

// Save writes the checkpoint.
func (t *Trainer) Save() error {
	if t.files.Checkpoint == "" {
		return nil
	}
	return writeCheckpoint(t.files.Checkpoint, t.state())
}

// Begin prepares the folder and, with resume, continues from the checkpoint. note is what the user should know, or empty.
func (t *Trainer) Begin(resume bool) (note string, err error) {
	note, err = t.files.prepare(resume)
	if err == nil && resume {
		note, err = t.Resume()
	}
	return note, err
}

// Resume continues from the checkpoint file. note is a sentence for the user, or empty. It fails if the checkpoint
// is damaged, or of another config, other images or another network, and then t is of no more use; errors.Is(err,
// fs.ErrNotExist) holds if there is none.
func (t *Trainer) Resume() (note string, err error) {
	if t.files.Checkpoint == "" {
		return "", fmt.Errorf("train: a run without a checkpoint cannot be resumed: %w", fs.ErrNotExist)
	}
	c, err := readCheckpoint(t.files.Checkpoint)
	if err != nil {
		return "", err
	}
	if d := c.Config.Differences(&t.Config); len(d) > 0 {
		return "", fmt.Errorf("train: %s was begun with other settings; give the same, or move it away to start over:\n  %s", t.files.Checkpoint, strings.Join(d, "\n  "))
	}
	if err := t.sameData(c, t.files.Checkpoint); err != nil {
		return "", err
	}
	if err := t.restore(c); err != nil {
		return "", fmt.Errorf("train: checkpoint %s: %w", t.files.Checkpoint, err)
	}
	if now := string(kernel.Active()); c.Kernel != now {
		note = fmt.Sprintf("The run was begun with the %s kernels and goes on with %s: the result is as good, but the last bits differ.", c.Kernel, now)
	}
	if !reflect.DeepEqual(c.Config, t.Config) {
		// More epochs, or another -dtype or -keep: so that nobody has to ask for them again if this run is killed.
		err = t.Save()
	}
	return note, err
}

func (t *Trainer) restore(c *checkpoint) error {
	rest := c.tensors
	take := func(prefix string) []optim.NamedSlice {
		n := 0
		for n < len(rest) && strings.HasPrefix(rest[n].Name, prefix) {
			n++
		}
		var list []optim.NamedSlice
		for _, s := range rest[:n] {
			list = append(list, optim.NamedSlice{Name: s.Name[len(prefix):], Data: s.Data})
		}
		rest = rest[n:]
		return list
	}
	current, slots, averages, best := take("weights/"), take("optimizer/"), take("ema/"), take("best/")
	if len(rest) > 0 {
		return fmt.Errorf("tensor %q is out of place", rest[0].Name)
	}
	fits := func(list []optim.NamedSlice) error {
		if len(list) != len(t.every) {
			return fmt.Errorf("it holds %d parameters; the network has %d", len(list), len(t.every))
		}
		for i, g := range t.every {
			if list[i].Name != g.Name || len(list[i].Data) != len(g.Value) {
				return fmt.Errorf("its parameter %d is %q with %d values; the network's is %q with %d", i, list[i].Name, len(list[i].Data), g.Name, len(g.Value))
			}
		}
		return nil
	}
	if err := fits(current); err != nil {
		return err
	}
	if c.BestEpoch != 0 {
		if err := fits(best); err != nil {
			return err
		}
	}
	if c.Epoch < 0 || c.Epoch != len(c.History) || c.Epoch > t.Config.Epochs || c.Step < 0 || c.Step > t.Steps() || c.BestEpoch < 0 || c.BestEpoch > c.Epoch {
		return fmt.Errorf("epoch %d, step %d, best epoch %d and a history of %d epochs do not fit together", c.Epoch, c.Step, c.BestEpoch, len(c.History))
	}
	if err := t.schedule.SetState(c.Schedule); err != nil {
		return err
	}
	if err := t.opt.SetState(t.groups, optim.State{Iterations: c.Optimizer, Slots: slots}); err != nil {
		return err
	}
	if t.ema != nil {
		if err := t.ema.SetState(t.every, optim.State{Iterations: c.EMA, Slots: averages}); err != nil {
			return err
		}
	}
	for i, g := range t.every {
		copy(g.Value, current[i].Data)
	}
	t.best = nil
	if c.BestEpoch != 0 {
		t.best = &weights{epoch: c.BestEpoch}
		for _, s := range best {
			t.best.values = append(t.best.values, s.Data)
		}
	}
	t.epoch, t.step, t.running, t.History, t.Model.Iteration = c.Epoch, c.Step, c.Running, c.History, c.Iteration
	return nil
}
