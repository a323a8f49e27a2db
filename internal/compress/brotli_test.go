package compress

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// What is compressed comes back, and taking time makes it smaller.
func TestBrotli(t *testing.T) {
	var text strings.Builder
	for i := range 5000 {
		text.WriteString(strings.Repeat("what is sent ", i%7) + string(rune('a'+i*i%23)))
	}
	b := []byte(text.String())
	best, err := Brotli(b, false)
	if err != nil {
		t.Fatal(err)
	}
	quick, err := Brotli(b, true)
	if err != nil {
		t.Fatal(err)
	}
	for name, br := range map[string][]byte{"best": best, "quick": quick} {
		if got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(br))); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: %d bytes come back as %d, %v", name, len(b), len(got), err)
		}
	}
	if len(best) >= len(quick) {
		t.Errorf("%d bytes at leisure, %d in a hurry: want fewer", len(best), len(quick))
	}
}
