package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"croquis/internal/arch"
	"croquis/internal/modelfile"
	"croquis/internal/modelfile/formats"
)

func sample(t *testing.T, path string) {
	t.Helper()
	m, err := arch.New("lenet5")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Build(1); err != nil {
		t.Fatal(err)
	}
	f := &modelfile.File{Name: "lenet5", Model: m, Input: modelfile.Input{Shape: m.Input, Std: 1}, Labels: strings.Fields("a b c d e f g h i j")}
	if err := modelfile.Save(path, f, modelfile.Float16); err != nil {
		t.Fatal(err)
	}
}

func TestConvert(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	sample(t, at("a.json"))
	for _, args := range []string{
		"-to b.json", "-to c.json -dtype int8", "-to d.tfjs", "-to e.onnx", "-to f.npz", "-to g.npz -layout keras",
	} {
		words := strings.Fields("-from a.json " + args)
		words[1], words[3] = at(words[1]), at(words[3])
		var out bytes.Buffer
		said := regexp.MustCompile(`^` + regexp.QuoteMeta(words[3]) + ` has lenet5: \d+,\d+ bytes\n$`)
		if err := run(words, &out); err != nil || !said.Match(out.Bytes()) {
			t.Errorf("%s: %v, printed %q", args, err, out.String())
		}
	}
	for name, dtype := range map[string]modelfile.DType{"b.json": modelfile.Float16, "c.json": modelfile.Int8} {
		if f, err := modelfile.Load(at(name)); err != nil || f.DType != dtype {
			t.Errorf("%s: %v, expected %v", name, err, dtype)
		}
	}
	for name, size := range map[string]int64{"d.tfjs/group1-shard1of1.bin": 4 * 61706, "e.onnx": 4 * 61706, "f.npz": 4 * 61706, "g.npz": 4 * 61706} {
		if info, err := os.Stat(at(name)); err != nil || info.Size() < size {
			t.Errorf("%s: %v, expected at least %d bytes", name, err, size)
		}
	}
	if err := run([]string{"-from", at("f.npz"), "-like", at("a.json"), "-to", at("h.json"), "-dtype", "float16"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	g, err := modelfile.Load(at("h.json"))
	if err != nil || g.Training.Notes["weights"] != "from f.npz" {
		t.Errorf("h.json: %v, %+v", err, g)
	}
	var out bytes.Buffer
	if err := run([]string{"-from", at("a.json")}, &out); err != nil || !strings.Contains(out.String(), "61,706") || !strings.HasPrefix(out.String(), "name         lenet5\n") {
		t.Errorf("description: %v\n%s", err, out.String())
	}
	out.Reset()
	if err := run([]string{"-h"}, &out); err != nil || !strings.Contains(out.String(), "Usage: convert -from FILE") || !strings.Contains(out.String(), "-layout") {
		t.Errorf("-h: %v\n%s", err, out.String())
	}
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a.json")
	sample(t, a)
	for _, c := range []struct {
		args  []string
		want  string
		usage bool
	}{
		{nil, "expected -from FILE -to FILE", true},
		{[]string{"-from", a, "b.json"}, "expected -from FILE -to FILE", true},
		{[]string{"-colour"}, "flag provided but not defined: -colour", true},
		{[]string{"-from", a, "-to", dir + "/b.json", "-dtype", "int4"}, `dtype "int4" is unknown`, true},
		{[]string{"-from", a, "-to", dir + "/b.npz", "-layout", "caffe"}, `unknown layout "caffe"`, true},
		{[]string{"-from", a, "-to", dir + "/b.onnx", "-dtype", "int8"}, "an ONNX file holds float32, not int8", true},
		{[]string{"-from", a, "-to", dir + "/b.h5"}, "the format is unknown", true},
		{[]string{"-from", dir + "/missing.json"}, "no such file", false},
	} {
		err := run(c.args, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, formats.ErrUsage) != c.usage {
			t.Errorf("%v: error %v, expected one with %q, of usage %v", c.args, err, c.want, c.usage)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}
