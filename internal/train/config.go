package train

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"croquis/internal/arch"
	"croquis/internal/modelfile"
	"croquis/internal/optim"
)

// Config is everything that decides what a training run computes and what is kept of it. Two runs with equal configs, on the
// same images and the same kernel variant, end with the same bits. The json name of a field, with "-" for "_", is its flag; the
// help tag is the flag's explanation.
type Config struct {
	Arch       string `json:"arch" help:"network to train"`
	Epochs     int    `json:"epochs" help:"passes over the training images"`
	Batch      int    `json:"batch" help:"images in a step"`
	Seed       uint64 `json:"seed" help:"where all randomness comes from: weights, split, order, dropout, augmentation"`
	Limit      int    `json:"limit" help:"use the first N training images only; 0: all"`
	Validation int    `json:"validation" help:"images held out of the training images for every choice; -1: a twelfth (5,000 of 60,000); 0: none"`
	Normalise  string `json:"normalise" help:"pixels become the network's input by: scale (p/255) or standardise ((p/255 - mean)/deviation of the training images)"`

	Loss           string  `json:"loss" help:"categorical_crossentropy or mean_squared_error"`
	LabelSmoothing float64 `json:"label_smoothing" help:"share of the target spread evenly over all classes, 0 to 1"`

	Optimizer   string  `json:"optimizer" help:"sgd, rmsprop, adam, adamw or muon"`
	LR          float64 `json:"lr" help:"learning rate: the first (plateau, step, constant) or the highest (cosine, onecycle)"`
	Momentum    float64 `json:"momentum" help:"of sgd, rmsprop and muon, 0 to 1"`
	Nesterov    bool    `json:"nesterov" help:"sgd looks ahead along its momentum"`
	Rho         float64 `json:"rho" help:"rmsprop: how much of the mean square is kept in a step, 0 to 1"`
	Beta1       float64 `json:"beta_1" help:"adam, adamw: how much of the mean gradient is kept in a step, 0 to 1"`
	Beta2       float64 `json:"beta_2" help:"adam, adamw: how much of the mean square is kept in a step, 0 to 1"`
	Epsilon     float64 `json:"epsilon" help:"rmsprop, adam, adamw: added to the root of the mean square"`
	WeightDecay float64 `json:"weight_decay" help:"on kernels only; with adamw and muon decoupled, else added to the gradient"`
	VectorRate  float64 `json:"vector_rate" help:"muon: learning rate of all that is no convolution's kernel, as a multiple of -lr"`

	Schedule string  `json:"schedule" help:"of the learning rate: constant, plateau, step, cosine, onecycle or replay (see -schedule-from)"`
	Factor   float64 `json:"factor" help:"plateau, step: what the rate is multiplied by"`
	Patience int     `json:"patience" help:"plateau: epochs without a better validation accuracy before the rate falls"`
	MinDelta float64 `json:"min_delta" help:"plateau: what accuracy must gain to count as better, as a share of 1"`
	Cooldown int     `json:"cooldown" help:"plateau: epochs to wait after the rate fell before counting again"`
	MinLR    float64 `json:"min_lr" help:"plateau: where the rate stops falling; cosine, onecycle: where it ends"`
	Every    int     `json:"every" help:"step: epochs between two falls of the rate"`
	Warmup   float64 `json:"warmup" help:"cosine, onecycle: share of all epochs over which the rate rises from 0, 0 to 1"`
	// Replay: one learning rate for each epoch, and the temperature of photos, which a run on all images cannot fit itself.
	Rates       []float64 `json:"rates,omitempty"`
	Temperature float64   `json:"temperature,omitempty"`

	EMA float64 `json:"ema" help:"average the weights, keeping this share in a step (0.999); validated and saved are the averages; 0: off"`

	Pad      int     `json:"pad" help:"augmentation: shift by up to this many pixels in both directions"`
	Flip     string  `json:"flip" help:"augmentation: mirror left-right: none, random, or alternating (every other epoch)"`
	Erase    float64 `json:"erase" help:"augmentation: probability of filling a random rectangle with noise, 0 to 1"`
	EraseMax float64 `json:"erase_max" help:"augmentation: largest erased area, as a share of the image"`
	Cutout   int     `json:"cutout" help:"augmentation: side of a random square that is blanked, in pixels"`

	// What an epoch has beside the photos. A share of 0.1 is a tenth as many as there are photos.
	Renderings float64 `json:"renderings" help:"photos made to look drawn, in an epoch, as a share of the photos"`
	Generated  float64 `json:"generated" help:"generated drawings of garments, in an epoch, as a share of the photos"`
	People     float64 `json:"people" help:"drawings of garments by people, in an epoch, as a share of the photos; until -people-from more photos take their place"`
	PeopleFrom float64 `json:"people_from" help:"share of all epochs after which the drawings by people join, 0 to 1: what goes before is common to all folds"`
	Others     float64 `json:"others" help:"drawings of other things by people, in an epoch, as a share of the photos; the answer to them is not to know"`
	Scribbles  float64 `json:"scribbles" help:"generated scribbles and noise, in an epoch, as a share of the photos; the answer to them is not to know"`
	Folds      int     `json:"folds" help:"into so many folds the drawings by people are dealt, see -fold"`
	Fold       int     `json:"fold" help:"leave this fold of the drawings by people out, 1 to -folds, as cmd/crossvalidate does in turn; 0: learn from all"`

	// Distillation (Hinton, Vinyals and Dean 2015, arXiv:1503.02531), at temperature 1.
	Distil  float64 `json:"distil" help:"share of the target that is the teacher's answer, 0 to 1; see -teacher"`
	Teacher string  `json:"teacher" help:"model file of the network to learn from"`

	// What is kept. No step depends on these two: a run may be resumed with others.
	DType string `json:"dtype" help:"how the model file stores kernels: float32, float16, int8 or int8-packed"`
	Keep  string `json:"keep" help:"weights for the model file: of the last epoch, or of the best by validation accuracy: last or best"`
}

