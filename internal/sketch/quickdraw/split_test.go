package quickdraw

import "testing"

// The halves are as they were written down, for ever: a network's training depends on them.
func TestExposed(t *testing.T) {
	for word, want := range map[string]bool{
		"The Eiffel Tower": true, "The Mona Lisa": false, "airplane": true, "ambulance": false, "wine bottle": true, "yoga": false,
		// FNV-1a of these is 0xe40c292c and 0xbf9cf968, by the authors' tables; of the third 0xe70c2de5.
		"a": true, "foobar": true, "b": false,
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
