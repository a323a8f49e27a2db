package e2e

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"croquis/internal/sketch"
)

// save opens the kinds of files and chooses one.
func (p *tab) save(kind string) {
	p.t.Helper()
	if !eval[bool](p, "document.getElementById('keep-panel').checkVisibility()") {
		p.click("keep-save")
	}
	p.click("keep-" + kind)
}

// A saved file in the format of Quick, Draw! is read by the trainer's own reader, and the network says of it natively what it said
// in the page: for plain lines, and for wide, thin and filled ones.
func TestSavedNDJSON(t *testing.T) {
	t.Parallel()
	n := loadNative(t)
	for name, more := range map[string]string{
		"plain":  "[]",
		"styled": "[{ points: [70, 110, 186, 110, 186, 220, 70, 220], size: 2.5, fill: true }, { points: [80, 60, 120, 90], size: 0.5, fill: false }]",
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, setup{}).ready().keeping()
			dir := p.downloads()
			p.sketch(shirt...)
			p.sketch(point{0.5, 0.2}, point{0.52, 0.9})
			eval[any](p, "void (("+more+").length > 0 && croquis.page.drawing.replace([...croquis.page.drawing.strokes, ..."+more+"]))")
			page := p.probabilities()
			p.save("ndjson")
			file := p.downloaded(dir, "ndjson")
			p.says("Saved as croquis-")
			ds, err := sketch.ParseNDJSON(bytes.NewReader(file))
			if err != nil || len(ds) != 1 {
				t.Fatalf("%d drawings, %v:\n%s", len(ds), err, file)
			}
			picture := make([]uint8, sketch.Side*sketch.Side)
			var r sketch.Rasterizer
			if blank, err := r.Draw(ds[0].Strokes, ds[0].Styles, sketch.Default, picture); blank || err != nil {
				t.Fatalf("the drawing is blank (%v) or wrong: %v", blank, err)
			}
			x := make([]float32, len(picture))
			n.file.Input.Normalise(picture, x)
			compare(t, "the saved drawing", page, n.probabilities(x, n.file.Calibration.Effective().Drawings.Temperature))
			for _, want := range []string{`"key_id":"`, `"word":"`, ` UTC"`} {
				if !bytes.Contains(file, []byte(want)) {
					t.Errorf("the file has no %s: %s", want, file)
				}
			}
			p.quiet()
		})
	}
}

// What was saved as ndjson or SVG opens again as the same drawing, and what was on the sheet is kept.
func TestSavedFilesOpenAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"ndjson", "svg"} {
		t.Run(kind, func(t *testing.T) {
			p := open(t, setup{}).ready().keeping()
			dir := p.downloads()
			p.sketch(shirt...)
			p.sketch(point{0.61, 0.33})
			eval[any](p, `croquis.page.drawing.replace([...croquis.page.drawing.strokes,
				{ points: [70, 110, 186, 110, 186, 220, 70, 220], size: 2.5, fill: true }, { points: [20, 20, 60, 20, 60, 60], size: 1, fill: true, patch: true }])`)
			want := p.drawn()
			p.save(kind)
			file := p.downloaded(dir, kind)
			p.click("clear")
			p.sketch(point{0.2, 0.5}, point{0.8, 0.5})
			p.upload("keep-file", "again."+kind, file)
			p.says("drawing of the file is on the sheet. Yours is in the sketchbook")
			if got := p.drawn(); got != want {
				t.Errorf("the file opens as\n%s, want\n%s", got, want)
			}
			p.quiet()
		})
	}
}

// A saved SVG is well-formed, says what it shows, and holds nothing but paths.
func TestSavedSVG(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	dir := p.downloads()
	p.sketch(shirt...)
	p.settle()
	p.save("svg")
	file := p.downloaded(dir, "svg")
	var drawing struct {
		XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
		ViewBox string   `xml:"viewBox,attr"`
		Title   string   `xml:"title"`
		Group   struct {
			Cap   string `xml:"stroke-linecap,attr"`
			Paths []struct {
				D string `xml:"d,attr"`
			} `xml:"path"`
		} `xml:"g"`
	}
	if err := xml.Unmarshal(file, &drawing); err != nil {
		t.Fatalf("%v:\n%s", err, file)
	}
	label := p.shown().Rows[0].Label
	if drawing.ViewBox != "0 0 256 256" || !strings.Contains(drawing.Title, label) || drawing.Group.Cap != "round" || len(drawing.Group.Paths) != 1 {
		t.Errorf("%+v; the answer is %q", drawing, label)
	}
	if d := drawing.Group.Paths[0].D; strings.Count(d, "Q") < 10 || !strings.HasPrefix(d, "M") {
		t.Errorf("the path is not smooth: %s", d)
	}
	p.quiet()
}

