package evaluate

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"croquis/internal/figure"
	"croquis/internal/metrics"
)

// WriteText writes the result as tables for a terminal.
func (r *Result) WriteText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s: %s trainable parameters, %.2f million multiply-adds an image, %s, %s bytes\n",
		r.Model.Name, figure.Thousands(r.Model.Parameters), float64(r.Model.MACs)/1e6, r.Model.DType, figure.Thousands(r.Model.Bytes))
	for _, p := range r.parts() {
		switch {
		case p.set != nil:
			p.set.writeText(t)
		case p.others != nil:
			fmt.Fprintf(t, "\nOther things (%s), against the %s\n", figure.Thousands(p.others.N), p.others.Known)
			for _, note := range r.othersNotes() {
				fmt.Fprintf(t, "  %s\n", note)
			}
			for _, f := range p.others.figures() {
				fmt.Fprintf(t, "  %s\t%s\n", f.name, f.value)
			}
		default:
			fmt.Fprintf(t, "\n%s\n", p.table.title)
			for _, row := range append([][]string{p.table.head}, p.table.rows...) {
				fmt.Fprintf(t, "  %s\n", strings.Join(row, "\t"))
			}
		}
	}
	return t.Flush()
}

func (s named) writeText(w io.Writer) {
	fmt.Fprintf(w, "\n%s (%s, temperature %.3g)\n", s.title, figure.Thousands(s.N), s.Temperature)
	if s.warning != "" {
		fmt.Fprintf(w, "  %s\n", s.warning)
	}
	for _, f := range s.figures() {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", f.name, f.value, f.interval)
	}
	if s.brief {
		return
	}
	fmt.Fprintf(w, "\n  class\timages\tanswers\tprecision\trecall\tF1\n")
	for _, c := range s.PerClass {
		precision, recall, f1 := c.cells()
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\n", c.Label, figure.Thousands(c.Support), figure.Thousands(c.Predicted), precision, recall, f1)
	}
	if len(s.ByWord) > 0 {
		fmt.Fprintf(w, "\n  asked for\tis\tdrawings\ttop 1\n")
		for _, d := range s.ByWord {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s %s\n", d.Word, d.Label, figure.Thousands(d.N), percent(d.Top1), interval(d.Top1Interval))
		}
	}
}

// named is a Set with the name it goes by.
type named struct {
	*Set
	title   string
	warning string // why its figures are no measure; empty when they are
	brief   bool   // the figures alone say what there is to say
}

// sets are all sets of pictures whose classes are known, those first that the network has not seen.
func (r *Result) sets() []named {
	var all []named
	if r.Photos != nil {
		all = append(all, named{Set: r.Photos, title: "Test photos"})
	}
	if c := r.CrossValidation; c != nil {
		all = append(all, named{Set: &c.Drawings, title: "Drawings by people, cross-validated"})
		if c.Nameable != nil {
			all = append(all, named{Set: c.Nameable, title: "The same without those that no person could name", brief: true})
		}
	}
	switch d := r.Drawings; {
	case d == nil:
	case d.TrainedOn:
		all = append(all, named{Set: d, title: "Drawings that it was trained with", warning: d.warning()})
	default:
		all = append(all, named{Set: d, title: "Drawings by people"})
	}
	return all
}

// drawn are the drawings that say how the network does on drawings: ones that it has not seen. nil when there are none.
func (r *Result) drawn() *Set {
	switch {
	case r.CrossValidation != nil:
		return &r.CrossValidation.Drawings
	case r.Drawings != nil && !r.Drawings.TrainedOn:
		return r.Drawings
	}
	return nil
}

// warning says that the drawings are no test.
func (s *Set) warning() string {
	what := "these very drawings"
	if s.Seen < s.N {
		what = fmt.Sprintf("%s of these %s drawings", figure.Thousands(s.Seen), figure.Thousands(s.N))
	}
	return "The network was trained with " + what + ": the figures say how well it has learnt them, not how it does on drawings that it has not seen."
}

// othersNotes are what has to be known of the figures on other things.
func (r *Result) othersNotes() (notes []string) {
	calibration := r.file.Calibration.Effective()
	domain := calibration.Drawings
	if r.Others.Known == "photos" {
		domain = calibration.Photos
	}
	notes = append(notes, decides(domain))
	if n := r.Others.LeftOut; n > 0 {
		notes = append(notes, fmt.Sprintf("%s drawings of the file are left out and count nowhere: they are of words that the network was trained to be unsure about.", figure.Thousands(n)))
	}
	if r.Drawings != nil && r.Drawings.TrainedOn {
		notes = append(notes, "The drawings of garments on the other side of the comparison are ones that the network was trained with, which flatters it.")
	}
	return notes
}

// A finding is a number in words.
type finding struct{ name, value, interval string }

// figureHead is the head of a table of a set's figures, and rows are its rows.
var figureHead = []string{"figure", "value", "95 % interval"}

func (s *Set) rows() (rows [][]string) {
	for _, f := range s.figures() {
		rows = append(rows, []string{f.name, f.value, f.interval})
	}
	return rows
}

func (s *Set) figures() []finding {
	f := []finding{
		{"top 1", percent(s.Top1), interval(s.Top1Interval)},
		{"top 2", percent(s.Top2), interval(s.Top2Interval)},
		{"right group (top, trouser, dress, shoe, bag)", percent(s.Coarse), interval(s.CoarseInterval)},
		{"mean recall of the classes", percent(s.MacroRecall), interval(s.MacroInterval)},
		{"expected calibration error, 15 bins", percent(s.ECE), ""},
		{"the same by chance alone, if all probabilities were exact", percent(s.ChanceECE), ""},
		{"negative log-likelihood, nats", fmt.Sprintf("%.4f", s.NLL), ""},
		{"Brier score, 0 to 2", fmt.Sprintf("%.4f", s.Brier), ""},
	}
	if rule := thresholds(s.Threshold, s.Energy); rule != "" {
		f = append(f, finding{fmt.Sprintf("answers \"not sure\" (below %s)", rule), percent(s.Unsure), ""})
		if s.SureTop1 != nil {
			f = append(f, finding{"top 1 of the other answers", percent(*s.SureTop1), ""},
				finding{"expected calibration error of the other answers", percent(*s.SureECE), ""})
		}
	}
	return f
}

func (o *Others) figures() []finding {
	return detections(o.Detection, o.Probability, o.Unsure, o.Known)
}

// thresholds are those that there are, in words; empty where there is none.
func thresholds(probability, energy float64) string {
	var all []string
	if probability > 0 {
		all = append(all, percent(probability))
	}
	if energy != 0 {
		all = append(all, "the energy "+figure.Decimals(energy, 2))
	}
	return strings.Join(all, " or ")
}

// cells are the class's figures; a dash is what could not be measured.
func (c Class) cells() (precision, recall, f1 string) {
	precision, recall, f1 = "–", "–", "–"
	if c.Predicted > 0 {
		precision = percent(c.Precision)
	}
	if c.Support > 0 {
		recall, f1 = percent(c.Recall), percent(c.F1)
	}
	return precision, recall, f1
}

func percent(share float64) string { return figure.Percent(share, 2) }

// sure is a probability that is never rounded up to certainty.
func sure(v float64) string {
	if v >= 0.99995 && v < 1 {
		return "> 99.99 %"
	}
	return percent(v)
}

func interval(i metrics.Interval) string {
	return "(" + figure.Decimals(100*i.Low(), 2) + "–" + percent(i.High()) + ")"
}
