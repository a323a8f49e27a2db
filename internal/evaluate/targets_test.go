package evaluate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/metrics"
	"croquis/internal/modelfile"
)

// TestAims: what was reached to the digit is reached, what was not measured is left out, each network has its own targets, and
// none where nobody asks for them.
func TestAims(t *testing.T) {
	r := &Result{
		Targets: true, Sent: 120001,
		Photos: &Set{Summary: metrics.Summary{Top1: 0.9492, ECE: 0.0158}},
		CrossValidation: &CrossValidation{
			Drawings: Set{Summary: metrics.Summary{MacroRecall: 0.899996, Top2: 0.974, Coarse: 0.99, ECE: 0.04}},
			Others:   &FoldsOthers{},
		},
		Generated: &Generated{},
		Scribbles: &Scribbles{Answered: 0.0504},
		file:      &modelfile.File{Metrics: map[string]float64{"photos_top1_float32": 0.9507}},
	}
	r.CrossValidation.Others.AUROC = 0.9425
	r.Generated.MacroRecall = 0.86
	want := map[string][][]string{
		"croquis": {
			{"test photos: top 1", "at least 95.50 %", "94.92 %", "missed by 0.58 points"},
			{"test photos: expected calibration error", "at most 1.50 %", "1.58 %", "missed by 0.08 points"},
			{"test photos: top 1 lost by packing the weights", "at most 0.10 %", "0.15 %", "missed by 0.05 points"},
			{"drawings, cross-validated: mean recall of the classes", "at least 90.00 %", "90.00 %", "reached"},
			{"drawings, cross-validated: top 2", "at least 98.00 %", "97.40 %", "missed by 0.60 points"},
			{"drawings, cross-validated: right group", "at least 98.00 %", "99.00 %", "reached"},
			{"drawings, cross-validated: expected calibration error", "at most 3.00 %", "4.00 %", "missed by 1.00 points"},
			{"generated drawings: mean of the classes", "at least 90.00 %", "86.00 %", "missed by 4.00 points"},
			{"other things, cross-validated: AUROC of the energy", "at least 0.9500", "0.9425", "missed by 0.0075"},
			{"pictures of nothing that get an answer", "at most 0.00 %", "5.04 %", "missed by 5.04 points"},
			{"weights as they are sent, with brotli", "at most 1,000,000 bytes", "120,001 bytes", "reached"},
		},
		"tiny": {
			{"test photos: top 1", "at least 94.30 %", "94.92 %", "reached"},
			{"test photos: expected calibration error", "at most 2.00 %", "1.58 %", "reached"},
			{"test photos: top 1 lost by packing the weights", "at most 0.10 %", "0.15 %", "missed by 0.05 points"},
			{"drawings, cross-validated: mean recall of the classes", "at least 87.00 %", "90.00 %", "reached"},
			{"drawings, cross-validated: top 2", "at least 96.00 %", "97.40 %", "reached"},
			{"drawings, cross-validated: right group", "at least 96.00 %", "99.00 %", "reached"},
			{"drawings, cross-validated: expected calibration error", "at most 4.00 %", "4.00 %", "reached"},
			{"generated drawings: mean of the classes", "at least 85.00 %", "86.00 %", "reached"},
			{"other things, cross-validated: AUROC of the energy", "at least 0.9200", "0.9425", "reached"},
			{"pictures of nothing that get an answer", "at most 0.00 %", "5.04 %", "missed by 5.04 points"},
			{"weights as they are sent, with brotli", "at most 120,000 bytes", "120,001 bytes", "missed by 1 bytes"},
		},
	}
	for name, rows := range want {
		r.Model.Name = name
		if diff := cmp.Diff(rows, r.aims().rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	r.Targets = false
	if got := r.aims().rows; got != nil {
		t.Errorf("a network that nobody set these for is compared with them: %v", got)
	}
	r = &Result{Model: Model{Name: "tiny"}, Targets: true, Photos: r.Photos, file: &modelfile.File{}}
	if got := len(r.aims().rows); got != 2 {
		t.Errorf("of photos alone there are %d rows, want 2", got)
	}
}
