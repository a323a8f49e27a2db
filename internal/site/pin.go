package site

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
)

// serviceWorker keeps the site on the visitor's device, see web/sw.js. It stands for one build.
const serviceWorker = "sw.js"

var (
	// manifestLink is how a page refers to the manifest.
	manifestLink = regexp.MustCompile(`href="` + regexp.QuoteMeta(manifestName) + `"`)
	// builtFor is where the service worker has the build that it stands for.
	builtFor = regexp.MustCompile(`(?m)^const BUILD = (.*)\(\{\}\);$`)
)

// pinned is a file and its checksum.
type pinned struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// pin writes the manifest's name, which has its hash, into the pages that refer to it, and the checksums of manifest and
// page into the service worker. So a page keeps to the files of its own build, and the service worker is another one
// whenever any file of the site is. It returns what it has changed.
func pin(assets, manifest []*asset) (changed []*asset, err error) {
	build := map[string]pinned{"manifest": {manifest[0].file, manifest[0].entry().SHA256}}
	var worker *asset
	for _, a := range assets {
		if path.Ext(a.name) == ".html" && a.pins {
			a.content = manifestLink.ReplaceAll(a.content, []byte(`href="`+manifest[0].file+`"`))
		}
		if a.name == "index.html" {
			build["page"] = pinned{a.file, a.entry().SHA256}
		}
		if a.name == serviceWorker {
			worker = a
		}
		if a.pins {
			changed = append(changed, a)
		}
	}
	if worker == nil {
		return changed, nil
	}
	if n := len(builtFor.FindAll(worker.content, -1)); n != 1 {
		return nil, fmt.Errorf("%s has %d lines %q, where its build belongs; it is to have one", worker.name, n, builtFor)
	}
	b, err := json.Marshal(build)
	if err != nil {
		return nil, err
	}
	worker.content = builtFor.ReplaceAll(worker.content, fmt.Appendf(nil, "const BUILD = ${1}(%s);", b))
	return changed, nil
}
