// Command portrait builds the page, draws a boot on it in a real browser, and takes its picture in light and dark for the README.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/signal"

	"croquis/internal/site"
	"croquis/internal/site/portrait"
	"croquis/internal/site/serve"
)

func main() {
	out := flag.String("out", "docs", "`folder` for page-light.png and page-dark.png")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "portrait: unexpected argument %q; portrait -h explains\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := take(ctx, *out); err != nil {
		fmt.Fprintln(os.Stderr, "portrait:", err)
		os.Exit(1)
	}
}

func take(ctx context.Context, out string) (err error) {
	folder, err := os.MkdirTemp("", "croquis-portrait-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if _, err := site.Build(ctx, site.Options{Root: ".", Out: folder, Quick: true}); err != nil {
		return err
	}
	server := httptest.NewServer(serve.Handler(folder))
	defer server.Close()
	return portrait.Take(ctx, server.URL+"/", out)
}
