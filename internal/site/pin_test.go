package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"croquis/internal/site/serve"
)

const worker = "const a = 1;\nconst BUILD = /** @type {Build} */ ({});\n"

// withWorker is the small page, with a reference to the manifest and a service worker.
func withWorker(t testing.TB, script string) []*asset {
	t.Helper()
	assets := small(t)
	for _, a := range assets {
		if a.name == "index.html" {
			a.content = []byte(strings.Replace(string(a.content), "<link", `<link rel="preload" href="manifest.json"><link`, 1))
		}
	}
	return append(assets, &asset{name: serviceWorker, content: []byte(script), stable: true})
}

// TestPin: page and service worker know the manifest's hash, and the service worker the page's.
func TestPin(t *testing.T) {
	o := options(t)
	if _, err := finish(t.Context(), o, withWorker(t, worker)); err != nil {
		t.Fatal(err)
	}
	for _, name := range sound(t, o.Out) {
		if name == "index.html" || name == serviceWorker {
			t.Errorf("%s is in the manifest, whose hash it has in it", name)
		}
	}
	files := tree(t, o.Out)
	manifest := serve.HashedName(manifestName, files[manifestName])
	if string(files[manifest]) != string(files[manifestName]) {
		t.Errorf("%s is not %s", manifest, manifestName)
	}
	if page := string(files["index.html"]); !strings.Contains(page, `href="`+manifest+`"`) || strings.Contains(page, `"manifest.json"`) {
		t.Errorf("the page does not refer to %s:\n%s", manifest, page)
	}
	line := regexp.MustCompile(`(?m)^const BUILD = /\*\* @type \{Build\} \*/ \((.*)\);$`).FindSubmatch(files[serviceWorker])
	if line == nil {
		t.Fatalf("service worker:\n%s", files[serviceWorker])
	}
	var build map[string]pinned
	if err := json.Unmarshal(line[1], &build); err != nil {
		t.Fatal(err)
	}
	for role, name := range map[string]string{"manifest": manifest, "page": "index.html"} {
		sum := sha256.Sum256(files[name])
		if build[role] != (pinned{name, hex.EncodeToString(sum[:])}) {
			t.Errorf("%s: %+v, want %s, %x", role, build[role], name, sum)
		}
	}
	for _, bad := range []string{"const BUILD = {};\n", worker + worker} {
		if _, err := finish(t.Context(), o, withWorker(t, bad)); err == nil || !strings.Contains(err.Error(), "BUILD") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
