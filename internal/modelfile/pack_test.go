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
	refused := 0
	for n := range 14 {
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
		refused = 0
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
