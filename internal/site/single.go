package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"croquis/internal/site/serve"
	"croquis/internal/whole"
)

// SingleName is what the page in one file is called. A folder of a site may hold it; building that anew removes it.
const SingleName = "croquis.html"

// unpacking starts the page that is one file.
//
//go:embed single.js
var unpacking string

// workerScript is the script that the worker of a page is, by the name that the page knows it by.
const workerScript = "worker.js"

// workerStart starts the worker of the page that is one file, after a constant with the worker's modules.
//
//go:embed singleworker.js
var workerStart string

// endMark is what the page ends with, by which it knows that it was not cut off on its way: parts come before it.
const endMark = `<i id="end"`

var (
	stylesheet  = regexp.MustCompile(`<link rel="stylesheet" href="inline:([^"]+)">`)
	plainScript = regexp.MustCompile(`<script(?: async)? src="inline:([^"]+)"></script>`)
	moduleStart = regexp.MustCompile(`\s*<script type="module" src="inline:[^"]+"></script>`)
	iconLink    = regexp.MustCompile(`<link rel="icon" href="inline:([^"]+)"`)
	// What a page on a disk has no use for.
	installLink = regexp.MustCompile(`\s*<link rel="(?:apple-touch-icon|manifest)"[^>]*>`)
	pinnedLink  = regexp.MustCompile(`<link id="manifest"[^>]*>`)
	inlined     = regexp.MustCompile(`\binline:([\w./-]+)`)
)

// Single is what [BuildSingle] has made.
type Single struct {
	Bytes int
	Model string // the network in it, such as "thesis"
}

// BuildSingle writes the page with all its parts, and the one network that it uses, into one HTML file, which works from a
// disk without any server. If it fails, what was there before stays.
func BuildSingle(ctx context.Context, o Options) (Single, error) {
	o.complete()
	var err error
	if o.only, err = networkAlone(o); err != nil {
		return Single{}, fmt.Errorf("site: %w", err)
	}
	o.Default = o.only
	assets, err := collect(ctx, o)
	if err != nil {
		return Single{}, fmt.Errorf("site: %w", err)
	}
	page, err := single(assets)
	if err != nil {
		return Single{}, fmt.Errorf("site: one file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(o.Out), 0o755); err != nil {
		return Single{}, fmt.Errorf("site: %w", err)
	}
	return Single{len(page), o.only}, whole.WriteFile(o.Out, page)
}

// single makes one page of the assets of a site.
func single(assets []*asset) ([]byte, error) {
	// The example is for authors of other pages, which cannot be made of one file.
	assets = slices.DeleteFunc(assets, func(a *asset) bool { return strings.HasPrefix(a.name, "example.") })
	if err := fillTexts(assets); err != nil {
		return nil, err
	}
	index, err := byName(assets)
	if err != nil {
		return nil, err
	}
	var parts []*asset
	l := linker{
		index:    index,
		address:  func(_, to *asset) string { return "inline:" + to.name },
		complete: func(linker, *asset) error { return nil },
		linked:   func(a *asset) { parts = append(parts, a) },
	}
	if err := l.all(assets); err != nil {
		return nil, err
	}
	html, ok := index["index.html"]
	if !ok {
		return nil, errors.New("there is no index.html")
	}
	if parts, err = alone(index, parts); err != nil {
		return nil, err
	}
	return bound(string(html.content), index, parts)
}

// alone puts the worker and the modules that it imports into one script, which needs no address of the page that starts it, and
// drops the modules that nothing else needs.
func alone(index map[string]*asset, parts []*asset) ([]*asset, error) {
	worker, ok := index[workerScript]
	if !ok {
		return parts, nil
	}
	var modules [][2]string
	own := make(map[*asset]bool)
	var add func(a *asset)
	add = func(a *asset) {
		if own[a] {
			return
		}
		own[a] = true
		for _, name := range a.modules {
			add(index[name])
		}
		modules = append(modules, [2]string{a.name, inlined.ReplaceAllString(string(a.content), "own:$1")})
	}
	add(worker)
	for a := range own {
		for _, ref := range inlined.FindAllSubmatch(a.content, -1) {
			if to := index[string(ref[1])]; !own[to] {
				return nil, fmt.Errorf("%s refers to %s, which is no module that the worker imports: in one file it cannot get anything else by itself", a.name, ref[1])
			}
		}
	}
	var list bytes.Buffer
	encoder := json.NewEncoder(&list)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(modules); err != nil {
		return nil, fmt.Errorf("%s: %w", worker.name, err)
	}
	script := &asset{name: worker.name, file: worker.file, content: fmt.Appendf(nil, "const workerModules = %s;\n%s", bytes.TrimSpace(list.Bytes()), workerStart)}
	parts = slices.Clone(parts)
	parts[slices.Index(parts, worker)] = script
	for _, a := range slices.Backward(slices.Clone(parts)) { // a module comes after those that it imports
		if own[a] && !needed(parts, a.name) {
			parts = slices.DeleteFunc(parts, func(b *asset) bool { return b == a })
		}
	}
	return parts, nil
}

// networkAlone returns the name of the network for a page that has room for one: the one that is wanted, or else the
// smallest of those that are usual.
func networkAlone(o Options) (string, error) {
	for _, name := range append([]string{o.Default, starter}, favourites...) {
		if name == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(o.Models, name+".json")); err == nil {
			return name, nil
		} else if name == o.Default {
			return "", err
		}
	}
	return "", fmt.Errorf("%s: %w; or name one with -default", o.Models, errNoModel)
}

