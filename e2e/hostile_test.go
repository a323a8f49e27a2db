package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// program starts the page's program in the page itself, without the worker that guards it, as window.raw.
const program = `(async () => {
	const { files } = await (await fetch('manifest.json')).json();
	const url = (name) => new URL(files[name].file, location.href).href;
	await import(url('wasm_exec.js'));
	const { tie } = await import(url('kernel.js'));
	const go = new Go();
	const knot = tie(go.importObject, url);
	const { instance } = await WebAssembly.instantiateStreaming(fetch(url('croquis.wasm')), go.importObject);
	await knot(instance);
	window.raw = { exports: instance.exports };
	raw.started = new Promise((resolve) => {
		raw.loaded = new Promise((done, failed) => {
			window.croquisReport = (m) => {
				if (m.type === 'started') resolve();
				if (m.type === 'loaded') done(true);
				if (m.type === 'error') failed(new Error(m.message));
			};
		});
	});
	raw.ended = false;
	go.run(instance).finally(() => { raw.ended = true; });
	await raw.started;
	raw.load = () => { croquisLoad({ url: url('model/%s.json'), bytes: 0, kernel: '' }); return raw.loaded; };
})()`

// abuse calls the exports with arguments and memory of all kinds, and counts what they return by name.
const abuse = `((rounds, seed) => {
	const go = raw.exports;
	const random = (n) => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor((seed / 2 ** 32) * n); };
	const pick = (list) => list[random(list.length)];
	const integer = () => pick([0, 1, -1, 2, 3, 9, 10, 784, 1023, 1024, 1025, 1 << 20, (1 << 20) + 1, 2 ** 31 - 1, -(2 ** 31), random(2 ** 32) | 0]);
	const float = () => pick([0, -0, 1, 0.5, -1, 255, 1e-30, 1e30, NaN, Infinity, -Infinity, 1048576, 1048577, random(256), random(256), random(256)]);
	const fill = (at, n, Type, value) => { if (at !== 0) new Type(go.mem.buffer, at, n).forEach((_, i, a) => { a[i] = value(); }); };
	const counts = {};
	const note = (name, got) => { counts[name + ' ' + got] = (counts[name + ' ' + got] ?? 0) + 1; };
	for (let i = 0; i < rounds; i++) {
		switch (random(8)) {
			case 0: note('reserve', go.croquis_reserve(integer(), integer())); break;
			case 1: { // memory of all kinds
				const wild = random(2) === 0;
				fill(go.croquis_points(), 2 * random(512), Float32Array, wild ? float : () => random(256));
				fill(go.croquis_lengths(), random(1024), Int32Array, wild ? integer : () => random(60));
				fill(go.croquis_sizes(), random(1024), Float32Array, wild ? float : () => random(80) / 10);
				fill(go.croquis_fills(), random(1024), Uint8Array, () => random(256));
				break;
			}
			case 2: fill(go.croquis_values(), 784, Float32Array, pick([float, () => random(256) / 255])); break;
			case 3: note('strokes', go.croquis_classify_strokes(integer())); break;
			case 4: note('strokes', go.croquis_classify_strokes(random(12))); break;
			case 5: note('values', go.croquis_classify_values(integer())); break;
			case 6: note('step', go.croquis_step(integer()) !== 0); note('filter', go.croquis_filter(integer()) !== 0); break;
			case 7: note('places', [go.croquis_frame(), go.croquis_image(), go.croquis_values()].every((at) => at > 0)); break;
		}
	}
	return counts;
})`

