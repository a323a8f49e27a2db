package site

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"croquis/internal/chart"
)

// markdown reads model cards: as everybody does, with tables, and with no HTML in them.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(tables{}, 0))), // before the extension's own
)

// cardPage makes a page of a model card. Browsers save Markdown, or show it as it stands, in lines that no phone is wide enough for.
func cardPage(name string, card []byte) ([]byte, error) {
	doc := markdown.Parser().Parse(text.NewReader(card))
	if doc.FirstChild() == nil {
		return nil, errors.New("it is empty: write it again with go run ./cmd/evaluate -card")
	}
	for n := doc.FirstChild(); n != nil; {
		next := n.NextSibling()
		// The page has a title of its own; notes to those who read the source are not for it.
		if h, ok := n.(*ast.Heading); ok && h.Level == 1 || n.Kind() == ast.KindHTMLBlock {
			doc.RemoveChild(doc, n)
		}
		n = next
	}
	var body, page bytes.Buffer
	if err := markdown.Renderer().Render(&body, card, doc); err != nil {
		return nil, err
	}
	err := chart.TextPage(&page, "model card", name, template.HTML(body.String()))
	return page.Bytes(), err
}

// tables writes tables as the reports have them: each in a box of its own, so that what is too wide for a phone scrolls there, by
// keyboard too; with heads for columns and rows; words to the left and numbers to the right.
type tables struct{}

func (tables) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(east.KindTable, writeTable)
	r.Register(east.KindTableHeader, writeRow)
	r.Register(east.KindTableRow, writeRow)
	r.Register(east.KindTableCell, writeCell)
}

func writeTable(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		w.WriteString("</tbody>\n</table></div>\n")
		return ast.WalkContinue, nil
	}
	classify(n, source)
	about := n.PreviousSibling()
	for about != nil && about.Kind() != ast.KindHeading {
		about = about.PreviousSibling()
	}
	label := "Table"
	if about != nil {
		label += ": " + words(about, source)
	}
	fmt.Fprintf(w, "<div class=\"scroll\" role=\"group\" aria-label=\"%s\" tabindex=\"0\"><table>\n", template.HTMLEscapeString(label))
	return ast.WalkContinue, nil
}

// writeRow leaves a head without words out, which Markdown asks of tables that have none.
func writeRow(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	head := n.Kind() == east.KindTableHeader
	empty := head && !slices.ContainsFunc(cells(n, source), func(cell string) bool { return cell != "" })
	switch {
	case head && entering && !empty:
		w.WriteString("<thead>\n<tr>")
	case head && !entering && !empty:
		w.WriteString("</tr>\n</thead>\n<tbody>\n")
	case head && !entering:
		w.WriteString("<tbody>\n")
	case entering && !empty:
		w.WriteString("<tr>")
	case !entering:
		w.WriteString("</tr>\n")
	}
	if empty {
		return ast.WalkSkipChildren, nil
	}
	return ast.WalkContinue, nil
}

func writeCell(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag, scope := "td", ""
	if n.Parent().Kind() == east.KindTableHeader {
		tag, scope = "th", ` scope="col"`
	} else if n.PreviousSibling() == nil {
		tag, scope = "th", ` scope="row"`
	}
	if !entering {
		fmt.Fprintf(w, "</%s>", tag)
		return ast.WalkContinue, nil
	}
	class := ""
	if kind, ok := n.AttributeString("class"); ok {
		class = fmt.Sprintf(` class="%s"`, kind)
	}
	fmt.Fprintf(w, "<%s%s%s>", tag, scope, class)
	return ast.WalkContinue, nil
}

// classify gives the cells of a table the classes of their columns, but for the first, which has the heads of the rows.
func classify(table ast.Node, source []byte) {
	var rows [][]string
	for row := table.FirstChild().NextSibling(); row != nil; row = row.NextSibling() {
		rows = append(rows, cells(row, source))
	}
	kinds := chart.ColumnKinds(table.FirstChild().ChildCount(), rows)
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		column := 0
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			if column > 0 && kinds[column] != "" {
				cell.SetAttributeString("class", kinds[column])
			}
			column++
		}
	}
}

// cells are the words in a row.
func cells(row ast.Node, source []byte) []string {
	all := make([]string, 0, row.ChildCount())
	for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
		all = append(all, words(cell, source))
	}
	return all
}

// words are what is written in a node, without its marks.
func words(n ast.Node, source []byte) string {
	var all strings.Builder
	// It fails only where the function does.
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			all.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return strings.TrimSpace(all.String())
}
