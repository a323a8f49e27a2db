package main

import (
	"strings"
	"testing"

	"croquis/internal/cmdtest"
)

func TestMain(m *testing.M) { cmdtest.Main(m, main) }

func TestExitStatus(t *testing.T) {
	empty := t.TempDir()
	for _, c := range []struct {
		args       string
		code       int
		out, inErr string
	}{
		{"-h", 0, "folds.json", ""},
		{"-h", 0, "(default int8-packed)", ""},
		{"-arch croquis -keep best", 2, "", "-keep is best"},
		{"-bogus", 2, "", "-h explains"},
		{"croquis", 2, "", "croquis"},
		{"-arch resnet", 2, "", "croquis"},
		{"-arch croquis -dtype float64", 2, "", "float64"},
		{"-arch croquis -distil 0.5", 2, "", "-teacher"},
		{"-arch croquis -distil 0.5 -teacher model.json", 2, "", "give the folder of a cross-validation (-teachers)"},
		{"-arch croquis -fold 3", 2, "", "-fold is 3"},
		{"-arch croquis -data " + empty, 1, "", "make data"},
		{"-arch croquis -quickdraw " + empty, 1, "", "make data"},
		{"-arch thesis", 2, "", "-people"},
	} {
		code, out, stderr := cmdtest.Run(t, cmdtest.Command(strings.Fields(c.args)...))
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(stderr, c.inErr) {
			t.Errorf("crossvalidate %s: status %d, want %d; stdout %q, want %q; stderr %q, want %q", c.args, code, c.code, out, c.out, stderr, c.inErr)
		}
		if c.code != 0 && (out != "" || strings.Contains(stderr, "crossvalidate: crossvalidate:") || strings.Contains(stderr, "goroutine")) {
			t.Errorf("crossvalidate %s: stdout %q, stderr %q", c.args, out, stderr)
		}
	}
}
