package train

import (
	"bytes"
	"flag"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func parse(t *testing.T, args ...string) (*Flags, error) {
	t.Helper()
	set := flag.NewFlagSet("train", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Bool("resume", false, "go on")
	f := NewFlags(set, Recipe, "thesis")
	return f, set.Parse(args)
}

func TestFlags(t *testing.T) {
	f, err := parse(t, "-arch", "lenet5", "-epochs", "7", "-seed=18446744073709551615", "-lr", "0.25", "-nesterov", "-flip", "random")
	if err != nil {
		t.Fatal(err)
	}
	c := Recipe(f.Arch())
	if err := f.Apply(&c, ""); err != nil {
		t.Fatal(err)
	}
	want := Recipe("lenet5")
	want.Epochs, want.Seed, want.LR, want.Nesterov, want.Flip = 7, 1<<64-1, 0.25, true, "random"
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	// What is not given stays as it is: the checkpoint's, say.
	d := Recipe("vgg")
	d.Batch, d.Momentum = 77, 0.5
	if f, err = parse(t, "-epochs", "9"); err != nil {
		t.Fatal(err)
	}
	if err := f.Apply(&d, ""); err != nil {
		t.Fatal(err)
	}
	if d.Arch != "vgg" || d.Batch != 77 || d.Momentum != 0.5 || d.Epochs != 9 {
		t.Errorf("a checkpoint's settings did not stay: %+v", d)
	}
}

func TestFlagsRefuse(t *testing.T) {
	for _, args := range []string{"-epochs x", "-epochs 1.5", "-seed -1", "-lr NaN", "-lr Inf", "-lr one", "-nesterov=maybe", "-nope", "-rates 1"} {
		if _, err := parse(t, strings.Fields(args)...); err == nil {
			t.Errorf("%s was taken", args)
		}
	}
}

func TestScheduleFrom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.json")
	h := History{Config: Recipe("thesis"), Epochs: []Epoch{{Epoch: 1, LR: 1e-3}, {Epoch: 2, LR: 5e-4}}, Temperature: 1.25}
	if err := h.Save(path); err != nil {
		t.Fatal(err)
	}
	f, err := parse(t, "-validation", "0")
	if err != nil {
		t.Fatal(err)
	}
	c := Recipe("thesis")
	if err := f.Apply(&c, path); err != nil {
		t.Fatal(err)
	}
	if c.Schedule != "replay" || c.Temperature != 1.25 || c.Epochs != 2 || len(c.Rates) != 2 || float32(c.Rates[1]) != 5e-4 || c.Check() != nil {
		t.Errorf("%+v: %v", c, c.Check())
	}
	if f, err = parse(t, "-epochs", "3"); err != nil {
		t.Fatal(err)
	}
	if err := f.Apply(&c, path); err != nil {
		t.Fatal(err)
	}
	if err := c.Check(); err == nil || !strings.Contains(err.Error(), "-schedule-from") {
		t.Errorf("3 epochs of a schedule of 2: error %v", err)
	}
	if err := f.Apply(&c, path+".missing"); err == nil {
		t.Error("a missing history was taken")
	}
}

// TestHelp: every setting is explained, with the default of the network asked for.
func TestHelp(t *testing.T) {
	f, err := parse(t, "-arch", "lenet5")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.PrintDefaults(&b); err != nil {
		t.Fatal(err)
	}
	base := Recipe("lenet5")
	n := 0
	eachSetting(&base, func(name, help string, _ reflect.Value) {
		n++
		if !strings.Contains(b.String(), "  -"+name+" ") || !strings.Contains(b.String(), help) {
			t.Errorf("-%s is not explained", name)
		}
	})
	if n != reflect.TypeFor[Config]().NumField()-2 { // Rates and Temperature come from a file
		t.Errorf("%d settings have a flag, of %d", n, reflect.TypeFor[Config]().NumField())
	}
	for _, words := range []string{"for -arch lenet5", "(default adam)", "-resume", "go on"} {
		if !strings.Contains(b.String(), words) {
			t.Errorf("the help does not say %q:\n%s", words, b.String())
		}
	}
}

// TestConfigRoundTrip: a config read back from a checkpoint is the same, and every difference to another is named.
func TestConfigRoundTrip(t *testing.T) {
	c := Recipe("croquis")
	c.Rates, c.LR = []float64{0.1, 1.0 / 3}, 1.0/3
	path := filepath.Join(t.TempDir(), "history.json")
	h := History{Config: c, Epochs: []Epoch{{Epoch: 1, LR: 1}}}
	if err := h.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := LoadHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := c.Differences(&back.Config); len(d) > 0 {
		t.Errorf("differences after saving: %v", d)
	}
	v := reflect.ValueOf(&back.Config).Elem()
	for i := range v.NumField() {
		old := reflect.New(v.Field(i).Type()).Elem()
		old.Set(v.Field(i))
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString(f.String() + "x")
		case reflect.Int:
			f.SetInt(f.Int() + 1)
		case reflect.Uint64:
			f.SetUint(f.Uint() + 1)
		case reflect.Float64:
			f.SetFloat(f.Float() + 0.125)
		case reflect.Bool:
			f.SetBool(!f.Bool())
		case reflect.Slice:
			f.Set(reflect.ValueOf([]float64{0.1}))
		default:
			t.Fatalf("a setting of kind %v", f.Kind())
		}
		d := c.Differences(&back.Config)
		name := flagName(jsonName(v.Type().Field(i)))
		if name == "dtype" || name == "keep" { // of what is kept, not of the training
			if len(d) > 0 {
				t.Errorf("%s changed: differences %v, want none", name, d)
			}
			v.Field(i).Set(old)
			continue
		}
		if name == "rates" || name == "temperature" {
			name = "schedule-from"
		}
		if len(d) != 1 || !strings.HasPrefix(d[0], "-"+name+" ") {
			t.Errorf("%s changed: differences %v", name, d)
		}
		v.Field(i).Set(old)
	}
}
