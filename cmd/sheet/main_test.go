package main

import (
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
	line = `{"key_id":"2","word":"tree","drawing":[[[0,9,9,0],[0,0,20,20]]]}` + "\n"
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