// unsaid is what a file stands for that was written before these settings were among the others.
func unsaid() Config { return Config{DType: modelfile.Float32.String(), Keep: "last", VectorRate: 1} }

var (
	losses     = []string{"categorical_crossentropy", "mean_squared_error"}
	schedules  = []string{"constant", "plateau", "step", "cosine", "onecycle", "replay"}
	flips      = []string{"none", "random", "alternating"}
	normalises = []string{"scale", "standardise"}
)

// Check returns every reason why c cannot be trained, or nil.
func (c *Config) Check() error {
	var errs []error
	bad := func(ok bool, field string, v any, want string) {
		if !ok {
			errs = append(errs, fmt.Errorf("-%s is %v; expected %s", flagName(field), v, want))
		}
	}
	oneOf := func(field, v string, list []string) {
		bad(slices.Contains(list, v), field, fmt.Sprintf("%q", v), strings.Join(list, ", "))
	}
	share := func(field string, v float64) { bad(v >= 0 && v < 1, field, v, "a number from 0 to below 1") }

	oneOf("arch", c.Arch, arch.Names())
	bad(c.Epochs >= 1 && c.Epochs <= 100000, "epochs", c.Epochs, "1 to 100,000")
	bad(c.Batch >= 1 && c.Batch <= 65536, "batch", c.Batch, "1 to 65,536 images")
	bad(c.Limit >= 0, "limit", c.Limit, "0 (all) or a number of images")
	bad(c.Validation >= -1, "validation", c.Validation, "-1 (a twelfth), 0 (none) or a number of images")
	oneOf("normalise", c.Normalise, normalises)
	oneOf("loss", c.Loss, losses)
	share("label_smoothing", c.LabelSmoothing)
	bad(c.LR > 0 && c.LR <= 1e6, "lr", c.LR, "a positive number")
	oneOf("schedule", c.Schedule, schedules)
	if c.Schedule == "plateau" || c.Schedule == "step" {
		bad(c.Factor > 0 && c.Factor < 1, "factor", c.Factor, "a number between 0 and 1")
	}
	bad(c.Patience >= 0, "patience", c.Patience, "0 or more epochs")
	bad(c.Cooldown >= 0, "cooldown", c.Cooldown, "0 or more epochs")
	bad(c.MinDelta >= 0, "min_delta", c.MinDelta, "0 or more")
	bad(c.MinLR >= 0 && c.MinLR <= c.LR, "min_lr", c.MinLR, "a number from 0 to the learning rate")
	bad(c.Schedule != "step" || c.Every >= 1, "every", c.Every, "1 or more epochs")
	share("warmup", c.Warmup)
	bad(c.Schedule != "plateau" || c.Validation != 0, "validation", c.Validation,
		"some images, because the plateau schedule watches the validation accuracy (train with them first, then use -schedule-from for a run on all images)")
	bad(c.Schedule != "replay" || len(c.Rates) == c.Epochs, "epochs", c.Epochs,
		fmt.Sprintf("%d, for which -schedule-from has learning rates", len(c.Rates)))
	share("ema", c.EMA)
	bad(c.Pad >= 0 && c.Pad <= 14, "pad", c.Pad, "0 to 14 pixels")
	oneOf("flip", c.Flip, flips)
	bad(c.Erase >= 0 && c.Erase <= 1, "erase", c.Erase, "a probability")
	bad(c.EraseMax >= eraseMin && c.EraseMax <= 1, "erase_max", c.EraseMax, fmt.Sprintf("%g to 1", eraseMin))
	bad(c.Cutout >= 0 && c.Cutout <= 28, "cutout", c.Cutout, "0 to 28 pixels")
	for _, part := range []struct {
		field string
		share float64
	}{{"renderings", c.Renderings}, {"generated", c.Generated}, {"people", c.People}, {"others", c.Others}, {"scribbles", c.Scribbles}} {
		bad(part.share >= 0 && part.share <= 100, part.field, part.share, "0 to 100 times the photos")
	}
	share("people_from", c.PeopleFrom)
	bad(c.Folds >= 0 && c.Folds != 1 && c.Folds <= 100, "folds", c.Folds, "0 (none) or 2 to 100")
	bad(c.Fold >= 0 && c.Fold <= c.Folds, "fold", c.Fold, fmt.Sprintf("0 (none left out) to %d, the number of -folds", c.Folds))
	bad(c.Fold == 0 || c.People > 0, "fold", c.Fold, "0, because there are no drawings by people to leave out (-people)")
	bad(c.Distil >= 0 && c.Distil <= 1, "distil", c.Distil, "a share from 0 to 1")
	bad((c.Distil > 0) == (c.Teacher != ""), "teacher", fmt.Sprintf("%q", c.Teacher), "a model file together with a -distil above 0, or neither")
	if _, err := modelfile.ParseDType(c.DType); err != nil {
		errs = append(errs, err)
	}
	bad(c.Keep == "last" || c.Keep == "best", "keep", fmt.Sprintf("%q", c.Keep), "last or best")
	bad(c.Keep != "best" || c.Validation != 0, "keep", c.Keep, "last, because without held-out images (-validation 0) no epoch is known to be the best")
	if _, err := c.optimizer(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *Config) optimizer() (optim.Optimizer, error) {
	return optim.New(c.Optimizer, optim.Options{
		Momentum: float32(c.Momentum), Nesterov: c.Nesterov, Rho: float32(c.Rho),
		Beta1: float32(c.Beta1), Beta2: float32(c.Beta2), Epsilon: float32(c.Epsilon), WeightDecay: float32(c.WeightDecay),
		VectorRate: float32(c.VectorRate),
	})
}

func (c *Config) schedule() (optim.Schedule, error) {
	lr, epochs := float32(c.LR), float64(c.Epochs)
	switch c.Schedule {
	case "constant":
		return &optim.Constant{Rate: lr}, nil
	case "plateau":
		return optim.NewReduceLROnPlateau(lr, optim.ReduceLROnPlateau{
			Factor: c.Factor, Patience: c.Patience, MinDelta: c.MinDelta, Cooldown: c.Cooldown, MinLR: c.MinLR, Mode: "max",
		})
	case "step":
		return &optim.StepDecay{Rate: lr, Factor: c.Factor, Every: c.Every}, nil
	case "cosine":
		return &optim.Cosine{Rate: lr, Final: float32(c.MinLR), Warmup: c.Warmup * epochs, Epochs: epochs}, nil
	case "onecycle":
		return &optim.OneCycle{Rate: lr, Final: float32(c.MinLR), Warmup: c.Warmup * epochs, Epochs: epochs, Anneal: "linear"}, nil
	case "replay":
		rates := make([]float32, len(c.Rates))
		for i, r := range c.Rates {
			rates[i] = float32(r)
		}
		return &optim.Replay{Rates: rates}, nil
	}
	return nil, fmt.Errorf("train: no schedule is named %q; there are %s", c.Schedule, strings.Join(schedules, ", "))
}

// Extendable reports whether a finished run of c is also the beginning of a longer one: whether no step depends on how many
// epochs there will be.
func (c *Config) Extendable() bool {
	return slices.Contains([]string{"constant", "plateau", "step"}, c.Schedule)
}

// Differences names the settings of the training in which c and d differ, one a line: "-batch is 128 in the checkpoint, 512 now".
func (c *Config) Differences(d *Config) []string {
	var lines []string
	a, b := reflect.ValueOf(c).Elem(), reflect.ValueOf(d).Elem()
	for i := range a.NumField() {
		x, y := a.Field(i).Interface(), b.Field(i).Interface()
		if reflect.DeepEqual(x, y) {
			continue
		}
		name := jsonName(a.Type().Field(i))
		if name == "dtype" || name == "keep" {
			continue
		}
		if name == "epochs" && c.Extendable() && d.Extendable() && d.Epochs > c.Epochs {
			continue
		}
		if name == "rates" || name == "temperature" {
			lines = append(lines, "-schedule-from has another history than the one in the checkpoint")
			continue
		}
		lines = append(lines, fmt.Sprintf("-%s is %v in the checkpoint, %v now", flagName(name), show(x), show(y)))
	}
	return slices.Compact(lines)
}

func show(v any) any {
	if s, ok := v.(string); ok && s == "" {
		return `""`
	}
	return v
}

// Command is the command line with which the program in cmd/ of that name trains c, with the settings that are not those of
// the program's recipe for c.Arch.
func (c *Config) Command(program string, recipe func(arch string) Config) string {
	words := []string{"go run ./cmd/" + program + " -arch", c.Arch}
	base := recipe(c.Arch)
	a, b := reflect.ValueOf(c).Elem(), reflect.ValueOf(&base).Elem()
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if f.Tag.Get("help") == "" || f.Name == "Arch" || reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			continue
		}
		if c.Schedule == "replay" && f.Name == "Schedule" {
			words = append(words, "-schedule-from HISTORY")
			continue
		}
		words = append(words, fmt.Sprintf("-%s=%v", flagName(jsonName(f)), a.Field(i).Interface()))
	}
	return strings.Join(words, " ")
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

func flagName(jsonName string) string { return strings.ReplaceAll(jsonName, "_", "-") }
