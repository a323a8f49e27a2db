package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"croquis/internal/cmdtest"
)

func TestMain(m *testing.M) { cmdtest.Main(m, main) }

func TestExitCodes(t *testing.T) {
	occupied, out := t.TempDir(), filepath.Join(t.TempDir(), "dist")
	if err := os.WriteFile(filepath.Join(occupied, "thesis.tex"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir  string
		args []string
		code int
		says string
	}{
		{".", []string{"-h"}, 0, "Usage: site"},
		{".", []string{"-nonsense"}, 2, "Usage: site"},
		{".", []string{"dist"}, 2, `unexpected argument "dist"`},
		{".", []string{"-out", occupied}, 1, "is no site"},
		{occupied, []string{"-out", out}, 1, "not inside the module"},
		{".", []string{"-single", out, "-default", "nowhere"}, 1, "nowhere.json"},
	} {
		cmd := cmdtest.Command(c.args...)
		cmd.Dir = c.dir
		code, out, errs := cmdtest.Run(t, cmd)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%v: exit code %d, want %d and %q:\n%s", c.args, code, c.code, c.says, out+errs)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Errorf("%s is there, though nothing was built", out)
	}
}
