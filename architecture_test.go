// Package croquis_test asserts the rules of docs/ARCHITECTURE.md that a compiler does not: imports point down, the inner
// rooms know nothing of the outside, and the page's program stays small.
package croquis_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors lists the rooms from the ground up. A room may import only rooms of a lower floor.
var floors = [][]string{
	{"internal/random", "internal/figure", "internal/whole", "internal/compress", "internal/chromium"},
	{"internal/kernel", "internal/fashion", "internal/sketch", "internal/numtest", "internal/cmdtest", "internal/corrupt"},
	{"internal/nn", "internal/blas", "internal/sheet", "internal/gallery", "internal/machine"},
	{"internal/arch", "internal/optim", "internal/metrics"},
	{"internal/modelfile"},
	{"model", "internal/chart"},
	{"internal/train", "internal/site", "internal/evaluate"},
	{"internal/crossvalidate"},
	{"cmd", "wasm", "bench", "e2e"},
}

// forbidden standard packages, by room: what would tie the network to a machine, a file system or a browser.
var forbidden = map[string][]string{
	"internal/kernel": {"os", "net", "net/http", "encoding/json", "syscall/js"},
	"internal/nn":     {"os", "net", "net/http", "encoding/json", "syscall/js"},
	"internal/sketch": {"os", "net", "net/http", "syscall/js"},
}

type goPackage struct {
	ImportPath string
	Standard   bool
	Dir        string
	Imports    []string
	Deps       []string
}

const module = "croquis/"

// goList runs `go list -json` for the given target and returns its packages.
func goList(t *testing.T, env []string, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Dir,Imports,Deps"}, args...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list %v: %v\n%s", args, err, exit.Stderr)
		}
		t.Fatalf("go list %v: %v", args, err)
	}
	var packages []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatalf("go list %v: %v", args, err)
		}
		packages = append(packages, p)
	}
}

// roomOf returns the room that a package of this module lies in, and its floor; a room covers the folders below it.
func roomOf(importPath string) (room string, floor int, err error) {
	path := strings.TrimPrefix(importPath, module)
	for floor, rooms := range floors {
		for _, room := range rooms {
			if path == room || strings.HasPrefix(path, room+"/") {
				return room, floor, nil
			}
		}
	}
	return "", 0, fmt.Errorf("package %s stands on no floor: give it one in floors and in docs/ARCHITECTURE.md", importPath)
}

func TestImportsPointDown(t *testing.T) {
	packages := append(goList(t, nil, "./..."), goList(t, []string{"GOOS=js", "GOARCH=wasm"}, "./wasm")...)
	if len(packages) < 12 {
		t.Fatalf("go list found %d packages, expected the whole house", len(packages))
	}
	for _, p := range packages {
		if p.ImportPath+"/" == module {
			continue
		}
		room, from, err := roomOf(p.ImportPath)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, imported := range p.Imports {
			if !strings.HasPrefix(imported, module) {
				continue
			}
			below, to, err := roomOf(imported)
			if err != nil {
				t.Error(err)
			} else if below != room && to >= from {
				t.Errorf("%s (floor %d) imports %s (floor %d): imports point down", p.ImportPath, from, imported, to)
			}
		}
	}
}

func TestInnerRoomsKnowNothingOfTheOutside(t *testing.T) {
	for room, list := range forbidden {
		for _, target := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
			p := goList(t, target, "./"+room)[0]
			for _, imported := range p.Imports {
				if slices.Contains(list, imported) {
					t.Errorf("%s imports %s, which ties it to the outside (target %v)", room, imported, target)
				}
			}
		}
	}
}

func TestKernelAndNetworkStandOnTheStandardLibrary(t *testing.T) {
	allowed := map[string][]string{"internal/kernel": nil, "internal/nn": {module + "internal/figure", module + "internal/kernel", module + "internal/random"}}
	for room, list := range allowed {
		for _, p := range goList(t, nil, "-deps", "./"+room) {
			if !p.Standard && p.ImportPath != module+room && !slices.Contains(list, p.ImportPath) {
				t.Errorf("%s depends on %s", room, p.ImportPath)
			}
		}
	}
}

// The tensor library makes a program of 22.7 MB, and go-echarts adds 1.2 MB gzipped, where the rest needs 6.6 MB, 1.9 gzipped.
func TestPageProgramLinksNoHeavyLibrary(t *testing.T) {
	for _, p := range goList(t, []string{"GOOS=js", "GOARCH=wasm"}, "-deps", "./wasm") {
		for _, heavy := range []string{"gorgonia.org/", "gonum.org/", "github.com/go-echarts/", "github.com/yuin/goldmark"} {
			if strings.HasPrefix(p.ImportPath, heavy) {
				t.Errorf("the page's program links %s", p.ImportPath)
			}
		}
	}
}

func TestOnlyThePageProgramKnowsJavaScript(t *testing.T) {
	for _, p := range goList(t, []string{"GOOS=js", "GOARCH=wasm"}, "-deps", "./wasm") {
		if strings.HasPrefix(p.ImportPath, module) && slices.Contains(p.Imports, "syscall/js") && p.ImportPath != module+"wasm" {
			t.Errorf("%s imports syscall/js; only wasm may", p.ImportPath)
		}
	}
}

// cmd/* hold flags and wiring only.
func TestCommandsAreShort(t *testing.T) {
	files, err := filepath.Glob("cmd/*/main.go")
	if err != nil || len(files) < 5 {
		t.Fatalf("found %d commands (%v)", len(files), err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(source), "\n"); lines > 150 {
			t.Errorf("%s has %d lines; at most 150: move what it does into a room", file, lines)
		}
	}
}
