// Package corrupt spoils pictures as cameras, scanners and people do: noise, blur, changes of shape and of light, flips and
// turns. A network that still names them has learnt more than the pictures' surface.
//
// The list is that of Fashion-MNIST-C (Weiss and Tonella: "Simple techniques work surprisingly well for neural network test
// prioritization and active learning", ISSTA 2022; https://github.com/testingautomated-usi/fashion-mnist-c), which follows
// MNIST-C (Mu and Gilmer, arXiv 1906.02337). The code and the severities are this project's own, so figures are in its style
// and cannot be compared with figures on its files. As there, every picture gets a severity at random.
package corrupt

import (
	"croquis/internal/random"
)

// Side is the width and height of a picture in pixels, and Pixels the number of its values, row by row, 0 the background.
const (
	Side   = 28
	Pixels = Side * Side
)

// Corruption is one way of spoiling pictures.
type Corruption struct {
	Name  string
	About string // what is done, with the strengths of the severities; a sentence without its full stop
	// Severities is how many there are, 5, or 1 of what is done or not done.
	Severities int

	apply func(in, out []uint8, severity int, c *random.Cursor) // severity from 0
}

// seed makes the figures of different networks and days comparable: they are of the same pictures.
const seed = 1

// Picture writes picture i of a set, spoiled, to out. Severity and chance depend on the corruption's name and i alone. in is
// left alone; the two must not overlap. It panics unless both have Pixels values.
func (k Corruption) Picture(i int, in, out []uint8) {
	c := random.NewStream(seed, "corrupt "+k.Name, 0).At(uint64(i))
	k.Apply(in, out, 1+c.Below(k.Severities), &c)
}

// Apply writes the picture, spoiled with the given severity (1 to Severities), to out.
func (k Corruption) Apply(in, out []uint8, severity int, c *random.Cursor) {
	if len(in) != Pixels || len(out) != Pixels || severity < 1 || severity > k.Severities {
		panic("corrupt: Apply: want pictures of 28×28 pixels and one of the severities")
	}
	k.apply(in, out, severity-1, c)
}

// All are the corruptions, in Fashion-MNIST-C's order. The slice is the caller's.
func All() []Corruption {
	return []Corruption{
		{"shot noise", "Poisson noise of 60, 25, 12, 5 or 3 photons at white", 5, func(in, out []uint8, s int, c *random.Cursor) {
			shot(in, out, []float64{60, 25, 12, 5, 3}[s], c)
		}},
		{"impulse noise", "3, 6, 9, 17 or 27 % of the pixels are black or white instead", 5, func(in, out []uint8, s int, c *random.Cursor) {
			impulse(in, out, []float64{0.03, 0.06, 0.09, 0.17, 0.27}[s], c)
		}},
		{"glass blur", "Gaussian blur of σ 0.4, 0.5, 0.6, 0.7 or 0.8 pixels, then 1, 2, 1, 2 or 3 times each pixel changes places with one up to 1, 1, 2, 2 or 2 away, then the blur again", 5, func(in, out []uint8, s int, c *random.Cursor) {
			glass(in, out, []float64{0.4, 0.5, 0.6, 0.7, 0.8}[s], []int{1, 1, 2, 2, 2}[s], []int{1, 2, 1, 2, 3}[s], c)
		}},
		{"motion blur", "mean over 3, 5, 7, 9 or 11 pixels of a line that slopes by up to 45° either way", 5, func(in, out []uint8, s int, c *random.Cursor) {
			motion(in, out, 3+2*s, c.Between(-45, 45))
		}},
		{"shear", "slanted by 0.1, 0.2, 0.3, 0.4 or 0.5 pixels a row, either way", 5, func(in, out []uint8, s int, c *random.Cursor) {
			slant := sign(c) * []float64{0.1, 0.2, 0.3, 0.4, 0.5}[s]
			warp(in, out, [4]float64{1, slant, 0, 1})
		}},
		{"scale", "shrunk to 0.9, 0.8, 0.7, 0.6 or 0.5 of its size", 5, func(in, out []uint8, s int, c *random.Cursor) {
			grow := 1 / []float64{0.9, 0.8, 0.7, 0.6, 0.5}[s]
			warp(in, out, [4]float64{grow, 0, 0, grow})
		}},
		{"rotate", "turned by 10, 20, 30, 40 or 50°, either way", 5, func(in, out []uint8, s int, c *random.Cursor) {
			rotate(in, out, sign(c)*[]float64{10, 20, 30, 40, 50}[s])
		}},
		{"brightness", "0.1, 0.2, 0.3, 0.4 or 0.5 of white is added everywhere", 5, func(in, out []uint8, s int, _ *random.Cursor) {
			level(in, out, 1, 255*[]float64{0.1, 0.2, 0.3, 0.4, 0.5}[s])
		}},
		{"contrast", "differences from the picture's mean are reduced to 0.75, 0.5, 0.4, 0.3 or 0.2", 5, func(in, out []uint8, s int, _ *random.Cursor) {
			keep := []float64{0.75, 0.5, 0.4, 0.3, 0.2}[s]
			level(in, out, keep, (1-keep)*mean(in))
		}},
		{"saturate", "values are multiplied by 1.5, 2, 3, 4 or 6 and cut off at white", 5, func(in, out []uint8, s int, _ *random.Cursor) {
			level(in, out, []float64{1.5, 2, 3, 4, 6}[s], 0)
		}},
		{"inverse", "dark and light change places", 1, func(in, out []uint8, _ int, _ *random.Cursor) {
			level(in, out, -1, 255)
		}},
		{"flip", "left and right change places", 1, func(in, out []uint8, _ int, _ *random.Cursor) {
			move(in, out, func(x, y int) (int, int) { return Side - 1 - x, y })
		}},
		{"upside down", "top and bottom change places", 1, func(in, out []uint8, _ int, _ *random.Cursor) {
			move(in, out, func(x, y int) (int, int) { return x, Side - 1 - y })
		}},
		{"turn left", "turned by 90° to the left", 1, func(in, out []uint8, _ int, _ *random.Cursor) {
			move(in, out, func(x, y int) (int, int) { return Side - 1 - y, x })
		}},
		{"turn right", "turned by 90° to the right", 1, func(in, out []uint8, _ int, _ *random.Cursor) {
			move(in, out, func(x, y int) (int, int) { return y, Side - 1 - x })
		}},
	}
}

func sign(c *random.Cursor) float64 {
	if c.Chance(0.5) {
		return -1
	}
	return 1
}

func mean(in []uint8) float64 {
	sum := 0
	for _, v := range in {
		sum += int(v)
	}
	return float64(sum) / float64(len(in))
}
