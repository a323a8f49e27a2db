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

// Result is what a run came to.
type Result struct {
	*Judged           // nil if nobody asked the test photos
	LastEpoch int     `json:"last_epoch"`
	BestEpoch int     `json:"best_epoch"` // the one with the best validation accuracy; 0 without validation
	KeptEpoch int     `json:"kept_epoch"` // whose weights are in the model file
	Bytes     int     `json:"bytes"`      // of the model file
	Seconds   float64 `json:"seconds"`    // of all epochs, those before a stop too
}

// Judged is what a run came to on the test set, which has been read for nothing else.
type Judged struct {
	N    int             `json:"n"`    // test images
	Last float64         `json:"last"` // accuracy of the weights after the last epoch, as a share of 1
	Best *float64        `json:"best"` // accuracy of the weights of the best epoch; null without validation
	Kept metrics.Summary `json:"kept"` // of the weights in the model file, as decoded from it
}

// goldens is how many test images go into the model file with their answers.
const goldens = 4

// Finish evaluates the weights of the last and of the best epoch on the test set, and writes the model file and the report.
// Without a test set (nil) nothing is judged, and the file has no known answers to check itself by. It leaves the kept weights
// in the model; the run cannot go on after it.
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
	r := &Result{LastEpoch: t.epoch, KeptEpoch: t.epoch, Seconds: Seconds(t.History)}
	keep := t.copyWeights(t.epoch)
	if t.best != nil {
		r.BestEpoch = t.best.epoch
	}
	if best {
		keep, r.KeptEpoch = t.best, t.best.epoch
	}
	var photos *Photos
	var kept metrics.Predictions
	if test != nil {
		photos = NewPhotos(test, nil, nil)
		r.Judged, kept = t.judge(photos, best)
	}
	t.load(keep)

	file, err := t.modelFile(r, test, cmp.Or(out.Command, t.Config.Command("train", Recipe)))
	if err != nil {
		return nil, err
	}
	model, err := stored(file, dtype)
	if err != nil {
		return nil, err
	}
	if r.Judged != nil {
		file.Metrics["photos_top1_float32"] = top1(kept)
		if model != t.Model {
			// Rounding the kernels changes the answers: what is published is measured on what is in the file.
			kept = t.predict(model, photos)
		}
		if r.Kept, err = metrics.Evaluate(kept, nil); err != nil {
			return nil, err
		}
		file.Metrics["photos_top1"], file.Metrics["photos_top2"] = r.Kept.Top1, r.Kept.Top2
		file.Metrics["photos_ece"] = r.Kept.ECE
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

// judge asks the weights after the last epoch, and those of the best one, and returns the answers of the best or the last. Either
// may be in the model afterwards.
func (t *Trainer) judge(photos *Photos, best bool) (*Judged, metrics.Predictions) {
	last := t.predict(t.Model, photos)
	j := &Judged{N: photos.Len(), Last: top1(last)}
	if t.best == nil {
		return j, last
	}
	of := last
	if t.best.epoch != t.epoch {
		t.load(t.best)
		of = t.predict(t.Model, photos)
	}
	accuracy := top1(of)
	j.Best = &accuracy
	if best {
		return j, of
	}
	return j, last
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
		Metrics: map[string]float64{},
		Training: modelfile.Training{
			Arch: c.Arch, Recipe: recipeLine(c), Data: fmt.Sprintf("%s, %d photos held out", contents(t.train), c.Validation),
			Command: command, Seed: c.Seed, Epochs: c.Epochs, Batch: c.Batch, Fingerprint: t.Fingerprint(),
			Notes: t.notes(r.KeptEpoch),
		},
	}
	if v := t.History[r.KeptEpoch-1].ValAccuracy; v != nil {
		f.Metrics["validation_top1"] = *v
	}
	if r.Judged == nil {
		return f, nil
	}
	f.Metrics["photos_top1_last_epoch"] = r.Last
	if r.Best != nil {
		f.Metrics["photos_top1_best_epoch"] = *r.Best
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
	if r.Judged == nil {
		report.Recipe = append(report.Recipe, chart.Fact{Name: "Test photos", Value: "not read: nothing here is a figure on them"})
	} else {
		report.Sections = []chart.Section{{Set: &chart.Set{Name: "Test photos", Note: r.note(), Summary: r.Kept, Mistakes: chart.MostConfident(test.Bytes(), kept, mistakesShown)}}}
	}
	var b bytes.Buffer
	if err := chart.TrainingReport(&b, report); err != nil {
		return err
	}
	return whole.WriteFile(path, b.Bytes())
}

// note says how the test photos were asked.
func (r *Result) note() string {
	note := fmt.Sprintf("The test set was read once, after the last epoch. The weights of the last epoch (%d) reach %s.", r.LastEpoch, figure.Percent(r.Last, 2))
	if r.Best != nil {
		note += fmt.Sprintf(" Those of the epoch with the best validation accuracy (%d) reach %s.", r.BestEpoch, figure.Percent(*r.Best, 2))
	}
	return note + " The probabilities are the network's own, before the temperature in the model file corrects them."
}
