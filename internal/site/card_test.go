package site

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A card becomes a page with its title, whose tables have heads, keep numbers to the right, and scroll in boxes that can be reached
// by keyboard. No HTML of the card's own comes through.
func TestCardPage(t *testing.T) {
	page, err := cardPage("lenet5", []byte(`# another title

<!-- a note to authors -->

It *names* <script>alert(1)</script> garments, see [the paper](https://arxiv.org/abs/2010.03759).

## How "good" it is

    go run ./cmd/evaluate

| figure | value | about |
|---|---|---|
| top 1 | 92.72 % | right |
| `+"`top`"+` 2 | (97.94–98.46 %) | of two, the one or the other of them is right, say |

## How it was made

| | |
|---|---|
| Network | lenet5 |
`))
	if err != nil {
		t.Fatal(err)
	}
	html := string(page)
	for _, want := range []string{
		"<title>lenet5: model card</title>", "<h1>lenet5</h1>", "<h2>How &quot;good&quot; it is</h2>", "<em>names</em>",
		`<a href="https://arxiv.org/abs/2010.03759">the paper</a>`, "<pre><code>go run ./cmd/evaluate",
		`<div class="scroll" role="group" aria-label="Table: How &#34;good&#34; it is" tabindex="0"><table>`,
		`<tr><th scope="col">figure</th><th scope="col">value</th><th scope="col" class="words long">about</th></tr>`,
		`<tr><th scope="row">top 1</th><td>92.72 %</td><td class="words long">right</td></tr>`,
		`<tr><th scope="row"><code>top</code> 2</th><td>(97.94–98.46 %)</td>`,
		`aria-label="Table: How it was made" tabindex="0"><table>` + "\n<tbody>\n" + `<tr><th scope="row">Network</th><td class="words">lenet5</td></tr>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, never := range []string{"another title", "a note to authors", "<script", "<th></th>"} {
		if strings.Contains(html, never) {
			t.Errorf("the page has %s", never)
		}
	}
	if t.Failed() {
		t.Log(html[strings.Index(html, "<body>"):])
	}
	if _, err := cardPage("lenet5", nil); err == nil || !strings.Contains(err.Error(), "cmd/evaluate") {
		t.Errorf("an empty card: %v, want what to do about it", err)
	}
}

// The shipped cards come through whole: with each of their headings, and with a cell for each of their tables' cells.
func TestShippedCards(t *testing.T) {
	cards, err := filepath.Glob("../../model/*.md")
	if err != nil || len(cards) == 0 {
		t.Fatalf("%d cards, %v", len(cards), err)
	}
	row := regexp.MustCompile(`(?m)^\|.*\|$`)
	ruler := regexp.MustCompile(`^[|-]+$`)
	for _, path := range cards {
		card, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := cardPage("a", card)
		if err != nil {
			t.Fatal(err)
		}
		html := string(page)
		rows := 0
		for _, r := range row.FindAllString(string(card), -1) {
			if !ruler.MatchString(strings.ReplaceAll(r, " ", "")) {
				rows++
			}
		}
		if n := strings.Count(html, "<tr>"); n != rows || rows < 20 {
			t.Errorf("%s: %d rows of tables, the card has %d", path, n, rows)
		}
		if n, want := strings.Count(html, "<h2>")+strings.Count(html, "<h3>"), strings.Count(string(card), "\n## ")+strings.Count(string(card), "\n### "); n != want {
			t.Errorf("%s: %d headings, the card has %d", path, n, want)
		}
		if strings.Contains(html, "raw HTML omitted") || strings.Contains(html, "|") {
			t.Errorf("%s: something of it is not made a page of", path)
		}
	}
}
