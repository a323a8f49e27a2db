// Package quickdraw fetches drawings by people from Google's Quick, Draw! data set
// (https://github.com/googlecreativelab/quickdraw-dataset, © Google, CC BY 4.0: name it wherever results made with it are
// published).
//
// This project carries no drawings, but the key_ids of those that it uses, with the class that each stands for. [Fetch]
// reads the published files word by word and keeps these. What it writes is canonical: everybody gets the same bytes, and
// a SHA-256 says so.
package quickdraw

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"croquis/internal/sketch"
)

// DefaultDir is the folder that make data fills, relative to the root of the module.
const DefaultDir = "data/quickdraw"

// A Group is drawings of one word, and the class that they stand for here; a word may have several.
type Group struct {
	Word   string   `json:"word"`
	Label  *int     `json:"label,omitempty"` // none for other things
	KeyIDs []string `json:"key_ids"`
}

// Class is the label of the group's drawings, sketch.NoLabel for other things.
func (g *Group) Class() int {
	if g.Label == nil {
		return sketch.NoLabel
	}
	return *g.Label
}

// A Collection is one file of drawings.
type Collection struct {
	Name   string  `json:"-"`      // of the file, without .ndjson
	SHA256 string  `json:"sha256"` // of the file
	Groups []Group `json:"groups"`
}

//go:embed keys.json
var keys []byte

// Collections are garments.ndjson, seven of the ten classes, and others.ndjson, of other things.
func Collections() []Collection {
	var all map[string]Collection
	if err := json.Unmarshal(keys, &all); err != nil {
		panic(fmt.Sprintf("quickdraw: keys.json: %v", err)) // a part of this program
	}
	var out []Collection
	for name, c := range all {
		c.Name = name
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Collection) int { return len(a.Groups) - len(b.Groups) })
	return out
}

//go:embed unnameable.txt
var unnameable string

// Unnameable are the drawings of the garments that no person could name, by key_id, with what is seen instead.
func Unnameable() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(unnameable) {
		if fields := strings.Split(strings.TrimSpace(line), "\t"); len(fields) == 3 {
			all[fields[0]] = fields[2]
		}
	}
	return all
}

// Len is the number of its drawings.
func (c *Collection) Len() (n int) {
	for _, g := range c.Groups {
		n += len(g.KeyIDs)
	}
	return n
}

// words are the collection's words in order, and the key_ids of each.
func (c *Collection) words() (words []string, ids map[string][]string) {
	ids = map[string][]string{}
	for _, g := range c.Groups {
		if ids[g.Word] == nil {
			words = append(words, g.Word)
		}
		ids[g.Word] = append(ids[g.Word], g.KeyIDs...)
	}
	return words, ids
}

// path is where the collection lies in a folder.
func (c *Collection) path(dir string) string { return filepath.Join(dir, c.Name+".ndjson") }

// verify says whether the file at path is the collection.
func (c *Collection) verify(path string) error {
	got, err := checksum(path)
	if err != nil {
		return err
	}
	if got != c.SHA256 {
		return fmt.Errorf("%s has SHA-256 %s, want %s", path, got, c.SHA256)
	}
	return nil
}

func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Identify returns the name of the collection that the file at path is, whatever the file is called; "" if it is none.
func Identify(path string) (string, error) {
	sum, err := checksum(path)
	if err != nil {
		return "", err
	}
	for _, c := range Collections() {
		if c.SHA256 == sum {
			return c.Name, nil
		}
	}
	return "", nil
}

// Credit is what has to stand where drawings of the data set are shown.
const Credit = "From Google's Quick, Draw! data set, © Google, licensed CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)."

// Load reads the collections that Fetch brought into dir, and verifies them. errors.Is(err, fs.ErrNotExist) holds if none of
// them is there: nobody has fetched them. One without the other is what a Fetch that was cut short leaves.
func Load(dir string) (garments, others []sketch.Drawing, err error) {
	if err := cutShort(dir); err != nil {
		return nil, nil, err
	}
	into := map[string]*[]sketch.Drawing{"garments": &garments, "others": &others}
	for _, c := range Collections() {
		path := c.path(dir)
		if err := c.verify(path); err != nil {
			return nil, nil, fmt.Errorf("quickdraw: %w; run make data", err)
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, nil, fmt.Errorf("quickdraw: %w", err)
		}
		*into[c.Name], err = sketch.ParseNDJSON(f)
		f.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("quickdraw: %s: %w", path, err)
		}
	}
	return garments, others, nil
}

// cutShort says which collection is missing in dir where another is there.
func cutShort(dir string) error {
	var there, missing []string
	for _, c := range Collections() {
		if _, err := os.Stat(c.path(dir)); errors.Is(err, fs.ErrNotExist) {
			missing = append(missing, c.path(dir))
		} else {
			there = append(there, c.path(dir))
		}
	}
	if len(there) == 0 || len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("quickdraw: %s is missing, though %s is there: fetching them was cut short; run make data, which goes on from there",
		strings.Join(missing, ", "), strings.Join(there, ", "))
}

// arrange puts drawings into the collection's order, with its labels.
func (c *Collection) arrange(found map[string]sketch.Drawing) ([]sketch.Drawing, error) {
	all := make([]sketch.Drawing, 0, c.Len())
	for _, g := range c.Groups {
		for _, id := range g.KeyIDs {
			d, ok := found[id]
			if !ok {
				return nil, fmt.Errorf("the drawing %s of %q is missing", id, g.Word)
			}
			d.Label = g.Class()
			all = append(all, d)
		}
	}
	return all, nil
}
