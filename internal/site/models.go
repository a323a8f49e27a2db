package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"croquis/internal/modelfile"
)

// modelsName is what the page reads when it tells of its networks.
const modelsName = "models.json"

// starter is the network that answers first where the site has it, since it is small: the one that the page is to use takes
// over when it is there.
const starter = "tiny"

// favourites are the networks that the page uses where nobody says which, the best first.
var favourites = []string{"croquis", "thesis"}

// network is what models.json says of one.
type network struct {
	Name       string `json:"name"` // as load takes it
	Parameters int    `json:"parameters"`
	MACs       int    `json:"macs"` // multiply-adds for a picture
	Bytes      int    `json:"bytes"`
	Weights    string `json:"weights"` // float32, float16 or int8

	// Shares that are named correctly; null where that was not measured.
	Photos   *accuracy `json:"photos"`
	Drawings *accuracy `json:"drawings"`

	Training   string `json:"training,omitempty"`   // the training report's file in the site
	Evaluation string `json:"evaluation,omitempty"` // the evaluation report's
	Card       string `json:"card,omitempty"`       // the model card's
}

// accuracy is a share of n pictures with its 95 % interval.
type accuracy struct {
	N        int        `json:"n"`
	Top1     float64    `json:"top1"`
	Interval [2]float64 `json:"top1_interval"`
	// CrossValidated says that the answers are of five networks, each to drawings that it was not trained with.
	CrossValidated bool `json:"cross_validated,omitempty"`
	// TrainedOn says that the network was trained with these drawings, so that the share is no measure of it.
	TrainedOn bool `json:"trained_on,omitempty"`
}

// evaluation is the part of NAME.evaluation.json (see internal/evaluate) that the page tells.
type evaluation struct {
	Model           struct{ SHA256 string }
	Photos          *accuracy
	Drawings        *accuracy
	CrossValidation *struct{ Drawings accuracy } `json:"cross_validation"`
}

// describeModel gathers what there is to tell about the network of the file at path.
func describeModel(path string, file *modelfile.File) (network, error) {
	base := strings.TrimSuffix(path, ".json")
	trainable, _ := file.Model.Count()
	n := network{
		Name: filepath.Base(base), Parameters: trainable, MACs: file.Model.MACs(), Bytes: file.Size, Weights: file.DType.String(),
	}
	b, err := os.ReadFile(base + ".evaluation.json")
	if errors.Is(err, fs.ErrNotExist) {
		return n, nil
	}
	if err != nil {
		return n, err
	}
	var e evaluation
	if err := json.Unmarshal(b, &e); err != nil {
		return n, fmt.Errorf("%s.evaluation.json: %w", base, err)
	}
	if e.Model.SHA256 != file.SHA256 {
		return n, fmt.Errorf("%s.evaluation.json judges the network with SHA-256 %q, not %s: evaluate it again, or remove the file", base, e.Model.SHA256, file.SHA256)
	}
	n.Photos, n.Drawings = e.Photos, e.Drawings
	if c := e.CrossValidation; c != nil {
		n.Drawings = &c.Drawings
		n.Drawings.CrossValidated = true
	} else if n.Drawings != nil && n.Drawings.TrainedOn {
		n.Drawings = nil
	}
	return n, nil
}

// modelsAsset writes {"networks": [{…}, …]}, the one that the page is to use first.
func modelsAsset(networks []network) (*asset, error) {
	b, err := json.MarshalIndent(map[string]any{"networks": networks}, "", " ")
	if err != nil {
		return nil, err
	}
	return &asset{name: modelsName, content: append(b, '\n')}, nil
}
