package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"croquis/internal/fashion"
)

// The pictures that tests give to the page: photos of Fashion-MNIST, made into files as visitors have them.

// testPhotos are the photos that the gallery shows: the first six of each class.
func testPhotos(t *testing.T) (pixels [][]uint8, labels []int) {
	t.Helper()
	dir, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	set, err := fashion.LoadTest(dir)
	if err != nil {
		t.Fatal(err)
	}
	for class := range 10 {
		for i, n := 0, 0; n < 6; i++ {
			if set.Label(i) == class {
				pixels, labels = append(pixels, set.Pixels(i)), append(labels, class)
				n++
			}
		}
	}
	return pixels, labels
}

// photoLook says how a photo lies in a picture.
type photoLook struct {
	width, height int
	x, y, side    int                                // where the photo is; it is a square
	smooth        bool                               // enlarged without edges between its pixels
	colour        func(x, y int, v float64) [3]uint8 // of a pixel where the photo has the brightness v, 0 to 1
}

// picture makes a picture of a photo.
func (l photoLook) picture(photo []uint8) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, l.width, l.height))
	for y := range l.height {
		for x := range l.width {
			c := l.colour(x, y, l.at(photo, x, y))
			m.SetRGBA(x, y, color.RGBA{c[0], c[1], c[2], 255})
		}
	}
	return m
}

// at is the brightness of the enlarged photo, 0 beside it.
func (l photoLook) at(photo []uint8, x, y int) float64 {
	u, v := (float64(x-l.x)+0.5)*28/float64(l.side), (float64(y-l.y)+0.5)*28/float64(l.side)
	if u < 0 || v < 0 || u >= 28 || v >= 28 {
		return 0
	}
	pixel := func(i, j int) float64 { return float64(photo[min(max(j, 0), 27)*28+min(max(i, 0), 27)]) / 255 }
	if !l.smooth {
		return pixel(int(u), int(v))
	}
	u, v = u-0.5, v-0.5
	i, j := int(math.Floor(u)), int(math.Floor(v))
	f, g := u-float64(i), v-float64(j)
	return (1-g)*((1-f)*pixel(i, j)+f*pixel(i+1, j)) + g*((1-f)*pixel(i, j+1)+f*pixel(i+1, j+1))
}

func greyOf(v float64) [3]uint8 {
	c := uint8(min(max(v, 0), 255) + 0.5)
	return [3]uint8{c, c, c}
}

// photoLooks are the ways in which a photo comes back as nearly itself.
var photoLooks = map[string]photoLook{
	"as it is": {width: 600, height: 600, side: 600, colour: func(_, _ int, v float64) [3]uint8 { return greyOf(255 * v) }},
	"negative": {width: 600, height: 600, side: 600, colour: func(_, _ int, v float64) [3]uint8 { return greyOf(255 - 255*v) }},
	// Dark on warm paper that is lit from the left, and its camera's noise.
	"on white paper": {width: 720, height: 960, x: 90, y: 230, side: 540, colour: func(x, y int, v float64) [3]uint8 {
		light := 0.95 - 0.2*float64(x)/720 - 0.08*float64(y)/960
		n := grain(x, y)
		return [3]uint8{greyOf(255*light*(1-0.85*v) + n)[0], greyOf(247*light*(1-0.85*v) + n)[0], greyOf(230*light*(1-0.85*v) + n)[0]}
	}},
	"on dark paper": {width: 960, height: 720, x: 300, y: 80, side: 540, colour: func(x, y int, v float64) [3]uint8 {
		light := 0.95 - 0.2*float64(x)/960 - 0.08*float64(y)/720
		return greyOf(255*light*(0.14+0.8*v) + grain(x, y))
	}},
}

// underShadow lies under a soft shadow that takes a sixth of the light where it is deepest, besideShadow to the left of one.
var (
	underShadow  = shaded(420, 520, 260, 260)
	besideShadow = shaded(600, 600, 110, 200)
)

