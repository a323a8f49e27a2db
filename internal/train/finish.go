package train

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"croquis/internal/chart"
	"croquis/internal/fashion"
	"croquis/internal/figure"
	"croquis/internal/machine"
	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/whole"
)

// Output is what the model file says that the run's settings do not.
type Output struct {
	// Command is the command line that trains the network, for the model file; empty: cmd/train's.
	Command string
	// Drawings is how sure the network is of drawings, which the run itself cannot tell; zero when nobody has measured it.
	Drawings modelfile.Domain
}

// Result is what a run came to on the test set, which has been read for nothing else.
type Result struct {
	N         int             `json:"n"`          // test images
	Last      float64         `json:"last"`       // accuracy of the weights after the last epoch, as a share of 1
	LastEpoch int             `json:"last_epoch"` //
	Best      *float64        `json:"best"`       // accuracy of the weights of the epoch with the best validation accuracy; null without validation
	BestEpoch int             `json:"best_epoch"` // 0 without validation
	Kept      metrics.Summary `json:"kept"`       // of the weights in the model file, as decoded from it
	KeptEpoch int             `json:"kept_epoch"`
	Bytes     int             `json:"bytes"`   // of the model file
	Seconds   float64         `json:"seconds"` // of all epochs, those before a stop too
}

// goldens is how many test images go into the model file with their answers.
const goldens = 4

// Finish evaluates the weights of the last and of the best epoch on the test set, and writes the model file and the report.
// It leaves the kept weights in the model; the run cannot go on after it.
func (t *Trainer) Finish(test *fashion.Set, out Output) (*Result, error) {
	if t.epoch < t.Config.Epochs {
		panic(fmt.Sprintf("train: Finish after %d of %d epochs", t.epoch, t.Config.Epochs))
	}
	dtype, err := modelfile.ParseDType(t.Config.DType)
	if err != nil {
		return nil, err
	}
	best := t.Config.Keep == "best"
	if best && t.best == nil {
		return nil, fmt.Errorf("train: without validation there is no best epoch to keep; keep the last")
	}
	t.averaged() // for good
	photos := NewPhotos(test, nil, nil)
	r := &Result{N: test.Len(), LastEpoch: t.epoch, KeptEpoch: t.epoch, Seconds: Seconds(t.History)}
	last := t.copyWeights(t.epoch)
	kept := t.predict(t.Model, photos)
	r.Last = top1(kept)
	if t.best != nil {
		t.load(t.best)
		p := kept
		if t.best.epoch != t.epoch {
			p = t.predict(t.Model, photos)
		}
		accuracy := top1(p)
		r.Best, r.BestEpoch = &accuracy, t.best.epoch
		if best {
			kept, r.KeptEpoch = p, t.best.epoch
		} else {
			t.load(last)
		}
	}

	file, err := t.modelFile(r, test, cmp.Or(out.Command, t.Config.Command("train", Recipe)))
	if err != nil {
		return nil, err
	}
	// Rounding the kernels changes the answers: what is published is measured on what is in the file.
	file.Metrics["photos_top1_float32"] = top1(kept)
	model, err := stored(file, dtype)
	if err != nil {
		return nil, err
	}
	if model != t.Model {
		kept = t.predict(model, photos)
	}
	if r.Kept, err = metrics.Evaluate(kept, nil); err != nil {
		return nil, err
	}
	file.Calibration.Drawings = out.Drawings
	file.Calibration.Photos.Temperature = float32(t.Config.Temperature)
	if held, ok := t.validation.(*Photos); ok {
		if file.Calibration.Photos, err = t.calibrate(model, held); err != nil {
			return nil, err
		}
	}
	if err := t.saveHistory(float64(file.Calibration.Photos.Temperature)); err != nil {
		return nil, err
	}
	file.Metrics["photos_top1"], file.Metrics["photos_top2"] = r.Kept.Top1, r.Kept.Top2
	file.Metrics["photos_ece"] = r.Kept.ECE
	b, err := modelfile.Encode(file, dtype)
	if err != nil {
		return nil, err
	}
	r.Bytes = len(b)
	if err := whole.WriteFile(t.files.Model, b); err != nil {
		return nil, err
	}
	return r, t.report(r, test, kept, t.files.Report)
}

// predict computes the model's probabilities with a compiled Plan, as everyone who uses the model file will.
func (t *Trainer) predict(m *nn.Model, photos *Photos) metrics.Predictions {
	return t.answers(photos, nn.Compile(m, block).Predict)
}

// block is how many photos are predicted at once.
const block = 256

// answers asks a Plan compiled for blocks.
func (t *Trainer) answers(photos *Photos, ask func(x []float32, n int, out []float32)) metrics.Predictions {
	n := photos.Len()
	p := metrics.Predictions{Classes: Classes, Probs: make([]float32, n*Classes), Labels: make([]uint8, n)}
	for from := 0; from < n; from += block {
		k := min(block, n-from)
		x, _ := t.batches.batch(photos, 0, k, func(j int) int { return from + j })
		ask(x.Data, k, p.Probs[from*Classes:(from+k)*Classes])
	}
	for i := range n {
		p.Labels[i] = photos.Label(i)
	}
	return p
}

