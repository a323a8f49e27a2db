package modelfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"croquis/internal/nn"
)

// Decode reads a model file. It trusts nothing: whatever is wrong with b, the answer is an error that says what, where
// and what to do, in time and memory proportional to len(b), which is at most MaxBytes. The File's weights do not refer
// to b.
func Decode(b []byte) (*File, error) {
	f, err := decode(b, verify)
	if err != nil {
		return nil, fmt.Errorf("modelfile: %w", err)
	}
	return f, nil
}

// DecodeVerified is Decode without the checksum, for bytes that are known to be whole: a page has them hashed natively and
// off its path (crypto.subtle, subresource integrity), where Go's SHA-256 in WebAssembly takes longer than all the rest.
func DecodeVerified(b []byte) (*File, error) {
	f, err := decode(b, nil)
	if err != nil {
		return nil, fmt.Errorf("modelfile: %w", err)
	}
	return f, nil
}

// Read reads r to its end, MaxBytes at most, and decodes that.
func Read(r io.Reader) (*File, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("modelfile: reading the model after %d bytes: %w", len(b), err)
	}
	return Decode(b)
}

func decode(b []byte, verify func(b []byte, sum span) error) (*File, error) {
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("the file is over %d bytes long, more than a model may be", MaxBytes)
	}
	s, err := scan(b)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(s.head) {
		return nil, errors.New("the text is not UTF-8: the file is damaged, fetch or export it again")
	}
	// Format and version first and alone: a newer file may differ in everything else.
	var id struct {
		Format  string
		Version int
	}
	if err := json.Unmarshal(s.head, &id); err != nil {
		return nil, s.explain(err)
	}
	if id.Format != FormatName {
		return nil, fmt.Errorf("member \"format\" is %q, expected %q: this is no model file of this project", id.Format, FormatName)
	}
	if id.Version > Version {
		return nil, fmt.Errorf("member \"version\" is %d, this program reads up to %d: update the program, or export the model again with this one", id.Version, Version)
	}
	if id.Version < 1 {
		return nil, fmt.Errorf("member \"version\" is %d, expected 1 to %d", id.Version, Version)
	}
	if verify != nil {
		if err := verify(b, s.sum); err != nil {
			return nil, err
		}
	}
	var w wire
	d := json.NewDecoder(bytes.NewReader(s.head))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return nil, s.explain(err)
	}
	f, err := w.file(func(i int) []byte { return b[s.data[i].lo:s.data[i].hi] })
	if err != nil {
		return nil, err
	}
	f.Size = len(b)
	return f, nil
}

// verify compares the checksum at sum with that of b.
func verify(b []byte, sum span) error {
	const digits = 2 * sha256.Size
	stored := b[sum.lo:sum.hi]
	if len(stored) != digits {
		return fmt.Errorf("member \"sha256\" has %d characters, expected %d hexadecimal digits", len(stored), digits)
	}
	h := sha256.New()
	h.Write(b[:sum.lo])
	h.Write(bytes.Repeat([]byte{'0'}, digits))
	h.Write(b[sum.hi:])
	if got := hex.EncodeToString(h.Sum(nil)); got != string(stored) {
		return fmt.Errorf("the SHA-256 of the file is %s, its member \"sha256\" says %q: the file is damaged, fetch or export it again", got, stored)
	}
	return nil
}

// explain turns an error of encoding/json on head into one about the file.
func (s *scanned) explain(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("byte %d: not JSON: %s", s.original(int(syntax.Offset)), strings.TrimPrefix(err.Error(), "json: "))
	case errors.As(err, &kind):
		return fmt.Errorf("byte %d: member %q is a JSON %s, expected %s", s.original(int(kind.Offset)), kind.Field, kind.Value, kind.Type)
	}
	// Among them "unknown field": the strictness that the package comment promises.
	return fmt.Errorf("%s (this program reads version %d of the format)", strings.TrimPrefix(err.Error(), "json: "), Version)
}

