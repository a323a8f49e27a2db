// Package serve serves a folder of static files, such as the page that internal/site builds: with the right types,
// precompressed, cached for as long as may be, and nothing from outside the folder.
package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// handler serves the files of a folder. It opens the folder anew for each request, because a site builder replaces it
// by another; an os.Root makes sure that neither names nor symbolic links lead out of it.
type handler struct {
	dir  string
	tags sync.Map // name → tag; one for each file that was ever asked for
}

// tag is the ETag of a file as long as its size and its time stay.
type tag struct {
	size    int64
	modTime time.Time
	etag    string
}

// Handler returns a handler of GET and HEAD for the files in dir. For "/" and other folders it serves their index.html.
// If a file has siblings .br or .gz they are served instead to those who accept them.
func Handler(dir string) http.Handler { return &handler{dir: dir} }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		fail(w, http.StatusMethodNotAllowed)
		return
	}
	name, ok := fileName(r.URL.Path)
	if !ok {
		fail(w, http.StatusNotFound)
		return
	}
	root, err := os.OpenRoot(h.dir)
	if err != nil {
		fail(w, http.StatusServiceUnavailable)
		return
	}
	defer root.Close()
	info, err := root.Stat(name)
	if err == nil && info.IsDir() && !strings.HasSuffix(r.URL.Path, "/") {
		if index, err := root.Stat(path.Join(name, "index.html")); err == nil && index.Mode().IsRegular() {
			// Relative, so that it holds behind a proxy that serves the site below some path. "./" keeps a name with a
			// colon from being taken for a scheme.
			w.Header().Set("Cache-Control", cacheNot)
			w.Header().Set("Location", (&url.URL{Path: "./" + path.Base(name) + "/"}).String())
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
	}
	if err != nil || !info.Mode().IsRegular() {
		fail(w, http.StatusNotFound)
		return
	}
	h.serveFile(w, r, root, name)
}

// fileName turns the path of a URL into a name inside the folder. There is one spelling of each name, and hidden files
// are none of a visitor's business.
func fileName(urlPath string) (name string, ok bool) {
	if !strings.HasPrefix(urlPath, "/") {
		return "", false
	}
	name = urlPath[1:]
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00") {
		return "", false
	}
	for element := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(element, ".") {
			return "", false
		}
	}
	return name, true
}

// serveFile serves a regular file or one of its compressed siblings.
func (h *handler) serveFile(w http.ResponseWriter, r *http.Request, root *os.Root, name string) {
	var have []string
	suffix := map[string]string{identity: ""}
	for _, c := range codings {
		if info, err := root.Stat(name + c.suffix); err == nil && info.Mode().IsRegular() {
			have = append(have, c.name)
			suffix[c.name] = c.suffix
		}
	}
	if len(have) > 0 {
		w.Header().Set("Vary", "Accept-Encoding")
	}
	coding, ok := negotiate(r.Header.Values("Accept-Encoding"), have)
	if !ok {
		fail(w, http.StatusNotAcceptable)
		return
	}
	f, err := root.Open(name + suffix[coding])
	if err != nil {
		fail(w, http.StatusNotFound)
		return
	}
	defer f.Close()
	etag, err := h.etag(f, name+suffix[coding])
	if err != nil {
		fail(w, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", ContentType(name))
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", cacheNot)
	if IsHashed(name) {
		w.Header().Set("Cache-Control", cacheForever)
	}
	if coding != identity {
		w.Header().Set("Content-Encoding", coding)
		w = &lengthWriter{ResponseWriter: w, file: f}
	}
	// The rest of the protocol: If-None-Match, If-Match, If-Range, Range, HEAD.
	http.ServeContent(w, r, name, time.Time{}, f)
}

// etag returns the strong entity tag of the representation: half of its SHA-256.
func (h *handler) etag(f *os.File, name string) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if known, ok := h.tags.Load(name); ok {
		if t := known.(tag); t.size == info.Size() && t.modTime.Equal(info.ModTime()) {
			return t.etag, nil
		}
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	etag := `"` + hex.EncodeToString(sum.Sum(nil)[:16]) + `"`
	h.tags.Store(name, tag{info.Size(), info.ModTime(), etag})
	return etag, nil
}

// lengthWriter adds the Content-Length that http.ServeContent leaves out of encoded answers, without which a page
// cannot show how far a download is.
type lengthWriter struct {
	http.ResponseWriter
	file *os.File
}

func (w *lengthWriter) WriteHeader(status int) {
	if status == http.StatusOK {
		if info, err := w.file.Stat(); err == nil {
			w.Header().Set("Content-Length", fmt.Sprint(info.Size()))
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *lengthWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// fail answers with the status in words.
func fail(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", cacheNot)
	w.WriteHeader(status)
	// A client that hangs up misses the text; nobody else is to know.
	_, _ = fmt.Fprintf(w, "%d %s\n", status, http.StatusText(status))
}

// Check says whether dir holds a site: an index.html.
func Check(dir string) error {
	root, err := os.OpenRoot(dir)
	if err == nil {
		defer root.Close()
		_, err = root.Stat("index.html")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("serve: no page in %s: %w; run make site", dir, err)
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
