package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"croquis/internal/arch"
	"croquis/internal/modelfile"
	"croquis/internal/site/serve"
)

// tree reads all files below dir.
func tree(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, err2 := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = b
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func unpack(t testing.TB, name string, b []byte) []byte {
	t.Helper()
	var r io.Reader = brotli.NewReader(bytes.NewReader(b))
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !z.ModTime.IsZero() || z.Name != "" {
			t.Errorf("%s has a time or a name in it", name)
		}
		r = z
	}
	got, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return got
}

// sound checks a finished site against its manifest: every file, every size, every checksum, every sibling.
func sound(t testing.TB, dir string) (names []string) {
	t.Helper()
	files := tree(t, dir)
	var manifest struct{ Files map[string]Entry }
	if err := json.Unmarshal(files[manifestName], &manifest); err != nil {
		t.Fatal(err)
	}
	// What the manifest cannot have in it: itself, under both names, the entry, and what knows the manifest's hash.
	known := map[string]bool{manifestName: true, serve.HashedName(manifestName, files[manifestName]): true, "croquis.js": true,
		"index.html": true, serviceWorker: true}
	for name, e := range manifest.Files {
		names = append(names, name)
		known[e.File] = true
		b, ok := files[e.File]
		sum := sha256.Sum256(b)
		if !ok || len(b) != e.Bytes || hex.EncodeToString(sum[:]) != e.SHA256 {
			t.Errorf("%s: %+v, but %d bytes, SHA-256 %x", name, e, len(b), sum)
		}
		for suffix, size := range map[string]int{".gz": e.Gzip, ".br": e.Brotli} {
			if sibling, ok := files[e.File+suffix]; ok && len(sibling) != size || !ok && size != e.Bytes {
				t.Errorf("%s%s: %d bytes, the manifest says %d", name, suffix, len(sibling), size)
			}
		}
	}
	for name, b := range files {
		base := strings.TrimSuffix(strings.TrimSuffix(name, ".br"), ".gz")
		if !known[base] {
			t.Errorf("%s is not in the manifest", name)
		}
		if base != name && (!bytes.Equal(unpack(t, name, b), files[base]) || len(b) >= len(files[base])) {
			t.Errorf("%s (%d bytes) is not %s, smaller", name, len(b), base)
		}
	}
	slices.Sort(names)
	return names
}

// small makes the assets of the page of link_test.go, some of it large enough to be worth compressing.
func small(t testing.TB) []*asset {
	t.Helper()
	web := make(fstest.MapFS)
	for name, content := range page() {
		web[name] = &fstest.MapFile{Data: []byte(content)}
	}
	web["long.txt"] = &fstest.MapFile{Data: bytes.Repeat([]byte("fashion "), 5000)}
	web["photo.png"] = &fstest.MapFile{Data: bytes.Repeat([]byte("packed "), 500)}
	assets, err := collectWeb(web)
	if err != nil {
		t.Fatal(err)
	}
	return append(assets,
		&asset{name: "model/alpha.json", content: []byte("{}")},
		&asset{name: "model/page.json", content: []byte("{\"a\": 1}"), first: true, chosen: true})
}

func options(t testing.TB) Options {
	return Options{Out: filepath.Join(t.TempDir(), "dist"), Cache: filepath.Join(t.TempDir(), "cache"),
		Log: func(err error) { t.Error(err) }}
}

