package evaluate

import "croquis/internal/figure"

// target is a figure that a network was to reach, set before it was trained.
type target struct {
	name string
	want map[string]float64 // by the network's name
	most bool               // want is the most that it may be, not the least
	// got is the figure, and whether it was measured.
	got func(r *Result) (float64, bool)
	say func(float64) string // nil: as a percentage
}

// targets are set for croquis and tiny alone. Others of this project are there to compare these with.
var targets = []target{
	{name: "test photos: top 1", want: map[string]float64{"croquis": 0.955, "tiny": 0.943},
		got: func(r *Result) (float64, bool) { return top1(r.Photos) }},
	{name: "test photos: expected calibration error", want: map[string]float64{"croquis": 0.015, "tiny": 0.02}, most: true,
		got: func(r *Result) (float64, bool) { return ece(r.Photos) }},
	folds("mean recall of the classes", 0.90, 0.87, func(c *CrossValidation) float64 { return c.Drawings.MacroRecall }),
	folds("top 2", 0.98, 0.96, func(c *CrossValidation) float64 { return c.Drawings.Top2 }),
	folds("right group", 0.98, 0.96, func(c *CrossValidation) float64 { return c.Drawings.Coarse }),
	{name: "drawings, cross-validated: expected calibration error", want: map[string]float64{"croquis": 0.03, "tiny": 0.04}, most: true,
		got: func(r *Result) (float64, bool) {
			if r.CrossValidation == nil {
				return 0, false
			}
			return ece(&r.CrossValidation.Drawings)
		}},
	{name: "generated drawings: mean of the classes", want: map[string]float64{"croquis": 0.90, "tiny": 0.85},
		got: func(r *Result) (float64, bool) {
			if r.Generated == nil {
				return 0, false
			}
			return r.Generated.MacroRecall, true
		}},
	{name: "other things, cross-validated: AUROC of the energy", want: map[string]float64{"croquis": 0.95, "tiny": 0.92},
		say: func(v float64) string { return figure.Decimals(v, 4) },
		got: func(r *Result) (float64, bool) {
			if r.CrossValidation == nil || r.CrossValidation.Others == nil {
				return 0, false
			}
			return r.CrossValidation.Others.AUROC, true
		}},
}

// folds is a target for the drawings that were cross-validated.
func folds(name string, croquis, tiny float64, got func(*CrossValidation) float64) target {
	return target{name: "drawings, cross-validated: " + name, want: map[string]float64{"croquis": croquis, "tiny": tiny},
		got: func(r *Result) (float64, bool) {
			if r.CrossValidation == nil {
				return 0, false
			}
			return got(r.CrossValidation), true
		}}
}

func top1(s *Set) (float64, bool) {
	if s == nil {
		return 0, false
	}
	return s.Top1, true
}

func ece(s *Set) (float64, bool) {
	if s == nil {
		return 0, false
	}
	return s.ECE, true
}

// aims is what the network was to reach beside what it reaches; without rows where nothing was set or nothing measured.
func (r *Result) aims() table {
	t := table{
		title: "What it was to reach",
		about: "Set before it was trained, and never moved; the figures are those of the tables above and below. `docs/ARCHITECTURE.md` says what was tried where one is missed.",
		head:  []string{"figure", "wanted", "measured", "outcome"},
	}
	for _, one := range targets {
		want, set := one.want[r.Model.Name]
		got, measured := one.got(r)
		if !set || !measured {
			continue
		}
		bound, short := "at least ", want-got
		if one.most {
			bound, short = "at most ", got-want
		}
		say, lack := one.say, one.say
		if say == nil {
			say, lack = percent, func(share float64) string { return figure.Decimals(100*share, 2) + " points" }
		}
		verdict := "reached"
		if short > 0 {
			verdict = "missed by " + lack(short)
		}
		t.rows = append(t.rows, []string{one.name, bound + say(want), say(got), verdict})
	}
	return t
}
