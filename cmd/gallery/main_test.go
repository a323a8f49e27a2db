package main

import (
	"bytes"
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

func TestGallery(t *testing.T) {
	dir := t.TempDir()
	out, code := command(t, "-out", dir)
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	for name, head := range map[string]string{"photos.png": "\x89PNG\r\n\x1a\n", "drawings.json": "[\n{"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.HasPrefix(b, []byte(head)) || !strings.Contains(out, name) {
			t.Errorf("%s: %d bytes, %v; printed:\n%s", name, len(b), err, out)
		}
	}
}

func TestWrongUse(t *testing.T) {
	if out, code := command(t, "all"); code != 2 || !strings.Contains(out, "gallery -h") {
		t.Errorf("an argument: exit code %d, %q", code, out)
	}
	if out, code := command(t, "-out", t.TempDir(), "-data", t.TempDir()); code != 1 || !strings.Contains(out, "make data") {
		t.Errorf("without photos: exit code %d, %q", code, out)
	}
	if out, code := command(t, "-out", filepath.Join(t.TempDir(), "none")); code != 1 || !strings.Contains(out, "photos.png") {
		t.Errorf("no folder: exit code %d, %q", code, out)
	}
}
