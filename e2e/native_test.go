package e2e

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"croquis/internal/fashion"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/sketch"
)

// modelName is the network that the page uses, and starterName the one that answers until that is there: the same if there
// is no small one.
var modelName, starterName = func() (best, first string) {
	for _, name := range []string{"thesis", "croquis"} {
		if _, err := os.Stat(filepath.Join(models(), name+".json")); err == nil {
			best = name
		}
	}
	if _, err := os.Stat(filepath.Join(models(), "tiny.json")); err == nil {
		return best, "tiny"
	}
	return best, best
}()

// networks are the names of all networks of the page.
func networks(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(models(), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".json"); !strings.Contains(name, ".") { // NAME.history.json is none
			names = append(names, name)
		}
	}
	return names
}

// models is the folder with the networks that the page is built with: the shipped ones, unless CROQUIS_MODELS names
// another, to try the page with one that is not to be shipped.
func models() string {
	if dir := os.Getenv("CROQUIS_MODELS"); dir != "" {
		return dir
	}
	return filepath.Join("..", "model")
}

// native runs the page's network without a page.
type native struct {
	file *modelfile.File
	plan *nn.Plan
}

func loadNative(t *testing.T) native {
	t.Helper()
	return nativeOf(t, modelName)
}

// nativeOf is another of the site's networks.
func nativeOf(t *testing.T, name string) native {
	t.Helper()
	file, err := modelfile.Load(filepath.Join(models(), name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return native{file, nn.Compile(file.Model, 1)}
}

// probabilities of one picture, at a temperature.
func (n native) probabilities(x []float32, temperature float32) []float64 {
	out := make([]float32, len(n.file.Labels))
	n.plan.Predict(x, 1, out)
	p := make([]float64, len(out))
	sum := 0.0
	for i, v := range out {
		p[i] = math.Pow(float64(v), 1/float64(temperature))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// energy fails if the page has another energy of the picture that was predicted last. Logits are float32 that reach 20 or so, and
// differ in their last bits between kernels.
func (n native) energy(t *testing.T, what string, got float64) {
	t.Helper()
	if want := nn.Energy(n.plan.LastLogits()); !(math.Abs(got-want) <= 1e-3) {
		t.Errorf("%s: the energy is %v in the page, %v natively", what, got, want)
	}
}

// compare fails if the page's probabilities are not the native ones within 1e-4, or name another class.
func compare(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d probabilities, want %d", what, len(got), len(want))
	}
	best, bestWant := 0, 0
	for i := range want {
		if d := math.Abs(float64(got[i]) - want[i]); !(d <= 1e-4) {
			t.Errorf("%s: probability %d is %v in the page, %v natively", what, i, got[i], want[i])
		}
		if got[i] > got[best] {
			best = i
		}
		if want[i] > want[bestWant] {
			bestWant = i
		}
	}
	if best != bestWant && math.Abs(want[best]-want[bestWant]) > 2e-4 {
		t.Errorf("%s: the page says %d, the native program %d", what, best, bestWant)
	}
}

// The page's answers are the native program's, for photos and drawings, whatever kernel computes them.
func TestPageAgreesWithNative(t *testing.T) {
	t.Parallel()
	n := loadNative(t)
	dir, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	test, err := fashion.LoadTest(dir)
	if err != nil {
		t.Fatal(err)
	}
	const photos, pixels = 200, sketch.Side * sketch.Side
	p := open(t, setup{}).ready()
	kernels := eval[[]string](p, "croquis.ready.then((c) => c.info.kernels)")
	t.Logf("kernels: %v", kernels)

	floats := make([]byte, 0, 4*photos*pixels)
	for _, v := range test.Bytes()[:photos*pixels] {
		floats = binary.LittleEndian.AppendUint32(floats, math.Float32bits(float32(v)/255))
	}
	eval[any](p, fmt.Sprintf(`(() => { const b = Uint8Array.from(atob('%s'), (c) => c.charCodeAt(0)); window.photos = new Float32Array(b.buffer); })()`,
		base64.StdEncoding.EncodeToString(floats)))

	drawing := make(sketch.Stroke, len(shirt))
	for i, q := range shirt {
		drawing[i] = sketch.Point{X: float32(256 * q[0]), Y: float32(256 * q[1])}
	}
	image := make([]uint8, pixels)
	if _, err := sketch.Rasterize([]sketch.Stroke{drawing}, sketch.Default, image); err != nil {
		t.Fatal(err)
	}
	x := make([]float32, pixels)
	for _, k := range kernels {
		t.Run(k, func(t *testing.T) {
			p.t = t
			if got := eval[string](p, fmt.Sprintf("(async () => { window.c?.close(); window.c = await croquis.load({ kernel: '%s' }); return c.info.kernel; })()", k)); got != k {
				t.Fatalf("asked for kernel %s, got %s", k, got)
			}
			answers := eval[[]struct {
				Probabilities []float32
				Energy        float64
			}](p, fmt.Sprintf(`(async () => {
				const all = [];
				for (let i = 0; i < %d; i++) {
					const { probabilities, energy } = await c.classify(photos.slice(%d * i, %d * (i + 1)));
					all.push({ probabilities: [...probabilities], energy });
				}
				return all;
			})()`, photos, pixels, pixels))
			for i := range photos {
				n.file.Input.Normalise(test.Pixels(i), x)
				compare(t, fmt.Sprintf("photo %d", i), answers[i].Probabilities, n.probabilities(x, n.file.Calibration.Effective().Photos.Temperature))
				n.energy(t, fmt.Sprintf("photo %d", i), answers[i].Energy)
			}
			var points [][2]float32
			for _, q := range drawing {
				points = append(points, [2]float32{q.X, q.Y})
			}
			drawn := eval[struct {
				Probabilities []float32
				Energy        float64
				Image         []int
			}](p, fmt.Sprintf("c.classify([%s]).then(({ probabilities, energy, image }) => ({ probabilities: [...probabilities], energy, image: [...image] }))", jsonOf(t, points)))
			for i, v := range image {
				if drawn.Image[i] != int(v) {
					t.Errorf("pixel %d,%d of the drawing is %d in the page, %d natively", i%sketch.Side, i/sketch.Side, drawn.Image[i], v)
				}
			}
			n.file.Input.Normalise(image, x)
			compare(t, "the drawing", drawn.Probabilities, n.probabilities(x, n.file.Calibration.Effective().Drawings.Temperature))
			n.energy(t, "the drawing", drawn.Energy)
		})
	}
	p.t = t
	p.quiet()
}
