package train

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"croquis/internal/fashion"
	"croquis/internal/sketch"
	"croquis/internal/sketch/augment"
	"croquis/internal/sketch/garment"
	"croquis/internal/sketch/render"
)

// someDrawings are boxes of two classes and one of something else.
func someDrawings() []sketch.Drawing {
	box := []sketch.Stroke{{{X: 0, Y: 0}, {X: 100, Y: 0}, {X: 100, Y: 140}, {X: 0, Y: 140}, {X: 0, Y: 0}}, {{X: 20, Y: 20}, {X: 50, Y: 40}}}
	return []sketch.Drawing{{KeyID: "1", Word: "pants", Label: 1, Strokes: box}, {KeyID: "2", Word: "purse", Label: 8, Strokes: box[:1]},
		{KeyID: "3", Word: "cat", Label: sketch.NoLabel, Strokes: box[1:]}}
}

// somePhotos are six bright boxes, of classes 0 to 5.
func somePhotos(t *testing.T) *fashion.Set {
	pixels, labels := make([]uint8, 6*fashion.Pixels), []uint8{0, 1, 2, 3, 4, 5}
	for i := range labels {
		for y := 4; y < 24; y++ {
			for x := 8 - i; x < 18+i; x++ {
				pixels[i*fashion.Pixels+y*fashion.Width+x] = 180
			}
		}
	}
	set, err := fashion.NewSet(pixels, labels)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func mustDrawings(t *testing.T, seed uint64, ds []sketch.Drawing, a *augment.Options) *Drawings {
	t.Helper()
	s, err := NewDrawings(seed, ds, a)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// example is what a source gives, into slices full of something else.
func example(s Source, epoch, i int) (string, [Classes]float32) {
	pixels, target := make([]uint8, sketch.Side*sketch.Side), [Classes]float32{}
	for k := range pixels {
		pixels[k] = 99
	}
	for k := range target {
		target[k] = 99
	}
	s.Example(epoch, i, pixels, target[:])
	return string(pixels), target
}

func TestDrawingSources(t *testing.T) {
	set := somePhotos(t)
	sources := map[string]struct {
		make  func(seed uint64) Source
		label func(s Source, epoch, i int) int
		fresh bool // other pictures in every epoch
	}{
		"drawings":           {func(seed uint64) Source { return mustDrawings(t, seed, someDrawings(), nil) }, func(_ Source, _, i int) int { return someDrawings()[i].Label }, false},
		"drawings augmented": {func(seed uint64) Source { return mustDrawings(t, seed, someDrawings(), &augment.Default) }, func(_ Source, _, i int) int { return someDrawings()[i].Label }, true},
		"garments":           {func(seed uint64) Source { return NewGarments(seed, 50, garment.Families(), nil) }, func(s Source, e, i int) int { return s.(*Garments).Family(e, i).Label }, true},
		"garments augmented": {func(seed uint64) Source { return NewGarments(seed, 50, garment.Families(), &augment.Default) }, func(s Source, e, i int) int { return s.(*Garments).Family(e, i).Label }, true},
		"renderings":         {func(seed uint64) Source { return NewRenderings(seed, set, []int{5, 0, 3}, nil) }, func(_ Source, _, i int) int { return []int{5, 0, 3}[i] }, true},
	}
	for name, c := range sources {
		t.Run(name, func(t *testing.T) {
			s, same, other := c.make(1), c.make(1), c.make(2)
			if s.Fingerprint() != same.Fingerprint() || c.fresh && s.Fingerprint() == other.Fingerprint() {
				t.Errorf("fingerprints %s, %s, and of another seed %s", s.Fingerprint(), same.Fingerprint(), other.Fingerprint())
			}
			moved := 0
			for i := range s.Len() {
				pixels, target := example(s, 3, i)
				sum := float32(0)
				for _, v := range target {
					sum += v
				}
				label := c.label(s, 3, i)
				if math.Abs(float64(sum)-1) > 1e-6 || label >= 0 && target[label] != 1 || label < 0 && target[0] != 0.1 {
					t.Errorf("example %d of class %d has target %v", i, label, target)
				}
				if strings.Trim(pixels, "\x00") == "" {
					t.Errorf("example %d is blank", i)
				}
				if again, _ := example(same, 3, i); again != pixels {
					t.Errorf("example %d is not always the same", i)
				}
				if next, _ := example(s, 4, i); next != pixels {
					moved++
				}
			}
			if c.fresh && moved < s.Len()*9/10 || !c.fresh && moved > 0 {
				t.Errorf("%d of %d examples are others in the next epoch", moved, s.Len())
			}
			// From many goroutines as from one.
			var wg sync.WaitGroup
			for i := range min(s.Len(), 8) {
				want, _ := example(same, 0, i)
				wg.Go(func() {
					if got, _ := example(s, 0, i); got != want {
						t.Errorf("example %d differs among goroutines", i)
					}
				})
			}
			wg.Wait()
		})
	}
}

// Every class has the same share, every family of a class too, and families left out never come.
func TestGarmentsShares(t *testing.T) {
	var some []garment.Family
	for _, f := range garment.Families() {
		if f.Name != "dress/wrap" && f.Label != 0 {
			some = append(some, f)
		}
	}
	g := NewGarments(1, 9*36, some, nil)
	classes, families := map[int]int{}, map[string]int{}
	for epoch := range 2 {
		for i := range g.Len() {
			f := g.Family(epoch, i)
			classes[f.Label]++
			families[f.Name]++
		}
	}
	if len(classes) != 9 || len(families) != len(some) {
		t.Errorf("%d classes and %d families, want 9 and %d", len(classes), len(families), len(some))
	}
	for label, n := range classes {
		if n != 72 {
			t.Errorf("class %d came %d times, want 72", label, n)
		}
	}
	if families["dress/wrap"] != 0 || families["dress/sheath"] != 9 {
		t.Errorf("the family left out came %d times, another dress %d, want 0 and 9", families["dress/wrap"], families["dress/sheath"])
	}
}

// A class that nobody draws comes turnsOfScarce times as often as another, and still has all its families alike.
func TestGarmentsScarce(t *testing.T) {
	const rounds = 70 // a multiple of the number of families of a class that is counted below
	families := garment.Families()
	g := NewGarments(1, rounds*(Classes+2*(turnsOfScarce-1)), families, nil, 3, 6)
	classes, shirts := map[int]int{}, map[string]int{}
	for i := range g.Len() {
		f := g.Family(0, i)
		classes[f.Label]++
		if f.Label == 6 {
			shirts[f.Name]++
		}
	}
	for label, n := range classes {
		want := rounds
		if label == 3 || label == 6 {
			want = turnsOfScarce * rounds
		}
		if n != want {
			t.Errorf("class %d came %d times, want %d", label, n, want)
		}
	}
	for name, n := range shirts {
		if want := turnsOfScarce * rounds / len(shirts); n != want {
			t.Errorf("%s came %d times, want %d", name, n, want)
		}
	}
	if len(shirts) < 10 {
		t.Errorf("only %d families of shirts came", len(shirts))
	}
}

func TestRenderingsKinds(t *testing.T) {
	set := somePhotos(t)
	s := NewRenderings(1, set, nil, []render.Kind{render.Silhouette})
	for i := range s.Len() {
		pixels, _ := example(s, 0, i)
		if pixels[14*sketch.Side+14] < 60 {
			t.Errorf("the silhouette %d has %d in its middle", i, pixels[14*sketch.Side+14])
		}
	}
	if a, b := s.Fingerprint(), NewRenderings(1, set, nil, nil).Fingerprint(); a == b {
		t.Error("the fingerprint does not tell the kinds")
	}
}

func TestNewDrawingsErrors(t *testing.T) {
	line := []sketch.Stroke{{{X: 0, Y: 0}, {X: 1, Y: 1}}}
	for want, d := range map[string]sketch.Drawing{
		`"cat", key_id 7) is blank`:  {Word: "cat", KeyID: "7", Strokes: []sketch.Stroke{{{X: 1, Y: 1}}}},
		"has label 10, want 0 to 9":  {Label: 10, Strokes: line},
		"has label -2, want":         {Label: -2, Strokes: line},
		"stroke 0, point 0 is (1e+0": {Strokes: []sketch.Stroke{{{X: 1e9, Y: 1}, {X: 1, Y: 1}}}},
	} {
		if _, err := NewDrawings(1, append(someDrawings(), d), nil); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "drawing 3") {
			t.Errorf("error %v, want one about drawing 3 with %q", err, want)
		}
	}
	for name, f := range map[string]func(){
		"no families": func() { NewGarments(1, 10, nil, nil) },
		"no examples": func() { NewGarments(1, 0, garment.Families(), nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestGallery(t *testing.T) {
	cells := Gallery(NewGarments(1, 100, garment.Families(), nil), 3)
	if len(cells) != 3*Classes {
		t.Fatalf("%d pictures, want 3 of each class", len(cells))
	}
	for i, c := range cells {
		want := ""
		if i%3 == 0 {
			want = fashion.Labels[i/3]
		}
		if c.Caption != want {
			t.Errorf("picture %d is called %q, want %q", i, c.Caption, want)
		}
	}
	if cells := Gallery(mustDrawings(t, 1, someDrawings()[:2], nil), 3); len(cells) != 2 || cells[1].Caption != "Bag" {
		t.Errorf("two drawings give %v", cells)
	}
	mixed := someDrawings() // trousers, a bag, a cat
	mixed = []sketch.Drawing{mixed[2], mixed[1], mixed[2], mixed[0]}
	var captions []string
	for _, c := range Gallery(mustDrawings(t, 1, mixed, nil), 3) {
		captions = append(captions, c.Caption)
	}
	if want := []string{"Trouser", "Bag", "none of them", ""}; !slices.Equal(captions, want) {
		t.Errorf("a cat, a bag, a cat and trousers are called %q, want %q", captions, want)
	}
	nameless := Gallery(NewScribbles(1, 5), 3)
	if len(nameless) != 3 || nameless[0].Caption != "none of them" || nameless[1].Caption != "" {
		t.Errorf("five scribbles give %v, want three that are none of the classes", nameless)
	}
}