func TestFinish(t *testing.T) {
	o := options(t)
	report, err := finish(t.Context(), o, small(t))
	if err != nil {
		t.Fatal(err)
	}
	names := sound(t, o.Out)
	for _, want := range []string{"app.js", "croquis.js", "index.html", "lib/worker.js", "model/alpha.json", "LICENSE-x"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not in the manifest: %v", want, names)
		}
	}
	files := tree(t, o.Out)
	if m := string(files[manifestName]); strings.Index(m, "model/page.json") > strings.Index(m, "model/alpha.json") {
		t.Error("the page's network is not the first in the manifest")
	}
	if _, ok := files["long.txt.br"]; !ok {
		t.Error("a long text has no .br")
	}
	for name := range files {
		if strings.Contains(name, "photo") && (strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br")) {
			t.Errorf("%s: packed twice", name)
		}
		if strings.HasPrefix(name, ".") || strings.Contains(name, "README") || strings.Contains(name, ".d.ts") {
			t.Errorf("%s is in the site", name)
		}
	}
	if diff := cmp.Diff([]string{"dist"}, list(t, filepath.Dir(o.Out))); diff != "" {
		t.Errorf("left beside (-want +got):\n%s", diff)
	}
	// The sums of the report are those of the files that the page loads first.
	sum := Row{Name: report.First.Name, First: true}
	var first []string
	for _, row := range report.Rows {
		if row.First {
			sum.Bytes, sum.Gzip, sum.Brotli = sum.Bytes+row.Bytes, sum.Gzip+row.Gzip, sum.Brotli+row.Brotli
		}
		if row.First {
			first = append(first, row.Name)
		}
	}
	// Not what is imported when it is needed, nor what nobody refers to.
	if diff := cmp.Diff([]string{"app.js", "art/icon.svg", "art/paper.svg", "index.html", "lib/a.js", "lib/b.js",
		"model/page.json", "more.css", "side.js", "style.css", "text/en.json", manifestName}, first); diff != "" {
		t.Errorf("loaded first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(sum, report.First); diff != "" {
		t.Errorf("sum (-want +got):\n%s", diff)
	}
	var table bytes.Buffer
	if err := report.Print(&table); err != nil {
		t.Fatal(err)
	}
	if got := table.String(); !strings.Contains(got, "40,000") || !strings.Contains(got, "* to the first prediction\n") {
		t.Errorf("table:\n%s", got)
	}
}

