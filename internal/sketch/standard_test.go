package sketch

import (
	"crypto/sha256"
	"encoding/hex"
	"math/rand/v2"
	"testing"
)

// walks makes n drawings of a hurried pen from integers alone, so that they are the same on every processor: closed and
// open outlines, dots, scribbles.
func walks(n int) [][]Stroke {
	rng := rand.New(rand.NewPCG(7, 28))
	drawings := make([][]Stroke, n)
	for i := range drawings {
		for range 1 + rng.IntN(6) {
			x, y, dx, dy := rng.IntN(256), rng.IntN(256), rng.IntN(9)-4, rng.IntN(9)-4
			s := Stroke{{float32(x), float32(y)}}
			for range rng.IntN(120) {
				dx, dy = dx+rng.IntN(5)-2, dy+rng.IntN(5)-2
				x, y = x+dx, y+dy
				s = append(s, Point{float32(x) / 4, float32(y) / 4})
			}
			if rng.IntN(2) == 0 {
				s = append(s, s[0])
			}
			drawings[i] = append(drawings[i], s)
		}
	}
	return drawings
}

// The pictures of drawings with the standard pen were these before pens could differ, and networks have learned from them:
// no bit of them may change.
func TestStandardPenIsAsItWas(t *testing.T) {
	thin, wide := Default, Default
	thin.Width = 0.75
	wide.Width, wide.Fill, wide.Gap = 2.5, FillClosed, 5
	for name, tc := range map[string]struct {
		options Options
		want    string
	}{
		"default": {Default, "54e0eeccb746632e50bede6cd813528ab2a3734e1fc07b85b3a5f6c3443f82e2"},
		"filled":  {filled(), "bf0704647004647149fff4a8d0a7c304ed073e99185923b6cced91b748a89230"},
		"thin":    {thin, "3361fe0a351a473c6e75f9b08ef8131da19d137dc65e6e471d77a95888768461"},
		"wide":    {wide, "64a0c32b0dc05116c84315e94ab019bc1a7e85f5440ce66191eca276e0217cd5"},
	} {
		hash := sha256.New()
		var r Rasterizer
		out := make([]uint8, Side*Side)
		for _, strokes := range walks(400) {
			if _, err := r.Rasterize(strokes, tc.options, out); err != nil {
				t.Fatal(err)
			}
			hash.Write(out)
		}
		if got := hex.EncodeToString(hash.Sum(nil)); got != tc.want {
			t.Errorf("%s: the pictures' SHA-256 is %s, was %s", name, got, tc.want)
		}
	}
}
