// Command sheet writes contact sheets of everything a network is trained with, for a person to judge: photos, their
// drawing-like renderings, generated garments, drawings by people as they are and augmented, and what is no garment.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"croquis/internal/fashion"
	"croquis/internal/sheet"
	"croquis/internal/sketch"
	"croquis/internal/sketch/augment"
	"croquis/internal/sketch/garment"
	"croquis/internal/sketch/render"
	"croquis/internal/train"
	"croquis/internal/whole"
)

func main() {
	s := sheets{}
	flag.StringVar(&s.out, "out", "runs/sheets", "`folder` for the sheets, PNG files")
	flag.IntVar(&s.n, "n", 28, "pictures of each class, family or kind")
	flag.IntVar(&s.scale, "scale", 3, "how many times pictures are enlarged")
	flag.Uint64Var(&s.seed, "seed", 1, "seed of all that is random")
	data := flag.String("data", "", "folder with the four files of Fashion-MNIST (default data, or Debian's)")
	drawings := flag.String("drawings", "data/quickdraw/garments.ndjson", "drawings by people; without this `file` their sheets are left out")
	others := flag.String("others", "data/quickdraw/others.ndjson", "drawings of other things by people; without this `file` their sheet is left out")
	flag.Parse()
	if flag.NArg() > 0 || s.n < 1 || s.scale < 1 {
		fmt.Fprintln(os.Stderr, "sheet: -n and -scale are at least 1, and there are no arguments; sheet -h explains")
		os.Exit(2)
	}
	if err := s.write(*data, *drawings, *others); err != nil {
		fmt.Fprintln(os.Stderr, "sheet:", err)
		os.Exit(1)
	}
}

type sheets struct {
	out      string
	n, scale int
	seed     uint64
}

func (s *sheets) write(data, drawings, others string) error {
	dir, err := fashion.Find(data)
	if err != nil {
		return err
	}
	set, err := fashion.LoadTrain(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return err
	}
	var all []error
	// Every tenth photo: enough of each class, and not the same as in the file's beginning.
	var some []int
	for i := 0; i < set.Len(); i += 10 {
		some = append(some, i)
	}
	all = append(all, s.save("photos", train.Gallery(train.NewPhotos(set, some, nil), s.n)))
	for _, k := range render.Kinds() {
		all = append(all, s.save("rendered-"+k.String(), train.Gallery(train.NewRenderings(s.seed, set, some, []render.Kind{k}), s.n)))
	}
	all = append(all, s.families())
	all = append(all, s.save("generated", train.Gallery(train.NewGarments(s.seed, 10*s.n, garment.Learnt(), &augment.Default), s.n)))
	all = append(all, s.save("scribbles", train.Gallery(train.NewScribbles(s.seed, 5*s.n), 5*s.n)))
	all = append(all, s.people(drawings, "people", s.n), s.people(others, "others", 5*s.n))
	return errors.Join(all...)
}

// families writes a sheet for each class of generated garments, a family after the other.
func (s *sheets) families() error {
	cells := map[string][]sheet.Cell{}
	heldOut := map[string]bool{}
	for _, f := range garment.HeldOut() {
		heldOut[f.Name] = true
	}
	for k, f := range garment.Families() {
		class, kind, _ := strings.Cut(f.Name, "/")
		source := train.NewGarments(s.seed+uint64(k), s.n, []garment.Family{f}, nil)
		for i := range s.n {
			c := sheet.Cell{Pixels: make([]uint8, sketch.Side*sketch.Side)}
			source.Example(0, i, c.Pixels, make([]float32, train.Classes))
			if i == 0 {
				c.Caption = kind
				if heldOut[f.Name] {
					c.Caption += ", which no network learns"
				}
			}
			cells[class] = append(cells[class], c)
		}
	}
	var all []error
	for _, class := range slices.Sorted(maps.Keys(cells)) {
		all = append(all, s.save("generated-"+strings.ReplaceAll(class, " ", "-"), cells[class]))
	}
	return errors.Join(all...)
}

// save writes a sheet of 14 pictures a row.
func (s *sheets) save(name string, cells []sheet.Cell) error {
	var b bytes.Buffer
	if err := sheet.Write(&b, name, 14, s.scale, cells); err != nil {
		return err
	}
	path := filepath.Join(s.out, name+".png")
	if err := whole.WriteFile(path, b.Bytes()); err != nil {
		return err
	}
	fmt.Println(path)
	return nil
}
