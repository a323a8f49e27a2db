package e2e

import (
	"context"
	"image"
	"math"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// frame is where the cropping frame is, as shares of the picture: left, top, right, bottom.
func (p *tab) frame() [4]float64 {
	p.t.Helper()
	return eval[[4]float64](p, `(() => {
		const a = document.querySelector('.cropper canvas').getBoundingClientRect(), b = document.querySelector('.cropper .frame').getBoundingClientRect();
		return [(b.left - a.left) / a.width, (b.top - a.top) / a.height, (b.right - a.left) / a.width, (b.bottom - a.top) / a.height];
	})()`)
}

// pull drags what the selector finds by so many pixels.
func (p *tab) pull(selector string, dx, dy float64) {
	p.t.Helper()
	eval[any](p, "void document.querySelector('.cropper').scrollIntoView({ block: 'center', behavior: 'instant' })")
	at := eval[[2]float64](p, "(({left, top, width, height}) => [left + width / 2, top + height / 2])(document.querySelector('"+selector+"').getBoundingClientRect())")
	p.do(chromedp.ActionFunc(func(ctx context.Context) error {
		for i := range 6 {
			kind, f := input.MouseMoved, float64(i)/5
			switch i {
			case 0:
				kind = input.MousePressed
			case 5:
				kind = input.MouseReleased
			}
			buttons := int64(1)
			if i == 5 {
				if err := input.DispatchMouseEvent(input.MouseMoved, at[0]+dx, at[1]+dy).WithButton(input.Left).WithButtons(1).Do(ctx); err != nil {
					return err
				}
				buttons = 0
			}
			if err := input.DispatchMouseEvent(kind, at[0]+f*dx, at[1]+f*dy).WithButton(input.Left).WithButtons(buttons).WithClickCount(1).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

// The first frame is around the garment; it can be dragged and sized by pointer and by keyboard, and each time what is in
// it is named anew.
func TestCropping(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	l := photoLooks["on white paper"]
	p := open(t, setup{width: 1280, height: 1000}).ready().openPictures()
	first := p.fresh(func() { p.give(fileOf(t, "boot.jpg", jpegOf(t, l.picture(photos[54])))) })
	f := p.frame()
	garment := [4]float64{float64(l.x) / float64(l.width), float64(l.y) / float64(l.height), float64(l.x+l.side) / float64(l.width), float64(l.y+l.side) / float64(l.height)}
	if f[0] > garment[0] || f[2] < garment[2] || f[0] < garment[0]-0.2 || f[1] < garment[1]-0.2 || f[3] > garment[3]+0.2 {
		t.Errorf("the first frame is %.2v, the garment lies within %.2v", f, garment)
	}
	// From its left edge to the middle: half a boot is another picture.
	half := p.fresh(func() { p.pull(".handle[data-handle=w]", 120, 0) })
	if g := p.frame(); g[0] < f[0]+0.1 || math.Abs(g[2]-f[2]) > 0.01 || math.Abs(g[1]-f[1]) > 0.01 {
		t.Errorf("the left edge dragged: %.2v, before %.2v", g, f)
	}
	if slices.Equal(half, first) {
		t.Error("half of it is the same picture")
	}
	p.fresh(func() { p.pull(".handle[data-handle=w]", -120, 0) })
	before := p.frame()
	p.fresh(func() { p.pull(".cropper .frame", 0, 30) })
	if g := p.frame(); g[1] <= before[1] || math.Abs(g[3]-g[1]-(before[3]-before[1])) > 0.01 {
		t.Errorf("the frame dragged down: %.2v, before %.2v", g, before)
	}
	p.pressButton("Automatic again")
	p.until("croquis.page.picture")
	if again := p.pictureInUse(); !slices.Equal(again, first) {
		t.Errorf("Automatic again gives another picture, %.2f away", meanDifference(again, first))
	}
	// By keyboard: the upper edge goes down, then the whole frame to the left.
	eval[any](p, "document.querySelector('.handle[data-handle=n]').focus()")
	p.fresh(func() { p.strike("ArrowDown", input.ModifierShift) })
	g := p.frame()
	if g[1] < f[1]+0.05 || math.Abs(g[3]-f[3]) > 0.01 {
		t.Errorf("the upper edge by keyboard: %.2v, before %.2v", g, f)
	}
	if now := eval[float64](p, "+document.activeElement.getAttribute('aria-valuenow')"); math.Abs(now-100*g[1]) > 1 {
		t.Errorf("the upper edge says %v, and is at %v", now, 100*g[1])
	}
	eval[any](p, "document.querySelector('.cropper .frame').focus()")
	p.fresh(func() { p.strike("ArrowLeft") })
	if h := p.frame(); h[0] >= g[0] || math.Abs(h[2]-h[0]-(g[2]-g[0])) > 0.01 {
		t.Errorf("the frame by keyboard: %.2v, before %.2v", h, g)
	}
	// It stays in the picture, however far it is dragged. The corner above the boot is bare paper: there is nothing to name.
	p.pull(".cropper .frame", -2000, -2000)
	p.until("document.querySelector('.nothing').textContent.includes('stands out')")
	if h := p.frame(); math.Abs(h[0]) > 0.001 || math.Abs(h[1]) > 0.001 {
		t.Errorf("dragged far away it is at %.2v", h)
	}
	if p.pictureInUse() != nil {
		t.Error("bare paper is named")
	}
	// Back over all of the boot it is named again.
	p.fresh(func() { p.pressButton("Automatic again") })
	p.quiet()
}

// Inverting, the threshold and turning change what is named as they should; all four steps are painted.
func TestAdjusting(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	p := open(t, setup{}).ready().openPictures()
	boot := photoLooks["on white paper"].picture(photos[54])
	first := p.fresh(func() { p.give(fileOf(t, "boot.png", pngOf(t, boot))) })
	if painted := eval[int](p, `[...document.querySelectorAll('.stage canvas')].filter((c) => {
		const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
		return data.some((v, i) => i % 4 < 3 && v !== data[i % 4]);
	}).length`); painted != 4 {
		t.Errorf("%d of the four steps show something", painted)
	}
	if !eval[bool](p, "document.getElementById('picture-invert').checked") {
		t.Error("a dark boot on white paper is not inverted")
	}
	if got := p.fresh(func() { p.click("picture-invert") }); slices.Equal(got, first) {
		t.Error("without inverting it is the same picture")
	}
	if got := p.fresh(func() { p.click("picture-invert") }); !slices.Equal(got, first) {
		t.Error("inverted again it is another picture")
	}
	eval[any](p, "document.getElementById('picture-threshold').focus()")
	low := eval[float64](p, "document.getElementById('picture-threshold').valueAsNumber")
	p.fresh(func() { p.strike("ArrowRight") })
	if now := eval[float64](p, "document.getElementById('picture-threshold').valueAsNumber"); now <= low {
		t.Errorf("the threshold is %v %%, before it was %v %%", now, low)
	}
	p.fresh(func() { p.pressButton("Automatic again") })

	// The same picture lying on its side, turned by the button.
	p.fresh(func() { p.give(fileOf(t, "lying.png", pngOf(t, turnedPicture(boot)))) })
	lying := p.pictureInUse()
	p.fresh(func() { p.pressButton("Turn right") })
	if d := meanDifference(p.pictureInUse(), first); d > 1 || slices.Equal(lying, first) {
		t.Errorf("turned back upright it is %.2f away", d)
	}
	eval[any](p, "document.getElementById('picture-angle').focus()")
	p.fresh(func() { p.strike("ArrowRight") })
	if d := meanDifference(p.pictureInUse(), first); d == 0 || d > 30 {
		t.Errorf("a degree changes it by %.2f", d)
	}

	// Nothing but paper is nothing to name, and a sentence says so.
	paper := image.NewGray(image.Rect(0, 0, 300, 300))
	for i := range paper.Pix {
		paper.Pix[i] = 250
	}
	p.give(fileOf(t, "paper.png", pngOf(t, paper)))
	p.until("document.querySelector('.nothing').textContent.includes('stands out')")
	if p.pictureInUse() != nil {
		t.Error("a sheet of paper is named")
	}
	p.quiet()
}
