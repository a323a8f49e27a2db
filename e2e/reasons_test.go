package e2e

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"croquis/internal/sketch"
)

// near fails if the page's values are not the native ones within 2e-4.
func near(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, natively %d", what, len(got), len(want))
	}
	for i := range want {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= 2e-4) {
			t.Errorf("%s: value %d is %v in the page, %v natively", what, i, got[i], want[i])
		}
	}
}

// What a stroke says is what leaving it out changes.
func TestWhy(t *testing.T) {
	t.Parallel()
	n := loadNative(t)
	p := open(t, setup{}).ready()
	for _, class := range []int{0, 8} {
		got := eval[struct {
			Probability float32
			Without     []float32
		}](p, fmt.Sprintf("croquis.ready.then((c) => c.why(%s, %d)).then((w) => ({ ...w, without: [...w.without] }))", jsonOf(t, outfit), class))
		image, _ := drawn(t, outfit)
		near(t, "whole", []float32{got.Probability}, n.named(image)[class:class+1])
		var want []float64
		for i := range outfit {
			image, _ := drawn(t, slices.Delete(slices.Clone(outfit), i, i+1))
			want = append(want, n.named(image)[class])
		}
		near(t, "without each stroke", got.Without, want)
	}
	alone := eval[[]float32](p, "croquis.ready.then((c) => c.why([[[0, 0], [50, 50]]], 3)).then((w) => [w.probability, ...w.without])")
	if len(alone) != 2 || !(alone[0] > 0) || alone[1] != 0 {
		t.Errorf("a stroke alone: %v, want its probability, and 0 without it", alone)
	}
	p.quiet()
}

// The heat of a pixel is how much the squares that cover it lower the class, by the plain loops.
func TestHeat(t *testing.T) {
	t.Parallel()
	n := loadNative(t)
	p := open(t, setup{}).ready()
	const side, cover, stride, class = sketch.Side, 6, 2, 0
	image, _ := drawn(t, outfit)
	want, squares := make([]float64, side*side), make([]float64, side*side)
	whole := n.named(image)[class]
	for top := stride - cover; top < side; top += stride {
		for left := stride - cover; left < side; left += stride {
			covered := slices.Clone(image)
			var under []int
			for i := range covered {
				if x, y := i%side, i/side; x >= left && x < left+cover && y >= top && y < top+cover {
					covered[i] = 0
					under = append(under, i)
				}
			}
			lowered := whole - n.named(covered)[class]
			for _, i := range under {
				want[i] += lowered
				squares[i]++
			}
		}
	}
	for i := range want {
		want[i] /= squares[i]
	}
	got := eval[struct {
		Shape  []int
		Values []float32
	}](p, fmt.Sprintf("croquis.ready.then((c) => c.heat(%s, %d)).then((h) => ({ ...h, values: [...h.values] }))", jsonOf(t, outfit), class))
	if !slices.Equal(got.Shape, []int{side, side}) {
		t.Errorf("shape %v", got.Shape)
	}
	near(t, "heat", got.Values, want)

	// A photo's heat is of the photo's answer, and what is blank has none.
	photo := eval[[]float32](p, `croquis.ready.then(async (c) => {
		const photo = Float32Array.from({ length: 784 }, (_, i) => (i % 28 > 6 && i % 28 < 21 ? ((i * 7) % 200) / 255 : 0));
		const { top: [first], probabilities } = await c.classify(photo);
		const { values } = await c.heat(photo, first.index);
		const corner = photo.slice();
		for (let y = 0; y < 2; y++) for (let x = 0; x < 28; x++) corner[28 * y + x] = 0;
		const none = await c.heat([], 0);
		return [Math.max(...values), Math.min(...none.values), Math.max(...none.values), values[0]];
	})`)
	if !(photo[0] > 0) || photo[1] != 0 || photo[2] != 0 || photo[3] != 0 {
		t.Errorf("the largest of a photo's heat, those of nothing, and at a place of paper: %v", photo)
	}
	p.quiet()
}

