package train

import (
	"bytes"
	"math"
	"slices"
	"sync"
	"testing"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/random"

	"pgregory.net/rapid"
)

func TestPermuteIsAPermutation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "n")
		s := random.Stream(rapid.Uint64().Draw(t, "stream"))
		seen := make([]bool, n)
		for i := range n {
			p := permute(s, n, i)
			if p < 0 || p >= n || seen[p] {
				t.Fatalf("permute(%d, %d) is %d: outside, or not for the first time", n, i, p)
			}
			seen[p] = true
		}
	})
}

// TestPermuteIsRandom counts where each of 20 elements goes over 20,000 streams: the chi-square of 19 degrees of freedom
// exceeds 54 once in 30,000 fair trials.
func TestPermuteIsRandom(t *testing.T) {
	const n, streams = 20, 20000
	var count [n][n]int
	var follows int
	for k := range streams {
		s := random.NewStream(7, "test", uint64(k))
		before := -2
		for i := range n {
			p := permute(s, n, i)
			count[i][p]++
			if p == before+1 {
				follows++
			}
			before = p
		}
	}
	for i := range n {
		chi := 0.0
		for p := range n {
			d := float64(count[i][p]) - streams/n
			chi += d * d / (streams / n)
		}
		if chi > 54 {
			t.Errorf("element %d: chi-square %.1f, want at most 54: %v", i, chi, count[i])
		}
	}
	// Of the 19 neighbours in a random order one in 20 is the successor of the one before: 0.95 for each stream.
	if mean := float64(follows) / streams; math.Abs(mean-0.95) > 0.04 {
		t.Errorf("%.3f successors for each permutation, want 0.95", mean)
	}
}

func TestSplit(t *testing.T) {
	train, held := Split(1000, 100, 3)
	if len(train) != 900 || len(held) != 100 || !slices.IsSorted(train) || !slices.IsSorted(held) {
		t.Fatalf("%d and %d indices", len(train), len(held))
	}
	all := append(slices.Clone(train), held...)
	slices.Sort(all)
	for i, v := range all {
		if i != v {
			t.Fatalf("index %d is missing or twice there", i)
		}
	}
	if _, other := Split(1000, 100, 4); slices.Equal(held, other) {
		t.Error("two seeds hold the same images out")
	}
}

