package serve

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const secret = "what must never be served"

// site makes a folder with a secret beside it, and a handler of the folder.
func site(t testing.TB) (dir string, h http.Handler) {
	t.Helper()
	outside := t.TempDir()
	dir = filepath.Join(outside, "dist")
	for name, content := range map[string]string{
		"secret.txt":                         secret,
		"dist-other/x.txt":                   secret,
		"dist/.git/config":                   secret,
		"dist/.env":                          secret,
		"dist/index.html":                    "<!doctype html>",
		"dist/index.html.br":                 "brotli of index",
		"dist/app.0123456789abcdef.js":       "export {}",
		"dist/app.0123456789abcdef.js.br":    "brotli",
		"dist/app.0123456789abcdef.js.gz":    "gzip of it",
		"dist/main.0123456789abcdef.wasm":    "\x00asm",
		"dist/main.0123456789abcdef.wasm.gz": "gzip of wasm",
		"dist/manifest.json":                 "{}",
		"dist/site.webmanifest":              "{}",
		"dist/icon.svg":                      "<svg/>",
		"dist/style.css":                     "a{}",
		"dist/LICENSE":                       "MIT",
		"dist/x.bin":                         "x",
		"dist/sub/index.html":                "sub",
		"dist/nothing/here.txt":              "here",
		"dist/a b%c.txt":                     "odd name",
	} {
		path := filepath.Join(outside, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{
		"out.txt":      "../secret.txt",
		"out":          "..",
		"abs.txt":      filepath.Join(outside, "secret.txt"),
		"style.css.br": "../secret.txt",
		"inside.txt":   "nothing/here.txt",
	} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, Handler(dir)
}

// get asks h for a path; header lines are "Name: value".
func get(h http.Handler, method, path string, lines ...string) *http.Response {
	r := httptest.NewRequest(method, "http://localhost/", nil)
	r.URL.Path = path
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTypesAndCaching(t *testing.T) {
	_, h := site(t)
	for path, want := range map[string][2]string{
		"/":                               {"text/html; charset=utf-8", cacheNot},
		"/index.html":                     {"text/html; charset=utf-8", cacheNot},
		"/sub/":                           {"text/html; charset=utf-8", cacheNot},
		"/app.0123456789abcdef.js":        {"text/javascript; charset=utf-8", cacheForever},
		"/main.0123456789abcdef.wasm":     {"application/wasm", cacheForever},
		"/manifest.json":                  {"application/json", cacheNot},
		"/site.webmanifest":               {"application/manifest+json", cacheNot},
		"/icon.svg":                       {"image/svg+xml", cacheNot},
		"/style.css":                      {"text/css; charset=utf-8", cacheNot},
		"/LICENSE":                        {"text/plain; charset=utf-8", cacheNot},
		"/x.bin":                          {"application/octet-stream", cacheNot},
		"/a b%c.txt":                      {"text/plain; charset=utf-8", cacheNot},
		"/inside.txt":                     {"text/plain; charset=utf-8", cacheNot},
		"/index.html.br":                  {"application/octet-stream", cacheNot},
		"/app.0123456789abcdef.js.gz":     {"application/gzip", cacheForever},
		"/app.0123456789abcdef.js.absent": {"text/plain; charset=utf-8", cacheNot},
	} {
		r := get(h, "GET", path)
		wantStatus := http.StatusOK
		if strings.HasSuffix(path, "absent") {
			wantStatus = http.StatusNotFound
		}
		got := [2]string{r.Header.Get("Content-Type"), r.Header.Get("Cache-Control")}
		if r.StatusCode != wantStatus || got != want {
			t.Errorf("%s: %d %q, want %d %q", path, r.StatusCode, got, wantStatus, want)
		}
	}
}

func TestSecurityHeaders(t *testing.T) {
	_, h := site(t)
	for _, r := range []*http.Response{get(h, "GET", "/"), get(h, "GET", "/none"), get(h, "POST", "/"), get(h, "GET", "/sub"),
		get(h, "GET", "/", "Accept-Encoding: identity;q=0")} {
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; " +
				"form-action 'none'; object-src 'none'; frame-ancestors 'self'",
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Embedder-Policy": "require-corp",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%d: %s: %q, want %q", r.StatusCode, name, got, want)
			}
		}
		if r.Header.Get("Permissions-Policy") == "" {
			t.Errorf("%d: no Permissions-Policy", r.StatusCode)
		}
	}
}

// TestHostingGuide: docs/HOSTING.md has nginx send the headers that this server sends.
func TestHostingGuide(t *testing.T) {
	guide, err := os.ReadFile("../../../docs/HOSTING.md")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"add_header Vary Accept-Encoding always;", `"` + cacheForever + `"`, `"` + cacheNot + `"`}
	for name, value := range headers {
		if strings.ContainsAny(value, " ;") {
			value = `"` + value + `"`
		}
		want = append(want, "add_header "+name+" "+value+" always;")
	}
	for _, line := range want {
		if !strings.Contains(string(guide), line) {
			t.Errorf("the guide lacks %s", line)
		}
	}
}

