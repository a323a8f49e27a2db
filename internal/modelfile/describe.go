package modelfile

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Describe tells a human what the file holds: one fact a line, then the network's summary table.
func (f *File) Describe() string {
	var s strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&s, "%-12s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("name", "%s", f.Name)
	line("format", "%s %d, %v", f.Format, f.Version, f.DType)
	if f.Size > 0 {
		line("size", "%d bytes, sha256 %s", f.Size, f.SHA256)
	}
	line("labels", "%s", strings.Join(f.Labels, ", "))
	line("input", "%v, x = (pixel/255 - %v)/%v", f.Model.Input, f.Input.Mean, f.Input.Std)
	trainable, rest := f.Model.Count()
	line("weights", "%d trainable, %d not; %d multiply-adds a picture", trainable, rest, f.Model.MACs())
	line("calibration", "photos %s; drawings %s", f.Calibration.Effective().Photos.describe(""), f.drawings())
	line("golden", "%d vectors", len(f.Golden))
	t := f.Training
	for _, fact := range []struct{ name, value string }{
		{"arch", t.Arch}, {"recipe", t.Recipe}, {"data", t.Data}, {"command", t.Command}, {"date", t.Date},
	} {
		if fact.value != "" {
			line(fact.name, "%s", fact.value)
		}
	}
	if t.Epochs > 0 {
		took := ""
		if t.Seconds > 0 {
			took = fmt.Sprintf(", %.0f s", t.Seconds)
		}
		line("training", "%d epochs of batch %d, seed %d%s", t.Epochs, t.Batch, t.Seed, took)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Notes)) {
		line("note", "%s: %s", name, t.Notes[name])
	}
	for _, name := range slices.Sorted(maps.Keys(f.Metrics)) {
		line("metric", "%s %.6g", name, f.Metrics[name])
	}
	s.WriteByte('\n')
	s.WriteString(f.Model.Summary())
	return s.String()
}

// drawings describes the calibration that drawings get, and where its temperature is from.
func (f *File) drawings() string {
	from := ""
	if f.Calibration.Drawings.Temperature == 0 {
		from = " (that of the photos: none was fitted on drawings)"
	}
	return f.Calibration.Effective().Drawings.describe(from)
}

// describe puts from behind the temperature.
func (d Domain) describe(from string) string {
	s := fmt.Sprintf("temperature %.4g%s", d.Temperature, from)
	if d.Threshold > 0 {
		s += fmt.Sprintf(", unsure under %.4g", d.Threshold)
	}
	if d.Energy != 0 {
		s += fmt.Sprintf(", unlike all under the energy %.4g", d.Energy)
	}
	return s
}
