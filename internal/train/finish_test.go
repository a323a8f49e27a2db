package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"croquis/internal/fashion"
	"croquis/internal/metrics"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
)

// finished trains c and finishes it on a test set of its own.
func finished(t *testing.T, c Config) (*Trainer, *Result, *fashion.Set) {
	t.Helper()
	tr := prepare(t, c, synthetic(t, 300, 1), t.TempDir(), Watch{})
	mustRun(t, tr)
	test := synthetic(t, 120, 2)
	r, err := tr.Finish(test, Output{})
	if err != nil {
		t.Fatal(err)
	}
	return tr, r, test
}

// accuracyOf counts hits without anything of Finish: the file is read back and asked picture by picture.
func accuracyOf(t *testing.T, f *modelfile.File, set *fashion.Set) float64 {
	t.Helper()
	x, hits := make([]float32, fashion.Pixels), 0
	for i := range set.Len() {
		f.Input.Normalise(set.Pixels(i), x)
		y := f.Model.Forward(nn.Tensor{Shape: []int{1, 28, 28, 1}, Data: x}, false).Data
		if slices.Index(y, slices.Max(y)) == set.Label(i) {
			hits++
		}
	}
	return float64(hits) / float64(set.Len())
}

func TestFinish(t *testing.T) {
	for _, dtype := range []modelfile.DType{modelfile.Float32, modelfile.Float16, modelfile.Int8, modelfile.Int8Packed} {
		c := small()
		c.Epochs, c.DType = 6, dtype.String()
		tr, r, test := finished(t, c)
		f, err := modelfile.Load(tr.files.Model)
		if err != nil {
			t.Fatal(err)
		}
		if got := accuracyOf(t, f, test); got != r.Kept.Top1 || f.Metrics["photos_top1"] != got {
			t.Errorf("%v: the file's weights reach %g; published are %g and %g", dtype, got, r.Kept.Top1, f.Metrics["photos_top1"])
		}
		if dtype == modelfile.Float32 && r.Kept.Top1 != r.Last {
			t.Errorf("the last weights reach %g, the kept last ones %g", r.Last, r.Kept.Top1)
		}
		if f.Metrics["photos_top1_last_epoch"] != r.Last || f.Metrics["photos_top1_best_epoch"] != *r.Best || r.LastEpoch != 6 || r.KeptEpoch != 6 || r.N != 120 {
			t.Errorf("%v: %+v, metrics %v", dtype, r, f.Metrics)
		}
		if len(f.Golden) != goldens || f.Calibration.Photos.Temperature <= 0 || f.Training.Seed != c.Seed || f.Training.Epochs != 6 {
			t.Errorf("%v: %d golden vectors, calibration %+v, training %+v", dtype, len(f.Golden), f.Calibration, f.Training)
		}
		if h, err := LoadHistory(tr.files.History); err != nil || float32(h.Temperature) != f.Calibration.Photos.Temperature || len(h.Epochs) != 6 {
			t.Errorf("%v: the history has temperature %v, the model %v (%v)", dtype, h.Temperature, f.Calibration.Photos.Temperature, err)
		}
		plan := nn.Compile(f.Model, 1)
		if err := f.CheckGolden(func(x, out []float32) { plan.Predict(x, 1, out) }); err != nil {
			t.Errorf("%v: %v", dtype, err)
		}
		if info, err := os.Stat(tr.files.Model); err != nil || info.Size() != int64(r.Bytes) {
			t.Errorf("%v: the file has %d bytes, published are %d", dtype, info.Size(), r.Bytes)
		}
		report, err := os.ReadFile(tr.files.Report)
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{"</html>", "Test photos", "the epoch with the best validation accuracy"} {
			if !bytes.Contains(report, []byte(words)) {
				t.Errorf("%v: the report does not say %q", dtype, words)
			}
		}
		// Nothing half-written, nothing unexpected.
		entries, err := os.ReadDir(filepath.Dir(tr.files.Model))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if want := []string{"checkpoint", "history.json", "model.json", "report.html"}; !slices.Equal(names, want) {
			t.Errorf("%v: the folder holds %v, want %v", dtype, names, want)
		}
	}
}

