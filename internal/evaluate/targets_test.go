package evaluate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/metrics"
)

// TestAims: what was reached to the digit is reached, what was not measured is left out, and other networks have no targets.
func TestAims(t *testing.T) {
	r := &Result{
		Model:  Model{Name: "croquis"},
		Photos: &Set{Summary: metrics.Summary{Top1: 0.9492, ECE: 0.0158}},
		CrossValidation: &CrossValidation{
			Drawings: Set{Summary: metrics.Summary{MacroRecall: 0.9, Top2: 0.974, Coarse: 0.99, ECE: 0.03}},
			Others:   &FoldsOthers{},
		},
	}
	r.CrossValidation.Others.AUROC = 0.9425
	want := [][]string{
		{"test photos: top 1", "at least 95.50 %", "94.92 %", "missed by 0.58 points"},
		{"test photos: expected calibration error", "at most 1.50 %", "1.58 %", "missed by 0.08 points"},
		{"drawings, cross-validated: mean recall of the classes", "at least 90.00 %", "90.00 %", "reached"},
		{"drawings, cross-validated: top 2", "at least 98.00 %", "97.40 %", "missed by 0.60 points"},
		{"drawings, cross-validated: right group", "at least 98.00 %", "99.00 %", "reached"},
		{"drawings, cross-validated: expected calibration error", "at most 3.00 %", "3.00 %", "reached"},
		{"other things, cross-validated: AUROC of the energy", "at least 0.9500", "0.9425", "missed by 0.0075"},
	}
	if diff := cmp.Diff(want, r.aims().rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.Model.Name = "thesis"; len(r.aims().rows) != 0 {
		t.Errorf("thesis was to reach %v", r.aims().rows)
	}
}