func TestEncodings(t *testing.T) {
	_, h := site(t)
	const app = "/app.0123456789abcdef.js"
	etags := make(map[string]string)
	for _, c := range []struct{ accept, coding, body string }{
		{"gzip, deflate, br", "br", "brotli"},
		{"gzip", "gzip", "gzip of it"},
		{"identity", "", "export {}"},
	} {
		r := get(h, "GET", app, "Accept-Encoding: "+c.accept)
		if got := body(t, r); got != c.body || r.Header.Get("Content-Encoding") != c.coding {
			t.Errorf("%s: %q, %s", c.accept, got, r.Header.Get("Content-Encoding"))
		}
		if r.ContentLength != int64(len(c.body)) || r.Header.Get("Vary") != "Accept-Encoding" ||
			r.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%s: headers %v", c.accept, r.Header)
		}
		etag := r.Header.Get("ETag")
		if other, taken := etags[etag]; taken || !strings.HasPrefix(etag, `"`) {
			t.Errorf("%s: ETag %s, the same as for %s, or weak", c.accept, etag, other)
		}
		etags[etag] = c.accept
	}
	if r := get(h, "GET", app, "Accept-Encoding: *;q=0"); r.StatusCode != http.StatusNotAcceptable || r.Header.Get("Vary") == "" {
		t.Errorf("all refused: %d, Vary %q", r.StatusCode, r.Header.Get("Vary"))
	}
	if r := get(h, "GET", "/manifest.json", "Accept-Encoding: br"); r.Header.Get("Vary") != "" || body(t, r) != "{}" {
		t.Error("a file without siblings varies")
	}
	if r := get(h, "GET", "/style.css", "Accept-Encoding: br"); body(t, r) != "a{}" {
		t.Error("served a sibling that leads out of the folder")
	}
}

func TestConditionalAndRange(t *testing.T) {
	dir, h := site(t)
	const app = "/app.0123456789abcdef.js"
	br, gz := "Accept-Encoding: br", "Accept-Encoding: gzip"
	etag := get(h, "GET", app, br).Header.Get("ETag")

	r := get(h, "GET", app, br, "If-None-Match: "+etag)
	if r.StatusCode != http.StatusNotModified || body(t, r) != "" || r.Header.Get("ETag") != etag ||
		r.Header.Get("Vary") == "" || r.Header.Get("Cache-Control") != cacheForever {
		t.Errorf("If-None-Match: %d %v", r.StatusCode, r.Header)
	}
	if r := get(h, "GET", app, br, `If-None-Match: "other", `+etag); r.StatusCode != http.StatusNotModified {
		t.Errorf("a list of tags: %d", r.StatusCode)
	}
	if r := get(h, "GET", app, gz, "If-None-Match: "+etag); r.StatusCode != http.StatusOK {
		t.Errorf("the tag of another representation: %d", r.StatusCode)
	}
	r = get(h, "HEAD", app, br)
	if r.StatusCode != http.StatusOK || body(t, r) != "" || r.ContentLength != 6 || r.Header.Get("ETag") != etag {
		t.Errorf("HEAD: %d, length %d, %v", r.StatusCode, r.ContentLength, r.Header)
	}
	r = get(h, "GET", app, "Range: bytes=2-5")
	if got := body(t, r); r.StatusCode != http.StatusPartialContent || got != "port" || r.Header.Get("Content-Range") != "bytes 2-5/9" {
		t.Errorf("Range: %d %q %v", r.StatusCode, got, r.Header)
	}
	r = get(h, "GET", app, br, "Range: bytes=-3", "If-Range: "+etag)
	if got := body(t, r); r.StatusCode != http.StatusPartialContent || got != "tli" || r.ContentLength != 3 || r.Header.Get("Content-Encoding") != "br" {
		t.Errorf("Range of a representation: %d %q %v", r.StatusCode, got, r.Header)
	}
	if r := get(h, "GET", app, br, "Range: bytes=-3", `If-Range: "other"`); r.StatusCode != http.StatusOK || body(t, r) != "brotli" {
		t.Errorf("If-Range of another version: %d", r.StatusCode)
	}
	if r := get(h, "GET", app, "Range: bytes=100-"); r.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("Range beyond the end: %d", r.StatusCode)
	}

	// A changed file has another tag, though name and size are the same.
	old := get(h, "GET", "/style.css").Header.Get("ETag")
	path := filepath.Join(dir, "style.css")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("b{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := get(h, "GET", "/style.css").Header.Get("ETag"); got == old {
		t.Error("the same ETag for other content")
	}
}

func TestFolderIsReplacedWhileServing(t *testing.T) {
	dir, h := site(t)
	if got := body(t, get(h, "GET", "/sub/")); got != "sub" {
		t.Fatalf("before: %q", got)
	}
	if err := os.Rename(dir, dir+".old"); err != nil {
		t.Fatal(err)
	}
	if r := get(h, "GET", "/"); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without a folder: %d", r.StatusCode)
	}
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sub", "index.html"), []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := body(t, get(h, "GET", "/sub/")); got != "new" {
		t.Errorf("after: %q", got)
	}
}

