package chart

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"
	"time"

	"croquis/internal/figure"
	"croquis/internal/metrics"
)

//go:generate go -C _gen run .

//go:embed echarts.js
var echartsScript string

//go:embed report/report.html
var reportPage string

//go:embed report/report.css
var reportStyle string

//go:embed report/report.js
var reportScript string

var reportTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"thousands": figure.Thousands, "decimals": figure.Decimals, "percent": percent, "rate": rate, "few": func() int { return few },
}).Parse(reportPage))

// view is what the template shows: the report with its numbers put into words. Charts are numbered.
type view struct {
	Report   Report
	Kind     string
	Lede     string
	Date     string
	Figures  []Fact
	Facts    []Fact
	Curves   *curvesView
	Sections []sectionView
	Sheets   []sheetView
	Charts   []any
	Style    template.CSS
	ECharts  template.JS
	Script   template.JS
}

// sectionView is a Section, ready to be shown.
type sectionView struct {
	Set      *setView
	Table    *tableView
	Outliers *Outliers
}

type curvesView struct{ Accuracy, Loss, Rate int }

type setView struct {
	Name, Note, Warning string
	Figures             []Fact
	Matrix, Reliability int
	Absent              string // what a precision means where there are no images; may be empty
	Rows                [][]int
	Classes             []classView
	Mistakes            []mistakeView
}

type classView struct {
	Label string
	metrics.Class
}

type mistakeView struct {
	Picture                template.URL
	Index                  int
	Truth, Predicted, Sure string
}

// add numbers a chart that is drawn in both schemes.
func (v *view) add(describe func(ink) map[string]any) int {
	v.Charts = append(v.Charts, map[string]any{"light": describe(lightInk), "dark": describe(darkInk)})
	return len(v.Charts) - 1
}

func render(w io.Writer, kind string, r Report) error {
	if err := r.check(); err != nil {
		return err
	}
	v := &view{
		Report: r, Kind: kind, Lede: lede(r),
		Style: template.CSS(reportStyle), ECharts: template.JS(echartsScript), Script: template.JS(reportScript),
		Figures: headline(r), Facts: facts(r),
	}
	if !r.Date.IsZero() {
		v.Date = " on " + r.Date.UTC().Format("2 January 2006")
	}
	if len(r.History) > 0 {
		v.Curves = &curvesView{
			Accuracy: v.add(func(with ink) map[string]any { return accuracyCurves(r, with) }),
			Loss:     v.add(func(with ink) map[string]any { return lossCurves(r, with) }),
			Rate:     v.add(func(with ink) map[string]any { return rateCurve(r, with) }),
		}
	}
	for _, s := range r.Sections {
		one := sectionView{Outliers: s.Outliers}
		var err error
		if s.Set != nil {
			one.Set, err = v.set(r, s.Set)
		}
		if err == nil && s.Table != nil {
			one.Table, err = v.table(r, s.Table)
		}
		if err != nil {
			return err
		}
		v.Sections = append(v.Sections, one)
	}
	for _, s := range r.Sheets {
		shown, err := r.sheet(s)
		if err != nil {
			return err
		}
		v.Sheets = append(v.Sheets, shown)
	}
	// Into memory first: an error half way must not leave half a page.
	var page bytes.Buffer
	if err := reportTemplate.Execute(&page, v); err != nil {
		return fmt.Errorf("chart: report of %q: %w", r.Name, err)
	}
	_, err := w.Write(page.Bytes())
	return err
}

// set prepares a set with its charts.
func (v *view) set(r Report, s *Set) (*setView, error) {
	set := &setView{
		Name: s.Name, Note: s.Note, Warning: s.Warning, Figures: setFigures(s.Summary), Rows: s.Summary.Confusion.Rows(),
		Absent:      absent(s.Summary, r.Labels),
		Matrix:      v.add(func(with ink) map[string]any { return confusionMap(s.Summary.Confusion, r.Labels, with) }),
		Reliability: v.add(func(with ink) map[string]any { return reliabilityDiagram(s.Summary.Reliability, with) }),
	}
	for i, c := range s.Summary.PerClass {
		set.Classes = append(set.Classes, classView{r.Labels[i], c})
	}
	for _, m := range s.Mistakes {
		p, err := picture(m.Pixels)
		if err != nil {
			return nil, err
		}
		set.Mistakes = append(set.Mistakes, mistakeView{p, m.Index, r.Labels[m.Truth], r.Labels[m.Predicted], sureText(m.Confidence)})
	}
	return set, nil
}

// absent says what the precision of classes means that a set has no images of.
func absent(s metrics.Summary, labels []string) string {
	var said []string
	for i, c := range s.PerClass {
		if c.Support == 0 && c.Predicted > 0 {
			said = append(said, labels[i]+" ("+plural(c.Predicted, "answer")+")")
		}
	}
	if len(said) == 0 {
		return ""
	}
	return "There are no images of " + strings.Join(said, " and ") + ": all of these answers are wrong, hence a precision of " + percent(0, 1) + "."
}

