package site

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// languages reads the texts of each language.
func languages(t testing.TB) map[string]map[string]string {
	t.Helper()
	names, err := fs.Glob(os.DirFS("../../web/text"), "*.json")
	if err != nil || len(names) < 3 {
		t.Fatalf("%d languages, want English and at least two others; %v", len(names), err)
	}
	all := make(map[string]map[string]string)
	for _, name := range names {
		b, err := os.ReadFile("../../web/text/" + name)
		if err != nil {
			t.Fatal(err)
		}
		// A map forgets that a key came twice, and that the first of the two is never said.
		seen := make(map[string]bool)
		for _, m := range regexp.MustCompile(`(?m)^  "([^"]+)":`).FindAllStringSubmatch(string(b), -1) {
			if seen[m[1]] {
				t.Errorf("%s has %q twice", name, m[1])
			}
			seen[m[1]] = true
		}
		var texts map[string]string
		if err := json.Unmarshal(b, &texts); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[strings.TrimSuffix(name, ".json")] = texts
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\w+\}`)

// Every language says everything, and puts in what the others put in.
func TestLanguagesSayTheSame(t *testing.T) {
	all := languages(t)
	en := all["en"]
	for name, texts := range all {
		for key, sentence := range en {
			if texts[key] == "" {
				t.Errorf("%s.json has no text %q (%s)", name, key, sentence)
				continue
			}
			want, got := placeholder.FindAllString(sentence, -1), placeholder.FindAllString(texts[key], -1)
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(slices.Compact(want), slices.Compact(got)); diff != "" && !strings.HasSuffix(key, ".one") {
				t.Errorf("%s.json, %q: places for values (-en +%s):\n%s", name, key, name, diff)
			}
		}
		for key := range texts {
			if _, ok := en[key]; !ok {
				t.Errorf("%s.json has %q, which English has not", name, key)
			}
		}
	}
}

// No text is left over from something that the page no longer says.
func TestTextsAreUsed(t *testing.T) {
	var sources strings.Builder
	web := os.DirFS("../../web")
	err := fs.WalkDir(web, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (name == "vendor" || name == "text") {
			return fs.SkipDir
		}
		if ext := path.Ext(name); d.IsDir() || ext != ".js" && ext != ".html" {
			return nil
		}
		b, err := fs.ReadFile(web, name)
		sources.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page := sources.String()
	for key := range languages(t)["en"] {
		if !said(page, key) {
			t.Errorf("nothing says %q", key)
		}
	}
}

// said says whether a key is in the sources: in quotes, whole or without its plural form, or as `part.${more}`.
func said(page, key string) bool {
	forms := []string{key}
	for _, form := range []string{".one", ".other"} {
		if stem, ok := strings.CutSuffix(key, form); ok {
			forms = append(forms, stem)
		}
	}
	for _, form := range forms {
		for _, quote := range []string{"'", `"`, "`"} {
			if strings.Contains(page, quote+form+quote) {
				return true
			}
		}
	}
	for i, c := range key {
		if c == '.' && strings.Contains(page, "`"+key[:i+1]+"${") {
			return true
		}
	}
	return false
}
