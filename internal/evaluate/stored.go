package evaluate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"croquis/internal/modelfile"
	"croquis/internal/sketch/quickdraw"
)

// WriteJSON writes the result as a file, which Parse reads back. The same result gives the same bytes.
func (r *Result) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// Parse reads what WriteJSON wrote of the network f. Tables and the card can be made of the result again, byte for byte, but no
// report: the pictures are not in it.
//
// It is an error if the evaluation is not of f, or if b is anything else than what WriteJSON writes, so that nothing can be
// missing, doubled or of another version.
func Parse(b []byte, f *modelfile.File) (*Result, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var r Result
	if err := d.Decode(&r); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("it ends in the middle: evaluate the network again")
		}
		return nil, fmt.Errorf("byte %d: %s: expected an evaluation as this program writes it", d.InputOffset(), strings.TrimPrefix(err.Error(), "json: "))
	}
	if r.Model.SHA256 != f.SHA256 {
		return nil, fmt.Errorf("it judges the network with SHA-256 %q, this one's is %s: evaluate this one", r.Model.SHA256, f.SHA256)
	}
	if want := describe(f); !reflect.DeepEqual(r.Model, want) {
		return nil, fmt.Errorf("it calls the network %+v, the model file says %+v: evaluate it again", r.Model, want)
	}
	if r.Photos == nil && r.Drawings == nil {
		return nil, errors.New("it judges the network on nothing: expected photos, drawings or both")
	}
	if r.Others != nil && r.Others.N < 1 {
		return nil, errors.New("it counts no other things: expected one at least")
	}
	if err := r.check(f); err != nil {
		return nil, err
	}
	var err error
	if r.now, err = time.Parse(time.RFC3339, r.Date); err != nil {
		return nil, fmt.Errorf("its date is %q, expected one like 2026-01-31T12:00:00Z", r.Date)
	}
	r.file = f
	var written bytes.Buffer
	if err := r.WriteJSON(&written); err != nil {
		return nil, err
	}
	if again := written.Bytes(); !bytes.Equal(again, b) {
		at := 0
		for at < len(b) && at < len(again) && b[at] == again[at] {
			at++
		}
		return nil, fmt.Errorf("byte %d: it differs from what this program writes (a member is missing, out of place or there twice): evaluate the network again", at)
	}
	return &r, nil
}

// check makes sure that what was read can be written about, and hides nothing of what the model file says.
func (r *Result) check(f *modelfile.File) error {
	for _, s := range r.sets() {
		if err := s.check(f.Labels); err != nil {
			return fmt.Errorf("%s: %w", strings.ToLower(s.title), err)
		}
	}
	seen, err := readLearnt(f)
	if err != nil {
		return err
	}
	if d := r.Drawings; d != nil && (d.TrainedOn != (d.Seen > 0) || !d.TrainedOn && d.Collection != "" && d.Collection == f.Training.Notes[quickdraw.NoteDrawings]) {
		return fmt.Errorf("it takes the drawings %q for new to the network, which was trained with them: evaluate it again", d.Collection)
	}
	if o := r.Others; o != nil && o.Collection != "" && seen.exposed != (o.LeftOut > 0) {
		return fmt.Errorf("it leaves out %d drawings of other things, which is not what the model file says of them: evaluate it again", o.LeftOut)
	}
	if c := r.CrossValidation; c != nil {
		if len(c.PerFold) != c.Folds || c.Folds < 2 {
			return fmt.Errorf("cross-validation: %d folds of %d are told of: evaluate it again", len(c.PerFold), c.Folds)
		}
		for k, fold := range c.PerFold {
			if (fold.AUROC == nil) != (c.Others == nil) || (fold.Photos == nil) != (c.PerFold[0].Photos == nil) {
				return fmt.Errorf("cross-validation: fold %d has not the figures that others have: evaluate it again", k+1)
			}
		}
	}
	if g := r.Generated; g != nil && (len(g.PerFamily) == 0 || len(g.PerClass) == 0) {
		return errors.New("generated: no family of drawings, expected one at least")
	}
	if r.Targets != (r.Sent > 0) || r.Targets && !hasTargets(f.Name) {
		return fmt.Errorf("it compares %q with targets: %v, and says that %d bytes of it are sent: evaluate it again", f.Name, r.Targets, r.Sent)
	}
	if s := r.Scribbles; s != nil && len(s.Kinds) == 0 {
		return errors.New("scribbles: no kind of them, expected one at least")
	}
	if c := r.Corruptions; c != nil && len(c.Kinds) == 0 {
		return errors.New("corruptions: none, expected one at least")
	}
	return nil
}

// check makes sure that a set that was read can be written about.
func (s *Set) check(labels []string) error {
	if s.N < 1 {
		return fmt.Errorf("%d pictures, expected one at least", s.N)
	}
	if len(s.PerClass) != len(labels) {
		return fmt.Errorf("%d classes, expected %d", len(s.PerClass), len(labels))
	}
	n := 0
	for i, c := range s.PerClass {
		if c.Label != labels[i] {
			return fmt.Errorf("class %d is %q, expected %q", i, c.Label, labels[i])
		}
		n += c.Support
	}
	if n != s.N {
		return fmt.Errorf("%d pictures, but those of the classes add up to %d", s.N, n)
	}
	return nil
}
