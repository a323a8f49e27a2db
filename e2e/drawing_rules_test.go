package e2e

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"croquis/internal/sketch"
)

// What the eraser leaves is what of the line was out of its reach, found by looking at every place of many.
func TestEraserAgainstSampling(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	wrong := eval[[]string](p, `(async () => {
		const { erase, span } = `+module("drawing/eraser.js")+`;
		const { finish } = `+module("drawing/stroke.js")+`;
		let seed = 7;
		const random = (n) => (seed = (seed * 16807) % 2147483647) % n;
		const far = (x, y, { ax, ay, bx, by }) => {
			const t = Math.min(Math.max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2 || 1), 0), 1);
			return Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y);
		};
		const wrong = [];
		for (let i = 0; i < 3000; i++) {
			const [px, py, qx, qy] = [random(60), random(60), random(60), random(60)];
			const pass = { ax: random(60), ay: random(60), bx: random(60), by: i % 5 ? random(60) : 0, radius: 1 + random(20) };
			if (i % 7 === 0) [pass.bx, pass.by] = [pass.ax, pass.ay];
			const hit = span(px, py, qx, qy, pass);
			for (let k = 0; k <= 50; k++) {
				const t = k / 50;
				const inside = far(px + t * (qx - px), py + t * (qy - py), pass) - pass.radius;
				const says = hit !== null && t >= hit[0] && t <= hit[1];
				if (Math.abs(inside) > 1e-6 && says !== inside < 0) wrong.push(JSON.stringify({ px, py, qx, qy, pass, t, hit }));
			}
		}
		// Untouched strokes stay the very same; a list of which nothing is touched, too.
		const line = finish([10, 10, 200, 10]), other = finish([10, 90, 200, 90]), dot = finish([100, 12]);
		const all = [line, dot, other];
		if (erase(all, { ax: 50, ay: 50, bx: 60, by: 50, radius: 8 }) !== all) wrong.push('a miss makes a new list');
		const left = erase(all, { ax: 100, ay: 0, bx: 100, by: 20, radius: 8 });
		if (left.length !== 3 || left[2] !== other) wrong.push('a cut gives ' + JSON.stringify(left));
		if (left[0].points.at(-2) > 92 - 1.7 + 0.1 || left[1].points[0] < 108 + 1.7 - 0.1) wrong.push('ink is left under the eraser: ' + JSON.stringify(left));
		// Pressure goes with its points.
		const [head, tail] = erase([finish([0, 0, 100, 0, 200, 0], { pressure: [0, 0.5, 1] })], { ax: 100, ay: 0, bx: 100, by: 0, radius: 8.3 });
		if (Math.abs(head.pressure.at(-1) - 0.45) > 0.01 || Math.abs(tail.pressure[0] - 0.55) > 0.01 || tail.pressure.at(-1) !== 1) wrong.push('pressures ' + JSON.stringify([head, tail]));
		return wrong.slice(0, 5);
	})()`)
	for _, w := range wrong {
		t.Error(w)
	}
	p.quiet()
}

