package serve

import "net/http"

// ContentSecurityPolicy lets the page load nothing but its own files, and compile its own WebAssembly. The site builder
// writes it into the page as well, so that any static host serves it. Reports have small pictures in them (data:).
const ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'; " +
	"base-uri 'none'; form-action 'none'; object-src 'none'"

// headers go with every answer, errors too.
var headers = map[string]string{
	// A <meta> element cannot say who may frame the page, a header can.
	"Content-Security-Policy": ContentSecurityPolicy + "; frame-ancestors 'self'",
	"X-Content-Type-Options":  "nosniff",
	"Referrer-Policy":         "no-referrer",
	"Permissions-Policy":      "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
	// Together the first two isolate the page from others, and browsers give such a page a clock of 5 µs, not 100.
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
}

func setHeaders(h http.Header) {
	for name, value := range headers {
		h.Set(name, value)
	}
}

// Cache-Control: what has the hash of its content in its name never changes; all else is asked for again by its ETag.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheNot     = "no-cache"
)
