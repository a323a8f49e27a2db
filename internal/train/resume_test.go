package train

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// configs are runs that together use every kind of state: dropout and moving statistics, each optimiser's slots, the
// plateau's counters, averaged weights, augmentation.
func configs() map[string]Config {
	thesis := Recipe("thesis")
	thesis.Epochs, thesis.Batch, thesis.Validation, thesis.Patience, thesis.MinDelta = 3, 32, 16, 1, 0.2
	tiny := Recipe("tiny")
	tiny.Epochs, tiny.Batch, tiny.Validation = 2, 24, 20
	adam := small()
	adam.Optimizer, adam.LR, adam.Schedule, adam.MinLR, adam.EMA = "adamw", 1e-3, "cosine", 1e-5, 0
	none := small()
	none.Validation, none.Schedule, none.Every, none.Flip = 0, "step", 2, "random"
	return map[string]Config{"thesis": thesis, "tiny": tiny, "small": small(), "adamw": adam, "no validation": none}
}

func pictures(c Config) int {
	if c.Arch == "thesis" {
		return 96
	}
	return 170
}

// TestResumeIsBitForBit stops runs within an epoch, at its end and at its beginning, more than once, and expects the state
// of a run that was never stopped.
func TestResumeIsBitForBit(t *testing.T) {
	for name, c := range configs() {
		t.Run(name, func(t *testing.T) {
			set := synthetic(t, pictures(c), 1)
			straight := prepare(t, c, set, "", Watch{})
			mustRun(t, straight)
			want := stateOf(t, straight)
			steps := straight.Steps()
			for _, stops := range [][]int{{1}, {steps}, {steps + 1, 1}, {steps - 1, 1, 2}} {
				dir := t.TempDir()
				for n, after := range stops {
					ctx, watch := stopAfter(after)
					tr := prepare(t, c, set, dir, watch)
					if n > 0 {
						mustResume(t, tr)
					}
					var stopped *Stopped
					if err := tr.Run(ctx); !errors.As(err, &stopped) {
						t.Fatalf("stops %v: Run returned %v, want *Stopped", stops, err)
					}
				}
				tr := prepare(t, c, set, dir, Watch{})
				mustResume(t, tr)
				mustRun(t, tr)
				same(t, fmt.Sprintf("stopped after %v steps", stops), want, stateOf(t, tr))
			}
		})
	}
}

func TestCoresDoNotMatter(t *testing.T) {
	for name, c := range configs() {
		set := synthetic(t, pictures(c), 1)
		run := func(cores int) []byte {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			tr := prepare(t, c, set, "", Watch{})
			mustRun(t, tr)
			return stateOf(t, tr)
		}
		same(t, name, run(1), run(4))
	}
}

func TestSeedMatters(t *testing.T) {
	c, set := small(), synthetic(t, 170, 1)
	a := prepare(t, c, set, "", Watch{})
	c.Seed++
	b := prepare(t, c, set, "", Watch{})
	if fmt.Sprint(a.every[0].Value) == fmt.Sprint(b.every[0].Value) {
		t.Error("two seeds give the same first weights")
	}
	if a.train.Fingerprint() == b.train.Fingerprint() {
		t.Error("two seeds hold the same images out")
	}
}

// childDir is the environment variable that turns this test binary into a run of small() in that folder.
const childDir = "CROQUIS_TRAIN_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child trains endlessly for its parent, and prints every step.
func child(dir string) error {
	c := small()
	c.Epochs = 100000
	c.Schedule, c.Every = "step", 2
	tr, err := start(c, synthetic(new(testing.T), 170, 1), dir, Watch{Batch: func(p Progress) { fmt.Println(p.Epoch, p.Images) }})
	if err != nil {
		return err
	}
	_, resumable := os.Stat(tr.files.Checkpoint)
	if _, err := tr.Begin(resumable == nil); err != nil {
		return err
	}
	return tr.Run(context.Background())
}

