package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// copied presses Share and returns the link that is then in the clipboard.
func (p *tab) copied() string {
	p.t.Helper()
	p.permit(devtools.PermissionTypeClipboardReadWrite, devtools.PermissionTypeClipboardSanitizedWrite)
	p.click("keep-share")
	p.says("copied")
	return eval[string](p, "navigator.clipboard.readText()")
}

// fragment is what a link holds.
func fragment(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Fragment, "drawing=") {
		t.Fatalf("the link is %q (%v), want one with #drawing=", link, err)
	}
	return "#" + u.Fragment
}

// A link opens in another browser with the same drawing, and the network says the same, to the last bit.
func TestSharedLinkGivesTheSameAnswer(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(shirt...)
	p.sketch(point{0.5, 0.2}, point{0.52, 0.9})
	p.sketch(point{0.61, 0.33})
	want, drawn := p.probabilities(), p.drawn()
	link := p.copied()
	if !strings.HasPrefix(link, p.server.URL+"/#drawing=") || len(link) > 600 {
		t.Errorf("the link has %d letters: %s", len(link), link)
	}
	p.quiet()

	other := open(t, setup{fragment: fragment(t, link)}).ready()
	other.says("shared drawing")
	if got := other.drawn(); got != drawn {
		t.Errorf("the link holds %s, want %s", got, drawn)
	}
	if got := other.probabilities(); len(got) != 10 || !slices.Equal(got, want) {
		t.Errorf("the link is answered by %v, want %v", got, want)
	}
	if told := other.told(); strings.Contains(told, "Yours") || strings.Contains(told, "differ") {
		t.Errorf("a visitor who has drawn nothing, with the same network, is told %q", told)
	}
	// The address stays as long as it is true.
	if got := eval[string](other, "location.hash"); got != fragment(t, link) {
		t.Errorf("the address ends in %q, want %q", got, fragment(t, link))
	}
	other.sketch(point{0.2, 0.5}, point{0.8, 0.5})
	if got := eval[string](other, "location.hash"); got != "" {
		t.Errorf("after drawing on, the address still ends in %q", got)
	}
	other.quiet()
}

// Pens of other widths, filled outlines and pressed pens come over a link as they are.
func TestSharedLinkKeepsPens(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	for name, strokes := range map[string]string{
		"widths":  `[{points: [10, 10, 200, 10.0625, 255.9375, 256], size: 0.5, fill: false}, {points: [0, 0, 0, 256], size: 4.25, fill: false}]`,
		"fills":   `[{points: [40, 40, 200, 40, 200, 200, 40, 200], size: 1, fill: true}, {points: [60, 60, 90, 60, 90, 90], size: 1, fill: true, patch: true}]`,
		"pressed": `[{points: [40, 40, 200, 40, 200, 200], size: 2, fill: false, pressure: [0, 0.5, 1]}]`,
		"dots":    `[{points: [128, 128], size: 1, fill: false}, {points: [10, 240], size: 9, fill: false}]`,
		"none":    `[]`,
	} {
		got := eval[[2]string](p, fmt.Sprintf(`(async () => {
			const { linkTo, readLink } = %s;
			const strokes = %s;
			const back = readLink(new URL(linkTo('https://example.org/x/?y#z', strokes, { name: 'tiny', sum: '0123abcd' })).hash);
			return [JSON.stringify(back.strokes), JSON.stringify(strokes)];
		})()`, module("keep/link.js"), strokes))
		if got[0] != got[1] {
			t.Errorf("%s: %s comes back as %s", name, got[1], got[0])
		}
	}
	p.quiet()
}

