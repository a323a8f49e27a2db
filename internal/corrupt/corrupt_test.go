package corrupt

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/random"
)

// photo is a picture with all kinds of values and no symmetry: a light field with a dark hole, a spot and a ramp beside it.
func photo() []uint8 {
	p := make([]uint8, Pixels)
	for y := 4; y < 24; y++ {
		for x := 5; x < 19; x++ {
			p[y*Side+x] = uint8(60 + 5*x + 3*y)
		}
	}
	for y := 10; y < 14; y++ {
		for x := 8; x < 11; x++ {
			p[y*Side+x] = 0
		}
	}
	p[7*Side+22] = 255
	for y := 15; y < 25; y++ {
		p[y*Side+21] = uint8(20 * (y - 14))
	}
	return p
}

func cursor() *random.Cursor {
	c := random.NewStream(3, "test", 0).At(0)
	return &c
}

func total(p []uint8) (sum int) {
	for _, v := range p {
		sum += int(v)
	}
	return sum
}

func TestLight(t *testing.T) {
	in := photo()
	m := mean(in)
	for name, c := range map[string]struct {
		severity int
		want     func(v float64) float64
	}{
		"brightness": {2, func(v float64) float64 { return v + 51 }},
		"contrast":   {2, func(v float64) float64 { return m + (v-m)/2 }},
		"saturate":   {3, func(v float64) float64 { return 3 * v }},
		"inverse":    {1, func(v float64) float64 { return 255 - v }},
	} {
		out := make([]uint8, Pixels)
		named(t, name).Apply(in, out, c.severity, cursor())
		for i, v := range in {
			if want := math.Min(255, c.want(float64(v))); math.Abs(float64(out[i])-want) > 0.5000001 {
				t.Fatalf("%s makes %d of %d, want %v", name, out[i], v, want)
			}
		}
	}
}

func TestMoves(t *testing.T) {
	in, last := photo(), Side-1
	for name, at := range map[string]func(x, y int) (int, int){ // where a pixel goes
		"flip":        func(x, y int) (int, int) { return last - x, y },
		"upside down": func(x, y int) (int, int) { return x, last - y },
		"turn left":   func(x, y int) (int, int) { return y, last - x }, // the right edge becomes the top
		"turn right":  func(x, y int) (int, int) { return last - y, x }, // the top becomes the right edge
	} {
		out := make([]uint8, Pixels)
		named(t, name).Apply(in, out, 1, cursor())
		for i, v := range in {
			if x, y := at(i%Side, i/Side); out[y*Side+x] != v {
				t.Fatalf("%s: (%d, %d) is %d, want %d of (%d, %d)", name, x, y, out[y*Side+x], v, i%Side, i/Side)
			}
		}
	}
}

// dot is a picture of a dot of 2×2 pixels around the given corner of pixels, and find the centre of mass of one.
func dot(x, y int) []uint8 {
	p := make([]uint8, Pixels)
	for _, at := range []int{(y-1)*Side + x - 1, (y-1)*Side + x, y*Side + x - 1, y*Side + x} {
		p[at] = 200
	}
	return p
}

func find(p []uint8) (x, y float64) {
	var sum float64
	for i, v := range p {
		x, y, sum = x+float64(v)*float64(i%Side), y+float64(v)*float64(i/Side), sum+float64(v)
	}
	return x/sum + 0.5 - Side/2, y/sum + 0.5 - Side/2
}

// A dot goes where the map says, counted from the centre of the picture. Interpolation moves its mass by less than a tenth of a pixel.
func TestWarps(t *testing.T) {
	s, c := math.Sincos(30 * math.Pi / 180)
	for _, k := range []struct {
		name     string
		severity int
		x, y     float64 // where a dot 6 to the right and 4 down goes
		ofX, ofY float64 // and where with the other sign
	}{
		{name: "shear", severity: 2, x: 6 - 0.2*4, y: 4, ofX: 6 + 0.2*4, ofY: 4},
		{name: "scale", severity: 3, x: 6 * 0.7, y: 4 * 0.7, ofX: 6 * 0.7, ofY: 4 * 0.7},
		{name: "rotate", severity: 3, x: 6*c - 4*s, y: 6*s + 4*c, ofX: 6*c + 4*s, ofY: -6*s + 4*c},
	} {
		seen := map[bool]bool{}
		for i := range uint64(20) {
			out, cursor := make([]uint8, Pixels), random.NewStream(1, k.name, 0).At(i)
			named(t, k.name).Apply(dot(Side/2+6, Side/2+4), out, k.severity, &cursor)
			x, y := find(out)
			one, other := math.Hypot(x-k.x, y-k.y) < 0.1, math.Hypot(x-k.ofX, y-k.ofY) < 0.1
			if !one && !other {
				t.Fatalf("%s moves the dot to (%.2f, %.2f), want (%.2f, %.2f) or (%.2f, %.2f)", k.name, x, y, k.x, k.y, k.ofX, k.ofY)
			}
			seen[one] = true
		}
		if k.name != "scale" && len(seen) != 2 {
			t.Errorf("%s went one way 20 times", k.name)
		}
	}
}

