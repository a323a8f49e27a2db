package train

import (
	"fmt"

	"croquis/internal/fashion"
	"croquis/internal/kernel"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/sketch"
	"croquis/internal/sketch/quickdraw"
	"croquis/internal/whole"
)

// Logits are the answers before the softmax (n, Classes) that the network gives to n drawings, rasterised as everywhere in
// this project. They are those of the averaged weights, if the run averages, and rounded as a model file of Config.DType
// holds them: a visitor will ask no others.
func (t *Trainer) Logits(drawings []sketch.Drawing) ([]float32, error) {
	defer t.averaged()()
	dtype, err := modelfile.ParseDType(t.Config.DType)
	if err != nil {
		return nil, err
	}
	model, err := stored(t.untested(), dtype)
	if err != nil {
		return nil, err
	}
	pixels := make([]uint8, len(drawings)*fashion.Pixels)
	errs := make([]error, len(drawings))
	kernel.Parallel(len(drawings), func(i int) {
		_, errs[i] = sketch.Rasterize(drawings[i].Strokes, sketch.Default, pixels[i*fashion.Pixels:(i+1)*fashion.Pixels])
	})
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("train: drawing %d (%q, key_id %s): %w", i, drawings[i].Word, drawings[i].KeyID, err)
		}
	}
	plan := nn.Compile(model, block)
	out := make([]float32, len(drawings)*Classes)
	x := make([]float32, block*fashion.Pixels)
	for from := 0; from < len(drawings); from += block {
		n := min(block, len(drawings)-from)
		t.Input.Normalise(pixels[from*fashion.Pixels:(from+n)*fashion.Pixels], x)
		plan.Logits(x[:n*fashion.Pixels], n, out[from*Classes:(from+n)*Classes])
	}
	return out, nil
}

// notes say what the weights after an epoch are, and what they have seen.
func (t *Trainer) notes(epoch int) map[string]string {
	c := &t.Config
	notes := map[string]string{"kept": fmt.Sprintf("the weights after epoch %d of %d", epoch, c.Epochs)}
	if c.People > 0 && epoch > c.stem() {
		notes[quickdraw.NoteDrawings] = "garments"
		if c.Fold > 0 {
			notes[quickdraw.NoteFold] = quickdraw.Fold(c.Fold, c.Folds)
		}
	}
	if c.Others > 0 {
		notes[quickdraw.NoteOthers] = quickdraw.ExposedHalf
	}
	if t.teacher != nil {
		inherit(notes, t.teacher.file.Training.Notes)
	}
	return notes
}

// inherit adds to a student's notes what its teacher has seen: its answers tell of that.
func inherit(student, teacher map[string]string) {
	if learnt := teacher[quickdraw.NoteDrawings]; learnt != "" {
		switch fold := teacher[quickdraw.NoteFold]; {
		case student[quickdraw.NoteDrawings] == "" && fold != "":
			student[quickdraw.NoteFold] = fold
		case student[quickdraw.NoteFold] != fold:
			delete(student, quickdraw.NoteFold) // between them they have seen all of them
		}
		student[quickdraw.NoteDrawings] = learnt
	}
	if others := teacher[quickdraw.NoteOthers]; others != "" {
		student[quickdraw.NoteOthers] = others
	}
}

// Export writes the network as it stands, with the averaged weights, if the run averages: a teacher for another. It is not
// judged, and has no known answers to check itself by.
func (t *Trainer) Export(path string) error {
	defer t.averaged()()
	b, err := modelfile.Encode(t.untested(), modelfile.Float32)
	if err != nil {
		return err
	}
	return whole.WriteFile(path, b)
}

// untested is the network as it stands in a model file without figures.
func (t *Trainer) untested() *modelfile.File {
	return &modelfile.File{
		Name: t.Config.Arch, Labels: fashion.Labels[:], Input: t.Input, Model: t.Model,
		Training: modelfile.Training{
			Arch: t.Config.Arch, Recipe: recipeLine(&t.Config), Seed: t.Config.Seed, Epochs: t.Config.Epochs, Batch: t.Config.Batch,
			Fingerprint: t.Fingerprint(), Notes: t.notes(t.epoch),
		},
	}
}

// stored is the file's network with its kernels rounded as dtype holds them.
func stored(file *modelfile.File, dtype modelfile.DType) (*nn.Model, error) {
	if dtype == modelfile.Float32 {
		return file.Model, nil
	}
	b, err := modelfile.Encode(file, dtype)
	if err != nil {
		return nil, err
	}
	decoded, err := modelfile.Decode(b)
	if err != nil {
		return nil, err
	}
	return decoded.Model, nil
}
