package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// partOf matches a part of the page that is one file.
var partOf = regexp.MustCompile(`(?s)<script type="text/plain" data-part="([^"]+)" data-type="([^"]+)"( data-packed)?>(.*?)</script>`)

// bindSmall makes one file of the small page, and returns it and its parts in their order.
func bindSmall(t testing.TB) (page string, names []string, parts map[string]string) {
	t.Helper()
	assets := small(t)
	for _, a := range assets {
		if a.name == "index.html" {
			a.content = []byte(strings.Replace(string(a.content), `<script type="module"`, `<link id="manifest" rel="preload" href="manifest.json"><script src="side.js"></script><script type="module"`, 1))
		}
		if a.name == "style.css" { // what the page's first styles import would come too late
			a.content = bytes.Replace(a.content, []byte("@import 'more.css';\n"), nil, 1)
		}
	}
	assets = append(assets, &asset{name: "example.html", content: []byte(`<meta charset="utf-8"><script type="module" src="example.js"></script>`), stable: true},
		&asset{name: "example.js", content: []byte("import './lib/a.js';\n")})
	b, err := single(assets)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range partOf.FindAllSubmatch(b, -1) {
		names = append(names, string(m[1]))
	}
	return string(b), names, partsOf(t, b)
}

// partsOf unpacks the parts of the page that is one file.
func partsOf(t testing.TB, page []byte) map[string]string {
	t.Helper()
	parts := make(map[string]string)
	for _, m := range partOf.FindAllSubmatch(page, -1) {
		name, content := string(m[1]), string(m[4])
		if m[3] != nil {
			gz, err := base64.StdEncoding.DecodeString(content)
			if err != nil {
				t.Fatal(err)
			}
			r, err := gzip.NewReader(bytes.NewReader(gz))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			content = string(plain)
		}
		parts[name] = content
	}
	return parts
}

// TestSingle: every part is there but the example, after those that it refers to, and every reference is to a part.
func TestSingle(t *testing.T) {
	page, names, parts := bindSmall(t)
	for i, name := range names {
		for _, ref := range inlined.FindAllStringSubmatch(parts[name], -1) {
			if at := slices.Index(names, ref[1]); at < 0 || at >= i {
				t.Errorf("%s refers to %s, which comes in place %d, not before it (%d)", name, ref[1], at, i)
			}
		}
	}
	for _, name := range []string{"app.js", "lib/worker.js", "late.js", "text/en.json", "model/page.json", "LICENSE-x", "rooms/inside/room.css"} {
		if _, ok := parts[name]; !ok {
			t.Errorf("%s is not in it: %q", name, names)
		}
	}
	if slices.Contains(names, "example.html") || slices.Contains(names, "example.js") {
		t.Errorf("the example for other pages is in it: %q", names)
	}
	if got := parts["app.js"]; !strings.Contains(got, "import { a } from 'inline:lib/a.js';") || !strings.Contains(got, "import('inline:late.js')") {
		t.Errorf("app.js:\n%s", got)
	}
	if parts["LICENSE-x"] != "\nMIT" {
		t.Errorf("the licence cannot be read: %q", parts["LICENSE-x"])
	}
	head, _, _ := strings.Cut(page, "</head>")
	for _, gone := range []string{`rel="manifest"`, `rel="stylesheet"`, `type="module"`, ` src="`, "inline:", "manifest.json"} {
		if strings.Contains(head, gone) {
			t.Errorf("the head still has %s:\n%s", gone, head)
		}
	}
	if !strings.Contains(head, `<link id="manifest" rel="alternate">`) || !strings.Contains(head, "url(data:image/svg+xml;base64,") {
		t.Errorf("head:\n%s", head)
	}
}

