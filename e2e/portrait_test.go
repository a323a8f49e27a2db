package e2e

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"croquis/internal/site/portrait"
)

// The README's pictures are of the page's size, one on light paper and one on dark.
func TestPortrait(t *testing.T) {
	t.Parallel()
	p := open(t, setup{})
	dir := t.TempDir()
	if err := portrait.Take(t.Context(), p.server.URL+"/", dir); err != nil {
		t.Fatal(err)
	}
	var paper []uint32 // in the middle of the sheet's upper edge
	for _, scheme := range portrait.Schemes {
		f, err := os.Open(filepath.Join(dir, "page-"+scheme+".png"))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		if size := picture.Bounds().Size(); size.X != portrait.Width || size.Y != portrait.Height {
			t.Errorf("%s is %v", scheme, size)
		}
		r, _, _, _ := picture.At(portrait.Width/4, 150).RGBA()
		paper = append(paper, r)
	}
	if paper[0] < 0xf000 || paper[1] > 0x4000 {
		t.Errorf("the papers are %#x bright, want a light and a dark one", paper)
	}
}
