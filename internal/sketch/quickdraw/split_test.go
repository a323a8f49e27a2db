package quickdraw

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"croquis/internal/sketch"
)

// The halves are as they were written down, for ever: a network's training depends on them.
func TestExposed(t *testing.T) {
	for word, want := range map[string]bool{
		"The Eiffel Tower": true, "The Mona Lisa": false, "airplane": true, "ambulance": false, "wine bottle": true, "yoga": false,
		// Words that the collection has not, before, among and behind those that it has.
		"": false, "aardvark": false, "tree": false, "zebra": false, "Yoga": false,
	} {
		if got := Exposed(word); got != want {
			t.Errorf("Exposed(%q) is %v, want %v", word, got, want)
		}
	}
	words, exposed := 0, 0
	for _, c := range Collections() {
		for _, g := range c.Groups {
			if g.Label != nil {
				continue
			}
			words++
			if Exposed(g.Word) {
				exposed++
			}
		}
	}
	if words != 162 || exposed != 81 {
		t.Errorf("%d of %d words are exposed, want 81 of 162", exposed, words)
	}
}

// Folds hold equal shares of every class and depend on nothing but the key_ids.
func TestFolds(t *testing.T) {
	var drawings []sketch.Drawing
	for label, n := range map[int]int{0: 50, 1: 40, 9: 10} {
		for i := range n {
			drawings = append(drawings, sketch.Drawing{KeyID: fmt.Sprint(label, "-", i), Label: label})
		}
	}
	folds := Folds(drawings, 5)
	count := map[[2]int]int{}
	byKey := map[string]int{}
	for i, d := range drawings {
		count[[2]int{d.Label, folds[i]}]++
		byKey[d.KeyID] = folds[i]
	}
	if len(count) != 15 {
		t.Errorf("%d shares, want each of 5 folds to have all 3 classes", len(count))
	}
	for key, n := range count {
		if want := map[int]int{0: 10, 1: 8, 9: 2}[key[0]]; n != want {
			t.Errorf("fold %d has %d drawings of class %d, want %d", key[1], n, key[0], want)
		}
	}
	slices.Reverse(drawings)
	for i, fold := range Folds(drawings, 5) {
		if byKey[drawings[i].KeyID] != fold {
			t.Fatalf("drawing %s changes its fold with the order of the drawings", drawings[i].KeyID)
		}
	}
}

func TestFoldNote(t *testing.T) {
	if k, n, err := ParseFold(Fold(2, 5)); k != 2 || n != 5 || err != nil {
		t.Errorf("fold 2 of 5 is read as %d of %d (%v)", k, n, err)
	}
	for _, note := range []string{"", "2", "0 of 5", "6 of 5", "2 of 5 ", "02 of 5", "two of five", "-1 of 5"} {
		if k, n, err := ParseFold(note); err == nil || !strings.Contains(err.Error(), `expected one like "2 of 5"`) {
			t.Errorf("%q is read as %d of %d (%v)", note, k, n, err)
		}
	}
}
