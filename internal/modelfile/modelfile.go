// Package modelfile reads and writes trained networks as one self-contained JSON file: what the classes are called, how a
// picture becomes the network's input, the layers in Keras's vocabulary, every weight, and what is known of how well it
// all works. The trainer writes such a file and the page loads it, so the two cannot disagree.
//
//	{
//	  "format": "croquis-model",
//	  "version": 1,
//	  "name": "thesis",
//	  "labels": ["T-shirt/top", …],
//	  "input": {"shape":[28,28,1],"mean":0.286,"std":0.353},     x = (pixel/255 - mean)/std
//	  "layers": [
//	    {"name":"conv2d","class_name":"Conv2D","config":{"filters":32,"kernel_size":[5,5],…}},
//	    {"name":"add","class_name":"Add","config":{},"inbound":["conv2d","conv2d_1"]},
//	    …
//	  ],
//	  "calibration": {"photos":{"temperature":1.2,"threshold":0.5,"energy":4.5},"drawings":{…}},
//	  "metrics": {"photos_top1":0.9432,…},
//	  "training": {"recipe":"thesis","seed":1,"date":"2026-01-31",…},
//	  "golden": [{"input":"784 bytes, base64","probabilities":[…],"tolerance":0.0001},…],
//	  "weights": [
//	    {"name":"conv2d/kernel","shape":[5,5,1,32],"dtype":"float32","data":"little-endian, base64"},
//	    {"name":"dense/kernel","shape":[3136,512],"dtype":"int8","scales":"512 float32, base64","data":"…"},
//	                                              or "int8-packed", the same in another order: see [Int8Packed]
//	    …
//	  ],
//	  "sha256": "…"
//	}
//
// A layer without "inbound" follows the one before it. The checksum is the SHA-256 of the whole file with its own 64
// digits replaced by zeros.
//
// Readers are strict: a member they do not know is an error, and a change that makes a file mean something else raises
// "version". "energy" did not: it may be missing, as in files that are older than it, and then is never used. Free-form
// facts have their places: any number in "metrics", any text in "training"."notes".
package modelfile

import (
	"fmt"
	"math"
	"strings"

	"croquis/internal/nn"
)

// FormatName and Version are what the first two members of a file say.
const (
	FormatName = "croquis-model"
	Version    = 1
)

// A File is one trained network with all that is needed to use and judge it.
type File struct {
	Format  string // FormatName; Encode writes that whatever is here
	Version int    // likewise Version
	Name    string
	Labels  []string // one per class, in the order of the probabilities
	Input   Input
	Model   *nn.Model // built; its Params hold the weights
	DType   DType     // how the kernels were stored in the file that was decoded

	Calibration Calibration
	Metrics     map[string]float64
	Training    Training
	Golden      []Golden

	Size   int    // bytes of the decoded file
	SHA256 string // its checksum, 64 hex digits
}

// Input says how 8-bit pixels become the numbers the network was trained on.
type Input struct {
	Shape []int   `json:"shape"` // (h, w, c)
	Mean  float32 `json:"mean"`  // of pixel/255 over the training set
	Std   float32 `json:"std"`
}

// Normalise writes (pixel/255 - Mean)/Std for each pixel to x, which is at least as long. Training, evaluation and the
// page all call it, so that one pixel is one number everywhere, to the last bit.
func (in Input) Normalise(pixels []uint8, x []float32) {
	var table [256]float32
	for i := range table {
		table[i] = float32((float64(i)/255 - float64(in.Mean)) / float64(in.Std))
	}
	x = x[:len(pixels)]
	for i, p := range pixels {
		x[i] = table[p]
	}
}

// Calibration corrects the network's confidence, separately for the two worlds it looks at.
type Calibration struct {
	Photos   Domain `json:"photos"`
	Drawings Domain `json:"drawings"`
}

// Domain is the calibration for one kind of picture.
type Domain struct {
	// Temperature divides the logits before the softmax (Guo et al. 2017, "On calibration of modern neural networks").
	// 1 leaves them. 0 is "never fitted", which counts as the photos' temperature for drawings and as 1 for photos.
	Temperature float32 `json:"temperature"`
	// Threshold is the calibrated probability of the first class below which the answer is "not sure". 0: never.
	Threshold float32 `json:"threshold"`
	// Energy is the energy score ([nn.Energy]) below which the picture probably shows none of the classes, whatever the
	// probability: the page says so, the figures count it as "not sure". 0: never fitted, never used.
	Energy float32 `json:"energy,omitempty"`
}

// Sure says whether an answer is given as one: neither the calibrated probability of its first class nor its energy score
// is below what the domain asks for. A network without an energy to reach is sure here of whatever reaches the probability;
// the page doubts it where the answer is spread over half of the classes (web/verdict.js).
func (d Domain) Sure(probability, energy float64) bool {
	return probability >= float64(d.Threshold) && (d.Energy == 0 || energy >= float64(d.Energy))
}

// Doubts says whether there is any answer that is "not sure".
func (d Domain) Doubts() bool { return d.Threshold > 0 || d.Energy != 0 }

// SetEnergy takes over a threshold that was fitted in float64: rounded down, so that what reached it still does, and never
// to the 0 that stands for "never fitted".
func (d *Domain) SetEnergy(threshold float64) {
	d.Energy = float32(threshold)
	if float64(d.Energy) > threshold || d.Energy == 0 {
		d.Energy = math.Nextafter32(d.Energy, float32(math.Inf(-1)))
	}
}

