package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	browserpkg "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"croquis/internal/chromium"
)

// gateOf answers 404 for a file of the site while it is shut.
type gateOf struct {
	name string
	shut atomic.Bool
}

func (g *gateOf) handler(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.shut.Load() && plain(r) == g.name {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// film is a video in which nothing moves, as Chromium takes it for a camera: brightness alone, colours neutral.
func film(l photoLook, photo []uint8) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1\n", l.width, l.height)
	m := l.picture(photo)
	for range 2 {
		b.WriteString("FRAME\n")
		for y := range l.height {
			for x := range l.width {
				// From 16 to 235, as video has it.
				b.WriteByte(uint8(16 + float64(m.RGBAAt(x, y).G)*219/255))
			}
		}
		b.Write(bytes.Repeat([]byte{128}, l.width*l.height/2))
	}
	return b.Bytes()
}

// cameraBrowser starts a browser of its own with the film for a camera, which it allows at once or asks about.
func cameraBrowser(t *testing.T, film string, allowed bool) context.Context {
	t.Helper()
	options, err := chromium.Options()
	if err != nil {
		t.Fatal(err)
	}
	options = append(options, chromedp.UserDataDir(filepath.Join(t.TempDir(), "profile")),
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", allowed),
		chromedp.Flag("use-file-for-fake-video-capture", film), chromedp.Flag("disable-dev-shm-usage", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() { // by itself, when all is written: its folder is to be removed
		if err := chromedp.Cancel(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// watching tells the states of all tracks that the page has ever been given.
const watching = `{
	window.tracks = [];
	const get = MediaDevices.prototype.getUserMedia;
	MediaDevices.prototype.getUserMedia = async function (wish) {
		window.wish = wish;
		const stream = await get.call(this, wish);
		window.tracks.push(...stream.getTracks());
		return stream;
	};
}`

const filming = "tracks.some((t) => t.readyState === 'live')"

func TestCamera(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	l := photoLook{width: 640, height: 480, x: 120, y: 30, side: 420, colour: func(_, _ int, v float64) [3]uint8 { return greyOf(235 - 200*v) }}
	window := cameraBrowser(t, fileOf(t, "boot.y4m", film(l, photos[54])), true)
	p := open(t, setup{script: watching, window: window}).ready().openPictures()
	show := func() {
		t.Helper()
		p.pressButton("Use the camera")
		p.until(filming + " && document.querySelector('.viewfinder video').videoWidth > 0 && document.querySelector('.viewfinder').checkVisibility()")
	}
	show()
	if facing := eval[string](p, "wish.video.facingMode.ideal"); facing != "environment" {
		t.Errorf("the camera that is asked for faces %q", facing)
	}
	p.shot("pictures-camera")
	got := p.fresh(func() { p.pressButton("Take the picture") })
	if d := meanDifference(got, photos[54]); d > 15 {
		t.Errorf("the boot before the camera comes back %.1f away", d)
	}
	p.until("!(" + filming + ")")
	if focus := eval[string](p, "document.activeElement.textContent"); focus != "Use the camera" {
		t.Errorf("the button that took the picture is gone, and %q has its focus", focus)
	}
	for name, leave := range map[string]func(){
		"Camera off":  func() { p.pressButton("Camera off") },
		"another tab": func() { p.click("tab-inside"); p.click("tab-pictures") },
		"a hidden page": func() {
			eval[any](p, "void (Object.defineProperty(document, 'hidden', { value: true, configurable: true }), document.dispatchEvent(new Event('visibilitychange')), delete document.hidden)")
		},
	} {
		show()
		leave()
		p.until("!(" + filming + ")")
		if eval[bool](p, "document.querySelector('.viewfinder').checkVisibility()") {
			t.Errorf("%s: the viewfinder stays", name)
		}
	}
	// It is pulled out while it films.
	show()
	eval[any](p, "void tracks.filter((t) => t.readyState === 'live').forEach((t) => { t.stop(); t.dispatchEvent(new Event('ended')); })")
	p.until("!document.querySelector('[data-room=pictures] .fault').hidden")
	if told := p.pictureFault(); !strings.Contains(told, "has stopped") {
		t.Errorf("it says %q", told)
	}
	p.quiet()
}

// askForCamera presses the button and returns the sentence that comes instead of a camera.
func (p *tab) askForCamera() string {
	p.t.Helper()
	eval[any](p, "void (document.querySelector('[data-room=pictures] .fault').hidden = true)")
	p.pressButton("Use the camera")
	p.until("!document.querySelector('[data-room=pictures] .fault').hidden")
	return p.pictureFault()
}

// A camera that the visitor does not allow. It has to be there: where there is none a browser says just that, allowed or not.
func TestCameraDenied(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	p := open(t, setup{window: cameraBrowser(t, fileOf(t, "boot.y4m", film(photoLooks["negative"], photos[54])), false)}).ready().openPictures()
	p.allow("camera", browserpkg.PermissionSettingDenied)
	if told := p.askForCamera(); !strings.Contains(told, "not allowed") {
		t.Errorf("denied: %q", told)
	}
	// Who thinks better of it need not load the page again.
	p.allow("camera", browserpkg.PermissionSettingGranted)
	p.pressButton("Use the camera")
	p.until("document.querySelector('.viewfinder video').videoWidth > 0 && document.querySelector('.viewfinder').checkVisibility()")
	if told := p.pictureFault(); told != "" {
		t.Errorf("the camera is on, and it still says %q", told)
	}
	p.fresh(func() { p.pressButton("Take the picture") })
	p.quiet()
}

func TestNoCamera(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().openPictures()
	p.allow("camera", browserpkg.PermissionSettingGranted)
	if told := p.askForCamera(); !strings.Contains(told, "no camera") {
		t.Errorf("without a camera: %q", told)
	}
	for error, want := range map[string]string{"NotReadableError": "another program", "NotAllowedError": "not allowed", "NotFoundError": "no camera"} {
		eval[any](p, fmt.Sprintf("void (navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', %q); })", error))
		if told := p.askForCamera(); !strings.Contains(told, want) {
			t.Errorf("%s: %q, want %q", error, told, want)
		}
	}
	eval[any](p, "void Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
	if told := p.askForCamera(); !strings.Contains(told, "no camera") {
		t.Errorf("a browser without: %q", told)
	}
	p.drawOn(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
	p.quiet()
}
