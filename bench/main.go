// Command bench measures Croquis beside its peers, on one machine, in one run: PyTorch and OpenBLAS natively, TensorFlow.js
// and ONNX Runtime Web in Chromium. Ours and theirs take turns, so that a busy machine slows both; the table shows medians
// and the median of the ratios, pair by pair. A peer that cannot be set up is reported as missing. With -page or -soak it
// measures our page alone.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"croquis/internal/machine"
	"croquis/internal/whole"
)

func main() {
	worker := flag.String("worker", "", "run as a contestant: train, forward or sgemm (used by bench itself)")
	rounds := flag.Int("rounds", 9, "turns that each contestant takes")
	only := flag.String("only", "", "which contests to run: native, browser, or empty for both")
	out := flag.String("out", "", "also write the table to this Markdown file, under machine and date")
	asJSON := flag.Bool("json", false, "print the rows as JSON lines instead of a table")
	onOurs := flag.Bool("page", false, "measure our page instead: frames and tasks while drawing, with the processor throttled")
	minutes := flag.Int("soak", 0, "draw on our page for so many minutes instead, and print what it holds of the memory")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "usage: bench [flags]\n\nCompares Croquis with its peers on this machine.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	if *rounds < 1 || (*worker == "" && flag.NArg() > 0) || *minutes < 0 || (*only != "" && *only != "native" && *only != "browser") {
		flag.Usage()
		os.Exit(2)
	}
	if *worker != "" {
		if err := work(*worker, flag.Args()); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if *onOurs || *minutes > 0 {
		if err := ours(*onOurs, *minutes); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	var rows []row
	if *only != "browser" {
		rows = append(rows, native(*rounds)...)
	}
	if *only != "native" {
		rows = append(rows, browser(*rounds)...)
	}
	if err := report(rows, *asJSON, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// ours measures our page alone: its frames, its memory over some minutes, or both.
func ours(ofFrames bool, minutes int) error {
	fmt.Printf("%s, %s.\n", machine.Describe(), time.Now().UTC().Format("2006-01-02"))
	if ofFrames {
		if err := frames(os.Stdout, 10*time.Second); err != nil {
			return err
		}
	}
	if minutes > 0 {
		return soak(os.Stdout, minutes)
	}
	return nil
}

func report(rows []row, asJSON bool, out string) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %s.\n\n", machine.Describe(), time.Now().UTC().Format("2006-01-02"))
	writeTable(&text, rows)
	if asJSON {
		encoder := json.NewEncoder(os.Stdout)
		for _, r := range rows {
			if err := encoder.Encode(r); err != nil {
				return err
			}
		}
	} else {
		fmt.Print(text.String())
	}
	if out == "" {
		return nil
	}
	head := "# Benchmarks\n\nWritten by `make bench-peers ARGS='-out docs/BENCHMARKS.md'`.\n\n"
	return whole.WriteFile(out, []byte(head+text.String()))
}