// Effective is the calibration to use: c with every temperature that was never fitted filled in. A network that is too
// sure of photos is no less so of drawings, so what was fitted on photos is the better guess than 1.
func (c Calibration) Effective() Calibration {
	if c.Photos.Temperature == 0 {
		c.Photos.Temperature = 1
	}
	if c.Drawings.Temperature == 0 {
		c.Drawings.Temperature = c.Photos.Temperature
	}
	return c
}

// Golden is a known answer: a loader runs it to learn whether its arithmetic can be trusted on this machine.
type Golden struct {
	Input         []uint8   `json:"input"`         // pixels, h·w·c of them
	Probabilities []float32 `json:"probabilities"` // the softmax at temperature 1
	Tolerance     float32   `json:"tolerance"`     // largest absolute difference that still counts as equal
}

// Training is where the weights come from.
type Training struct {
	Arch        string            `json:"arch,omitempty"`    // network, as in cmd/train -arch
	Recipe      string            `json:"recipe,omitempty"`  // how it was trained, in one line
	Data        string            `json:"data,omitempty"`    // on what
	Command     string            `json:"command,omitempty"` // what to run for the same again
	Seed        uint64            `json:"seed,omitempty"`
	Epochs      int               `json:"epochs,omitempty"`
	Batch       int               `json:"batch,omitempty"`
	Fingerprint string            `json:"fingerprint,omitempty"` // of all settings and data; a cross-validation of the network has the same
	Seconds     float64           `json:"seconds,omitempty"`
	Date        string            `json:"date,omitempty"` // ISO 8601
	Notes       map[string]string `json:"notes,omitempty"`
}

// DType is how a file stores the kernels of convolutions and dense layers. Biases, batch normalisation's gamma and beta
// and its moving statistics are few and touch every pixel: they are float32 in every file.
type DType uint8

const (
	Float32 DType = iota
	// Float16 is IEEE 754 binary16, rounded to nearest even: relative error ≤ 2⁻¹¹ for values ≥ 2⁻¹⁴ and absolute error
	// ≤ 2⁻²⁵ below. A value that rounds beyond 65504 is an error.
	Float16
	// Int8 is value = q·scale with q in -127…127 and one float32 scale per output channel (the last axis), chosen so that
	// the channel's largest value is exactly representable: absolute error ≤ scale/2.
	Int8
	// Int8Packed is Int8 in an order in which compressors find what there is to find. In plain base64 three int8 are four
	// characters, none of which knows where a value begins, and most weights being small shows in none. Packed, a character is
	// the low six bits of one value, and the high two, mostly zero, follow in characters of their own, three values in each:
	//
	//	z[i] = q[i]<<1 ^ q[i]>>7       0, -1, 1, -2, … become 0, 1, 2, 3, … (Protocol Buffers' zigzag)
	//	digits = z[0]&63, z[1]&63, …, then z[0]>>6<<4 | z[1]>>6<<2 | z[2]>>6, z[3]>>6<<4 | …, then zeros
	//
	// with as many zeros as make whole groups of four digits, which are three bytes: ⌈(n + ⌈n/3⌉)/4⌉·3 bytes for n values.
	// Before compression that is as long as Int8, after it about a tenth shorter (go run ./cmd/convert -dtype, then make site,
	// which prints compressed sizes). Reading it costs a loop over the values, in WebAssembly 6 ns for each (BenchmarkDecode).
	//
	// What is rounded for it has q in -112…112, which saves a fifth of a bit each: croquis's file stays below a megabyte so.
	Int8Packed
)

var dtypeNames = [...]string{"float32", "float16", "int8", "int8-packed"}

// levels is the largest whole number that values are rounded to.
func (d DType) levels() int {
	if d == Int8Packed {
		return 112
	}
	return 127
}

// quantized says whether kernels are stored as whole numbers of scales.
func (d DType) quantized() bool { return d == Int8 || d == Int8Packed }

func (d DType) String() string {
	if int(d) >= len(dtypeNames) {
		return fmt.Sprintf("DType(%d)", uint8(d))
	}
	return dtypeNames[d]
}

// ParseDType is String's inverse.
func ParseDType(s string) (DType, error) {
	for i, name := range dtypeNames {
		if s == name {
			return DType(i), nil
		}
	}
	return 0, fmt.Errorf("dtype %q is unknown: use %s", s, strings.Join(dtypeNames[:], ", "))
}

// CheckGolden runs every golden vector through predict, which turns one normalised input x into class probabilities out,
// and returns an error that tells the largest difference if one exceeds its tolerance. A file without golden vectors
// passes.
func (f *File) CheckGolden(predict func(x, out []float32)) error {
	if len(f.Golden) == 0 {
		return nil
	}
	x := make([]float32, len(f.Golden[0].Input))
	out := make([]float32, len(f.Labels))
	for i, g := range f.Golden {
		f.Input.Normalise(g.Input, x)
		predict(x, out)
		for j, want := range g.Probabilities {
			// Written so that a NaN fails.
			if d := math.Abs(float64(out[j]) - float64(want)); !(d <= float64(g.Tolerance)) {
				return fmt.Errorf("modelfile: golden vector %d of %q: probability of %q is %g, expected %g ± %g: this machine's kernels compute something else than the trainer's did",
					i, f.Name, f.Labels[j], out[j], want, g.Tolerance)
			}
		}
	}
	return nil
}
