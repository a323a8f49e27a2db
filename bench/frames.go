package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// long is from when on a task is one that is noticed (https://www.w3.org/TR/longtasks/): there is to be none.
const long = 50 * time.Millisecond

// smooth is how many frames there are to be in a second. The browser makes 60, less what its clock is off.
const smooth = 59.5

// shown is how many kinds of events a frame's time is given for.
const shown = 10

// countFrames keeps the time of each frame, and counts answers.
const countFrames = `(() => {
	window.frameTimes = [];
	window.answers = 0;
	const frame = (at) => (frameTimes.push(at), requestAnimationFrame(frame));
	requestAnimationFrame(frame);
	croquis.page.on('answer', () => answers++);
	return 0;
})()`

// traceEvent is an event of Chromium's trace (its Trace Event Format).
type traceEvent struct {
	Name     string  `json:"name"`
	Phase    string  `json:"ph"`
	Process  int     `json:"pid"`
	Thread   int     `json:"tid"`
	Start    float64 `json:"ts"`  // microseconds
	Duration float64 `json:"dur"` // microseconds
}

// frames draws for some time with a throttled processor, under a trace, and writes how many frames came, and how long tasks took.
func frames(to io.Writer, d time.Duration) error {
	return onPage(func(p *page) error {
		h, err := newHand(p)
		if err != nil {
			return err
		}
		if err := chromedp.Run(p.ctx, emulation.SetCPUThrottlingRate(throttle)); err != nil {
			return err
		}
		if err := h.draw(2 * time.Second); err != nil { // the browser compiles what runs often
			return err
		}
		if err := p.eval(countFrames, nil); err != nil {
			return err
		}
		events, err := p.traced(func() error { return h.draw(d) })
		if err != nil {
			return err
		}
		var got struct {
			At      []float64
			Answers int
		}
		if err := p.eval("({ at: frameTimes, answers })", &got); err != nil {
			return err
		}
		fmt.Fprintf(to, "drawing for %v, processor throttled %d times: %d answers\n", d, throttle, got.Answers)
		writeFrames(to, got.At)
		main := ofMain(events)
		writeTasks(to, tasks(main))
		writeShares(to, selfTimes(main), len(got.At))
		return nil
	})
}

// traced runs work under a trace and returns its events.
func (p *page) traced(work func() error) (events []traceEvent, err error) {
	var mu sync.Mutex
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	chromedp.ListenTarget(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch event := event.(type) {
		case *tracing.EventDataCollected:
			for _, value := range event.Value {
				var e traceEvent
				if json.Unmarshal(value, &e) == nil && e.Phase == "X" {
					events = append(events, e)
				}
			}
		case *tracing.EventTracingComplete:
			close(done)
		}
	})
	start := tracing.Start().WithTransferMode(tracing.TransferModeReportEvents).WithTraceConfig(&tracing.TraceConfig{
		IncludedCategories: []string{"devtools.timeline", "disabled-by-default-devtools.timeline"}, ExcludedCategories: []string{"*"},
	})
	if err := chromedp.Run(ctx, start); err != nil {
		return nil, err
	}
	if err := work(); err != nil {
		return nil, err
	}
	if err := chromedp.Run(ctx, tracing.End()); err != nil {
		return nil, err
	}
	select {
	case <-done:
	case <-time.After(time.Minute):
		return nil, fmt.Errorf("the trace does not come to its end")
	}
	mu.Lock()
	defer mu.Unlock()
	return events, nil
}

// ofMain are the events of the page's main thread: of the thread that most animation frames are on.
func ofMain(events []traceEvent) []traceEvent {
	type thread struct{ process, thread int }
	painted := make(map[thread]int)
	var main thread
	for _, e := range events {
		if at := (thread{e.Process, e.Thread}); e.Name == "FireAnimationFrame" {
			if painted[at]++; painted[at] > painted[main] {
				main = at
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(events), func(e traceEvent) bool { return (thread{e.Process, e.Thread}) != main })
}

// tasks are how long the tasks of a thread took, in order.
func tasks(events []traceEvent) (took []time.Duration) {
	for _, e := range events {
		if e.Name == "RunTask" {
			took = append(took, microseconds(e.Duration))
		}
	}
	slices.Sort(took)
	return took
}

// selfTimes are how long all events of a thread took by their names, without the events inside them.
func selfTimes(events []traceEvent) map[string]time.Duration {
	events = slices.Clone(events)
	slices.SortFunc(events, func(a, b traceEvent) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.Duration, a.Duration))
	})
	took := make(map[string]time.Duration)
	var open []traceEvent
	for _, e := range events {
		for len(open) > 0 && open[len(open)-1].Start+open[len(open)-1].Duration <= e.Start {
			open = open[:len(open)-1]
		}
		if len(open) > 0 {
			took[open[len(open)-1].Name] -= microseconds(e.Duration)
		}
		took[e.Name] += microseconds(e.Duration)
		open = append(open, e)
	}
	return took
}

// writeShares writes what took most of a frame.
func writeShares(to io.Writer, took map[string]time.Duration, frames int) {
	if frames == 0 {
		return
	}
	names := slices.SortedFunc(maps.Keys(took), func(a, b string) int {
		return cmp.Or(cmp.Compare(took[b], took[a]), cmp.Compare(a, b))
	})
	fmt.Fprint(to, "of a frame:")
	for _, name := range names[:min(shown, len(names))] {
		fmt.Fprintf(to, "  %s %.1f ms", name, ms(took[name])/float64(frames))
	}
	fmt.Fprintln(to)
}

func writeTasks(to io.Writer, tasks []time.Duration) {
	if len(tasks) == 0 {
		fmt.Fprintln(to, "the trace has no task of the page")
		return
	}
	over, _ := slices.BinarySearch(tasks, long)
	fmt.Fprintf(to, "tasks of the main thread: %d, 99 %% within %.1f ms, the longest %.1f ms, %d over %v: target none, %s\n",
		len(tasks), ms(tasks[len(tasks)*99/100]), ms(tasks[len(tasks)-1]), len(tasks)-over, long, met(over == len(tasks)))
}

// writeFrames writes how often frames came, by the times at which they began, in milliseconds.
func writeFrames(to io.Writer, at []float64) {
	if len(at) < 2 {
		fmt.Fprintln(to, "no frame came")
		return
	}
	between := make([]float64, len(at)-1)
	for i := range between {
		between[i] = at[i+1] - at[i]
	}
	slices.Sort(between)
	rate := 1000 * float64(len(between)) / (at[len(at)-1] - at[0])
	fmt.Fprintf(to, "frames a second: %.1f, target 60, %s; between two frames %.1f ms in the median, %.1f in 95 of 100, %.1f at most\n",
		rate, met(rate >= smooth), between[len(between)/2], between[len(between)*95/100], between[len(between)-1])
}

// met is the word for a target that is met, or not.
func met(yes bool) string {
	if yes {
		return "met"
	}
	return "missed"
}

func microseconds(n float64) time.Duration { return time.Duration(n * float64(time.Microsecond)) }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