func top1(p metrics.Predictions) float64 { return float64(p.Hits(1)) / float64(p.N()) }

// surelyKnown is the share of the held-out photos whose answers are above both thresholds for "not sure".
const surelyKnown = 0.95

// calibrate fits the temperature of photos and the thresholds on the held-out images, never on the test set.
func (t *Trainer) calibrate(m *nn.Model, held *Photos) (modelfile.Domain, error) {
	p := t.answers(held, nn.Compile(m, block).Logits)
	logits := p.Probs // before the softmax
	temperature, err := metrics.FitTemperature(logits, p.Labels, Classes)
	if err != nil {
		return modelfile.Domain{}, err
	}
	// The file keeps float32: the thresholds are of that temperature.
	d := modelfile.Domain{Temperature: float32(temperature)}
	surest := metrics.MaxProbability(metrics.Softmax(logits, Classes, float64(d.Temperature)), Classes)
	threshold, energy := metrics.JointThresholds(surest, metrics.Energy(logits, Classes), surelyKnown)
	d.Threshold = float32(threshold)
	d.SetEnergy(energy)
	return d, nil
}

// modelFile describes the model. Nothing in it depends on the time or the machine, so that the same run gives the same bytes.
func (t *Trainer) modelFile(r *Result, test *fashion.Set, command string) (*modelfile.File, error) {
	c := &t.Config
	f := &modelfile.File{
		Name: c.Arch, Labels: fashion.Labels[:], Input: t.Input, Model: t.Model,
		Metrics: map[string]float64{"photos_top1_last_epoch": r.Last},
		Training: modelfile.Training{
			Arch: c.Arch, Recipe: recipeLine(c), Data: fmt.Sprintf("%s, %d photos held out", contents(t.train), c.Validation),
			Command: command, Seed: c.Seed, Epochs: c.Epochs, Batch: c.Batch, Fingerprint: t.Fingerprint(),
			Notes: t.notes(r.KeptEpoch),
		},
	}
	if r.Best != nil {
		f.Metrics["photos_top1_best_epoch"] = *r.Best
		f.Metrics["validation_top1"] = *t.History[r.KeptEpoch-1].ValAccuracy
	}
	// The first image of each of the first classes met: a wrong kernel should not be able to pass by luck.
	var seen []int
	for i := 0; i < test.Len() && len(f.Golden) < goldens; i++ {
		if !slices.Contains(seen, test.Label(i)) {
			seen = append(seen, test.Label(i))
			f.Golden = append(f.Golden, modelfile.Golden{Input: test.Pixels(i), Tolerance: 1e-4})
		}
	}
	return f, nil
}

// mistakesShown is how many of the most confident mistakes the report has pictures of.
const mistakesShown = 48

func (t *Trainer) report(r *Result, test *fashion.Set, kept metrics.Predictions, path string) error {
	trainable, _ := t.Model.Count()
	report := chart.Report{
		Name: t.Config.Arch, Labels: fashion.Labels[:], Date: time.Now(), Machine: machine.Describe(), Recipe: facts(&t.Config, t.train.Len()),
		Network: t.Model.Summary(), Params: trainable, MACs: t.Model.MACs(), Chosen: r.KeptEpoch,
	}
	var trained float64
	for _, e := range t.History {
		line := chart.Epoch{
			Epoch: e.Epoch, Loss: e.Loss, Accuracy: e.Accuracy, ValLoss: math.NaN(), ValAccuracy: math.NaN(),
			LR: float64(e.LR), Seconds: e.Seconds, ImagesPerSecond: e.ImagesPerSecond,
		}
		if e.ValLoss != nil {
			line.ValLoss, line.ValAccuracy = *e.ValLoss, *e.ValAccuracy
		}
		report.History = append(report.History, line)
		report.Seconds += e.Seconds
		trained += float64(t.train.Len()) / e.ImagesPerSecond
	}
	report.ImagesPerSecond = float64(len(t.History)*t.train.Len()) / trained
	note := fmt.Sprintf("The test set was read once, after the last epoch. The weights of the last epoch (%d) reach %s.", r.LastEpoch, figure.Percent(r.Last, 2))
	if r.Best != nil {
		note += fmt.Sprintf(" Those of the epoch with the best validation accuracy (%d) reach %s.", r.BestEpoch, figure.Percent(*r.Best, 2))
	}
	note += " The probabilities are the network's own, before the temperature in the model file corrects them."
	report.Sets = []chart.Set{{Name: "Test photos", Note: note, Summary: r.Kept, Mistakes: chart.MostConfident(test.Bytes(), kept, mistakesShown)}}
	var b bytes.Buffer
	if err := chart.TrainingReport(&b, report); err != nil {
		return err
	}
	return whole.WriteFile(path, b.Bytes())
}