// TestKillNine kills a real process with a signal that cannot be caught, several times, each in the middle of an epoch, and
// compares what it left with a run that was never killed.
func TestKillNine(t *testing.T) {
	dir := t.TempDir()
	for _, epochs := range []int{1, 3, 4} {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), childDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var epoch, images int
			if _, err := fmt.Sscan(lines.Text(), &epoch, &images); err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			if epoch >= epochs && images > 64 {
				break
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // until the pipe is closed
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended with %v, want a kill", err)
		}
		cancel()
	}

	left, err := readCheckpoint(filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	if left.Epoch < 3 {
		t.Fatalf("%d epochs are complete, want 3 or more", left.Epoch)
	}
	c := left.Config
	c.Epochs = left.Epoch
	straight := prepare(t, c, synthetic(t, 170, 1), "", Watch{})
	mustRun(t, straight)
	straight.Config.Epochs = left.Config.Epochs
	for i := range left.History {
		left.History[i].Seconds, left.History[i].ImagesPerSecond = 0, 0
	}
	resumed := prepare(t, left.Config, synthetic(t, 170, 1), dir, Watch{})
	mustResume(t, resumed)
	same(t, "after three kills", stateOf(t, straight), stateOf(t, resumed))
}

func TestResumeRefuses(t *testing.T) {
	c, set, dir := small(), synthetic(t, 170, 1), t.TempDir()
	ctx, watch := stopAfter(2)
	if err := prepare(t, c, set, dir, watch).Run(ctx); err == nil {
		t.Fatal("the run was not stopped")
	}
	expect := func(what string, tr *Trainer, words ...string) {
		t.Helper()
		_, err := tr.Begin(true)
		for _, w := range words {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s: got error %v, want one with %q", what, err, w)
			}
		}
	}
	d := c
	d.Batch, d.LR, d.Nesterov = 16, 0.1, false
	expect("other settings", prepare(t, d, set, dir, Watch{}),
		"-batch is 32 in the checkpoint, 16 now", "-lr is 0.05 in the checkpoint, 0.1 now", "-nesterov is true in the checkpoint, false now")
	d = c
	d.Epochs++
	expect("more epochs of a schedule that counts on their number", prepare(t, d, set, dir, Watch{}), "-epochs is 3 in the checkpoint, 4 now")
	expect("other images", prepare(t, c, synthetic(t, 170, 2), dir, Watch{}), "begun with other", "images")
	empty := prepare(t, c, set, t.TempDir(), Watch{})
	if _, err := empty.Begin(true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no checkpoint: got error %v, want fs.ErrNotExist", err)
	}
}

// TestResumeExtends trains three epochs, then asks for five: as if five had been asked for at once.
func TestResumeExtends(t *testing.T) {
	c, set, dir := small(), synthetic(t, 170, 1), t.TempDir()
	c.Schedule, c.Patience, c.MinLR = "plateau", 1, 0
	mustRun(t, prepare(t, c, set, dir, Watch{}))
	c.Epochs = 5
	tr, straight := prepare(t, c, set, dir, Watch{}), prepare(t, c, set, "", Watch{})
	mustResume(t, tr)
	mustRun(t, tr)
	mustRun(t, straight)
	same(t, "3 + 2 epochs", stateOf(t, straight), stateOf(t, tr))
}

