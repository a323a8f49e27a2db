package modelfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// seal writes the right checksum into b, so that a test reaches what lies behind it.
func seal(b []byte) []byte {
	b = bytes.Clone(b)
	at := bytes.LastIndex(b, []byte(`"sha256": "`))
	if at < 0 || len(b) < at+11+64 {
		return b
	}
	digits := b[at+11:][:64]
	copy(digits, bytes.Repeat([]byte{'0'}, 64))
	sum := sha256.Sum256(b)
	hex.Encode(digits, sum[:])
	return b
}

// replace is a fault: the first match of a pattern replaced, the checksum made right again.
func replace(pattern, by string) func(t *testing.T, b []byte) []byte {
	return func(t *testing.T, b []byte) []byte {
		t.Helper()
		at := regexp.MustCompile(pattern).FindIndex(b)
		if at == nil {
			t.Fatalf("the sample has nothing like %s", pattern)
		}
		return seal(append(append(bytes.Clone(b[:at[0]]), by...), b[at[1]:]...))
	}
}

// data is a fault: the data of the tensor replaced.
func data(tensor string, values []byte) func(t *testing.T, b []byte) []byte {
	return replace(`("name":"`+tensor+`".*"data":")[^"]*`, `"name":"`+tensor+`","shape":[4],"dtype":"float32","data":"`+base64.StdEncoding.EncodeToString(values))
}

