package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"croquis/internal/chart"
	"croquis/internal/figure"
	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/sheet"
	"croquis/internal/sketch"
)

// table is figures in rows and columns, the same in the terminal, in the card and in the report. The first column is words.
type table struct {
	title string
	about string // what was measured, and how; Markdown
	head  []string
	rows  [][]string
	// For the report; both may be nil.
	bars  *chart.Bars
	cells []sheet.Cell // some of the pictures
}

// shown is how many pictures of a kind a contact sheet has.
const shown = 14

// show appends some of the pictures of a kind, whose pixels are one after the other, and fills the row of the sheet.
func show(cells []sheet.Cell, kind string, pixels []uint8) []sheet.Cell {
	const size = sketch.Side * sketch.Side
	for i := range shown {
		var c sheet.Cell
		if i*size < len(pixels) {
			c.Pixels = slices.Clone(pixels[i*size : (i+1)*size])
		}
		if i == 0 {
			c.Caption = kind
		}
		cells = append(cells, c)
	}
	return cells
}

// tables are what was measured beside the sets of pictures.
func (r *Result) tables() []table {
	var all []table
	if aims := r.aims(); len(aims.rows) > 0 {
		all = append(all, aims)
	}
	if c := r.CrossValidation; c != nil {
		all = append(all, c.table())
		if c.Others != nil {
			all = append(all, c.Others.table(c.Calibration))
		}
	}
	if r.Generated != nil {
		all = append(all, r.Generated.table())
	}
	if r.Scribbles != nil {
		all = append(all, r.Scribbles.table(r.file.Calibration.Effective().Drawings.Doubts()))
	}
	if r.Corruptions != nil {
		all = append(all, r.Corruptions.table(r.Photos))
	}
	return all
}

