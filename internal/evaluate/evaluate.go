// Package evaluate judges a trained network on sets it was not trained on: photos, as they are and spoiled, drawings by
// people and generated ones, and drawings of other things and of nothing, which it had better be unsure about.
//
// A network that was trained with all drawings by people that there are has none left to be judged on. Its recipe is judged
// instead, by the answers of a cross-validation (Folds), and figures on what it has seen are never shown without saying so.
//
// Every figure is of what a user meets: probabilities at the temperature that the model file gives for the kind of
// picture, drawings rasterised as the page does it, answers computed by the compiled Plan.
package evaluate

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"croquis/internal/compress"
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
	Folds    string // file of answers of a cross-validation, see Folds

	Generated   int  // so many generated drawings of each family that no network is trained with; 0: none
	Corruptions bool // also spoil the photos, in every way of the package corrupt

	// Targets asks for a comparison with what croquis or tiny was to reach, if the network is called one of these. Weights is the
	// model file then, of which it is told how large it is as the site sends it.
	Targets bool
	Weights []byte

	Machine string // named in the result
	Now     time.Time
}

// ErrNothing is returned when there is nothing to judge the network on.
var ErrNothing = errors.New("nothing to evaluate on: give photos, drawings or both")

// Result is all that was found out. Shares are from 0 to 1.
type Result struct {
	Model  Model `json:"model"`
	Photos *Set  `json:"photos,omitempty"`
	// Drawings may be ones that the network was trained with (Set.TrainedOn). CrossValidation has the figures on drawings that
	// are new then.
	Drawings        *Set             `json:"drawings,omitempty"`
	CrossValidation *CrossValidation `json:"cross_validation,omitempty"`
	Others          *Others          `json:"others,omitempty"`
	Generated       *Generated       `json:"generated,omitempty"`
	Scribbles       *Scribbles       `json:"scribbles,omitempty"`
	Corruptions     *Corruptions     `json:"corruptions,omitempty"`
	// Targets says that the network is to be compared with what it was to reach. Sent is how many bytes of it the site sends
	// then, with brotli.
	Targets bool   `json:"targets,omitempty"`
	Sent    int    `json:"sent,omitempty"`
	Date    string `json:"date"`
	Machine string `json:"machine,omitempty"`

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

// Others is how well the network tells garments from drawings of other things. The score is the energy, by which the page
// decides, if the model file has a threshold for it.
type Others struct {
	metrics.Detection
	Probability metrics.Detection `json:"probability"` // with the highest probability as the score instead
	Known       string            `json:"known"`       // the set of garments it is compared with: "drawings" or "photos"
	Unsure      float64           `json:"unsure"`      // share of the others that get the answer "not sure"
	// LeftOut is how many drawings of the file are of words that the network was trained to be unsure about; they count nowhere.
	LeftOut int `json:"left_out,omitempty"`
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
	seen, err := readLearnt(f)
	if err != nil {
		return nil, err
	}
	r := &Result{Model: describe(f), Date: o.Now.UTC().Format(time.RFC3339), Machine: o.Machine, file: f, now: o.Now}
	calibration := f.Calibration.Effective()
	if o.Photos != "" {
		err = r.judgePhotos(p, o, calibration.Photos)
	}
	if err == nil && o.Drawings != "" {
		err = r.judgeDrawings(p, o.Drawings, seen, calibration.Drawings)
	}
	if err == nil && o.Folds != "" {
		err = r.judgeFolds(o.Folds)
	}
	if err == nil && o.Others != "" {
		err = r.judgeOthers(p, o.Others, seen, calibration)
	}
	if err == nil && o.Generated > 0 {
		r.Generated, err = p.generated(o.Generated, calibration.Drawings)
	}
	if err == nil {
		r.Scribbles, err = p.scribbles(calibration.Drawings)
	}
	if err == nil && o.Targets && hasTargets(f.Name) {
		err = r.weigh(o.Weights)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// weigh finds out how large the weights are as the site sends them, which is one of the targets.
func (r *Result) weigh(weights []byte) error {
	if len(weights) != r.Model.Bytes {
		return fmt.Errorf("the model file of %q has %d bytes, %d were given to be weighed", r.Model.Name, r.Model.Bytes, len(weights))
	}
	br, err := compress.Brotli(weights, false)
	if err != nil {
		return err
	}
	r.Targets, r.Sent = true, len(br)
	return nil
}

func (r *Result) judgePhotos(p *predictor, o Options, domain modelfile.Domain) error {
	test, err := fashion.LoadTest(o.Photos)
	if err != nil {
		return err
	}
	if r.Photos, err = p.judge(test.Bytes(), test.LabelBytes(), domain); err != nil {
		return err
	}
	if o.Corruptions {
		r.Corruptions = p.corruptions(test)
	}
	return nil
}

func (r *Result) judgeDrawings(p *predictor, path string, seen learnt, domain modelfile.Domain) error {
	d, err := readDrawings(path)
	if err != nil {
		return err
	}
	labels, err := d.labels(p.file.Labels)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	s, err := p.judge(d.pixels, labels, domain)
	if err != nil {
		return err
	}
	s.Blank, s.Collection, s.drawings = d.blank, d.collection, d.drawings
	s.ByWord = byWord(d.drawings, s.predictions, p.file.Labels)
	s.Seen = seen.seen(d.drawings)
	s.TrainedOn = s.Seen > 0
	r.Drawings = s
	return nil
}

// judgeFolds reads a cross-validation of this network's kind.
func (r *Result) judgeFolds(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	folds, err := ParseFolds(b)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := folds.CheckFor(r.file); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if r.CrossValidation, err = folds.Summary(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	r.CrossValidation.Drawings.borrow(r.Drawings)
	return nil
}

func (r *Result) judgeOthers(p *predictor, path string, seen learnt, calibration modelfile.Calibration) error {
	d, err := readDrawings(path)
	if err != nil {
		return err
	}
	leftOut := seen.unseen(d)
	if len(d.drawings) == 0 {
		return fmt.Errorf("%s: all %d drawings are of words that the network was trained to be unsure about: give drawings of others", path, leftOut)
	}
	known, name, domain := r.Drawings, "drawings", calibration.Drawings
	if known == nil {
		known, name, domain = r.Photos, "photos", calibration.Photos
	}
	classes := len(p.file.Labels)
	score := scored(p.logits(d.pixels), classes, domain)
	r.Others = &Others{
		Detection:   metrics.Detect(known.energies, score.energy),
		Probability: metrics.Detect(metrics.MaxProbability(known.predictions.Probs, classes), score.probability),
		Known:       name,
		Unsure:      score.unsure(domain),
		LeftOut:     leftOut,
		Collection:  d.collection,
	}
	return nil
}

func describe(f *modelfile.File) Model {
	trainable, _ := f.Model.Count()
	return Model{Name: f.Name, SHA256: f.SHA256, Bytes: f.Size, DType: f.DType.String(), Parameters: trainable, MACs: f.Model.MACs(), Labels: f.Labels}
}
