package modelfile

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"croquis/internal/kernel"
	"croquis/internal/nn"
)

// Little-endian machines, WebAssembly among them, hold float32 in memory as the file does: base64 is decoded straight
// into the weights' memory and encoded from it, without a loop over the values.
var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

// base64Strict allows one spelling of each value.
var base64Strict = base64.StdEncoding.Strict()

// isKernel reports whether the file's DType applies to the tensor: to the kernels of convolutions and dense layers.
func isKernel(p *nn.Param) bool { return p.Decay }

// decodeFloat32 decodes n little-endian float32 from base64.
func decodeFloat32(text []byte, n int) ([]float32, error) {
	raw, err := decodeBase64(text, 4*n)
	if err != nil {
		return nil, err
	}
	v := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(raw))), n)
	if !littleEndian {
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
	}
	if !kernel.Finite(v) {
		i := slices.IndexFunc(v, func(x float32) bool { return !finite(x) })
		return nil, fmt.Errorf("value %d is %v: expected finite numbers", i, v[i])
	}
	return v, nil
}

// decodeFloat16 decodes n little-endian binary16 from base64.
func decodeFloat16(text []byte, n int) ([]float32, error) {
	raw, err := decodeBase64(text, 2*n)
	if err != nil {
		return nil, err
	}
	h := unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(raw))), n)
	if !littleEndian {
		for i := range h {
			h[i] = binary.LittleEndian.Uint16(raw[2*i:])
		}
	}
	v := make([]float32, n)
	if !kernel.Widen(h, v) {
		i := slices.IndexFunc(h, func(bits uint16) bool { return bits&0x7c00 == 0x7c00 })
		return nil, fmt.Errorf("value %d is NaN or infinite: expected finite numbers", i)
	}
	return v, nil
}

// decodeInt8 decodes n int8 from base64 and multiplies them out: the last axis of the tensor has len(scales) channels.
// packed says that they come as packInt8 left them.
func decodeInt8(text []byte, packed bool, scales []float32, n int) ([]int8, []float32, error) {
	size := n
	if packed {
		size = packedSize(n)
	}
	raw, err := decodeBase64(text, size)
	if err != nil {
		return nil, nil, err
	}
	var q []int8
	if packed {
		if q, err = unpackInt8(raw, n); err != nil {
			return nil, nil, err
		}
	} else {
		q = unsafe.Slice((*int8)(unsafe.Pointer(unsafe.SliceData(raw))), n)
	}
	v := make([]float32, n)
	kernel.Dequantize(q, scales, v)
	return q, v, nil
}

// decodeBase64 decodes exactly n bytes into memory that is aligned for float32.
func decodeBase64(text []byte, n int) ([]byte, error) {
	if want := base64.StdEncoding.EncodedLen(n); len(text) != want {
		return nil, fmt.Errorf("data is %d characters of base64, expected %d for %d bytes", len(text), want, n)
	}
	// The decoder writes up to two bytes past a padded end.
	mem := make([]float32, (n+2+3)/4)
	buf := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(mem))), 4*len(mem))
	taken := kernel.DecodeBase64(buf, text)
	got, err := base64Strict.Decode(buf[taken/4*3:], text[taken:])
	if err != nil {
		var at base64.CorruptInputError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("data is not base64 at character %d", taken+int(at))
		}
		return nil, err
	}
	got += taken / 4 * 3
	if got != n {
		return nil, fmt.Errorf("data holds %d bytes, expected %d", got, n)
	}
	return buf[:n], nil
}

// bytesOf returns v's memory as little-endian bytes, copied only where the machine's order differs.
func bytesOf(v []float32) []byte {
	if littleEndian {
		return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 4*len(v))
	}
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// encodeFloat16 returns v as little-endian binary16.
func encodeFloat16(v []float32) ([]byte, error) {
	b := make([]byte, 0, 2*len(v))
	for i, x := range v {
		h, ok := Float16Bits(x)
		if !ok {
			return nil, fmt.Errorf("value %d is %g, beyond float16's largest, %d: encode as float32 or int8", i, x, MaxFloat16)
		}
		b = binary.LittleEndian.AppendUint16(b, h)
	}
	return b, nil
}

// QuantizeInt8 rounds v, whose last axis has the given number of channels, to v[i] ≈ q[i]·scales[i mod channels] with q in
// -levels…levels, levels being 1 to 127. The scale is the channel's largest magnitude over levels, so the error is at most half
// a scale. A channel of zeros has scale 0; every value must be finite.
func QuantizeInt8(v []float32, channels, levels int) (q []int8, scales []float32) {
	if channels <= 0 || len(v)%channels != 0 {
		panic(fmt.Sprintf("modelfile: QuantizeInt8: %d values in %d channels", len(v), channels))
	}
	if levels < 1 || levels > 127 {
		panic(fmt.Sprintf("modelfile: QuantizeInt8: %d levels, want 1 to 127", levels))
	}
	scales = make([]float32, channels)
	for i, x := range v {
		c := i % channels
		scales[c] = max(scales[c], float32(math.Abs(float64(x))))
	}
	for c := range scales {
		scales[c] /= float32(levels)
	}
	q = make([]int8, len(v))
	for i, x := range v {
		if s := scales[i%channels]; s > 0 {
			// A scale so small that it is subnormal is itself rounded; the clamp keeps such a channel in range.
			q[i] = int8(max(-float64(levels), min(float64(levels), math.RoundToEven(float64(x)/float64(s)))))
		}
	}
	return q, scales
}

// finite is false for NaN and the infinities, whose exponent bits are all set.
func finite(x float32) bool { return math.Float32bits(x)&0x7f800000 != 0x7f800000 }
