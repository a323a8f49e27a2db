package quickdraw

import (
	"slices"
	"sync"
)

// What a model file's training notes say of the drawings by people that a network has seen, so that nothing is measured on
// them as if they were new to it. The trainer writes these, the evaluator reads them.
const (
	// NoteDrawings is the note whose value is the name of the collection of garments that was trained with, as [Identify]
	// returns it.
	NoteDrawings = "drawings"
	// NoteOthers is the note that is ExposedHalf if drawings of other things were trained with: those of [Exposed] words.
	NoteOthers  = "others"
	ExposedHalf = "exposed half"
)

// Exposed says whether drawings of a word of other things may be trained with, to be unsure about them (outlier exposure).
// Drawings of the others are for tests alone: a network that is unsure of things it has never met is what is asked for.
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
