package e2e

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictureFault is the sentence about what went wrong with a picture, empty while there is none.
func (p *tab) pictureFault() string {
	p.t.Helper()
	return eval[string](p, "(() => { const e = document.querySelector('[data-room=pictures] .fault'); return e.hidden ? '' : e.textContent; })()")
}

// pictureFaultOf gives a file and waits for the sentence about it.
func (p *tab) pictureFaultOf(name string, content []byte) string {
	p.t.Helper()
	eval[any](p, "void (document.querySelector('[data-room=pictures] .fault').hidden = true)")
	p.give(fileOf(p.t, name, content))
	p.until("!document.querySelector('[data-room=pictures] .fault').hidden")
	return p.pictureFault()
}

// header is a PNG that says it is so large, and has no picture.
func header(width, height uint32) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 0, 0, 0, 0)
	b := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), uint32(len(chunk)-4))
	b = append(b, chunk...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(chunk))
}

// jpegHeader is a JPEG that says it is so large, and has no picture.
func jpegHeader(width, height uint16) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xc0, 0, 11, 8}
	b = binary.BigEndian.AppendUint16(b, height)
	b = binary.BigEndian.AppendUint16(b, width)
	return append(b, 1, 1, 0x11, 0, 0xff, 0xd9)
}

// Whatever is no picture that the browser can show ends in a sentence that says why, and the page goes on.
func TestFilesThatAreNoPictures(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	sound, soundJPEG := pngOf(t, photoLooks["negative"].picture(photos[0])), jpegOf(t, photoLooks["negative"].picture(photos[0]))
	p := open(t, setup{}).ready().openPictures()
	for _, c := range []struct {
		name    string
		content []byte
		want    string // in the sentence
	}{
		{"empty.png", nil, "empty"},
		{"cut.jpg", soundJPEG[:200], "damaged"},
		{"half.jpg", soundJPEG[:len(soundJPEG)/2], "damaged"},
		{"half.png", sound[:len(sound)/2], "damaged"},
		{"wrong.png", append(slices.Clone(sound[:60]), bytes.Repeat([]byte{0x5a}, 500)...), "damaged"},
		{"header.png", header(600, 600), "damaged"},
		{"drawing.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>parent.hacked = 1</script><rect width="9" height="9"/></svg>`), "SVG"},
		{"drawing.png", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), "SVG"},
		{"page.html", []byte("<!doctype html><script>parent.hacked = 1</script>"), "document"},
		{"notes.txt", []byte("a boot, size 42"), "document"},
		{"report.pdf", []byte("%PDF-1.7\n"), "document"},
		{"film.mp4", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"), "video"},
		{"phone.heic", append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 400)...), "HEIC"},
		{"phone.jpg", append([]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic"), make([]byte, 400)...), "HEIC"},
		{"scan.tiff", append([]byte("II*\x00"), make([]byte, 400)...), "does not know"},
		{"noise.png", []byte{0, 1, 2, 3, 0xff, 0xfe, 9, 9}, "does not know"},
		{"bomb.png", header(60_000, 60_000), "too large"},
		{"bomb.jpg", jpegHeader(60_000, 60_000), "too large"},
		{"megapixels.png", header(10_000, 10_000), "damaged"},
		{"megapixels.jpg", jpegHeader(10_000, 10_000), "damaged"},
	} {
		if got := p.pictureFaultOf(c.name, c.content); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want a sentence with %q", c.name, got, c.want)
		}
		if p.pictureInUse() != nil {
			t.Errorf("%s is named", c.name)
		}
	}
	p.shot("pictures-fault")
	// Dropped, the browser must not leave the page for them.
	eval[any](p, "void (window.stays = true)")
	for _, path := range []string{fileOf(t, "page.html", []byte("<!doctype html><title>left</title>")), fileOf(t, "x.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)), t.TempDir()} {
		eval[any](p, "void (document.querySelector('[data-room=pictures] .fault').hidden = true)")
		p.drop(60, 60, path)
		p.until("!document.querySelector('[data-room=pictures] .fault').hidden")
	}
	if !eval[bool](p, "window.stays && !window.hacked") {
		t.Error("the page was left, or a file's script has run")
	}
	p.fresh(func() { p.give(fileOf(t, "sound.png", sound)) })
	if p.pictureFault() != "" {
		t.Errorf("after a sound picture it still says %q", p.pictureFault())
	}
	p.drawOn(shirt...)
	p.settle()
	checkAnswer(t, p.shown())
	p.quiet()
}

// Pictures that only need care: turned by their camera, transparent, animated, in the colours or the fineness of printers and scanners, and of a hundred million
// pixels.
func TestPicturesThatNeedCare(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	p := open(t, setup{}).ready()
	boot := photos[54]
	paper := photoLooks["on white paper"].picture(boot)
	huge := image.NewGray(image.Rect(0, 0, 10_000, 10_000))
	for y := range 10_000 {
		for x := range 10_000 {
			v := uint8(0)
			if u, w := (x-2200)/200, (y-2200)/200; x >= 2200 && y >= 2200 && u < 28 && w < 28 {
				v = boot[w*28+u]
			}
			huge.Pix[y*huge.Stride+x] = 255 - v
		}
	}
	for name, file := range map[string][]byte{
		"a quarter turn":        orientedJPEG(jpegOf(t, turnedPicture(paper)), 6),
		"transparent":           pngOf(t, transparentPNG(boot, 600)),
		"animated":              animatedGIF(t, photoLooks["negative"].picture(boot)),
		"a hundred megapixels":  pngOf(t, huge),
		"as many in JPEG":       jpegOf(t, huge),
		"in CMYK":               inkJPEG(t, paper),
		"of 16 bits":            pngOf(t, fine(paper)),
		"of the set's own size": pngOf(t, (photoLook{width: 28, height: 28, side: 28, colour: photoLooks["negative"].colour}).picture(boot)),
	} {
		got := p.prepare(file, boot)
		if d := meanDifference(got.Values, boot); d > 12 || got.Top != got.Truth {
			t.Errorf("%s: %.1f away, class %d, want %d", name, d, got.Top, got.Truth)
		}
	}
	p.quiet()
}

// A browser that scrambles what pages read is found out: noise that changes nothing is mentioned, anything worse refused,
// and the gallery works all the same.
func TestScrambledReadback(t *testing.T) {
	t.Parallel()
	scramble := func(change string) string {
		return `{
			const read = CanvasRenderingContext2D.prototype.getImageData;
			CanvasRenderingContext2D.prototype.getImageData = function (...args) {
				const image = read.apply(this, args);
				for (let i = 0; i < image.data.length; i++) if (i % 4 < 3) image.data[i] = ` + change + `;
				return image;
			};
		}`
	}
	photos, _ := testPhotos(t)
	file := fileOf(t, "boot.png", pngOf(t, photoLooks["on white paper"].picture(photos[54])))
	t.Run("noise", func(t *testing.T) {
		p := open(t, setup{script: scramble("image.data[i] ^ (i * 7 >> 3 & 1)")}).ready().openPictures()
		got := p.fresh(func() { p.give(file) })
		if d := meanDifference(got, photos[54]); d > 12 {
			t.Errorf("%.1f away", d)
		}
		if !eval[bool](p, "[...document.querySelectorAll('[data-room=pictures] p')].some((e) => /adds a little noise/.test(e.textContent) && e.checkVisibility())") {
			t.Error("nothing is said about the noise")
		}
	})
	for name, change := range map[string]string{"white": "255", "random": "(i * 2654435761 >>> 8) & 255"} {
		t.Run(name, func(t *testing.T) {
			p := open(t, setup{script: scramble(change)}).ready().openPictures()
			p.give(file)
			p.until("!document.querySelector('[data-room=pictures] .fault').hidden")
			if told := p.pictureFault(); !strings.Contains(told, "scrambles") || p.pictureInUse() != nil {
				t.Errorf("it says %q", told)
			}
			p.do(chromedp.Click(".tile", chromedp.ByQuery))
			if got := p.pictureInUse(); !slices.Equal(got, photos[0]) {
				t.Error("the gallery's photo is not the test set's")
			}
		})
	}
}

// Without its files the gallery says so, the rest of the room works, and coming back to the tab tries again.
func TestGalleryMissing(t *testing.T) {
	t.Parallel()
	photos, _ := testPhotos(t)
	gate := &gateOf{name: "pictures/photos.png"}
	gate.shut.Store(true)
	p := open(t, setup{handler: gate.handler}).ready()
	p.click("tab-pictures")
	p.until("[...document.querySelectorAll('[data-room=pictures] p')].some((e) => /did not arrive/.test(e.textContent) && e.checkVisibility())")
	p.fresh(func() { p.give(fileOf(t, "boot.png", pngOf(t, photoLooks["negative"].picture(photos[54])))) })
	gate.shut.Store(false)
	p.click("tab-inside")
	p.openPictures()
}