// TestFinishCalibratesPhotos: the thresholds are of the network in the file as it is read back, and let 95 % of the held-out photos
// pass, as few more as ties and rounding leave.
func TestFinishCalibratesPhotos(t *testing.T) {
	c := small()
	c.Epochs, c.Validation, c.DType = 6, 100, "int8"
	tr, _, _ := finished(t, c)
	f, err := modelfile.Load(tr.files.Model)
	if err != nil {
		t.Fatal(err)
	}
	d := f.Calibration.Photos
	held := tr.validation.(*Photos)
	plan := nn.Compile(f.Model, 1)
	x, logits := make([]float32, fashion.Pixels), make([]float32, Classes)
	sure, probability, energy := 0, 0, 0
	for i := range held.Len() {
		one, _ := tr.batches.batch(held, 0, 1, func(int) int { return i })
		copy(x, one.Data)
		plan.Logits(x, 1, logits)
		p := metrics.MaxProbability(metrics.Softmax(logits, Classes, float64(d.Temperature)), Classes)[0]
		if d.Sure(p, nn.Energy(logits)) {
			sure++
		}
		if p >= float64(d.Threshold) {
			probability++
		}
		if nn.Energy(logits) >= float64(d.Energy) {
			energy++
		}
	}
	if held.Len() != 100 || d.Energy == 0 || sure < 95 || sure > 96 || probability < sure || energy < sure {
		t.Errorf("with %+v %d of %d are sure, %d by the probability and %d by the energy; want 95 or 96 by both", d, sure, held.Len(), probability, energy)
	}
}

// TestFinishBest makes the last epoch worse than an earlier one, by a rate that explodes, and keeps either.
func TestFinishBest(t *testing.T) {
	c := small()
	c.EMA, c.Erase, c.Cutout, c.Pad, c.Flip, c.Momentum, c.Nesterov = 0, 0, 0, 0, "none", 0, false
	c.Schedule, c.Epochs = "replay", 7
	c.Rates = []float64{0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 30}
	c.Keep = "best"
	tr, r, test := finished(t, c)
	if r.BestEpoch == 7 || *r.Best <= r.Last {
		t.Fatalf("the best epoch is %d with %g, the last has %g: the test shows nothing", r.BestEpoch, *r.Best, r.Last)
	}
	f, err := modelfile.Load(tr.files.Model)
	if err != nil {
		t.Fatal(err)
	}
	if got := accuracyOf(t, f, test); got != *r.Best || r.KeptEpoch != r.BestEpoch || r.Kept.Top1 != *r.Best {
		t.Errorf("the kept weights reach %g; the best are said to reach %g, and the kept %g", got, *r.Best, r.Kept.Top1)
	}
	c.Keep = "last"
	last, s, _ := finished(t, c)
	if f, err = modelfile.Load(last.files.Model); err != nil {
		t.Fatal(err)
	}
	if got := accuracyOf(t, f, test); got != s.Last || s.KeptEpoch != 7 || *s.Best != *r.Best {
		t.Errorf("the kept weights reach %g; the last are said to reach %g", got, s.Last)
	}
}

