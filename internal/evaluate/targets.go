package evaluate

import (
	"math"

	"croquis/internal/figure"
)

// target is a figure that croquis and tiny were to reach, set before they were trained, beside what this network reaches.
type target struct {
	figure        string
	croquis, tiny float64
	got           float64
	most          bool                 // the wanted ones are the most that it may be, not the least
	say           func(float64) string // nil: as a percentage
}

// hasTargets says whether any were set for the network of that name.
func hasTargets(name string) bool { return name == "croquis" || name == "tiny" }

// targets are those of the figures that were measured.
func (r *Result) targets() (all []target) {
	add := func(t target) { all = append(all, t) }
	if s := r.Photos; s != nil {
		add(target{figure: "test photos: top 1", croquis: 0.955, tiny: 0.943, got: s.Top1})
		add(target{figure: "test photos: expected calibration error", croquis: 0.015, tiny: 0.02, got: s.ECE, most: true})
		if whole, ok := r.file.Metrics["photos_top1_float32"]; ok {
			add(target{figure: "test photos: top 1 lost by packing the weights", croquis: 0.001, tiny: 0.001, got: whole - s.Top1, most: true})
		}
	}
	if c := r.CrossValidation; c != nil {
		const by = "drawings, cross-validated: "
		d := &c.Drawings
		add(target{figure: by + "mean recall of the classes", croquis: 0.90, tiny: 0.87, got: d.MacroRecall})
		add(target{figure: by + "top 2", croquis: 0.98, tiny: 0.96, got: d.Top2})
		add(target{figure: by + "right group", croquis: 0.98, tiny: 0.96, got: d.Coarse})
		add(target{figure: by + "expected calibration error", croquis: 0.03, tiny: 0.04, got: d.ECE, most: true})
	}
	if g := r.Generated; g != nil {
		add(target{figure: "generated drawings: mean of the classes", croquis: 0.90, tiny: 0.85, got: g.MacroRecall})
	}
	if c := r.CrossValidation; c != nil && c.Others != nil {
		add(target{figure: "other things, cross-validated: AUROC of the energy", croquis: 0.95, tiny: 0.92, got: c.Others.AUROC,
			say: func(v float64) string { return figure.Decimals(v, 4) }})
	}
	if s := r.Scribbles; s != nil {
		add(target{figure: "pictures of nothing that get an answer", got: s.Answered, most: true})
	}
	if r.Sent > 0 {
		add(target{figure: "weights as they are sent, with brotli", croquis: 1e6, tiny: 120e3, got: float64(r.Sent), most: true,
			say: func(v float64) string { return figure.Thousands(int(v)) + " bytes" }})
	}
	return all
}

// aims is what the network was to reach beside what it reaches; without rows where nobody asks, nothing was set or nothing
// measured.
func (r *Result) aims() table {
	t := table{
		title: "What it was to reach",
		about: "Set before it was trained, and never moved; the figures are those of the tables above and below, the size that of the model file as the page fetches it. `docs/ARCHITECTURE.md` says what was tried where one is missed.",
		head:  []string{"figure", "wanted", "measured", "outcome"},
	}
	if !r.Targets {
		return t
	}
	for _, one := range r.targets() {
		want := one.croquis
		if r.Model.Name == "tiny" {
			want = one.tiny
		}
		bound, sign := "at least ", 1.0
		if one.most {
			bound, sign = "at most ", -1
		}
		say, lack := one.say, one.say
		if say == nil {
			say, lack = percent, func(share float64) string { return figure.Decimals(100*share, 2) + " points" }
		}
		verdict := "reached"
		if short := math.Round(sign*(want-one.got)*1e4) / 1e4; short > 0 { // as many digits as are printed
			verdict = "missed by " + lack(short)
		}
		t.rows = append(t.rows, []string{one.figure, bound + say(want), say(one.got), verdict})
	}
	return t
}
