package chart

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed report/text.html
var textPage string

//go:embed report/text.css
var textStyle string

var textTemplate = template.Must(template.New("text").Parse(textPage))

// TextPage writes a page of words and tables that stands beside a network's reports and looks like them. The body has neither a
// title nor anything else that a report's head has; its tables are each in an element of the class "scroll", and their cells of
// the classes that [ColumnKinds] gives.
func TextPage(w io.Writer, kind, name string, body template.HTML) error {
	var page bytes.Buffer
	err := textTemplate.Execute(&page, map[string]any{
		"Kind": kind, "Name": name, "Body": body, "Report": template.CSS(reportStyle), "Style": template.CSS(textStyle),
	})
	if err != nil {
		return fmt.Errorf("chart: %s of %q: %w", kind, name, err)
	}
	_, err = w.Write(page.Bytes())
	return err
}
