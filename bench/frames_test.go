package main

import (
	"strings"
	"testing"
	"time"
)

func TestTasksAreThoseOfThePagesThread(t *testing.T) {
	events := []traceEvent{
		{Name: "FireAnimationFrame", Process: 7, Thread: 1},
		{Name: "FireAnimationFrame", Process: 8, Thread: 1},
		{Name: "FireAnimationFrame", Process: 8, Thread: 1},
		{Name: "RunTask", Process: 7, Thread: 1, Duration: 99_000}, // of another page
		{Name: "RunTask", Process: 8, Thread: 2, Duration: 99_000}, // of another thread
		{Name: "RunTask", Process: 8, Thread: 1, Duration: 60_000},
		{Name: "Paint", Process: 8, Thread: 1, Duration: 90_000},
		{Name: "RunTask", Process: 8, Thread: 1, Duration: 2_500},
	}
	took := tasks(ofMain(events))
	if len(took) != 2 || took[0] != 2500*time.Microsecond || took[1] != 60*time.Millisecond {
		t.Fatalf("tasks %v, want 2.5 and 60 ms", took)
	}
	var text strings.Builder
	writeTasks(&text, took)
	writeFrames(&text, []float64{100, 120, 140, 200})
	want := "tasks of the main thread: 2, 99 % within 60.0 ms, the longest 60.0 ms, 1 over 50ms: target none, missed\n" +
		"frames a second: 30.0, target 60, missed; between two frames 20.0 ms in the median, 60.0 in 95 of 100, 60.0 at most\n"
	if text.String() != want {
		t.Errorf("got  %s\nwant %s", text.String(), want)
	}
}

func TestATasksTimeIsWithoutWhatIsInsideIt(t *testing.T) {
	took := selfTimes([]traceEvent{
		{Name: "Layout", Start: 6000, Duration: 2000},
		{Name: "RunTask", Start: 0, Duration: 10_000},
		{Name: "FunctionCall", Start: 0, Duration: 9000},
		{Name: "Layout", Start: 1000, Duration: 1000},
		{Name: "RunTask", Start: 10_000, Duration: 500},
	})
	var text strings.Builder
	writeShares(&text, took, 2)
	if want := "of a frame:  FunctionCall 3.0 ms  Layout 1.5 ms  RunTask 0.8 ms\n"; text.String() != want {
		t.Errorf("got  %swant %s", text.String(), want)
	}
}
