package modelfile

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"pgregory.net/rapid"

	"croquis/internal/nn"
)

func TestPackByHand(t *testing.T) {
	// 0, -1, 1, -2 in zigzag are 0, 1, 2, 3: the digits A B C D. 127 is 254: low bits 62, the digit 8; high bits 3.
	for _, c := range []struct {
		q    []int8
		want string
	}{
		{nil, ""},
		{[]int8{0, -1, 1, -2}, "ABCDAAAA"},
		{[]int8{127}, "+wAA"},
		{[]int8{1, 127, -128}, "C+/P"},
	} {
		if got := base64.StdEncoding.EncodeToString(packInt8(c.q)); got != c.want {
			t.Errorf("%v: got %q, want %q", c.q, got, c.want)
		}
	}
}

func TestPackRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SliceOfN(rapid.Int8(), 0, 50).Draw(t, "q")
		b := packInt8(q)
		if len(b) != packedSize(len(q)) {
			t.Fatalf("%d values take %d bytes, packedSize says %d", len(q), len(b), packedSize(len(q)))
		}
		back, err := unpackInt8(b, len(q))
		if err != nil || !slices.Equal(back, q) {
			t.Fatalf("%v came back as %v, %v", q, back, err)
		}
	})
}

// TestUnpackKnowsOneSpelling sets every single bit: whatever is read without an error must be what packInt8 writes.
func TestUnpackKnowsOneSpelling(t *testing.T) {
	for n := range 14 {
		refused := 0
		b := packInt8(make([]int8, n))
		for bit := range 8 * len(b) {
			changed := slices.Clone(b)
			changed[bit/8] ^= 0x80 >> (bit % 8)
			q, err := unpackInt8(changed, n)
			switch {
			case err == nil && !bytes.Equal(packInt8(q), changed):
				t.Errorf("%d values, bit %d: read as %v, which is not written so", n, bit, q)
			case err != nil && !strings.Contains(err.Error(), "behind the last"):
				t.Errorf("%d values, bit %d: %v", n, bit, err)
			case err != nil:
				refused++
			}
		}
		if want := 8*len(b) - 8*n; refused != want {
			t.Errorf("%d values: %d bits were refused, want the %d that no value has", n, refused, want)
		}
	}
}

// odd is a file whose one kernel has 35 values: the last character of their high bits holds two, and one more pads.
func odd(t testing.TB) *File {
	t.Helper()
	m := nn.NewModel("odd", nn.Shape{1, 5, 1}, nn.Node{Layer: &nn.Flatten{}}, nn.Node{Name: "dense", Layer: &nn.Dense{Units: 7, Activation: "softmax"}})
	if err := m.Build(7); err != nil {
		t.Fatal(err)
	}
	return &File{Name: "odd", Labels: []string{"a", "b", "c", "d", "e", "f", "g"}, Input: Input{Shape: []int{1, 5, 1}, Std: 1}, Model: m}
}

func TestPackedFiles(t *testing.T) {
	f := odd(t)
	good := encoded(t, f, Int8Packed)
	checkWeights(t, decoded(t, good).Model, f.Model, Int8Packed)
	packed := packInt8(make([]int8, 35))
	behind := slices.Clone(packed)
	behind[len(behind)-1] = 1 // of the padding
	beside := slices.Clone(packed)
	beside[len(beside)-1] = 0x40 // of the character before it, which two values share
	instead := func(values []byte) func(*testing.T, []byte) []byte {
		return replace(`"data":"[^"]*"`, `"data":"`+base64.StdEncoding.EncodeToString(values)+`"`)
	}
	for _, c := range []struct {
		name  string
		fault func(t *testing.T, b []byte) []byte
		want  string
	}{
		{"a bit in the padding", instead(behind), `weights[0] ("dense/kernel"): data has bits set in character 47, behind the last of its 35 values`},
		{"a bit behind the last value", instead(beside), `data has bits set in character 46, behind the last of its 35 values`},
		{"too short", instead(packed[:33]), `data is 44 characters of base64, expected 48 for 36 bytes`},
		{"no scales", replace(`"scales":"[^"]*",`, ``), `member "scales" holds 0 bytes, expected 28 for the 7 channels`},
	} {
		if _, err := Decode(c.fault(t, good)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is\n\t%v\nexpected one with\n\t%s", c.name, err, c.want)
		}
	}
}

// TestPackedCompresses: what packing is for, on values as they are in a trained network, normally distributed.
func TestPackedCompresses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	q := make([]int8, 60000)
	for i := range q {
		q[i] = int8(max(-127, min(127, 30*r.NormFloat64())))
	}
	size := func(raw []byte) int {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		if _, err := w.Write([]byte(base64.StdEncoding.EncodeToString(raw))); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Len()
	}
	// Their entropy is log₂(30·√(2πe)) = 6.95 bits.
	if plain, packed := size(int8Bytes(q)), size(packInt8(q)); packed > 60000*72/80 || plain < 60000*76/80 {
		t.Errorf("%d values compress to %d bytes packed, to %d plain", len(q), packed, plain)
	}
}
