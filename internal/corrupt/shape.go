package corrupt

import (
	"math"

	"croquis/internal/random"
)

// sample is the picture's value at (x, y), pixel centres being whole numbers, between pixels by bilinear interpolation and
// beyond the edge 0.
func sample(in []uint8, x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= Side || y >= Side {
			return 0
		}
		return float64(in[y*Side+x])
	}
	i, j := int(x0), int(y0)
	// Products are rounded before they are added, so that no processor fuses them and all agree.
	upper := float64((1-fx)*at(i, j)) + float64(fx*at(i+1, j))
	lower := float64((1-fx)*at(i, j+1)) + float64(fx*at(i+1, j+1))
	return float64((1-fy)*upper) + float64(fy*lower)
}

// middle is the coordinate of the picture's centre.
const middle = (Side - 1) / 2.

// warp writes to each pixel at (x, y) from the centre what the picture has at m·(x, y), m being the rows of a matrix.
func warp(in, out []uint8, m [4]float64) {
	for i := range out {
		x, y := float64(i%Side)-middle, float64(i/Side)-middle
		out[i] = grey(sample(in, middle+float64(m[0]*x)+float64(m[1]*y), middle+float64(m[2]*x)+float64(m[3]*y)))
	}
}

// rotate turns the picture clockwise.
func rotate(in, out []uint8, degrees float64) {
	s, c := math.Sincos(degrees * math.Pi / 180)
	warp(in, out, [4]float64{c, s, -s, c})
}

// move writes to each pixel what the picture has at from(x, y).
func move(in, out []uint8, from func(x, y int) (int, int)) {
	for i := range out {
		x, y := from(i%Side, i/Side)
		out[i] = in[y*Side+x]
	}
}

// motion writes the mean of n pixels on a line through each, at so many degrees to the horizontal.
func motion(in, out []uint8, n int, degrees float64) {
	s, c := math.Sincos(degrees * math.Pi / 180)
	for i := range out {
		var sum float64
		for k := range n {
			t := float64(k) - float64(n-1)/2
			sum += sample(in, float64(i%Side)+float64(t*c), float64(i/Side)+float64(t*s))
		}
		out[i] = grey(sum / float64(n))
	}
}

// glass blurs the picture, lets each pixel change places with one up to reach away, times times, and blurs it again.
func glass(in, out []uint8, sigma float64, reach, times int, c *random.Cursor) {
	mixed := make([]uint8, Pixels)
	gauss(in, mixed, sigma)
	for range times {
		for i := range mixed {
			x, y := i%Side+c.Below(2*reach+1)-reach, i/Side+c.Below(2*reach+1)-reach
			if x >= 0 && y >= 0 && x < Side && y < Side {
				mixed[i], mixed[y*Side+x] = mixed[y*Side+x], mixed[i]
			}
		}
	}
	gauss(mixed, out, sigma)
}

// gauss blurs with a Gaussian kernel of 7×7 pixels, whose weights sum to 1. Beyond the edge is background.
func gauss(in, out []uint8, sigma float64) {
	const reach = 3
	var weights [2*reach + 1]float64
	var sum float64
	for k := range weights {
		d := float64(k-reach) / sigma
		weights[k] = math.Exp(-d * d / 2)
		sum += weights[k]
	}
	for i := range out {
		var v float64
		for dy, wy := range weights {
			for dx, wx := range weights {
				if x, y := i%Side+dx-reach, i/Side+dy-reach; x >= 0 && y >= 0 && x < Side && y < Side {
					v += float64(wy * wx / (sum * sum) * float64(in[y*Side+x]))
				}
			}
		}
		out[i] = grey(v)
	}
}
