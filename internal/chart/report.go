// Package chart draws what was learnt: the options of the page's pie, and reports worth printing.
//
// Every chart is described by go-echarts and handed on as JSON; the pages around them are our own templates, since
// go-echarts' renderer writes inline scripts with random names and loads ECharts from another host. A report is one HTML
// file that opens without a network: styles, data, pictures and ECharts itself are inside.
package chart

import (
	"io"
	"time"

	"croquis/internal/metrics"
)

// Fact is one line of a list of facts, such as {"Optimiser", "RMSprop, ρ 0.9, ε 1e-8"}.
type Fact struct{ Name, Value string }

// Epoch is one line of a training history. Losses are means per image in nats, accuracies shares from 0 to 1.
type Epoch struct {
	Epoch           int // counted from 1
	Loss            float64
	Accuracy        float64
	ValLoss         float64 // NaN without a validation set
	ValAccuracy     float64 // NaN without a validation set
	LR              float64 // learning rate at the end of the epoch
	Seconds         float64
	ImagesPerSecond float64
}

// Mistake is an image that the network is sure about and wrong.
type Mistake struct {
	Pixels     []uint8 // (28, 28), 0 is background
	Index      int     // where it is in its set
	Truth      int
	Predicted  int
	Confidence float64 // of Predicted, 0 to 1
}

// Set is how a network does on one set of images.
type Set struct {
	Name     string // "Test photos"
	Note     string // a sentence on what the set is and what it was used for; may be empty
	Warning  string // why its figures are no measure of the network; kept out of the head of the report then
	Summary  metrics.Summary
	Mistakes []Mistake // see MostConfident; may be empty
}

// Outliers is how well the network's certainty tells garments from other things.
type Outliers struct {
	Note   string // what the other things are and what they are compared with
	Scores []Score
}

// Score is a measure of certainty and how well it detects outliers.
type Score struct {
	Name string // "highest probability"
	metrics.Detection
}

// Section is a part of a report under a heading: one of the three.
type Section struct {
	Set      *Set
	Table    *Table
	Outliers *Outliers
}

// Report is what a training or an evaluation report tells. Empty fields leave their section out.
type Report struct {
	Name    string   // of the network: "thesis"
	Labels  []string // of the classes
	Date    time.Time
	Machine string // "2 × Intel Xeon …, AVX-512, Go 1.26.8"
	Recipe  []Fact // optimiser, schedule, batch, seed, augmentation …
	Network string // nn.Model's Summary, printed as it is
	Params  int    // trainable parameters
	MACs    int    // multiply-adds for one image

	History         []Epoch
	Chosen          int     // the epoch whose weights were kept; 0 is the last
	Seconds         float64 // of training in all
	ImagesPerSecond float64 // over the whole training

	Sections []Section // in the order in which they are told
	Sheets   []Sheet   // what the network learns from
	Limits   []string  // sentences that say honestly what the network cannot do
}

// sets are the sections that are sets.
func (r Report) sets() (all []*Set) {
	for _, s := range r.Sections {
		if s.Set != nil {
			all = append(all, s.Set)
		}
	}
	return all
}

// TrainingReport writes the report of a training run as one HTML file that opens offline.
func TrainingReport(w io.Writer, r Report) error { return render(w, "training report", r) }

// EvaluationReport writes how a network does on sets of images as one HTML file that opens offline.
func EvaluationReport(w io.Writer, r Report) error { return render(w, "evaluation report", r) }
