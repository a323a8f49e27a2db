// Command gen cuts ECharts to what this project uses and writes it, with its licences, beside the page and the reports:
//
//	cd internal/chart/_gen && go run .
//
// The sources are the npm packages of the versions below, fetched by `npm pack` and held to the checksums below; -packages DIR takes
// .tgz files that are there already. Nothing else needs npm or node: esbuild, the bundler, is a Go module. The output is
// the same, byte for byte, on every machine.
package main

import (
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// packages are the sources with their SHA-512, as npm publishes them.
var packages = []struct{ name, version, sha512 string }{
	{"echarts", "6.1.0", "q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA=="},
	{"zrender", "6.1.0", "oEGMDB6pOP2S6OwRR4PdVv610zrjnA3Bh+JnSG12fYJlBKjtNAoEb5fSUoCOOINlH96I2fU38/A2UpRKs67xYQ=="},
	{"tslib", "2.3.0", "N82ooyxVNm6h1riLCoyS9e3fuJ3AMG2zIZs2Gd1ATcSFjSA23Q0fzjjZeh0jbJvWVDZ0cJT8yaNNaaXHzueNjg=="},
}

// licences are copied from the packages to web/vendor.
var licences = []struct{ from, to string }{
	{"echarts/LICENSE", "LICENSE-echarts"},
	{"echarts/NOTICE", "NOTICE-echarts"},
	{"echarts/licenses/LICENSE-d3", "LICENSE-d3"},
	{"zrender/LICENSE", "LICENSE-zrender"},
	{"tslib/LICENSE.txt", "LICENSE-tslib"},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	dir := flag.String("packages", "", "folder with the packages' .tgz files (default: fetch them with npm pack)")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := generate(*dir, "../../.."); err != nil {
		log.Fatal(err)
	}
}

func generate(packed, root string) error {
	work, err := os.MkdirTemp("", "echarts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if packed == "" {
		packed = work
		if err := fetch(work); err != nil {
			return err
		}
	}
	modules := filepath.Join(work, "node_modules")
	for _, p := range packages {
		if err := open(filepath.Join(packed, p.name+"-"+p.version+".tgz"), p.sha512, filepath.Join(modules, p.name)); err != nil {
			return err
		}
	}
	vendor := filepath.Join(root, "web", "vendor")
	if err := os.MkdirAll(vendor, 0o755); err != nil {
		return err
	}
	var credits strings.Builder
	for _, l := range licences {
		text, err := os.ReadFile(filepath.Join(modules, l.from))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(vendor, l.to), text, 0o644); err != nil {
			return err
		}
		// Apache's own text is too long to travel in each file; BSD asks for its text wherever the code goes.
		if l.to == "LICENSE-zrender" || l.to == "LICENSE-d3" {
			fmt.Fprintf(&credits, "\n%s:\n%s\n", strings.TrimPrefix(l.to, "LICENSE-"), strings.TrimSpace(string(text)))
		}
	}
	banner := fmt.Sprintf(header, packages[0].version, packages[1].version, packages[2].version, credits.String())
	// Its types are its authors' business.
	if err := bundle("page.js", filepath.Join(vendor, "echarts.js"), "// @ts-nocheck\n"+banner, modules, api.FormatESModule); err != nil {
		return err
	}
	return bundle("report.js", filepath.Join(root, "internal", "chart", "echarts.js"), banner, modules, api.FormatIIFE)
}

const header = `/*!
Apache ECharts %s with zrender %s and tslib %s, cut to what this project uses by internal/chart/_gen; modified in that
the modules listed there are left out.
Copyright 2017-2026 The Apache Software Foundation. Licensed under the Apache License, Version 2.0; you may not use this
file except in compliance with the License, http://www.apache.org/licenses/LICENSE-2.0 (also in web/vendor/LICENSE-echarts).
This product includes software developed at The Apache Software Foundation (https://www.apache.org/).
%s*/`

// fetch has npm put the packages into dir.
func fetch(dir string) error {
	args := []string{"pack", "--silent", "--pack-destination", dir}
	for _, p := range packages {
		args = append(args, p.name+"@"+p.version)
	}
	npm := exec.Command("npm", args...)
	npm.Stderr = os.Stderr
	err := npm.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return fmt.Errorf("npm is not installed; it is only needed to fetch ECharts: install it, or give -packages DIR")
	}
	if err != nil {
		return fmt.Errorf("npm %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// open checks a package against its checksum and unpacks it into dir.
func open(file, want, dir string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	sum := sha512.Sum512(b)
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != want {
		return fmt.Errorf("%s has SHA-512 %s, want %s: the package is not the one that was reviewed", file, got, want)
	}
	return unpack(b, dir)
}

// bundle writes what entry uses as one minified file. An IIFE becomes the global variable "echarts".
func bundle(entry, to, banner, modules string, format api.Format) error {
	options := api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
		Format:            format,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		NodePaths:         []string{modules},
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
		LegalComments:     api.LegalCommentsNone,
		Banner:            map[string]string{"js": banner},
		Plugins:           []api.Plugin{leaveOut(modules)},
		LogLevel:          api.LogLevelWarning,
	}
	if format == api.FormatIIFE {
		options.GlobalName = "echarts"
	}
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return fmt.Errorf("%s: %s", entry, result.Errors[0].Text)
	}
	return os.WriteFile(to, result.OutputFiles[0].Contents, 0o644)
}
