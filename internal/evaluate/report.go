package evaluate

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"croquis/internal/chart"
	"croquis/internal/figure"
	"croquis/internal/modelfile"
	"croquis/internal/sheet"
	"croquis/internal/sketch/quickdraw"
)

// mistakesShown is how many pictures of confident mistakes a set has in the report.
const mistakesShown = 36

// WriteReport writes the result as one HTML file that opens offline. sheets are contact sheets of what the network learnt
// from, if there are any.
func (r *Result) WriteReport(w io.Writer, sheets []chart.Sheet) error {
	report := chart.Report{
		Name: r.Model.Name, Labels: r.Model.Labels, Date: r.now, Machine: r.Machine, Recipe: trainingFacts(r.file),
		Network: r.file.Model.Summary(), Params: r.Model.Parameters, MACs: r.Model.MACs, Sheets: sheets,
	}
	for _, l := range r.Limits() {
		report.Limits = append(report.Limits, plain(l))
	}
	for _, p := range r.parts() {
		one, err := r.chartSection(p)
		if err != nil {
			return err
		}
		report.Sections = append(report.Sections, one)
	}
	return chart.EvaluationReport(w, report)
}

// chartSection is a part as the report shows it.
func (r *Result) chartSection(p part) (chart.Section, error) {
	switch {
	case p.set != nil && p.set.brief:
		return chart.Section{Table: &chart.Table{Title: p.set.title, Note: plain(r.note(*p.set)), Head: figureHead, Rows: p.set.rows()}}, nil
	case p.set != nil:
		one := &chart.Set{Name: p.set.title, Note: plain(r.note(*p.set)), Warning: p.set.warning, Summary: p.set.Summary}
		if p.set.pixels != nil {
			one.Mistakes = chart.MostConfident(p.set.pixels, p.set.predictions, mistakesShown)
		}
		return chart.Section{Set: one}, nil
	case p.others != nil:
		o := p.others
		note := fmt.Sprintf("%s drawings of other things against the %s.", figure.Thousands(o.N), o.Known)
		if o.Unsure > 0 {
			note += fmt.Sprintf(" %s of them get the answer “not sure”.", percent(o.Unsure))
		}
		return chart.Section{Outliers: &chart.Outliers{
			Note:   plain(strings.Join(append([]string{note}, r.othersNotes()...), " ")),
			Scores: []chart.Score{{Name: "energy of the logits", Detection: o.Detection}, {Name: "highest probability", Detection: o.Probability}},
		}}, nil
	}
	t := p.table
	one := &chart.Table{Title: t.title, Note: plain(t.about), Head: t.head, Rows: t.rows, Bars: t.bars}
	if t.cells != nil {
		var b bytes.Buffer
		if err := sheet.Write(&b, "", shown, 3, t.cells); err != nil {
			return chart.Section{}, err
		}
		one.Sheet = b.Bytes()
	}
	return chart.Section{Table: one}, nil
}

// link is one in Markdown.
var link = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// plain takes the marks out of a text in Markdown, and keeps numbers and their percent signs on one line.
func plain(text string) string {
	return strings.NewReplacer("`", "", "*", "", " %", "\u00a0%").Replace(link.ReplaceAllString(text, "$1"))
}

// note says what a set is, in a sentence or two: the report has room for figures, and the card for words.
func (r *Result) note(s named) string {
	c := r.CrossValidation
	var note, from string
	if s.Collection != "" {
		from = " " + quickdraw.Credit
	}
	switch {
	case s.Set == r.Photos:
		note = "The test photos of Fashion-MNIST."
	case s.Set == r.Drawings:
		note = "Real drawings, rasterised as the page does it." + from
		if s.warning == "" {
			note += caveat(developed, s.Collection)
		}
	case s.brief:
		note = fmt.Sprintf("Without %d of the drawings.", c.Drawings.N-s.N)
	default:
		note = fmt.Sprintf("Real drawings, rasterised as the page does it. Each is answered by the one of %d networks that was not trained with it; the network of this report was trained with all of them, by the same recipe.", c.Folds) + from + caveat(tuned, s.Collection)
	}
	if c != nil && s.Set != r.Photos && s.Set != r.Drawings {
		return note + fmt.Sprintf(" Temperatures and thresholds are from the other folds: %.3g and %s on the mean. Below a threshold the answer is “not sure”, which happens in %s of the cases.", s.Temperature, thresholds(s.Threshold, s.Energy), percent(s.Unsure))
	}
	note += fmt.Sprintf(" Probabilities at temperature %.3g.", s.Temperature)
	if rule := thresholds(s.Threshold, s.Energy); rule != "" {
		note += fmt.Sprintf(" Below %s the answer is “not sure”, which happens in %s of the cases.", rule, percent(s.Unsure))
	}
	return note
}

// trainingFacts is what the model file says about its training.
func trainingFacts(f *modelfile.File) []chart.Fact {
	t := f.Training
	var facts []chart.Fact
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, chart.Fact{Name: name, Value: value})
		}
	}
	add("Network", t.Arch)
	add("Recipe", t.Recipe)
	add("Data", t.Data)
	add("Command", t.Command)
	if t.Epochs > 0 {
		add("Epochs, batch, seed", fmt.Sprintf("%s, %s, %d", figure.Thousands(t.Epochs), figure.Thousands(t.Batch), t.Seed))
	}
	if t.Seconds > 0 {
		add("Training time", (time.Duration(t.Seconds) * time.Second).String())
	}
	add("Trained on", t.Date)
	for _, name := range slices.Sorted(maps.Keys(t.Notes)) {
		switch name {
		case quickdraw.NoteDrawings:
			add("Drawings by people in it", "all of the collection “"+t.Notes[name]+"”")
		case quickdraw.NoteOthers:
			add("Other things in it", "drawings of every other word of the collection “others”, to be unsure about")
		default:
			add(name, t.Notes[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Metrics)) {
		add(name, strconv.FormatFloat(f.Metrics[name], 'g', 5, 64))
	}
	add("Weights stored as", fmt.Sprintf("%s, %s bytes", f.DType, figure.Thousands(f.Size)))
	add("SHA-256", f.SHA256)
	return facts
}
