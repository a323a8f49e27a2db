package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// countWork counts what the page does, from its first moment: frames, drawings sent to the network in each, pieces of line that
// are painted; and tasks that the browser calls long.
const countWork = `{
	const work = (window.work = { frames: 0, asked: 0, most: 0, pieces: 0, long: 0 });
	let asked = 0;
	const tick = () => {
		work.frames++;
		asked = 0;
		requestAnimationFrame(tick);
	};
	requestAnimationFrame(tick);
	const post = Worker.prototype.postMessage;
	Worker.prototype.postMessage = function (message, transfer) {
		if (message.type === 'classify' && !('values' in message.input)) {
			work.asked++;
			work.most = Math.max(work.most, ++asked);
		}
		post.call(this, message, transfer);
	};
	for (const { prototype } of [CanvasRenderingContext2D, Path2D]) {
		for (const name of ['lineTo', 'quadraticCurveTo']) {
			const draw = prototype[name];
			prototype[name] = function (...args) {
				work.pieces++;
				draw.apply(this, args);
			};
		}
	}
	new PerformanceObserver((list) => (work.long += list.getEntries().length)).observe({ type: 'longtask' });
}`

// work is what countWork has counted.
type work struct {
	Frames, Asked, Most, Pieces, Long int
}

// On a slow processor too, a frame asks the network once at most, and costs no more however much has been drawn. How long
// frames take depends on the machine: go run ./bench -page measures that.
func TestWorkOfAFrame(t *testing.T) {
	p := open(t, setup{script: countWork}).ready()
	p.do(emulation.SetCPUThrottlingRate(4))
	eval[any](p, "Object.assign(work, { frames: 0, asked: 0, most: 0, pieces: 0, long: 0 })")
	before := eval[work](p, "work").Pieces
	for i := range 18 {
		y := 0.06 + 0.045*float64(i)
		p.mouse(point{0.1, y}, point{0.5, y + 0.05}, point{0.9, y})
	}
	p.settle()
	w := eval[work](p, "work")
	points := 0
	for _, s := range p.strokes() {
		points += len(s.Points) / 2
	}
	t.Logf("%d points in %d frames: %d questions, %d pieces painted; %d tasks over 50 ms", points, w.Frames, w.Asked, w.Pieces, w.Long)
	if points < 100 {
		t.Fatalf("only %d points were drawn", points)
	}
	if w.Asked < 10 || w.Most != 1 {
		t.Errorf("%d questions, at most %d in a frame, want each stroke asked about, and one a frame", w.Asked, w.Most)
	}
	// Each point is a piece of the growing line, of the finished one, and may be the tip; the whole drawing anew in each frame
	// would be some hundred pieces a point.
	if w.Pieces-before > 6*points {
		t.Errorf("%d pieces of line were painted for %d points", w.Pieces-before, points)
	}
	p.quiet()
}
