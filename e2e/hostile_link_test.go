package e2e

import (
	"fmt"
	"testing"
)

// hostileLinks makes fragments of links by somebody with bad intentions, and by messengers: from good ones, letter by letter and
// byte by byte, with a right checksum or not; and from nothing, with the numbers that a format has to be afraid of. Each of them has to give
// a drawing within the limits, which is then painted and named now and then, or a fault that the page has a sentence for. It
// returns how often each came.
const hostileLinks = `(async (rounds, seed) => {
	const { linkTo, readLink } = %s;
	const { MAX_POINTS, MAX_STROKES } = %s;
	const { Bit, EVEN, Numbers, Writer } = %s;
	const { sentenceOf } = %s;
	const random = (n) => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor((seed / 2 ** 32) * n); };
	const pick = (list) => list[random(list.length)];
	const scribble = (n) => Array.from({ length: 2 * n }, () => random(4097) / 16);
	const drawings = [
		[], [{ points: [128, 128], size: 1, fill: false }],
		[{ points: scribble(40), size: 1, fill: true }, { points: scribble(3), size: 9, fill: true, patch: true }],
		[{ points: scribble(60), size: 0.5, fill: false, pressure: Array.from({ length: 60 }, () => random(17) / 16) }, { points: scribble(20), size: 2, fill: false }],
	];
	const good = drawings.map((strokes) => new URL(linkTo('https://example.org/', strokes, { name: 'tiny', sum: '0123abcd' })).hash);

	const bytesOf = (fragment) => Uint8Array.from(atob(fragment.slice('#drawing='.length).split('&')[0].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
	const fragmentOf = (bytes) => '#drawing=' + btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
	const summed = (bytes) => {
		let crc = ~0;
		for (const [i, b] of bytes.entries()) if (i < 1 || i > 4) { crc ^= b; for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0); }
		new DataView(bytes.buffer).setUint32(1, ~crc >>> 0);
		return bytes;
	};
	const framed = (body) => summed(Uint8Array.from([1, 0, 0, 0, 0, ...body]));

	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
	const strange = ['%%', '%%00', '%%ff', '+', '/', '=', '&', '#', ' ', '<script>', '\u0000', '\ud800', '🩳', '&network=', '&drawing=', 'NaN', 'Infinity', '-1'];
	const ofLetters = () => {
		const fragment = pick(good);
		const from = '#drawing='.length;
		const at = from + random(fragment.length - from);
		switch (random(6)) {
			case 0: return fragment.slice(0, at);
			case 1: return fragment.slice(0, at) + pick(letters) + fragment.slice(at + 1);
			case 2: return fragment.slice(0, at) + pick(strange) + fragment.slice(at);
			case 3: return fragment.slice(0, from) + fragment.slice(at);
			case 4: return fragment.slice(0, at) + fragment.slice(at).repeat(1 + random(40));
			default: return fragment + '&network=' + pick(['tiny-00000000', 'x'.repeat(99), '../../x-01234567', '__proto__-01234567', 'tiny-0123ABCD', '-01234567']);
		}
	};
	const ofBytes = () => {
		const bytes = bytesOf(pick(good));
		for (let k = random(4); k >= 0; k--) bytes[random(bytes.length)] ^= 1 << random(8);
		const shorter = random(3) === 0 ? bytes.slice(0, random(bytes.length)) : bytes;
		if (shorter.length >= 5 && random(3) > 0) {
			shorter[0] = 1;
			summed(shorter);
		}
		return fragmentOf(shorter);
	};
	const chance = () => framed(Array.from({ length: random(200) }, () => random(256)));
	// The first stroke as codec.js writes it, with other numbers than it would, and whatever after it.
	const wild = () => {
		const to = new Writer();
		const number = (value) => new Numbers().code(to, value);
		const signed = (value) => { if (number(Math.abs(value))) to.bit(new Bit(), value < 0 ? 1 : 0); };
		const most = 2 ** 31 - 1;
		number(pick([0, 1, 1, 2, 2, MAX_STROKES, MAX_STROKES + 1, most, random(most)]));
		to.bit(new Bit(), random(2));
		to.bit(new Bit(), random(2));
		to.bit(new Bit(), random(2));
		if (to.bit(new Bit(), random(2))) number(pick([0, 6, 7, 7, 100, 900, 900, 901, most]));
		number(pick([0, 0, 1, 5, 80, MAX_POINTS - 1, MAX_POINTS, most, random(most)]));
		signed(pick([0, 1, 2048, 4096, 4097, -1, most, -most]));
		signed(pick([0, 1, 2048, 4096, 4097, -1, most, -most]));
		for (let k = random(600); k > 0; k--) to.bit(EVEN, random(2));
		return framed(to.finish());
	};
	const kinds = [ofLetters, ofBytes, () => fragmentOf(chance()), () => fragmentOf(wild()), () => fragmentOf(wild())];

	const classifier = await croquis.ready;
	const counts = { all: 0, drawings: 0, points: 0, named: 0 };
	const note = (name) => { counts[name] = (counts[name] ?? 0) + 1; };
	for (let i = 0; i < rounds; i++) {
		const fragment = kinds[i %% kinds.length]();
		counts.all++;
		let shared;
		try {
			shared = readLink(fragment);
		} catch (error) {
			if (error.name !== 'Fault') throw new Error(fragment + ': ' + error);
			if (!/\w \w/.test(sentenceOf(error))) throw new Error(fragment + ': the visitor is told ' + sentenceOf(error));
			note(error.code + ': ' + error.message.replace(/-?\d+(\.\d+)?(e\+\d+)?/g, 'N'));
			continue;
		}
		const { strokes, network } = shared;
		const points = strokes.reduce((n, s) => n + s.points.length / 2, 0);
		const sound = (s) => s.points.length >= 2 && s.points.every((v) => v >= 0 && v <= 256 && v * 16 === Math.round(v * 16)) && s.size >= 0.07 && s.size <= 9 &&
			(s.pressure ?? []).every((v) => v >= 0 && v <= 1) && (!s.pressure || s.pressure.length === s.points.length / 2);
		if (strokes.length > MAX_STROKES || points > MAX_POINTS || !strokes.every(sound)) throw new Error(fragment + ': no drawing');
		if (network && !/^[a-z0-9-]{1,32}$/.test(network.name)) throw new Error(fragment + ': no network');
		counts.drawings++;
		counts.points = Math.max(counts.points, points);
		if (counts.drawings %% 40 > 0 && points < 5000) continue;
		croquis.page.drawing.replace(strokes);
		const answer = await classifier.classify(strokes);
		if (answer.probabilities && ![...answer.probabilities].every((p) => p >= 0 && p <= 1)) throw new Error(fragment + ': ' + answer.probabilities);
		counts.named++;
	}
	croquis.page.drawing.replace([]);
	return counts;
})(%d, %d)`

