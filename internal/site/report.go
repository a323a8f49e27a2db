package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"croquis/internal/figure"
	"croquis/internal/site/serve"
)

// manifestName is the one file of the site that other pages ask for by its name; it has the names of all others.
const manifestName = "manifest.json"

// Entry is what manifest.json says about a file.
type Entry struct {
	File   string `json:"file"`   // its name in the site
	Bytes  int    `json:"bytes"`  // of the file as it is
	Gzip   int    `json:"gzip"`   // of its compressed sibling, or, if there is none, as it is
	Brotli int    `json:"brotli"` // the same
	SHA256 string `json:"sha256"` // of the file as it is, 64 hex digits
}

func (a *asset) entry() Entry {
	sum := sha256.Sum256(a.content)
	e := Entry{File: a.file, Bytes: len(a.content), Gzip: len(a.content), Brotli: len(a.content), SHA256: hex.EncodeToString(sum[:])}
	if a.gz != nil {
		e.Gzip = len(a.gz)
	}
	if a.br != nil {
		e.Brotli = len(a.br)
	}
	return e
}

// manifestOf writes {"files": {name: entry, …}}. The order has a meaning: the first network is the page's. It comes twice:
// with its hash in its name, for pages and a service worker that belong to this very build, and as [manifestName].
func manifestOf(assets []*asset) ([]*asset, error) {
	var b bytes.Buffer
	b.WriteString("{\"files\": {")
	separator := "\n"
	for _, a := range assets {
		if a.hidden || a.pins {
			continue
		}
		name, err := json.Marshal(a.name)
		if err != nil {
			return nil, err
		}
		entry, err := json.Marshal(a.entry())
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s%s: %s", separator, name, entry)
		separator = ",\n"
	}
	b.WriteString("\n}}\n")
	return []*asset{
		{name: manifestName, file: serve.HashedName(manifestName, b.Bytes()), content: b.Bytes(), hidden: true, first: true},
		{name: manifestName, file: manifestName, content: b.Bytes(), stable: true, hidden: true},
	}, nil
}

// Row is one line of a [Report].
type Row struct {
	Name                string
	Bytes, Gzip, Brotli int
	First               bool // loaded before the first prediction
}

// Report is how large a site is.
type Report struct {
	Rows  []Row
	First Row // the sum of what is loaded before the first prediction
}

func reportOf(assets []*asset) *Report {
	r := &Report{First: Row{Name: "to the first prediction", First: true}}
	for _, a := range assets {
		if a.file == manifestName || a.hidden && a.name != manifestName {
			continue // other addresses of what is listed already
		}
		e := a.entry()
		row := Row{a.name, e.Bytes, e.Gzip, e.Brotli, a.first}
		r.Rows = append(r.Rows, row)
		if a.first {
			r.First.Bytes += row.Bytes
			r.First.Gzip += row.Gzip
			r.First.Brotli += row.Brotli
		}
	}
	return r
}

// Print writes the report as a table, in bytes. An asterisk marks what is loaded before the first prediction.
func (r *Report) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "bytes\tgzip\tbrotli\t\t\n")
	for _, row := range append(r.Rows, r.First) {
		mark := ""
		if row.First {
			mark = "*"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t %s\n", figure.Thousands(row.Bytes), figure.Thousands(row.Gzip), figure.Thousands(row.Brotli), mark, row.Name)
	}
	return t.Flush()
}
