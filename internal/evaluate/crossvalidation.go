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

// keptShare is the share of drawings that a threshold lets pass.
const keptShare = 0.95

// CrossValidation is how well networks do on drawings that they were not trained with. Nothing that a figure depends on was
// fitted on the drawings that it is of: each fold has the temperature and the threshold of the other folds' answers.
type CrossValidation struct {
	Arch    string `json:"arch"`
	Folds   int    `json:"folds"`
	Epochs  int    `json:"epochs"`
	Recipe  string `json:"recipe"`
	Machine string `json:"machine"`
	Date    string `json:"date"`

	Drawings Set `json:"drawings"` // Temperature and Threshold are the means of the folds'
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
	Photos      *float64         `json:"photos"`      // top 1 on validation photos; null when not measured
	AUROC       *float64         `json:"auroc"`       // null without other things
}

// FoldsOthers is how well the folds' networks tell garments that they have not seen from other things, as the means of the
// folds. The score is the highest probability.
type FoldsOthers struct {
	metrics.Detection
	Energy metrics.Detection `json:"energy"`
	Unsure float64           `json:"unsure"` // share of the answers below the threshold
}

// Calibrate fits what a network that is trained with all of the drawings takes over: the temperature on all answers, and as
// the threshold the largest probability that keeps 95 % of the drawings.
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
	d.Threshold = float32(metrics.Threshold(surest(logits, float64(d.Temperature)), keptShare))
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
	thresholds := make([]float64, len(drawings))
	plain := make([]sketch.Drawing, len(drawings))
	for i, d := range drawings {
		probs = append(probs, metrics.Softmax(d.Logits, foldClasses, float64(domains[d.Fold-1].Temperature))...)
		thresholds[i] = float64(domains[d.Fold-1].Threshold)
		plain[i] = sketch.Drawing{KeyID: d.KeyID, Word: d.Word, Label: d.Label}
	}
	s, err := newSet(metrics.Predictions{Classes: foldClasses, Probs: probs, Labels: labelsOf(drawings)}, fashion.Labels[:], func(i int) float64 { return thresholds[i] })
	if err != nil {
		return nil, err
	}
	for _, d := range domains {
		s.Temperature += float64(d.Temperature) / float64(len(domains))
		s.Threshold += float64(d.Threshold) / float64(len(domains))
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
	fold := &Fold{N: s.N, Top1: s.Top1, Top1In: s.Top1Interval, MacroRecall: s.MacroRecall, Temperature: float64(domain.Temperature), Threshold: float64(domain.Threshold)}
	if len(f.Photos) > 0 {
		fold.Photos = &f.Photos[k]
	}
	if others == nil {
		return fold, nil
	}
	logits := rows(mine, func(d FoldDrawing) []float32 { return d.Logits })
	otherLogits := rows(slices.DeleteFunc(slices.Clone(f.Others), func(o FoldOther) bool { return o.Fold != k+1 }), func(o FoldOther) []float32 { return o.Logits })
	score := surest(otherLogits, fold.Temperature)
	byProbability := metrics.Detect(surest(logits, fold.Temperature), score)
	byEnergy := metrics.Detect(metrics.NegativeEnergy(logits, foldClasses), metrics.NegativeEnergy(otherLogits, foldClasses))
	fold.AUROC = &byProbability.AUROC
	for _, m := range []struct {
		mean *metrics.Detection
		of   metrics.Detection
	}{{&others.Detection, byProbability}, {&others.Energy, byEnergy}} {
		m.mean.N = m.of.N
		m.mean.AUROC += m.of.AUROC / float64(f.Folds)
		m.mean.FPR95 += m.of.FPR95 / float64(f.Folds)
	}
	others.Unsure += below(score, fold.Threshold) / float64(f.Folds)
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
