package site

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/site/serve"
)

// page is a small site with every kind of reference.
func page() map[string]string {
	return map[string]string{
		"index.html": `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src *">
    <link rel="icon" href="art/icon.svg">
    <link rel="manifest" href="site.webmanifest">
    <link rel="stylesheet" href="./style.css">
    <script type="module" src="app.js"></script>
  </head>
  <body><svg><use href="#t"/></svg><a href="https://go.dev/">Go</a></body>
</html>
`,
		"app.js": `// import { nothing } from './comment.js';
import { a } from './lib/a.js';
import {
  b,
  c,
} from "./lib/b.js";
import './side.js'; // for what it does
/** @type {import('./lib/a.js').Thing} */
const url = new URL('./lib/worker.js', import.meta.url), here = new URL('./', import.meta.url);
const late = async () => /** @type {import('./app.js').Self} */ ((await import('./late.js')).x);
import('./late.js').then(a);
`,
		"lib/a.js":      "export * from './b.js';\nexport const a = 1, text = 'lib/b.js';\n",
		"lib/b.js":      "export const b = 1, c = 2;\n",
		"lib/worker.js": "import '../side.js';\nimport './data.js';\n",
		"lib/data.js":   "",
		"late.js":       "export const x = 3;\nexport const room = () => import('./rooms/inside/room.js');\n",

		"rooms/inside/room.js":  "import { a } from '../../lib/a.js';\nexport const pen = async () => (await import('../pen.js')).pen;\nconst art = new URL('../../art/paper.svg', import.meta.url);\n",
		"rooms/notice.js":       "",
		"rooms/pen.js":          "import './notice.js';\nexport const pen = 1;\n",
		"rooms/inside/room.css": "p { background: url('../../art/paper.svg') }\n",
		"text/en.json":          "{}\n",
		"side.js":               "globalThis.side = 1;\n",
		"croquis.js":            "import './lib/a.js';\nexport const load = 1;\n",
		"style.css":             "@import 'more.css';\nbody { background: url(art/paper.svg); mask: url(\"./art/icon.svg\") } i { background: url(data:image/gif;base64,AA) }\n",
		"more.css":              "b { background: url('art/paper.svg') }\n",
		"art/icon.svg":          "<svg/>",
		"art/paper.svg":         "<svg></svg>",

		"site.webmanifest": `{"name": "x", "icons": [{"src": "art/icon.svg", "sizes": "any"}]}`,
		"LICENSE-x":        "MIT",
		"README.md":        "for authors",
		"types.d.ts":       "for authors",
		".hidden/x.js":     "import './none.js';",
	}
}

// linked collects and links the given files, without and with what link adds, by their names in the site.
func linked(t testing.TB, files map[string]string) (map[string]*asset, error) {
	t.Helper()
	web := make(fstest.MapFS)
	for name, content := range files {
		web[name] = &fstest.MapFile{Data: []byte(content)}
	}
	assets, err := collectWeb(web)
	if err != nil {
		t.Fatal(err)
	}
	if assets, err = link(assets); err != nil {
		return nil, err
	}
	site := make(map[string]*asset)
	for _, a := range assets {
		if other, taken := site[a.file]; taken {
			t.Fatalf("%s and %s are both in %s", a.name, other.name, a.file)
		}
		site[a.file] = a
	}
	return site, nil
}

// hash takes the hash out of a name.
var hash = regexp.MustCompile(`\.[0-9a-f]{16}\.`)

func plain(name string) string { return hash.ReplaceAllString(name, ".") }

