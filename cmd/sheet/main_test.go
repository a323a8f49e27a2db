package main

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"croquis/internal/cmdtest"
)

func TestMain(m *testing.M) { cmdtest.Main(m, main) }

func command(t *testing.T, args ...string) (out string, code int) {
	t.Helper()
	code, stdout, stderr := cmdtest.Run(t, cmdtest.Command(args...))
	return stdout + stderr, code
}

func TestSheets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sheets")
	drawings := filepath.Join(t.TempDir(), "some.ndjson")
	line := `{"key_id":"1","word":"pants","label":1,"drawing":[[[0,9,9,0],[0,0,20,20]]]}` + "\n"
	if err := os.WriteFile(drawings, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	others := filepath.Join(t.TempDir(), "others.ndjson")
	line = `{"key_id":"2","word":"airplane","drawing":[[[0,9,9,0],[0,0,20,20]]]}` + "\n"
	if err := os.WriteFile(others, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	out, code := command(t, "-out", dir, "-n", "2", "-drawings", drawings, "-others", others)
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	for _, name := range []string{"photos", "rendered-lines", "rendered-scribbled", "generated-dress", "generated-ankle-boot", "generated", "scribbles", "people", "people-augmented", "others", "others-augmented"} {
		path := filepath.Join(dir, name+".png")
		f, err := os.Open(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if _, err := png.Decode(f); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		f.Close()
		if !strings.Contains(out, path) {
			t.Errorf("does not say %s", path)
		}
	}
}

// TestOthers: the sheet of other things as an epoch shows them is of the words that networks learn alone, and the sheet of all
// puts the others behind those, with a caption.
func TestOthers(t *testing.T) {
	dir := t.TempDir()
	write := func(name, words string) {
		var b strings.Builder
		for i, word := range strings.Fields(words) {
			fmt.Fprintf(&b, `{"key_id":"%d","word":%q,"drawing":[[[0,9,9,0],[0,0,20,%d]]]}`+"\n", i, word, 5*len(word))
		}
		path := filepath.Join(dir, name+".ndjson")
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		s := sheets{out: dir, scale: 1, seed: 1}
		if err := s.people(path, name, 20); err != nil {
			t.Fatal(err)
		}
	}
	words := "airplane arm"
	write("a", words)
	write("b", words+" ambulance yoga")
	write("c", "ambulance yoga") // no network learns either
	// Whether the pictures of a sheet from one on are those of another, with what is written from as many pixels above them on.
	same := func(name string, from, n int, as string, at, above int) bool {
		x, y := picture(t, filepath.Join(dir, name+".png")), picture(t, filepath.Join(dir, as+".png"))
		for v := -above; v < 28; v++ {
			for u := range n*32 - 1 {
				if x.GrayAt(4+from*32+u, x.Bounds().Dy()-32+v) != y.GrayAt(4+at*32+u, y.Bounds().Dy()-32+v) {
					return false
				}
			}
		}
		return true
	}
	const captions = 14
	if !same("b-augmented", 0, 13, "a-augmented", 0, captions) {
		t.Error("a sheet of what an epoch shows changes with words that no network learns")
	}
	if !same("b", 0, 2, "a", 0, 0) || !same("b", 2, 11, "c", 0, captions) || same("b", 0, 2, "c", 0, 0) {
		t.Error("the sheet of all is not what is learnt and behind it what is not")
	}
	if same("c", 4, 9, "a", 4, captions) {
		t.Error("no caption says which no network learns")
	}
	if _, err := os.Stat(filepath.Join(dir, "c-augmented.png")); !os.IsNotExist(err) {
		t.Errorf("there is a sheet of what an epoch shows, with nothing on it (%v)", err)
	}
}

// picture reads a sheet.
func picture(t *testing.T, path string) *image.Gray {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return p.(*image.Gray)
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.ndjson")
	if err := os.WriteFile(bad, []byte("{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-h"}, 0, "-scale"},
		{[]string{"-n", "0"}, 2, "at least 1"},
		{[]string{"more"}, 2, "no arguments"},
		{[]string{"-data", dir}, 1, "make data"},
		{[]string{"-out", dir, "-n", "1", "-drawings", filepath.Join(dir, "none")}, 0, "make data fetches it"},
		{[]string{"-out", dir, "-n", "1", "-drawings", bad}, 1, `bad.ndjson: drawings: line 1: has no "drawing"`},
	} {
		if out, code := command(t, c.args...); code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%v: exit code %d, want %d and %q:\n%s", c.args, code, c.code, c.says, out)
		}
	}
}
