package evaluate

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
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

// caveat is what is said of figures on the drawings of a collection, with a blank before it; nothing of those of none.
func caveat(what, collection string) string {
	if collection == "" {
		return ""
	}
	return " " + what
}

//go:embed card.md
var cardText string

var cardTemplate = template.Must(template.New("card").Funcs(template.FuncMap{
	"thousands": figure.Thousands, "percent": percent, "interval": interval,
	"millions": func(n int) string { return figure.Decimals(float64(n)/1e6, 2) },
	"base":     filepath.Base, "path": shellPath,
	"cell": strings.NewReplacer("|", `\|`, "\n", " ").Replace,
}).Parse(cardText))

// Files are what a card is written from, as paths that its reader can follow.
type Files struct {
	Model, Evaluation string // the latter is what WriteJSON wrote
	// Shipped says that they are NAME.json and NAME.evaluation.json in the project's folder model, whose cards `make cards` writes.
	Shipped bool
}

// WriteCard writes the model card in Markdown, which is a function of the model file, the result and their names alone: a
// result that was kept gives the card again, whatever the day and the machine.
func (r *Result) WriteCard(w io.Writer, files Files) error {
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
	command, fetched := r.command(files)
	n := float64(len(r.Model.Labels))
	return cardTemplate.Execute(w, struct {
		*Result
		Sections           []section
		Files              Files
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
		r, r.sections(), files, classes, drawn, command, fetched, figure.Decimals(math.Log(n), 2), figure.Decimals(1-1/n, 2),
		trainingFacts(r.file), len(r.file.Metrics) > 0, strings.TrimRight(r.file.Model.Summary(), "\n"), r.Limits(), r.now.UTC().Format("2 January 2006"),
	})
}

// section is a table of the card under a heading.
type section struct {
	Title, About string
	Head         []string
	Rows         [][]string
}

// sections are the card's tables of figures.
func (r *Result) sections() (all []section) {
	for _, p := range r.parts() {
		one := section{}
		switch {
		case p.set != nil:
			one = section{Title: p.set.title + ": " + figure.Thousands(p.set.N), About: r.about(*p.set), Head: figureHead, Rows: p.set.rows()}
		case p.others != nil:
			one = section{Title: fmt.Sprintf("Other things: %s, against the %s", figure.Thousands(p.others.N), p.others.Known), About: r.aboutOthers(), Head: []string{"figure", "value"}}
			for _, f := range p.others.figures() {
				one.Rows = append(one.Rows, []string{f.name, f.value})
			}
		default:
			one = section{p.table.title, p.table.about, p.table.head, p.table.rows}
		}
		all = append(all, one)
	}
	return all
}

// about says what a set is and how its probabilities are made.
func (r *Result) about(s named) string {
	switch {
	case s.Set == r.Photos:
		return "Fashion-MNIST's test photos, which are set apart from those to train with." + r.photosTemperature(s.Temperature)
	case s.Set == r.Drawings:
		return r.aboutDrawings(s)
	case s.brief:
		return fmt.Sprintf("%d of the drawings no person could name; `internal/sketch/quickdraw/unnameable.txt` lists them, with what is seen instead.", r.CrossValidation.Drawings.N-s.N)
	}
	return r.aboutFolds()
}

// photosTemperature says what is known of where the temperature of photos is from. Only the trainer's own words tell: how many
// photos were held out, and whether an earlier run's history was taken over, of which the temperature is a part.
func (r *Result) photosTemperature(temperature float64) string {
	t := r.file.Training
	switch n := heldOut(t.Data); {
	case r.file.Calibration.Photos.Temperature == 0:
		return " The logits go into the softmax as they are: the model file has no temperature for photos."
	case n > 0:
		return fitted(temperature, fmt.Sprintf("this temperature is from the model file, and was fitted on the %s photos that training held out.", figure.Thousands(n)))
	case strings.Contains(t.Command, "-schedule-from"):
		return fitted(temperature, "this temperature is from the model file. Training held no photos out to fit it on: it was taken over, with the learning rates (`-schedule-from`), from an earlier run, which fitted it on the photos that it held out.")
	}
	return fitted(temperature, "this temperature is from the model file, which does not say what it was fitted on.")
}

// heldOut is how many photos the trainer says it held out; 0: none, or it does not say.
func heldOut(data string) int {
	m := holding.FindStringSubmatch(data)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // 0 where there are more than there can be
	return n
}

var holding = regexp.MustCompile(`(\d+) (?:photos )?held out$`)

func fitted(temperature float64, where string) string {
	return fmt.Sprintf(" The logits are divided by %.3g before the softmax; %s", temperature, where)
}

func (r *Result) aboutDrawings(s named) string {
	about := "Drawings by people, rasterised as the page does it."
	if from := source(s.N, s.Collection); from != "" {
		about = "Drawings by people, rasterised as the page does it: " + from + "."
		if s.warning == "" {
			about += caveat(developed, s.Collection)
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
		about += caveat(tuned, c.Drawings.Collection)
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

// command is what measures the same again, from where the files were named, and whether all else that it reads comes from make
// data. A shipped network is measured from the project's folder.
func (r *Result) command(files Files) (command string, fetched bool) {
	path := shellPath(files.Model)
	if files.Shipped {
		path = "model/" + filepath.Base(files.Model)
	}
	command, fetched = "go run ./cmd/evaluate -model "+path, true
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
	switch c := r.CrossValidation; {
	case c != nil && files.Shipped:
		command += " -folds runs/" + c.Arch + "-folds/folds.json"
	case c != nil:
		command += " -folds FOLDS.json" // wherever they were
	}
	if g := r.Generated; g != nil {
		command += fmt.Sprintf(" -generated %d", g.PerFamily[0].N)
	}
	if r.Corruptions != nil {
		command += " -corruptions"
	}
	if r.Targets {
		command += " -targets"
	}
	return command, fetched
}

// shellPath is a path as a shell reads it back.
func shellPath(path string) string {
	if plainPath.MatchString(path) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// plainPath are paths that mean themselves to a shell.
var plainPath = regexp.MustCompile(`^[\w./,@+-]+$`)
