package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	browserpkg "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// openPictures opens the room of the pictures and waits until its gallery is there.
func (p *tab) openPictures() *tab {
	p.t.Helper()
	p.click("tab-pictures")
	p.until("document.querySelectorAll('[data-room=pictures] .tile').length === 90")
	return p
}

// give has a visitor choose a file.
func (p *tab) give(path string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles("#picture-file", []string{path}, chromedp.ByQuery))
}

// drawOn scrolls to the sheet and draws a line on it.
func (p *tab) drawOn(corners ...point) {
	p.t.Helper()
	eval[any](p, "void document.getElementById('canvas').scrollIntoView({ block: 'end', behavior: 'instant' })")
	p.mouse(corners...)
}

// pressButton clicks the button of the room that says so.
func (p *tab) pressButton(words string) {
	p.t.Helper()
	p.do(chromedp.Click(fmt.Sprintf(`//*[@data-room="pictures" or @id="tracing"]//button[normalize-space()=%q]`, words), chromedp.BySearch))
}

// pictureInUse is what the page has named instead of the drawing, 0 to 255; nil when it names the drawing.
func (p *tab) pictureInUse() []uint8 {
	p.t.Helper()
	p.settle()
	var pixels []uint8
	for _, v := range eval[[]int](p, "croquis.page.picture && Array.from(croquis.page.picture.values, (v) => Math.round(255 * v))") {
		pixels = append(pixels, uint8(v))
	}
	return pixels
}

// fresh waits for another picture than the one that is in use when it is called; act is what brings it.
func (p *tab) fresh(act func()) []uint8 {
	p.t.Helper()
	eval[any](p, "void (window.before = croquis.page.picture)")
	act()
	p.until("croquis.page.picture && croquis.page.picture !== window.before")
	return p.pictureInUse()
}

func TestGalleryPhotosAreNamed(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().openPictures()
	photos, _ := testPhotos(t)
	for i, photo := range photos {
		// A shelf has six photos and three drawings.
		eval[any](p, fmt.Sprintf("document.querySelectorAll('[data-room=pictures] .tile')[%d].click()", i/6*9+i%6))
		p.settle()
		if got := p.pictureInUse(); !slices.Equal(got, photo) {
			t.Fatalf("photo %d is not the test set's, to the bit", i)
		}
		if seen := eval[[]uint8](p, "Array.from(croquis.page.answer.image)"); !slices.Equal(seen, photo) {
			t.Errorf("the network sees another picture than photo %d", i)
		}
	}
	checkAnswer(t, p.shown())
	// Drawing puts it away, and the button takes it up again.
	p.drawOn(shirt...)
	if p.pictureInUse() != nil {
		t.Error("a photo is named while somebody draws")
	}
	p.pressButton("Name it")
	if got := p.pictureInUse(); !slices.Equal(got, photos[59]) {
		t.Error("Name it does not name the photo")
	}
	p.pressButton("Back to the drawing")
	if p.pictureInUse() != nil || p.shown().State == "blank" {
		t.Error("Back to the drawing does not name the drawing")
	}
	p.quiet()
}

func TestGalleryByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().openPictures()
	eval[any](p, "document.querySelector('[data-room=pictures] .tile').focus()")
	name := func() string {
		t.Helper()
		return eval[string](p, "document.activeElement.getAttribute('aria-label')")
	}
	for _, step := range []struct{ key, want string }{
		{"ArrowRight", "T-shirt/top, photo 2"}, {"ArrowDown", "Trouser, photo 2"}, {"ArrowLeft", "Trouser, photo 1"}, {"ArrowLeft", "T-shirt/top, drawing 3"},
		{"End", "Ankle boot, drawing 3"}, {"ArrowRight", "Ankle boot, drawing 3"}, {"Home", "T-shirt/top, photo 1"},
	} {
		p.strike(step.key)
		if got := name(); got != step.want {
			t.Fatalf("after %s: %q, want %q", step.key, got, step.want)
		}
	}
	if n := eval[int](p, "document.querySelectorAll('.tile[tabindex=\"0\"]').length"); n != 1 {
		t.Errorf("Tab stops at %d tiles, want one", n)
	}
	p.strike("Enter")
	p.until("document.activeElement.getAttribute('aria-pressed') === 'true'")
	if p.pictureInUse() == nil {
		t.Error("Enter does not name the photo")
	}
	p.quiet()
}