// file checks everything and builds the network. data gives the i-th data string.
func (w *wire) file(data func(i int) []byte) (*File, error) {
	f := &File{
		Format: w.Format, Version: w.Version, Name: w.Name, Labels: w.Labels, Input: w.Input,
		Calibration: w.Calibration, Metrics: w.Metrics, Training: w.Training, Golden: w.Golden, SHA256: w.SHA256,
	}
	f.defaults()
	if err := f.checkInput(); err != nil {
		return nil, err
	}
	nodes, err := w.nodes()
	if err != nil {
		return nil, err
	}
	f.Model = nn.NewModel(w.Name, nn.Shape(w.Input.Shape), nodes...)
	if err := w.build(f, data); err != nil {
		return nil, err
	}
	volume := 0
	for _, n := range nodes {
		if volume += f.Model.OutputOf(n.Name).Size(); volume > maxVolume {
			return nil, fmt.Errorf("member \"layers\": up to layer %q one picture becomes more than the %d numbers allowed", n.Name, maxVolume)
		}
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return f, nil
}

// nodes decodes the layers' configurations.
func (w *wire) nodes() ([]nn.Node, error) {
	if len(w.Layers) == 0 || len(w.Layers) > maxLayers {
		return nil, fmt.Errorf("member \"layers\" has %d entries, expected 1 to %d", len(w.Layers), maxLayers)
	}
	nodes := make([]nn.Node, 0, len(w.Layers))
	for i, l := range w.Layers {
		where := fmt.Sprintf("layers[%d] (%q)", i, l.Name)
		if l.Name == "" || len(l.Name) > maxName {
			return nil, fmt.Errorf("%s: the name has %d bytes, expected 1 to %d", where, len(l.Name), maxName)
		}
		layer, err := DecodeLayer(l.ClassName, l.Config)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		nodes = append(nodes, nn.Node{Name: l.Name, Layer: layer, Inbound: l.Inbound})
	}
	return nodes, nil
}

// DecodeLayer makes a layer of the Keras class from its configuration; what that leaves out has Keras's default.
func DecodeLayer(className string, config []byte) (nn.Layer, error) {
	layer, err := nn.NewLayer(className)
	if err != nil || len(config) == 0 {
		return layer, err
	}
	d := json.NewDecoder(bytes.NewReader(config))
	d.DisallowUnknownFields()
	if err := d.Decode(layer); err != nil {
		return nil, fmt.Errorf("config of a %s: %s", className, strings.TrimPrefix(err.Error(), "json: "))
	}
	return layer, nil
}

// build builds f.Model from the weights. data gives the i-th data string.
func (w *wire) build(f *File, data func(i int) []byte) error {
	stored := make(map[string]int, len(w.Weights))
	for i := range w.Weights {
		name := w.Weights[i].Name
		if _, dup := stored[name]; dup {
			return fmt.Errorf("weights[%d]: a second tensor is called %q", i, name)
		}
		stored[name] = i
	}
	var bad error // of a weight; any other is of a layer
	err := f.Model.BuildFrom(func(p *nn.Param) error {
		i, ok := stored[p.Name]
		if !ok {
			bad = fmt.Errorf("weights: tensor %q of shape %v is missing: the file does not fit its own layers, export it again", p.Name, p.Shape)
			return bad
		}
		delete(stored, p.Name)
		if err := w.Weights[i].check(i, p); err != nil {
			bad = fmt.Errorf("weights[%d] (%q): %w", i, p.Name, err)
		} else if err := w.Weights[i].decode(data(i), p, f); err != nil {
			bad = fmt.Errorf("weights[%d] (%q): %w", i, p.Name, err)
		}
		return bad
	})
	if bad != nil {
		return bad
	}
	if err != nil {
		return fmt.Errorf("member \"layers\": %w", err)
	}
	if len(stored) > 0 {
		surplus := slices.Sorted(maps.Keys(stored))
		return fmt.Errorf("weights: tensor %q belongs to no layer (%d such, %d expected in all): the file does not fit its own layers, export it again", surplus[0], len(surplus), len(f.Model.Params()))
	}
	return nil
}

// check compares what the i-th weight says of itself with what its layer wants.
func (t *wireWeight) check(i int, p *nn.Param) error {
	if !slices.Equal(t.Shape, p.Shape) {
		return fmt.Errorf("shape %v, its layer expects %v", nn.Shape(t.Shape), p.Shape)
	}
	if t.Data == nil {
		return errors.New("member \"data\" is missing")
	}
	if *t.Data != i {
		// Only a weight before this one without any data gets the count out of step.
		return errors.New("a weight before it has no member \"data\"")
	}
	return nil
}

// decode gives p the values that text holds.
func (t *wireWeight) decode(text []byte, p *nn.Param, f *File) error {
	dtype, err := ParseDType(t.DType)
	if err != nil {
		return err
	}
	if dtype != Float32 && !isKernel(p) {
		return fmt.Errorf("dtype %v, expected float32: only kernels are stored in fewer bits", dtype)
	}
	if !dtype.quantized() && t.Scales != nil {
		return fmt.Errorf("member \"scales\" in a tensor of dtype %v, expected in int8 and int8-packed only", dtype)
	}
	if dtype != Float32 {
		f.DType = dtype
	}
	n := p.Shape.Size()
	switch dtype {
	case Float16:
		p.Value, err = decodeFloat16(text, n)
	case Int8, Int8Packed:
		var scales []float32
		if scales, err = decodeScales(t.Scales, p.Shape[len(p.Shape)-1]); err != nil {
			return err
		}
		p.Int8, p.Value, err = decodeInt8(text, dtype == Int8Packed, scales, n)
		p.Scales = scales
	default:
		p.Value, err = decodeFloat32(text, n)
	}
	if err != nil {
		return err
	}
	return checkVariance(p)
}

// checkVariance keeps the square root of a variance from being NaN.
func checkVariance(p *nn.Param) error {
	if !strings.HasSuffix(p.Name, "/moving_variance") {
		return nil
	}
	for i, x := range p.Value {
		if x < 0 {
			return fmt.Errorf("value %d is %v: expected a variance, which is not negative", i, x)
		}
	}
	return nil
}

func decodeScales(raw []byte, channels int) ([]float32, error) {
	if len(raw) != 4*channels {
		return nil, fmt.Errorf("member \"scales\" holds %d bytes, expected %d for the %d channels of the last axis", len(raw), 4*channels, channels)
	}
	scales := make([]float32, channels)
	for i := range scales {
		s := math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		if !(s >= 0 && finite(s*128)) {
			return nil, fmt.Errorf("scale %d is %v: expected a finite number, not negative", i, s)
		}
		scales[i] = s
	}
	return scales, nil
}

// defaults spells out what a zero means, but for that of the drawings' temperature: spelled out it would look as if fitted.
func (f *File) defaults() { f.Calibration.Photos = f.Calibration.Effective().Photos }

// Check tells what is wrong with f, all but the values of its weights. Its Model has to be built.
func (f *File) Check() error {
	g := *f
	g.defaults()
	if err := g.checkInput(); err != nil {
		return err
	}
	return g.check()
}

// checkInput checks what the network is built from.
func (f *File) checkInput() error {
	if len(f.Input.Shape) != 3 {
		return fmt.Errorf("member \"input\".\"shape\" is %v, expected (height, width, channels)", nn.Shape(f.Input.Shape))
	}
	volume := 1
	for _, d := range f.Input.Shape {
		if d < 1 || d > maxVolume/volume {
			return fmt.Errorf("member \"input\".\"shape\" is %v: expected positive sizes and at most %d pixels", nn.Shape(f.Input.Shape), maxVolume)
		}
		volume *= d
	}
	if !finite(f.Input.Mean) {
		return fmt.Errorf("member \"input\".\"mean\" is %v: expected a finite number", f.Input.Mean)
	}
	if !(f.Input.Std > 0 && finite(f.Input.Std)) {
		return fmt.Errorf("member \"input\".\"std\" is %v: expected a positive number", f.Input.Std)
	}
	return nil
}

// check checks the rest of f, all but the weights, against the built model.
func (f *File) check() error {
	if f.Name == "" || len(f.Name) > maxName || strings.ContainsAny(f.Name, "/\\\x00\n") {
		return fmt.Errorf("member \"name\" is %q: expected 1 to %d bytes that can be part of a file name", f.Name, maxName)
	}
	if len(f.Labels) > maxLabels {
		return fmt.Errorf("member \"labels\" has %d entries, expected at most %d", len(f.Labels), maxLabels)
	}
	if out := f.Model.Output(); len(out) != 1 || out[0] != len(f.Labels) {
		return fmt.Errorf("member \"labels\" has %d entries, the network gives %v values: expected one label per value", len(f.Labels), out)
	}
	for i, label := range f.Labels {
		if label == "" || len(label) > maxName || slices.Contains(f.Labels[:i], label) {
			return fmt.Errorf("labels[%d] is %q: expected a name of 1 to %d bytes that no other class has", i, label, maxName)
		}
	}
	for _, c := range []struct {
		name string
		Domain
	}{{"photos", f.Calibration.Photos}, {"drawings", f.Calibration.Drawings}} {
		if !(c.Temperature >= 0 && finite(c.Temperature)) {
			return fmt.Errorf("calibration.%s.temperature is %v: expected a positive number, or 0 for one that was never fitted", c.name, c.Temperature)
		}
		if !(c.Threshold >= 0 && c.Threshold <= 1) {
			return fmt.Errorf("calibration.%s.threshold is %v: expected a probability", c.name, c.Threshold)
		}
		if !finite(c.Energy) {
			return fmt.Errorf("calibration.%s.energy is %v: expected a finite number, or 0 for one that was never fitted", c.name, c.Energy)
		}
	}
	for name, v := range f.Metrics {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("metrics.%s is %v: expected a finite number", name, v)
		}
	}
	if s := f.Training.Seconds; math.IsNaN(s) || math.IsInf(s, 0) {
		return fmt.Errorf("training.seconds is %v: expected a finite number", s)
	}
	return f.checkGolden()
}

func (f *File) checkGolden() error {
	if len(f.Golden) > maxGolden {
		return fmt.Errorf("member \"golden\" has %d entries, expected at most %d", len(f.Golden), maxGolden)
	}
	pixels := nn.Shape(f.Input.Shape).Size()
	for i, g := range f.Golden {
		if len(g.Input) != pixels {
			return fmt.Errorf("golden[%d].input holds %d pixels, expected %d", i, len(g.Input), pixels)
		}
		if len(g.Probabilities) != len(f.Labels) {
			return fmt.Errorf("golden[%d].probabilities has %d entries, expected %d, one per label", i, len(g.Probabilities), len(f.Labels))
		}
		for j, p := range g.Probabilities {
			if !(p >= 0 && p <= 1) {
				return fmt.Errorf("golden[%d].probabilities[%d] is %v: expected a probability", i, j, p)
			}
		}
		if !(g.Tolerance > 0 && g.Tolerance <= 1) {
			return fmt.Errorf("golden[%d].tolerance is %v: expected a number over 0 and at most 1", i, g.Tolerance)
		}
	}
	return nil
}