// check finds what would make the report say something wrong.
func (r Report) check() error {
	if r.Name == "" {
		return errors.New("chart: the report has no name of a network")
	}
	for _, s := range r.sets() {
		if s.Summary.Confusion.Dense == nil || s.Summary.Confusion.Classes() != len(r.Labels) || len(s.Summary.PerClass) != len(r.Labels) {
			return fmt.Errorf("chart: report of %q: %q has not the %d classes that have labels; fill Summary with metrics.Evaluate", r.Name, s.Name, len(r.Labels))
		}
		for _, m := range s.Mistakes {
			if min(m.Truth, m.Predicted) < 0 || max(m.Truth, m.Predicted) >= len(r.Labels) {
				return fmt.Errorf("chart: report of %q: %q has a mistake between classes %d and %d, want 0 to %d", r.Name, s.Name, m.Truth, m.Predicted, len(r.Labels)-1)
			}
		}
	}
	for _, s := range r.Sections {
		t := s.Table
		if t == nil {
			continue
		}
		for _, row := range t.Rows {
			if len(row) != len(t.Head) {
				return fmt.Errorf("chart: report of %q: a row of %q has %d cells, want %d", r.Name, t.Title, len(row), len(t.Head))
			}
		}
	}
	return nil
}

// lede is the sentence under the title.
func lede(r Report) string {
	var parts []string
	if n := len(r.History); n > 0 {
		p := fmt.Sprintf("Trained for %s", plural(n, "epoch"))
		if r.Seconds > 0 {
			p += " in " + duration(r.Seconds)
		}
		if r.Chosen > 0 && r.Chosen < n {
			p += fmt.Sprintf("; the weights of epoch %d were kept", r.Chosen)
		}
		parts = append(parts, p+".")
	}
	for _, s := range r.sets() {
		if s.Warning != "" {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s: %s of %s named correctly.", s.Name, percent(s.Summary.Top1, 1), figure.Thousands(s.Summary.N)))
	}
	return strings.Join(parts, " ")
}

// headline is the row of figures that the report begins with.
func headline(r Report) []Fact {
	var f []Fact
	for _, s := range r.sets() {
		if s.Warning != "" {
			continue
		}
		f = append(f, Fact{strings.ToLower(s.Name[:1]) + s.Name[1:] + ", " + intervalText(s.Summary.Top1Interval), percent(s.Summary.Top1, 2)})
	}
	if r.Params > 0 {
		f = append(f, Fact{"trainable parameters", figure.Thousands(r.Params)})
	}
	if r.MACs > 0 {
		f = append(f, Fact{"million multiply-adds an image", figure.Decimals(float64(r.MACs)/1e6, 2)})
	}
	if r.ImagesPerSecond > 0 {
		f = append(f, Fact{"images a second in training", figure.Decimals(r.ImagesPerSecond, 0)})
	}
	return f
}

func setFigures(s metrics.Summary) []Fact {
	return []Fact{
		{"top 1, " + intervalText(s.Top1Interval), percent(s.Top1, 2)},
		{"top 2, " + intervalText(s.Top2Interval), percent(s.Top2, 2)},
		{"in the right group (top, trouser, dress, shoe, bag), " + intervalText(s.CoarseInterval), percent(s.Coarse, 2)},
		{"mean recall of the classes, " + intervalText(s.MacroInterval), percent(s.MacroRecall, 2)},
		{"expected calibration error", percent(s.ECE, 2)},
		{"negative log-likelihood, nats", figure.Decimals(s.NLL, 3)},
		{"Brier score, 0 to 2", figure.Decimals(s.Brier, 3)},
		{"images", figure.Thousands(s.N)},
	}
}

// facts is the recipe and the circumstances.
func facts(r Report) []Fact {
	f := append([]Fact(nil), r.Recipe...)
	if r.Seconds > 0 {
		f = append(f, Fact{"Time", duration(r.Seconds)})
	}
	if r.ImagesPerSecond > 0 {
		f = append(f, Fact{"Speed", figure.Decimals(r.ImagesPerSecond, 0) + " images a second"})
	}
	if r.Machine != "" {
		f = append(f, Fact{"Machine", r.Machine})
	}
	if !r.Date.IsZero() {
		f = append(f, Fact{"Date", r.Date.UTC().Format("2 January 2006, 15:04 UTC")})
	}
	return f
}

func intervalText(i metrics.Interval) string {
	const joined = "\u2060–\u2060" // a dash that no line ends at
	return figure.Decimals(100*i.Low(), 1) + joined + percent(i.High(), 1)
}

// sureText is a confidence that is never rounded up to certainty.
func sureText(v float64) string {
	if v >= 0.99995 && v < 1 {
		return "> 99.99" + percentSign
	}
	return percent(v, 2)
}

// percentSign follows a number; no line ends between them.
const percentSign = "\u00a0%"

func percent(share float64, digits int) string {
	return strings.Replace(figure.Percent(share, digits), " %", percentSign, 1)
}

func rate(v float64) string { return strconv.FormatFloat(v, 'g', 3, 64) }

func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return figure.Thousands(n) + " " + noun
}

func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second)).Round(time.Second)
	switch {
	case d < time.Minute:
		return figure.Decimals(seconds, 1) + " s"
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}
