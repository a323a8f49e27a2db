package site

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sentences = `{"page.title": "Draw & see", "paper.name": "Say \"here\"", "tools.undo": "Undo", "many": "{n} of them", "none": ""}`

func filled(t testing.TB, html string) (string, error) {
	t.Helper()
	page := &asset{name: "index.html", content: []byte(html)}
	err := fillTexts([]*asset{{name: english, content: []byte(sentences)}, page, {name: "app.js", content: []byte(html)}})
	return string(page.content), err
}

func TestTexts(t *testing.T) {
	got, err := filled(t, `<meta charset="utf-8"><meta name="description" data-text-content="page.title">
<title data-text="page.title"></title>
<h1 class="x" data-text="page.title">old words</h1>
<button hidden data-text-label="paper.name" data-text-title="tools.undo" title="old"><svg viewBox="0 0 1 1"/></button>
<p data-text="tools.undo" aria-label="a title" data-text-title="tools.undo" hidden></p><br/>1 < 2
`)
	if err != nil {
		t.Fatal(err)
	}
	want := `<meta charset="utf-8"><meta name="description" data-text-content="page.title" content="Draw &amp; see">
<title data-text="page.title">Draw &amp; see</title>
<h1 class="x" data-text="page.title">Draw &amp; see</h1>
<button hidden data-text-label="paper.name" data-text-title="tools.undo" title="Undo" aria-label="Say &quot;here&quot;"><svg viewBox="0 0 1 1"/></button>
<p data-text="tools.undo" aria-label="a title" data-text-title="tools.undo" hidden title="Undo">Undo</p><br/>1 < 2
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	again, err := filled(t, got)
	if err != nil || again != got {
		t.Errorf("filled twice it is another: %v\n%s", err, again)
	}
}

func TestTextErrors(t *testing.T) {
	for html, want := range map[string]string{
		`<p data-text="nowhere"></p>`:                   `no text "nowhere"`,
		`<p data-text-label="nowhere"></p>`:             `no text "nowhere"`,
		`<p data-text=""></p>`:                          `no text ""`,
		`<p data-text="none"></p>`:                      `"none" is empty`,
		`<p data-text="many"></p>`:                      `"many" has a place`,
		`<p data-text="tools.undo">Undo <b>!</b></p>`:   "an element of its own",
		`<input data-text="tools.undo"><p></p>`:         "an element of its own",
		`<p data-text="tools.undo">and nothing more to`: "an element of its own",
	} {
		if _, err := filled(t, html); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "index.html") && !strings.Contains(err.Error(), english) {
			t.Errorf("%s: %v, want %q", html, err, want)
		}
	}
	damaged := []*asset{{name: english, content: []byte(`{"a": ["b"]}`)}}
	if err := fillTexts(damaged); err == nil || !strings.Contains(err.Error(), english) {
		t.Errorf("a list for a text: %v", err)
	}
}
