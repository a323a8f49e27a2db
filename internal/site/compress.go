package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/andybalholm/brotli"

	"croquis/internal/compress"
)

// packed lists the extensions of formats that are compressed already.
var packed = []string{".br", ".gif", ".gz", ".jpeg", ".jpg", ".png", ".webp", ".woff2"}

// compressAll compresses the files for hosts that can serve them so, on all cores, the largest first.
func compressAll(ctx context.Context, o Options, assets []*asset) error {
	queue := slices.Clone(assets)
	slices.SortStableFunc(queue, func(a, b *asset) int { return len(b.content) - len(a.content) })
	work := make(chan *asset, len(queue))
	for _, a := range queue {
		work <- a
	}
	close(work)
	errs := make([]error, runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	for i := range errs {
		workers.Go(func() {
			for a := range work {
				if errs[i] = errors.Join(ctx.Err(), errs[i]); errs[i] != nil {
					return
				}
				errs[i] = a.compress(o)
			}
		})
	}
	workers.Wait()
	return errors.Join(errs...)
}

func (a *asset) compress(o Options) error {
	if slices.Contains(packed, path.Ext(a.name)) {
		return nil
	}
	gz, err := gzipped(a.content)
	if err != nil {
		return fmt.Errorf("%s: gzip: %w", a.name, err)
	}
	br, err := brotlied(o, a.content)
	if err != nil {
		return fmt.Errorf("%s: brotli: %w", a.name, err)
	}
	if len(gz) < len(a.content) {
		a.gz = gz
	}
	if len(br) < len(a.content) {
		a.br = br
	}
	return nil
}

func gzipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(b)
	err = errors.Join(err, w.Close()) // writes the end, too
	return out.Bytes(), err
}

// brotlied compresses as well as brotli can, unless in a hurry, and keeps the best in the cache.
func brotlied(o Options, b []byte) ([]byte, error) {
	sum := sha256.Sum256(b)
	cached := filepath.Join(o.Cache, hex.EncodeToString(sum[:])+".br")
	if o.Cache != "" {
		if br, ok := fromCache(cached, b); ok {
			return br, nil
		}
	}
	br, err := compress.Brotli(b, o.Quick)
	if err != nil {
		return nil, err
	}
	if o.Cache != "" && !o.Quick {
		if err := toCache(cached, br); err != nil {
			o.Log(fmt.Errorf("what was compressed is not kept: %w", err))
		}
	}
	return br, nil
}

// fromCache reads what was compressed before and makes sure that it still is what it should be.
func fromCache(name string, want []byte) (br []byte, ok bool) {
	br, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	got, err := io.ReadAll(io.LimitReader(brotli.NewReader(bytes.NewReader(br)), int64(len(want))+1))
	if err != nil || !bytes.Equal(got, want) {
		return nil, false
	}
	// The time says when it was last of use; that it cannot be set does no harm.
	now := time.Now()
	_ = os.Chtimes(name, now, now)
	return br, true
}

// cacheFor is how long the cache keeps what nobody asks for.
const cacheFor = 30 * 24 * time.Hour

// toCache keeps b, and forgets what nobody has asked for in a month.
func toCache(name string, b []byte) (err error) {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.br*"))
	if err != nil {
		return err
	}
	for _, o := range old {
		if info, err := os.Stat(o); err == nil && time.Since(info.ModTime()) > cacheFor {
			if err := os.Remove(o); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	tmp, err := os.CreateTemp(dir, filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(tmp.Name()))
	}
	return err
}
