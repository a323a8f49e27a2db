package evaluate

import (
	"fmt"
	"slices"

	"croquis/internal/fashion"
	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/sketch"
	"croquis/internal/sketch/quickdraw"
)

// keptShare is the share of drawings that the two thresholds let pass.
const keptShare = 0.95

// CrossValidation is how well networks do on drawings that they were not trained with. Nothing that a figure depends on was
// fitted on the drawings that it is of: each fold has the temperature and the thresholds of the other folds' answers.
type CrossValidation struct {
	Arch    string `json:"arch"`
	Folds   int    `json:"folds"`
	Epochs  int    `json:"epochs"`
	Recipe  string `json:"recipe"`
	Machine string `json:"machine"`
	Date    string `json:"date"`

	Drawings Set `json:"drawings"` // Temperature, Threshold and Energy are the means of the folds'
	// Nameable is the same without the drawings that no person could name; null when none of them is among the drawings.
	Nameable *Set         `json:"nameable"`
	Others   *FoldsOthers `json:"others"` // null when no other things were answered
	PerFold  []Fold       `json:"per_fold"`
	// Calibration is what Calibrate gives: that of a network that was trained with all of the drawings.
	Calibration modelfile.Domain `json:"calibration"`
}

// Fold is what one of the networks does with the drawings that it was not trained with.
type Fold struct {
	N           int              `json:"n"`
	Top1        float64          `json:"top1"`
	Top1In      metrics.Interval `json:"top1_interval"`
	MacroRecall float64          `json:"macro_recall"`
	Temperature float64          `json:"temperature"` // of the other folds
	Threshold   float64          `json:"threshold"`   // likewise
	Energy      float64          `json:"energy"`      // likewise
	Photos      *float64         `json:"photos"`      // top 1 on validation photos; null when not measured
	AUROC       *float64         `json:"auroc"`       // with the energy as the score; null without other things
}

// FoldsOthers is how well the folds' networks tell garments that they have not seen from other things, as the means of the
// folds. The score is the energy, by which the page decides.
type FoldsOthers struct {
	metrics.Detection
	Probability metrics.Detection `json:"probability"` // with the highest probability as the score instead
	Unsure      float64           `json:"unsure"`      // share of the answers below one of the thresholds
}

// Calibrate fits what a network that is trained with all of the drawings takes over: the temperature on all answers, and the
// largest probability and energy that together keep 95 % of the drawings, each alone as many as the other.
func (f *Folds) Calibrate() (modelfile.Domain, error) {
	if err := f.check(); err != nil {
		return modelfile.Domain{}, err
	}
	return calibrate(f.Drawings)
}

func calibrate(drawings []FoldDrawing) (modelfile.Domain, error) {
	logits := rows(drawings, func(d FoldDrawing) []float32 { return d.Logits })
	temperature, err := metrics.FitTemperature(logits, labelsOf(drawings), foldClasses)
	if err != nil {
		return modelfile.Domain{}, fmt.Errorf("folds: %w", err)
	}
	// The model file keeps float32: the threshold is of that temperature, and one of the float32 probabilities itself.
	d := modelfile.Domain{Temperature: float32(temperature)}
	score := scored(logits, foldClasses, d)
	threshold, energy := metrics.JointThresholds(score.probability, score.energy, keptShare)
	d.Threshold = float32(threshold)
	d.SetEnergy(energy)
	return d, nil
}

// Summary computes the figures.
func (f *Folds) Summary() (*CrossValidation, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	c := &CrossValidation{Arch: f.Arch, Folds: f.Folds, Epochs: f.Epochs, Recipe: f.Recipe, Machine: f.Machine, Date: f.Date}
	domains := make([]modelfile.Domain, f.Folds)
	for k := range domains {
		var err error
		if domains[k], err = calibrate(slices.DeleteFunc(slices.Clone(f.Drawings), func(d FoldDrawing) bool { return d.Fold == k+1 })); err != nil {
			return nil, err
		}
	}
	all, err := foldSet(f.Drawings, domains)
	if err != nil {
		return nil, err
	}
	c.Drawings = *all
	c.Drawings.Collection = f.collection()
	unnameable := quickdraw.Unnameable()
	if some := slices.DeleteFunc(slices.Clone(f.Drawings), func(d FoldDrawing) bool { return unnameable[d.KeyID] != "" }); len(some) > 0 && len(some) < len(f.Drawings) {
		if c.Nameable, err = foldSet(some, domains); err != nil {
			return nil, err
		}
	}
	if c.Calibration, err = calibrate(f.Drawings); err != nil {
		return nil, err
	}
	if len(f.Others) > 0 {
		c.Others = &FoldsOthers{}
	}
	for k, domain := range domains {
		fold, err := f.fold(k, domain, c.Others)
		if err != nil {
			return nil, err
		}
		c.PerFold = append(c.PerFold, *fold)
	}
	return c, nil
}

