// Package garment draws garments as people draw them in a hurry with a mouse: few strokes, corners that miss, lines that
// wander, some with details and some without. It is for what no collection of drawings has: Quick, Draw! has no word for
// a dress or a shirt, hardly an ankle boot, and its sandals are seen from above.
//
// Every class is drawn by several families, each a way of thinking of the thing, with proportions drawn at random. A
// network that is trained without a family and tested on it shows what it made of the class rather than of the generator.
package garment

import (
	"croquis/internal/random"
	"croquis/internal/sketch"
)

// A Family is one kind of garment of a class.
type Family struct {
	Name  string // "class/kind", e.g. "dress/wrap"
	Label int    // the class, 0 to 9, as Fashion-MNIST numbers them
	draw  func(h *hand)
}

// Draw makes a drawing of the family that depends on nothing but the numbers that the cursor gives. Coordinates are from
// 0 to 255, as Quick, Draw!'s.
func (f Family) Draw(c *random.Cursor) []sketch.Stroke {
	h := newHand(c)
	f.draw(h)
	return h.finish()
}

// Families are all families, class by class. The slice is the caller's.
func Families() []Family {
	var all []Family
	for _, c := range classes {
		for _, k := range c.kinds {
			all = append(all, Family{Name: c.name + "/" + k.name, Label: c.label, draw: k.draw})
		}
	}
	return all
}

// Learnt are the families to train with: all but those that are held out. The slice is the caller's.
func Learnt() []Family { return held(false) }

// HeldOut are the families that no network is trained with, so that there is something to judge it on where no drawings by
// people are: the dresses and shirts. The slice is the caller's.
//
// The rule knows no result: of each of these two classes it is the last quarter of its families in the order in which they
// are written down, rounded down, and two at least.
func HeldOut() []Family { return held(true) }

func held(out bool) []Family {
	var some []Family
	for _, c := range classes {
		learnt := len(c.kinds)
		if c.label == 3 || c.label == 6 {
			learnt -= max(2, len(c.kinds)/4)
		}
		for i, k := range c.kinds {
			if (i >= learnt) == out {
				some = append(some, Family{Name: c.name + "/" + k.name, Label: c.label, draw: k.draw})
			}
		}
	}
	return some
}

type kind struct {
	name string
	draw func(h *hand)
}

type class struct {
	name  string
	label int
	kinds []kind
}

var classes = []class{
	{"t-shirt", 0, tshirts},
	{"trouser", 1, trousers},
	{"pullover", 2, pullovers},
	{"dress", 3, dresses},
	{"coat", 4, coats},
	{"sandal", 5, sandals},
	{"shirt", 6, shirts},
	{"sneaker", 7, sneakers},
	{"bag", 8, bags},
	{"ankle boot", 9, boots},
}
