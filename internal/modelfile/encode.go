package modelfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"croquis/internal/nn"
)

// Encode writes f with its kernels stored as dtype. The same f gives the same bytes.
//
// A golden vector must tell what the weights in the file compute, so where rounding to dtype changes the weights, or where
// a vector comes without probabilities, Encode computes them from the rounded weights (to six decimals, which every
// kernel variant agrees on but for ties). f itself stays as it is.
func Encode(f *File, dtype DType) ([]byte, error) {
	b, err := encode(f, dtype)
	if err != nil {
		return nil, fmt.Errorf("modelfile: encoding %q as %v: %w", f.Name, dtype, err)
	}
	return b, nil
}

func encode(f *File, dtype DType) ([]byte, error) {
	if f.Model == nil {
		return nil, fmt.Errorf("File.Model is nil")
	}
	if int(dtype) >= len(dtypeNames) {
		return nil, fmt.Errorf("unknown %v", dtype)
	}
	g := *f
	g.defaults()
	// The golden vectors' probabilities may be about to be computed.
	golden := slices.Clone(f.Golden)
	g.Golden = nil
	if err := g.Check(); err != nil {
		return nil, err
	}
	tensors, exact, err := encodeTensors(f.Model.Params(), dtype)
	if err != nil {
		return nil, err
	}
	if len(golden) > 0 {
		if !exact {
			for i := range golden {
				golden[i].Probabilities = nil
			}
		}
		if err := g.answer(golden, tensors); err != nil {
			return nil, err
		}
	}
	g.Golden = golden
	if err := g.checkGolden(); err != nil {
		return nil, err
	}
	return g.write(tensors)
}

// answer fills the golden vectors that lack probabilities with what the weights in tensors compute, which is also a test
// that what is written can be read.
func (f *File) answer(golden []Golden, tensors []tensor) error {
	if !slices.ContainsFunc(golden, func(g Golden) bool { return g.Probabilities == nil }) {
		return nil
	}
	b, err := f.write(tensors)
	if err != nil {
		return err
	}
	written, err := decode(b, nil)
	if err != nil {
		return fmt.Errorf("reading back what was encoded: %w", err)
	}
	written.Golden = golden
	return written.FillGolden()
}

// FillGolden computes the probabilities of those golden vectors that have none, from the model's present weights and to six
// decimals.
func (f *File) FillGolden() error {
	var plan *nn.Plan
	x := make([]float32, nn.Shape(f.Input.Shape).Size())
	out := make([]float32, len(f.Labels))
	for i := range f.Golden {
		g := &f.Golden[i]
		if g.Probabilities != nil {
			continue
		}
		if len(g.Input) != len(x) {
			return fmt.Errorf("golden[%d].input holds %d pixels, expected %d", i, len(g.Input), len(x))
		}
		if plan == nil {
			plan = nn.Compile(f.Model, 1)
		}
		f.Input.Normalise(g.Input, x)
		plan.Predict(x, 1, out)
		g.Probabilities = make([]float32, len(out))
		for j, v := range out {
			g.Probabilities[j] = float32(math.Round(float64(v)*1e6) / 1e6)
		}
	}
	return nil
}

// A tensor is one weight ready to be written.
type tensor struct {
	wireWeight
	data []byte
}

// encodeTensors rounds the weights to dtype. exact reports whether that changed none of them.
func encodeTensors(params []*nn.Param, dtype DType) (tensors []tensor, exact bool, err error) {
	exact = true
	for _, p := range params {
		t := tensor{wireWeight: wireWeight{Name: p.Name, Shape: p.Shape, DType: Float32.String()}}
		if len(p.Value) != p.Shape.Size() {
			return nil, false, fmt.Errorf("tensor %q has %d values for shape %v", p.Name, len(p.Value), p.Shape)
		}
		for i, x := range p.Value {
			if !finite(x) {
				return nil, false, fmt.Errorf("tensor %q: value %d is %v: the training diverged, go back to an earlier checkpoint", p.Name, i, x)
			}
		}
		switch {
		case dtype == Float32 || !isKernel(p):
			t.data = bytesOf(p.Value)
		case dtype == Float16:
			if t.data, err = encodeFloat16(p.Value); err != nil {
				return nil, false, fmt.Errorf("tensor %q: %w", p.Name, err)
			}
			t.DType = dtype.String()
			exact = exact && float16Exact(p.Value)
		default:
			q, scales, same := int8Form(p, dtype.levels())
			if dtype == Int8Packed {
				t.data = packInt8(q)
			} else {
				t.data = int8Bytes(q)
			}
			t.Scales, t.DType = bytesOf(scales), dtype.String()
			exact = exact && same
		}
		tensors = append(tensors, t)
	}
	return tensors, exact, nil
}