// bound puts the parts into the page, with a policy that lets it run these and nothing else.
func bound(page string, index map[string]*asset, parts []*asset) ([]byte, error) {
	var scripts, styles, placed []string
	page = policy.ReplaceAllString(page, "")
	for _, link := range []*regexp.Regexp{installLink, moduleStart} {
		page = link.ReplaceAllString(page, "")
	}
	page = pinnedLink.ReplaceAllString(page, `<link id="manifest" rel="alternate">`)
	content := func(pattern *regexp.Regexp, element string) *asset {
		a := index[pattern.FindStringSubmatch(element)[1]]
		placed = append(placed, a.name)
		return a
	}
	page = stylesheet.ReplaceAllStringFunc(page, func(link string) string {
		style := inlined.ReplaceAllStringFunc(string(content(stylesheet, link).content), func(ref string) string {
			return dataURL(index[inlined.FindStringSubmatch(ref)[1]])
		})
		styles = append(styles, sum(style))
		return "<style>" + style + "</style>"
	})
	page = plainScript.ReplaceAllStringFunc(page, func(script string) string {
		text := string(content(plainScript, script).content)
		scripts = append(scripts, sum(text))
		return "<script>" + text + "</script>"
	})
	page = iconLink.ReplaceAllStringFunc(page, func(link string) string {
		return `<link rel="icon" href="` + dataURL(content(iconLink, link)) + `"`
	})
	scripts = append(scripts, sum(unpacking))

	at, end := charset.FindStringIndex(page), strings.LastIndex(page, endMark)
	if end < 0 {
		end = strings.LastIndex(page, "</body>")
	}
	if at == nil || end < 0 {
		return nil, fmt.Errorf(`index.html is to have <meta charset="utf-8"> and </body>`)
	}
	var out bytes.Buffer
	out.WriteString(page[:at[1]])
	fmt.Fprintf(&out, "\n    <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src %s blob: 'wasm-unsafe-eval'; "+
		"style-src %s blob:; worker-src blob:; connect-src blob:; img-src data: blob:; media-src blob:; base-uri 'none'; form-action 'none'\">",
		strings.Join(scripts, " "), strings.Join(styles, " "))
	out.WriteString(page[at[1]:end])
	placed = slices.DeleteFunc(placed, func(name string) bool { return needed(parts, name) })
	for _, a := range parts {
		if a.name == "index.html" || a.name == serviceWorker || path.Ext(a.name) == ".webmanifest" || slices.Contains(placed, a.name) {
			continue
		}
		if err := writePart(&out, a); err != nil {
			return nil, err
		}
	}
	fmt.Fprintf(&out, "<script>%s</script>\n  %s", unpacking, page[end:])
	return out.Bytes(), nil
}

// needed says whether another part than the page refers to the one called name.
func needed(parts []*asset, name string) bool {
	return slices.ContainsFunc(parts, func(a *asset) bool {
		return a.name != "index.html" && path.Ext(a.name) != ".webmanifest" && slices.ContainsFunc(inlined.FindAllSubmatch(a.content, -1), func(m [][]byte) bool {
			return string(m[1]) == name
		})
	})
}

// writePart writes a part as a block of data: packed, but for licences, which people may want to read.
func writePart(out *bytes.Buffer, a *asset) error {
	if isLicence(path.Base(a.name)) && !bytes.Contains(a.content, []byte("</script")) && !bytes.Contains(a.content, []byte("<!--")) {
		fmt.Fprintf(out, "<script type=\"text/plain\" data-part=\"%s\" data-type=\"text/plain\">\n%s</script>\n", a.name, a.content)
		return nil
	}
	gz, err := gzipped(a.content)
	if err != nil {
		return fmt.Errorf("%s: gzip: %w", a.name, err)
	}
	fmt.Fprintf(out, "<script type=\"text/plain\" data-part=\"%s\" data-type=\"%s\" data-packed>%s</script>\n",
		a.name, serve.ContentType(a.name), base64.StdEncoding.EncodeToString(gz))
	return nil
}

// sum is how a content security policy names an inline script or style.
func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(s[:]) + "'"
}

func dataURL(a *asset) string {
	return "data:" + strings.ReplaceAll(serve.ContentType(a.name), "; ", ";") + ";base64," + base64.StdEncoding.EncodeToString(a.content)
}
