package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"croquis/internal/chart"
	kernels "croquis/internal/kernel/wasm"
)

// collect gathers all files of the site under the names by which the page knows them.
func collect(ctx context.Context, o Options) ([]*asset, error) {
	program, err := compile(ctx, o.Root)
	if err != nil {
		return nil, err
	}
	support, err := wasmExec(ctx, o.Root)
	if err != nil {
		return nil, err
	}
	models, labels, err := collectModels(o)
	if err != nil {
		return nil, err
	}
	pie, err := chart.PieOptions(labels)
	if err != nil {
		return nil, err
	}
	assets := append(models,
		&asset{name: "croquis.wasm", content: program, first: true},
		&asset{name: "wasm_exec.js", content: support, first: true},
		// A browser loads those that it can run: the slower one stands in for one that fails the golden vectors.
		&asset{name: "kernel-relaxed.wasm", content: kernels.Relaxed, first: true},
		&asset{name: "kernel-simd128.wasm", content: kernels.SIMD128, first: true},
		&asset{name: "pie.json", content: pie, first: true},
	)
	web, err := collectWeb(os.DirFS(o.Web))
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	licences, err := collectLicences(o.Root)
	return append(append(assets, web...), licences...), err
}

// compile builds the page's program. The flags leave out what differs from machine to machine, and the debug tables.
func compile(ctx context.Context, root string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "croquis-wasm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "croquis.wasm")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", out, "./wasm")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build ./wasm: %w\n%s", err, bytes.TrimSpace(said))
	}
	return os.ReadFile(out)
}

// wasmExec reads Go's JavaScript half of the program, which belongs to the very version of Go that built it.
func wasmExec(ctx context.Context, root string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOROOT")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	return os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "lib", "wasm", "wasm_exec.js"))
}

// collectWeb reads the page's own files, but for notes to its authors and hidden files.
func collectWeb(web fs.FS) (assets []*asset, err error) {
	err = fs.WalkDir(web, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if name != "." && strings.HasPrefix(base, ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() || forAuthors(base) {
			return nil
		}
		b, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		assets = append(assets, &asset{name: name, content: b, stable: keepsName(base)})
		return nil
	})
	return assets, err
}

func forAuthors(base string) bool {
	return path.Ext(base) == ".md" || strings.HasSuffix(base, ".d.ts") || base == "tsconfig.json" || base == "jsconfig.json"
}

// keepsName says whether something outside the site asks for the file by its name: people, search engines, or a browser
// that looks whether its service worker or an installed app has changed.
func keepsName(base string) bool {
	return path.Ext(base) == ".html" || path.Ext(base) == ".webmanifest" || path.Ext(base) == ".txt" ||
		base == "sw.js" || base == "favicon.ico" || isLicence(base)
}

// isLicence goes by the capitals: notice.js is a module.
func isLicence(base string) bool {
	for _, prefix := range []string{"LICENSE", "NOTICE", "THIRD_PARTY", "THIRD-PARTY"} {
		if strings.HasPrefix(base, prefix) {
			return true
		}
	}
	return false
}

// collectLicences reads the licence of the project, and of what is linked into its program.
func collectLicences(root string) (assets []*asset, err error) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !isLicence(e.Name()) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(root, e.Name()))
		if err != nil {
			return nil, err
		}
		assets = append(assets, &asset{name: e.Name(), content: b, stable: true})
	}
	if len(assets) == 0 {
		return nil, errors.New("the project has no LICENSE")
	}
	return assets, nil
}
