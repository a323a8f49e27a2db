package site

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"croquis/internal/modelfile"
)

// modelsName is what the page reads when it tells of its networks.
const modelsName = "models.json"

// starter is the network that answers first where the site has it, since it is small: the one that the page is to use takes
// over when it is there.
const starter = "tiny"

// favourites are the networks that the page uses where nobody says which, the best first.
var favourites = []string{"croquis", "tiny", "thesis"}

// network is what models.json says of one.
type network struct {
	Name       string `json:"name"` // as load takes it
	Parameters int    `json:"parameters"`
	MACs       int    `json:"macs"` // multiply-adds for a picture
	Bytes      int    `json:"bytes"`
	Weights    string `json:"weights"` // float32, float16, int8 or int8-packed

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

// collectModels reads the networks, makes sure that they are sound, and returns them with what there is to read about them,
// and the labels of the one that the page is to use.
func collectModels(o Options) (assets []*asset, labels []string, err error) {
	paths, err := filepath.Glob(filepath.Join(o.Models, "*.json"))
	if err != nil {
		return nil, nil, err
	}
	var (
		models   []*asset
		networks []network
		read     papers
		all      = make(map[*asset][]string)
	)
	for _, p := range paths {
		if strings.Count(filepath.Base(p), ".") > 1 {
			continue // NAME.history.json and NAME.evaluation.json, which lie beside NAME.json
		}
		if o.only != "" && filepath.Base(p) != o.only+".json" {
			continue
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return nil, nil, err
		}
		file, err := modelfile.Decode(b)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", p, err)
		}
		n, err := describeModel(p, file)
		if err != nil {
			return nil, nil, err
		}
		if o.only == "" { // a page in one file has no others to open
			if err := read.add(strings.TrimSuffix(p, ".json"), &n); err != nil {
				return nil, nil, err
			}
		}
		a := &asset{name: modelAsset(n.Name), content: b}
		all[a] = file.Labels
		models, networks = append(models, a), append(networks, n)
	}
	if len(models) == 0 {
		return nil, nil, fmt.Errorf("%s: %w", o.Models, errNoModel)
	}
	chosen, err := choose(models, o.Default)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", o.Models, err)
	}
	chosen.chosen = true
	slices.SortStableFunc(networks, func(a, b network) int {
		return cmp.Compare(rank(a.Name, chosen), rank(b.Name, chosen))
	})
	first(models, chosen).first = true
	list, err := modelsAsset(networks)
	return append(append(models, list), read.assets...), all[chosen], err
}

func modelAsset(name string) string { return "model/" + name + ".json" }

func isModel(name string) bool { return path.Dir(name) == "model" && path.Ext(name) == ".json" }

// rank is where a network stands in the list: the chosen one, the favourites, the others.
func rank(name string, chosen *asset) int {
	if modelAsset(name) == chosen.name {
		return -1
	}
	if i := slices.Index(favourites, name); i >= 0 {
		return i
	}
	return len(favourites)
}

// choose returns the network called name, or else the best.
func choose(models []*asset, name string) (*asset, error) {
	for _, wanted := range append([]string{name}, favourites...) {
		for _, a := range models {
			if a.name == modelAsset(wanted) {
				return a, nil
			}
		}
		if name != "" {
			return nil, fmt.Errorf("there is no network %s.json", name)
		}
	}
	return models[0], nil
}

// first returns the network that answers first.
func first(models []*asset, chosen *asset) *asset {
	for _, a := range models {
		if a.name == modelAsset(starter) {
			return a
		}
	}
	return chosen
}