// The course of a drawing is the answers to its first points.
func TestCourse(t *testing.T) {
	t.Parallel()
	n := loadNative(t)
	p := open(t, setup{}).ready()
	got := eval[struct {
		Points        []int
		Probabilities [][]float32
	}](p, fmt.Sprintf("croquis.ready.then((c) => c.course(%s, 9)).then(({ points, probabilities }) => ({ points, probabilities: probabilities.map((a) => [...a]) }))", jsonOf(t, outfit)))
	total := 0
	for _, s := range outfit {
		total += len(s.Points) / 2
	}
	if len(got.Points) != 9 || got.Points[8] != total || !slices.IsSorted(got.Points) {
		t.Fatalf("moments at %v of %d points", got.Points, total)
	}
	for k, points := range got.Points {
		var part []penStroke
		for _, s := range outfit {
			if points <= 0 {
				break
			}
			if len(s.Points) > 2*points {
				s.Points, s.Fill = s.Points[:2*points], false
			}
			points -= len(s.Points) / 2
			part = append(part, s)
		}
		image, _ := drawn(t, part)
		near(t, fmt.Sprintf("moment %d", k), got.Probabilities[k], n.named(image))
	}
	// What may be said at each moment is what would have been said then.
	for _, drawing := range []string{jsonOf(t, outfit), "[[[0, 0], [90, 0], [180, 2]]]"} {
		if wrong := eval[[]string](p, fmt.Sprintf(`croquis.ready.then(async (c) => {
			const strokes = %s.map((s) => (Array.isArray(s) ? { points: s.flat() } : s));
			const { points, verdicts } = await c.course(strokes, 9);
			const wrong = [];
			for (const [k, n] of points.entries()) {
				let left = n;
				const some = strokes.map((s) => {
					const points = s.points.slice(0, 2 * Math.max(0, left));
					left -= s.points.length / 2;
					return { ...s, points, fill: !!s.fill && points.length === s.points.length };
				}).filter(({ points }) => points.length > 0);
				const { verdict } = await c.classify(some);
				if (verdict !== verdicts[k]) wrong.push(n + ' points: ' + verdicts[k] + ', want ' + verdict);
			}
			return verdicts.length === points.length ? wrong : ['as many verdicts as ' + verdicts.length];
		})`, drawing)); len(wrong) > 0 {
			t.Errorf("verdicts over the course: %q", wrong)
		}
	}
	if few := eval[[]int](p, "croquis.ready.then((c) => c.course([[[0, 0], [50, 50]]], 100)).then((c) => c.points)"); !slices.Equal(few, []int{1, 2}) {
		t.Errorf("two points have moments at %v", few)
	}
	for _, moments := range []string{"0", "NaN", "1e9", "'x'"} {
		if got := eval[string](p, "croquis.ready.then((c) => c.course([], "+moments+")).then(() => 'given', (e) => e.code)"); got != "input" {
			t.Errorf("%s moments: %s", moments, got)
		}
	}
	p.quiet()
}

// Long calls let newer drawings in, a newer one takes the older one's place, and kinds do not hinder each other.
func TestLongCallsYield(t *testing.T) {
	p := open(t, setup{}).ready()
	got := eval[[]string](p, fmt.Sprintf(`croquis.ready.then(async (c) => {
		const outfit = %s;
		const wave = [Float32Array.from({ length: 20000 }, (_, i) => (i %% 2 ? 128 + 90 * Math.sin(i / 400) : i / 80))];
		const order = [];
		const told = (name) => [() => order.push(name), (e) => order.push(name + ' ' + e.code)];
		const all = [
			c.course(wave, 10000).then(...told('first course')),
			c.heat(outfit, 0).then(...told('heat')),
			c.classify(outfit).then(...told('drawing')),
		];
		await all[2];
		for (let i = 0; i < 3; i++) {
			await c.classify(outfit).then(...told('drawing'));
			await c.inside(outfit).then(...told('inside'));
		}
		all.push(c.course(wave, 10000).then(...told('second course')), c.why(outfit, 1).then(...told('why')), c.course(outfit, 5).then(...told('third course')));
		await Promise.all(all);
		return order;
	})`, jsonOf(t, outfit)))
	// The heat may be done at any moment.
	seen := strings.Join(slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s == "heat" }), ", ")
	if !strings.HasPrefix(seen, "drawing, drawing, inside, drawing, inside, drawing, inside, ") {
		t.Errorf("drawings had to wait: %s", seen)
	}
	slices.Sort(got)
	want := []string{"drawing", "drawing", "drawing", "drawing", "first course overtaken", "heat", "inside", "inside", "inside", "second course overtaken", "third course", "why"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	for _, index := range []string{"-1", "10", "0.5", "NaN", "undefined", "'0'"} {
		if got := eval[string](p, "croquis.ready.then((c) => c.why([], "+index+")).then(() => 'given', (e) => e.code)"); got != "input" {
			t.Errorf("the reasons for class %s: %s", index, got)
		}
	}
	p.quiet()
}
