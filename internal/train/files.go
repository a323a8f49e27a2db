package train

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Files are where a run leaves what it makes.
type Files struct {
	Model      string // the weights as JSON
	Checkpoint string // the state, for -resume
	History    string // the figures of every epoch
	Report     string // the page with the curves
}

// FilesFor puts the others beside the model file: checkpoint, history.json and report.html beside model.json,
// NAME.checkpoint, NAME.history.json and NAME.report.html beside NAME.json.
func FilesFor(model string) Files {
	dir, base := filepath.Split(model)
	prefix := strings.TrimSuffix(base, filepath.Ext(base)) + "."
	if base == "model.json" {
		prefix = ""
	}
	at := func(name string) string { return filepath.Join(dir, prefix+name) }
	return Files{Model: model, Checkpoint: at("checkpoint"), History: at("history.json"), Report: at("report.html")}
}

// prepare makes the folder. A run that starts over puts the checkpoint of an earlier one that has not ended aside instead of
// losing it: note says so. What was put aside before stays, too: a second start by mistake must not put its first epoch over
// a night's run. The checkpoint of a run that has ended and left its model is written over, as its model is.
func (f Files) prepare(resume bool) (note string, err error) {
	if err := os.MkdirAll(filepath.Dir(f.Model), 0o777); err != nil {
		return "", fmt.Errorf("train: the folder for the results cannot be made: %w; choose another with -out", err)
	}
	if info, err := os.Stat(f.Model); err == nil && info.IsDir() {
		return "", fmt.Errorf("train: %s is a folder; -out takes the name of a file", f.Model)
	}
	if resume || f.ended() {
		return "", nil
	}
	aside, err := unused(f.Checkpoint + ".old")
	if err == nil {
		err = os.Rename(f.Checkpoint, aside)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("train: the checkpoint of an earlier run cannot be put aside: %w", err)
	}
	return fmt.Sprintf("The checkpoint of an earlier run is now %s: rename it back to go on with that run, or delete it.", aside), nil
}

// ended says whether the run that left the checkpoint has ended: with its last epoch, and with a model that was written since.
// A checkpoint that cannot be read is of a run that nobody knows to have ended.
func (f Files) ended() bool {
	checkpoint, err := os.Stat(f.Checkpoint)
	if err != nil {
		return false
	}
	model, err := os.Stat(f.Model)
	if err != nil || model.ModTime().Before(checkpoint.ModTime()) {
		return false
	}
	c, err := readCheckpoint(f.Checkpoint)
	return err == nil && c.Epoch >= c.Config.Epochs
}

// unused is path, or path.2, path.3, …: the first that nothing has.
func unused(path string) (string, error) {
	name := path
	for n := 2; ; n++ {
		switch _, err := os.Lstat(name); {
		case errors.Is(err, fs.ErrNotExist):
			return name, nil
		case err != nil:
			return "", err
		}
		name = fmt.Sprintf("%s.%d", path, n)
	}
}

// CheckpointConfig is the config of the run whose state the checkpoint at path holds. errors.Is(err, fs.ErrNotExist) holds
// if there is none.
func CheckpointConfig(path string) (Config, error) {
	c, err := readCheckpoint(path)
	if err != nil {
		return Config{}, err
	}
	return c.Config, nil
}