// An outline is closed for the page's fill where it is for the rasteriser's, which networks learn filled drawings from: their
// largest gaps differ by no more than the picture's coarseness.
func TestFillClosesWhatThePictureCloses(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	filling := sketch.Default
	filling.Fill = sketch.FillAuto
	const last = 48
	for name, side := range map[string]float64{"large": 200, "small": 80} {
		pixel := side / (sketch.Side - float64(sketch.Default.Width))
		// A square with a gap in the middle of its right side, as one stroke and as two.
		corners := func(gap float64) (a, b []float64) {
			l, r, m := 128-side/2, 128+side/2, 128.0
			return []float64{r, m + gap/2, r, r, l, r, l, m}, []float64{l, m, l, l, r, l, r, m - gap/2}
		}
		picture := 0.0
		for gap := 0.0; gap < last; gap += 0.5 {
			a, b := corners(gap)
			out := make([]uint8, sketch.Side*sketch.Side)
			if _, err := sketch.Rasterize([]sketch.Stroke{points(a), points(b)}, filling, out); err != nil {
				t.Fatal(err)
			}
			if out[14*sketch.Side+14] == sketch.Default.FillValue {
				picture = gap
			}
		}
		for _, pieces := range []int{1, 2} {
			var drawings []string
			for gap := 0.0; gap < last; gap += 0.5 {
				a, b := corners(gap)
				if pieces == 1 {
					drawings = append(drawings, "[["+numbers(append(a, b...)...)+"]]")
				} else {
					drawings = append(drawings, "[["+numbers(a...)+"],["+numbers(b...)+"]]")
				}
			}
			page := eval[float64](p, fmt.Sprintf(`(async () => {
				const { fill } = %s, { finish } = %s;
				const closed = [%s].map((d) => fill(d.map((s) => finish(s)), 128, 128).outcome === 'filled');
				return 0.5 * closed.lastIndexOf(true);
			})()`, module("drawing/fill.js"), module("drawing/stroke.js"), strings.Join(drawings, ",")))
			if math.Abs(page-picture) > 1.1*pixel {
				t.Errorf("%s, %d strokes: the page closes gaps up to %v units, the picture up to %v; a pixel is %.1f", name, pieces, page, picture, pixel)
			}
		}
	}
	p.quiet()
}

func points(coordinates []float64) (s sketch.Stroke) {
	for i := 0; i < len(coordinates); i += 2 {
		s = append(s, sketch.Point{X: float32(coordinates[i]), Y: float32(coordinates[i+1])})
	}
	return s
}

// However much is there, a frame of drawing paints the few pieces that are new, and takes away no more than the line's tip.
func TestOnlyWhatIsNewIsPainted(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 1000 {
		if i > 0 {
			many.WriteByte(',')
		}
		fmt.Fprintf(&many, `[1,0,0,"%d %d%s",""]`, 16*(i%200), 16*(i%230), strings.Repeat(" 16 8", 30))
	}
	var now strings.Builder
	for i := range 1000 {
		if i > 0 {
			now.WriteByte(',')
		}
		fmt.Fprint(&now, i)
	}
	p := open(t, setup{script: `
		localStorage.setItem('croquis.drawing', '{"version":1,"strokes":[` + many.String() + `],"now":[` + now.String() + `],"past":[],"future":[]}');
		window.most = { lines: 0, cleared: 0 };
		let frame = { lines: 0, cleared: 0 };
		const { stroke, clearRect } = CanvasRenderingContext2D.prototype;
		CanvasRenderingContext2D.prototype.stroke = function (...path) { frame.lines++; stroke.apply(this, path); };
		CanvasRenderingContext2D.prototype.clearRect = function (x, y, w, h) { frame.cleared += (w * h) / (this.canvas.width * this.canvas.height); clearRect.call(this, x, y, w, h); };
		const tick = () => {
			for (const k of ['lines', 'cleared']) most[k] = Math.max(most[k], frame[k]);
			frame = { lines: 0, cleared: 0 };
			requestAnimationFrame(tick);
		};
		requestAnimationFrame(tick);`}).ready()
	most := func() [2]float64 {
		t.Helper()
		p.settle()
		return eval[[2]float64](p, "[most.lines, most.cleared]")
	}
	if m := most(); m[0] < 1000 {
		t.Fatalf("at first %v lines are painted in a frame, want the thousand", m[0])
	}
	eval[any](p, "(most.lines = most.cleared = 0, null)")
	p.held(slowly(shirt)...)
	if m := most(); m[0] > 4 || m[1] > 0.2 {
		t.Errorf("while drawing, a frame paints %v lines and clears %.2f of a layer", m[0], m[1])
	}
	p.release(shirt[len(shirt)-1])
	if m := most(); m[0] > 4 {
		t.Errorf("when a line is done, a frame paints %v lines", m[0])
	}
	eval[any](p, "(most.lines = most.cleared = 0, null)")
	p.choose("eraser")
	p.mouse(point{0.95, 0.05}, point{0.95, 0.06}) // where nothing is
	if m := most(); m[0] != 0 || m[1] != 0 {
		t.Errorf("an eraser in the air paints %v lines and clears %.2f of a layer", m[0], m[1])
	}
	p.quiet()
}