func list(t testing.TB, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestAFailedBuildLeavesTheOldSite(t *testing.T) {
	o := options(t)
	if _, err := finish(t.Context(), o, small(t)); err != nil {
		t.Fatal(err)
	}
	before := tree(t, o.Out)
	damaged := append(small(t), &asset{name: "bad.js", content: []byte("import './none.js';\n")})
	if _, err := finish(t.Context(), o, damaged); err == nil {
		t.Fatal("no error")
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := finish(stopped, o, small(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	// A name that no folder can hold fails in the middle of writing.
	long := append(small(t), &asset{name: strings.Repeat("x", 300), stable: true})
	if _, err := finish(t.Context(), o, long); err == nil {
		t.Error("a name of 300 letters: no error")
	}
	if diff := cmp.Diff(before, tree(t, o.Out)); diff != "" {
		t.Errorf("the old site changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"dist"}, list(t, filepath.Dir(o.Out))); diff != "" {
		t.Errorf("left beside (-want +got):\n%s", diff)
	}

	// A good build replaces it; nothing of the old one stays.
	if _, err := finish(t.Context(), o, []*asset{{name: "index.html", content: []byte(`<meta charset="utf-8">`), stable: true}}); err != nil {
		t.Fatal(err)
	}
	kept := list(t, o.Out)
	for i := range kept {
		kept[i] = plain(kept[i])
	}
	if diff := cmp.Diff([]string{"index.html", "manifest.json", "manifest.json.br", "manifest.json.gz", "manifest.json", "manifest.json.br",
		"manifest.json.gz"}, slices.DeleteFunc(kept, func(n string) bool { return strings.HasPrefix(n, "index.html.") })); diff != "" {
		t.Errorf("the new site (-want +got):\n%s", diff)
	}
}

func TestOnlySitesAreReplaced(t *testing.T) {
	dir := t.TempDir()
	if err := replaceable(dir); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if err := replaceable(filepath.Join(dir, "absent")); err != nil {
		t.Errorf("no folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), []byte("years of work"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replaceable(dir); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("somebody's work: %v", err)
	}
	if _, err := Build(t.Context(), Options{Out: dir}); err == nil || !strings.Contains(err.Error(), "no site") {
		t.Errorf("Build: %v", err)
	}
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{".dist-new-1": 2 * time.Hour, ".dist-new-2": time.Minute, ".other-new-1": 2 * time.Hour, "dist": 2 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Now().Add(-age), time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if err := sweep(dir, "dist"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{".dist-new-2", ".other-new-1", "dist"}, list(t, dir)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func TestCache(t *testing.T) {
	o := options(t)
	content := bytes.Repeat([]byte("what is compressed once need not be again "), 400)
	quick := o
	quick.Quick = true
	if _, err := brotlied(quick, content); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(o.Cache); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a quick build keeps what it compressed badly: %v", err)
	}
	best, err := brotlied(o, content)
	if err != nil {
		t.Fatal(err)
	}
	kept := list(t, o.Cache)
	if len(kept) != 1 {
		t.Fatalf("in the cache: %v", kept)
	}
	path := filepath.Join(o.Cache, kept[0])
	if again, err := brotlied(quick, content); err != nil || !bytes.Equal(again, best) {
		t.Errorf("a quick build does not use the cache: %v", err)
	}
	for name, damaged := range map[string][]byte{"cut": best[:len(best)/2], "empty": nil, "other": []byte("\x0b\x02\x80other\x03")} {
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := brotlied(o, content)
		if err != nil || !bytes.Equal(unpack(t, "x.br", got), content) {
			t.Errorf("a damaged cache (%s) does harm: %v", name, err)
		}
	}
	// What nobody asked for in a month goes when something comes.
	old := filepath.Join(o.Cache, "old.br")
	if err := os.WriteFile(old, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, time.Now(), time.Now().Add(-cacheFor-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := brotlied(o, content[1:]); err != nil {
		t.Fatal(err)
	}
	if got := list(t, o.Cache); len(got) != 2 || slices.Contains(got, "old.br") {
		t.Errorf("in the cache: %v", got)
	}
	// A cache that cannot be is told, and does no harm.
	var told error
	o.Cache, o.Log = filepath.Join(path, "below a file"), func(err error) { told = err }
	if _, err := brotlied(o, content[2:]); err != nil || told == nil {
		t.Errorf("a cache below a file: %v, told %v", err, told)
	}
}

// models makes a folder with a network as training leaves it.
func models(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	m, err := arch.New("lenet5")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Build(1); err != nil {
		t.Fatal(err)
	}
	f := &modelfile.File{Name: "lenet5", Model: m, Input: modelfile.Input{Shape: []int{28, 28, 1}, Mean: 0, Std: 1}}
	for i := range 10 {
		f.Labels = append(f.Labels, fmt.Sprintf("class %d", i))
	}
	if err := modelfile.Save(filepath.Join(dir, "lenet5.json"), f, modelfile.Int8); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "lenet5.json")
	if f, err = modelfile.Load(path); err != nil {
		t.Fatal(err)
	}
	for beside, content := range map[string]string{ // which are no networks
		"history.json":    "[]",
		"evaluation.json": `{"model": {"sha256": "` + f.SHA256 + `"}, "photos": {"n": 8, "top1": 0.75, "top1_interval": [0.4, 0.9]}}`,
		"report.html":     paper("training"),
		"evaluation.html": paper("evaluation"),
		"md":              "# lenet5\n\nIt names garments.\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, "lenet5."+beside), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestBuild builds the real page twice, and asks the real server for it.
func TestBuild(t *testing.T) {
	if testing.Short() { // under the race detector it takes a minute, and there is nothing to find
		t.Skip("builds the whole page; make test does")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Root, o.Models, o.Quick = root, models(t), true
	if _, err := Build(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	names := sound(t, o.Out)
	for _, want := range []string{"LICENSE", "THIRD_PARTY_NOTICES.md", "app.js", "croquis.js", "croquis.wasm",
		"kernel-relaxed.wasm", "kernel-simd128.wasm", "model/lenet5.card.html", "model/lenet5.evaluation.html", "model/lenet5.json",
		"model/lenet5.report.html", "models.json", "pie.json", "styles/page.css", "vendor/LICENSE-d3",
		"vendor/LICENSE-echarts", "vendor/LICENSE-tslib", "vendor/LICENSE-zrender", "vendor/NOTICE-echarts", "vendor/echarts.js",
		"wasm_exec.js", "worker.js"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not in the manifest", want)
		}
	}
	first := tree(t, o.Out)
	o.Out += "-again"
	if _, err := Build(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	again := tree(t, o.Out)
	for name, b := range first {
		if !bytes.Equal(b, again[name]) {
			t.Errorf("%s differs from build to build", name)
		}
		if bytes.Contains(b, []byte(root)) {
			t.Errorf("%s has the folder of the sources in it", name)
		}
	}
	if len(first) != len(again) {
		t.Errorf("%d files, then %d", len(first), len(again))
	}

	server := httptest.NewServer(serve.Handler(o.Out))
	defer server.Close()
	var manifest struct{ Files map[string]Entry }
	if err := json.Unmarshal(first[manifestName], &manifest); err != nil {
		t.Fatal(err)
	}
	for name, e := range manifest.Files {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/"+e.File, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "br")
		r, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		if err := errors.Join(err, r.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if r.StatusCode != http.StatusOK || len(b) != e.Brotli {
			t.Errorf("%s: %d with %d bytes, want %d", name, r.StatusCode, len(b), e.Brotli)
		}
	}
}
