package quickdraw

import "testing"

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
