package metrics

import (
	"math"
	"slices"
	"sort"

	"croquis/internal/nn"
)

// Detection is how well a score tells known things from others.
type Detection struct {
	N     int     `json:"n"` // others
	AUROC float64 `json:"auroc"`
	FPR95 float64 `json:"fpr95"`
}

// Detect compares the scores of images of the known classes with those of other things; higher means "known".
func Detect(known, other []float64) Detection {
	return Detection{N: len(other), AUROC: AUROC(known, other), FPR95: FPR95(known, other)}
}

// AUROC is the area under the receiver operating characteristic: the probability that a known thing scores higher than another,
// ties counting half. 0.5 is guessing. Computed from ranks (Mann and Whitney 1947). It panics when either side is empty or a score is NaN.
func AUROC(known, other []float64) float64 {
	checkScores("AUROC", known, other)
	in, out := slices.Sorted(slices.Values(known)), slices.Sorted(slices.Values(other))
	var wins float64
	below, upTo := 0, 0 // out[:below] < s, out[:upTo] <= s
	for _, s := range in {
		for below < len(out) && out[below] < s {
			below++
		}
		for upTo < len(out) && out[upTo] <= s {
			upTo++
		}
		wins += float64(below) + float64(upTo-below)/2
	}
	return wins / float64(len(in)) / float64(len(out))
}

// Threshold is the highest score that at least keep (0 to 1) of the known things reach.
func Threshold(known []float64, keep float64) float64 {
	checkScores("Threshold", known, known)
	sorted := slices.Sorted(slices.Values(known))
	return sorted[len(sorted)-needed("Threshold", keep, len(sorted))]
}

// needed is how many of n things are at least the share keep of them, and one at least.
func needed(name string, keep float64, n int) int {
	if !(keep > 0 && keep <= 1) {
		panic("metrics: " + name + ": want a share above 0 and up to 1")
	}
	// Less a little, since 0.95·20 is 19.000000000000004 in some orders of multiplication.
	return max(int(math.Ceil(keep*float64(n)-1e-9)), 1)
}

// JointThresholds are the thresholds of two rules that together let at least keep (0 to 1) of the known things pass, each of
// which has the scores a[i] and b[i] and passes if both reach their threshold. Alone, each rule lets as many pass as the
// other (ties aside): the fewest with which the two together keep enough, so that both are as strict as they can be.
func JointThresholds(a, b []float64, keep float64) (ta, tb float64) {
	checkScores("JointThresholds", a, b)
	if len(a) != len(b) {
		panic("metrics: JointThresholds: want two scores of each thing")
	}
	n := len(a)
	need := needed("JointThresholds", keep, n)
	ofA, ofB := slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	// The more each rule keeps, the lower the thresholds and the more pass both: with all n of each, all do.
	each := need + sort.Search(n-need, func(more int) bool {
		ta, tb := ofA[n-need-more], ofB[n-need-more]
		passed := 0
		for i := range a {
			if a[i] >= ta && b[i] >= tb {
				passed++
			}
		}
		return passed >= need
	})
	return ofA[n-each], ofB[n-each]
}

// FPR95 is the share of other things that pass the threshold that 95 % of the known ones pass.
func FPR95(known, other []float64) float64 {
	checkScores("FPR95", known, other)
	t := Threshold(known, 0.95)
	passed := 0
	for _, s := range other {
		if s >= t {
			passed++
		}
	}
	return share(passed, len(other))
}

func checkScores(name string, known, other []float64) {
	if len(known) == 0 || len(other) == 0 {
		panic("metrics: " + name + ": want scores on both sides")
	}
	for _, side := range [][]float64{known, other} {
		if slices.ContainsFunc(side, math.IsNaN) {
			panic("metrics: " + name + ": a score is NaN")
		}
	}
}

// MaxProbability is the usual score (Hendrycks and Gimpel 2017, arXiv 1610.02136): the probability of the likeliest class, for each row.
func MaxProbability(probs []float32, classes int) []float64 {
	return eachRow(probs, classes, maxOf)
}

// Energy is the energy score of each row, [nn.Energy].
func Energy(logits []float32, classes int) []float64 {
	return eachRow(logits, classes, nn.Energy)
}

func eachRow(x []float32, classes int, f func([]float32) float64) []float64 {
	if classes < 1 || len(x)%classes != 0 {
		panic("metrics: scores: want rows of the given number of classes")
	}
	scores := make([]float64, len(x)/classes)
	for i := range scores {
		scores[i] = f(x[i*classes : (i+1)*classes])
	}
	return scores
}
