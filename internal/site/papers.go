package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
)

// papers are what lies beside a network for people to read: its reports and its card.
type papers struct {
	assets []*asset
	pieces map[string]*asset // styles and scripts of reports, by their content: most of a report is the same in all of them
}

// add takes the papers of the network whose file is base.json into the site, and tells n where they are.
func (p *papers) add(base string, n *network) error {
	for _, paper := range []struct {
		suffix, name string
		address      *string
	}{
		{".report.html", n.Name + ".report.html", &n.Training},
		{".evaluation.html", n.Name + ".evaluation.html", &n.Evaluation},
		{".md", n.Name + ".card.txt", &n.Card}, // browsers save Markdown, and show text
	} {
		b, err := os.ReadFile(base + paper.suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if strings.HasSuffix(paper.suffix, ".html") {
			if b, err = p.split(b); err != nil {
				return fmt.Errorf("%s%s: %w", base, paper.suffix, err)
			}
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

// split moves a report's styles and scripts into files of their own: the site's policy allows nothing else. The page's icon is
// the report's, too.
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
	var styles bytes.Buffer
	report = styled.ReplaceAllFunc(report, func(attribute []byte) []byte {
		style := styled.FindSubmatch(attribute)[1]
		rule := fmt.Appendf(nil, "[data-style=\"%s\"] { %s }\n", style, style)
		if !bytes.Contains(styles.Bytes(), rule) {
			styles.Write(rule)
		}
		return fmt.Appendf(nil, ` data-style="%s"`, style)
	})
	head := []byte(`<link rel="icon" href="../favicon.svg">`)
	if styles.Len() > 0 {
		head = fmt.Appendf(head, "\n<link rel=\"stylesheet\" href=\"%s\">", p.piece("css", styles.Bytes()))
	}
	return bytes.Replace(report, []byte("</head>"), append(head, "\n</head>"...), 1), nil
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
