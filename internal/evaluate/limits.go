package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"croquis/internal/figure"
)

// chance is what guessing among ten classes gets right.
const chance = 0.1

// Limits says in sentences what the figures say against the network, each from a number in the result.
func (r *Result) Limits() []string {
	var l []string
	say := func(format string, args ...any) { l = append(l, fmt.Sprintf(format, args...)) }
	if s := r.Photos; s != nil {
		weak := s.weakest()
		if weak.Predicted == 0 {
			say("It never calls a photo %s.", weak.Label)
		} else {
			say("Of the photos it is worst at class %s: it finds %s of them, and is right in %s of the cases when it says so.", weak.Label, percent(weak.Recall), percent(weak.Precision))
		}
		if gap := s.Coarse - s.Top1; gap > 0.5*(1-s.Top1) {
			say("%s of its mistakes on photos are between a T-shirt, a pullover, a coat and a shirt, or between a sandal, a sneaker and an ankle boot; at 28×28 pixels many of these look alike.", figure.Percent(gap/(1-s.Top1), 0))
		}
	}
	l = append(l, r.drawingLimits()...)
	if auroc, unsure, by, ok := r.otherThings(); ok {
		if unsure > 0 {
			say("Something that is no garment gets the answer “not sure” in %s of the cases%s; in the others it is called a garment.", percent(unsure), by)
		} else if auroc < 0.5 {
			say("It calls everything a garment, and its certainty is no warning: compared with a garment, it is more often surer of the other thing (AUROC %.3f%s; guessing: 0.5).", auroc, by)
		} else {
			say("It calls everything a garment. Its certainty tells garments from other things with an AUROC of %.3f%s (guessing: 0.5).", auroc, by)
		}
	}
	if g := r.Generated; g != nil {
		for _, f := range g.PerFamily {
			if f.Recall < 0.8 && f.Mistaken != "" {
				say("Of the generated drawings “%s” it names %s; the others it calls %s most often.", f.Name, percent(f.Recall), f.Mistaken)
			}
		}
	}
	if s := r.Scribbles; s != nil && s.Answered > 0 {
		worst := slices.MaxFunc(s.Kinds, func(a, b Scribble) int { return cmp.Compare(a.Highest, b.Highest) })
		say("It answers %s of the pictures that show nothing at all; the highest probability, %s, is that of %s for a picture of the kind “%s”.", percent(s.Answered), sure(s.Highest), worst.As, worst.Kind)
	}
	if c := r.Corruptions; c != nil && r.Photos != nil {
		worst := slices.MinFunc(c.Kinds, func(a, b Corruption) int { return cmp.Compare(a.Top1, b.Top1) })
		say("It is made for clean photos the right way up: spoiled ones it names in %s of the cases, on the mean of %d ways of spoiling them, and worst, in %s, after “%s”.", percent(c.Mean), len(c.Kinds), percent(worst.Top1), worst.Name)
	}
	return l
}

// otherThings are the figures on other things that say most of how the network does: cross-validated ones before those of a
// network that knows the garments on the other side of the comparison.
func (r *Result) otherThings() (auroc, unsure float64, by string, ok bool) {
	if c := r.CrossValidation; c != nil && c.Others != nil {
		return c.Others.Probability.AUROC, c.Others.Unsure, ", cross-validated", true
	}
	if o := r.Others; o != nil {
		return o.Probability.AUROC, o.Unsure, "", true
	}
	return 0, 0, "", false
}

// drawingLimits are the sentences about drawings, from those that the network has not seen.
func (r *Result) drawingLimits() (l []string) {
	say := func(format string, args ...any) { l = append(l, fmt.Sprintf(format, args...)) }
	d := r.drawn()
	switch {
	case d == nil && r.Drawings != nil:
		say("How it does on drawings that it has not seen was not measured: it was trained with the ones it was tried on.")
		return l
	case d == nil:
		say("It was not tried on drawings. A network trained on photos only usually fails on them.")
		return l
	case d.Top1Interval.High() < 0.5:
		most, share := d.favourite()
		say("It fails on drawings: it names %s of them correctly (guessing: %s), and %s of its answers are %s.", percent(d.Top1), percent(chance), percent(share), most)
	default:
		say("It names %s of the drawings by people correctly, so about %.0f in a hundred come out wrong.", percent(d.Top1), 100*(1-d.Top1))
	}
	var missing []string
	for _, c := range d.PerClass {
		if c.Support == 0 {
			missing = append(missing, c.Label)
		}
	}
	switch {
	case len(missing) > 0 && r.Generated != nil:
		say("Nothing is known of how it does on people's drawings of %s: the set has none. The generated ones stand in for them.", strings.Join(missing, " and "))
	case len(missing) > 0:
		say("Nothing is known of how it does on drawings of %s: the set has none.", strings.Join(missing, " and "))
	}
	for _, w := range d.ByWord {
		switch {
		case w.Top1Interval.High() < d.Top1Interval.Low() && w.Top1 < 0.5:
			say("Drawings of “%s” (%s) are recognised in %s of the cases only.", w.Word, w.Label, percent(w.Top1))
		case w.Top1Interval.High() < d.Top1Interval.Low():
			say("Drawings of “%s” (%s) are harder for it than others: it recognises %s of them.", w.Word, w.Label, percent(w.Top1))
		}
	}
	if r.file.Calibration.Drawings.Temperature == 0 {
		say("How sure it is was never fitted on drawings: there its logits are divided by the photos' temperature, %.3g.", r.file.Calibration.Effective().Drawings.Temperature)
	}
	if d.ECE > 0.1 {
		say("On drawings, how sure it says it is and how often it is right differ by %s on average.", percent(d.ECE))
	}
	return l
}

// weakest is the class with the lowest F1 of those that occur.
func (s *Set) weakest() Class {
	var weak *Class
	for i := range s.PerClass {
		if c := &s.PerClass[i]; c.Support > 0 && (weak == nil || c.F1 < weak.F1) {
			weak = c
		}
	}
	return *weak
}

// favourite is the class that the network answers most often, and how often.
func (s *Set) favourite() (label string, share float64) {
	for _, c := range s.PerClass {
		if v := float64(c.Predicted) / float64(s.N); v > share {
			label, share = c.Label, v
		}
	}
	return label, share
}