// Any drawing on the sheet's grid comes back as it was, no damage goes unnoticed, and no bytes whatever lead to anything but a
// drawing that can be drawn, or a fault.
func TestLinksHoldEveryDrawing(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	got := eval[struct{ Drawings, Damaged, Wild, Slow int }](p, fmt.Sprintf(`(async () => {
		const { encode, decode, MAX_POINTS } = %s;
		let seed = 1;
		const random = (n) => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return Math.floor((seed / 2 ** 32) * n); };
		const hand = (length) => {
			const points = [];
			let [x, y] = [random(4097), random(4097)];
			const reach = [2, 12, 200, 4096][random(4)];
			for (let i = 0; i < length; i++) {
				x = Math.min(Math.max(x + random(2 * reach + 1) - reach, 0), 4096);
				y = Math.min(Math.max(y + random(2 * reach + 1) - reach, 0), 4096);
				points.push(x / 16, y / 16);
			}
			return points;
		};
		const result = { drawings: 0, damaged: 0, wild: 0, slow: 0 };
		const fault = (bytes) => {
			try {
				decode(bytes);
				return false;
			} catch (e) {
				if (e.name !== 'Fault') throw e;
				return true;
			}
		};
		for (let round = 0; round < 400; round++) {
			const strokes = Array.from({ length: random(6) }, () => {
				const points = hand(1 + random(80));
				return { points, size: (7 + random(894)) / 100, fill: random(2) === 0, ...(random(3) === 0 && { pressure: points.slice(points.length / 2).map(() => random(17) / 16) }) };
			});
			const bytes = encode(strokes);
			if (JSON.stringify(decode(bytes)) !== JSON.stringify(strokes)) throw new Error('another drawing: ' + JSON.stringify(strokes));
			result.drawings++;
			for (let k = 0; k < 5; k++) {
				const bad = Uint8Array.from(bytes);
				bad[random(bad.length)] ^= 1 << random(8);
				if (!fault(bad) || !fault(bytes.slice(0, random(bytes.length)))) throw new Error('damage went unnoticed');
				result.damaged++;
			}
		}
		// Bytes with a right checksum, as somebody with bad intentions makes them.
		const sum = (bytes) => {
			let crc = ~0;
			for (const [i, b] of bytes.entries()) if (i < 1 || i > 4) { crc ^= b; for (let k = 0; k < 8; k++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0); }
			new DataView(bytes.buffer).setUint32(1, ~crc >>> 0);
			return bytes;
		};
		const classifier = await croquis.ready;
		for (let round = 0; round < 400; round++) {
			const bytes = Uint8Array.from({ length: 5 + random(300) }, () => random(256));
			if (round %% 4 === 0) bytes.fill([0, 255][random(2)], 5 + random(4));
			bytes[0] = 1;
			let strokes = [];
			try { strokes = decode(sum(bytes)); } catch (e) { if (e.name !== 'Fault') throw e; }
			const points = strokes.reduce((n, s) => n + s.points.length / 2, 0);
			if (points > MAX_POINTS || strokes.some((s) => s.points.length < 2 || s.points.some((v) => !(v >= 0 && v <= 256)))) throw new Error('no drawing: ' + bytes);
			if (round %% 20 === 0) await classifier.classify(strokes);
			result.wild++;
		}
		return result;
	})()`, module("keep/codec.js")))
	if got.Drawings != 400 || got.Damaged != 2000 || got.Wild != 400 {
		t.Errorf("%+v", got)
	}
	p.quiet()
}

// A link that is damaged, hostile, too new or about something else ends in a sentence, or in nothing, and a page that works.
func TestHostileLinks(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(shirt...)
	good := fragment(t, p.copied())
	code := strings.TrimPrefix(strings.Split(good, "&")[0], "#drawing=")
	flipped := []byte(code)
	flipped[len(flipped)/2] ^= 1
	for _, test := range []struct{ name, fragment, want string }{
		{"cut", "#drawing=" + code[:len(code)*2/3], "damaged"},
		{"flipped", "#drawing=" + string(flipped), "damaged"},
		{"empty", "#drawing=", "damaged"},
		{"no letters of a link", "#drawing=%3Cscript%3Ealert(1)%3C/script%3E", "damaged"},
		{"one letter", "#drawing=A", "damaged"},
		{"endless", "#drawing=" + strings.Repeat("A", 500_000), "damaged"},
		{"newer", "#drawing=" + "Ag" + code[2:], "newer version"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := open(t, setup{fragment: test.fragment}).ready()
			p.t = t
			p.says(test.want)
			if got := eval[string](p, "location.hash"); got != "" {
				t.Errorf("the address keeps the bad fragment of %d letters", len(got))
			}
			if got := p.drawn(); got != "[]" {
				t.Errorf("the sheet holds %s", got)
			}
			p.sketch(shirt...)
			p.settle()
			checkAnswer(t, p.shown())
			p.quiet()
		})
	}
	for _, other := range []string{"#", "#main", "#draw=x", "#network=thesis-00000000"} {
		p := open(t, setup{fragment: other}).ready().keeping()
		p.sketch(shirt...)
		p.settle()
		checkAnswer(t, p.shown())
		if told := p.told(); told != "" {
			t.Errorf("about %s the visitor is told %q", other, told)
		}
		p.quiet()
	}
}

