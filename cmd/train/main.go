// Command train trains a named network on Fashion-MNIST and writes its weights as JSON, with a report beside them.
//
// A checkpoint is kept after every epoch; Ctrl-C stops after the batch and saves, and -resume goes on bit for bit, also
// after a crash. The test set is read once, at the end, or with -test=false not at all.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"syscall"

	"croquis/internal/arch"
	"croquis/internal/fashion"
	"croquis/internal/sketch/quickdraw"
	"croquis/internal/train"
)

// errUsage is a mistake on the command line.
var errUsage = errors.New("train -h explains the flags")

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train: "+strings.TrimPrefix(err.Error(), "train: "))
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

func run(args []string) (err error) {
	set := flag.NewFlagSet("train", flag.ContinueOnError)
	set.SetOutput(os.Stderr)
	out := set.String("out", "", "model file to write; beside it the checkpoint, history.json and report.html (default runs/ARCH/model.json)")
	data := set.String("data", "", "folder with the four files of Fashion-MNIST (default data, or Debian's)")
	drawings := set.String("quickdraw", quickdraw.DefaultDir, "folder with the drawings by people")
	resume := set.Bool("resume", false, "go on from the checkpoint, with its settings; from the beginning if there is none")
	asJSON := set.Bool("json", false, "write one JSON object a line to stdout, and nothing else")
	from := set.String("schedule-from", "", "history.json of a finished run whose learning rates to repeat, epoch by epoch; with -validation 0 on all images")
	test := set.Bool("test", true, "judge the finished network by the test photos; with -test=false nobody reads them, and a comparison of many networks stays one of held-out photos")
	profile := set.String("cpuprofile", "", "write a CPU profile to this file")
	flags := train.NewFlags(set, train.Recipe, "thesis")
	set.Usage = func() {}
	if err := set.Parse(args); errors.Is(err, flag.ErrHelp) {
		fmt.Printf("train trains a network on Fashion-MNIST. Networks: %s.\n\nUsage: train [-arch NAME] [flags]\n\n", strings.Join(arch.Names(), ", "))
		return flags.PrintDefaults(os.Stdout)
	} else if err != nil {
		return errUsage // flag has said what is wrong
	}
	if set.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; %w", set.Arg(0), errUsage)
	}
	if *out == "" {
		*out = filepath.Join("runs", flags.Arch(), "model.json")
	}
	files := train.FilesFor(*out)
	config := train.Recipe(flags.Arch())
	if *resume {
		if config, err = train.CheckpointConfig(files.Checkpoint); errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(os.Stderr, "There is no checkpoint %s: training from the beginning.\n", files.Checkpoint)
			config, *resume = train.Recipe(flags.Arch()), false
		} else if err != nil {
			return err
		}
	}
	if err := flags.Apply(&config, *from); err != nil {
		return err
	}
	if err := config.Check(); err != nil {
		return errors.Join(err, errUsage)
	}

	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return work(config, files, *data, *drawings, *resume, *test, *asJSON)
}

func work(config train.Config, files train.Files, data, drawings string, resume, judge, asJSON bool) error {
	dir, err := fashion.Find(data)
	if err != nil {
		return err
	}
	material, notes, err := train.Gather(&config, dir, drawings, resume)
	if err != nil {
		return err
	}
	display := train.NewDisplay(os.Stdout, os.Stderr, asJSON)
	defer display.Clear()
	trainer, err := train.New(config, material.Input, material.Train, material.Validation, files, display.Watch(""))
	if err != nil {
		return err
	}
	note, err := trainer.Begin(resume)
	if err != nil {
		return err
	}
	display.Print(trainer.Model.Summary())
	for _, line := range []string{notes, note, trainer.Warning()} {
		if line != "" {
			fmt.Fprintln(os.Stderr, line)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	if err := trainer.Run(ctx); errors.As(err, new(*train.Stopped)) {
		return fmt.Errorf("%w; -resume goes on from there", err)
	} else if err != nil {
		return err
	}
	stop()
	var test *fashion.Set
	if judge {
		if test, err = fashion.LoadTest(dir); err != nil {
			return err
		}
	}
	result, err := trainer.Finish(test, train.Output{})
	if err != nil {
		return err
	}
	display.Result(result, files)
	return display.Err()
}
