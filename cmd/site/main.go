// Command site builds the page into a folder, ready for any static host, and prints how large it is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"croquis/internal/figure"
	"croquis/internal/site"
)

func main() {
	var o site.Options
	single := flag.String("single", "", "`file` to put the whole page in, with one network, instead of filling a folder")
	flag.StringVar(&o.Out, "out", "dist", "`folder` to fill; what a former build left there is replaced")
	flag.StringVar(&o.Models, "models", "", "`folder` with the networks, NAME.json each (default model in the module)")
	flag.StringVar(&o.Default, "default", "", "`name` of the network that the page uses (default croquis, or tiny, or thesis, or the first)")
	flag.BoolVar(&o.Quick, "quick", false, "compress less what was not compressed before: for trying things out")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "site builds the page.\n\nUsage: site [-out dist] [-quick] or site -single dist/croquis.html\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "site: unexpected argument %q; site -h explains\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	build := buildSite
	if *single != "" {
		o.Out, build = *single, buildSingle
	}
	if err := run(ctx, o, build); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o site.Options, build func(context.Context, site.Options) error) (err error) {
	if o.Root, err = moduleRoot(ctx); err != nil {
		return err
	}
	if cache, err := os.UserCacheDir(); err == nil { // without a home there is no cache, and no harm
		o.Cache = filepath.Join(cache, "croquis", "brotli")
	}
	o.Log = func(err error) { fmt.Fprintln(os.Stderr, "site:", err) }
	return build(ctx, o)
}

func buildSite(ctx context.Context, o site.Options) error {
	report, err := site.Build(ctx, o)
	if err != nil {
		return err
	}
	if o.Quick { // sizes of files that are compressed in a hurry are nobody's figures
		fmt.Printf("the page is in %s: %d files\n", o.Out, len(report.Rows))
		return nil
	}
	if err := report.Print(os.Stdout); err != nil {
		return err
	}
	fmt.Printf("the page is in %s\n", o.Out)
	return nil
}

func buildSingle(ctx context.Context, o site.Options) error {
	page, err := site.BuildSingle(ctx, o)
	if err != nil {
		return err
	}
	fmt.Printf("%s has the page with the network %s: %s bytes; open it with a double click\n", o.Out, page.Model, figure.Thousands(page.Bytes))
	return nil
}

// moduleRoot asks the go tool where the sources are.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("site: go env GOMOD: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if filepath.Base(mod) != "go.mod" {
		return "", errors.New("site: not inside the module: run it where go.mod is")
	}
	return filepath.Dir(mod), nil
}
