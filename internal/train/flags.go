package train

import (
	"flag"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Flags are the settings of a Config on a command line. What is not given on it comes from the network's recipe, or, when a
// run is resumed, from its checkpoint.
type Flags struct {
	set     *flag.FlagSet
	recipe  func(arch string) Config
	scratch Config
}

// NewFlags adds a flag to set for every setting of a Config. recipe is what the program trains a network by, Recipe or one of
// its own; arch is the network unless another is asked for.
func NewFlags(set *flag.FlagSet, recipe func(arch string) Config, arch string) *Flags {
	f := &Flags{set: set, recipe: recipe, scratch: recipe(arch)}
	eachSetting(&f.scratch, func(name, help string, v reflect.Value) {
		set.Var(setting{v}, name, help)
	})
	return f
}

// Arch is the network that was asked for.
func (f *Flags) Arch() string { return f.scratch.Arch }

// Apply puts the settings that were given on the command line into c. history, if not empty, is the history.json of a run
// whose learning rates, and temperature, are to be taken over; it also decides how many epochs there are, unless that is given too.
func (f *Flags) Apply(c *Config, history string) error {
	given := map[string]bool{}
	f.set.Visit(func(fl *flag.Flag) { given[fl.Name] = true })
	from := map[string]reflect.Value{}
	eachSetting(&f.scratch, func(name, _ string, v reflect.Value) { from[name] = v })
	eachSetting(c, func(name, _ string, v reflect.Value) {
		if given[name] {
			v.Set(from[name])
		}
	})
	if history == "" {
		return nil
	}
	h, err := LoadHistory(history)
	if err != nil {
		return err
	}
	if c.Rates, err = h.Rates(); err != nil {
		return fmt.Errorf("%s: %w", history, err)
	}
	c.Schedule, c.Temperature = "replay", h.Temperature
	if !given["epochs"] {
		c.Epochs = len(c.Rates)
	}
	return nil
}

// PrintDefaults explains every flag of the set: the settings with the value they have in the recipe of the network asked
// for, the others with their own default.
func (f *Flags) PrintDefaults(w io.Writer) error {
	settings := map[string]bool{}
	base := f.recipe(f.scratch.Arch)
	eachSetting(&base, func(name, _ string, _ reflect.Value) { settings[name] = true })
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	print := func(fl *flag.Flag, value string) {
		if value != "" {
			value = " (default " + value + ")"
		}
		fmt.Fprintf(table, "  -%s\t%s%s\n", fl.Name, strings.ReplaceAll(fl.Usage, "`", ""), value)
	}
	f.set.VisitAll(func(fl *flag.Flag) {
		if !settings[fl.Name] {
			print(fl, fl.DefValue)
		}
	})
	fmt.Fprintf(table, "\nSettings, with their defaults for -arch %s:\n", base.Arch)
	eachSetting(&base, func(name, _ string, v reflect.Value) { print(f.set.Lookup(name), fmt.Sprint(v.Interface())) })
	return table.Flush()
}

func eachSetting(c *Config, do func(name, help string, v reflect.Value)) {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if help := f.Tag.Get("help"); help != "" {
			do(flagName(jsonName(f)), help, v.Field(i))
		}
	}
}

// setting is a flag.Value that writes to a field of a Config.
type setting struct{ v reflect.Value }

func (s setting) IsBoolFlag() bool { return s.v.IsValid() && s.v.Kind() == reflect.Bool }

func (s setting) String() string {
	if !s.v.IsValid() { // flag makes a zero value to compare defaults with
		return ""
	}
	return fmt.Sprint(s.v.Interface())
}

func (s setting) Set(text string) error {
	switch p := s.v.Addr().Interface().(type) {
	case *string:
		*p = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("expected a whole number")
		}
		*p = n
	case *uint64:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return fmt.Errorf("expected a whole number from 0 to 2^64-1")
		}
		*p = n
	case *float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || x-x != 0 {
			return fmt.Errorf("expected a number")
		}
		*p = x
	case *bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("expected true or false")
		}
		*p = b
	default:
		panic(fmt.Sprintf("train: a setting of type %T has no flag", p))
	}
	return nil
}
