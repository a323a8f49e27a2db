package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"croquis/internal/evaluate"
)

const usage = `evaluate judges a trained network on pictures it was not trained on.

Usage: evaluate -model model/thesis.json -photos data [-drawings FILE.ndjson] [-others FILE.ndjson] [-json]
       evaluate -model model/thesis.json -photos data … [-corruptions] [-generated 200] [-folds FOLDS.json]
       evaluate -model model/thesis.json -photos data … -out model/thesis.evaluation.json
       evaluate -model model/thesis.json -from model/thesis.evaluation.json [-card model/thesis.md]

Give photos, drawings or both. Drawings are Quick, Draw!'s ndjson, a drawing a line, with "label": 0 to 9 added (which
stand for T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot); others are the same without
a label. Whatever is given, scribbles and blank pictures of its own are tried too.

Drawings that the network was trained with are no test, and are said to be that; drawings of other things that it was
trained to be unsure about are left out. For a network that was trained with all drawings there are, -folds tells how its
recipe does on drawings that are new: cmd/crossvalidate makes the file.

-out keeps what was measured; -from tells it again, or writes the card from it, and measures nothing, so that the same two
files always give the same card. Exit status: 0 done, 1 failed, 2 wrong usage.

`

type flags struct {
	model                           string
	photos, drawings, others, folds string
	generated                       int
	corruptions, targets            bool
	json                            bool
	out, from, report, card         string
}

func parse(args []string, stderr io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("evaluate", flag.ContinueOnError)
	set.StringVar(&f.model, "model", "", "`file` with the trained network")
	set.StringVar(&f.photos, "photos", "", "`folder` with Fashion-MNIST, whose test photos are used")
	set.StringVar(&f.drawings, "drawings", "", "ndjson `file` of drawings with labels")
	set.StringVar(&f.others, "others", "", "ndjson `file` of drawings of things that are no garment")
	set.StringVar(&f.folds, "folds", "", "`file` with the answers of a cross-validation over drawings, by cmd/crossvalidate")
	set.IntVar(&f.generated, "generated", 0, "also judge `N` generated drawings of each family of dresses and shirts that no network is trained with")
	set.BoolVar(&f.corruptions, "corruptions", false, "also spoil the photos in 15 ways, in Fashion-MNIST-C's style")
	set.BoolVar(&f.targets, "targets", false, "also compare croquis or tiny with what it was to reach, set before it was trained")
	set.BoolVar(&f.json, "json", false, "print one JSON object instead of tables")
	set.StringVar(&f.out, "out", "", "also write the JSON object to this `file`, for -from")
	set.StringVar(&f.from, "from", "", "measure nothing: read what -out wrote of this network from this `file`")
	set.StringVar(&f.report, "report", "", "also write a report to this HTML `file`")
	set.StringVar(&f.card, "card", "", "also write the model card to this Markdown `file`; with -from or -out")
	// The package prints errors by itself, without a way to word them; main does that.
	set.SetOutput(io.Discard)
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, usage)
		set.SetOutput(stderr)
		set.PrintDefaults()
		return f, err
	} else if err != nil {
		return f, err
	}
	switch {
	case set.NArg() > 0:
		return f, fmt.Errorf("unexpected argument %q", set.Arg(0))
	case f.model == "":
		return f, errors.New("-model is missing")
	case f.from != "" && (f.measures() || f.out != "" || f.report != ""):
		return f, errors.New("-from measures nothing: it goes with -model, -json and -card alone")
	case f.from == "" && f.photos == "" && f.drawings == "":
		return f, evaluate.ErrNothing
	case f.corruptions && f.photos == "":
		return f, errors.New("-corruptions spoils photos: give -photos too")
	case f.generated < 0:
		return f, fmt.Errorf("-generated is %d, expected 0 or more", f.generated)
	case f.card != "" && f.from == "" && f.out == "":
		return f, errors.New("-card without -from or -out: nobody could write the card again")
	}
	return f, nil
}

// measures says whether there is anything to measure on.
func (f flags) measures() bool {
	return f.photos != "" || f.drawings != "" || f.others != "" || f.folds != "" || f.generated != 0 || f.corruptions || f.targets
}
