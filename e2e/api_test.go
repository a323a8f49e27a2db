package e2e

import (
	"encoding/json"
	"fmt"
	"testing"
)

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The forms in which a drawing may come to classify are one drawing.
func TestFormsOfADrawing(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	same := eval[[]string](p, `croquis.ready.then(async (c) => {
		const pairs = [[[10, 10], [90, 10], [90, 90], [10, 90], [10, 10]], [[30, 30], [60, 60]]];
		const forms = [
			pairs,
			pairs.map((s) => s.map(([x, y]) => ({ x, y }))),
			pairs.map((s) => Float32Array.from(s.flat())),
			pairs.map((points) => ({ points })),
			pairs.map((s) => ({ points: Object.freeze(s.flat()), size: 1, fill: false })),
			pairs.map((s) => ({ points: Float64Array.from(s.flat()), size: 1 })),
			pairs.map((s) => s.map(([x, y]) => [1000 + 4 * x, 4 * y - 50])),
		];
		return Promise.all(forms.map(async (f) => { const a = await c.classify(f); return JSON.stringify([a.top, [...a.image]]); }));
	})`)
	for i, s := range same {
		if s != same[0] {
			t.Errorf("form %d gives %s, want %s", i, s, same[0])
		}
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	a := eval[struct {
		Blank, Sure, Frozen bool
		Probabilities       []float64
		Top                 []struct {
			Index       int
			Label       string
			Probability float64
		}
		Image  []int
		Ms     float64
		Energy *float64
		Labels []string
		Info   map[string]any
	}](p, `croquis.ready.then(async (c) => {
		const a = await c.classify([[[0, 0], [50, 0], [50, 80], [0, 80], [0, 0]]]);
		return { ...a, probabilities: [...a.probabilities], image: [...a.image], labels: c.info.labels, info: c.info, frozen: Object.isFrozen(c.info) };
	})`)
	sum := 0.0
	for i, v := range a.Top {
		sum += v.Probability
		if i > 0 && v.Probability > a.Top[i-1].Probability {
			t.Errorf("top is not sorted: %+v", a.Top)
		}
		if a.Labels[v.Index] != v.Label || a.Probabilities[v.Index] != v.Probability {
			t.Errorf("%+v does not fit label %q and probability %v", v, a.Labels[v.Index], a.Probabilities[v.Index])
		}
	}
	if len(a.Top) != 10 || a.Blank || a.Ms < 0 || a.Energy == nil || len(a.Image) != 784 || sum < 0.9999 || sum > 1.0001 || !a.Frozen {
		t.Errorf("%+v", a)
	}
	for _, name := range []string{"name", "parameters", "macs", "bytes", "weights", "sha256", "kernel", "kernels", "selfCheck", "metrics", "calibration", "loadMs"} {
		if _, ok := a.Info[name]; !ok {
			t.Errorf("info has no %s: %v", name, a.Info)
		}
	}
}

func TestBlankAnswers(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, drawing := range []string{"[]", "[[]]", "[[[5, 5]]]", "[[[5, 5], [5, 5]], [[5, 5]]]", "[[[5, 5], [8, 6]]]"} {
		got := eval[string](p, "croquis.ready.then((c) => c.classify("+drawing+")).then((a) => JSON.stringify([a.blank, a.probabilities, a.top, a.energy, a.sure]))")
		if want := "[true,null,[],null,false]"; got != want {
			t.Errorf("%s gives %s, want %s", drawing, got, want)
		}
	}
}

// What is no drawing or picture is refused with a code, and the classifier lives on.
func TestBadInput(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	code := func(call string) string {
		t.Helper()
		return eval[string](p, "croquis.ready.then((c) => c.classify("+call+")).then(() => 'accepted', (e) => e.name + ' ' + e.code)")
	}
	for _, input := range []string{
		"undefined", "5", "'shirt'", "[5]", "['x']", "[[1, 2, 3]]", "[[[1, NaN], [2, 3]]]", "[[[1, 2], [Infinity, 3]]]", "[[[1, 2], [1e30, 3]]]",
		"[[{}]]", "[{ points: 5 }]", "[{ points: [1, 2, 3] }]", "[{ points: [0, 0, 9, 9], size: 0 }]", "[{ points: [0, 0, 9, 9], size: 99 }]",
		"[{ points: [0, 0, 9, 9], size: NaN }]", "[new Float32Array(3)]", "new Float32Array(783)", "new Float32Array(785)", "new Float32Array(784).fill(NaN)",
		"new Float32Array(784).fill(2)", "new Float32Array(784).fill(-1)", "[new Float32Array(4000000)]",
	} {
		if got := code(input); got != "CroquisError input" {
			t.Errorf("classify(%s): %s, want CroquisError input", input, got)
		}
	}
	if got := code("[[[0, 0], [50, 50]]]"); got != "accepted" {
		t.Errorf("after bad input a drawing is: %s", got)
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for options, want := range map[string]string{
		"{ model: 'nonesuch' }": "download",
		"{ kernel: 'avx512' }":  "kernel",
		"{ base: '/nowhere/' }": "download",

		"{ signal: AbortSignal.abort() }": "closed",
		"(() => { const c = new AbortController(); return { signal: c.signal, onProgress: () => c.abort() }; })()": "closed",
	} {
		if got := eval[string](p, fmt.Sprintf("croquis.load(%s).then(() => 'loaded', (e) => e.code)", options)); got != want {
			t.Errorf("load(%s): %s, want %s", options, got, want)
		}
	}
	if got := eval[string](p, "croquis.load().then((c) => { c.close(); return c.classify([[[0, 0], [9, 9]]]); }).then(() => 'answered', (e) => e.code)"); got != "closed" {
		t.Errorf("a closed classifier: %s", got)
	}
}

// Other pages import the module by a name that stays, from any folder, and see the progress in bytes.
func TestModuleForOtherPages(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	got := eval[struct {
		Name   string
		Layers int
		Last   struct{ Loaded, Total int }
		Rising bool
		Stages []string
	}](p, fmt.Sprintf(`import('%s/croquis.js').then(async ({ load }) => {
		const seen = [];
		const c = await load({ model: '%s', onProgress: (p) => seen.push(p) });
		c.close();
		return {
			name: c.info.name, layers: c.info.layers.length, last: seen.at(-1), rising: seen.every((p, i) => i === 0 || p.loaded >= seen[i - 1].loaded),
			stages: [...new Set(seen.map((p) => p.stage))],
		};
	})`, p.server.URL, modelName))
	if got.Name == "" || got.Last.Total == 0 || got.Last.Loaded != got.Last.Total || !got.Rising || got.Layers == 0 || got.Stages[len(got.Stages)-1] != "weights" {
		t.Errorf("%+v", got)
	}
}

// A prediction allocates nothing in the program, and 100,000 leave its memory as it was: a thousand asked for one by one, the
// rest inside the worker.
func TestPredictionsAllocateNothing(t *testing.T) {
	p := open(t, setup{}).ready()
	got := eval[[]struct{ Bytes, Allocations int }](p, `croquis.ready.then(async (c) => {
		const photo = Float32Array.from({ length: 784 }, (_, i) => (i % 29) / 28);
		const wave = (n) => [Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? 128 + 90 * Math.sin(i / 40) : i / 4))];
		const work = async (n) => { for (let i = 0; i < n; i++) { await c.classify(photo); await c.classify(wave(400 + i % 100)); } };
		await work(20); // buffers find their size
		await c.memory(); // and the question its own stack
		const before = await c.memory();
		await work(500);
		const { perSample } = await c.bench(1); // each of its samples is several predictions, as the clock is coarse
		for (let left = 99_000; left > 0; ) {
			const { samples, perSample: each } = await c.bench(Math.ceil(Math.min(left, 10_000) / perSample));
			left -= samples * each;
		}
		return [before, await c.memory()];
	})`)
	if d := got[1].Allocations - got[0].Allocations; d != 0 {
		t.Errorf("100,000 predictions allocated %d objects, want none", d)
	}
	if got[1].Bytes != got[0].Bytes {
		t.Errorf("the program's memory grew from %d to %d bytes", got[0].Bytes, got[1].Bytes)
	}
}

func TestBench(t *testing.T) {
	p := open(t, setup{}).ready()
	got := eval[struct {
		Median, P95        float64
		Samples, PerSample int
	}](p, "croquis.ready.then((c) => c.bench(20))")
	if !(got.Median > 0 && got.P95 >= got.Median && got.Samples == 20 && got.PerSample >= 1) {
		t.Errorf("%+v", got)
	}
}
