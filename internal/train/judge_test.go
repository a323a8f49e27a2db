package train

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/sketch"
	"croquis/internal/sketch/quickdraw"
)

// What is said of drawings is said of the network that the model file holds, of its rounded kernels.
func TestLogitsAreOfTheStoredNetwork(t *testing.T) {
	c := small()
	c.DType = "int8"
	tr := prepare(t, c, synthetic(t, 300, 1), t.TempDir(), Watch{})
	mustRun(t, tr)
	drawing := someDrawings()[0]
	got, err := tr.Logits([]sketch.Drawing{drawing})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Finish(synthetic(t, 120, 2), Output{}); err != nil {
		t.Fatal(err)
	}
	f, err := modelfile.Load(tr.files.Model)
	if err != nil {
		t.Fatal(err)
	}
	pixels := make([]uint8, fashion.Pixels)
	if _, err := sketch.Rasterize(drawing.Strokes, sketch.Default, pixels); err != nil {
		t.Fatal(err)
	}
	x, want, unrounded := make([]float32, fashion.Pixels), make([]float32, Classes), make([]float32, Classes)
	f.Input.Normalise(pixels, x)
	nn.Compile(f.Model, 1).Logits(x, 1, want)
	nn.Compile(tr.Model, 1).Logits(x, 1, unrounded)
	if !slices.Equal(got, want) || slices.Equal(got, unrounded) {
		t.Errorf("a drawing has the logits\n%v, in the model file\n%v, unrounded\n%v", got, want, unrounded)
	}
}

// One training has one fingerprint, however it is stored; one with other settings, photos or drawings has another. That a
// network shares it with its cross-validation, crossvalidate's TestRun says.
func TestFingerprint(t *testing.T) {
	set, drawings := synthetic(t, 340, 1), 60
	fingerprint := func(set *fashion.Set, change func(*Config)) string {
		c := everything()
		change(&c)
		others, _ := otherThings(t)
		m, err := Prepare(&c, Data{Photos: set, Garments: drawn(drawings), Others: others})
		if err != nil {
			t.Fatal(err)
		}
		tr, err := New(c, m.Input, m.Train, m.Validation, FilesFor(filepath.Join(t.TempDir(), "model.json")), Watch{})
		if err != nil {
			t.Fatal(err)
		}
		return tr.Fingerprint()
	}
	want := fingerprint(set, func(*Config) {})
	if got := fingerprint(set, func(c *Config) { c.DType = "int8" }); got != want {
		t.Error("another type of the stored weights changes the fingerprint")
	}
	drawings = 59
	fewer := fingerprint(set, func(*Config) {})
	drawings = 60
	for what, got := range map[string]string{
		"drawings":     fewer,
		"photos":       fingerprint(synthetic(t, 340, 2), func(*Config) {}),
		"limit":        fingerprint(set, func(c *Config) { c.Limit = 300 }),
		"held out":     fingerprint(set, func(c *Config) { c.Validation = 30 }),
		"normalise":    fingerprint(set, func(c *Config) { c.Normalise = "scale" }),
		"rate":         fingerprint(set, func(c *Config) { c.LR = 0.06 }),
		"other shares": fingerprint(set, func(c *Config) { c.Scribbles = 0.2 }),
	} {
		if got == want {
			t.Errorf("%s: another training has the same fingerprint", what)
		}
	}
}

// A student has seen what its teacher has: what it says it has left out, neither of them has learnt.
func TestStudentInheritsWhatItsTeacherHasSeen(t *testing.T) {
	notes := func(drawings, fold, others string) map[string]string {
		n := map[string]string{}
		for name, value := range map[string]string{quickdraw.NoteDrawings: drawings, quickdraw.NoteFold: fold, quickdraw.NoteOthers: others} {
			if value != "" {
				n[name] = value
			}
		}
		return n
	}
	for _, c := range []struct{ student, teacher, want map[string]string }{
		{notes("", "", ""), notes("garments", "", "exposed half"), notes("garments", "", "exposed half")},
		{notes("", "", ""), notes("garments", "2 of 5", ""), notes("garments", "2 of 5", "")},
		{notes("garments", "2 of 5", ""), notes("garments", "2 of 5", ""), notes("garments", "2 of 5", "")},
		{notes("garments", "2 of 5", ""), notes("garments", "3 of 5", ""), notes("garments", "", "")},
		{notes("garments", "2 of 5", ""), notes("garments", "", ""), notes("garments", "", "")},
		{notes("garments", "", ""), notes("garments", "3 of 5", ""), notes("garments", "", "")},
		{notes("garments", "2 of 5", "exposed half"), notes("", "", ""), notes("garments", "2 of 5", "exposed half")},
	} {
		got := maps.Clone(c.student)
		if inherit(got, c.teacher); !maps.Equal(got, c.want) {
			t.Errorf("student %v, teacher %v: got %v, want %v", c.student, c.teacher, got, c.want)
		}
	}
}
