package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
)

// papers are what lies beside a network for people to read: its reports and its card, all in one look.
type papers struct {
	assets []*asset
	pieces map[string]*asset // styles and scripts of reports, by their content: most of a report is the same in all of them
	rules  *asset            // one style sheet for what stands in style attributes, of all reports
}

// add takes the papers of the network whose file is base.json into the site, and tells n where they are.
func (p *papers) add(base string, n *network) error {
	for _, paper := range []struct {
		suffix, name string
		address      *string
	}{
		{".report.html", n.Name + ".report.html", &n.Training},
		{".evaluation.html", n.Name + ".evaluation.html", &n.Evaluation},
		{".md", n.Name + ".card.html", &n.Card},
	} {
		b, err := os.ReadFile(base + paper.suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if paper.suffix == ".md" {
			b, err = cardPage(n.Name, b)
		}
		if err == nil {
			b, err = p.split(b)
		}
		if err != nil {
			return fmt.Errorf("%s%s: %w", base, paper.suffix, err)
		}
		*paper.address = "model/" + paper.name
		p.assets = append(p.assets, &asset{name: *paper.address, content: b, stable: true})
	}
	return nil
}

// inline matches the styles and scripts that stand in a report, which opens from a disk as one file. JSON is no script.
var inline = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(?:style|script)>`)

// styled matches a style attribute. html/template leaves nothing in them that would have to be escaped in a style sheet.
var styled = regexp.MustCompile(`\sstyle="([\w\s:;.,%()#-]*)"`)

// title is where a paper names the project, above its own name.
var title = []byte(`<p class="eyebrow">Croquis · `)

// split moves a report's styles and scripts into files of their own: the site's policy allows nothing else. The page's icon is
// the report's, too, and where the report names the project there is the way back to the page, for an installed one has no button
// for that.
func (p *papers) split(report []byte) ([]byte, error) {
	if !charset.Match(report) {
		return nil, errors.New(`it has no <meta charset="utf-8">: it is no report of this project`)
	}
	report = inline.ReplaceAllFunc(report, func(element []byte) []byte {
		m := inline.FindSubmatch(element)
		if string(m[1]) == "style" {
			return fmt.Appendf(nil, `<link rel="stylesheet" href="%s">`, p.piece("css", m[2]))
		}
		return fmt.Appendf(nil, `<script src="%s"></script>`, p.piece("js", m[2]))
	})
	if !bytes.Contains(report, title) {
		return nil, fmt.Errorf("it has no %s, where the way back to the page belongs: write it again with go run ./cmd/train or ./cmd/evaluate", title)
	}
	report = bytes.Replace(report, title, []byte(`<p class="eyebrow"><a href="../?tab=network">Croquis</a> · `), 1)
	report = styled.ReplaceAllFunc(report, func(attribute []byte) []byte {
		style := styled.FindSubmatch(attribute)[1]
		p.rule(fmt.Appendf(nil, "[data-style=\"%s\"] { %s }\n", style, style))
		return fmt.Appendf(nil, ` data-style="%s"`, style)
	})
	p.rule([]byte(".eyebrow a { color: inherit; text-underline-offset: 0.25em; }\n"))
	head := `<link rel="icon" href="../favicon.svg">` + "\n" + `<link rel="stylesheet" href="` + path.Base(p.rules.name) + `">` + "\n</head>"
	return bytes.Replace(report, []byte("</head>"), []byte(head), 1), nil
}

// rule adds a rule to the style sheet of all reports, unless it is there.
func (p *papers) rule(rule []byte) {
	if p.rules == nil {
		p.rules = &asset{name: "model/report-rules.css"}
		p.assets = append(p.assets, p.rules)
	}
	if !bytes.Contains(p.rules.content, rule) {
		p.rules.content = append(p.rules.content, rule...)
	}
}

// piece gives a style or script a file in the folder of the reports, one for all that are the same.
func (p *papers) piece(ext string, content []byte) (name string) {
	if p.pieces == nil {
		p.pieces = map[string]*asset{}
	}
	a, ok := p.pieces[ext+string(content)]
	if !ok {
		a = &asset{name: fmt.Sprintf("model/report-%d.%s", len(p.pieces)+1, ext), content: content}
		p.pieces[ext+string(content)] = a
		p.assets = append(p.assets, a)
	}
	return strings.TrimPrefix(a.name, "model/")
}