func TestLink(t *testing.T) {
	site, err := linked(t, page())
	if err != nil {
		t.Fatal(err)
	}
	var stable, hashed []string
	for file, a := range site {
		if serve.IsHashed(file) {
			hashed = append(hashed, a.name)
			if want := serve.HashedName(a.name, a.content); file != want {
				t.Errorf("%s is in %s, want %s", a.name, file, want)
			}
		} else {
			stable = append(stable, file)
		}
	}
	slices.Sort(stable)
	slices.Sort(hashed)
	if diff := cmp.Diff([]string{"LICENSE-x", "croquis.js", "index.html", "site.webmanifest"}, stable); diff != "" {
		t.Errorf("stable names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"app.js", "art/icon.svg", "art/paper.svg", "croquis.js", "late.js", "lib/a.js", "lib/b.js",
		"lib/data.js", "lib/worker.js", "more.css", "rooms/inside/room.css", "rooms/inside/room.js", "rooms/notice.js", "rooms/pen.js",
		"side.js", "style.css", "text/en.json"}, hashed); diff != "" {
		t.Errorf("hashed names (-want +got):\n%s", diff)
	}

	// Without the hashes every file reads as its source did, but for what the builder adds to a page and an entry; and
	// every hashed name leads to a file.
	reference := regexp.MustCompile(`[A-Za-z0-9_./-]*\.[0-9a-f]{16}\.[a-z]+`)
	count := make(map[string]int)
	for file, a := range site {
		for _, ref := range reference.FindAllString(string(a.content), -1) {
			target := path.Join(path.Dir(file), ref)
			if _, ok := site[target]; !ok {
				t.Errorf("%s refers to %s, which is not there", file, ref)
			}
			count[a.name+" → "+plain(target)]++
		}
		if source := page()[a.name]; plain(string(a.content)) != source && file != "index.html" && file != "croquis.js" {
			t.Errorf("%s changed more than its references (-source +got):\n%s", file, cmp.Diff(source, plain(string(a.content))))
		}
	}
	want := map[string]int{
		"app.js → lib/a.js": 1, "app.js → lib/b.js": 1, "app.js → side.js": 1, "app.js → lib/worker.js": 1, "app.js → late.js": 2,
		"late.js → rooms/inside/room.js": 1, "rooms/inside/room.js → lib/a.js": 1, "rooms/inside/room.js → rooms/pen.js": 1,
		"rooms/pen.js → rooms/notice.js":       1,
		"rooms/inside/room.js → art/paper.svg": 1, "rooms/inside/room.css → art/paper.svg": 1,
		"lib/a.js → lib/b.js": 1, "lib/worker.js → side.js": 1, "lib/worker.js → lib/data.js": 1,
		"croquis.js → lib/a.js": 1, "croquis.js → croquis.js": 1, // the second is the entry
		"style.css → more.css": 1, "style.css → art/paper.svg": 1, "style.css → art/icon.svg": 1, "more.css → art/paper.svg": 1,
		"site.webmanifest → art/icon.svg": 1,
		"index.html → art/icon.svg":       1, "index.html → style.css": 1, "index.html → app.js": 1,
		// the modules that app.js imports at once, to be fetched early
		"index.html → lib/a.js": 1, "index.html → lib/b.js": 1, "index.html → side.js": 1,
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
}

func TestHeadOfThePage(t *testing.T) {
	site, err := linked(t, page())
	if err != nil {
		t.Fatal(err)
	}
	want := `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; object-src 'none'">
    <link rel="icon" href="art/icon.svg">
    <link rel="manifest" href="site.webmanifest">
    <link rel="stylesheet" href="./style.css">
    <link rel="modulepreload" href="lib/a.js">
    <link rel="modulepreload" href="lib/b.js">
    <link rel="modulepreload" href="side.js">
    <script type="module" src="app.js"></script>
  </head>
  <body><svg><use href="#t"/></svg><a href="https://go.dev/">Go</a></body>
</html>
`
	if diff := cmp.Diff(want, plain(string(site["index.html"].content))); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	if got := plain(string(site["croquis.js"].content)); !strings.HasSuffix(got, "export * from './croquis.js';\n") {
		t.Errorf("entry: %s", got)
	}
}

// TestAChangeRenamesWhatRefersToIt: a name that stays promises content that stays, to the last module.
func TestAChangeRenamesWhatRefersToIt(t *testing.T) {
	before, err := linked(t, page())
	if err != nil {
		t.Fatal(err)
	}
	files := page()
	files["lib/b.js"] += "// changed\n"
	after, err := linked(t, files)
	if err != nil {
		t.Fatal(err)
	}
	var gone []string
	for file := range before {
		if _, ok := after[file]; !ok {
			gone = append(gone, plain(file))
		}
	}
	slices.Sort(gone)
	if diff := cmp.Diff([]string{"app.js", "croquis.js", "late.js", "lib/a.js", "lib/b.js", "rooms/inside/room.js"}, gone); diff != "" {
		t.Errorf("renamed (-want +got):\n%s", diff)
	}
	again, err := linked(t, page())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(again))); diff != "" {
		t.Errorf("the same sources, other names (-first +second):\n%s", diff)
	}
}

func TestLinkErrors(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		want          []string
	}{
		"a cycle":           {"lib/b.js", "import './a.js';\n", []string{"refers to itself"}},
		"itself":            {"late.js", "import './late.js';\n", []string{"late.js", "refers to itself"}},
		"no such module":    {"late.js", "import './nowhere.js';\n", []string{"late.js", "./nowhere.js", "no file of the site"}},
		"no such image":     {"more.css", "i { background: url(no.svg) }", []string{"more.css", "no.svg"}},
		"absolute":          {"index.html", `<meta charset="utf-8"><img src="/art/icon.svg">`, []string{"index.html", "/art/icon.svg", "relative"}},
		"outside":           {"late.js", "import '../../web/side.js';\n", []string{"late.js", "no file of the site"}},
		"indented import":   {"late.js", "if (1) {\n  x = './side.js';\n}", []string{"late.js", "./side.js", "does not know"}},
		"no charset":        {"index.html", "<html></html>", []string{"index.html", "charset"}},
		"no such preloaded": {"site.webmanifest", `{"icons": [{"src": "no.png"}]}`, []string{"site.webmanifest", "no.png"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := page()
			files[c.file] = c.content
			_, err := linked(t, files)
			if err == nil {
				t.Fatal("no error")
			}
			for _, w := range c.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q lacks %q", err, w)
				}
			}
		})
	}
	if _, err := link([]*asset{{name: "a.js"}, {name: "a.js"}}); err == nil || !strings.Contains(err.Error(), "two files are called a.js") {
		t.Errorf("twice the same name: %v", err)
	}
}

func TestCollectWebReportsWhatItCannotRead(t *testing.T) {
	if _, err := collectWeb(fstest.MapFS{}); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if _, err := collectWeb(broken{}); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}
