package train

import (
	"strings"

	"croquis/internal/modelfile"
)

// Recipe is how the named network is trained unless told otherwise.
//
// thesis is trained as in the thesis of 2020 that this project redoes: pixels from 0 to 1, categorical cross-entropy,
// RMSprop (1e-3, ρ 0.9, ε 1e-8), batches of 512, 40 epochs, the learning rate halved when the validation accuracy has not
// risen for 3 epochs, down to 1e-5, no augmentation. One thing differs: what it watched was the test set.
//
// lenet5, alexnet and vgg have no recipe of their own there; they get one that trains all three without tuning: Adam, one
// cycle of the learning rate, shifts and mirroring.
//
// croquis and tiny get the recipe of the short CIFAR-10 runs (Page's cifar10-fast, Jordan's airbench): Muon, one cycle of the
// learning rate down to 0, weight decay on kernels, label smoothing, shifts, alternating mirroring, random erasing and
// averaged weights; and beside the photos everything drawn that there is. A joint training, from start to end, because a
// network that ends on photos alone forgets what a line is. The 2,000 photos that are held out choose nothing in a run: the
// temperature and the thresholds of photos are fitted on them.
func Recipe(arch string) Config {
	c := Config{
		Arch: arch, Epochs: 40, Batch: 512, Seed: 1, Validation: -1, Normalise: "scale",
		Loss:      "categorical_crossentropy",
		Optimizer: "rmsprop", LR: 1e-3, Rho: 0.9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, VectorRate: 1,
		Schedule: "plateau", Factor: 0.5, Patience: 3, MinDelta: 1e-4, MinLR: 1e-5, Every: 10,
		Flip: "none", EraseMax: 0.4,
		DType: modelfile.Float32.String(), Keep: "last",
	}
	switch arch {
	case "thesis":
	case "lenet5", "alexnet", "vgg":
		c.Epochs, c.Batch, c.Normalise = 20, 128, "standardise"
		c.Optimizer, c.Epsilon = "adam", 1e-7
		c.Schedule, c.Warmup, c.MinLR = "onecycle", 0.2, 0
		c.Pad, c.Flip = 2, "alternating"
		if arch == "vgg" {
			c.LR = 5e-4
		}
	default:
		c.Epochs, c.Batch, c.Validation, c.Normalise = 34, 256, 2000, "standardise"
		c.Optimizer, c.LR, c.Momentum, c.WeightDecay, c.VectorRate = "muon", 0.04, 0.95, 0.01, 5
		c.Schedule, c.Warmup, c.MinLR = "onecycle", 0.15, 0
		c.LabelSmoothing, c.EMA = 0.1, 0.999
		c.Pad, c.Flip, c.Erase = 2, "alternating", 0.5
		c.Renderings, c.Generated, c.People, c.Others, c.Scribbles = 0.07, 0.15, 0.5, 0.05, 0.025
		c.PeopleFrom, c.Folds = 0.85, 5
		if strings.HasPrefix(arch, "tiny") {
			c.Epochs = 44 // of a quarter of the cost
			// It has less room to know what it does not know: with croquis's shares other things looked more like garments to it.
			c.Others, c.Scribbles = 0.08, 0.04
		}
	}
	return c
}
