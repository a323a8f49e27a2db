package garment

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/random"
	"croquis/internal/sketch"
)

const perFamily = 60

func drawing(f Family, i int) []sketch.Stroke {
	c := random.NewStream(5, f.Name, 0).At(uint64(i))
	return f.Draw(&c)
}

func TestFamilies(t *testing.T) {
	names, classes := map[string]bool{}, map[int]map[string]bool{}
	for _, f := range Families() {
		if names[f.Name] {
			t.Errorf("two families are called %s", f.Name)
		}
		names[f.Name] = true
		class, _, ok := strings.Cut(f.Name, "/")
		if !ok || f.Label < 0 || f.Label > 9 {
			t.Errorf("family %q has label %d", f.Name, f.Label)
		}
		if classes[f.Label] == nil {
			classes[f.Label] = map[string]bool{}
		}
		classes[f.Label][class] = true
	}
	if len(classes) != 10 {
		t.Errorf("%d classes, want ten", len(classes))
	}
	for label, words := range classes {
		n := 0
		for _, f := range Families() {
			if f.Label == label {
				n++
			}
		}
		// Two can be left out of four, and the class is still learned from more than one.
		if len(words) != 1 || n < 4 {
			t.Errorf("label %d goes by %v and has %d families, want one name and at least 4", label, words, n)
		}
	}
}

// Networks were trained by this split: a family must not change sides unnoticed.
func TestHeldOut(t *testing.T) {
	var out []string
	for _, f := range HeldOut() {
		out = append(out, f.Name)
	}
	if diff := cmp.Diff([]string{"dress/wrap", "dress/tiered", "shirt/checked", "shirt/open collar"}, out); diff != "" {
		t.Errorf("held out (-want +got):\n%s", diff)
	}
	var both, all []string
	for _, f := range append(Learnt(), HeldOut()...) {
		both = append(both, f.Name)
	}
	for _, f := range Families() {
		all = append(all, f.Name)
	}
	slices.Sort(both)
	slices.Sort(all)
	if diff := cmp.Diff(all, both); diff != "" {
		t.Errorf("learnt and held out together are not all families (-want +got):\n%s", diff)
	}
}

// What is drawn fills 0 to 255, is a picture, is the same for the same numbers and another for others.
func TestDraw(t *testing.T) {
	pixels := make([]uint8, sketch.Side*sketch.Side)
	for _, f := range Families() {
		seen := map[string]bool{}
		for i := range perFamily {
			d := drawing(f, i)
			if diff := cmp.Diff(d, drawing(f, i)); diff != "" {
				t.Fatalf("%s %d is not always the same:\n%s", f.Name, i, diff)
			}
			box, points, err := sketch.Bounds(d)
			if err != nil {
				t.Fatalf("%s %d: %v", f.Name, i, err)
			}
			if box.MinX < 0 || box.MinY < 0 || box.MaxX > 255 || box.MaxY > 255 || box.Extent() < 250 {
				t.Errorf("%s %d lies in %v, want it to span 0 to 255", f.Name, i, box)
			}
			// Quick, Draw!'s garments have 10 to 100 points after simplification; ours may keep all.
			if points < 8 || points > 1500 || len(d) > 60 {
				t.Errorf("%s %d has %d points in %d strokes", f.Name, i, points, len(d))
			}
			blank, err := sketch.Rasterize(d, sketch.Default, pixels)
			if err != nil || blank {
				t.Fatalf("%s %d: blank %v, %v", f.Name, i, blank, err)
			}
			ink := 0
			for _, v := range pixels {
				if v > 100 {
					ink++
				}
			}
			// An outline of clothing covers a tenth of the frame and more, a filled one less than all of it.
			if share := float64(ink) / float64(len(pixels)); share < 0.05 || share > 0.97 {
				t.Errorf("%s %d covers %.0f %% of the frame", f.Name, i, 100*share)
			}
			seen[string(pixels)] = true
		}
		if len(seen) != perFamily {
			t.Errorf("%s: %d different pictures of %d", f.Name, len(seen), perFamily)
		}
	}
}

// A class keeps its proportions through all variation: they are much of what tells the classes apart. Bounds are of the
// middle drawing's height by its width. In the collection garments.ndjson of Quick, Draw!'s drawings that is 0.80 for
// T-shirts, 1.19 for trousers, 0.68 for sweaters, 0.71 for jackets, 0.53 for shoes, 1.06 for purses, 0.74 for boots.
func TestProportions(t *testing.T) {
	bounds := [10][2]float64{{0.6, 1.6}, {1.1, 2.2}, {0.5, 1.1}, {0.9, 3}, {0.55, 1.2}, {0.3, 1}, {0.55, 1}, {0.35, 0.6}, {0.35, 1.7}, {0.65, 1.2}}
	for _, f := range Families() {
		var ratios []float64
		for i := range perFamily {
			b, _, err := sketch.Bounds(drawing(f, i))
			if err != nil {
				t.Fatal(err)
			}
			ratios = append(ratios, float64(b.MaxY-b.MinY)/float64(b.MaxX-b.MinX))
		}
		slices.Sort(ratios)
		if middle := ratios[perFamily/2]; middle < bounds[f.Label][0] || middle > bounds[f.Label][1] {
			t.Errorf("%s: height by width is %.2f, want %v", f.Name, middle, bounds[f.Label])
		}
	}
}

// Shoes are drawn facing either way: the mass of their upper half lies on either side.
func TestShoesFaceEitherWay(t *testing.T) {
	pixels := make([]uint8, sketch.Side*sketch.Side)
	for _, f := range Families() {
		if f.Label != 9 && f.Label != 7 {
			continue
		}
		left := 0
		for i := range perFamily {
			if _, err := sketch.Rasterize(drawing(f, i), sketch.Default, pixels); err != nil {
				t.Fatal(err)
			}
			moment := 0
			for at, v := range pixels[:sketch.Side*sketch.Side/2] {
				moment += int(v) * (2*(at%sketch.Side) - sketch.Side + 1)
			}
			if moment < 0 {
				left++
			}
		}
		if left < perFamily/5 || left > perFamily*4/5 {
			t.Errorf("%s: %d of %d face one way", f.Name, left, perFamily)
		}
	}
}