// A link whose network is not here, or was trained again since, is answered, and the visitor is told that the answer may differ.
func TestLinkOfAnotherNetwork(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(shirt...)
	good := fragment(t, p.copied())
	drawing, network, found := strings.Cut(good, "&network=")
	if !found || !strings.HasPrefix(network, modelName+"-") {
		t.Fatalf("the link names the network %q, want %s", network, modelName)
	}
	for other, want := range map[string]string{
		"nonesuch-00000000":     "nonesuch",
		modelName + "-00000000": "another version",
	} {
		p := open(t, setup{fragment: drawing + "&network=" + other}).ready()
		p.says(want)
		p.says("may differ")
		p.settle()
		checkAnswer(t, p.shown())
		p.quiet()
	}
	plain := open(t, setup{fragment: drawing}).ready()
	plain.says("shared drawing")
	plain.settle()
	checkAnswer(t, plain.shown())
	plain.quiet()
}

// Opening a link while a drawing is on the sheet loses nothing: it goes into the sketchbook, Undo brings it back, and the visitor
// is told of both.
func TestLinkDoesNotDestroyADrawing(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(point{0.2, 0.2}, point{0.8, 0.2}, point{0.8, 0.8}, point{0.2, 0.8}, point{0.2, 0.2})
	link := fragment(t, p.copied())
	shared := p.drawn()
	p.click("clear")
	p.sketch(shirt...)
	p.settle()
	mine := p.drawn()
	eval[any](p, "void (location.hash = "+jsonOf(t, link)+")")
	p.says("Yours is in the sketchbook, and Undo brings it back")
	if got := p.drawn(); got != shared {
		t.Errorf("the sheet holds %s, want the shared %s", got, shared)
	}
	p.key("z", input.ModifierCtrl)
	if got := p.drawn(); got != mine {
		t.Errorf("after Undo the sheet holds %s, want %s", got, mine)
	}
	p.sketchbook()
	p.cards(2) // the square that was cleared, and the shirt
	p.quiet()
}

// Where the device can hand a link on, it does; a visitor who changes their mind is not bothered.
func TestWebShare(t *testing.T) {
	t.Parallel()
	const device = `navigator.canShare = () => true; navigator.share = async (what) => {
		if (window.regret) throw new DOMException('', 'AbortError');
		window.shared = what;
	};`
	p := open(t, setup{script: device}).ready().keeping()
	p.sketch(shirt...)
	p.click("keep-share")
	p.until("window.shared")
	if link := eval[string](p, "shared.url"); !strings.HasPrefix(link, p.server.URL+"/#drawing=") {
		t.Errorf("the device is given %q", link)
	}
	eval[any](p, "void (window.shared = null, window.regret = true)")
	p.click("keep-share")
	p.settle()
	if told := p.told(); told != "" || eval[bool](p, "!!window.shared") {
		t.Errorf("after changing their mind the visitor is told %q", told)
	}
	p.quiet()
}

// Where nothing else works the link stands in a field, chosen whole, to be copied by hand.
func TestLinkByHand(t *testing.T) {
	t.Parallel()
	p := open(t, setup{script: "Object.defineProperty(navigator, 'clipboard', { value: undefined });"}).ready().keeping()
	p.sketch(shirt...)
	p.do(chromedp.Focus("#keep-share", chromedp.ByQuery))
	p.key("\r", 0)
	p.says("Copy this link")
	got := eval[struct {
		Value, Chosen string
		Focused       bool
		Label         string
	}](p, `(() => {
		const field = document.getElementById('keep-link');
		return { value: field.value, chosen: field.value.slice(field.selectionStart, field.selectionEnd), focused: document.activeElement === field, label: field.getAttribute('aria-label') };
	})()`)
	fragment(t, got.Value)
	if got.Chosen != got.Value || !got.Focused || got.Label == "" {
		t.Errorf("the field: %+v", got)
	}
	if f := eval[[]string](p, flaws); len(f) > 0 {
		t.Errorf("%s", strings.Join(f, "; "))
	}
	p.quiet()
}

// A drawing too long for some messengers is shared with a warning; one beyond all bounds is refused in a sentence.
func TestLongLink(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	scribble := func(points int, angle string) {
		t.Helper()
		eval[any](p, fmt.Sprintf(`(() => {
			const points = Array.from({ length: %d }, (_, i) => Math.round(16 * (128 + 120 * Math.sin(%s))) / 16);
			croquis.page.drawing.replace([{ points, size: 1, fill: false }]);
		})()`, 2*points, angle))
	}
	scribble(5000, "i * i * 0.37") // to and fro all over the sheet
	link := p.copied()
	p.says("letters long")
	other := open(t, setup{fragment: fragment(t, link)}).ready()
	other.says("shared drawing")
	if got, want := other.drawn(), p.drawn(); got != want {
		t.Errorf("the long link holds another drawing")
	}
	other.quiet()
	scribble(70_000, "i * 0.001") // in small steps, which are painted fast
	p.click("keep-share")
	p.says("more lines than a link")
	p.quiet()
}
