package train

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLearns: the synthetic classes are easy, and the figures must show it.
func TestLearns(t *testing.T) {
	c := small()
	c.Epochs, c.EMA, c.Erase, c.Cutout, c.Pad, c.Flip, c.LabelSmoothing = 8, 0, 0, 0, 0, "none", 0
	var seen []Epoch
	tr := prepare(t, c, synthetic(t, 640, 1), "", Watch{Epoch: func(e Epoch, epochs int, best bool) {
		if epochs != 8 {
			t.Errorf("epoch %d of %d, want of 8", e.Epoch, epochs)
		}
		seen = append(seen, e)
	}})
	mustRun(t, tr)
	if len(seen) != 8 || len(tr.History) != 8 {
		t.Fatalf("%d epochs were told, %d are in the history, want 8", len(seen), len(tr.History))
	}
	last := seen[7]
	if last.Accuracy < 0.95 || *last.ValAccuracy < 0.95 || !(last.Loss < seen[0].Loss) || !(*last.ValLoss < *seen[0].ValLoss) {
		t.Errorf("after 8 epochs: %+v, val_accuracy %g", last, *last.ValAccuracy)
	}
	if last.Epoch != 8 || last.ImagesPerSecond <= 0 || last.Seconds <= 0 {
		t.Errorf("last epoch: %+v", last)
	}
	if best := *tr.History[tr.best.epoch-1].ValAccuracy; best < *last.ValAccuracy {
		t.Errorf("the best epoch (%d) has %g, the last %g", tr.best.epoch, best, *last.ValAccuracy)
	}
}

func TestProgress(t *testing.T) {
	c := small()
	var all []Progress
	mustRun(t, prepare(t, c, synthetic(t, 170, 1), "", Watch{Batch: func(p Progress) { all = append(all, p) }}))
	if len(all) != 3*5 { // 130 images in batches of 32
		t.Fatalf("%d steps were told, want 15", len(all))
	}
	for i, p := range all {
		if p.Epoch != i/5+1 || p.Epochs != 3 || p.Total != 130 || p.Images != min(130, (i%5+1)*32) {
			t.Errorf("step %d: %+v", i, p)
		}
		if p.LR <= 0 && i > 0 || p.ImagesPerSecond <= 0 || !(p.Loss > 0) || p.Accuracy < 0 || p.Accuracy > 1 {
			t.Errorf("step %d: %+v", i, p)
		}
	}
}

// TestDiverged raises the learning rate until the loss is no number, and expects an explanation and the last good state.
func TestDiverged(t *testing.T) {
	c := small()
	c.Arch, c.LR, c.Schedule, c.Momentum, c.Nesterov, c.EMA, c.WeightDecay = "alexnet", 1e6, "constant", 0, false, 0, 0
	dir := t.TempDir()
	tr := prepare(t, c, synthetic(t, 170, 1), dir, Watch{})
	err := tr.Run(context.Background())
	var diverged *Diverged
	if !errors.As(err, &diverged) {
		t.Fatalf("Run returned %v, want *Diverged", err)
	}
	if diverged.Epoch != 1 || diverged.Step < 2 || diverged.LR != 1e6 {
		t.Errorf("diverged: %+v", diverged)
	}
	for _, words := range []string{"the loss is", "in epoch 1, step", "learning rate 1e+06", "lower -lr", filepath.Join(dir, "checkpoint")} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q does not say %q", err, words)
		}
	}
	kept, err := readCheckpoint(tr.files.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	fresh := prepare(t, c, synthetic(t, 170, 1), "", Watch{})
	for i, g := range fresh.every {
		if kept.tensors[i].Name != "weights/"+g.Name || kept.tensors[i].Data[0] != g.Value[0] {
			t.Fatalf("the checkpoint does not hold the state before the first epoch: %s", kept.tensors[i].Name)
		}
	}
}

