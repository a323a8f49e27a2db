package quickdraw

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croquis/internal/sketch"
)

// published is a server with two words of 200 drawings each, and a collection of six of them.
type published struct {
	*httptest.Server
	files      map[string][]byte
	collection Collection
	want       []byte

	mu       sync.Mutex
	requests []string // path and Range
	answer   func(w http.ResponseWriter, r *http.Request, n int) bool
}

func newPublished(t *testing.T) *published {
	p := &published{files: map[string][]byte{}}
	drawings := map[string]sketch.Drawing{}
	for w, word := range []string{"shoe", "The Eiffel Tower"} {
		var b bytes.Buffer
		for i := range 200 {
			id := fmt.Sprint(1000*(w+1) + i)
			x, y := i%7*30, i%11*20
			fmt.Fprintf(&b, `{"word":%q,"countrycode":"DE","timestamp":"2017-03-02","recognized":true,"key_id":%q,"drawing":[[[0,%d,255],[%d,7,9]]]}`+"\n", word, id, x, y)
			drawings[id] = sketch.Drawing{KeyID: id, Word: word, Strokes: []sketch.Stroke{{{X: 0, Y: float32(y)}, {X: float32(x), Y: 7}, {X: 255, Y: 9}}}}
		}
		p.files["/"+word+".ndjson"] = b.Bytes()
	}
	seven, nine := 7, 9
	p.collection = Collection{Name: "some", Groups: []Group{
		{Word: "shoe", Label: &seven, KeyIDs: []string{"1150", "1003"}},
		{Word: "The Eiffel Tower", KeyIDs: []string{"2199", "2000", "2100"}},
		{Word: "shoe", Label: &nine, KeyIDs: []string{"1090"}},
	}}
	all, err := p.collection.arrange(drawings)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := sketch.WriteNDJSON(&b, all); err != nil {
		t.Fatal(err)
	}
	p.want = b.Bytes()
	sum := sha256.Sum256(p.want)
	p.collection.SHA256 = hex.EncodeToString(sum[:])
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *published) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests = append(p.requests, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("Range")))
	n := len(p.requests)
	p.mu.Unlock()
	if p.answer != nil && p.answer(w, r, n) {
		return
	}
	file, ok := p.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, r.URL.Path, time.Time{}, bytes.NewReader(file))
}

func (p *published) options() Options {
	return Options{URL: p.URL + "/", Backoff: time.Millisecond, Stall: 5 * time.Second, collections: []Collection{p.collection}}
}

// check fails unless dir holds exactly the collection.
func (p *published) check(t *testing.T, dir string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, "some.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(p.want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	p.only(t, dir, "some.ndjson")
}

