package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// replaceable makes sure that out is absent, empty, or a site: whoever mistypes a folder is not to lose it.
func replaceable(out string) error {
	entries, err := os.ReadDir(out)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == SingleName })
	for _, name := range []string{"index.html", manifestName} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil && len(entries) > 0 {
			return fmt.Errorf("%s is not empty and has no %s, so it is no site: name another folder, or remove it yourself", out, name)
		}
	}
	return nil
}

// write writes the files into a folder beside out, and puts that into its place.
func write(out string, assets []*asset) (err error) {
	parent, base := filepath.Dir(out), filepath.Base(out)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if err := sweep(parent, base); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(parent, "."+base+"-new-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	if err := os.Chmod(tmp, 0o755); err != nil { // a web server runs as somebody else
		return err
	}
	for _, a := range assets {
		for suffix, content := range map[string][]byte{"": a.content, ".gz": a.gz, ".br": a.br} {
			if content == nil && suffix != "" {
				continue
			}
			path := filepath.Join(tmp, filepath.FromSlash(a.file)+suffix)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, content, 0o644); err != nil {
				return err
			}
		}
	}
	return swap(tmp, out)
}

// swap puts the folder tmp in the place of out. Between the two renamings, an instant, there is no out.
func swap(tmp, out string) error {
	old := tmp + "-old"
	err := os.Rename(out, old)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Rename(tmp, out)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, out); err != nil {
		return errors.Join(err, os.Rename(old, out))
	}
	return os.RemoveAll(old)
}

// sweep removes what builds left that were killed.
func sweep(parent, base string) error {
	left, err := filepath.Glob(filepath.Join(parent, "."+base+"-new-*"))
	if err != nil {
		return err
	}
	for _, dir := range left {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	return nil
}