func TestShotNoise(t *testing.T) {
	// Pixels of one value: the variance of counts of mean m is m.
	in, out := make([]uint8, Pixels), make([]uint8, Pixels)
	for i := range in {
		in[i] = 102 // 0.4 of white: nothing is cut off at 25 photons, 15 of which make white 4.7 deviations away
	}
	c := random.NewStream(1, "shot", 0).At(0)
	var sum, squares, n float64
	for range 20 {
		named(t, "shot noise").Apply(in, out, 2, &c)
		for _, v := range out {
			photons := float64(v) / 255 * 25
			sum, squares, n = sum+photons, squares+photons*photons, n+1
		}
	}
	m := sum / n
	if variance := squares/n - m*m; math.Abs(m-10) > 0.1 || math.Abs(variance-10) > 0.5 {
		t.Errorf("counts have the mean %.3f and the variance %.3f, want 10 and 10", m, variance)
	}
	named(t, "shot noise").Apply(make([]uint8, Pixels), out, 5, &c)
	if total(out) != 0 {
		t.Error("there are photons where it is dark")
	}
}

func TestImpulseNoise(t *testing.T) {
	in, out := slices.Repeat([]uint8{100}, Pixels), make([]uint8, Pixels)
	c := random.NewStream(1, "impulse", 0).At(0)
	count := map[uint8]int{}
	for range 50 {
		named(t, "impulse noise").Apply(in, out, 4, &c)
		for _, v := range out {
			count[v]++
		}
	}
	n := 50. * Pixels
	// Five standard errors of a share of 0.085 in 39,200 are 0.007.
	if black, white := float64(count[0])/n, float64(count[255])/n; len(count) != 3 || math.Abs(black-0.085) > 0.007 || math.Abs(white-0.085) > 0.007 {
		t.Errorf("%v of %v: want 8.5 %% black, 8.5 %% white and the rest as it was", count, n)
	}
}

// A dot becomes a line of n pixels with an n-th of its value each.
func TestMotionBlur(t *testing.T) {
	in, out := make([]uint8, Pixels), make([]uint8, Pixels)
	in[13*Side+14] = 250
	motion(in, out, 5, 0)
	want := make([]uint8, Pixels)
	for x := 12; x <= 16; x++ {
		want[13*Side+x] = 50
	}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("a dot blurred to the right and left (-want +got):\n%s", diff)
	}
	// Aslant, it reaches two pixels each way along the line and no more than one beside it.
	motion(in, out, 5, 45)
	for i, v := range out {
		x, y := i%Side-14, i/Side-13
		if v > 0 && (x-y > 1 || y-x > 1 || max(x, -x) > 2 || max(y, -y) > 2) {
			t.Errorf("%d at (%d, %d) from the dot", v, x, y)
		}
	}
	if sum := total(out); sum < 245 || sum > 255 {
		t.Errorf("a dot of 250 becomes %d in all", sum)
	}
}