// strike presses a key that writes nothing.
func (p *tab) strike(name string, modifiers ...input.Modifier) {
	p.t.Helper()
	var m input.Modifier
	for _, modifier := range modifiers {
		m |= modifier
	}
	codes := map[string]int64{"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36, "End": 35, "Enter": 13, " ": 32}
	text := map[string]string{"Enter": "\r", " ": " "}[name]
	p.do(
		input.DispatchKeyEvent(input.KeyDown).WithKey(name).WithWindowsVirtualKeyCode(codes[name]).WithText(text).WithModifiers(m),
		input.DispatchKeyEvent(input.KeyUp).WithKey(name).WithWindowsVirtualKeyCode(codes[name]).WithModifiers(m),
	)
}

// A drawing of the gallery comes onto the sheet, is named as a drawing, and can be undone.
func TestGalleryDrawings(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().openPictures()
	p.drawOn(shirt...)
	p.settle()
	before := p.shown()
	b, err := os.ReadFile("../web/pictures/drawings.json")
	if err != nil {
		t.Fatal(err)
	}
	var drawings []struct{ Strokes [][]float64 }
	if err := json.Unmarshal(b, &drawings); err != nil || len(drawings) != 30 {
		t.Fatalf("%d drawings, %v", len(drawings), err)
	}
	for i, want := range drawings {
		eval[any](p, fmt.Sprintf("document.querySelectorAll('[data-room=pictures] .tile')[%d].click()", i/3*9+6+i%3))
		p.settle()
		if got := eval[[][]float64](p, "croquis.page.drawing.strokes.map(({ points }) => points)"); fmt.Sprint(got) != fmt.Sprint(want.Strokes) {
			t.Fatalf("drawing %d on the sheet: %v, want %v", i, got, want.Strokes)
		}
	}
	checkAnswer(t, p.shown())
	if p.pictureInUse() != nil {
		t.Error("a drawing is named as a photo")
	}
	for range drawings {
		p.click("undo")
	}
	p.settle()
	if s := p.shown(); !slices.Equal(s.Rows, before.Rows) {
		t.Errorf("undone: %+v, want what was drawn before: %+v", s.Rows, before.Rows)
	}
	p.quiet()
}

// What is traced over can be seen and drawn on, and does not count.
func TestTracing(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready()
	p.drawOn(shirt...)
	p.settle()
	plain := p.shown()
	p.click("clear")
	p.openPictures()
	visible := func() float64 {
		t.Helper()
		return eval[float64](p, "(() => { const e = document.getElementById('trace'), { width } = e.firstChild?.getBoundingClientRect() ?? { width: 0 }; return width > 100 ? +getComputedStyle(e).opacity : 0; })()")
	}
	for _, tile := range []int{0, 87} { // a photo, and a drawing
		eval[any](p, fmt.Sprintf("document.querySelectorAll('[data-room=pictures] .tile')[%d].click()", tile))
		p.pressButton("Trace over it")
		if v := visible(); tile == 0 && (v < 0.2 || v > 0.5) || v == 0 { // later as strong as was last chosen
			t.Errorf("tile %d lies under the sheet with an opacity of %v", tile, v)
		}
		if p.pictureInUse() != nil || !eval[bool](p, "croquis.page.drawing.empty") {
			t.Errorf("tile %d is named while it is to be traced", tile)
		}
		eval[any](p, "document.getElementById('tracing-strength').focus()")
		p.strike("End")
		if v := visible(); v < 0.65 {
			t.Errorf("the slider at its end gives an opacity of %v", v)
		}
		p.strike("Home")
		if v := visible(); v == 0 || v > 0.1 {
			t.Errorf("the slider at its beginning gives an opacity of %v", v)
		}
		p.drawOn(shirt...)
		p.settle()
		if s := p.shown(); !slices.Equal(s.Rows, plain.Rows) {
			t.Errorf("over tile %d: %+v, on the bare sheet %+v", tile, s.Rows, plain.Rows)
		}
		p.shot(fmt.Sprintf("tracing-%d", tile))
		p.pressButton("Take it away")
		if v := visible(); v != 0 {
			t.Errorf("taken away, it is there with %v", v)
		}
		p.click("clear")
	}
	p.quiet()
}

// However a picture comes, it is the same, it stays in the browser, and what had been drawn stays too.
func TestPicturesChosenDroppedAndPasted(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	content := pngOf(t, photoLooks["on white paper"].picture(photos[54]))
	file := fileOf(t, "boot.png", content)
	p := open(t, setup{}).ready().openPictures()
	chosen := p.fresh(func() { p.give(file) })
	if d := meanDifference(chosen, photos[54]); d > 12 {
		t.Errorf("the boot comes back with a difference of %.1f", d)
	}
	if again := p.fresh(func() { p.give(file) }); !slices.Equal(again, chosen) {
		t.Error("the same file, chosen again, is another picture")
	}
	p.drawOn(shirt...)
	p.click("tab-inside")
	dropped := p.fresh(func() { p.drop(40, 40, file) })
	if !slices.Equal(dropped, chosen) || eval[string](p, "croquis.page.tab") != "pictures" {
		t.Error("dropped on the page it is another picture, or its room does not open")
	}
	if eval[bool](p, "document.documentElement.hasAttribute('data-dropping')") || eval[bool](p, "croquis.page.drawing.empty") {
		t.Error("the page still waits for a file, or has lost the drawing")
	}
	p.click("tab-inside")
	pasted := p.fresh(func() { p.paste(content) })
	if !slices.Equal(pasted, chosen) {
		t.Errorf("pasted it is another picture, %.2f away", meanDifference(pasted, chosen))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.requests {
		if !strings.HasPrefix(r, p.server.URL+"/") && !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "blob:") {
			t.Errorf("the page asks for %s", r)
		}
	}
}

// drop lets files go over a place of the window.
func (p *tab) drop(x, y float64, paths ...string) {
	p.t.Helper()
	data := &input.DragData{Files: paths, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DragEnter, input.DragOver, input.Drop} {
		if kind == input.Drop {
			p.until("document.documentElement.hasAttribute('data-dropping')")
		}
		p.do(input.DispatchDragEvent(kind, x, y, data))
	}
}

// paste puts a PNG on the clipboard and presses Ctrl+V.
func (p *tab) paste(content []byte) {
	p.t.Helper()
	p.allow("clipboard-write", browserpkg.PermissionSettingGranted)
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		return input.DispatchMouseEvent(input.MouseMoved, 5, 5).Do(ctx)
	}))
	eval[any](p, fmt.Sprintf(`(async () => {
		const bytes = Uint8Array.from(atob(%q), (c) => c.charCodeAt(0));
		await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
	})()`, inBase64(content)))
	p.do(input.DispatchKeyEvent(input.KeyDown).WithKey("v").WithCode("KeyV").WithWindowsVirtualKeyCode(86).WithModifiers(input.ModifierCtrl).WithCommands([]string{"paste"}))
	p.do(input.DispatchKeyEvent(input.KeyUp).WithKey("v").WithCode("KeyV").WithWindowsVirtualKeyCode(86).WithModifiers(input.ModifierCtrl))
}