// A saved PNG has paper where nothing was drawn and ink where something was, at 1024 pixels, and the answer below it if wanted.
func TestSavedPNG(t *testing.T) {
	t.Parallel()
	p := open(t, setup{dark: true}).ready().keeping() // dark pages have light ink: files do not
	dir := p.downloads()
	p.sketch(point{0.1, 0.5}, point{0.9, 0.5})
	p.sketch(point{0.5, 0.1}, point{0.5, 0.9})
	p.settle()
	picture := func() image.Image {
		t.Helper()
		img, err := png.Decode(bytes.NewReader(p.downloaded(dir, "png")))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	dark := func(img image.Image, r image.Rectangle) (n int) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 128 {
					n++
				}
			}
		}
		return n
	}
	p.save("png")
	img := picture()
	if b := img.Bounds(); b.Dx() != 1024 || b.Dy() != 1152 {
		t.Fatalf("the picture is %v, want 1024 by 1152 with the answer", b)
	}
	if n := dark(img, image.Rect(0, 1030, 1024, 1152)); n < 300 {
		t.Errorf("the answer has %d dark pixels", n)
	}
	// Two lines of 3.4 units, four pixels a unit, 0.8 of the sheet long.
	if n := dark(img, image.Rect(0, 0, 1024, 1024)); n < 15_000 || n > 30_000 {
		t.Errorf("the drawing has %d dark pixels, want about 22,000", n)
	}
	if n := dark(img, image.Rect(120, 120, 480, 480)); n != 0 {
		t.Errorf("%d pixels are dark where nothing was drawn", n)
	}
	dir = p.downloads()
	p.click("keep-caption")
	p.save("png")
	img = picture()
	if b := img.Bounds(); b.Dx() != 1024 || b.Dy() != 1024 {
		t.Errorf("without the answer the picture is %v, want 1024 by 1024", b)
	}
	p.quiet()
}

// A browser that scrambles what is read from a canvas saves no noise: the visitor is told, and SVG works.
func TestPNGInABrowserThatScrambles(t *testing.T) {
	t.Parallel()
	const scramble = `{
		const read = CanvasRenderingContext2D.prototype.getImageData;
		CanvasRenderingContext2D.prototype.getImageData = function (...a) {
			const image = read.apply(this, a);
			for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 97) % 256;
			return image;
		};
	}`
	p := open(t, setup{script: scramble}).ready().keeping()
	dir := p.downloads()
	p.sketch(shirt...)
	p.settle()
	p.save("png")
	p.says("Save as SVG instead")
	p.save("svg")
	p.downloaded(dir, "svg")
	p.quiet()
}

