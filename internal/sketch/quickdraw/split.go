package quickdraw

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"croquis/internal/sketch"
)

// What a model file's training notes say of the drawings by people that a network has seen, so that nothing is measured on
// them as if they were new to it. The trainer writes these, the evaluator reads them.
const (
	// NoteDrawings is the note whose value is the name of the collection of garments that was trained with, as [Identify]
	// returns it.
	NoteDrawings = "drawings"
	// NoteFold is the note that says which of these drawings were left out: those of a fold of [Folds], as [Fold] writes it.
	NoteFold = "fold left out"
	// NoteOthers is the note that is ExposedHalf if drawings of other things were trained with: those of [Exposed] words.
	NoteOthers  = "others"
	ExposedHalf = "exposed half"
)

// Exposed says whether drawings of a word of other things may be trained with, to be unsure about them (outlier exposure).
// Drawings of the others are never trained with: a network that is unsure of things it has never met is what is asked for.
//
// Of the words of the collection in alphabetical order it is every other one, from the first on: 81 of 162. Nothing that was
// measured is in the rule. A word that is not in the collection is never trained with, so that whoever brings drawings of
// such a word can test with all of them.
func Exposed(word string) bool {
	i, listed := slices.BinarySearch(otherWords(), word)
	return listed && i%2 == 0
}

// otherWords are the words of the collection of other things, sorted.
var otherWords = sync.OnceValue(func() (words []string) {
	for _, c := range Collections() {
		if c.Name != "others" {
			continue
		}
		for _, g := range c.Groups {
			words = append(words, g.Word)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
})

// Fold is the note of a network that has not seen fold k of n.
func Fold(k, n int) string { return fmt.Sprintf("%d of %d", k, n) }

// ParseFold reads what Fold wrote.
func ParseFold(note string) (k, n int, err error) {
	if _, err := fmt.Sscanf(note, "%d of %d", &k, &n); err != nil || Fold(k, n) != note || k < 1 || k > n {
		return 0, 0, fmt.Errorf("quickdraw: the fold is %q, expected one like %q", note, Fold(2, 5))
	}
	return k, n, nil
}

// Folds deals drawings into k folds, numbered from 1: those of each class in the order of the SHA-256 of their key_ids,
// one to a fold in turn. Neither the order of the drawings nor a seed matters.
func Folds(drawings []sketch.Drawing, k int) []int {
	type card struct {
		at  int
		sum string
	}
	byLabel := map[int][]card{}
	for i, d := range drawings {
		sum := sha256.Sum256([]byte(d.KeyID))
		byLabel[d.Label] = append(byLabel[d.Label], card{i, hex.EncodeToString(sum[:])})
	}
	folds := make([]int, len(drawings))
	for _, cards := range byLabel {
		slices.SortFunc(cards, func(a, b card) int { return cmp.Compare(a.sum, b.sum) })
		for n, c := range cards {
			folds[c.at] = n%k + 1
		}
	}
	return folds
}
