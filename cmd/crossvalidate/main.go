// Command crossvalidate measures how a network does on drawings by people that it has not seen, fold by fold, and trains
// the network to be shipped with all of them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"croquis/internal/crossvalidate"
	"croquis/internal/fashion"
	"croquis/internal/figure"
	"croquis/internal/sketch/quickdraw"
	"croquis/internal/train"
)

const usage = `crossvalidate trains a network once without each fold of the drawings by people and once with all of them.

Usage: crossvalidate [-arch NAME] [-out DIR] [flags]

In DIR it leaves folds.json, the answers to drawings that the answering network has not seen (for evaluate -folds), and
final/model.json, the network to be shipped. Started again it goes on where it was stopped.

`

// errUsage is a mistake on the command line.
var errUsage = errors.New("crossvalidate -h explains the flags")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "crossvalidate: "+strings.TrimPrefix(err.Error(), "crossvalidate: "))
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	set := flag.NewFlagSet("crossvalidate", flag.ContinueOnError)
	set.SetOutput(os.Stderr)
	out := set.String("out", "", "folder for the runs (default runs/ARCH-folds)")
	data := set.String("data", "", "folder with the four files of Fashion-MNIST (default data, or Debian's)")
	drawings := set.String("quickdraw", quickdraw.DefaultDir, "folder with the drawings by people")
	teachers := set.String("teachers", "", "folder of the cross-validation of another network to learn from, with -distil: its folds teach the folds")
	test := set.Bool("test", true, "judge the final network by the test photos; with -test=false nobody reads them, and a trial of another recipe is judged by what is held out")
	asJSON := set.Bool("json", false, "write one JSON object a line to stdout, and nothing else")
	flags := train.NewFlags(set, crossvalidate.Recipe, "croquis")
	set.Usage = func() {}
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Print(usage)
		return flags.PrintDefaults(os.Stdout)
	} else if err != nil {
		return errUsage // flag has said what is wrong
	}
	if set.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; %w", set.Arg(0), errUsage)
	}
	config := crossvalidate.Recipe(flags.Arch())
	if err := flags.Apply(&config, ""); err != nil {
		return err
	}
	check := config
	if *teachers != "" {
		check.Teacher = *teachers
	}
	if err := errors.Join(check.Check(), crossvalidate.Check(&config)); err != nil {
		return errors.Join(err, errUsage)
	}
	if *out == "" {
		*out = filepath.Join("runs", flags.Arch()+"-folds")
	}
	display := train.NewDisplay(os.Stdout, os.Stderr, *asJSON)
	defer display.Clear()
	o := crossvalidate.Options{
		Config: config, Dir: *out, Teachers: *teachers, Watch: display.Watch,
		Say: func(line string) { fmt.Fprintln(os.Stderr, line) },
	}
	if err := load(&o, *data, *drawings, *test); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	folds, result, err := crossvalidate.Run(ctx, o)
	if errors.As(err, new(*train.Stopped)) {
		return fmt.Errorf("%w; the same command goes on from there", err)
	} else if err != nil {
		return err
	}
	summary, err := folds.Summary()
	if err != nil {
		return err
	}
	display.Result(result, train.FilesFor(filepath.Join(*out, "final", "model.json")))
	d := &summary.Drawings
	lines := []string{fmt.Sprintf("Drawings that were not learnt (%d): macro recall %s, named correctly %s, among the first two %s, coarse %s, ECE %.3f",
		d.N, figure.Percent(d.MacroRecall, 1), figure.Percent(d.Top1, 1), figure.Percent(d.Top2, 1), figure.Percent(d.Coarse, 1), d.ECE)}
	if summary.Others != nil {
		lines = append(lines, fmt.Sprintf("Other things: AUROC %.4f by the energy, %.4f by the highest probability", summary.Others.AUROC, summary.Others.Probability.AUROC))
	}
	display.Summary("cross_validation", summary, lines...)
	return display.Err()
}

func load(o *crossvalidate.Options, data, drawings string, test bool) error {
	dir, err := fashion.Find(data)
	if err != nil {
		return err
	}
	if o.Data.Photos, err = fashion.LoadTrain(dir); err != nil {
		return err
	}
	if test {
		if o.Test, err = fashion.LoadTest(dir); err != nil {
			return err
		}
	}
	o.Data.Garments, o.Data.Others, err = quickdraw.Load(drawings)
	return err
}
