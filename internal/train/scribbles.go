package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"croquis/internal/random"
	"croquis/internal/sketch"
	"croquis/internal/sketch/augment"
	"croquis/internal/sketch/scribble"
)

// Scribbles are generated drawings of nothing, other ones in every epoch: mostly lines, sometimes an empty sheet or noise.
// The target is the uniform distribution, as for drawings of other things: without them a network is surest of what it
// has never met.
type Scribbles struct {
	seed uint64
	n    int
}

// NewScribbles makes a source of n scribbles an epoch.
func NewScribbles(seed uint64, n int) *Scribbles {
	if n < 1 {
		panic(fmt.Sprintf("train: NewScribbles: %d scribbles", n))
	}
	return &Scribbles{seed, n}
}

// Len implements [Source].
func (s *Scribbles) Len() int { return s.n }

// Shares of the scribbles that are an empty sheet, and noise.
const (
	emptySheets = 0.04
	noise       = 0.12
)

// Example implements [Source].
func (s *Scribbles) Example(epoch, i int, pixels []uint8, target []float32) {
	c := random.NewStream(s.seed, "scribbles", uint64(epoch)).At(uint64(i))
	for k := range target {
		target[k] = 1 / float32(len(target))
	}
	switch u := c.Uniform(); {
	case u < emptySheets:
		clear(pixels)
	case u < emptySheets+noise:
		scatter(pixels, &c)
	default:
		mustDraw(scribble.Draw(&c), augment.Pen(&c), pixels)
	}
}

// scatter fills a picture with noise: of every pixel, of some, or of blocks of pixels.
func scatter(pixels []uint8, c *random.Cursor) {
	block, share, top := 1+c.Below(5), c.Between(0.02, 1), c.Between(60, 255)
	blocks := (sketch.Side + block - 1) / block
	value := make([]uint8, blocks*blocks)
	for i := range value {
		if c.Chance(share) {
			value[i] = uint8(top * c.Uniform())
		}
	}
	for i := range pixels {
		pixels[i] = value[i/sketch.Side/block*blocks+i%sketch.Side/block]
	}
}

// Fingerprint implements [Source].
func (s *Scribbles) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "seed %d, %d", s.seed, s.n)
	pixels, target := make([]uint8, sketch.Side*sketch.Side), make([]float32, Classes)
	for i := range min(s.n, 100) {
		s.Example(0, i, pixels, target)
		h.Write(pixels)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
