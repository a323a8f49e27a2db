package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"strings"
)

// hashed matches a name that has the hash of the content in it, as [HashedName] gives it.
var hashed = regexp.MustCompile(`^[^/]+\.[0-9a-f]{16}\.[^/]+$`)

// HashedName puts 16 hex digits of the content's SHA-256 before the extension: app.js becomes app.0123456789abcdef.js.
// A file of such a name never changes, so browsers may keep it for ever.
func HashedName(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:8]) + ext
}

// IsHashed says whether the last element of name looks as HashedName makes it.
func IsHashed(name string) bool { return hashed.MatchString(path.Base(name)) }

// types are spelt out: package mime asks the machine, and machines differ.
var types = map[string]string{
	".css":         "text/css; charset=utf-8",
	".csv":         "text/csv; charset=utf-8",
	".gif":         "image/gif",
	".gz":          "application/gzip",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/vnd.microsoft.icon",
	".jpeg":        "image/jpeg",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".md":          "text/markdown; charset=utf-8",
	".mjs":         "text/javascript; charset=utf-8",
	".ndjson":      "application/x-ndjson",
	".pdf":         "application/pdf",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".wasm":        "application/wasm",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
	".xml":         "text/xml; charset=utf-8",
}

// ContentType is the type of a file, with its character set. It goes by the extension; a file without one that means something (LICENSE-echarts) is text.
func ContentType(name string) string {
	if t, ok := types[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	if path.Ext(name) == "" {
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
