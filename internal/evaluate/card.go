package evaluate

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"math"
	"strings"
	"text/template"

	"croquis/internal/chart"
	"croquis/internal/figure"
	"croquis/internal/modelfile"
	"croquis/internal/sketch/quickdraw"
)

// developed is said of the listed drawings, and of no others: sketch.Default was chosen while looking at results on them.
const developed = "The rasteriser's line width, fill and gaps were adjusted while looking at results on these same drawings: " +
	"what follows are development figures, and other drawings may do worse."

// tuned is said of them instead when they were cross-validated: recipes are tuned on nothing else.
const tuned = "The rasteriser and the recipe of training were chosen while looking at results on these same drawings: " +
	"what follows are development figures, and other drawings may do worse."

//go:embed card.md
var cardText string

var cardTemplate = template.Must(template.New("card").Funcs(template.FuncMap{
	"thousands": figure.Thousands, "percent": percent, "interval": interval,
	"millions": func(n int) string { return figure.Decimals(float64(n)/1e6, 2) },
	"cell":     strings.NewReplacer("|", `\|`, "\n", " ").Replace,
}).Parse(cardText))

// WriteCard writes the model card in Markdown, which is a function of the model file and the result alone: a result that was
// kept gives the card again, whatever the day and the machine.
func (r *Result) WriteCard(w io.Writer) error {
	type class struct{ Label, Photos, Drawings string }
	var classes []class
	drawn := r.drawn()
	for i, label := range r.Model.Labels {
		c := class{label, "–", "–"}
		if r.Photos != nil {
			_, _, c.Photos = r.Photos.PerClass[i].cells()
		}
		if drawn != nil {
			_, _, c.Drawings = drawn.PerClass[i].cells()
		}
		classes = append(classes, c)
	}
	command, fetched := r.command()
	n := float64(len(r.Model.Labels))
	return cardTemplate.Execute(w, struct {
		*Result
		Sections           []section
		Classes            []class
		Drawn              *Set
		Command            string
		Fetched            bool
		EvenNLL, EvenBrier string
		Facts              []chart.Fact
		Metrics            bool
		Summary            string
		Says               []string
		Day                string
	}{
		r, r.sections(), classes, drawn, command, fetched, figure.Decimals(math.Log(n), 2), figure.Decimals(1-1/n, 2),
		trainingFacts(r.file), len(r.file.Metrics) > 0, strings.TrimRight(r.file.Model.Summary(), "\n"), r.Limits(), r.now.UTC().Format("2 January 2006"),
	})
}

// section is a table of the card under a heading.
type section struct {
	Title, About string
	Head         []string
	Rows         [][]string
}

// sections are the card's tables of figures: what the network has not seen comes first, what it was trained with last.
func (r *Result) sections() (all []section) {
	var last []section
	for _, s := range r.sets() {
		one := section{Title: s.title + ": " + figure.Thousands(s.N), About: r.about(s), Head: figureHead, Rows: s.rows()}
		if s.warning != "" {
			last = append(last, one)
		} else {
			all = append(all, one)
		}
	}
	if o := r.Others; o != nil {
		one := section{Title: fmt.Sprintf("Other things: %s, against the %s", figure.Thousands(o.N), o.Known), About: r.aboutOthers(), Head: []string{"figure", "value"}}
		for _, f := range o.figures() {
			one.Rows = append(one.Rows, []string{f.name, f.value})
		}
		if len(last) > 0 { // the garments are those that it was trained with
			last = append(last, one)
		} else {
			all = append(all, one)
		}
	}
	for _, t := range r.tables() {
		all = append(all, section{t.title, t.about, t.head, t.rows})
	}
	return append(all, last...)
}

// about says what a set is and how its probabilities are made.
func (r *Result) about(s named) string {
	switch {
	case s.Set == r.Photos:
		return "Fashion-MNIST's test photos, which are set apart from those to train with." + fitted(s.Temperature, "this temperature is from the model file.")
	case s.Set == r.Drawings:
		return r.aboutDrawings(s)
	case s.brief:
		return fmt.Sprintf("%d of the drawings no person could name; `internal/sketch/quickdraw/unnameable.txt` lists them, with what is seen instead.", r.CrossValidation.Drawings.N-s.N)
	}
	return r.aboutFolds()
}

func fitted(temperature float64, where string) string {
	return fmt.Sprintf(" The logits are divided by %.3g before the softmax; %s", temperature, where)
}

