package site

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"croquis/internal/site/serve"
)

// A reference is a pattern whose last group is a relative address. References are only looked for where the page's own
// sources have them, at the start of a line for static imports, say; unlinked makes sure that none was overlooked.
var references = map[string][]*regexp.Regexp{
	".js": {
		// import './a.js';   import { a } from './a.js';   export * from './a.js';   } from './a.js';
		regexp.MustCompile(`(?m)^(?:import|export|\})[^'"\n;(]*['"](\.\.?/[^'"\n]+)['"]`),
		// import('./a.js'), but not in a comment: those name types, import('./a.js').A
		regexp.MustCompile(`\bimport\(['"](\.\.?/[^'"\n]+)['"]\)(?:[^.]|\.then\b|\.catch\b)`),
		// new URL('./a.js', import.meta.url)
		regexp.MustCompile(`\bnew URL\(['"](\.\.?/[^'"\n]+)['"], import\.meta\.url\)`),
	},
	".css":         {regexp.MustCompile(`\burl\(['"]?([^'")]+)['"]?\)`), regexp.MustCompile(`@import ['"]([^'"]+)['"]`)},
	".html":        {regexp.MustCompile(`\s(?:src|href)="([^"]*)"`)},
	".webmanifest": {regexp.MustCompile(`"src":\s*"([^"]*)"`)},
}

// staticImport is the one of the references that a browser follows at once.
var staticImport = references[".js"][0]

var (
	scheme       = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:`)
	quotedModule = regexp.MustCompile(`['"](\.\.?/[^'"\n]+\.m?js)['"]`)
	moduleScript = regexp.MustCompile(`<script type="module" src="([^"]+)"></script>`)
	policy       = regexp.MustCompile(`(?s)\s*<meta http-equiv="Content-Security-Policy"[^>]*>`)
	charset      = regexp.MustCompile(`<meta charset="utf-8">`)
)

// atOnce matches the tags of a page, from the "<" on, whose files a browser gets without being asked.
var atOnce = regexp.MustCompile(`^<(?:script\s|link\s[^>]*rel="(?:stylesheet|preload|modulepreload|icon)")`)

// beginnings are what the page begins with: itself, its worker, and what its scripts ask for by themselves.
var beginnings = []string{"index.html", "worker.js", "answer/pie.js", english}

// entries are modules that other pages import. They exist twice: under their hashed names, and under their own.
var entries = []string{"croquis.js"}

// link gives every file its name in the site, hashed but for those that keep theirs, and rewrites the references between
// them. It returns the files in order, with those that it adds.
func link(assets []*asset) ([]*asset, error) {
	index, err := byName(assets)
	if err != nil {
		return nil, err
	}
	order(assets)
	l := linker{index: index, address: relative, complete: linker.head, linked: func(*asset) {}}
	if err := l.all(assets); err != nil {
		return nil, err
	}
	markFirst(index)
	for _, name := range entries {
		a, ok := index[name]
		if !ok {
			continue
		}
		assets = append(assets, &asset{
			name: name, file: name, hidden: true,
			content: fmt.Appendf(nil, "// This address stays; what it stands for changes with each version.\nexport * from './%s';\n", a.file),
		})
	}
	return assets, nil
}

type linker struct {
	index    map[string]*asset
	address  func(from, to *asset) string      // how one file refers to another
	complete func(l linker, page *asset) error // what else a page needs
	linked   func(a *asset)                    // is told of each file, after those that it refers to
}

func (l linker) all(assets []*asset) error {
	for _, a := range assets {
		if err := l.link(a); err != nil {
			return err
		}
	}
	return nil
}

// link names a after all that it refers to, since their names are part of its content.
func (l linker) link(a *asset) error {
	if a.file != "" {
		return nil
	}
	if a.visiting {
		return fmt.Errorf("%s refers to itself by way of others, so that no name can have its hash", a.name)
	}
	a.visiting = true
	defer func() { a.visiting = false }()
	ext := path.Ext(a.name)
	if ext == ".mjs" {
		ext = ".js"
	}
	for _, pattern := range references[ext] {
		if err := l.rewrite(a, pattern); err != nil {
			return err
		}
	}
	switch ext {
	case ".js":
		if err := l.unlinked(a); err != nil {
			return err
		}
	case ".html":
		if err := l.complete(l, a); err != nil {
			return err
		}
	}
	if a.name == serviceWorker {
		a.pins = true
	}
	if a.file = a.name; !a.stable {
		a.file = serve.HashedName(a.name, a.content)
	}
	l.linked(a)
	return nil
}