// Whatever is put into the program's memory and given to its exports, it returns a status and lives on, also before it has a
// network; the answers afterwards are those of a program that nobody has touched.
func TestHostileArguments(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	eval[any](p, fmt.Sprintf(program, modelName))
	before := eval[map[string]int](p, abuse+"(400, 1)")
	if before["strokes 2"] == 0 || before["values 2"] == 0 || before["strokes 0"]+before["values 0"]+before["step true"] != 0 {
		t.Errorf("without a network: %v", before)
	}
	eval[bool](p, "raw.load()")
	seen := map[string]int{}
	for seed := range 5 {
		for name, n := range eval[map[string]int](p, fmt.Sprintf("%s(2000, %d)", abuse, seed+2)) {
			seen[name] += n
		}
	}
	for _, name := range []string{"reserve 0", "reserve 1", "strokes 0", "strokes 1", "strokes 3", "values 0", "values 3", "step true", "step false", "filter true", "filter false"} {
		if seen[name] == 0 {
			t.Errorf("never came to %s: %v", name, seen)
		}
	}
	if seen["strokes 2"]+seen["values 2"]+seen["places false"] != 0 {
		t.Errorf("with a network: %v", seen)
	}
	same := eval[[]float64](p, `croquis.ready.then(async (c) => {
		const photo = Float32Array.from({ length: 784 }, (_, i) => (i % 29) / 28);
		const { probabilities } = await c.classify(photo);
		const go = raw.exports;
		new Float32Array(go.mem.buffer, go.croquis_values(), 784).set(photo);
		const status = go.croquis_classify_values(0);
		const mine = new Float32Array(go.mem.buffer, go.croquis_probabilities(), 10);
		return [status, raw.ended ? 1 : 0, Math.max(...mine.map((v, i) => Math.abs(v - probabilities[i])))];
	})`)
	if same[0] != 0 || same[1] != 0 || same[2] != 0 {
		t.Errorf("status, ended, and difference of an answer afterwards: %v", same)
	}
	p.quiet()
}

// A drawing as large as may be is answered, and one that is larger is refused; the next one is named as if nothing had been.
func TestHugeDrawings(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	got := eval[[]string](p, `croquis.ready.then(async (c) => {
		const limit = 1 << 20;
		const points = (n) => Float32Array.from({ length: 2 * n }, (_, i) => (i * 7919) % 256);
		const told = (call) => call.then((a) => (a.blank ? 'blank' : 'named'), (e) => e.code);
		return [
			await told(c.classify([points(limit)])),
			await told(c.classify([points(limit + 1)])),
			await told(c.classify(Array.from({ length: 20000 }, () => ({ points: points(4), size: 9, fill: true })))),
			await told(c.classify(Array.from({ length: limit + 1 }, () => new Float32Array(0)))),
			await told(c.classify([{ points: points(limit), size: 0.1, fill: true }])),
			await told(c.classify([points(5)])),
		];
	})`)
	want := []string{"named", "input", "named", "input", "named", "named"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	p.quiet()
}

// A second network takes the compiled program of the first, whose answers go on meanwhile, and outlives it.
func TestTwoClassifiers(t *testing.T) {
	var programs atomic.Int32
	p := open(t, setup{handler: func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/croquis.") && strings.HasSuffix(r.URL.Path, ".wasm") {
				programs.Add(1)
			}
			site.ServeHTTP(w, r)
		})
	}}).ready()
	got := eval[struct {
		Meanwhile   int
		Same, After bool
		Last, Late  string
	}](p, fmt.Sprintf(`(async () => {
		const photo = Float32Array.from({ length: 784 }, (_, i) => (i %% 29) / 28);
		const first = await croquis.load({ model: '%s' });
		let second = null;
		const coming = croquis.load({ model: '%s' }).then((c) => { second = c; });
		let meanwhile = 0;
		while (!second) { await first.classify(photo); meanwhile++; }
		await coming;
		const text = async (c) => String((await c.classify(photo)).probabilities);
		const same = (await text(first)) === (await text(second));
		const told = (c) => c.classify(photo).then(() => 'answered', (e) => e.code);
		const left = told(first);
		first.retire();
		const late = told(first);
		const after = (await text(second)).length > 0;
		const third = await croquis.load({ model: '%s' });
		const still = (await text(third)) === (await text(second));
		second.close();
		third.close();
		return { meanwhile, same, after: after && still, last: await left, late: await late };
	})()`, modelName, modelName, modelName))
	if got.Meanwhile == 0 || !got.Same || !got.After || got.Last != "answered" || got.Late != "closed" {
		t.Errorf("%+v", got)
	}
	if n := programs.Load(); n != 1 {
		t.Errorf("the program was fetched %d times, want once for all", n)
	}
	p.quiet()
}