// TestEpochShowsEveryImageOnce records what a run takes from its source.
func TestEpochShowsEveryImageOnce(t *testing.T) {
	c := small()
	c.Validation, c.Epochs = 0, 2
	set := synthetic(t, 70, 1)
	r := &recorder{Source: NewPhotos(set, nil, nil)}
	tr, err := New(c, modelfile.Input{Shape: []int{28, 28, 1}, Std: 1}, r, nil, Files{}, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	mustRun(t, tr)
	if len(r.order) != 2 || slices.Equal(r.order[0], r.order[1]) {
		t.Fatalf("%d epochs, or both in the same order", len(r.order))
	}
	for e, order := range r.order {
		slices.Sort(order)
		for i, v := range order {
			if i != v {
				t.Fatalf("epoch %d shows %v", e, order)
			}
		}
	}
}

type recorder struct {
	Source
	mutex sync.Mutex
	order [][]int
}

// Example is called in any order within a batch; the batch's position is what counts, and TestEpochShowsEveryImageOnce sorts.
func (r *recorder) Example(epoch, i int, pixels []uint8, target []float32) {
	r.Source.Example(epoch, i, pixels, target)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for len(r.order) <= epoch {
		r.order = append(r.order, nil)
	}
	r.order[epoch] = append(r.order[epoch], i)
}

// TestMix takes 30 of 100 examples from one source and all 20 of another: after ten epochs every example of the first was
// seen three times and every one of the second ten times.
func TestMix(t *testing.T) {
	a, b := counter(100), counter(20)
	m := Mix(9, Part{Source: a, Take: 30}, Part{Source: b})
	if m.Len() != 50 {
		t.Fatalf("an epoch has %d examples, want 50", m.Len())
	}
	pixels, target := make([]uint8, fashion.Pixels), make([]float32, Classes)
	rounds := map[int]int{}
	for epoch := range 10 {
		for i := range m.Len() {
			m.Example(epoch, i, pixels, target)
			if i < 30 {
				a.seen[int(target[0])]++
				rounds[int(target[1])]++
			} else {
				b.seen[int(target[0])]++
				if int(target[1]) != epoch {
					t.Errorf("epoch %d of the mixture is %g of its second part", epoch, target[1])
				}
			}
		}
	}
	for i, n := range a.seen {
		if n != 3 {
			t.Errorf("example %d of the first part was seen %d times, want 3", i, n)
		}
	}
	for i, n := range b.seen {
		if n != 10 {
			t.Errorf("example %d of the second part was seen %d times, want 10", i, n)
		}
	}
	if len(rounds) != 3 {
		t.Errorf("the first part was asked for the epochs %v, want 0, 1 and 2", rounds)
	}
	if m.Fingerprint() == Mix(9, Part{Source: a, Take: 31}, Part{Source: b}).Fingerprint() {
		t.Error("another share has the same fingerprint")
	}
	if m.Fingerprint() == Mix(9, Part{Source: a, Take: 30, Skip: 5}, Part{Source: b}).Fingerprint() {
		t.Error("other examples of the same source have the same fingerprint")
	}
}

// TestMixTrains runs the loop on a mixture, stopped and not.
func TestMixTrains(t *testing.T) {
	c := small()
	c.Validation = 0
	source := func() Source {
		return Mix(c.Seed, Part{Source: NewPhotos(synthetic(t, 90, 1), nil, c.augment())}, Part{Source: NewPhotos(synthetic(t, 100, 2), nil, nil), Take: 33})
	}
	input := modelfile.Input{Shape: []int{28, 28, 1}, Std: 1}
	straight, err := New(c, input, source(), nil, Files{}, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	mustRun(t, straight)
	files := FilesFor(t.TempDir() + "/model.json")
	ctx, watch := stopAfter(6)
	first, err := New(c, input, source(), nil, files, watch)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Run(ctx); err == nil {
		t.Fatal("the run was not stopped")
	}
	second, err := New(c, input, source(), nil, files, Watch{})
	if err != nil {
		t.Fatal(err)
	}
	mustResume(t, second)
	mustRun(t, second)
	same(t, "a mixture, stopped", stateOf(t, straight), stateOf(t, second))
}

// counted is a source whose targets tell which example of which epoch they are.
type counted struct{ seen []int }

func counter(n int) *counted           { return &counted{make([]int, n)} }
func (c *counted) Len() int            { return len(c.seen) }
func (c *counted) Fingerprint() string { return "counted" }
func (c *counted) Example(epoch, i int, _ []uint8, target []float32) {
	target[0], target[1] = float32(i), float32(epoch)
}

func TestBatch(t *testing.T) {
	set := synthetic(t, 40, 1)
	photos := NewPhotos(set, []int{5, 9, 33}, nil)
	b := batcher{input: modelfile.Input{Shape: []int{28, 28, 1}, Mean: 0.25, Std: 0.5}}
	x, targets := b.batch(photos, 0, 2, func(k int) int { return 2 - k })
	if !slices.Equal(x.Shape, []int{2, 28, 28, 1}) || !slices.Equal(targets.Shape, []int{2, 10}) {
		t.Fatalf("shapes %v and %v", x.Shape, targets.Shape)
	}
	for k, at := range []int{33, 9} {
		for p, v := range set.Pixels(at) {
			if want := (float64(v)/255 - 0.25) / 0.5; math.Abs(float64(x.Row(k)[p])-want) > 1e-6 {
				t.Fatalf("pixel %d of image %d is %v, want %v", p, k, x.Row(k)[p], want)
			}
		}
		for c, v := range targets.Row(k) {
			if (v == 1) != (c == set.Label(at)) || v != 0 && v != 1 {
				t.Fatalf("target %v for class %d", targets.Row(k), set.Label(at))
			}
		}
	}
}

func TestMoments(t *testing.T) {
	set := synthetic(t, 40, 1)
	c := small()
	c.Validation, c.Normalise = 10, "standardise"
	train, _, input, err := Photographs(&c, set)
	if err != nil {
		t.Fatal(err)
	}
	var sum, squares, n float64
	for _, i := range train.(*Photos).index {
		for _, p := range set.Pixels(i) {
			v := float64(p) / 255
			sum, squares, n = sum+v, squares+v*v, n+1
		}
	}
	mean := sum / n
	if d := math.Sqrt(squares/n - mean*mean); math.Abs(float64(input.Mean)-mean) > 1e-6 || math.Abs(float64(input.Std)-d) > 1e-6 {
		t.Errorf("mean %v and deviation %v, want %v and %v", input.Mean, input.Std, mean, d)
	}
	blank, err := fashion.NewSet(make([]uint8, 2*fashion.Pixels), make([]uint8, 2))
	if err != nil {
		t.Fatal(err)
	}
	if _, d := moments(blank, []int{0, 1}); d != 1 {
		t.Errorf("the deviation of blank images is %v, want 1", d)
	}
}

func TestFingerprints(t *testing.T) {
	set := synthetic(t, 40, 1)
	prints := [][]byte{}
	for _, p := range []*Photos{
		NewPhotos(set, nil, nil), NewPhotos(set, []int{0, 1}, nil), NewPhotos(set, []int{1, 0}, nil),
		NewPhotos(synthetic(t, 40, 2), nil, nil), NewPhotos(set, nil, &Augment{Pad: 1}), NewPhotos(set, nil, &Augment{Pad: 2}),
	} {
		f := []byte(p.Fingerprint())
		if slices.ContainsFunc(prints, func(g []byte) bool { return bytes.Equal(f, g) }) {
			t.Errorf("source %d has the fingerprint of an earlier one", len(prints))
		}
		prints = append(prints, f)
	}
}

// BenchmarkBatch assembles what one step of the thesis network takes, with all augmentation.
func BenchmarkBatch(b *testing.B) {
	photos := NewPhotos(synthetic(b, 2000, 1), nil, &Augment{Pad: 2, Flip: "alternating", Erase: 0.5, EraseMax: 0.4})
	batches := batcher{input: modelfile.Input{Shape: []int{28, 28, 1}, Std: 1}}
	for b.Loop() {
		batches.batch(photos, 0, 512, func(k int) int { return k })
	}
}
