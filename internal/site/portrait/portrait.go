// Package portrait takes the page's picture with a boot on it, in a real browser, as the README shows it.
package portrait

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"croquis/internal/chromium"
	"croquis/internal/whole"
)

// Width and Height are the picture's, in pixels.
const Width, Height = 1280, 880

// Schemes are the pictures that there are: page-light.png and page-dark.png.
var Schemes = []string{"light", "dark"}

type point [2]float64

// boot is a drawing: corners in 256ths of the sheet, one slice for each stroke.
var boot = [][]point{
	{
		{108, 41}, {181, 38}, {184, 42}, {187, 101}, {192, 152}, {194, 196}, {191, 200}, {157, 200}, {153, 194}, {148, 190},
		{115, 199}, {53, 202}, {34, 197}, {33, 178}, {52, 158}, {83, 145}, {105, 122}, {110, 87}, {108, 41},
	},
	{{108, 61}, {185, 59}},
	{{38, 184}, {151, 184}, {195, 182}},
	{{105, 125}, {128, 136}},
	{{92, 141}, {113, 153}},
}

// step is how far apart the mouse's moves are, in the drawing's units.
const step = 4

// patience is for a slow machine.
const patience = 5 * time.Minute

// settled waits for the network that is wanted, and then until nothing moves any more.
const settled = `croquis.ready.then(() => new Promise((resolve) => setTimeout(resolve, 1500, 0)))`

// Take opens the page at url, draws the boot with the mouse and writes what it looks like into dir, once for each of Schemes.
func Take(ctx context.Context, url, dir string) error {
	options, err := chromium.Options()
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	for _, scheme := range Schemes {
		if err := portray(ctx, url, scheme, filepath.Join(dir, "page-"+scheme+".png")); err != nil {
			return fmt.Errorf("%s: %w", scheme, err)
		}
	}
	return nil
}

func portray(ctx context.Context, url, scheme, path string) error {
	var png []byte
	err := chromedp.Run(ctx,
		emulation.SetDeviceMetricsOverride(Width, Height, 1, false),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}),
		chromedp.Navigate(url),
		wait(settled),
		chromedp.Click("#clear", chromedp.ByQuery),
		chromedp.ActionFunc(draw),
		wait(settled),
		chromedp.CaptureScreenshot(&png),
	)
	if err != nil {
		return err
	}
	return whole.WriteFile(path, png)
}

// wait runs an expression and waits for its promise.
func wait(expression string) chromedp.Action {
	var ignored any
	return chromedp.Evaluate(expression, &ignored, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) })
}

// draw draws the boot with the mouse.
func draw(ctx context.Context) error {
	var box [4]float64
	const sheet = "(({ left, top, width, height }) => [left, top, width, height])(document.getElementById('canvas').getBoundingClientRect())"
	if err := chromedp.Evaluate(sheet, &box).Do(ctx); err != nil {
		return err
	}
	move := func(kind input.MouseType, at point) error {
		event := input.DispatchMouseEvent(kind, box[0]+at[0]*box[2]/256, box[1]+at[1]*box[3]/256).WithButton(input.Left).WithClickCount(1)
		if kind != input.MouseReleased {
			event = event.WithButtons(1)
		}
		return event.Do(ctx)
	}
	for _, corners := range boot {
		at := corners[0]
		if err := move(input.MousePressed, at); err != nil {
			return err
		}
		for _, next := range corners[1:] {
			n := math.Ceil(math.Hypot(next[0]-at[0], next[1]-at[1]) / step)
			for i := 1.0; i <= n; i++ {
				if err := move(input.MouseMoved, point{at[0] + (next[0]-at[0])*i/n, at[1] + (next[1]-at[1])*i/n}); err != nil {
					return err
				}
			}
			at = next
		}
		if err := move(input.MouseReleased, at); err != nil {
			return err
		}
	}
	return input.DispatchMouseEvent(input.MouseMoved, 4, 4).Do(ctx) // out of the picture
}
