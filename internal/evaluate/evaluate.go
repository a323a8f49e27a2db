// Package evaluate judges a trained network on sets it was not trained on: photos, drawings by people, and drawings of
// other things, which it had better be unsure about.
//
// Every figure is of what a user meets: probabilities at the temperature that the model file gives for the kind of
// picture, drawings rasterised as the page does it, answers computed by the compiled Plan.
package evaluate

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"croquis/internal/fashion"
	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/sketch"
)

// Options say what to judge a network on. At least Photos or Drawings must be given.
type Options struct {
	Photos   string // folder with Fashion-MNIST; its 10,000 test photos are used
	Drawings string // ndjson file of drawings with labels
	Others   string // ndjson file of drawings of things that are none of the classes
	Machine  string // named in the result
	Now      time.Time
}

// ErrNothing is returned when there is nothing to judge the network on.
var ErrNothing = errors.New("nothing to evaluate on: give photos, drawings or both")

// Result is all that was found out. Shares are from 0 to 1.
type Result struct {
	Model    Model   `json:"model"`
	Photos   *Set    `json:"photos,omitempty"`
	Drawings *Set    `json:"drawings,omitempty"`
	Others   *Others `json:"others,omitempty"`
	Date     string  `json:"date"`
	Machine  string  `json:"machine,omitempty"`

	file *modelfile.File
	now  time.Time
}

// Model identifies the network.
type Model struct {
	Name       string   `json:"name"`
	SHA256     string   `json:"sha256"`
	Bytes      int      `json:"bytes"`
	DType      string   `json:"dtype"`
	Parameters int      `json:"parameters"` // trainable
	MACs       int      `json:"macs"`       // multiply-adds for one image
	Labels     []string `json:"labels"`
}

// Others is how well certainty tells garments from drawings of other things. The score is the highest probability.
type Others struct {
	metrics.Detection
	Energy metrics.Detection `json:"energy"` // with the logits' energy as the score instead
	Known  string            `json:"known"`  // the set of garments it is compared with: "drawings" or "photos"
	Unsure float64           `json:"unsure"` // share of the others that get the answer "not sure"
	// Collection is as in Set.
	Collection string `json:"collection,omitempty"`
}

// Run evaluates the network of f. It first runs the file's golden vectors: a machine that computes something else than the
// trainer's has nothing to say about the network.
func Run(f *modelfile.File, o Options) (*Result, error) {
	if o.Photos == "" && o.Drawings == "" {
		return nil, ErrNothing
	}
	if got := f.Model.Input; len(got) != 3 || got.Size() != sketch.Side*sketch.Side {
		return nil, fmt.Errorf("%q takes pictures of shape %v, expected %d×%d×1", f.Name, got, sketch.Side, sketch.Side)
	}
	if !slices.Equal(f.Labels, fashion.Labels[:]) {
		return nil, fmt.Errorf("%q names the classes %q, expected Fashion-MNIST's %q", f.Name, f.Labels, fashion.Labels)
	}
	p := newPredictor(f)
	if err := f.CheckGolden(func(x, out []float32) { p.plan.Predict(x, 1, out) }); err != nil {
		return nil, err
	}
	if !p.endsInSoftmax() {
		return nil, fmt.Errorf("%q does not end in softmax: its outputs are no probabilities, and how sure it is cannot be judged", f.Name)
	}
	r := &Result{Model: describe(f), Date: o.Now.UTC().Format(time.RFC3339), Machine: o.Machine, file: f, now: o.Now}
	calibration := f.Calibration.Effective()
	if o.Photos != "" {
		test, err := fashion.LoadTest(o.Photos)
		if err != nil {
			return nil, err
		}
		if r.Photos, err = p.judge(test.Bytes(), test.LabelBytes(), calibration.Photos); err != nil {
			return nil, err
		}
	}
	if o.Drawings != "" {
		d, err := readDrawings(o.Drawings)
		if err != nil {
			return nil, err
		}
		labels, err := d.labels(len(f.Labels))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Drawings, err)
		}
		if r.Drawings, err = p.judge(d.pixels, labels, calibration.Drawings); err != nil {
			return nil, err
		}
		r.Drawings.Blank, r.Drawings.Collection = d.blank, d.collection
		r.Drawings.ByWord = byWord(d.drawings, r.Drawings.predictions, f.Labels)
	}
	if o.Others != "" {
		d, err := readDrawings(o.Others)
		if err != nil {
			return nil, err
		}
		known, name, domain := r.Drawings, "drawings", calibration.Drawings
		if known == nil {
			known, name, domain = r.Photos, "photos", calibration.Photos
		}
		classes, logits := len(f.Labels), p.logits(d.pixels)
		score := metrics.MaxProbability(metrics.Softmax(logits, classes, float64(domain.Temperature)), classes)
		r.Others = &Others{
			Detection:  metrics.Detect(metrics.MaxProbability(known.predictions.Probs, classes), score),
			Energy:     metrics.Detect(metrics.NegativeEnergy(known.logits, classes), metrics.NegativeEnergy(logits, classes)),
			Known:      name,
			Unsure:     below(score, float64(domain.Threshold)),
			Collection: d.collection,
		}
	}
	return r, nil
}

func describe(f *modelfile.File) Model {
	trainable, _ := f.Model.Count()
	return Model{Name: f.Name, SHA256: f.SHA256, Bytes: f.Size, DType: f.DType.String(), Parameters: trainable, MACs: f.Model.MACs(), Labels: f.Labels}
}
