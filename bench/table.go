package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A row is one contest: our figure and the peer's, medians of interleaved rounds, and the target for their ratio.
type row struct {
	Work    string    `json:"work"`
	Unit    string    `json:"unit"`
	Peer    string    `json:"peer"`
	Ours    float64   `json:"ours"`
	Theirs  float64   `json:"theirs"`
	Ratio   float64   `json:"ratio"`  // ours/theirs: the median over the rounds, pair by pair
	Spread  []float64 `json:"spread"` // the smallest and the largest ratio of a pair
	Target  float64   `json:"target"`
	Less    bool      `json:"less_is_better"`
	Missing string    `json:"missing,omitempty"` // why there is no figure of the peer
}

func (r row) met() bool {
	if r.Less {
		return r.Ratio <= r.Target
	}
	return r.Ratio >= r.Target
}

// fill sets the figures of a row from pairs of (ours, theirs), one of each round.
func (r *row) fill(pairs [][2]float64) {
	ours, theirs, ratios := make([]float64, len(pairs)), make([]float64, len(pairs)), make([]float64, len(pairs))
	for i, p := range pairs {
		ours[i], theirs[i], ratios[i] = p[0], p[1], p[0]/p[1]
	}
	r.Ours, r.Theirs, r.Ratio = median(ours), median(theirs), median(ratios)
	r.Spread = []float64{slices.Min(ratios), slices.Max(ratios)}
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// writeTable prints the rows as a Markdown table, which docs/BENCHMARKS.md keeps.
func writeTable(w io.Writer, rows []row) {
	fmt.Fprintln(w, "| work | unit | ours | peer | theirs | ours / theirs | smallest–largest | target |")
	fmt.Fprintln(w, "|---|---|---:|---|---:|---:|---|---|")
	for _, r := range rows {
		if r.Missing != "" {
			fmt.Fprintf(w, "| %s | %s | %s | %s | missing | – | – | %s |\n", r.Work, r.Unit, figure(r.Ours), r.Peer, r.target())
			continue
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | **%.2f** | %.2f–%.2f | %s, %s |\n",
			r.Work, r.Unit, figure(r.Ours), r.Peer, figure(r.Theirs), r.Ratio, r.Spread[0], r.Spread[1], r.target(), met(r.met()))
	}
	for _, r := range rows {
		if r.Missing != "" {
			fmt.Fprintf(w, "\nMissing: %s (%s): %s\n", r.Peer, r.Work, strings.TrimSpace(r.Missing))
		}
	}
}

func (r row) target() string {
	if r.Less {
		return fmt.Sprintf("≤ %.2f", r.Target)
	}
	return fmt.Sprintf("≥ %.2f", r.Target)
}

// figure prints a number with three significant digits, or a dash where there is none.
func figure(v float64) string {
	switch {
	case v == 0:
		return "–"
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}