func (c *CrossValidation) table() table {
	t := table{
		title: fmt.Sprintf("Fold by fold: %d networks", c.Folds),
		about: fmt.Sprintf("Each was trained for %d epochs with the drawings of the other folds (%s), and has its temperature and its thresholds from their answers. They were ready on %s on %s. Below the *threshold* of the highest probability or below that of the *energy* the answer is “not sure”.", c.Epochs, c.Recipe, c.Machine, c.day()),
		head:  []string{"fold", "drawings", "top 1", "95 % interval", "mean recall", "temperature", "threshold", "energy"},
	}
	// What one fold has, all have.
	if c.PerFold[0].Photos != nil {
		t.head = append(t.head, "photos")
		t.about += " *Photos* is the share of the photos held out that are named correctly, before the weights are rounded."
	}
	if c.Others != nil {
		t.head = append(t.head, "AUROC")
		t.about += " *AUROC* is that of the energy, against other things."
	}
	for k, f := range c.PerFold {
		row := []string{fmt.Sprint(k + 1), figure.Thousands(f.N), percent(f.Top1), interval(f.Top1In), percent(f.MacroRecall), fmt.Sprintf("%.3f", f.Temperature), percent(f.Threshold), fmt.Sprintf("%.3f", f.Energy)}
		if f.Photos != nil {
			row = append(row, percent(*f.Photos))
		}
		if f.AUROC != nil {
			row = append(row, fmt.Sprintf("%.4f", *f.AUROC))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// day is when the cross-validation ended.
func (c *CrossValidation) day() string {
	t, err := time.Parse(time.RFC3339, c.Date)
	if err != nil {
		return c.Date
	}
	return t.UTC().Format("2 January 2006")
}

func (o *FoldsOthers) table(calibration modelfile.Domain) table {
	t := table{
		title: fmt.Sprintf("Other things, cross-validated: %s, against the drawings", figure.Thousands(o.N)),
		about: "Each fold's network compares drawings of garments that it has not seen with drawings of things whose words it has not met. The figures are the means of the folds. Recipes were compared by them: a development figure, too. " + decides(calibration),
		head:  []string{"figure", "value"},
	}
	for _, f := range detections(o.Detection, o.Probability, o.Unsure, "drawings") {
		t.rows = append(t.rows, []string{f.name, f.value})
	}
	return t
}

func (g *Generated) table() table {
	t := table{
		cells: g.cells,
		title: fmt.Sprintf("Generated drawings: %s", figure.Thousands(g.N)),
		about: fmt.Sprintf("There are no drawings by people of %s. These are drawn by a program (`internal/sketch/garment`), in families that no network of this project is trained with. "+
			"They say whether a network has understood the class beyond the families that it knows, not how people's drawings fare: the same hand drew both.", g.classes()),
		head: []string{"drawings of", "drawings", "recall", "95 % interval", "most often taken for"},
	}
	for _, of := range slices.Concat(g.PerClass, g.PerFamily) {
		mistaken := of.Mistaken
		if mistaken == "" {
			mistaken = "–"
		}
		t.rows = append(t.rows, []string{of.Name, figure.Thousands(of.N), percent(of.Recall), interval(of.Interval), mistaken})
	}
	t.rows = append(t.rows, []string{"mean of the classes", figure.Thousands(g.N), percent(g.MacroRecall), "", ""})
	return t
}

func (s *Scribbles) table(threshold bool) table {
	t := table{
		cells: s.cells,
		title: fmt.Sprintf("Nothing: %s pictures", figure.Thousands(s.N)),
		about: "A blank sheet, lines, shapes and noise, always the same ones, made by a program: none shows a garment. Networks of this project that learn drawings are taught that such things are nothing, by others of the same kinds; flat grey they have never met. Recipes were compared by these pictures, too. The page says of a drawing that is five times as long as wide, which is a line, that it is none of the ten, whatever the network makes of it; that is not counted here. *Answered* is the share that gets an answer instead of “not sure”",
		head:  []string{"pictures of", "pictures", "answered", "highest probability", "of"},
	}
	if threshold {
		t.about += "."
	} else {
		t.about += "; this network has no threshold for that, so it answers always. (The page doubts it where its answer is spread over half of the classes.)"
	}
	for _, k := range s.Kinds {
		t.rows = append(t.rows, []string{k.Kind, figure.Thousands(k.N), percent(k.Answered), sure(k.Highest), k.As})
	}
	t.rows = append(t.rows, []string{"all", figure.Thousands(s.N), percent(s.Answered), sure(s.Highest), ""})
	return t
}

func (c *Corruptions) table(photos *Set) table {
	t := table{
		cells: c.cells, bars: c.bars(photos),
		title: fmt.Sprintf("Spoiled photos: %s, %d ways", figure.Thousands(c.N), len(c.Kinds)),
		about: "The test photos, spoiled in the style of [Fashion-MNIST-C](https://github.com/testingautomated-usi/fashion-mnist-c) (Weiss and Tonella, ISSTA 2022) by code and with severities of this project's own (`internal/corrupt`): " +
			"the figures cannot be compared with figures on its files. Each photo has one of the severities, by chance.",
		head: []string{"spoiled by", "top 1", "95 % interval", "what is done"},
	}
	if photos != nil {
		t.rows = append(t.rows, []string{"nothing", percent(photos.Top1), interval(photos.Top1Interval), "the photos as they are"})
	}
	for _, k := range c.Kinds {
		t.rows = append(t.rows, []string{k.Name, percent(k.Top1), interval(k.Top1Interval), k.About})
	}
	t.rows = append(t.rows, []string{fmt.Sprintf("mean of the %d", len(c.Kinds)), percent(c.Mean), "", ""})
	return t
}

// bars compares the kinds, the mildest first.
func (c *Corruptions) bars(photos *Set) *chart.Bars {
	b := &chart.Bars{Caption: fmt.Sprintf("Share of the photos named correctly after each way of spoiling them; the mean is %s.", percent(c.Mean))}
	if photos != nil {
		b.Mark = photos.Top1
		b.Caption += fmt.Sprintf(" The dashed line is at the %s of the photos as they are.", percent(photos.Top1))
	}
	kinds := slices.Clone(c.Kinds)
	slices.SortStableFunc(kinds, func(a, b Corruption) int { return cmp.Compare(b.Top1, a.Top1) })
	for _, k := range kinds {
		b.Bars = append(b.Bars, chart.Bar{Name: k.Name, Value: k.Top1, About: k.About})
	}
	return b
}

// decides says in a sentence by which of the two scores an answer becomes "not sure", or that none ever does.
func decides(domain modelfile.Domain) string {
	switch {
	case domain.Energy != 0 && domain.Threshold > 0:
		return fmt.Sprintf("The page decides by the energy: under %s a picture is said to look like none of the classes. Under %s of the highest probability it is said to be not sure.", figure.Decimals(float64(domain.Energy), 2), percent(float64(domain.Threshold)))
	case domain.Energy != 0:
		return fmt.Sprintf("The page decides by the energy: under %s a picture is said to look like none of the classes.", figure.Decimals(float64(domain.Energy), 2))
	case domain.Threshold > 0:
		return fmt.Sprintf("The page decides by the highest probability, under %s, since the network has no threshold for the energy.", percent(float64(domain.Threshold)))
	}
	return "The network has no threshold for either."
}

// detections put how well garments and other things are told apart into words.
func detections(energy, probability metrics.Detection, unsure float64, known string) []finding {
	return []finding{
		{"AUROC of the energy", fmt.Sprintf("%.4f", energy.AUROC), ""},
		{fmt.Sprintf("let through by it where 95 %% of the %s pass", known), percent(energy.FPR95), ""},
		{"AUROC of the highest probability", fmt.Sprintf("%.4f", probability.AUROC), ""},
		{fmt.Sprintf("let through by it where 95 %% of the %s pass", known), percent(probability.FPR95), ""},
		{"get the answer \"not sure\"", percent(unsure), ""},
	}
}
