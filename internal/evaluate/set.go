package evaluate

import (
	"slices"

	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/sketch"
)

// Set is how the network does on one kind of picture.
type Set struct {
	metrics.Summary
	PerClass    []Class  `json:"per_class"` // instead of the Summary's: with labels
	Temperature float64  `json:"temperature"`
	Threshold   float64  `json:"threshold"`        // below this probability the answer is "not sure"; 0: never
	Energy      float64  `json:"energy,omitempty"` // below this energy score too; 0: never
	ChanceECE   float64  `json:"chance_ece"`       // what ECE would be, were all probabilities exact; see metrics
	Unsure      float64  `json:"unsure"`           // share of answers below either
	SureTop1    *float64 `json:"sure_top1"`        // top1 of the others; null when there are none
	SureECE     *float64 `json:"sure_ece"`         // their calibration error: of the answers that a visitor is told
	Blank       int      `json:"blank"`            // drawings without ink; they count like any other
	ByWord      []Word   `json:"by_word,omitempty"`
	// TrainedOn says that the network was trained with Seen of these drawings: it is no test then.
	TrainedOn bool `json:"trained_on,omitempty"`
	Seen      int  `json:"seen,omitempty"`
	// Collection is which of quickdraw.Collections the drawings are, to the byte; empty: they are others.
	Collection string `json:"collection,omitempty"`

	pixels      []uint8 // (n, 28, 28); nil when they are not known
	energies    []float64
	predictions metrics.Predictions
	drawings    []sketch.Drawing // without their strokes; nil for photos
}

// Class is a class's figures with its name.
type Class struct {
	Label string `json:"label"`
	metrics.Class
}

// Word is how the drawings of one word do.
type Word struct {
	Word         string           `json:"word"`
	Label        string           `json:"label"`
	N            int              `json:"n"`
	Top1         float64          `json:"top1"`
	Top1Interval metrics.Interval `json:"top1_interval"`
}

// judge evaluates the network on pictures of known classes.
func (p *predictor) judge(pixels, labels []uint8, domain modelfile.Domain) (*Set, error) {
	logits, classes := p.logits(pixels), len(p.file.Labels)
	s, err := newSet(metrics.Predictions{Classes: classes, Probs: metrics.Softmax(logits, classes, float64(domain.Temperature)), Labels: labels},
		logits, p.file.Labels, func(int) modelfile.Domain { return domain })
	if err != nil {
		return nil, err
	}
	s.Temperature, s.Threshold, s.Energy = float64(domain.Temperature), float64(domain.Threshold), float64(domain.Energy)
	s.pixels = pixels
	return s, nil
}

// newSet computes the figures of predictions from logits. domain has the thresholds below which answer i is "not sure".
func newSet(p metrics.Predictions, logits []float32, labels []string, domain func(i int) modelfile.Domain) (*Set, error) {
	s := &Set{predictions: p, energies: metrics.Energy(logits, p.Classes)}
	var err error
	if s.Summary, err = metrics.Evaluate(p, nil); err != nil {
		return nil, err
	}
	s.ChanceECE = p.ChanceECE(metrics.CalibrationBins)
	for i, c := range s.Summary.PerClass {
		s.PerClass = append(s.PerClass, Class{labels[i], c})
	}
	sure, right := metrics.Predictions{Classes: p.Classes}, 0
	for i, label := range p.Labels {
		if domain(i).Sure(p.Confidence(i), s.energies[i]) {
			sure.Probs, sure.Labels = append(sure.Probs, p.Row(i)...), append(sure.Labels, label)
			if p.Predicted(i) == int(label) {
				right++
			}
		}
	}
	s.Unsure = 1 - float64(sure.N())/float64(s.N)
	if sure.N() > 0 {
		share, ece := float64(right)/float64(sure.N()), metrics.ECE(sure.Reliability(metrics.CalibrationBins))
		s.SureTop1, s.SureECE = &share, &ece
	}
	return s, nil
}

// borrow takes the pictures of the set's drawings from another one, if that has all of them.
func (s *Set) borrow(from *Set) {
	if from == nil {
		return
	}
	const size = sketch.Side * sketch.Side
	at := map[string]int{}
	for i, d := range from.drawings {
		at[d.KeyID] = i
	}
	var pixels []uint8
	for _, d := range s.drawings {
		i, ok := at[d.KeyID]
		if !ok {
			return
		}
		pixels = append(pixels, from.pixels[i*size:(i+1)*size]...)
	}
	s.pixels = pixels
}

// scores are what decides whether an answer is "not sure", of one answer after the other.
type scores struct{ probability, energy []float64 }

// scored computes the scores of logits at the domain's temperature; the energy knows none.
func scored(logits []float32, classes int, domain modelfile.Domain) scores {
	return scores{
		probability: metrics.MaxProbability(metrics.Softmax(logits, classes, float64(domain.Temperature)), classes),
		energy:      metrics.Energy(logits, classes),
	}
}

// unsure is the share of the answers that are "not sure".
func (s scores) unsure(domain modelfile.Domain) float64 {
	n := 0
	for i, p := range s.probability {
		if !domain.Sure(p, s.energy[i]) {
			n++
		}
	}
	return float64(n) / float64(len(s.probability))
}

// byWord sorts the hits by what the drawers were asked for, in the order of the classes.
func byWord(all []sketch.Drawing, p metrics.Predictions, labels []string) []Word {
	type key struct {
		label int
		word  string
	}
	n, hits := map[key]int{}, map[key]int{}
	var keys []key
	for i, d := range all {
		k := key{d.Label, d.Word}
		if n[k]++; n[k] == 1 {
			keys = append(keys, k)
		}
		if p.Predicted(i) == d.Label {
			hits[k]++
		}
	}
	slices.SortStableFunc(keys, func(a, b key) int { return a.label - b.label })
	var words []Word
	for _, k := range keys {
		words = append(words, Word{k.word, labels[k.label], n[k], float64(hits[k]) / float64(n[k]), metrics.Wilson(hits[k], n[k])})
	}
	return words
}
