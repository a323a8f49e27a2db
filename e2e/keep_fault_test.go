package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// Where the browser keeps nothing the sketchbook lasts as long as the page, which says so, and everything else works.
func TestSketchbookForbidden(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"throws":    "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('The operation is insecure.', 'SecurityError'); } });",
		"missing":   "Object.defineProperty(window, 'indexedDB', { value: undefined });",
		"refuses":   "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };",
		"a private": "const open = IDBFactory.prototype.open; IDBFactory.prototype.open = function () { const r = open.call(this, 'x'); queueMicrotask(() => { Object.defineProperty(r, 'error', { value: new DOMException('A mutation operation was attempted on a database that did not allow mutations.', 'InvalidStateError') }); r.onerror(new Event('error')); r.onsuccess = null; }); return r; };",
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, setup{script: script}).ready().keeping()
			p.sketch(shirt...)
			p.settle()
			before := p.drawn()
			p.click("clear")
			p.says("lasts until you close the page")
			p.sketch(square...)
			p.click("keep-keep")
			p.says("lasts until you close the page")
			p.sketchbook()
			p.cards(2)
			p.shelf("lasts until you close the page")
			if n := eval[int](p, "[...document.querySelectorAll('.card-loose')].filter((e) => e.checkVisibility()).length"); n != 2 {
				t.Errorf("%d of 2 cards say that they are not saved", n)
			}
			p.do(chromedp.Click(".card:nth-child(2) .card-open", chromedp.ByQuery))
			p.until("croquis.page.drawing.strokes.length === 1 && JSON.stringify(croquis.page.drawing.strokes) === " + jsonOf(t, before))
			p.do(chromedp.Click(".card:nth-child(1) .card-delete", chromedp.ByQuery))
			p.cards(1)
			p.do(chromedp.Click("#shelf-undo", chromedp.ByQuery))
			p.cards(2)
			p.works(t)
			p.quiet()
		})
	}
}

// Without room the drawing is not lost: the page holds it, says so, and puts it away as soon as there is room.
func TestSketchbookFull(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(shirt...)
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	// The database's own error, at the point at which Chromium reports it.
	eval[any](p, `void (() => {
		const put = IDBObjectStore.prototype.put;
		window.room = () => { IDBObjectStore.prototype.put = put; };
		IDBObjectStore.prototype.put = function (...a) {
			const request = put.apply(this, a);
			Object.defineProperty(this.transaction, 'error', { get: () => new DOMException('Encountered full disk', 'QuotaExceededError') });
			this.transaction.abort();
			return request;
		};
	})()`)
	p.sketch(point{0.2, 0.5}, point{0.8, 0.5})
	p.settle()
	full := p.drawn()
	p.click("clear")
	p.says("no room left")
	p.key("z", input.ModifierCtrl)
	if got := p.drawn(); got != full {
		t.Errorf("Undo gives %s, want %s", got, full)
	}
	p.sketchbook()
	p.cards(2)
	eval[any](p, "room()")
	p.sketch(square...)
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.cards(3)
	p.do(chromedp.Reload())
	p.ready().keeping()
	p.sketchbook()
	p.cards(3)
	p.works(t)
	p.quiet()
}

// A browser that allows a few bytes only refuses them itself. Chromium asks its quota at the first write, and then lets pass for half
// a minute what had room at that time; so the quota is there before anything is kept.
func TestSketchbookQuota(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	quota := func(bytes float64) {
		t.Helper()
		p.do(chromedp.ActionFunc(func(ctx context.Context) error {
			return storage.OverrideQuotaForOrigin(p.server.URL).WithQuotaSize(bytes).Do(ctx)
		}))
	}
	quota(1)
	p.sketch(shirt...)
	p.click("keep-keep")
	p.says("no room left")
	p.sketchbook()
	p.cards(1)
	quota(1 << 30)
	p.sketch(point{0.2, 0.5}, point{0.8, 0.5})
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.do(chromedp.Reload())
	p.ready().keeping()
	p.sketchbook()
	p.cards(2)
	p.works(t)
	p.quiet()
}