// Files that are no drawings, damaged, hostile or of raw Quick, Draw! end in a sentence or in a drawing, never in less than there was.
func TestOpeningFiles(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	p.click("keep-save")
	p.sketch(shirt...)
	p.settle()
	before := p.drawn()
	for _, test := range []struct{ name, content, want string }{
		{"empty.ndjson", "", "holds no drawing"},
		{"letter.txt", "Dear reader,", "holds no drawing"},
		{"page.html", "<!doctype html><script>window.hacked = true</script>", "holds no drawing"},
		{"other.svg", `<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L1 1"/></svg>`, "holds no drawing"},
		{"script.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked = true"><script>window.hacked = true</script></svg>`, "holds no drawing"},
		{"bomb.svg", `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">]><svg xmlns="http://www.w3.org/2000/svg"><g id="croquis"><path d="&a;"/></g></svg>`, "damaged"},
		{"styled.svg", `<svg xmlns="http://www.w3.org/2000/svg"><g id="croquis"><style>*{fill:red}</style><path d="M1 1L2 2" onclick="window.hacked = true"/></g></svg>`, "damaged"},
		{"cut.svg", `<svg xmlns="http://www.w3.org/2000/svg"><g id="croquis"><path d="M1 1L2`, "damaged"},
		{"wild.svg", `<svg xmlns="http://www.w3.org/2000/svg"><g id="croquis"><path d="M1e9 1L2 2"/></g></svg>`, "damaged"},
		{"far.svg", `<svg xmlns="http://www.w3.org/2000/svg"><g id="croquis"><path d="M999999 1L2 2"/></g></svg>`, "damaged"},
		{"cut.ndjson", `{"drawing":[[[1,2],[3,4]]]}` + "\n" + `{"drawing":[[[1,`, "damaged"},
		{"infinite.ndjson", `{"drawing":[[[1e999,2],[3,4]]]}`, "holds no drawing"},
		{"uneven.ndjson", `{"drawing":[[[1,2,3],[3,4]]]}`, "holds no drawing"},
		{"hollow.ndjson", `{"drawing":[]}`, "holds no drawing"},
	} {
		p.upload("keep-file", test.name, []byte(test.content))
		p.says(test.want)
		if got := p.drawn(); got != before {
			t.Errorf("%s: the sheet holds %s", test.name, got)
		}
		eval[any](p, "void (document.querySelector('[data-room=keep] [role=status]').textContent = '')")
	}
	if eval[bool](p, "'hacked' in window") {
		t.Error("a file's script ran")
	}
	// A raw drawing, with times and in a screen's pixels, is made to fit.
	p.upload("keep-file", "raw.ndjson", []byte(`{"word":"boot","drawing":[[[100,900,900],[50,50,1200],[0,10,20]],[[400.5],[300]]]}`))
	p.says("drawing of the file is on the sheet")
	inside := eval[[4]float64](p, `(() => {
		const all = croquis.page.drawing.strokes.flatMap((s) => s.points);
		const of = (k) => all.filter((_, i) => i % 2 === k);
		return [Math.min(...of(0)), Math.max(...of(0)), Math.min(...of(1)), Math.max(...of(1))];
	})()`)
	if inside[0] < 0 || inside[1] > 256 || inside[2] < 0 || inside[3] > 256 || inside[3]-inside[2] < 200 {
		t.Errorf("the raw drawing lies within %v", inside)
	}
	p.settle()
	checkAnswer(t, p.shown())
	// Several drawings go into the sketchbook.
	var many strings.Builder
	for i := range 3 {
		fmt.Fprintf(&many, `{"word":"one %d","drawing":[[[10,200,200,%d],[10,10,200,200]]]}`+"\n", i, 10*i)
	}
	p.upload("keep-file", "many.ndjson", []byte(many.String()))
	p.says("3 drawings are new in the sketchbook")
	p.quiet()
}

// The kinds of files are opened, chosen and closed by keys alone.
func TestSavingByKeyboard(t *testing.T) {
	t.Parallel()
	p := open(t, setup{}).ready().keeping()
	dir := p.downloads()
	p.sketch(shirt...)
	p.settle()
	p.do(chromedp.Focus("#keep-share", chromedp.ByQuery))
	var order []string
	press := func(key string) {
		t.Helper()
		p.key(key, 0)
		order = append(order, eval[string](p, "document.activeElement.id"))
	}
	press("\t")
	p.key("\r", 0)
	if got := eval[string](p, "document.getElementById('keep-save').getAttribute('aria-expanded')"); got != "true" {
		t.Fatalf("Enter on Save: aria-expanded is %q", got)
	}
	for range 6 { // one more leaves the panel, which closes
		press("\t")
	}
	if got, want := strings.Join(order, " "), "keep-save keep-keep keep-png keep-svg keep-ndjson keep-caption keep-file"; got != want {
		t.Errorf("Tab goes through %q, want %q", got, want)
	}
	if name := eval[string](p, "document.getElementById('keep-file').labels[0].textContent"); name == "" {
		t.Error("the choice of a file has no label")
	}
	p.do(chromedp.Focus("#keep-svg", chromedp.ByQuery))
	p.key(" ", 0)
	p.downloaded(dir, "svg")
	p.key("\x1b", 0)
	if got := eval[string](p, "document.activeElement.id"); got != "keep-save" || eval[bool](p, "document.getElementById('keep-panel').checkVisibility()") {
		t.Errorf("Escape leaves the focus on %q", got)
	}
	p.quiet()
}