func TestFaults(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		name  string
		fault func(t *testing.T, b []byte) []byte
		dtype DType
		want  string
	}{
		// the text
		{"empty", func(*testing.T, []byte) []byte { return nil }, 0, `the file is empty: fetch or export it again`},
		{"cut in the weights", func(_ *testing.T, b []byte) []byte { return b[:len(b)-300] }, 0, `inside a string: it is truncated, fetch or export it again`},
		{"cut in the head", func(_ *testing.T, b []byte) []byte { return b[:30] }, 0, `the file ends at byte 30 with 1 brackets open: it is truncated`},
		{"a web page", func(*testing.T, []byte) []byte { return []byte("<!doctype html>") }, 0, `byte 0: '<' where the model's opening { was expected: this is no model file`},
		{"an array", func(*testing.T, []byte) []byte { return []byte("[1]") }, 0, `is a JSON array, expected`},
		{"text after the end", func(_ *testing.T, b []byte) []byte { return append(bytes.Clone(b), '{') }, 0, `text after the end of the model`},
		{"brackets that do not match", replace(`\[6,5,1\]`, `[6,5,1}`), 0, `'}' closes nothing`},
		{"a comma too many", replace(`"labels": \[`, `"labels": [,`), 0, `not JSON: invalid character ','`},
		{"not UTF-8", replace(`Trouser`, "Trous\xff"), 0, `the text is not UTF-8`},
		{"deep nesting", func(*testing.T, []byte) []byte { return bytes.Repeat([]byte("["), MaxBytes) }, 0, `byte 16: brackets nested deeper than 16`},
		{"deep nesting of objects", func(*testing.T, []byte) []byte { return bytes.Repeat([]byte(`{"a":`), 1<<20) }, 0, `brackets nested deeper than 16`},
		{"too long", func(*testing.T, []byte) []byte { return make([]byte, MaxBytes+1) }, 0, `the file is over 67108864 bytes long`},
		{"a long head", replace(`"why":"a test"`, `"why":"`+strings.Repeat("x", maxHead)+`"`), 0, `the part beside the weights is over 1048576 bytes long`},
		{"a member twice", replace(`"name": "small"`, `"name": "small", "name": "large"`), 0, `member "name" occurs twice in one object`},
		{"a member twice but for case", replace(`"name": "small"`, `"name": "small", "Name": "large"`), 0, `member "Name" occurs twice in one object`},
		{"an escaped member", replace(`"name": "small"`, `"n\u0061me": "small"`), 0, `expected plain ASCII without escapes`},
		{"an unknown member", replace(`"name": "small"`, `"name": "small", "colour": 1`), 0, `unknown field "colour" (this program reads version 1 of the format)`},
		{"an unknown member of a weight", replace(`"dtype":"float32"`, `"dtype":"float32","offset":4`), 0, `unknown field "offset"`},
		{"a wrong type", replace(`"labels": \[`, `"labels": [1,`), 0, `member "labels" is a JSON number, expected string`},

		// who it is
		{"another format", replace(`croquis-model`, `layers-model`), 0, `member "format" is "layers-model", expected "croquis-model"`},
		{"no format", replace(`"format": "croquis-model",`, ``), 0, `member "format" is "", expected "croquis-model"`},
		{"a newer version", replace(`"version": 1`, `"version": 2, "new": true`), 0, `member "version" is 2, this program reads up to 1: update the program`},
		{"no version", replace(`"version": 1,`, ``), 0, `member "version" is 0, expected 1 to 1`},
		{"a flipped bit", func(_ *testing.T, b []byte) []byte {
			b = bytes.Clone(b)
			b[bytes.Index(b, []byte(`"data":"`))+20] ^= 1
			return b
		}, 0, `the file is damaged, fetch or export it again`},
		{"no checksum", replace(`,\s*"sha256": "[^"]*"`, ``), 0, `member "sha256" has 0 characters, expected 64`},
		{"half a checksum", replace(`"sha256": "[^"]{32}`, `"sha256": "`), 0, `member "sha256" has 32 characters, expected 64`},

		// what it says of the network
		{"a name with a folder", replace(`"name": "small"`, `"name": "../small"`), 0, `member "name" is "../small": expected 1 to 256 bytes that can be part of a file name`},
		{"a label twice", replace(`"Trouser"`, `"T-shirt/top"`), 0, `labels[1] is "T-shirt/top": expected a name`},
		{"a label too few", replace(`"Trouser",`, ``), 0, `member "labels" has 2 entries, the network gives (3) values`},
		{"a flat input", replace(`\[6,5,1\]`, `[30]`), 0, `member "input"."shape" is (30), expected (height, width, channels)`},
		{"an absurd input", replace(`\[6,5,1\]`, `[4611686018427387904,4,1]`), 0, `expected positive sizes and at most 16777216 pixels`},
		{"a negative input", replace(`\[6,5,1\]`, `[6,-5,1]`), 0, `expected positive sizes`},
		{"no standard deviation", replace(`"std":0.353`, `"std":0`), 0, `member "input"."std" is 0: expected a positive number`},
		{"a huge mean", replace(`"mean":0.286`, `"mean":1e300`), 0, `is a JSON number 1e300, expected float32`},
		{"no layers", replace(`"layers": \[(?s:.*?)\n  \]`, `"layers": []`), 0, `member "layers" has 0 entries, expected 1 to 1024`},
		{"an unknown layer", replace(`"class_name":"Flatten"`, `"class_name":"LSTM"`), 0, `layers[6] ("flatten"): unknown layer class "LSTM"`},
		{"an unknown option", replace(`"rate":0.25`, `"rate":0.25,"noise_shape":1`), 0, `config of a Dropout: unknown field "noise_shape"`},
		{"an option of the wrong type", replace(`"rate":0.25`, `"rate":"much"`), 0, `layers[7] ("dropout"): config of a Dropout`},
		{"an impossible option", replace(`"rate":0.25`, `"rate":1.5`), 0, `rate 1.5 is outside [0, 1)`},
		{"two layers of one name", replace(`"name":"flatten"`, `"name":"first"`), 0, `the name is taken by an earlier node`},
		{"a layer without name", replace(`"name":"flatten"`, `"name":""`), 0, `layers[6] (""): the name has 0 bytes, expected 1 to 256`},
		{"a branch from nowhere", replace(`"inbound":\["first"`, `"inbound":["last"`), 0, `takes its input from "last", which is no earlier node`},
		{"an absurd layer", replace(`"units":3`, `"units":4611686018427387904`), 0, `"dense"`},
		{"a layer of half a gigabyte", replace(`"units":3`, `"units":4194304`), 0, `weights[8] ("dense/kernel"): shape (24, 3), its layer expects (24, 4194304)`},
		{"a network without end", explode, 0, `one picture becomes more than the 16777216 numbers allowed`},

		// calibration, metrics, golden vectors
		{"a temperature below zero", replace(`"temperature":2`, `"temperature":-2`), 0, `calibration.drawings.temperature is -2: expected a positive number`},
		{"a threshold above one", replace(`"threshold":0.5`, `"threshold":50`), 0, `calibration.photos.threshold is 50: expected a probability`},
		{"an energy beyond float32", replace(`"energy":-4.5`, `"energy":-1e39`), 0, `is a JSON number -1e39, expected float32`},
		{"an energy in words", replace(`"energy":-4.5`, `"energy":"low"`), 0, `is a JSON string, expected float32`},
		{"an energy twice", replace(`"energy":-4.5`, `"energy":-4.5,"energy":1`), 0, `member "energy" occurs twice in one object`},
		{"a metric in words", replace(`0.9379`, `"good"`), 0, `is a JSON string, expected float64`},
		{"a metric that is NaN", replace(`0.9379`, `NaN`), 0, `not JSON: invalid character 'N'`},
		{"a golden vector too short", replace(`"golden": \[\s*{"input":"[^"]*"`, `"golden": [{"input":"AAAA"`), 0, `golden[0].input holds 3 pixels, expected 30`},
		{"a probability too few", replace(`"probabilities":\[[^,]*,`, `"probabilities":[`), 0, `golden[0].probabilities has 2 entries, expected 3, one per label`},
		{"an impossible probability", replace(`"probabilities":\[[^,]*,`, `"probabilities":[1.5,`), 0, `golden[0].probabilities[0] is 1.5: expected a probability`},
		{"a tolerance of nothing", replace(`"tolerance":0.0001`, `"tolerance":0`), 0, `golden[0].tolerance is 0`},

		// the weights
		{"a tensor missing", replace(`    {"name":"conv2d/kernel".*\n`, ``), 0, `weights: tensor "conv2d/kernel" of shape (3, 3, 4, 4) is missing: the file does not fit its own layers`},
		{"a tensor too many", replace(`"weights": \[`, `"weights": [{"name":"ghost/bias","shape":[1],"dtype":"float32","data":"AAAAAA=="},`), 0, `weights: tensor "ghost/bias" belongs to no layer (1 such, 10 expected in all)`},
		{"a tensor twice", replace(`"weights": \[`, `"weights": [{"name":"first/bias","shape":[4],"dtype":"float32","data":""},`), 0, `weights[2]: a second tensor is called "first/bias"`},
		{"a tensor of another shape", replace(`"shape":\[3,3,1,4\]`, `"shape":[3,3,4,1]`), 0, `weights[0] ("first/kernel"): shape (3, 3, 4, 1), its layer expects (3, 3, 1, 4)`},
		{"a tensor of another rank", replace(`"shape":\[3,3,1,4\]`, `"shape":[36]`), 0, `weights[0] ("first/kernel"): shape (36), its layer expects`},
		{"a shape that overflows", replace(`"shape":\[3,3,1,4\]`, `"shape":[4294967296,4294967296,1,4]`), 0, `its layer expects (3, 3, 1, 4)`},
		{"a shape in words", replace(`"shape":\[3,3,1,4\]`, `"shape":"3x3"`), 0, `is a JSON string, expected []int`},
		{"an unknown dtype", replace(`"dtype":"float32"`, `"dtype":"bfloat16"`), 0, `weights[0] ("first/kernel"): dtype "bfloat16" is unknown: use float32, float16, int8, int8-packed`},
		{"a bias in int8", replace(`("name":"first/bias","shape":\[4\]),"dtype":"float32"`, `"name":"first/bias","shape":[4],"dtype":"int8"`), 0, `dtype int8, expected float32: only kernels are stored in fewer bits`},
		{"no data", replace(`,"data":"[^"]*"`, ``), 0, `weights[0] ("first/kernel"): member "data" is missing`},
		{"null for data", replace(`"data":"[^"]*"`, `"data":null`), 0, `member "data" of a weight is not a string: expected base64`},
		{"a number for data", replace(`"data":"[^"]*"`, `"data":1`), 0, `member "data" of a weight is not a string: expected base64`},
		{"an array for data", replace(`"data":"[^"]*"`, `"data":["x"]`), 0, `is a JSON array, expected int`},
		{"no data further down", replace(`("name":"first/bias".*),"data":"[^"]*"`, `"name":"first/bias","shape":[4],"dtype":"float32"`), 0, `weights[1] ("first/bias"): member "data" is missing`},
		{"data not base64", replace(`"data":"....`, `"data":"!!!!`), 0, `weights[0] ("first/kernel"): data is not base64 at character 0`},
		{"data with a line break", replace(`"data":"....`, "\"data\":\"AAA\n"), 0, `weights[0] ("first/kernel"): data`},
		{"data too short", replace(`"data":"....`, `"data":"`), 0, `weights[0] ("first/kernel"): data is 188 characters of base64, expected 192 for 144 bytes`},
		{"data too long", replace(`"data":"`, `"data":"AAAA`), 0, `data is 196 characters of base64, expected 192 for 144 bytes`},
		{"data spelt otherwise", data("first/bias", nil), 0, `data is 0 characters of base64, expected 24 for 16 bytes`},
		{"a weight that is NaN", data("first/bias", bytesOf([]float32{0, 1, nan, 3})), 0, `weights[1] ("first/bias"): value 2 is NaN: expected finite numbers`},
		{"a weight that is infinite", data("first/bias", bytesOf([]float32{0, inf, 2, 3})), 0, `value 1 is -Inf: expected finite numbers`},
		{"a variance below zero", data("batch_normalization/moving_variance", bytesOf([]float32{1, 1, 1, -1})), 0, `value 3 is -1: expected a variance, which is not negative`},
		{"a float16 that is infinite", replace(`"data":"....`, `"data":"AHwA`), Float16, `weights[0] ("first/kernel"): value 0 is NaN or infinite`},
		{"scales in float16", replace(`"dtype":"float16"`, `"dtype":"float16","scales":"AAAA"`), Float16, `member "scales" in a tensor of dtype float16, expected in int8 and int8-packed only`},
		{"no scales", replace(`"scales":"[^"]*",`, ``), Int8, `member "scales" holds 0 bytes, expected 16 for the 4 channels of the last axis`},
		{"scales not base64", replace(`"scales":"..`, `"scales":"!!`), Int8, `illegal base64 data at input byte 0`},
		{"a scale that is NaN", replace(`"scales":"[^"]*"`, `"scales":"`+base64.StdEncoding.EncodeToString(bytesOf([]float32{1, 1, nan, 1}))+`"`), Int8, `scale 2 is NaN: expected a finite number, not negative`},
		{"a scale below zero", replace(`"scales":"[^"]*"`, `"scales":"`+base64.StdEncoding.EncodeToString(bytesOf([]float32{-1, 1, 1, 1}))+`"`), Int8, `scale 0 is -1`},
		{"a scale whose products overflow", replace(`"scales":"[^"]*"`, `"scales":"`+base64.StdEncoding.EncodeToString(bytesOf([]float32{3e38, 1, 1, 1}))+`"`), Int8, `scale 0 is 3e+38`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := c.fault(t, encoded(t, sample(t), c.dtype))
			f, err := Decode(b)
			if err == nil || f != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error is\n\t%v\nexpected one with\n\t%s", err, c.want)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "modelfile: ") {
				t.Errorf("error %q does not begin with the package's name", err)
			}
		})
	}
}