// foldSet judges drawings, each at the calibration of its fold.
func foldSet(drawings []FoldDrawing, domains []modelfile.Domain) (*Set, error) {
	var probs []float32
	plain := make([]sketch.Drawing, len(drawings))
	for i, d := range drawings {
		probs = append(probs, metrics.Softmax(d.Logits, foldClasses, float64(domains[d.Fold-1].Temperature))...)
		plain[i] = sketch.Drawing{KeyID: d.KeyID, Word: d.Word, Label: d.Label}
	}
	logits := rows(drawings, func(d FoldDrawing) []float32 { return d.Logits })
	s, err := newSet(metrics.Predictions{Classes: foldClasses, Probs: probs, Labels: labelsOf(drawings)}, logits, fashion.Labels[:],
		func(i int) modelfile.Domain { return domains[drawings[i].Fold-1] })
	if err != nil {
		return nil, err
	}
	for _, d := range domains {
		s.Temperature += float64(d.Temperature) / float64(len(domains))
		s.Threshold += float64(d.Threshold) / float64(len(domains))
		s.Energy += float64(d.Energy) / float64(len(domains))
	}
	s.drawings, s.ByWord = plain, byWord(plain, s.predictions, fashion.Labels[:])
	return s, nil
}

// fold is the figures of fold k, counted from 0, and adds what its network makes of other things to the means.
func (f *Folds) fold(k int, domain modelfile.Domain, others *FoldsOthers) (*Fold, error) {
	mine := slices.DeleteFunc(slices.Clone(f.Drawings), func(d FoldDrawing) bool { return d.Fold != k+1 })
	domains := make([]modelfile.Domain, f.Folds)
	domains[k] = domain
	s, err := foldSet(mine, domains)
	if err != nil {
		return nil, err
	}
	fold := &Fold{N: s.N, Top1: s.Top1, Top1In: s.Top1Interval, MacroRecall: s.MacroRecall, Temperature: float64(domain.Temperature), Threshold: float64(domain.Threshold), Energy: float64(domain.Energy)}
	if len(f.Photos) > 0 {
		fold.Photos = &f.Photos[k]
	}
	if others == nil {
		return fold, nil
	}
	known := scored(rows(mine, func(d FoldDrawing) []float32 { return d.Logits }), foldClasses, domain)
	theirs := slices.DeleteFunc(slices.Clone(f.Others), func(o FoldOther) bool { return o.Fold != k+1 })
	score := scored(rows(theirs, func(o FoldOther) []float32 { return o.Logits }), foldClasses, domain)
	byEnergy, byProbability := metrics.Detect(known.energy, score.energy), metrics.Detect(known.probability, score.probability)
	fold.AUROC = &byEnergy.AUROC
	for _, m := range []struct {
		mean *metrics.Detection
		of   metrics.Detection
	}{{&others.Detection, byEnergy}, {&others.Probability, byProbability}} {
		m.mean.N = m.of.N
		m.mean.AUROC += m.of.AUROC / float64(f.Folds)
		m.mean.FPR95 += m.of.FPR95 / float64(f.Folds)
	}
	others.Unsure += score.unsure(domain) / float64(f.Folds)
	return fold, nil
}

// collection is the name of the collection whose drawings these are, all of them and no others; else empty.
func (f *Folds) collection() string {
	known := garmentsByKey()
	if len(f.Drawings) != len(known) {
		return ""
	}
	for _, d := range f.Drawings {
		if _, ok := known[d.KeyID]; !ok {
			return ""
		}
	}
	return "garments"
}
