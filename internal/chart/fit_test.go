package chart

import (
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// folds is the widest table that a report and a card have.
var folds = Table{
	Title: "Fold by fold", Head: []string{"fold", "drawings", "top 1", "95 % interval", "mean recall", "temperature", "threshold", "energy", "photos", "AUROC"},
	Rows: [][]string{
		{"1", "320", "85.94 %", "(81.70–89.32 %)", "85.76 %", "0.743", "44.56 %", "2.638", "94.30 %", "0.9624"},
		{"2", "1,000", "100.00 %", "(98.68–100.00 %)", "100.00 %", "0.741", "44.48 %", "12.624", "94.45 %", "0.9703"},
	},
}

// tooWide lists the tables that are wider than their boxes, with all folded parts open, and the page if it is wider than the window.
const tooWide = `(() => {
	document.querySelectorAll("details").forEach(d => { d.open = !matchMedia("print").matches; });
	const wide = [];
	if (document.documentElement.scrollWidth > innerWidth) wide.push("page: " + document.documentElement.scrollWidth + " of " + innerWidth);
	for (const box of document.querySelectorAll(".scroll")) {
		const table = box.querySelector("table");
		if (table && table.offsetWidth > box.clientWidth) wide.push(box.ariaLabel + ": " + table.offsetWidth + " of " + box.clientWidth);
	}
	return wide;
})()`

// No table is cut off on a screen or on paper, between whose margins A4 has 672 pixels.
func TestTablesFit(t *testing.T) {
	r := sample(t, 3000)
	r.Sections = append(r.Sections, Section{Table: &folds})
	var body strings.Builder
	fmt.Fprintf(&body, `<h3>Folds</h3><div class="scroll" role="group" aria-label="Table: text" tabindex="0"><table><thead><tr>`)
	for _, h := range folds.Head {
		fmt.Fprintf(&body, "<th>%s</th>", h)
	}
	body.WriteString("</tr></thead><tbody>")
	for _, row := range folds.Rows {
		body.WriteString("<tr><th scope=\"row\">" + row[0] + "</th><td>" + strings.Join(row[1:], "</td><td>") + "</td></tr>")
	}
	body.WriteString("</tbody></table></div>")
	var text strings.Builder
	if err := TextPage(&text, "model card", "sample", template.HTML(body.String())); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, _ := browse(t)
	for name, source := range map[string]string{"report": page(t, r), "text": text.String()} {
		path := filepath.Join(dir, name+".html")
		if err := os.WriteFile(path, []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, at := range []struct {
			width int64
			media string
		}{{1280, "screen"}, {1000, "screen"}, {900, "screen"}, {672, "print"}} {
			var wide []string
			run(t, ctx, chromedp.EmulateViewport(at.width, 900), emulation.SetEmulatedMedia().WithMedia(at.media),
				chromedp.Navigate("file://"+path), chromedp.Evaluate(tooWide, &wide))
			if len(wide) > 0 {
				t.Errorf("%s, %s of %d pixels: too wide are %q", name, at.media, at.width, wide)
			}
		}
	}
}
