package corrupt

import (
	"math"

	"croquis/internal/random"
)

// grey rounds a value to what a pixel can have.
func grey(v float64) uint8 { return uint8(min(max(math.Round(v), 0), 255)) }

// level writes scale·v + shift.
func level(in, out []uint8, scale, shift float64) {
	for i, v := range in {
		// Rounded before it is added, so that no processor fuses the two and all agree.
		out[i] = grey(float64(scale*float64(v)) + shift)
	}
}

// shot writes what counting photons gives, so many of them where the picture is white: v becomes a Poisson variate of the
// mean v·photons/255, times 255/photons.
func shot(in, out []uint8, photons float64, c *random.Cursor) {
	for i, v := range in {
		out[i] = grey(float64(poisson(float64(v)/255*photons, c)) / photons * 255)
	}
}

// poisson is a Poisson variate: how many waits, exponentially distributed, fit into the mean (Knuth 1969). It takes about
// mean+1 numbers.
func poisson(mean float64, c *random.Cursor) int {
	n := 0
	for left := mean; ; n++ {
		if left += math.Log(1 - c.Uniform()); left < 0 {
			return n
		}
	}
}

// impulse replaces a share of the pixels, half of them by black and half by white.
func impulse(in, out []uint8, share float64, c *random.Cursor) {
	for i, v := range in {
		switch u := c.Uniform(); {
		case u < share/2:
			v = 0
		case u < share:
			v = 255
		}
		out[i] = v
	}
}
