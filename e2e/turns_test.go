package e2e

import "testing"

// Parts of the answer come by turns, one in a frame and each once in a round, and a device is late only where frames are lost.
func TestTurns(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	for _, fault := range eval[[]string](p, `(async () => {
		const { Turns } = `+module("answer/turns.js")+`;
		const faults = [], usual = window.requestAnimationFrame;
		let now = 0, asked = [], seen = '';
		window.requestAnimationFrame = (frame) => asked.push(frame);
		const frames = (n, ms, each = () => {}) => {
			for (let i = 0; i < n; i++) {
				now += ms;
				for (const frame of asked.splice(0)) frame(now);
				seen += '.';
				each();
			}
		};
		const expect = (what, got, want) => { if (got !== want) faults.push(what + ': ' + got + ', want ' + want); seen = ''; };
		const turns = new Turns(['a', 'b', 'c', 'd'].map((name) => () => { seen += name; }));
		const request = () => turns.request();
		request();
		request();
		frames(10, 16);
		expect('one request', seen, 'a.b.c.d.......');
		expect('asks for frames at rest', asked.length, 0);
		request();
		frames(20, 16, request);
		expect('a request in each frame', seen, 'a.b.c.d.....a.b.c.d.....a.b.c.d.');
		expect('late with all frames', turns.late, false);
		frames(20, 16, request);
		frames(20, 24, request);
		expect('late with two frames of three', turns.late, true);
		frames(20, 16);
		expect('late after a rest', turns.late, false);
		request();
		frames(5, 16, request);
		frames(1, 1000, request);
		frames(14, 16, request);
		expect('late after the page was out of sight', turns.late, false);
		const slow = new Turns([() => {}]);
		slow.request();
		frames(20, 33, () => slow.request());
		expect('late with all the frames of a slow screen', slow.late, false);
		window.requestAnimationFrame = usual;
		return faults;
	})()`) {
		t.Error(fault)
	}
}