func TestOnlyGetAndHead(t *testing.T) {
	_, h := site(t)
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"} {
		if r := get(h, method, "/"); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, r.StatusCode, r.Header.Get("Allow"))
		}
	}
}

func TestFolders(t *testing.T) {
	_, h := site(t)
	r := get(h, "GET", "/sub")
	if r.StatusCode != http.StatusMovedPermanently || r.Header.Get("Location") != "./sub/" {
		t.Errorf("folder without a slash: %d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	for _, path := range []string{"/nothing", "/nothing/", "/sub/index.html/"} {
		if r := get(h, "GET", path); r.StatusCode != http.StatusNotFound || strings.Contains(body(t, r), "here") {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

// outside lists ways out of the folder, as paths after decoding.
var outside = []string{
	"/../secret.txt", "/sub/../../secret.txt", "/./index.html", "//index.html", "/sub//index.html", "/..", "/../", "/.",
	"/..\\secret.txt", "\\..\\secret.txt", "/\x00", "/index.html\x00.txt", "/.git/config", "/.env", "/sub/../.env", "/.git/",
	"/out.txt", "/out/secret.txt", "/out/", "/abs.txt", "/../dist-other/x.txt", "", "index.html", "../secret.txt",
	"/C:/secret.txt", "/out/dist/index.html", "/%2e%2e/secret.txt", "/~", "/proc/self/environ",
}

func TestNothingFromOutside(t *testing.T) {
	_, h := site(t)
	for _, path := range outside {
		r := get(h, "GET", path)
		if got := body(t, r); r.StatusCode != http.StatusNotFound || strings.Contains(got, secret) {
			t.Errorf("%q: %d %q", path, r.StatusCode, got)
		}
	}
	// And as a client sends them, through net/http's own parsing.
	server := httptest.NewServer(h)
	defer server.Close()
	for _, raw := range []string{"/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%5csecret.txt",
		"/sub/%2e%2e/%2e%2e/secret.txt", "/%252e%252e/secret.txt", "/..;/secret.txt", "/%00", "/.%65nv", "/out%2fsecret.txt"} {
		r, err := server.Client().Get(server.URL + raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		got := body(t, r)
		r.Body.Close()
		if r.StatusCode != http.StatusNotFound || strings.Contains(got, secret) {
			t.Errorf("%s: %d %q", raw, r.StatusCode, got)
		}
	}
}

func FuzzPath(f *testing.F) {
	dir, h := site(f)
	for _, path := range outside {
		f.Add(path)
	}
	f.Add("/a b%c.txt")
	f.Fuzz(func(t *testing.T, path string) {
		r := get(h, "GET", path)
		got := body(t, r)
		switch r.StatusCode {
		case http.StatusOK:
			// It is a file of the folder under this very name, and not a hidden one.
			name := strings.TrimPrefix(path, "/")
			if name == "" || strings.HasSuffix(name, "/") {
				name += "index.html"
			}
			want, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || got != string(want) || !fs.ValidPath(name) || strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
				t.Errorf("%q: %q, %v", path, got, err)
			}
		case http.StatusNotFound, http.StatusMovedPermanently:
		default:
			t.Errorf("%q: %d", path, r.StatusCode)
		}
		if strings.Contains(got, secret) {
			t.Errorf("%q: the secret", path)
		}
	})
}

func TestHashedName(t *testing.T) {
	// The first 16 digits of: printf 'hello' | sha256sum
	for name, want := range map[string]string{
		"app.js":       "app.2cf24dba5fb0a30e.js",
		"a/b.min.js":   "a/b.min.2cf24dba5fb0a30e.js",
		"vendor/x.css": "vendor/x.2cf24dba5fb0a30e.css",
	} {
		got := HashedName(name, []byte("hello"))
		if got != want || !IsHashed(got) {
			t.Errorf("HashedName(%s): %s, hashed %v; want %s", name, got, IsHashed(got), want)
		}
	}
	var hashed []string
	for _, name := range []string{"app.js", "x.0123456789abcde.js", "x.0123456789ABCDEF.js", "0123456789abcdef.js",
		"d.0123456789abcdef.d/app.js", "x.0123456789abcdef"} {
		if IsHashed(name) {
			hashed = append(hashed, name)
		}
	}
	if diff := cmp.Diff([]string(nil), hashed); diff != "" {
		t.Errorf("taken for hashed (-want +got):\n%s", diff)
	}
}

func TestCheck(t *testing.T) {
	dir, _ := site(t)
	if err := Check(dir); err != nil {
		t.Error(err)
	}
	for _, empty := range []string{t.TempDir(), filepath.Join(dir, "absent")} {
		if err := Check(empty); err == nil || !strings.Contains(err.Error(), "run make site") {
			t.Errorf("%s: %v", empty, err)
		}
	}
}