func TestGlassBlur(t *testing.T) {
	in, out := make([]uint8, Pixels), make([]uint8, Pixels)
	in[13*Side+14] = 250
	// Against the density itself: at a distance d it is exp(-d²/2σ²) / 2πσ², by the integral over the plane, which at σ = 0.8
	// the sum over pixels meets within a hundredth.
	gauss(in, out, 0.8)
	for i, v := range out {
		x, y := float64(i%Side-14), float64(i/Side-13)
		if want := 250 * math.Exp(-(x*x+y*y)/(2*0.64)) / (2 * math.Pi * 0.64); math.Abs(float64(v)-want) > 1.5 {
			t.Fatalf("%d at (%v, %v) from the dot, want %.1f", v, x, y, want)
		}
	}
	// Without blur, pixels only change places.
	c := cursor()
	far := 0
	for range 40 {
		glass(in, out, 1e-3, 2, 1, c)
		for i, v := range out {
			if v == 0 {
				continue
			}
			x, y := i%Side-14, i/Side-13
			far = max(far, x, -x, y, -y)
			if v != 250 {
				t.Fatalf("a pixel is %d, want those of before", v)
			}
		}
		if total(out) != 250 {
			t.Fatalf("the pixels sum to %d, want 250", total(out))
		}
	}
	if far == 0 {
		t.Error("nothing moves")
	}
}

// The pictures stay the same for ever: figures of different days are to be compared. Digests are of ten pictures.
func TestPicturesStay(t *testing.T) {
	in := photo()
	names := map[string]bool{}
	for _, k := range All() {
		if names[k.Name] || k.About == "" || k.Severities < 1 {
			t.Errorf("%q is there twice, or has no description or severity", k.Name)
		}
		names[k.Name] = true
		h, before, seen := sha256.New(), slices.Clone(in), map[string]bool{}
		for i := range 10 {
			out := make([]uint8, Pixels)
			k.Picture(i, in, out)
			h.Write(out)
			seen[string(out)] = true
		}
		if !slices.Equal(in, before) {
			t.Errorf("%s changes the picture that it is given", k.Name)
		}
		if k.Severities > 1 && len(seen) < 2 || k.Severities == 1 && len(seen) != 1 {
			t.Errorf("%s: %d different pictures of one, with %d severities", k.Name, len(seen), k.Severities)
		}
		if got := hex.EncodeToString(h.Sum(nil)[:8]); got != digests[k.Name] {
			t.Errorf("%s: digest %q, want %q", k.Name, got, digests[k.Name])
		}
	}
	if len(names) != len(digests) {
		t.Errorf("%d corruptions, want %d", len(names), len(digests))
	}
}

var digests = map[string]string{
	"shot noise":    "f489443636b1a1c0",
	"impulse noise": "de0f4865a51abfb8",
	"glass blur":    "2696ddf62e219bb8",
	"motion blur":   "f2581044fbd87a2e",
	"shear":         "c336c7807b9cde9e",
	"scale":         "d0cc70bcfb85ab92",
	"rotate":        "8b52ae782a0426cf",
	"brightness":    "1ca6c609a0437f50",
	"contrast":      "224b1a18ca44f289",
	"saturate":      "98698be71e230e4e",
	"inverse":       "85f98d52929a528e",
	"flip":          "ce4966aea9ad55bb",
	"upside down":   "f10439bb82446fd7",
	"turn left":     "d3ee2c49c3743641",
	"turn right":    "74621d1a0a98292e",
}

// Severity grows: the strongest changes a picture more than the weakest.
func TestSeverity(t *testing.T) {
	in, out := photo(), make([]uint8, Pixels)
	for _, k := range All() {
		var change []float64
		for s := 1; s <= k.Severities; s++ {
			sum := 0.0
			for i := range uint64(20) {
				c := random.NewStream(1, k.Name, 0).At(i)
				k.Apply(in, out, s, &c)
				for j, v := range out {
					sum += math.Abs(float64(v) - float64(in[j]))
				}
			}
			change = append(change, sum)
		}
		if change[0] == 0 || len(change) > 1 && change[len(change)-1] <= 1.2*change[0] {
			t.Errorf("%s changes a picture by %.0f, severity by severity", k.Name, change)
		}
	}
}

func TestApplyPanics(t *testing.T) {
	k := All()[0]
	for name, f := range map[string]func(){
		"severity 0": func() { k.Apply(photo(), make([]uint8, Pixels), 0, cursor()) },
		"severity 6": func() { k.Apply(photo(), make([]uint8, Pixels), 6, cursor()) },
		"3 pixels":   func() { k.Apply([]uint8{1, 2, 3}, make([]uint8, Pixels), 1, cursor()) },
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

func named(t *testing.T, name string) Corruption {
	t.Helper()
	for _, k := range All() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("there is no corruption %q", name)
	return Corruption{}
}