// TestHiddenNaN puts an infinity where a ReLU would hide it from the loss: in the last step of an epoch, and in the step
// after which the run is told to stop. Neither may replace the last good checkpoint.
func TestHiddenNaN(t *testing.T) {
	for _, stop := range []bool{false, true} {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var tr *Trainer
		at := map[bool]int{false: 130, true: 64}[stop]
		met := false
		tr = prepare(t, small(), synthetic(t, 170, 1), dir, Watch{Batch: func(p Progress) {
			if p.Epoch == 2 && p.Images == at {
				met = true
				tr.every[0].Value[3] = float32(math.Inf(1))
				if stop {
					cancel()
				}
			}
		}})
		err := tr.Run(ctx)
		var diverged *Diverged
		if !met || !errors.As(err, &diverged) || !strings.Contains(err.Error(), "weights of "+tr.every[0].Name) || diverged.Epoch != 2 {
			t.Fatalf("stop %v: Run returned %v, want *Diverged about %s in epoch 2", stop, err, tr.every[0].Name)
		}
		if kept, err := readCheckpoint(tr.files.Checkpoint); err != nil || kept.Epoch != 1 || kept.Step != 0 {
			t.Errorf("stop %v: the checkpoint is not that of epoch 1: %v", stop, err)
		}
	}
}

func TestUnwritableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	tr := prepare(t, small(), synthetic(t, 170, 1), filepath.Join(file, "run"), Watch{})
	if _, err := tr.Begin(false); err == nil || !strings.Contains(err.Error(), "-out") {
		t.Errorf("got error %v, want one that names -out", err)
	}
	if err := tr.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "checkpoint cannot be written") {
		t.Errorf("got error %v before the first epoch, want one about the checkpoint", err)
	}
	if len(tr.History) != 0 {
		t.Error("an epoch was trained whose result could not be kept")
	}
}

// TestReplay repeats the learning rates that a plateau run chose, on all images.
func TestReplay(t *testing.T) {
	c, set, dir := small(), synthetic(t, 170, 1), t.TempDir()
	c.Epochs, c.Schedule, c.Patience, c.MinDelta, c.MinLR = 5, "plateau", 1, 0.3, 0.001
	first := prepare(t, c, set, dir, Watch{})
	mustRun(t, first)
	h, err := LoadHistory(first.files.History)
	if err != nil {
		t.Fatal(err)
	}
	d := small()
	d.Validation = 0
	d.Schedule = "replay"
	d.Epochs = 5
	if d.Rates, err = h.Rates(); err != nil {
		t.Fatal(err)
	}
	second := prepare(t, d, set, "", Watch{})
	mustRun(t, second)
	if second.train.Len() != 170 || second.best != nil {
		t.Errorf("the second run trains on %d images, want all 170", second.train.Len())
	}
	falls := 0
	for i, e := range second.History {
		if e.LR != first.History[i].LR {
			t.Errorf("epoch %d: rate %g, want %g", i+1, e.LR, first.History[i].LR)
		}
		if e.ValLoss != nil || e.ValAccuracy != nil {
			t.Errorf("epoch %d has validation figures without validation", i+1)
		}
		if i > 0 && e.LR < second.History[i-1].LR {
			falls++
		}
	}
	if falls == 0 {
		t.Error("the rate never fell: the test shows nothing")
	}
	h.Config.Schedule = "onecycle"
	if _, err := h.Rates(); err == nil || !strings.Contains(err.Error(), "-schedule onecycle") {
		t.Errorf("rates of a one-cycle run: error %v, want advice", err)
	}
}

func TestLoadHistoryRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"empty": "", "no epochs": `{"epochs":[]}`, "not a history": `[1]`} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadHistory(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: got error %v, want one that names the file", name, err)
		}
	}
	if _, err := LoadHistory(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: got error %v", err)
	}
	h := History{Config: Recipe("thesis"), Epochs: []Epoch{{Epoch: 1, LR: 1}, {Epoch: 3, LR: 1}}}
	if _, err := h.Rates(); err == nil || !strings.Contains(err.Error(), "epoch 3") {
		t.Errorf("a gap in the history: got error %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	set := synthetic(t, 50, 1)
	for want, change := range map[string]func(c *Config){
		"-limit is 51":              func(c *Config) { c.Limit = 51 },
		"leaves none to train with": func(c *Config) { c.Validation = 50 },
		"-arch is \"lenet\"":        func(c *Config) { c.Arch = "lenet" },
		"-epochs is 0":              func(c *Config) { c.Epochs = 0 },
		"-lr is NaN":                func(c *Config) { c.LR = math.NaN() },
		"-flip is \"sideways\"":     func(c *Config) { c.Flip = "sideways" },
		"label smoothing":           func(c *Config) { c.Loss = "mean_squared_error" },
		"plateau schedule watches":  func(c *Config) { c.Schedule, c.Validation = "plateau", 0 },
		"nesterov needs a momentum": func(c *Config) { c.Momentum = 0 },
		"has learning rates":        func(c *Config) { c.Schedule, c.Rates = "replay", []float64{1} },
	} {
		c := small()
		c.Validation = 10
		change(&c)
		if _, err := start(c, set, "", Watch{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want one with %q", err, want)
		}
	}
	for _, name := range []string{"thesis", "lenet5", "alexnet", "vgg", "croquis", "tiny"} {
		if c := Recipe(name); c.Check() != nil {
			t.Errorf("the recipe of %s: %v", name, c.Check())
		}
	}
}

// TestKernelsAreMatrices: Muon must get all kernels of convolutions, as (kh·kw·in)×out matrices, and nothing else.
func TestKernelsAreMatrices(t *testing.T) {
	c := Recipe("tiny")
	c.People, c.Others, c.Validation = 0, 0, 5
	tr := prepare(t, c, synthetic(t, 20, 1), "", Watch{})
	got := map[string]int{}
	for _, g := range tr.groups {
		if g.Columns > 0 {
			got[g.Name] = g.Columns
		}
	}
	want := map[string]int{"conv2d/kernel": 16, "conv2d_1/kernel": 32, "conv2d_2/kernel": 32, "conv2d_3/kernel": 32, "conv2d_4/kernel": 48, "conv2d_5/kernel": 48, "conv2d_6/kernel": 48}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("matrices (-want +got):\n%s", diff)
	}
}

func TestThesisRecipe(t *testing.T) {
	c := Recipe("thesis")
	want := Config{
		Arch: "thesis", Epochs: 40, Batch: 512, Seed: c.Seed, Validation: -1, Normalise: "scale", Loss: "categorical_crossentropy",
		Optimizer: "rmsprop", LR: 1e-3, Rho: 0.9, Epsilon: 1e-8, Schedule: "plateau", Factor: 0.5, Patience: 3, MinDelta: 1e-4, MinLR: 1e-5,
		Flip: "none",
		// Unused by it.
		Beta1: c.Beta1, Beta2: c.Beta2, VectorRate: c.VectorRate, Every: c.Every, EraseMax: c.EraseMax,
	}
	if d := want.Differences(&c); len(d) > 0 {
		t.Errorf("the thesis's recipe differs from the thesis: %v", d)
	}
	if c.augment() != nil {
		t.Error("the thesis has no augmentation")
	}
}

// TestWarning: 0.99^298 is the last above a twentieth; a network without batch normalisation has nothing to warn of.
func TestWarning(t *testing.T) {
	set := synthetic(t, 66, 1)
	for _, c := range []struct {
		arch   string
		epochs int
		want   string
	}{
		{"tiny", 20, "After only 20 steps 82 % "},
		{"tiny", 298, "After only 298 steps 5 % of what batch normalisation takes"},
		{"tiny", 299, ""},
		{"lenet5", 1, ""},
	} {
		config := small()
		config.Arch, config.Epochs, config.Validation = c.arch, c.epochs, 40
		got := prepare(t, config, set, "", Watch{}).Warning()
		if (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s, %d steps: %q, want %q", c.arch, c.epochs, got, c.want)
		}
		if got != "" && !strings.Contains(got, " 299 steps are enough") {
			t.Errorf("%s, %d steps: %q does not say that 299 are enough", c.arch, c.epochs, got)
		}
	}
}