// only fails if dir holds other than the named entries.
func (p *published) only(t *testing.T, dir string, want ...string) {
	t.Helper()
	got := []string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir {
			name, _ := filepath.Rel(dir, path)
			got = append(got, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
		t.Errorf("the folder's entries (-want +got):\n%s", diff)
	}
}

func TestFetch(t *testing.T) {
	p := newPublished(t)
	dir := t.TempDir()
	o := p.options()
	var last Progress
	o.Progress = func(n Progress) {
		if n.Found < last.Found || n.Total != 6 {
			t.Errorf("progress %+v after %+v", n, last)
		}
		last = n
	}
	if err := Fetch(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	p.check(t, dir)
	if want := (Progress{File: "some.ndjson", Found: 6, Total: 6}); last.File != want.File || last.Word != "" || last.Found != 6 {
		t.Errorf("last progress %+v, want %+v", last, want)
	}
	if diff := cmp.Diff([]string{"/shoe.ndjson", "/The Eiffel Tower.ndjson"}, p.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	// Once it is there nobody is asked; when it is damaged it is replaced.
	if err := Fetch(context.Background(), dir, o); err != nil || len(p.requests) != 2 {
		t.Errorf("again: %v, %d requests, want 2 still", err, len(p.requests))
	}
	if err := os.WriteFile(filepath.Join(dir, "some.ndjson"), []byte("damaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	last = Progress{}
	if err := Fetch(context.Background(), dir, o); err != nil || len(p.requests) != 4 {
		t.Errorf("damaged: %v, %d requests, want 4", err, len(p.requests))
	}
	p.check(t, dir)
}

// What comes after the last wanted drawing is not looked at: here it would be an error.
func TestFetchStopsReading(t *testing.T) {
	p := newPublished(t)
	file := p.files["/shoe.ndjson"]
	at := bytes.Index(file, []byte(`"1151"`))
	at = bytes.LastIndexByte(file[:at], '\n') + 1
	p.files["/shoe.ndjson"] = append(file[:at:at], []byte("this is no drawing\n")...)
	dir := t.TempDir()
	if err := Fetch(context.Background(), dir, p.options()); err != nil {
		t.Fatal(err)
	}
	p.check(t, dir)
}

func TestFetchGoesOnWithinAWord(t *testing.T) {
	for name, ranges := range map[string]bool{"with ranges": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			p := newPublished(t)
			p.answer = func(w http.ResponseWriter, r *http.Request, n int) bool {
				file := p.files[r.URL.Path]
				if n == 1 {
					w.Header().Set("Content-Length", fmt.Sprint(len(file)))
					if _, err := w.Write(file[:len(file)/2]); err == nil {
						w.(http.Flusher).Flush()
					}
					panic(http.ErrAbortHandler)
				}
				if !ranges {
					_, err := w.Write(file)
					return err == nil
				}
				return false
			}
			dir := t.TempDir()
			if err := Fetch(context.Background(), dir, p.options()); err != nil {
				t.Fatal(err)
			}
			p.check(t, dir)
			var from int
			if _, err := fmt.Sscanf(p.requests[1], "/shoe.ndjson bytes=%d-", &from); err != nil || from == 0 || p.files["/shoe.ndjson"][from-1] != '\n' {
				t.Errorf("the second request is %q, want one from the beginning of a line on", p.requests[1])
			}
		})
	}
}

func TestFetchGoesOnWithTheNextWord(t *testing.T) {
	p := newPublished(t)
	p.answer = func(w http.ResponseWriter, r *http.Request, n int) bool {
		if strings.Contains(r.URL.Path, "Eiffel") {
			http.Error(w, "gone", http.StatusGone)
			return true
		}
		return false
	}
	dir := t.TempDir()
	err := Fetch(context.Background(), dir, p.options())
	if err == nil || !strings.Contains(err.Error(), "410 Gone") || !strings.Contains(err.Error(), "Eiffel") {
		t.Fatalf("error %v, want one that names the address and 410", err)
	}
	p.only(t, dir, "parts", filepath.Join("parts", "shoe.ndjson"))
	p.answer, p.requests = nil, nil
	if err := Fetch(context.Background(), dir, p.options()); err != nil {
		t.Fatal(err)
	}
	p.check(t, dir)
	if diff := cmp.Diff([]string{"/The Eiffel Tower.ndjson"}, p.requests); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestFetchReadsADamagedPartAgain(t *testing.T) {
	p := newPublished(t)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "parts"), 0o755); err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(p.files["/shoe.ndjson"]), "\n")
	if err := os.WriteFile(filepath.Join(dir, "parts", "shoe.ndjson"), []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Fetch(context.Background(), dir, p.options()); err != nil {
		t.Fatal(err)
	}
	p.check(t, dir)
}

func TestFetchErrors(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *published)
		says   []string
		tries  int
	}{
		"a drawing is gone": {func(p *published) {
			p.files["/shoe.ndjson"] = bytes.Replace(p.files["/shoe.ndjson"], []byte(`"1090"`), []byte(`"7"`), 1)
		}, []string{"1 of the wanted drawings are not there", "1090", "shoe.ndjson"}, 1},
		"a drawing is another": {func(p *published) {
			p.files["/shoe.ndjson"] = bytes.Replace(p.files["/shoe.ndjson"], []byte(`"1090","drawing":[[[0,`), []byte(`"1090","drawing":[[[1,`), 1)
		}, []string{"have changed", "SHA-256"}, 2},
		"another word": {func(p *published) { p.files["/shoe.ndjson"] = p.files["/The Eiffel Tower.ndjson"] }, []string{"3 of the wanted drawings are not there"}, 1},
		"a drawing of another word": {func(p *published) {
			p.files["/shoe.ndjson"] = bytes.ReplaceAll(p.files["/shoe.ndjson"], []byte(`"shoe"`), []byte(`"boot"`))
		}, []string{`want "shoe"`}, 1},
		"no drawings at all": {func(p *published) { p.files["/shoe.ndjson"] = []byte("<html>Sign in to this network</html>\n") }, []string{"key_id", "<html>"}, 1},
		"a long line":        {func(p *published) { p.files["/shoe.ndjson"] = bytes.Repeat([]byte("x"), maxLine+1) }, []string{"longer than 1 MiB"}, 1},
		"not found":          {func(p *published) { delete(p.files, "/shoe.ndjson") }, []string{"404"}, 1},
		"a server in trouble": {func(p *published) {
			p.answer = func(w http.ResponseWriter, r *http.Request, n int) bool {
				http.Error(w, "trouble", http.StatusBadGateway)
				return true
			}
		}, []string{"502", "4 tries"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPublished(t)
			c.change(p)
			dir := t.TempDir()
			err := Fetch(context.Background(), dir, p.options())
			if err == nil {
				t.Fatal("no error")
			}
			for _, s := range append(c.says, "quickdraw: ", "some.ndjson") {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q lacks %q", err, s)
				}
			}
			if len(p.requests) != c.tries {
				t.Errorf("%d requests, want %d", len(p.requests), c.tries)
			}
			p.only(t, dir)
		})
	}
}