// TestSingleWorker: the worker brings its modules along, each after those that it imports; the page has those that it uses itself.
func TestSingleWorker(t *testing.T) {
	build := func(worker string) ([]byte, error) {
		return single([]*asset{
			{name: "index.html", content: []byte(`<meta charset="utf-8"><body><script type="module" src="app.js"></script></body>`), stable: true},
			{name: "app.js", content: []byte("import './both.js';\n")},
			{name: "both.js", content: []byte("export const both = '</script>';\n")},
			{name: "deep.js", content: []byte("import './both.js';\n")},
			{name: "late.js", content: []byte("export {};\n")},
			{name: english, content: []byte("{}")},
			{name: workerScript, content: []byte(worker)},
		})
	}
	page, err := build("import { both } from './both.js';\nimport './deep.js';\npostMessage(both);\n")
	if err != nil {
		t.Fatal(err)
	}
	parts := partsOf(t, page)
	want := `const workerModules = [["both.js","export const both = '</script>';\n"],["deep.js","import 'own:both.js';\n"],` +
		`["worker.js","import { both } from 'own:both.js';\nimport 'own:deep.js';\npostMessage(both);\n"]];` + "\n" + workerStart
	if diff := cmp.Diff(want, parts[workerScript]); diff != "" {
		t.Errorf("the worker (-want +got):\n%s", diff)
	}
	if _, ok := parts["deep.js"]; ok {
		t.Error("a module of the worker alone is there twice")
	}
	if _, ok := parts["both.js"]; !ok {
		t.Error("the page lacks a module that its worker has, too")
	}
	if _, err := build("import('./late.js');\n"); err == nil || !strings.Contains(err.Error(), "late.js") {
		t.Errorf("a module that the worker would ask for later: %v", err)
	}
}

// TestSinglePolicy: the policy allows the scripts and styles that are in the page, each by its hash.
func TestSinglePolicy(t *testing.T) {
	page, _, _ := bindSmall(t)
	csp := policy.FindString(page)
	n := 0
	for _, element := range regexp.MustCompile(`(?s)<(?:script|style)>(.*?)</(?:script|style)>`).FindAllStringSubmatch(page, -1) {
		sum := sha256.Sum256([]byte(element[1]))
		if !strings.Contains(csp, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
			t.Errorf("the policy does not allow %.60q:\n%s", element[1], csp)
		}
		n++
	}
	if n != 3 { // the plain script, the stylesheet, and what starts the page
		t.Errorf("%d scripts and styles, want 3", n)
	}
	if strings.Contains(csp, "unsafe-inline") || strings.Contains(csp, "http:") || strings.Contains(csp, "https:") || !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("the policy is loose: %s", csp)
	}
}

// TestNetworkAlone: one file has one network, a small one unless another is named.
func TestNetworkAlone(t *testing.T) {
	dir := t.TempDir()
	if _, err := networkAlone(Options{Models: dir}); !errors.Is(err, errNoModel) {
		t.Errorf("no network: %v", err)
	}
	for _, c := range []struct{ there, wanted, got string }{{"thesis", "", "thesis"}, {"croquis", "", "croquis"}, {"tiny", "", "tiny"}, {"other", "thesis", "thesis"}, {"other", "other", "other"}} {
		if err := os.WriteFile(filepath.Join(dir, c.there+".json"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := networkAlone(Options{Models: dir, Default: c.wanted}); err != nil || got != c.got {
			t.Errorf("with %s, wanting %q: %q, %v; want %s", c.there, c.wanted, got, err, c.got)
		}
	}
	if _, err := networkAlone(Options{Models: dir, Default: "nowhere"}); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("a network that is not there: %v", err)
	}
}

// TestBuildSingle: the networks of the page that is one file are told of as they are in it.
func TestBuildSingle(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the whole page; make test does")
	}
	dir := models(t)
	b, err := os.ReadFile(filepath.Join(dir, "lenet5.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "another.json"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "new folder", SingleName)
	made, err := BuildSingle(t.Context(), Options{Root: "../..", Models: dir, Default: "lenet5", Out: out})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(out)
	if err != nil || len(page) != made.Bytes || made.Model != "lenet5" {
		t.Errorf("%+v, but %d bytes, %v", made, len(page), err)
	}
	told := 0
	for _, m := range partOf.FindAllSubmatch(page, -1) {
		if string(m[1]) == "model/another.json" {
			t.Error("it has a network that it does not use")
		}
		if string(m[1]) == modelsName {
			gz, err := base64.StdEncoding.DecodeString(string(m[4]))
			if err != nil {
				t.Fatal(err)
			}
			r, err := gzip.NewReader(bytes.NewReader(gz))
			if err != nil {
				t.Fatal(err)
			}
			var list json.RawMessage
			if err := json.NewDecoder(r).Decode(&list); err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(list, []byte("another")) || !bytes.Contains(list, []byte("lenet5")) {
				t.Errorf("%s: %s", modelsName, list)
			}
			told++
		}
	}
	if told != 1 {
		t.Errorf("%s is in it %d times", modelsName, told)
	}
	if err := replaceable(filepath.Dir(out)); err != nil {
		t.Errorf("a folder with nothing else in it: %v", err)
	}
}
