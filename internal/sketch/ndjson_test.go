package sketch

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseNDJSON(t *testing.T) {
	const in = `{"key_id":"4510663483326464","word":"t-shirt","label":0,"drawing":[[[126,135],[20,27]],[[0,3,5],[92,80,1]]]}

{"word":"cat","countrycode":"FI","timestamp":"2017-03-09 00:28:55.637750 UTC","recognized":true,"key_id":"5","drawing":[[[1.5],[2.5],[0]]]}
{"drawing":[]}
{"drawing":[[[1],[2]],[[3],[4]],[[5],[6]]],"styles":[[1,0],[2.5,1],[0.5,2]]}`
	want := []Drawing{
		{KeyID: "4510663483326464", Word: "t-shirt", Label: 0, Strokes: []Stroke{{{126, 20}, {135, 27}}, {{0, 92}, {3, 80}, {5, 1}}}},
		{KeyID: "5", Word: "cat", Label: NoLabel, Strokes: []Stroke{{{1.5, 2.5}}}},
		{Label: NoLabel, Strokes: []Stroke{}},
		{Label: NoLabel, Strokes: []Stroke{{{1, 2}}, {{3, 4}}, {{5, 6}}}, Styles: []Style{{1, false}, {2.5, true}, {0.5, true}}},
	}
	got, err := ParseNDJSON(strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseNDJSONErrors(t *testing.T) {
	const good = `{"drawing":[[[1,2],[3,4]]]}` + "\n"
	for want, bad := range map[string]string{
		"line 2: is not a drawing in JSON":          `{"drawing":`,
		"cannot unmarshal string":                   `{"drawing":[[["a"],[3]]]}`,
		`line 2: has no "drawing"`:                  `{"word":"cat"}`,
		`"label" is -1`:                             `{"label":-1,"drawing":[]}`,
		"cannot unmarshal number 1.5":               `{"label":1.5,"drawing":[]}`,
		"stroke 1 has 1 lists":                      `{"drawing":[[[1],[2]],[[1]]]}`,
		"stroke 0 has 2 x and 1 y":                  `{"drawing":[[[1,2],[3]]]}`,
		"stroke 0, point 1 is (1e+300, 3)":          `{"drawing":[[[1,1e300],[3,3]]]}`,
		"line 2: is longer than 4 MiB":              `{"drawing":[[[` + strings.Repeat("1,", maxLine/2) + `1],[2]]]}`,
		"exceeded max depth":                        `{"drawing":` + strings.Repeat("[", 20000),
		"1 styles for 2 strokes":                    `{"drawing":[[[1],[2]],[[1],[2]]],"styles":[[1,0]]}`,
		"stroke 0 has size 0":                       `{"drawing":[[[1],[2]]],"styles":[[0,0]]}`,
		"stroke 0 has size 10":                      `{"drawing":[[[1],[2]]],"styles":[[10,0]]}`,
		"stroke 0 is of kind 3":                     `{"drawing":[[[1],[2]]],"styles":[[1,3]]}`,
		"invalid character 'x' after top-level val": `{"drawing":[]}x`,
	} {
		in := NewReader(strings.NewReader(good + bad + "\n" + good))
		if _, err := in.Next(); err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		_, err := in.Next()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
		if _, again := in.Next(); !errors.Is(again, err) {
			t.Errorf("%s: the next call returns %v, want the error again", want, again)
		}
		if ds, err := ParseNDJSON(strings.NewReader(good + bad)); err == nil || len(ds) != 1 {
			t.Errorf("%s: ParseNDJSON gives %d drawings and error %v, want 1 and an error", want, len(ds), err)
		}
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestParseNDJSONReadError(t *testing.T) {
	if _, err := ParseNDJSON(brokenReader{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want io.ErrUnexpectedEOF", err)
	}
}

func TestWriteNDJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		coord := rapid.OneOf(rapid.Map(rapid.IntRange(-300, 300), func(i int) float32 { return float32(i) }),
			rapid.Float32Range(-MaxCoordinate, MaxCoordinate))
		want := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Drawing {
			return Drawing{
				KeyID: rapid.StringMatching(`[0-9]{0,16}`).Draw(t, "key"),
				Word:  rapid.String().Draw(t, "word"),
				Label: rapid.IntRange(NoLabel, 9).Draw(t, "label"),
				Strokes: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stroke {
					return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
						return Point{coord.Draw(t, "x"), coord.Draw(t, "y")}
					}), 0, 5).Draw(t, "stroke")
				}), 0, 3).Draw(t, "strokes"),
			}
		}), 1, 3).Draw(rt, "drawings")
		for i := range want {
			want[i].Word = strings.ToValidUTF8(want[i].Word, "�")
			if rapid.Bool().Draw(rt, "styled") && len(want[i].Strokes) > 0 {
				want[i].Styles = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Style {
					return Style{rapid.Float32Range(0.0625, 9).Draw(t, "size"), rapid.Bool().Draw(t, "fill")}
				}), len(want[i].Strokes), len(want[i].Strokes)).Draw(rt, "styles")
			}
		}
		var b bytes.Buffer
		if err := WriteNDJSON(&b, want); err != nil {
			rt.Fatal(err)
		}
		got, err := ParseNDJSON(&b)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func FuzzParseNDJSON(f *testing.F) {
	f.Add([]byte(`{"key_id":"1","word":"cat","label":3,"drawing":[[[1,2],[3,4]],[[5],[6],[7]]]}`))
	f.Add([]byte("{\"drawing\":[]}\n\n{\"drawing\":[[[],[]]]}"))
	f.Add([]byte(`{"drawing":[[[1e39],[0]]]}`))
	f.Add([]byte(`{"drawing":null}`))
	f.Add([]byte(`{"drawing":[[[1,9,9],[2,2,9]]],"styles":[[0.7,1]]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		ds, err := ParseNDJSON(bytes.NewReader(in))
		if err != nil && !strings.Contains(err.Error(), "line ") {
			t.Errorf("an error without a line: %v", err)
		}
		var r Rasterizer
		out := make([]uint8, Side*Side)
		for _, d := range ds {
			blank, err := r.Draw(d.Strokes, d.Styles, Default, out)
			if err != nil {
				t.Errorf("what was parsed cannot be drawn: %v", err)
			}
			if blank != (sum(out) == 0) {
				t.Errorf("blank is %v, the sum of the picture %v", blank, sum(out))
			}
		}
		var b bytes.Buffer
		if err := WriteNDJSON(&b, ds); err != nil {
			t.Fatal(err)
		}
		again, err := ParseNDJSON(&b)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if diff := cmp.Diff(ds, again); diff != "" {
			t.Errorf("read, written, read (-first +second):\n%s", diff)
		}
	})
}

func TestSimplify(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := drawStrokes(rt)
		tolerance := rapid.Float32Range(0, 40).Draw(rt, "tolerance")
		out := Simplify(in, tolerance)
		if len(out) != len(in) {
			rt.Fatalf("%d strokes became %d", len(in), len(out))
		}
		for i, s := range in {
			k, kept := 0, out[i]
			if kept[0] != s[0] || kept[len(kept)-1] != s[len(s)-1] {
				rt.Fatalf("stroke %d lost an end", i)
			}
			for _, p := range s {
				if k < len(kept) && kept[k] == p {
					k++
				}
				near := p == kept[0]
				for j := 1; j < len(kept) && !near; j++ {
					near = distance2(p, kept[j-1], kept[j]) <= float64(tolerance)*float64(tolerance)
				}
				if !near {
					rt.Fatalf("stroke %d: %v is further than %v from what is left", i, p, tolerance)
				}
			}
			if k != len(kept) {
				rt.Fatalf("stroke %d is not a subsequence: %d of %d points found", i, k, len(kept))
			}
		}
	})
	straight := []Stroke{{{0, 0}, {1, 1}, {2, 2}, {3, 3}, {9, 9}}, {}, {{4, 4}}}
	if diff := cmp.Diff([]Stroke{{{0, 0}, {9, 9}}, {{4, 4}}}, Simplify(straight, 0)); diff != "" {
		t.Errorf("straight lines (-want +got):\n%s", diff)
	}
}
