package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"croquis/internal/sheet"
	"croquis/internal/sketch"
	"croquis/internal/sketch/augment"
	"croquis/internal/sketch/quickdraw"
	"croquis/internal/train"
)

// people writes the sheets of the drawings by people at path, n of each class: as they are, and those that networks learn as
// an epoch shows them.
func (s *sheets) people(path, name string, n int) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(os.Stderr, "sheet: no sheet of %s: %s is not there; make data fetches it\n", name, path)
		return nil
	} else if err != nil {
		return err
	}
	defer f.Close()
	ds, err := sketch.ParseNDJSON(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var learnt, unlearnt []sketch.Drawing
	for _, d := range ds {
		if d.Label != sketch.NoLabel || quickdraw.Exposed(d.Word) {
			learnt = append(learnt, d)
		} else {
			unlearnt = append(unlearnt, d)
		}
	}
	plain, err := s.gallery(path, learnt, nil, n)
	if err != nil {
		return err
	}
	rest, err := s.gallery(path, unlearnt, nil, n)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		rest[0].Caption += ", which no network learns"
	}
	if err := s.save(name, append(plain, rest...)); err != nil {
		return err
	}
	if len(learnt) == 0 {
		fmt.Fprintf(os.Stderr, "sheet: no sheet of %s-augmented: no network learns any word of %s\n", name, path)
		return nil
	}
	changed, err := s.gallery(path, learnt, &augment.Default, n)
	if err != nil {
		return err
	}
	return s.save(name+"-augmented", changed)
}

func (s *sheets) gallery(path string, ds []sketch.Drawing, as *augment.Options, n int) ([]sheet.Cell, error) {
	source, err := train.NewDrawings(s.seed, ds, as)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return train.Gallery(source, n), nil
}