// Whatever stands behind the # of a link, the page reads it as a drawing or refuses it, and draws on.
func TestFuzzedLinks(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	seen := eval[map[string]int](p, fmt.Sprintf(hostileLinks, module("keep/link.js"), module("keep/codec.js"), module("keep/range.js"), module("keep/notice.js"), 8000, 1))
	t.Log(seen)
	if seen["all"] != 8000 || seen["drawings"] < 200 || seen["named"] < 5 || seen["points"] < 50 {
		t.Errorf("of 8000 links came %v", seen)
	}
	for _, fault := range []string{
		"the checksum differs", "a drawing in format N", "N bytes, want N or more", "N letters are no bytes", "the drawing holds letters that no link has",
		"N strokes", "stroke N is N hundredths wide", "more than N points", "a point lies at N, outside the sheet", "pressure N of N",
	} {
		if seen["link-damaged: "+fault] == 0 {
			t.Errorf("never came to %q: %v", fault, seen)
		}
	}
	p.draws()

	// The heaviest drawing that a link can hold, opened as a visitor does. Painted as finely as a hand's, it took half a minute.
	eval[any](p, fmt.Sprintf(`(async () => {
		window.painted = 0;
		const { stroke } = CanvasRenderingContext2D.prototype;
		CanvasRenderingContext2D.prototype.stroke = function (...a) { painted++; stroke.apply(this, a); };
		const { linkTo } = %s;
		const strokes = Array.from({ length: 4096 }, (_, k) => ({
			points: Array.from({ length: 32 }, (_, i) => (k * 37 + i * i * 1001) %% 4097 / 16), size: 9, fill: k %% 2 === 0, pressure: Array.from({ length: 16 }, (_, i) => i / 16),
		}));
		location.hash = new URL(linkTo(location.href, strokes, null)).hash;
	})()`, module("keep/link.js")))
	p.says("shared drawing")
	p.settle()
	if n := eval[int](p, "croquis.page.drawing.strokes.length"); n != 4096 {
		t.Errorf("the sheet has %d strokes, want 4096", n)
	}
	checkAnswer(t, p.shown())
	if n := eval[int](p, "painted"); n < 4096 || n > 250_000 {
		t.Errorf("the sheet was painted with %d lines", n)
	}
	p.works(t)
	p.quiet()
}
