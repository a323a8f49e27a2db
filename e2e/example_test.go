package e2e

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

const exampleSays = "document.getElementById('answer').value"

// The example makes no more of an answer than may be said of it.
func TestExampleNamesNoOtherThings(t *testing.T) {
	t.Parallel()
	p := open(t, setup{fragment: "example.html", handler: func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if plain(r) != "verdict.js" {
				h.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte("export const verdict = () => 'unlike';"))
		})
	}})
	p.until(exampleSays + " === 'Draw a garment.'")
	p.mouse(shirt...)
	p.until(exampleSays + " === 'None of the ten'")
	p.quiet()
}

// The page that shows others how to use the classifier does what it says, under the site's policy, and in some twenty lines.
func TestExamplePage(t *testing.T) {
	t.Parallel()
	p := open(t, setup{fragment: "example.html"})
	p.until(exampleSays + " === 'Draw a garment.'")
	p.mouse(shirt...)
	p.until("/ %$/.test(" + exampleSays + ")")
	said := strings.TrimPrefix(eval[string](p, exampleSays), "Perhaps: ")
	label, _, _ := strings.Cut(said, ",")
	labels := eval[[]string](p, "import('./croquis.js').then(({ load }) => load()).then((c) => { c.close(); return c.info.labels; })")
	if !slices.Contains(labels, label) {
		t.Errorf("it says %q, which is none of %q", said, labels)
	}
	if n := eval[int](p, "[...canvas.getContext('2d').getImageData(0, 0, 280, 280).data].filter((v, i) => i % 4 === 3 && v > 0).length"); n < 500 {
		t.Errorf("%d pixels of the line can be seen", n)
	}
	p.quiet()

	source, err := os.ReadFile("../web/example.js")
	if err != nil {
		t.Fatal(err)
	}
	code := 0
	for line := range strings.Lines(string(source)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			code++
		}
	}
	if code > 24 {
		t.Errorf("%d lines of code are no example of twenty", code)
	}
}