func float16Exact(v []float32) bool {
	for _, x := range v {
		if h, _ := Float16Bits(x); Float16Value(h) != x {
			return false
		}
	}
	return true
}

// int8Form returns the int8 form of p: the one it was decoded from if its values are still those, which makes decoding
// and encoding again lossless, else a new one of that many levels (see QuantizeInt8). exact reports whether the form stands for the very values.
func int8Form(p *nn.Param, levels int) (q []int8, scales []float32, exact bool) {
	if len(p.Int8) == len(p.Value) && len(p.Scales) > 0 && int8Exact(p.Value, p.Int8, p.Scales) {
		return p.Int8, p.Scales, true
	}
	q, scales = QuantizeInt8(p.Value, p.Shape[len(p.Shape)-1], levels)
	return q, scales, int8Exact(p.Value, q, scales)
}

func int8Exact(v []float32, q []int8, scales []float32) bool {
	for i, x := range v {
		if float32(q[i])*scales[i%len(scales)] != x {
			return false
		}
	}
	return true
}

func int8Bytes(q []int8) []byte {
	b := make([]byte, len(q))
	for i, x := range q {
		b[i] = byte(x)
	}
	return b
}

// write lays the file out: one member a line, one line for each layer, golden vector and weight, and the checksum of it all
// at the end.
func (f *File) write(tensors []tensor) ([]byte, error) {
	layers, err := wireLayers(f.Model)
	if err != nil {
		return nil, err
	}
	size := 1 << 16
	for _, t := range tensors {
		size += base64.StdEncoding.EncodedLen(len(t.data)) + 512
	}
	l := layout{b: bytes.NewBuffer(make([]byte, 0, size))}
	l.b.WriteString("{\n")
	l.member("format", FormatName)
	l.member("version", Version)
	l.member("name", f.Name)
	l.member("labels", f.Labels)
	l.member("input", f.Input)
	list(&l, "layers", layers, nil)
	l.member("calibration", f.Calibration)
	if len(f.Metrics) > 0 {
		l.member("metrics", f.Metrics)
	}
	l.member("training", f.Training)
	if len(f.Golden) > 0 {
		list(&l, "golden", f.Golden, nil)
	}
	weights := make([]wireWeight, len(tensors))
	for i, t := range tensors {
		weights[i] = t.wireWeight
	}
	list(&l, "weights", weights, func(i int, line []byte) []byte {
		// The line ends in `"data":null}`, and there the data goes.
		line = append(line[:len(line)-len(`null}`)], '"')
		line = base64.StdEncoding.AppendEncode(line, tensors[i].data)
		return append(line, `"}`...)
	})
	if l.err != nil {
		return nil, l.err
	}
	l.b.WriteString(`  "sha256": "`)
	at := l.b.Len()
	l.b.Write(bytes.Repeat([]byte{'0'}, 2*sha256.Size))
	l.b.WriteString("\"\n}\n")
	b := l.b.Bytes()
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("the file would be %d bytes long, over the limit of %d: use a smaller network or dtype", len(b), MaxBytes)
	}
	sum := sha256.Sum256(b)
	hex.Encode(b[at:], sum[:])
	return b, nil
}

func wireLayers(m *nn.Model) ([]wireLayer, error) {
	layers := make([]wireLayer, 0, len(m.Nodes))
	for _, n := range m.Nodes {
		config, err := json.Marshal(n.Layer)
		if err != nil {
			return nil, fmt.Errorf("layer %q: config of a %s: %w", n.Name, n.Layer.ClassName(), err)
		}
		layers = append(layers, wireLayer{Name: n.Name, ClassName: n.Layer.ClassName(), Config: config, Inbound: n.Inbound})
	}
	return layers, nil
}

// A layout writes members one a line and keeps the first error.
type layout struct {
	b   *bytes.Buffer
	err error
}

func (l *layout) marshal(v any) []byte {
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil && l.err == nil {
		l.err = err
	}
	return bytes.TrimRight(line.Bytes(), "\n")
}

func (l *layout) member(name string, v any) {
	fmt.Fprintf(l.b, "  %q: %s,\n", name, l.marshal(v))
}

// list writes an array with one entry a line; finish, unless nil, has the last word on each line.
func list[T any](l *layout, name string, entries []T, finish func(i int, line []byte) []byte) {
	fmt.Fprintf(l.b, "  %q: [\n", name)
	for i, e := range entries {
		line := l.marshal(e)
		if l.err != nil {
			return
		}
		if finish != nil {
			line = finish(i, line)
		}
		l.b.WriteString("    ")
		l.b.Write(line)
		if i < len(entries)-1 {
			l.b.WriteByte(',')
		}
		l.b.WriteByte('\n')
	}
	l.b.WriteString("  ],\n")
}
