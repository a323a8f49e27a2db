package gallery

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/fashion"
	"croquis/internal/sketch"
	"croquis/internal/sketch/garment"
)

// committed is where the page's files are.
const committed = "../../web/pictures/"

func testSet(t *testing.T) *fashion.Set {
	t.Helper()
	dir, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	set, err := fashion.LoadTest(dir)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestPhotosAreTheFirstOfTheirClass(t *testing.T) {
	set := testSet(t)
	chosen, err := Photos(set)
	if err != nil || len(chosen) != PhotosPerClass*Classes {
		t.Fatalf("%d photos, %v", len(chosen), err)
	}
	for k, i := range chosen {
		class := k / PhotosPerClass
		if set.Label(i) != class {
			t.Errorf("photo %d is of class %d, want %d", k, set.Label(i), class)
		}
		before := 0
		for j := range i {
			if set.Label(j) == class {
				before++
			}
		}
		if before != k%PhotosPerClass {
			t.Errorf("photo %d has %d of its class before it in the set, want %d", k, before, k%PhotosPerClass)
		}
	}
	if _, err := Photos(set.Slice(0, 50)); err == nil || !strings.Contains(err.Error(), "photos of the class") {
		t.Errorf("of fifty photos: %v", err)
	}
}

// The page's sprite is what the command makes, to the pixel; how Go packs them may change with its version.
func TestTheCommittedPhotosAreTheSets(t *testing.T) {
	set := testSet(t)
	chosen, err := Photos(set)
	if err != nil {
		t.Fatal(err)
	}
	var made bytes.Buffer
	if err := WritePhotos(&made, set); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(committed + "photos.png")
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"made": made.Bytes(), "committed": kept} {
		picture, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		grey, ok := picture.(*image.Gray)
		if !ok || grey.Rect != image.Rect(0, 0, 28*PhotosPerClass, 28*Classes) {
			t.Fatalf("%s: %T of %v, want grey, 168 by 280", name, picture, picture.Bounds())
		}
		for k, i := range chosen {
			x, y := k%PhotosPerClass*28, k/PhotosPerClass*28
			for at, want := range set.Pixels(i) {
				if got := grey.GrayAt(x+at%28, y+at/28).Y; got != want {
					t.Fatalf("%s: photo %d, pixel %d is %d, want %d: run make gallery", name, k, at, got, want)
				}
			}
		}
	}
}

func TestTheCommittedDrawingsAreTheGenerators(t *testing.T) {
	var made bytes.Buffer
	if err := WriteDrawings(&made); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(committed + "drawings.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), made.String()); diff != "" {
		t.Errorf("drawings.json is not what make gallery makes (-committed +made):\n%s", diff)
	}
}

// Every class has its drawings, each is a picture on the sheet, and the families held out from training are among them.
func TestDrawings(t *testing.T) {
	var b bytes.Buffer
	if err := WriteDrawings(&b); err != nil {
		t.Fatal(err)
	}
	var all []Drawing
	if err := json.Unmarshal(b.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	families := map[string]int{}
	var of [Classes]int
	pixels := make([]uint8, sketch.Side*sketch.Side)
	for _, d := range all {
		families[d.Family]++
		of[d.Label]++
		var strokes []sketch.Stroke
		for _, flat := range d.Strokes {
			if len(flat) == 0 || len(flat)%2 != 0 {
				t.Fatalf("%s: a stroke of %d coordinates", d.Family, len(flat))
			}
			var s sketch.Stroke
			for i := 0; i < len(flat); i += 2 {
				s = append(s, sketch.Point{X: float32(flat[i]), Y: float32(flat[i+1])})
			}
			strokes = append(strokes, s)
		}
		box, _, err := sketch.Bounds(strokes)
		if err != nil || box.MinX < margin || box.MinY < margin || box.MaxX > side-margin || box.MaxY > side-margin {
			t.Errorf("%s lies at %v (%v), want it between %d and %d", d.Family, box, err, margin, side-margin)
		}
		if extent := box.Extent(); extent < side-2*margin-1 {
			t.Errorf("%s is %v large, want %d", d.Family, extent, side-2*margin)
		}
		if blank, err := sketch.Rasterize(strokes, sketch.Default, pixels); blank || err != nil {
			t.Errorf("%s: blank %v, %v", d.Family, blank, err)
		}
	}
	for label, n := range of {
		if n != DrawingsPerClass {
			t.Errorf("%d drawings of the class %s, want %d", n, fashion.Labels[label], DrawingsPerClass)
		}
	}
	if len(families) != len(all) {
		t.Errorf("%d drawings of %d families, want another family each", len(all), len(families))
	}
	for _, f := range garment.HeldOut() {
		if families[f.Name] == 0 {
			t.Errorf("no drawing of %s, which no network has learned", f.Name)
		}
	}
}