// TestResumeKeepsWhatIsKept: how the model file is written is in the checkpoint with the other settings. It can be asked for
// anew at any time, and then stays so; a checkpoint of before it was there stands for what the program did then.
func TestResumeKeepsWhatIsKept(t *testing.T) {
	c, set, dir := small(), synthetic(t, 170, 1), t.TempDir()
	c.DType, c.Keep = "int8", "best"
	ctx, watch := stopAfter(2)
	first := prepare(t, c, set, dir, watch)
	if err := first.Run(ctx); err == nil {
		t.Fatal("the run was not stopped")
	}
	expect := func(when, dtype, keep string) {
		t.Helper()
		got, err := CheckpointConfig(first.files.Checkpoint)
		if err != nil || got.DType != dtype || got.Keep != keep {
			t.Errorf("%s the checkpoint has -dtype %s and -keep %s, want %s and %s (%v)", when, got.DType, got.Keep, dtype, keep, err)
		}
	}
	expect("stopped,", "int8", "best")
	c.DType, c.Keep = "float16", "last"
	mustResume(t, prepare(t, c, set, dir, Watch{})) // and is killed
	expect("resumed with others,", "float16", "last")

	older, err := os.ReadFile(first.files.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(first.files.Checkpoint, without(t, older, `,"dtype":"float16","keep":"last"`), 0o666); err != nil {
		t.Fatal(err)
	}
	expect("of before,", "float32", "last")
	c.DType = "float32"
	resumed, straight := prepare(t, c, set, dir, Watch{}), prepare(t, c, set, "", Watch{})
	mustResume(t, resumed)
	mustRun(t, resumed)
	mustRun(t, straight)
	same(t, "a checkpoint of before", stateOf(t, straight), stateOf(t, resumed))
}

// without is a checkpoint file whose header lacks that text, and is right otherwise.
func without(t *testing.T, file []byte, text string) []byte {
	t.Helper()
	start := len(checkpointMagic) + 8
	end := start + int(binary.LittleEndian.Uint64(file[len(checkpointMagic):]))
	header := bytes.Replace(file[start:end], []byte(text), nil, 1)
	if len(header) != end-start-len(text) {
		t.Fatalf("the header does not say %s:\n%s", text, header)
	}
	b := binary.LittleEndian.AppendUint64([]byte(checkpointMagic), uint64(len(header)))
	b = append(append(b, header...), file[end:len(file)-sha256.Size]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// TestStartOverKeepsTheOldCheckpoint: forgetting -resume must not cost a night's training, forgetting it again neither.
func TestStartOverKeepsTheOldCheckpoint(t *testing.T) {
	c, set, dir := small(), synthetic(t, 170, 1), t.TempDir()
	first := prepare(t, c, set, dir, Watch{})
	mustRun(t, first)
	want, err := os.ReadFile(first.files.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	old := first.files.Checkpoint + ".old"
	for _, name := range []string{old, old + ".2", old + ".3"} {
		again := prepare(t, c, set, dir, Watch{})
		note, err := again.Begin(false)
		if err != nil || !strings.Contains(note, name+":") {
			t.Errorf("note %q, error %v; want a note with the new name %s", note, err, name)
		}
		if err := again.Save(); err != nil { // as Run does before its first step
			t.Fatal(err)
		}
		if got, err := os.ReadFile(old); err != nil || string(got) != string(want) {
			t.Errorf("with %s the first checkpoint is lost (%v)", name, err)
		}
	}
	if c, err := readCheckpoint(old + ".3"); err != nil || c.Epoch != 0 {
		t.Errorf("the checkpoint of the third start is lost (%v)", err)
	}
}

// TestStartOverAfterTheEnd: only what is not ended is put aside. A run has ended when its last epoch is done and its model is
// written: a model of an earlier run does not count.
func TestStartOverAfterTheEnd(t *testing.T) {
	c, set, dir := small(), synthetic(t, 170, 1), t.TempDir()
	start := func(seed uint64) (*Trainer, string) {
		t.Helper()
		c.Seed = seed
		tr := prepare(t, c, set, dir, Watch{})
		note, err := tr.Begin(false)
		if err != nil {
			t.Fatal(err)
		}
		return tr, note
	}
	aside := func(when, note, want string) {
		t.Helper()
		there, err := filepath.Glob(filepath.Join(dir, "checkpoint.old*"))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case want == "" && (note != "" || len(there) > 0):
			t.Errorf("%s: note %q, and %v is there; want nothing put aside", when, note, there)
		case want != "" && (!strings.Contains(note, want+":") || len(there) != 1 || there[0] != want):
			t.Errorf("%s: note %q, and %v is there; want %s", when, note, there, want)
		}
		for _, path := range there {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	old := filepath.Join(dir, "checkpoint.old")

	first, note := start(1)
	aside("nothing there", note, "")
	mustRun(t, first)
	if _, err := first.Finish(nil, Output{}); err != nil {
		t.Fatal(err)
	}
	second, note := start(2)
	aside("ended", note, "")
	if err := second.Save(); err != nil { // as Run does before its first step
		t.Fatal(err)
	}
	if got, err := CheckpointConfig(second.files.Checkpoint); err != nil || got.Seed != 2 {
		t.Errorf("the checkpoint is of seed %d (%v), want the second run's", got.Seed, err)
	}

	touch := func(path string, when time.Time) {
		t.Helper()
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	touch(second.files.Model, time.Now().Add(time.Minute)) // as if it had been copied there since
	third, note := start(3)
	aside("begun, and the model is another run's", note, old)
	mustRun(t, third)
	// The model as of a minute before the checkpoint: the first run's, as if the third had been killed before it wrote its own.
	info, err := os.Stat(third.files.Checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	touch(third.files.Model, info.ModTime().Add(-time.Minute))
	fourth, note := start(4)
	aside("all epochs done, the model is older", note, old)

	if err := os.WriteFile(fourth.files.Checkpoint, []byte("no checkpoint"), 0o666); err != nil {
		t.Fatal(err)
	}
	touch(fourth.files.Model, time.Now().Add(time.Minute))
	_, note = start(5)
	aside("unreadable", note, old)
}
