package e2e

import (
	"context"
	"image"
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

// Inverting, the threshold and turning change what is named as they should; all four steps are painted.
func TestAdjusting(t *testing.T) {
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
