package site

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// english is the file with every word that the page says. A page reads in English before its scripts run, and without
// them; they put other languages in the place of it.
const english = "text/en.json"

var (
	// A tag that opens an element: its name and its attributes.
	openingTag = regexp.MustCompile(`<([a-z][a-z0-9-]*)((?:\s+[^\s"'<>/=]+(?:="[^"]*")?)*)\s*/?>`)
	attribute  = regexp.MustCompile(`\s([^\s"'<>/=]+)(?:="[^"]*")?`)
	// data-text="key" is about what the element contains, data-text-title="key" about its attribute title.
	textKey = regexp.MustCompile(`\sdata-text(-label|-title|-content)?="([^"]*)"`)
	// What a text is put into is put as text.
	escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
)

// attributes that data-text-… names.
var textAttributes = map[string]string{"-label": "aria-label", "-title": "title", "-content": "content"}

// fillTexts puts the English of [english] into all pages, where data-text and its like name the key.
func fillTexts(assets []*asset) error {
	var texts map[string]string
	for _, a := range assets {
		if a.name == english {
			if err := json.Unmarshal(a.content, &texts); err != nil {
				return fmt.Errorf(`%s: %w; it is to be {"room.thing": "Sentence", …}`, a.name, err)
			}
		}
	}
	for _, a := range assets {
		if path.Ext(a.name) != ".html" {
			continue
		}
		filled, err := filledWith(string(a.content), texts)
		if err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
		a.content = []byte(filled)
	}
	return nil
}

func filledWith(page string, texts map[string]string) (string, error) {
	var out strings.Builder
	end := 0
	for _, m := range openingTag.FindAllStringSubmatchIndex(page, -1) {
		tag, name := page[m[0]:m[1]], page[m[2]:m[3]]
		inside := ""
		for _, key := range textKey.FindAllStringSubmatch(tag, -1) {
			text, err := fixed(texts, key[2])
			if err != nil {
				return "", err
			}
			if key[1] == "" {
				inside = escape.Replace(text)
			} else {
				tag = withAttribute(tag, textAttributes[key[1]], escape.Replace(text))
			}
		}
		out.WriteString(page[end:m[0]])
		out.WriteString(tag)
		end = m[1]
		if inside != "" {
			length := strings.IndexByte(page[end:], '<')
			if length < 0 || !strings.HasPrefix(page[end+length:], "</"+name+">") {
				return "", fmt.Errorf("%s has data-text, and more in it than text: give the text an element of its own", tag)
			}
			out.WriteString(inside)
			end += length
		}
	}
	out.WriteString(page[end:])
	return out.String(), nil
}

// fixed looks up a text that can be said before anything is known.
func fixed(texts map[string]string, key string) (string, error) {
	text, ok := texts[key]
	switch {
	case !ok:
		return "", fmt.Errorf("%s has no text %q", english, key)
	case text == "":
		return "", fmt.Errorf("%s: the text %q is empty", english, key)
	case strings.ContainsRune(text, '{'):
		return "", fmt.Errorf("%s: the text %q has a place for a value, which a page without scripts has not", english, key)
	}
	return text, nil
}

// withAttribute gives a tag an attribute, in the place of one of that name.
func withAttribute(tag, name, value string) string {
	given := name + `="` + value + `"`
	last := 0
	for _, at := range attribute.FindAllStringSubmatchIndex(tag, -1) {
		if tag[at[2]:at[3]] == name {
			return tag[:at[2]] + given + tag[at[1]:]
		}
		last = at[1]
	}
	return tag[:last] + " " + given + tag[last:]
}
