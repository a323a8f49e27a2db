package train

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A Display shows a run: a line for every epoch on out, as text or as JSON, and a bar on a terminal.
type Display struct {
	out   io.Writer
	bar   io.Writer // nil: no terminal, no bar
	json  bool
	epoch *progressbar.ProgressBar
	at    int // the epoch that the bar shows
	err   error
}

// NewDisplay shows on out, and a bar on err if that is a terminal. With asJSON every line is a JSON object.
func NewDisplay(out io.Writer, err *os.File, asJSON bool) *Display {
	d := &Display{out: out, json: asJSON}
	if term.IsTerminal(int(err.Fd())) {
		d.bar = err
	}
	return d
}

// Watch tells the display how a run goes: one of several, if it has a name.
func (d *Display) Watch(run string) Watch {
	return Watch{Batch: d.batch, Epoch: func(e Epoch, epochs int, best bool) { d.line(run, e, epochs, best) }}
}

// Err is the first error of writing to out.
func (d *Display) Err() error { return d.err }

func (d *Display) batch(p Progress) {
	if d.bar == nil {
		return
	}
	if d.epoch == nil || d.at != p.Epoch {
		d.Clear()
		d.at = p.Epoch
		d.epoch = progressbar.NewOptions(p.Total,
			progressbar.OptionSetWriter(d.bar),
			progressbar.OptionSetWidth(6),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetElapsedTime(false),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionUseANSICodes(true),
		)
	}
	// With the bar 75 columns: a line that does not fit the terminal would be written again and again below itself.
	d.epoch.Describe(fmt.Sprintf("%d/%d  loss %.4f  acc %.1f %%  %.0f images/s  %s left",
		p.Epoch, p.Epochs, p.Loss, 100*p.Accuracy, p.ImagesPerSecond, Brief(p.Left)))
	// The bar only fails when the terminal does, and then there is nobody to tell.
	_ = d.epoch.Set(p.Images)
}

// Brief is a time in seconds, or from an hour on in minutes: 35m12s, 1h35m.
func Brief(d time.Duration) string {
	if d < time.Hour {
		return d.Round(time.Second).String()
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
}

// Clear takes the bar away, so that a line can be written.
func (d *Display) Clear() {
	if d.epoch != nil {
		_ = d.epoch.Clear()
		d.epoch = nil
	}
}

func (d *Display) line(run string, e Epoch, epochs int, best bool) {
	d.Clear()
	if d.json {
		d.object(struct {
			Event string `json:"event"`
			Run   string `json:"run,omitempty"`
			Epoch
		}{"epoch", run, e})
		return
	}
	validation := ""
	if e.ValLoss != nil {
		star := " "
		if best {
			star = "*"
		}
		validation = fmt.Sprintf("  val_loss %.4f  val_accuracy %.2f %%%s", *e.ValLoss, 100**e.ValAccuracy, star)
	}
	d.printf("epoch %*d/%d  loss %.4f  accuracy %.2f %%%s  lr %-9.3g %s  %.0f images/s\n",
		len(fmt.Sprint(epochs)), e.Epoch, epochs, e.Loss, 100*e.Accuracy, validation, e.LR,
		time.Duration(e.Seconds*float64(time.Second)).Round(100*time.Millisecond), e.ImagesPerSecond)
}

// Result shows what the run came to.
func (d *Display) Result(r *Result, f Files) {
	d.Clear()
	if d.json {
		d.object(struct {
			Event string `json:"event"`
			*Result
			Model  string `json:"model"`
			Report string `json:"report"`
		}{"result", r, f.Model, f.Report})
		return
	}
	if r.Judged == nil {
		d.printf("\nThe test photos were not read. In the model file: the weights of epoch %d\n", r.KeptEpoch)
	} else {
		d.judged(r)
	}
	d.printf("Its epochs took %s\n", Brief(time.Duration(r.Seconds*float64(time.Second))))
	d.printf("%s: %.2f MB\n%s\n", f.Model, float64(r.Bytes)/1e6, f.Report)
}

func (d *Display) judged(r *Result) {
	d.printf("\nTest set (%d images, read once)\n  last epoch, %d: %.2f %%\n", r.N, r.LastEpoch, 100*r.Last)
	if r.Best != nil {
		d.printf("  best epoch by validation, %d: %.2f %%\n", r.BestEpoch, 100**r.Best)
	}
	d.printf("  in the model file: %.2f %% (95 %% interval %.2f to %.2f), from epoch %d\n", 100*r.Kept.Top1, 100*r.Kept.Top1Interval.Low(), 100*r.Kept.Top1Interval.High(), r.KeptEpoch)
}

// Print writes a line of text; with JSON it writes nothing.
func (d *Display) Print(text string) {
	if !d.json {
		d.Clear()
		d.printf("%s\n", text)
	}
}

// Summary writes what several runs came to: lines of text, or with JSON one object of that event that holds all of v.
func (d *Display) Summary(event string, v any, lines ...string) {
	if d.json {
		d.object(struct {
			Event   string `json:"event"`
			Summary any    `json:"summary"`
		}{event, v})
		return
	}
	for _, line := range lines {
		d.Print(line)
	}
}

func (d *Display) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(d.out, format, args...); err != nil && d.err == nil {
		d.err = err
	}
}

func (d *Display) object(v any) {
	b, err := json.Marshal(v)
	if err == nil {
		_, err = d.out.Write(append(b, '\n'))
	}
	if err != nil && d.err == nil {
		d.err = err
	}
}