// TestFinishIsRepeatable: the same run writes the same model file, to the byte, whenever it runs; and finishing once more
// from the checkpoint does too.
func TestFinishIsRepeatable(t *testing.T) {
	c := small()
	c.DType = "int8"
	a, _, test := finished(t, c)
	time.Sleep(10 * time.Millisecond)
	b, _, _ := finished(t, c)
	again := prepare(t, c, synthetic(t, 300, 1), filepath.Dir(b.files.Model), Watch{})
	mustResume(t, again)
	mustRun(t, again)
	want, err := os.ReadFile(a.files.Model)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if got, err := os.ReadFile(b.files.Model); err != nil || !bytes.Equal(got, want) {
			t.Errorf("file %d differs (%v)", i, err)
		}
		if _, err := again.Finish(test, Output{}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFinishAverages: with averaged weights those are what is validated, tested and written.
func TestFinishAverages(t *testing.T) {
	c := small()
	tr := prepare(t, c, synthetic(t, 300, 1), t.TempDir(), Watch{})
	mustRun(t, tr)
	average := slices.Clone(tr.ema.State().Slots[0].Data)
	if slices.Equal(average, tr.every[0].Value) {
		t.Fatal("the averages are the weights: the test shows nothing")
	}
	if _, err := tr.Finish(synthetic(t, 120, 2), Output{}); err != nil {
		t.Fatal(err)
	}
	f, err := modelfile.Load(tr.files.Model)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Model.Params()[0]; got.Name != tr.every[0].Name || !slices.Equal(got.Value, average) {
		t.Error("the model file does not hold the averaged weights")
	}
}

// TestFinishUnjudged: without test photos the same weights are kept, in the same form and with the same calibration, and nothing
// says a figure on them.
func TestFinishUnjudged(t *testing.T) {
	c := small()
	c.DType, c.Keep = "int8", "best"
	c.Schedule, c.Rates = "replay", []float64{0.3, 0.3, 30}
	c.EMA, c.Momentum, c.Nesterov = 0, 0, false
	judged, r, _ := finished(t, c)
	tr := prepare(t, c, synthetic(t, 300, 1), t.TempDir(), Watch{})
	mustRun(t, tr)
	u, err := tr.Finish(nil, Output{})
	if err != nil {
		t.Fatal(err)
	}
	if u.Judged != nil || u.LastEpoch != 3 || u.KeptEpoch != r.KeptEpoch || u.BestEpoch != r.BestEpoch || r.BestEpoch == 3 {
		t.Errorf("unjudged the result is %+v, judged %+v; want the same epochs, the best not the last", u, r)
	}
	want, err := modelfile.Load(judged.files.Model)
	if err != nil {
		t.Fatal(err)
	}
	f, err := modelfile.Load(tr.files.Model)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range f.Model.Params() {
		if !slices.Equal(p.Value, want.Model.Params()[i].Value) {
			t.Fatalf("%s differs from the judged network's", p.Name)
		}
	}
	if f.DType != modelfile.Int8 || f.Calibration != want.Calibration || f.Calibration.Photos.Temperature == 0 {
		t.Errorf("unjudged the file has %v and calibration %+v, judged %v and %+v", f.DType, f.Calibration, want.DType, want.Calibration)
	}
	if v := f.Metrics["validation_top1"]; len(f.Metrics) != 1 || v == 0 || v != want.Metrics["validation_top1"] || len(f.Golden) != 0 {
		t.Errorf("the file has %v and %d test photos; want the figure on held-out photos alone", f.Metrics, len(f.Golden))
	}
	if h, err := LoadHistory(tr.files.History); err != nil || float32(h.Temperature) != f.Calibration.Photos.Temperature {
		t.Errorf("the history has temperature %v (%v)", h.Temperature, err)
	}
	report, err := os.ReadFile(tr.files.Report)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(report, []byte("</html>")) || !bytes.Contains(report, []byte("not read: nothing here is a figure on them")) || bytes.Contains(report, []byte("<h2>Test photos")) {
		t.Error("the report does not say that it has no figures on the test photos, or has some")
	}
}

func TestFinishWithoutValidation(t *testing.T) {
	c := small()
	c.Validation = 0
	tr, r, _ := finished(t, c)
	if r.Best != nil || r.BestEpoch != 0 {
		t.Errorf("there is a best epoch, %d, without validation", r.BestEpoch)
	}
	if f, err := modelfile.Load(tr.files.Model); err != nil || f.Calibration.Photos.Temperature != 1 {
		t.Errorf("a temperature of %v was fitted on nothing (%v)", f.Calibration.Photos.Temperature, err)
	}
	c.Schedule, c.Rates, c.Temperature = "replay", []float64{0.1, 0.1, 0.1}, 1.5
	tr, _, _ = finished(t, c)
	if f, err := modelfile.Load(tr.files.Model); err != nil || f.Calibration.Photos.Temperature != 1.5 {
		t.Errorf("the temperature is %v, want that of the run with held-out images, 1.5 (%v)", f.Calibration.Photos.Temperature, err)
	}
	again := prepare(t, c, synthetic(t, 300, 1), "", Watch{})
	mustRun(t, again)
	again.Config.Keep = "best"
	if _, err := again.Finish(synthetic(t, 120, 2), Output{}); err == nil || !strings.Contains(err.Error(), "no best epoch") {
		t.Errorf("keeping the best without validation: error %v", err)
	}
}

// TestDisplay compares every line of a small run, as text and as JSON.
func TestDisplay(t *testing.T) {
	loss, accuracy := 0.5, 0.8125
	with := Epoch{3, 0.25, 0.9, &loss, &accuracy, 5e-4, 61.25, 901.5}
	without := Epoch{Epoch: 10, Loss: 0.25, Accuracy: 0.9, LR: 1e-3, Seconds: 61.25, ImagesPerSecond: 901.5}
	var b bytes.Buffer
	d := &Display{out: &b}
	d.line("", with, 40, true)
	d.line("", with, 40, false)
	d.line("", without, 40, false)
	want := "epoch  3/40  loss 0.2500  accuracy 90.00 %  val_loss 0.5000  val_accuracy 81.25 %*  lr 0.0005    1m1.3s  902 images/s\n" +
		"epoch  3/40  loss 0.2500  accuracy 90.00 %  val_loss 0.5000  val_accuracy 81.25 %   lr 0.0005    1m1.3s  902 images/s\n" +
		"epoch 10/40  loss 0.2500  accuracy 90.00 %  lr 0.001     1m1.3s  902 images/s\n"
	if b.String() != want {
		t.Errorf("text:\n%s\nwant\n%s", b.String(), want)
	}

	b.Reset()
	d.Result(&Result{Judged: &Judged{N: 10, Last: 0.5}, Seconds: 3*60 + 5}, FilesFor("runs/x/model.json"))
	d.Summary("cross_validation", nil, "one", "two")
	if !strings.HasSuffix(b.String(), "\none\ntwo\n") || !strings.Contains(b.String(), "last epoch, 0: 50.00 %") || !strings.Contains(b.String(), "Its epochs took 3m5s\n") {
		t.Errorf("result:\n%s", &b)
	}

	b.Reset()
	d.Result(&Result{KeptEpoch: 4}, FilesFor("runs/x/model.json"))
	if got := b.String(); !strings.Contains(got, "test photos were not read") || !strings.Contains(got, "the weights of epoch 4") || strings.Contains(got, "%") {
		t.Errorf("an unjudged result:\n%s", got)
	}

	b.Reset()
	d = &Display{out: &b, json: true}
	d.Print("a table")
	d.line("", with, 40, true)
	d.line("", without, 40, false)
	d.Result(&Result{Judged: &Judged{N: 10, Last: 0.5, Best: &accuracy}, BestEpoch: 3}, FilesFor("runs/x/model.json"))
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want 3:\n%s", len(lines), b.String())
	}
	var objects []map[string]any
	for _, line := range lines {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		objects = append(objects, o)
	}
	for key, want := range map[string]any{
		"event": "epoch", "epoch": 3.0, "loss": 0.25, "accuracy": 0.9, "val_loss": 0.5, "val_accuracy": 0.8125, "lr": 0.0005,
		"seconds": 61.25, "images_per_second": 901.5,
	} {
		if got := objects[0][key]; got != want {
			t.Errorf("%s is %v, want %v", key, got, want)
		}
	}
	if v, ok := objects[1]["val_loss"]; !ok || v != nil {
		t.Errorf("val_loss without validation is %v, want null", v)
	}
	if o := objects[2]; o["event"] != "result" || o["last"] != 0.5 || o["best"] != 0.8125 || o["model"] != "runs/x/model.json" || o["report"] != "runs/x/report.html" {
		t.Errorf("result: %v", o)
	}
	if _, there := objects[0]["run"]; there {
		t.Errorf("a run without a name: %v", objects[0])
	}
	b.Reset()
	d.Watch("fold-1").Epoch(with, 40, true)
	d.Summary("cross_validation", map[string]int{"n": 3}, "three")
	var fold, summary struct {
		Event, Run string
		Epoch      int
		Summary    map[string]int
	}
	decoder := json.NewDecoder(&b)
	if err := errors.Join(decoder.Decode(&fold), decoder.Decode(&summary)); err != nil {
		t.Fatal(err)
	}
	if fold.Event != "epoch" || fold.Run != "fold-1" || fold.Epoch != 3 || summary.Event != "cross_validation" || summary.Summary["n"] != 3 || decoder.More() {
		t.Errorf("one of several runs: %+v, and all together: %+v", fold, summary)
	}
	if d.Err() != nil {
		t.Error(d.Err())
	}
	d.out = failing{}
	d.line("", with, 40, true)
	if d.Err() == nil {
		t.Error("a line that could not be written is not reported")
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

// TestBar draws the bar into a buffer: figures, and a clean line in the end.
func TestBar(t *testing.T) {
	var bar, out bytes.Buffer
	d := &Display{out: &out, bar: &bar}
	p := Progress{Epoch: 2, Epochs: 5, Images: 50, Total: 100, Loss: 1.5, Accuracy: 0.5, ImagesPerSecond: 640, Left: 90 * time.Second}
	d.batch(p)
	for _, words := range []string{"2/5  ", "loss 1.5000", "acc 50.0 %", "640 images/s", "1m30s left"} {
		if !strings.Contains(bar.String(), words) {
			t.Errorf("the bar %q does not say %q", bar.String(), words)
		}
	}
	d.line("", Epoch{Epoch: 2}, 5, false)
	if d.epoch != nil || !strings.Contains(out.String(), "epoch 2/5") {
		t.Errorf("after the epoch: bar %v, text %q", d.epoch, out.String())
	}
	if got := Brief(95*time.Minute + 40*time.Second); got != "1h36m" {
		t.Errorf("95:40 is %s, want 1h36m", got)
	}
	none := &Display{out: &out}
	none.batch(p)
	if none.epoch != nil {
		t.Error("a bar without a terminal")
	}
}

func TestFilesFor(t *testing.T) {
	for model, want := range map[string]Files{
		"runs/thesis/model.json": {"runs/thesis/model.json", "runs/thesis/checkpoint", "runs/thesis/history.json", "runs/thesis/report.html"},
		"a/night.json":           {"a/night.json", "a/night.checkpoint", "a/night.history.json", "a/night.report.html"},
		"plain":                  {"plain", "plain.checkpoint", "plain.history.json", "plain.report.html"},
	} {
		if got := FilesFor(model); got != want {
			t.Errorf("%s: %+v, want %+v", model, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for _, name := range []string{"thesis", "lenet5", "croquis"} {
		c := Recipe(name)
		text := recipeLine(&c)
		for _, f := range facts(&c, 55000) {
			if f.Name == "" || f.Value == "" {
				t.Errorf("%s: an empty fact %+v", name, f)
			}
		}
		if strings.Contains(text, "%!") || len(text) < 60 {
			t.Errorf("%s: %q", name, text)
		}
	}
	c := Recipe("thesis")
	c.Epochs, c.Nesterov = 3, true
	if got, want := c.Command("train", Recipe), "go run ./cmd/train -arch thesis -epochs=3 -nesterov=true"; got != want {
		t.Errorf("command %q, want %q", got, want)
	}
	// What is kept belongs to the same again, where it is not what the program keeps by itself.
	c = Recipe("thesis")
	c.DType, c.Keep = "int8", "best"
	if got, want := c.Command("train", Recipe), "go run ./cmd/train -arch thesis -dtype=int8 -keep=best"; got != want {
		t.Errorf("command %q, want %q", got, want)
	}
	packed := func(arch string) Config { d := Recipe(arch); d.DType = "int8"; return d }
	if got, want := c.Command("other", packed), "go run ./cmd/other -arch thesis -keep=best"; got != want {
		t.Errorf("command %q, want %q", got, want)
	}
}
