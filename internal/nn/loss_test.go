package nn

import (
	"math"
	"testing"
)

func TestEnergy(t *testing.T) {
	for _, c := range []struct {
		logits []float32
		want   float64
	}{
		{[]float32{0, 0, 0, 0}, math.Log(4)},
		{[]float32{1, 2}, math.Log(math.Exp(1) + math.Exp(2))},
		{[]float32{1000, 1000}, 1000 + math.Log(2)}, // where exp overflows
		{[]float32{-1000, -1000}, -1000 + math.Log(2)},
	} {
		if got := Energy(c.logits); math.Abs(got-c.want) > 1e-12*math.Abs(c.want) {
			t.Errorf("the energy of %v is %v, want %v", c.logits, got, c.want)
		}
	}
}