// allow decides about a permission before the page asks.
func (p *tab) allow(name string, setting browserpkg.PermissionSetting) {
	p.t.Helper()
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		info, err := target.GetTargetInfo().Do(ctx)
		if err != nil {
			return err
		}
		return browserpkg.SetPermission(&browserpkg.PermissionDescriptor{Name: name}, setting).WithOrigin(p.server.URL).
			WithBrowserContextID(info.BrowserContextID).Do(cdp.WithExecutor(ctx, chromedp.FromContext(ctx).Browser))
	}))
}

func TestPicturesLooks(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	file := fileOf(t, "boot.jpg", jpegOf(t, photoLooks["on white paper"].picture(photos[55])))
	broken := fileOf(t, "broken.jpg", []byte("\xff\xd8\xff\xe0 and no more"))
	for _, size := range [][2]int64{{1280, 900}, {768, 1024}, {360, 740}, {320, 640}} {
		for _, dark := range []bool{false, true} {
			name := fmt.Sprintf("pictures-%d-%s", size[0], map[bool]string{false: "light", true: "dark"}[dark])
			t.Run(name, func(t *testing.T) {
				p := open(t, setup{width: size[0], height: size[1], phone: size[0] < 800, dark: dark}).ready().openPictures()
				p.fresh(func() { p.give(file) })
				p.give(broken)
				p.until("!document.querySelector('[data-room=pictures] .fault').hidden")
				p.pressButton("Trace over it")
				p.shot(name)
				here := strings.ReplaceAll(flaws, "createTreeWalker(document.body", "createTreeWalker(document.querySelector('[data-room=pictures]')")
				if f := eval[[]string](p, here); len(f) > 0 {
					t.Error(strings.Join(f, "; "))
				}
			})
		}
	}
}
