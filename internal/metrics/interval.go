package metrics

import "math"

// Interval is a 95 % confidence interval. In JSON it is [low, high].
type Interval [2]float64

// Low is the lower end.
func (i Interval) Low() float64 { return i[0] }

// High is the upper end.
func (i Interval) High() float64 { return i[1] }

// z95 is the 97.5 % point of the normal distribution.
const z95 = 1.959963984540054

// Wilson is Wilson's 95 % score interval of a share of k in n (JASA 22, 1927). Unlike p ± 1.96·√(p(1-p)/n) it stays within 0 to 1
// and has a width at k = 0 and k = n. It panics unless 0 ≤ k ≤ n and n > 0.
func Wilson(k, n int) Interval {
	if n <= 0 || k < 0 || k > n {
		panic("metrics: Wilson: want 0 <= k <= n and n > 0")
	}
	p, m, z2 := share(k, n), float64(n), z95*z95
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := z95 / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	low, high := math.Max(0, centre-half), math.Min(1, centre+half)
	// The ends are exact at the extremes; rounding must not say otherwise.
	if k == 0 {
		low = 0
	}
	if k == n {
		high = 1
	}
	return Interval{low, high}
}

// MacroInterval is the 95 % interval of the mean recall of the classes that occur, from Wilson's intervals of each: the
// distances of their ends from the shares, combined as independent errors are (MOVER: Zou and Donner, Statistics in Medicine
// 27, 2008). It is as wide as the rarest classes make it. Without any image it is 0 to 1.
func MacroInterval(classes []Class) Interval {
	var mean, below, above float64
	seen := 0
	for _, c := range classes {
		if c.Support == 0 {
			continue
		}
		i := Wilson(int(math.Round(c.Recall*float64(c.Support))), c.Support)
		mean += c.Recall
		below += (c.Recall - i.Low()) * (c.Recall - i.Low())
		above += (i.High() - c.Recall) * (i.High() - c.Recall)
		seen++
	}
	if seen == 0 {
		return Interval{0, 1}
	}
	n := float64(seen)
	return Interval{math.Max(0, (mean-math.Sqrt(below))/n), math.Min(1, (mean+math.Sqrt(above))/n)}
}
