package train

import (
	"fmt"
	"math"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
)

// Photographs prepares a set of pictures for training: it cuts it to c.Limit, holds c.Validation pictures out, and measures
// how pixels become the network's input. validation is nil if nothing is held out. A c.Validation of -1 is replaced by the
// number that it stands for.
func Photographs(c *Config, set *fashion.Set) (train, validation Source, input modelfile.Input, err error) {
	total := set.Len()
	if c.Limit > total {
		return nil, nil, input, fmt.Errorf("train: -limit is %d; there are %d training images", c.Limit, total)
	}
	if c.Limit > 0 {
		total = c.Limit
	}
	if c.Validation < 0 {
		c.Validation = max(1, total/12)
	}
	if c.Validation >= total {
		return nil, nil, input, fmt.Errorf("train: -validation holds out %d of %d images and leaves none to train with: give a smaller one", c.Validation, total)
	}
	learn, held := split(c, set)
	train = NewPhotos(set, learn, c.augment())
	if len(held) > 0 {
		validation = NewPhotos(set, held, nil)
	}
	input = modelfile.Input{Shape: []int{fashion.Height, fashion.Width, 1}, Std: 1}
	if c.Normalise == "standardise" {
		input.Mean, input.Std = moments(set, learn)
	}
	return train, validation, input, nil
}

// split is the pictures to train with and those held out. c.Validation is a number by now.
func split(c *Config, set *fashion.Set) (learn, held []int) {
	total := set.Len()
	if c.Limit > 0 {
		total = c.Limit
	}
	return Split(total, c.Validation, c.Seed)
}

// moments is the mean and the standard deviation of pixel/255. The sums are of integers, so that they are exact.
func moments(set *fashion.Set, index []int) (mean, deviation float32) {
	var count [256]int
	for _, i := range index {
		for _, p := range set.Pixels(i) {
			count[p]++
		}
	}
	var n, sum, squares int
	for v, k := range count {
		n += k
		sum += k * v
		squares += k * v * v
	}
	m := float64(sum) / float64(n)
	d := math.Sqrt(float64(squares)/float64(n) - m*m)
	if !(d > 0) { // all pixels alike
		d = 255
	}
	return float32(m / 255), float32(d / 255)
}
