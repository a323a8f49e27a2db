package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"croquis/internal/fashion"
	"croquis/internal/random"
	"croquis/internal/sketch"
	"croquis/internal/sketch/augment"
	"croquis/internal/sketch/garment"
	"croquis/internal/sketch/render"
)

// Drawings are drawings by people, changed stroke by stroke by augmentation if there is one. The target of a drawing
// without a label, of some other thing, is the uniform distribution: not to know (outlier exposure, arXiv:1812.04606).
type Drawings struct {
	seed     uint64
	drawings []sketch.Drawing
	augment  *augment.Options
}

// NewDrawings makes a source of drawings. Without augmentation (nil) they are rasterised as everywhere in this project,
// else with lines and fills that vary too. It fails on a drawing that cannot be drawn or is blank, and on a label that is
// no class; it keeps the slice.
func NewDrawings(seed uint64, drawings []sketch.Drawing, augment *augment.Options) (*Drawings, error) {
	var r sketch.Rasterizer
	pixels := make([]uint8, sketch.Side*sketch.Side)
	for i, d := range drawings {
		blank, err := r.Rasterize(d.Strokes, sketch.Default, pixels)
		switch {
		case err != nil:
			return nil, fmt.Errorf("train: drawing %d (%q, key_id %s): %w", i, d.Word, d.KeyID, err)
		case blank:
			return nil, fmt.Errorf("train: drawing %d (%q, key_id %s) is blank", i, d.Word, d.KeyID)
		case d.Label != sketch.NoLabel && (d.Label < 0 || d.Label >= Classes):
			return nil, fmt.Errorf("train: drawing %d (%q, key_id %s) has label %d, want 0 to %d, or none", i, d.Word, d.KeyID, d.Label, Classes-1)
		}
	}
	return &Drawings{seed, drawings, augment}, nil
}

// Len implements [Source].
func (d *Drawings) Len() int { return len(d.drawings) }

// distinct is how many different drawings there are.
func (d *Drawings) distinct() int {
	ids := map[string]bool{}
	for _, one := range d.drawings {
		ids[one.KeyID] = true
	}
	return len(ids)
}

// Example implements [Source].
func (d *Drawings) Example(epoch, i int, pixels []uint8, target []float32) {
	one := d.drawings[i]
	strokes, pen := one.Strokes, sketch.Default
	if d.augment != nil {
		c := random.NewStream(d.seed, "drawings", uint64(epoch)).At(uint64(i))
		strokes = augment.Strokes(one.Strokes, *d.augment, &c)
		pen = augment.Pen(&c)
	}
	// What augmentation leaves of a drawing has an extent, for its longest stroke stays.
	mustDraw(strokes, pen, pixels)
	if one.Label != sketch.NoLabel {
		clear(target)
		target[one.Label] = 1
		return
	}
	for k := range target {
		target[k] = 1 / float32(len(target))
	}
}

