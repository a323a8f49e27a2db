package e2e

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

var updateIcons = flag.Bool("update-icons", false, "write web/icons again, from web/favicon.svg")

// icons lists the PNG files that browsers want beside favicon.svg. Those with a margin are for systems that cut icons to
// shapes of their own: the sheet fills the square, and the garment stays in the middle four fifths.
var icons = []struct {
	file   string
	side   int
	filled bool
}{
	{"icon-192.png", 192, false},
	{"icon-512.png", 512, false},
	{"maskable-512.png", 512, true},
	{"apple-180.png", 180, true},
}

// paintIcon paints the page's icon on a canvas and returns it as a data URL.
const paintIcon = `(async (svg, side, filled) => {
	const picture = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
	picture.setAttribute('width', side);
	picture.setAttribute('height', side);
	if (filled) {
		picture.setAttribute('viewBox', '-6 -6 60 60');
		const sheet = picture.querySelector('rect');
		for (const [name, value] of Object.entries({ x: -6, y: -6, width: 60, height: 60, rx: 0 })) sheet.setAttribute(name, value);
	}
	const image = new Image();
	image.src = 'data:image/svg+xml,' + encodeURIComponent(new XMLSerializer().serializeToString(picture));
	await image.decode();
	const canvas = new OffscreenCanvas(side, side);
	canvas.getContext('2d').drawImage(image, 0, 0);
	const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
	return btoa(String.fromCharCode(...bytes));
})`

// TestIcons: the icons of the installed page are the page's own. `go test ./e2e -run TestIcons -update-icons` paints them.
func TestIcons(t *testing.T) {
	t.Parallel()
	svg, err := os.ReadFile("../web/favicon.svg")
	if err != nil {
		t.Fatal(err)
	}
	browser := browsers.of(t)
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(newWindow(t, browser)))
	defer cancel()
	p := &tab{t: t, ctx: ctx}
	for _, icon := range icons {
		painted := eval[string](p, fmt.Sprintf("%s(%q, %d, %t)", paintIcon, svg, icon.side, icon.filled))
		b, err := base64.StdEncoding.DecodeString(painted)
		if err != nil {
			t.Fatal(err)
		}
		want := pixels(t, icon.file, b)
		path := filepath.Join("../web/icons", icon.file)
		if *updateIcons {
			var small bytes.Buffer
			if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, want); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, small.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if b, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		got := pixels(t, path, b)
		if got.Bounds() != image.Rect(0, 0, icon.side, icon.side) {
			t.Errorf("%s: %v, want a side of %d", path, got.Bounds(), icon.side)
			continue
		}
		// Browsers differ in the last bits of what they smooth.
		different := 0
		for i := range got.Pix {
			if d := int(got.Pix[i]) - int(want.Pix[i]); d < -24 || d > 24 {
				different++
			}
		}
		if different > len(got.Pix)/500 {
			t.Errorf("%s is not favicon.svg: %d of %d values differ; go test ./e2e -run TestIcons -update-icons paints it again", path, different, len(got.Pix))
		}
	}
}

func pixels(t *testing.T, name string, b []byte) *image.NRGBA {
	t.Helper()
	decoded, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	out := image.NewNRGBA(decoded.Bounds())
	draw.Draw(out, out.Bounds(), decoded, image.Point{}, draw.Src)
	return out
}
