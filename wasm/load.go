//go:build js && wasm

package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/syumai/tinyutil/httputil"

	"croquis/internal/kernel"
	"croquis/internal/modelfile"
	"croquis/internal/nn"
	"croquis/internal/sketch"
)

// loadRequest is what croquisLoad was asked for.
type loadRequest struct {
	url     string
	bytes   int // what the site's manifest says; 0 when unknown
	variant kernel.Variant
}

// run fetches, decodes, compiles and checks a network, and puts it to use.
func (r loadRequest) run() error {
	if r.variant != "" && !slices.Contains(kernel.Variants(), r.variant) {
		return failed(codeKernel, "kernel %q is not to be had here; there are %v", r.variant, kernel.Variants())
	}
	b, err := r.fetch()
	if err != nil {
		return err
	}
	file, plan, rejected, err := trusted(b, r.variant)
	if err != nil {
		return err
	}
	if want := (nn.Shape{sketch.Side, sketch.Side, 1}); !want.Equal(nn.Shape(file.Input.Shape)) {
		return failed(codeDamaged, "the network %q takes pictures of %v, a drawing is %v", file.Name, nn.Shape(file.Input.Shape), want)
	}
	now.use(file, plan)
	report(map[string]any{"type": "loaded", "info": now.describe(file, rejected)})
	return nil
}

// fetch reads the model file and reports progress as it streams in, ten times a second at most.
func (r loadRequest) fetch() ([]byte, error) {
	response, err := httputil.Get(r.url)
	if err != nil {
		return nil, failed(codeDownload, "fetching %s: %w", r.url, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, failed(codeDownload, "fetching %s: the server answers %s", r.url, response.Status)
	}
	// One byte of room beyond the expected size lets the last Read see the end without growing the buffer.
	b := make([]byte, 0, min(max(r.bytes, 0), modelfile.MaxBytes)+1)
	var last time.Time
	for {
		if len(b) == cap(b) {
			b = slices.Grow(b, max(len(b)/4, 64<<10))
		}
		n, err := response.Body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > modelfile.MaxBytes {
			return nil, failed(codeDamaged, "%s is over %d bytes long, more than a model may be", r.url, modelfile.MaxBytes)
		}
		done := errors.Is(err, io.EOF)
		if err != nil && !done {
			return nil, failed(codeDownload, "fetching %s: after %d bytes: %w", r.url, len(b), err)
		}
		if done || time.Since(last) >= 100*time.Millisecond {
			last = time.Now()
			report(map[string]any{"type": "progress", "loaded": len(b), "total": r.bytes})
		}
		if done {
			break
		}
	}
	if r.bytes > 0 && len(b) < r.bytes {
		return nil, failed(codeDownload, "fetching %s: it ended after %d of %d bytes", r.url, len(b), r.bytes)
	}
	return b, nil
}

// trusted decodes and compiles the network with the given kernel variant, or the fastest, and runs the file's golden
// vectors. A variant that comes to something else is passed over for the next slower one, down to portable Go. Decoding
// is part of the trial: the kernels do that too.
func trusted(b []byte, first kernel.Variant) (file *modelfile.File, plan *nn.Plan, rejected []string, err error) {
	variants := kernel.Variants()
	if first == "" {
		first = variants[len(variants)-1]
	}
	digest := wholeByDigest(b)
	if digest == digestDiffers {
		if _, err := modelfile.Decode(b); err != nil { // which says best what is wrong
			return nil, nil, nil, failed(codeDamaged, "%w", err)
		}
		digest = digestUnknown // a quirk of the browser's
	}
	for i := slices.Index(variants, first); i >= 0; i-- {
		kernel.Use(variants[i]) // for good: there is one network in a worker
		if file, plan, err = try(b, digest == digestSame); err == nil {
			return file, plan, rejected, nil
		}
		rejected = append(rejected, fmt.Sprintf("%s: %v", variants[i], err))
	}
	return nil, nil, nil, err
}

// try decodes, compiles and checks with the kernels in use. Kernels that are wrong may well make a loop go astray.
func try(b []byte, verified bool) (file *modelfile.File, plan *nn.Plan, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = failed(codeCheck, "panic: %v", p)
		}
	}()
	if verified {
		file, err = modelfile.DecodeVerified(b)
	} else {
		file, err = modelfile.Decode(b)
	}
	if err != nil {
		return nil, nil, failed(codeDamaged, "%w", err)
	}
	plan = nn.Compile(file.Model, 1)
	if err := file.CheckGolden(func(x, out []float32) { plan.Predict(x, 1, out) }); err != nil {
		return nil, nil, failed(codeCheck, "%w", err)
	}
	return file, plan, nil
}

// describe is the classifier's info; file is what it uses.
func (c *classifier) describe(file *modelfile.File, rejected []string) map[string]any {
	trainable, fixed := file.Model.Count()
	metrics := make(map[string]any, len(file.Metrics))
	for name, value := range file.Metrics {
		metrics[name] = value
	}
	domain := func(d modelfile.Domain) map[string]any {
		return map[string]any{"temperature": d.Temperature, "threshold": d.Threshold, "energy": d.Energy}
	}
	return map[string]any{
		"name":       file.Name,
		"labels":     list(file.Labels, same),
		"layers":     layers(c.plan, c.filters),
		"parameters": trainable + fixed,
		"macs":       file.Model.MACs(),
		"bytes":      file.Size,
		"weights":    file.DType.String(),
		"sha256":     file.SHA256,
		"kernel":     string(kernel.Active()),
		"kernels":    variantNames(),
		"selfCheck": map[string]any{
			"vectors":  len(file.Golden),
			"rejected": list(rejected, same),
		},
		"metrics":     metrics,
		"calibration": map[string]any{"photos": domain(c.photos), "drawings": domain(c.drawings)},
	}
}
