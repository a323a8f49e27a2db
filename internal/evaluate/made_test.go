package evaluate

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"

	"croquis/internal/metrics"
	"croquis/internal/random"
	"croquis/internal/sketch"
	"croquis/internal/sketch/garment"
)

// best is the class that the arithmetic by hand finds, and its probability at a temperature.
func (c *nearestMean) best(pixels []uint8, temperature float64) (class int, sure float64) {
	z := c.logits(pixels)
	top, sum := slices.Max(z[:]), 0.0
	for _, v := range z {
		sum += math.Exp((v - top) / temperature)
	}
	return slices.Index(z[:], top), 1 / sum
}

func TestGeneratedAgainstArithmeticByHand(t *testing.T) {
	_, train, _ := data(t)
	f, c := network(t, train, "softmax", nil)
	const n = 20
	r, err := Run(f, Options{Drawings: file(t, garments), Generated: n, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	g := r.Generated
	hits, unsure, wrong := map[string]int{}, 0, map[string]map[int]int{}
	pixels := make([]uint8, size)
	var names []string
	for _, family := range garment.HeldOut() {
		names = append(names, family.Name)
		wrong[family.Name] = map[int]int{}
		for i := range n {
			cursor := random.NewStream(1, "held out "+family.Name, 0).At(uint64(i))
			if _, err := sketch.Rasterize(family.Draw(&cursor), sketch.Default, pixels); err != nil {
				t.Fatal(err)
			}
			class, sure := c.best(pixels, 2)
			if class == family.Label {
				hits[family.Name]++
			} else {
				wrong[family.Name][class]++
			}
			if sure < 0.4 {
				unsure++
			}
		}
	}
	if g.N != n*len(names) || len(g.PerFamily) != len(names) || len(g.PerClass) != 2 {
		t.Fatalf("%d drawings, %d families, %d classes; want %d, %d and 2", g.N, len(g.PerFamily), len(g.PerClass), n*len(names), len(names))
	}
	if math.Abs(g.Unsure-float64(unsure)/float64(g.N)) > 1e-9 {
		t.Errorf("a share of %v is called not sure, want %d of %d", g.Unsure, unsure, g.N)
	}
	byClass := map[string]int{}
	for i, family := range g.PerFamily {
		k := hits[names[i]]
		if family.Name != names[i] || family.N != n || family.Recall != float64(k)/n || family.Interval != metrics.Wilson(k, n) {
			t.Errorf("%+v, want %d of %d of %s", family, k, n, names[i])
		}
		most := 0
		for _, count := range wrong[names[i]] {
			most = max(most, count)
		}
		if said := slices.Index(f.Labels, family.Mistaken); most > 0 && wrong[names[i]][said] != most {
			t.Errorf("%s: taken for %s most often, want what it is taken for %d times: %v", family.Name, family.Mistaken, most, wrong[names[i]])
		}
		byClass[family.Label] += k
	}
	var mean float64
	for _, class := range g.PerClass {
		k := byClass[class.Name]
		if class.N != 2*n || class.Recall != float64(k)/float64(class.N) || class.Interval != metrics.Wilson(k, class.N) {
			t.Errorf("%+v, want %d of %d", class, k, 2*n)
		}
		mean += class.Recall / 2
	}
	near(t, "macro recall", g.MacroRecall, mean)
	near(t, "top 1", g.Top1, mean) // as many drawings of each class
}

func TestScribblesAgainstArithmeticByHand(t *testing.T) {
	_, train, _ := data(t)
	f, c := network(t, train, "softmax", nil)
	r, err := Run(f, Options{Drawings: file(t, garments), Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	s := r.Scribbles
	n, answered, highest := 0, 0, 0.0
	for i, k := range nothings {
		pixels, err := k.pictures()
		if err != nil {
			t.Fatal(err)
		}
		mine, top, as := 0, 0.0, ""
		for at := 0; at < len(pixels); at += size {
			class, sure := c.best(pixels[at:at+size], 2)
			if sure >= 0.4 {
				mine++
			}
			if sure > top {
				top, as = sure, f.Labels[class]
			}
		}
		got := s.Kinds[i]
		near(t, k.kind+": highest", got.Highest, top)
		near(t, k.kind+": answered", got.Answered, float64(mine)/float64(k.n))
		if got.Kind != k.kind || got.N != k.n || got.As != as {
			t.Errorf("%+v, want %d of %s, surest of %s", got, k.n, k.kind, as)
		}
		n, answered, highest = n+k.n, answered+mine, max(highest, top)
	}
	near(t, "answered", s.Answered, float64(answered)/float64(n))
	near(t, "highest", s.Highest, highest)
	if s.N != n {
		t.Errorf("%d pictures, want %d", s.N, n)
	}
}

// The pictures of nothing stay the same, so that figures of different days can be compared, and differ among themselves.
func TestNothingStays(t *testing.T) {
	h := sha256.New()
	for _, k := range nothings {
		pixels, err := k.pictures()
		if err != nil {
			t.Fatal(err)
		}
		h.Write(pixels)
		seen, ink := map[string]bool{}, false
		for at := 0; at < len(pixels); at += size {
			seen[string(pixels[at:at+size])] = true
			ink = ink || slices.Max(pixels[at:at+size]) > 0
		}
		if blank := k.kind == "blank sheet"; ink == blank || len(seen) < k.n*9/10 {
			t.Errorf("%s: ink %v, %d different pictures of %d", k.kind, ink, len(seen), k.n)
		}
	}
	if got := hex.EncodeToString(h.Sum(nil)[:8]); got != "ce48be58d772a2d7" {
		t.Errorf("the pictures' digest is %s, want ce48be58d772a2d7", got)
	}
}

func TestCorruptionsAgainstArithmeticByHand(t *testing.T) {
	_, train, test := data(t)
	_, c := network(t, train, "softmax", nil)
	_, r, _ := kept(t)
	top1 := map[string]float64{}
	var mean float64
	for _, k := range r.Corruptions.Kinds {
		top1[k.Name] = k.Top1
		mean += k.Top1
	}
	if len(top1) != 15 || r.Corruptions.N != 10000 {
		t.Fatalf("%d ways of spoiling %d photos, want 15 and 10000", len(top1), r.Corruptions.N)
	}
	near(t, "mean", r.Corruptions.Mean, mean/15)
	turned := make([]uint8, size)
	hits := map[string]int{}
	for i := range test.Len() {
		in := test.Pixels(i)
		for name, from := range map[string]func(at int) uint8{
			"inverse": func(at int) uint8 { return 255 - in[at] },
			"flip":    func(at int) uint8 { return in[at/28*28+27-at%28] },
		} {
			for at := range turned {
				turned[at] = from(at)
			}
			if class, _ := c.best(turned, 1); class == test.Label(i) {
				hits[name]++
			}
		}
	}
	for name, k := range hits {
		// Two photos may lie on the fence between classes, where float32 and float64 disagree.
		if math.Abs(top1[name]-float64(k)/10000) > 2e-4 {
			t.Errorf("%s: %v are named correctly, want %v", name, top1[name], float64(k)/10000)
		}
	}
	text, card, report := tell(t, r)
	for name, s := range map[string]string{"tables": text, "card": card, "report": report} {
		for _, want := range []string{"Spoiled photos: 10,000, 15 ways", "shot noise", "Nothing: 417 pictures"} {
			if !strings.Contains(s, want) {
				t.Errorf("the %s lack %q", name, want)
			}
		}
	}
	if !strings.Contains(card, "cannot be compared with figures on its files") {
		t.Error("the card does not say that these are not Fashion-MNIST-C's files")
	}
}
