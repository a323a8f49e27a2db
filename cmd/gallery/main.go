// Command gallery writes what the page's gallery shows: photos.png, the first photos of each class of Fashion-MNIST's test
// set, and drawings.json, drawings of our own generator.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"croquis/internal/fashion"
	"croquis/internal/gallery"
	"croquis/internal/whole"
)

func main() {
	out := flag.String("out", "web/pictures", "`folder` for photos.png and drawings.json")
	data := flag.String("data", "", "folder with the four files of Fashion-MNIST (default data, or Debian's)")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "gallery: unexpected argument %q; gallery -h explains\n", flag.Arg(0))
		os.Exit(2)
	}
	if err := write(*out, *data); err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

func write(out, data string) error {
	dir, err := fashion.Find(data)
	if err != nil {
		return err
	}
	test, err := fashion.LoadTest(dir)
	if err != nil {
		return err
	}
	return errors.Join(
		save(filepath.Join(out, "photos.png"), func(w io.Writer) error { return gallery.WritePhotos(w, test) }),
		save(filepath.Join(out, "drawings.json"), gallery.WriteDrawings),
	)
}

func save(path string, fill func(io.Writer) error) error {
	var b bytes.Buffer
	if err := fill(&b); err != nil {
		return err
	}
	if err := whole.WriteFile(path, b.Bytes()); err != nil {
		return err
	}
	fmt.Println(path, b.Len(), "bytes")
	return nil
}