// rewrite replaces the addresses that the pattern finds in a by those of the files in the site.
func (l linker) rewrite(a *asset, pattern *regexp.Regexp) error {
	var out []byte
	end := 0
	for _, m := range pattern.FindAllSubmatchIndex(a.content, -1) {
		ref := string(a.content[m[2]:m[3]])
		if path.Ext(a.name) == ".html" && ref == manifestName {
			a.pins = true // its name is not known yet: see pin
			continue
		}
		place, _, _ := strings.Cut(ref, "?") // a folder's page may be asked for a room of it
		if isComment(a, m[0]) || strings.HasPrefix(ref, "#") || scheme.MatchString(ref) || strings.HasSuffix(place, "/") {
			continue
		}
		target, ok := l.index[path.Join(path.Dir(a.name), ref)]
		if !ok || strings.HasPrefix(ref, "/") {
			return fmt.Errorf("%s refers to %q, which is no file of the site; references are relative, so that it works in any folder", a.name, ref)
		}
		if err := l.link(target); err != nil {
			return err
		}
		if pattern == staticImport {
			a.modules = append(a.modules, target.name)
		}
		if loadedAtOnce(a, pattern, m[0]) {
			a.loads = append(a.loads, target.name)
		}
		to := l.address(a, target)
		if strings.HasPrefix(ref, ".") && !strings.HasPrefix(to, ".") && !scheme.MatchString(to) {
			to = "./" + to // without, an import would name a package
		}
		out = append(append(out, a.content[end:m[2]]...), to...)
		end = m[3]
	}
	a.content = append(out, a.content[end:]...)
	return nil
}

// loadedAtOnce says whether a browser that has a gets what a refers to, by the pattern and at the place given, too.
func loadedAtOnce(a *asset, pattern *regexp.Regexp, at int) bool {
	switch path.Ext(a.name) {
	case ".css":
		return true
	case ".html":
		return atOnce.MatchString(string(a.content[bytes.LastIndexByte(a.content[:at], '<'):]))
	}
	return pattern == staticImport
}

// markFirst marks what a browser gets before the page's first prediction.
func markFirst(index map[string]*asset) {
	var visit func(name string)
	visit = func(name string) {
		a, ok := index[name]
		if !ok || a.first {
			return
		}
		a.first = true
		for _, other := range a.loads {
			visit(other)
		}
	}
	for _, name := range beginnings {
		visit(name)
	}
}

// relative is the address of a file as another one of the site names it.
func relative(from, to *asset) string {
	rel, err := filepath.Rel(filepath.FromSlash(path.Dir(from.name)), filepath.FromSlash(to.file))
	if err != nil { // only where one of them begins with ".."
		panic(err)
	}
	return filepath.ToSlash(rel)
}

// isComment says whether the line that at is in begins as a comment of a script does.
func isComment(a *asset, at int) bool {
	if ext := path.Ext(a.name); ext != ".js" && ext != ".mjs" {
		return false
	}
	line := string(a.content[strings.LastIndexByte(string(a.content[:at]), '\n')+1 : at+1])
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "//") || strings.HasPrefix(line, "/*") || strings.HasPrefix(line, "*")
}

// unlinked fails on an address of a module in a that no pattern has found: in the site it would lead nowhere.
func (l linker) unlinked(a *asset) error {
	for _, m := range quotedModule.FindAllSubmatchIndex(a.content, -1) {
		ref := string(a.content[m[2]:m[3]])
		if target, ok := l.index[path.Join(path.Dir(a.name), ref)]; ok && !target.stable && !isComment(a, m[0]) && !namesType(a.content[m[1]:]) {
			return fmt.Errorf("%s refers to %q in a way that the builder does not know (see references in link.go)", a.name, ref)
		}
	}
	return nil
}

// namesType says whether the rest of import('./a.js').A is what follows: a type in a comment that ends a line of code.
func namesType(after []byte) bool {
	return len(after) > 2 && after[0] == ')' && after[1] == '.' && 'A' <= after[2] && after[2] <= 'Z'
}

// head completes the head of a page: the content security policy, for hosts that send none, and the modules that the
// page's modules import, so that the browser need not find them one after the other.
func (l linker) head(a *asset) error {
	content := policy.ReplaceAllString(string(a.content), "")
	at := charset.FindStringIndex(content)
	if at == nil {
		return fmt.Errorf(`%s has no <meta charset="utf-8">, after which the content security policy belongs`, a.name)
	}
	insert := "\n    <meta http-equiv=\"Content-Security-Policy\" content=\"" + serve.ContentSecurityPolicy + "\">"
	content = content[:at[1]] + insert + content[at[1]:]
	a.content = []byte(moduleScript.ReplaceAllStringFunc(content, func(script string) string {
		file := moduleScript.FindStringSubmatch(script)[1]
		var preloads strings.Builder
		for _, name := range l.imports(path.Join(path.Dir(a.name), file)) {
			fmt.Fprintf(&preloads, "<link rel=\"modulepreload\" href=\"%s\">\n    ", l.address(a, l.index[name]))
		}
		return preloads.String() + script
	}))
	return nil
}

// imports lists the modules that the module in the given file imports at once, and those that they import.
func (l linker) imports(file string) (names []string) {
	var visit func(a *asset)
	visit = func(a *asset) {
		for _, name := range a.modules {
			if !slices.Contains(names, name) {
				names = append(names, name)
				visit(l.index[name])
			}
		}
	}
	for _, a := range l.index {
		if a.file == file {
			visit(a)
		}
	}
	return names
}