func (r *Result) aboutDrawings(s named) string {
	about := "Drawings by people, rasterised as the page does it."
	if from := source(s.N, s.Collection); from != "" {
		about = "Drawings by people, rasterised as the page does it: " + from + "."
		if s.warning == "" {
			about += " " + developed
		}
		about += fmt.Sprintf(" They are as they came: %d of them no person could name (`unnameable.txt` beside that list).", len(quickdraw.Unnameable()))
	}
	if s.warning != "" {
		about = "**" + s.warning + "** " + about
	}
	if r.file.Calibration.Drawings.Temperature == 0 {
		return about + fmt.Sprintf(" The logits are divided by %.3g before the softmax: the photos' temperature, for none was fitted on drawings.", s.Temperature)
	}
	return about + fitted(s.Temperature, "this temperature is from the model file.")
}

// aboutFolds says what the cross-validated drawings are, and what the shipped network has of it.
func (r *Result) aboutFolds() string {
	c := r.CrossValidation
	about := "Drawings by people, rasterised as the page does it"
	if from := source(c.Drawings.N, c.Drawings.Collection); from != "" {
		about += ": " + from
	}
	about += fmt.Sprintf(". Each is answered by the one of %d networks that was not trained with it. "+
		"The network of this card was trained with all of them by the same recipe: what it does with drawings that it has not seen can only be guessed from these.", c.Folds)
	if c.Drawings.Collection != "" {
		about += " " + tuned
		about += fmt.Sprintf(" They are as they came: %d of them no person could name.", len(quickdraw.Unnameable()))
	}
	about += fmt.Sprintf(" Probabilities are at temperatures that were fitted on the other folds' answers (%.3g on the mean), and so are the thresholds.", c.Drawings.Temperature)
	switch d := r.file.Calibration.Drawings; d {
	case c.Calibration:
		about += fmt.Sprintf(" The model file's temperature for drawings, %.3g, and the bar below which it is not sure, %s, were fitted on the answers of all folds.", d.Temperature, limits(d))
	default:
		about += fmt.Sprintf(" The answers of all folds give the temperature %.3g and the bar %s, which are **not** those of the model file (%.3g and %s).",
			c.Calibration.Temperature, limits(c.Calibration), d.Temperature, limits(d))
	}
	return about
}

// limits are a domain's thresholds in words.
func limits(d modelfile.Domain) string {
	return cmp.Or(thresholds(float64(d.Threshold), float64(d.Energy)), "none")
}

func (r *Result) aboutOthers() string {
	about := "Drawings of what is none of the classes."
	if from := source(r.Others.N+r.Others.LeftOut, r.Others.Collection); from != "" {
		about = "Drawings by people of what is none of the classes: " + from + "."
	}
	about += " A network that knows what it does not know is less sure of them than of garments."
	for _, note := range r.othersNotes() {
		about += " " + note
	}
	return about
}

// source says where the drawings of a collection are from; nothing of those that are none.
func source(n int, collection string) string {
	if collection == "" {
		return ""
	}
	return fmt.Sprintf("the %s of Google's [*Quick, Draw!*](https://github.com/googlecreativelab/quickdraw-dataset) data set that `internal/sketch/quickdraw/keys.json` lists "+
		"by key_id under “%s”, © Google, licensed [CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)", figure.Thousands(n), collection)
}

// command is what measures the same again, from the project's folder, and whether all that it reads comes from make data.
func (r *Result) command() (command string, fetched bool) {
	command, fetched = "go run ./cmd/evaluate -model model/"+r.Model.Name+".json", true
	file := func(flag, collection string) {
		path := quickdraw.DefaultDir + "/" + collection + ".ndjson"
		if collection == "" {
			path, fetched = strings.ToUpper(flag)+".ndjson", false
		}
		command += " -" + flag + " " + path
	}
	if r.Photos != nil {
		command += " -photos data"
	}
	if r.Drawings != nil {
		file("drawings", r.Drawings.Collection)
	}
	if r.Others != nil {
		file("others", r.Others.Collection)
	}
	if r.CrossValidation != nil {
		command += " -folds runs/" + r.CrossValidation.Arch + "-folds/folds.json"
	}
	if g := r.Generated; g != nil {
		command += fmt.Sprintf(" -generated %d", g.PerFamily[0].N)
	}
	if r.Corruptions != nil {
		command += " -corruptions"
	}
	return command, fetched
}