// A sketchbook of a later version of the page is left alone.
func TestSketchbookOfNewerVersion(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	eval[any](p, `new Promise((resolve, reject) => {
		const request = indexedDB.open('croquis', 99);
		request.onupgradeneeded = () => request.result.createObjectStore('drawings', { keyPath: 'other' }).put({ other: 1, precious: true });
		request.onsuccess = () => { request.result.close(); resolve(); };
		request.onerror = () => reject(request.error);
	})`)
	p.sketch(shirt...)
	p.settle()
	p.click("clear")
	p.says("newer version")
	p.sketchbook()
	p.cards(1)
	p.works(t)
	got := eval[int](p, `new Promise((resolve, reject) => {
		const request = indexedDB.open('croquis', 99);
		request.onsuccess = () => { const all = request.result.transaction('drawings').objectStore('drawings').getAll(); all.onsuccess = () => resolve(all.result.length); };
		request.onerror = () => reject(request.error);
	})`)
	if got != 1 {
		t.Errorf("the later version's table has %d records, want its 1", got)
	}
	p.quiet()
}

// Another tab that does not let go of the database keeps this one from nothing but keeping.
func TestSketchbookBlocked(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	eval[any](p, `new Promise((resolve, reject) => {
		const request = indexedDB.open('croquis', 1);
		request.onupgradeneeded = () => request.result.createObjectStore('drawings', { keyPath: 'id', autoIncrement: true });
		request.onsuccess = () => {
			window.holding = request.result;
			window.deleting = indexedDB.deleteDatabase('croquis'); // waits for the connection, and all others wait for it
			deleting.onblocked = () => resolve();
		};
		request.onerror = () => reject(request.error);
	})`)
	p.sketch(shirt...)
	p.settle()
	p.click("clear")
	p.says("Another tab of this page holds the sketchbook")
	p.works(t)
	eval[any](p, "new Promise((resolve) => { deleting.onsuccess = () => resolve(); holding.close(); })")
	// As soon as it lets go, what was held here is put away.
	p.sketchbook()
	p.until("document.querySelectorAll('.card').length > 0 && [...document.querySelectorAll('.card-loose')].every((e) => !e.checkVisibility())")
	p.sketch(square...)
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.quiet()
}

// The visitor clears the browser's data while the sketchbook is open: it is empty, says why, and begins anew.
func TestSketchbookClearedWhileOpen(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(shirt...)
	p.settle()
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.sketchbook()
	p.cards(1)
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		return storage.ClearDataForOrigin(p.server.URL, "indexeddb").Do(ctx)
	}))
	p.shelf("went away")
	p.cards(0)
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	p.cards(1)
	p.works(t)
	p.quiet()
}

// A record that is damaged says so on its card, and can be deleted; the others are as they were. Whatever else is wrong with
// one does not keep the rest from being shown.
func TestDamagedRecord(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.sketch(shirt...)
	p.click("keep-keep")
	p.says("A copy is in the sketchbook")
	eval[any](p, `new Promise((resolve, reject) => {
		const request = indexedDB.open('croquis');
		request.onsuccess = () => {
			const change = request.result.transaction('drawings', 'readwrite');
			const table = change.objectStore('drawings');
			const all = table.getAll();
			all.onsuccess = () => {
				const { bytes } = all.result[0];
				table.put({ name: '', made: 1, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7), answer: null, network: '' });
				table.put({ name: 'no bytes', made: 2 });
				table.put({ name: { first: 'x' }, made: 'yesterday', bytes, answer: 'Coat', network: 7 });
				table.put({ name: 'another answer', made: NaN, bytes, answer: { label: 9, probability: 'high' } });
				table.put({ made: 1e300, bytes: bytes.slice().fill(255), answer: { label: 'Coat', probability: 1e9, sure: 'very' } });
				table.put({ bytes: 'words' });
			};
			change.oncomplete = () => { request.result.close(); resolve(); };
		};
		request.onerror = () => reject(request.error);
	})`)
	p.sketchbook()
	p.cards(7)
	if n := eval[int](p, "[...document.querySelectorAll('.card-damaged')].filter((e) => e.textContent).length"); n != 4 {
		t.Errorf("%d cards say that they are damaged, want 4", n)
	}
	if n := eval[int](p, "document.querySelectorAll('.card-open').length"); n != 3 {
		t.Errorf("%d cards can be opened, want 3", n)
	}
	for n := 7; eval[bool](p, "!!document.querySelector('.card-damaged')"); n-- {
		p.do(chromedp.Click(".card:has(.card-damaged) .card-delete", chromedp.ByQuery))
		p.cards(n - 1)
	}
	p.do(chromedp.Reload())
	p.ready()
	p.sketchbook()
	p.cards(3)
	p.works(t)
	p.quiet()
}