// explode makes the sample a thousand layers, each harmless alone, on a large picture.
func explode(t *testing.T, b []byte) []byte {
	var chain strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&chain, `{"name":"a%d","class_name":"Activation","config":{"activation":"relu"}},`, i)
	}
	b = replace(`"layers": \[(?s:.*?)\n  \]`, `"layers": [`+strings.TrimSuffix(chain.String(), ",")+`]`)(t, b)
	b = replace(`"weights": \[(?s:.*?)\n  \]`, `"weights": []`)(t, b)
	return replace(`\[6,5,1\]`, `[600,500,1]`)(t, b)
}

// TestHostileFilesAreCheap bounds what the worst files cost: every limit is met long before the machine's.
func TestHostileFilesAreCheap(t *testing.T) {
	good := encoded(t, sample(t), Float32)
	quotes := []byte(`{"a":"` + strings.Repeat(`\"`, MaxBytes/2-8) + `"}`)
	slashes := []byte(`{"a":"` + strings.Repeat(`\`, MaxBytes-8) + `"}`)
	for name, b := range map[string][]byte{
		"brackets":     bytes.Repeat([]byte("["), MaxBytes),
		"members":      []byte("{" + strings.Repeat(`"a":1,`, MaxBytes/6-1) + "}"),
		"numbers":      []byte("[" + strings.Repeat("1,", MaxBytes/2-1) + "]"),
		"quotes":       quotes,
		"backslashes":  slashes,
		"blanks":       bytes.Repeat([]byte(" "), MaxBytes),
		"big networks": replace(`"filters":4`, `"filters":33554432`)(t, good),
		"many weights": replace(`"weights": \[`, `"weights": [`+strings.Repeat(`{"data":""},`, maxHead/16))(t, good),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := Decode(b)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: decoded", name)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 2*MaxBytes {
			t.Errorf("%s: allocated %d bytes for an error", name, used)
		}
		t.Logf("%s: %v, %d bytes, %v", name, took, after.TotalAlloc-before.TotalAlloc, err)
	}
}

// FuzzDecode holds Decode to its promise: an error or a file that works, never a panic.
func FuzzDecode(f *testing.F) {
	for _, dtype := range dtypes {
		b := encoded(f, sample(f), dtype)
		f.Add(b)
		f.Add(b[:len(b)/2])
		f.Add(bytes.Replace(b, []byte(`"shape":[3,3,1,4]`), []byte(`"shape":[1,9,1,4]`), 1))
		f.Add(bytes.Replace(b, []byte(`,"energy":-4.5`), nil, 1))
		f.Add(bytes.Replace(b, []byte(`"energy":-4.5`), []byte(`"energy":-3.5e38`), 1))
	}
	f.Add(encoded(f, odd(f), Int8Packed))
	f.Add([]byte(`{"format":"croquis-model","version":1,"weights":[{"data":"AAAA"},{"data":"\"\\"}],"sha256":""}`))
	f.Add([]byte(`{"format":"croquis-model","version":1e0}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		// Behind the checksum, which the fuzzer could hardly guess.
		g, err := DecodeVerified(b)
		if err != nil {
			if g != nil || len(err.Error()) > 4096 {
				t.Fatalf("file %v, error of %d bytes", g, len(err.Error()))
			}
			if _, err := Decode(b); err == nil {
				t.Fatal("Decode takes what DecodeVerified refuses")
			}
			return
		}
		// What was read can be written, and reads back as the same.
		again, err := Encode(g, g.DType)
		if err != nil {
			t.Fatalf("decoded, but: %v", err)
		}
		h, err := Decode(again)
		if err != nil {
			t.Fatalf("decoded and encoded, but: %v", err)
		}
		if h.Calibration != g.Calibration {
			t.Fatalf("the calibration was %+v, reads back as %+v", g.Calibration, h.Calibration)
		}
		for i, p := range g.Model.Params() {
			q := h.Model.Params()[i]
			for j, x := range p.Value {
				if q.Value[j] != x {
					t.Fatalf("%s: value %d was %v, reads back as %v", p.Name, j, x, q.Value[j])
				}
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, dtype := range dtypes {
		file := encoded(b, thesis(b), dtype)
		for _, c := range []struct {
			name   string
			decode func([]byte) (*File, error)
		}{{"Decode", Decode}, {"DecodeVerified", DecodeVerified}} {
			b.Run(c.name+"/"+dtype.String(), func(b *testing.B) {
				b.SetBytes(int64(len(file)))
				for b.Loop() {
					if _, err := c.decode(file); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
