package sketch

import "math"

// area finds how much of each pixel a closed outline goes around. Each edge adds to the pixels of its rows what it changes
// there of the share that lies to its right, with a sign for its direction; the sum along a row is then the winding
// number, in part for pixels that the outline cuts (as in Levien's font-rs). What several filled strokes cover is kept as
// the largest of their shares.
type area struct {
	change      [Side][Side + 2]float32
	top, bottom int // rows that have changes: [top, bottom)
	share       [Side * Side]float32
	any         bool
}

func (a *area) reset() {
	if a.any {
		clear(a.share[:])
	}
	a.any = false
	a.top, a.bottom = Side, 0
}

// edge adds the line from p to q, in centred coordinates.
func (a *area) edge(p, q Point) {
	const half = float32(Side) / 2
	inside := func(v float32) float32 { return min(max(v+half, 0), Side) }
	sign := float32(1)
	if p.Y > q.Y {
		p, q, sign = q, p, -1
	}
	x, y, endX, endY := inside(p.X), inside(p.Y), inside(q.X), inside(q.Y)
	if y == endY {
		return
	}
	slope := (endX - x) / (endY - y)
	first, last := int(y), int(math.Ceil(float64(endY)))
	a.top, a.bottom = min(a.top, first), max(a.bottom, last)
	for row := first; row < last; row++ {
		height := min(float32(row+1), endY) - max(float32(row), y)
		next := min(max(x+float32(slope*height), 0), Side)
		a.row(&a.change[row], min(x, next), max(x, next), sign*height)
		x = next
	}
}

// row adds a piece of an edge that crosses d of a row's height between lo and hi.
func (a *area) row(change *[Side + 2]float32, lo, hi, d float32) {
	first, last := int(lo), int(math.Ceil(float64(hi)))
	if last <= first+1 {
		left := float32(d * (float32(0.5*(lo+hi)) - float32(first))) // of the piece, that pixel's own share
		change[first] += d - left
		change[first+1] += left
		return
	}
	// Through several pixels: the share to the right of the edge rises to d by a triangle, even steps, and a triangle.
	step := d / (hi - lo)
	part := float32(first+1) - lo
	before, sum := float32(0), float32(float32(step*0.5)*float32(part*part))
	change[first] += sum
	before = sum
	for x := first + 1; x < last-1; x++ {
		sum = float32(step * (float32(x) + 0.5 - lo))
		change[x] += sum - before
		before = sum
	}
	part = hi - float32(last-1)
	sum = d - float32(float32(step*0.5)*float32(part*part))
	change[last-1] += sum - before
	change[last] += d - sum
}

// close ends an outline.
func (a *area) close() {
	for y := a.top; y < a.bottom; y++ {
		winding := float32(0)
		for x := range Side {
			winding += a.change[y][x]
			i := y*Side + x
			a.share[i] = max(a.share[i], min(abs(winding), 1))
		}
		clear(a.change[y][:])
	}
	a.any = a.any || a.top < a.bottom
	a.top, a.bottom = Side, 0
}

// paint adds the filled areas to out, under the ink that covers.
func (a *area) paint(cover *[Side * Side]float32, o Options, out []uint8) {
	for i, share := range &a.share {
		if share == 0 {
			continue
		}
		c := cover[i]
		value := float32(c*float32(o.Ink)) + float32(float32((1-c)*share)*float32(o.FillValue)) + 0.5
		out[i] = max(out[i], uint8(min(value, 255)))
	}
}