func TestFetchWithoutAConnection(t *testing.T) {
	p := newPublished(t)
	p.Close()
	dir := t.TempDir()
	if err := Fetch(context.Background(), dir, p.options()); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("error %v, want that the connection was refused", err)
	}
	p.only(t, dir)
}

func TestFetchSilence(t *testing.T) {
	p := newPublished(t)
	p.answer = func(w http.ResponseWriter, r *http.Request, n int) bool {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return true
	}
	o := p.options()
	o.Stall, o.Tries = 20*time.Millisecond, 2
	if err := Fetch(context.Background(), t.TempDir(), o); !errors.Is(err, errStalled) {
		t.Errorf("error %v, want %v", err, errStalled)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o.Stall = time.Minute
	o.Progress = func(Progress) { cancel() }
	if err := Fetch(ctx, t.TempDir(), o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestCollections(t *testing.T) {
	cs := Collections()
	if len(cs) != 2 || cs[0].Name != "garments" || cs[1].Name != "others" {
		t.Fatalf("collections %v, want garments and others", cs)
	}
	seen := map[string]bool{}
	for _, c := range cs {
		if len(c.SHA256) != 64 {
			t.Errorf("%s: SHA-256 is %q", c.Name, c.SHA256)
		}
		for _, g := range c.Groups {
			if (g.Label != nil) != (c.Name == "garments") {
				t.Errorf("%s: %q has label %v", c.Name, g.Word, g.Label)
			}
			if g.Word == "" || strings.ContainsAny(g.Word, "/\\%") {
				t.Errorf("%s: word %q cannot be a file's name", c.Name, g.Word)
			}
			for _, id := range g.KeyIDs {
				if seen[id] || len(id) != 16 || strings.Trim(id, "0123456789") != "" {
					t.Errorf("%s: %q: key_id %q is there twice or is no number of 16 digits", c.Name, g.Word, id)
				}
				seen[id] = true
			}
		}
	}
	if cs[0].Len() != 1585 || cs[1].Len() != 4050 || len(cs[1].Groups) != 162 {
		t.Errorf("%d garments and %d others of %d words, want 1585 and 4050 of 162", cs[0].Len(), cs[1].Len(), len(cs[1].Groups))
	}
}

func TestIdentify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "garments.ndjson")
	if err := os.WriteFile(path, []byte("{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if name, err := Identify(path); name != "" || err != nil {
		t.Errorf("a file of another content is %q (%v), want no collection", name, err)
	}
	if _, err := Identify(path + "x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that there is no such file", err)
	}
}

// The list names drawings of the collection, each with its word.
func TestUnnameable(t *testing.T) {
	words := map[string]string{}
	for _, g := range Collections()[0].Groups {
		for _, id := range g.KeyIDs {
			words[id] = g.Word
		}
	}
	all := Unnameable()
	for line := range strings.Lines(unnameable) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if len(fields) != 3 || words[fields[0]] != fields[1] || all[fields[0]] != fields[2] || fields[2] == "" {
			t.Errorf("line %q: want a key_id, its word %q and what is seen", line, words[fields[0]])
		}
	}
	if len(all) != 16 {
		t.Errorf("%d drawings, want 16", len(all))
	}
}

func TestLoadNeedsFetch(t *testing.T) {
	_, _, err := Load(t.TempDir())
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "make data") {
		t.Errorf("error %v, want one that says make data", err)
	}
}

// A folder in which one collection is missing is not one that nobody has filled: who takes generated drawings in their place
// would throw the others away.
func TestLoadNamesWhatIsMissing(t *testing.T) {
	all := Collections()
	for i := range all {
		dir := t.TempDir()
		there, missing := all[i].path(dir), all[1-i].path(dir)
		if err := os.WriteFile(there, nil, 0o666); err != nil {
			t.Fatal(err)
		}
		_, _, err := Load(dir)
		if err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing+" is missing") || !strings.Contains(err.Error(), "make data") {
			t.Errorf("with %s alone the error is %v; want one with the name of the other file and what to do", filepath.Base(there), err)
		}
	}
}
