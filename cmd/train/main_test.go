package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"croquis/internal/cmdtest"
	"croquis/internal/fashion"
	"croquis/internal/modelfile"
)

func TestMain(m *testing.M) { cmdtest.Main(m, main) }

func TestExitStatus(t *testing.T) {
	dir := t.TempDir()
	history := filepath.Join(dir, "history.json")
	if err := os.WriteFile(history, []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args       string
		code       int
		out, inErr string
	}{
		{"-h", 0, "-label-smoothing", ""},
		{"-h", 0, "(default float32)", ""},
		{"-arch vgg -help", 0, "for -arch vgg", ""},
		{"-bogus", 2, "", "-h explains"},
		{"-epochs many", 2, "", "expected a whole number"},
		{"-arch resnet", 2, "", "thesis, lenet5, alexnet, vgg"},
		{"-epochs 0", 2, "", "-epochs is 0"},
		{"-dtype float64", 2, "", "float64"},
		{"-keep first", 2, "", "last or best"},
		{"-keep best -validation 0 -schedule constant", 2, "", "-keep is best"},
		{"lenet5", 2, "", "lenet5"},
		{"-data " + dir, 1, "", "make data"},
		{"-schedule-from " + history, 1, "", "holds no epoch"},
		{"-resume -out " + history, 1, "", "train:"},
	} {
		if strings.Contains(c.args, "-resume") {
			if err := os.WriteFile(filepath.Join(dir, "history.checkpoint"), []byte("not a checkpoint, but long enough to look at"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		code, out, stderr := cmdtest.Run(t, cmdtest.Command(strings.Fields(c.args)...))
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(stderr, c.inErr) {
			t.Errorf("train %s: status %d, want %d; stdout %q, want %q; stderr %q, want %q", c.args, code, c.code, out, c.out, stderr, c.inErr)
		}
		if c.code != 0 && (out != "" || strings.Contains(stderr, "train: train:") || strings.Contains(stderr, "goroutine")) {
			t.Errorf("train %s: stdout %q, stderr %q", c.args, out, stderr)
		}
	}
}

func data(t *testing.T) string {
	t.Helper()
	dir, err := fashion.Find("")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestTrainInterruptResume trains on real photos three times: straight through, interrupted by the signal of Ctrl-C in the
// first epoch and resumed, and through the learning rates of the first run on all images. It compares files.
func TestTrainInterruptResume(t *testing.T) {
	dir := t.TempDir()
	model := func(name string) string { return filepath.Join(dir, name, "model.json") }
	args := func(name string, more ...string) []string {
		return append([]string{"-arch", "lenet5", "-data", data(t), "-limit", "6000", "-epochs", "3", "-schedule", "plateau", "-min-delta", "0.5", "-patience", "1",
			"-out", model(name)}, more...)
	}

	code, out, stderr := cmdtest.Run(t, cmdtest.Command(args("straight", "-json", "-dtype", "int8", "-keep", "best")...))
	if code != 0 || stderr != "" {
		t.Fatalf("status %d: %s", code, stderr)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines, want 3 epochs and the result:\n%s", len(lines), out)
	}
	var rates []float64
	for i, line := range lines {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if i == 3 {
			if last, ok := o["last"].(float64); o["event"] != "result" || !ok || last < 0.5 {
				t.Errorf("result: %s", line)
			}
			continue
		}
		rates = append(rates, o["lr"].(float64))
		for _, key := range []string{"epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds", "images_per_second"} {
			if v, ok := o[key].(float64); !ok || v <= 0 {
				t.Errorf("epoch %d: %s is %v", i+1, key, o[key])
			}
		}
	}

	cmd := cmdtest.Command(args("stopped", "-json", "-dtype", "int8", "-keep", "best")...)
	var messages bytes.Buffer
	cmd.Stderr = &messages
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(pipe).ReadString('\n'); err != nil { // the first epoch is done, the second under way
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, pipe); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(messages.String(), "-resume goes on") {
		t.Fatalf("interrupted: %v, %q", err, messages.String())
	}
	if _, err := os.Stat(model("stopped")); !os.IsNotExist(err) {
		t.Errorf("an interrupted run wrote a model (%v)", err)
	}

	// A run that is resumed takes no other drawings in the place of those by people, and the reason is said, not what follows from it.
	empty := t.TempDir()
	code, _, stderr = cmdtest.Run(t, cmdtest.Command("-resume", "-data", data(t), "-out", model("stopped"), "-people", "0.5", "-quickdraw", empty))
	if code != 1 || !strings.Contains(stderr, filepath.Join(empty, "garments.ndjson")) || !strings.Contains(stderr, "make data") || strings.Contains(stderr, "-generated") {
		t.Errorf("resumed without the drawings: status %d, %q; want one that names the file that is missing and make data", code, stderr)
	}

	if code, out, stderr = cmdtest.Run(t, cmdtest.Command("-resume", "-data", data(t), "-out", model("stopped"))); code != 0 || !strings.Contains(out, "Trainable params: 61,706") {
		t.Fatalf("resumed: status %d, %s\n%s", code, stderr, out)
	}
	if want, got := read(t, model("straight")), read(t, model("stopped")); !bytes.Equal(want, got) {
		t.Error("the resumed run wrote another model file")
	}
	if f, err := modelfile.Load(model("stopped")); err != nil || f.Name != "lenet5" {
		t.Errorf("the model file cannot be read: %v", err)
	} else if got := f.Training.Command; f.DType != modelfile.Int8 || !strings.HasSuffix(got, " -dtype=int8 -keep=best") {
		t.Errorf("-dtype int8 -keep best is lost: the weights are %v, and the command for the same again is %s", f.DType, got)
	}
	if report := read(t, filepath.Join(dir, "stopped", "report.html")); !bytes.Contains(report, []byte("</html>")) {
		t.Error("the report is no page")
	}

	history := filepath.Join(dir, "straight", "history.json")
	code, out, stderr = cmdtest.Run(t, cmdtest.Command(args("all", "-json", "-validation", "0", "-schedule-from", history)...))
	if code != 0 {
		t.Fatalf("-schedule-from: status %d: %s", code, stderr)
	}
	for i, line := range strings.Split(strings.TrimSpace(out), "\n")[:3] {
		var e struct {
			LR          float64  `json:"lr"`
			ValAccuracy *float64 `json:"val_accuracy"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.LR != rates[i] || e.ValAccuracy != nil {
			t.Errorf("epoch %d: rate %g, want %g (%v)", i+1, e.LR, rates[i], err)
		}
	}
	if rates[0] == rates[2] {
		t.Error("the rate never fell: the test shows nothing")
	}
}

// With -test=false the test photos are not read: they may be spoiled.
func TestWithoutTestPhotos(t *testing.T) {
	dir := t.TempDir()
	there, err := filepath.Glob(filepath.Join(data(t), "*-ubyte*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range there {
		b := []byte("spoiled")
		if strings.HasPrefix(filepath.Base(path), "train-") {
			b = read(t, path)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	model := filepath.Join(t.TempDir(), "model.json")
	args := []string{"-arch", "lenet5", "-data", dir, "-limit", "600", "-validation", "100", "-epochs", "1", "-out", model, "-json"}
	code, out, stderr := cmdtest.Run(t, cmdtest.Command(append(args, "-test=false")...))
	if code != 0 || stderr != "" {
		t.Fatalf("status %d: %s", code, stderr)
	}
	var result map[string]any
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &result); err != nil || len(lines) != 2 {
		t.Fatalf("%v:\n%s", err, out)
	}
	if _, judged := result["last"]; judged || result["event"] != "result" || result["last_epoch"] != 1.0 || result["model"] != model {
		t.Errorf("result %v; want one without figures on the test photos", result)
	}
	if _, err := modelfile.Load(model); err != nil {
		t.Error(err)
	}
	if code, _, stderr = cmdtest.Run(t, cmdtest.Command(args...)); code != 1 || !strings.Contains(stderr, "t10k") {
		t.Errorf("without -test=false: status %d, %s; want one that names the spoiled file", code, stderr)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
