package evaluate

// part is one of the things that a card and a report tell of, each under a heading of its own: one of the three.
type part struct {
	set    *named
	others *Others
	table  *table
}

// parts are what there is to tell, in the order of the terminal, the card and the report: what the network has not seen comes
// first, what it was trained with, and what is compared with that, last.
func (r *Result) parts() (all []part) {
	var last []part
	for _, s := range r.sets() {
		if s.warning != "" {
			last = append(last, part{set: &s})
		} else {
			all = append(all, part{set: &s})
		}
	}
	switch {
	case r.Others == nil:
	case len(last) > 0: // the garments are those that it was trained with
		last = append(last, part{others: r.Others})
	default:
		all = append(all, part{others: r.Others})
	}
	for _, t := range r.tables() {
		all = append(all, part{table: &t})
	}
	return append(all, last...)
}