// shaded is on white paper with a soft shadow about x, y that reaches so far.
func shaded(x, y, width, height float64) photoLook {
	return photoLook{width: 720, height: 960, x: 90, y: 230, side: 540, colour: func(i, j int, v float64) [3]uint8 {
		light := 0.95 - 0.2*float64(i)/720 - 0.08*float64(j)/960
		dx, dy := (float64(i)-x)/width, (float64(j)-y)/height
		light *= 1 - 0.16*math.Exp(-dx*dx-dy*dy)
		n := grain(i, j)
		return [3]uint8{greyOf(255*light*(1-0.85*v) + n)[0], greyOf(247*light*(1-0.85*v) + n)[0], greyOf(230*light*(1-0.85*v) + n)[0]}
	}}
}

// grain is a camera's noise at a place, with a standard deviation of 2.5 of 255.
func grain(x, y int) float64 { return noise[(x*7919+y*104729)%len(noise)] }

var noise = func() (all [10007]float64) {
	source := rand.New(rand.NewPCG(1, 2))
	for i := range all {
		all[i] = 2.5 * source.NormFloat64()
	}
	return all
}()

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// animatedGIF is a GIF whose first frame is m, and whose second is black.
func animatedGIF(t testing.TB, m image.Image) []byte {
	t.Helper()
	greys := make(color.Palette, 256)
	for i := range greys {
		greys[i] = color.Gray{uint8(i)}
	}
	first, second := image.NewPaletted(m.Bounds(), greys), image.NewPaletted(m.Bounds(), greys)
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			first.Set(x, y, m.At(x, y))
		}
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// orientedJPEG gives a JPEG the note that its camera was held as Exif's number says: 6 for a quarter turn.
func orientedJPEG(file []byte, orientation uint16) []byte {
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	binary.BigEndian.PutUint16(exif[len(exif)-8:], orientation)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(append([]byte{}, file[:2]...), append(segment, exif...)...), file[2:]...)
}

// turnedPicture is m after a quarter turn counterclockwise, as a camera held upright writes it down with the orientation 6.
func turnedPicture(m image.Image) image.Image {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, h, w))
	for y := range h {
		for x := range w {
			out.Set(y, w-1-x, m.At(x, y))
		}
	}
	return out
}

// transparentPNG is a photo whose paper is not there, and whose ink is black.
func transparentPNG(photo []uint8, side int) image.Image {
	l := photoLook{side: side}
	m := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			m.SetNRGBA(x, y, color.NRGBA{A: greyOf(255 * l.at(photo, x, y))[0]})
		}
	}
	return m
}

// inkJPEG is a JPEG in CMYK, as programs for printing save it: m in black ink, and no other. It is put together from JPEGs
// in grey, each of which becomes one ink's scan; Adobe's programs write inks the other way round, 255 for none.
func inkJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	black, none := image.NewGray(m.Bounds()), image.NewGray(m.Bounds())
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			black.Set(x, y, m.At(x, y))
			none.SetGray(x, y, color.Gray{255})
		}
	}
	b := []byte{0xff, 0xd8, 0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0} // no transform of colours
	for ink, grey := range []*image.Gray{none, none, none, black} {
		file := jpegOf(t, grey)
		for at := 2; at < len(file); {
			marker, length := file[at+1], 2+int(binary.BigEndian.Uint16(file[at+2:]))
			segment := append([]byte{}, file[at:at+length]...)
			at += length
			switch {
			case marker == 0xc0: // the frame, once, with four inks of the same kind
				if ink > 0 {
					continue
				}
				segment = binary.BigEndian.AppendUint16(segment[:2], 8+3*4)
				segment = append(segment, file[at-length+4:at-length+9]...)
				segment = append(segment, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0)
			case marker == 0xda: // the scan, to the end of the file but for its last marker
				segment[5] = uint8(ink + 1)
				segment = append(segment, file[at:len(file)-2]...)
				at = len(file)
			}
			b = append(b, segment...)
		}
	}
	return append(b, 0xff, 0xd9)
}

// fine is m with 16 bits for each colour.
func fine(m image.Image) image.Image {
	out := image.NewRGBA64(m.Bounds())
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			out.Set(x, y, m.At(x, y))
		}
	}
	return out
}

// fileOf writes a file into a folder of the test's own and returns its path.
func fileOf(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func inBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// meanDifference is by how much two pictures of 28×28 differ on average, of 255.
func meanDifference(a, b []uint8) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Abs(float64(a[i]) - float64(b[i]))
	}
	return sum / float64(len(a))
}