// Fingerprint implements [Source].
func (d *Drawings) Fingerprint() string {
	h := sha256.New()
	if d.augment != nil {
		fmt.Fprintf(h, "seed %d, %+v\n", d.seed, *d.augment)
	}
	// A hash takes whatever is written to it; what was rasterised can be written.
	if err := sketch.WriteNDJSON(h, d.drawings); err != nil {
		panic(err)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Garments are generated drawings, other ones in every epoch.
type Garments struct {
	seed    uint64
	n       int
	classes [][]garment.Family // with the same label each
	turns   []turn             // of a round, in which each class has one, and scarce ones more
	augment *augment.Options
}

// turn is the nth time, counted from 0, that a class comes in a round in which it comes of times.
type turn struct{ class, nth, of int }

// turnsOfScarce is how often a class comes that nobody else draws, where another comes once. Without it a batch has six
// times as many drawn coats as shirts, and a network learns that what has a front line is a coat.
const turnsOfScarce = 4

// NewGarments makes a source of n generated drawings an epoch, in equal shares of the classes that the families have, but
// turnsOfScarce such shares of the classes whose labels are scarce, and within a class in equal shares of its families.
// augment may be nil, as for [NewDrawings]; a generated drawing varies by itself, but not as much as with both.
func NewGarments(seed uint64, n int, families []garment.Family, augment *augment.Options, scarce ...int) *Garments {
	if len(families) == 0 || n < 1 {
		panic(fmt.Sprintf("train: NewGarments: %d drawings of %d families", n, len(families)))
	}
	g := &Garments{seed: seed, n: n, augment: augment}
	var of [Classes]int // index of the class, counted from 1
	for _, f := range families {
		if of[f.Label] == 0 {
			g.classes = append(g.classes, nil)
			of[f.Label] = len(g.classes)
		}
		g.classes[of[f.Label]-1] = append(g.classes[of[f.Label]-1], f)
	}
	for nth := range turnsOfScarce {
		for i, families := range g.classes {
			of := 1
			if slices.Contains(scarce, families[0].Label) {
				of = turnsOfScarce
			}
			if nth < of {
				g.turns = append(g.turns, turn{i, nth, of})
			}
		}
	}
	return g
}

// Len implements [Source].
func (g *Garments) Len() int { return g.n }

// Family is the family of example i of the epoch.
func (g *Garments) Family(epoch, i int) garment.Family {
	at := epoch*g.n + i
	turn := g.turns[at%len(g.turns)]
	class := g.classes[turn.class]
	return class[(at/len(g.turns)*turn.of+turn.nth)%len(class)]
}

// Example implements [Source].
func (g *Garments) Example(epoch, i int, pixels []uint8, target []float32) {
	f := g.Family(epoch, i)
	c := random.NewStream(g.seed, "garments", uint64(epoch)).At(uint64(i))
	strokes, pen := f.Draw(&c), sketch.Default
	if g.augment != nil {
		strokes = augment.Strokes(strokes, *g.augment, &c)
		pen = augment.Pen(&c)
	}
	mustDraw(strokes, pen, pixels)
	clear(target)
	target[f.Label] = 1
}

// Fingerprint implements [Source].
func (g *Garments) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "seed %d, %d", g.seed, g.n)
	if g.augment != nil {
		fmt.Fprintf(h, ", %+v", *g.augment)
	}
	// The generator has no version: what it draws is one.
	pixels, target := make([]uint8, sketch.Side*sketch.Side), make([]float32, Classes)
	for i := range min(g.n, 100) {
		f := g.Family(0, i)
		g.Example(0, i, pixels, target)
		fmt.Fprintln(h, f.Name)
		h.Write(pixels)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Renderings are photos made to look drawn.
type Renderings struct {
	seed  uint64
	set   *fashion.Set
	index []int
	kinds []render.Kind
}

// NewRenderings makes a source of renderings of the pictures of the set with the given indices, all of them if index is
// nil, in a random one of the given kinds each time, of all kinds if kinds is nil.
func NewRenderings(seed uint64, set *fashion.Set, index []int, kinds []render.Kind) *Renderings {
	if kinds == nil {
		kinds = render.Kinds()
	}
	return &Renderings{seed, set, NewPhotos(set, index, nil).index, kinds}
}

// Len implements [Source].
func (r *Renderings) Len() int { return len(r.index) }

// Example implements [Source].
func (r *Renderings) Example(epoch, i int, pixels []uint8, target []float32) {
	at := r.index[i]
	c := random.NewStream(r.seed, "renderings", uint64(epoch)).At(uint64(at))
	render.Photo(r.set.Pixels(at), r.kinds[c.Below(len(r.kinds))], &c, pixels)
	clear(target)
	target[r.set.Label(at)] = 1
}

// Fingerprint implements [Source].
func (r *Renderings) Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "seed %d, %v, %s", r.seed, r.kinds, NewPhotos(r.set, r.index, nil).Fingerprint())
	pixels, target := make([]uint8, sketch.Side*sketch.Side), make([]float32, Classes)
	for i := range min(len(r.index), 100) {
		r.Example(0, i, pixels, target)
		h.Write(pixels)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// mustDraw rasterises what is known to be drawable.
func mustDraw(strokes []sketch.Stroke, pen sketch.Options, pixels []uint8) {
	if _, err := sketch.Rasterize(strokes, pen, pixels); err != nil {
		panic(fmt.Sprintf("train: a drawing that could be drawn cannot be drawn any more: %v", err))
	}
}
