package train

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"

	"croquis/internal/fashion"
	"croquis/internal/random"
)

// Classes is the number of classes that a target has.
const Classes = len(fashion.Labels)

// A Source supplies examples: photos, drawings, or a mixture ([Mix]). What it gives is a function of its arguments alone,
// so that batches depend neither on the number of cores nor on whether the run was interrupted. Example may be called from
// several goroutines at once.
type Source interface {
	// Len is the number of examples in an epoch.
	Len() int
	// Example writes example i of the epoch: its pixels (28, 28), 0 the background, and its target, a distribution over the
	// classes.
	Example(epoch, i int, pixels []uint8, target []float32)
	// Fingerprint changes when the examples do; a run is resumed only on the examples it began with.
	Fingerprint() string
}

// Photos are pictures of a set, changed by augmentation if there is one.
type Photos struct {
	set     *fashion.Set
	index   []int // of the set; the pictures of this source
	augment *Augment
}

// NewPhotos makes a source of the pictures of the set with the given indices, all of them if index is nil. augment may be
// nil.
func NewPhotos(set *fashion.Set, index []int, augment *Augment) *Photos {
	if index == nil {
		index = make([]int, set.Len())
		for i := range index {
			index[i] = i
		}
	}
	for _, i := range index {
		if i < 0 || i >= set.Len() {
			panic(fmt.Sprintf("train: NewPhotos: picture %d of a set of %d", i, set.Len()))
		}
	}
	return &Photos{set, index, augment}
}

// Len implements [Source].
func (p *Photos) Len() int { return len(p.index) }

// Example implements [Source].
func (p *Photos) Example(epoch, i int, pixels []uint8, target []float32) {
	at := p.index[i]
	if p.augment == nil {
		copy(pixels, p.set.Pixels(at))
	} else {
		p.augment.Apply(epoch, at, p.set.Pixels(at), pixels)
	}
	clear(target)
	target[p.set.Label(at)] = 1
}

// Label is the class of example i.
func (p *Photos) Label(i int) uint8 { return uint8(p.set.Label(p.index[i])) }

// Fingerprint implements [Source].
func (p *Photos) Fingerprint() string {
	h := sha256.New()
	for _, i := range p.index {
		h.Write(p.set.Pixels(i))
		h.Write([]byte{byte(p.set.Label(i))})
	}
	if p.augment != nil {
		fmt.Fprintf(h, "%+v", *p.augment)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Split holds n of the total examples out: it returns the indices to train with and those to validate with, each in
// ascending order, chosen by the seed.
func Split(total, n int, seed uint64) (train, validation []int) {
	if n < 0 || n > total {
		panic(fmt.Sprintf("train: Split: %d of %d examples", n, total))
	}
	held := make([]bool, total)
	stream := random.NewStream(seed, "validation", 0)
	for i := range n {
		held[permute(stream, total, i)] = true
	}
	train, validation = make([]int, 0, total-n), make([]int, 0, n)
	for i, h := range held {
		if h {
			validation = append(validation, i)
		} else {
			train = append(train, i)
		}
	}
	return train, validation
}

// A Part is one source of a mixture.
type Part struct {
	Source Source
	Take   int // examples in an epoch; 0: all
	Skip   int // examples that are passed over before the first epoch's, as if others had taken them
}

// Mix joins several sources. Where an epoch takes fewer examples than a source has, the next epoch goes on where it
// stopped, in a new random order each time through, so that all examples are seen equally often. The batches' order is
// shuffled over all parts.
func Mix(seed uint64, parts ...Part) Source {
	m := &mix{seed: seed, parts: parts}
	for i, p := range parts {
		if p.Source.Len() == 0 || p.Take < 0 || p.Skip < 0 {
			panic(fmt.Sprintf("train: Mix: part %d takes %d of %d examples after %d", i, p.Take, p.Source.Len(), p.Skip))
		}
		if p.Take == 0 {
			m.parts[i].Take = p.Source.Len()
		}
		m.total += m.parts[i].Take
	}
	return m
}

type mix struct {
	seed  uint64
	parts []Part
	total int
}

func (m *mix) Len() int { return m.total }

func (m *mix) Example(epoch, i int, pixels []uint8, target []float32) {
	for k, p := range m.parts {
		if i >= p.Take {
			i -= p.Take
			continue
		}
		n := p.Source.Len()
		at := p.Skip + epoch*p.Take + i
		round := at / n
		p.Source.Example(round, permute(random.NewStream(m.seed, fmt.Sprint("mix ", k), uint64(round)), n, at%n), pixels, target)
		return
	}
	panic(fmt.Sprintf("train: example %d of a mixture of %d", i, m.total))
}

func (m *mix) Fingerprint() string {
	h := sha256.New()
	for _, p := range m.parts {
		h.Write([]byte(p.Source.Fingerprint()))
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(p.Take)))
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(p.Skip)))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// permute returns element i of a random permutation of 0 … n-1 that the stream chooses, without storing it: a Feistel
// network over the next power of four, whose outputs beyond n are put through again until they fall below (Black and
// Rogaway, "Ciphers with arbitrary finite domains", 2002).
func permute(s random.Stream, n, i int) int {
	half := (bits.Len(uint(n-1)) + 1) / 2
	mask := 1<<half - 1
	for x := i; ; {
		left, right := x>>half, x&mask
		for round := range 8 {
			left, right = right, left^int(s.Uint64(uint64(round)<<32|uint64(right)))&mask
		}
		if x = left<<half | right; x < n {
			return x
		}
	}
}
