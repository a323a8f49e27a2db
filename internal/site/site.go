// Package site builds the page: it compiles the page's program, gathers all that the page loads, gives every file a name
// with its hash in it, compresses it, and puts the whole in place at once. What it leaves is a folder for any static
// host; package serve below it is such a host.
//
// The same sources give the same bytes, wherever and whenever they are built with the same version of Go.
package site

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// Options of [Build].
type Options struct {
	Root    string // the module's folder
	Out     string // the folder to fill; it is replaced
	Web     string // the folder with the page's own files; "": web below Root
	Models  string // the folder with the networks, NAME.json each; "": model below Root
	Default string // the network that the page uses; "": croquis, or tiny, or thesis, or the first if there is none of them
	Cache   string // a folder to keep what was compressed; "": none
	Quick   bool   // compress less where the cache has nothing: seconds instead of half a minute
	// Log takes what went wrong without doing harm, such as a cache that cannot be written. nil: nobody listens.
	Log func(error)

	only string // the one network to take; "": all
}

// asset is one file of the site.
type asset struct {
	name    string // what the page calls it, such as croquis.wasm or vendor/echarts.js
	content []byte
	stable  bool // keeps its name, for it is asked for by that name
	hidden  bool // not in the manifest
	pins    bool // has the manifest's name or checksum in it, and is therefore not in the manifest either
	first   bool // loaded before the page's first prediction
	chosen  bool // the network that the page is to use

	file     string   // its name in the site, once linked
	modules  []string // the modules that it imports at once
	loads    []string // the files that a browser gets at once when it gets this one, those modules among them
	gz, br   []byte   // nil if that would not be smaller
	visiting bool     // while linked
}

// Build builds the site and returns how large it is. If it fails, what was in the folder before stays.
func Build(ctx context.Context, o Options) (*Report, error) {
	o.complete()
	if err := replaceable(o.Out); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	assets, err := collect(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	return finish(ctx, o, assets)
}

// complete puts what is usual in the place of what was left out.
func (o *Options) complete() {
	if o.Models == "" {
		o.Models = filepath.Join(o.Root, "model")
	}
	if o.Web == "" {
		o.Web = filepath.Join(o.Root, "web")
	}
	if o.Log == nil {
		o.Log = func(error) {}
	}
}

// finish links, compresses and writes the files.
func finish(ctx context.Context, o Options, assets []*asset) (*Report, error) {
	assets, err := assemble(ctx, o, assets)
	if err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	if err := write(o.Out, assets); err != nil {
		return nil, fmt.Errorf("site: %w", err)
	}
	return reportOf(assets), nil
}

// assemble makes of what was collected the files of the site, in order and compressed.
func assemble(ctx context.Context, o Options, assets []*asset) ([]*asset, error) {
	if err := fillTexts(assets); err != nil {
		return nil, err
	}
	assets, err := link(assets)
	if err != nil {
		return nil, err
	}
	listed := slices.DeleteFunc(slices.Clone(assets), func(a *asset) bool { return a.pins })
	if err := compressAll(ctx, o, listed); err != nil {
		return nil, err
	}
	manifest, err := manifestOf(assets)
	if err != nil {
		return nil, err
	}
	pinned, err := pin(assets, manifest)
	if err != nil {
		return nil, err
	}
	if err := compressAll(ctx, o, append(pinned, manifest...)); err != nil {
		return nil, err
	}
	return append(assets, manifest...), nil
}

// byName indexes assets and fails if two have the same name.
func byName(assets []*asset) (map[string]*asset, error) {
	index := make(map[string]*asset, len(assets))
	for _, a := range assets {
		if _, taken := index[a.name]; taken {
			return nil, fmt.Errorf("two files are called %s", a.name)
		}
		index[a.name] = a
	}
	return index, nil
}

// errNoModel says what to do about an empty folder of networks.
var errNoModel = errors.New("there is no network NAME.json: train one (make train) and copy it there")

// order sorts assets by name, but the network that the page uses comes before the others.
func order(assets []*asset) {
	key := func(a *asset) string {
		if a.chosen {
			return "model/"
		}
		return a.name
	}
	slices.SortFunc(assets, func(a, b *asset) int { return cmp.Compare(key(a), key(b)) })
}
