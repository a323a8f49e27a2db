# Croquis: every way into the project. `make` alone prints this table of contents.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO   ?= go
ARCH ?= croquis
ADDR ?= 127.0.0.1:8000
MODEL ?=
DATA ?= data
from = -data $(DATA) -quickdraw $(DATA)/quickdraw
# Debian's own Python sees Debian's packages whatever else is on the PATH.
PYTHON ?= /usr/bin/python3
# FIREFOX=none leaves the page's test in Firefox out, where it cannot be installed.
FIREFOX ?=
export CROQUIS_FIREFOX = $(FIREFOX)

##@ Use it
.PHONY: run site single
run: ## build the page and serve it on your own machine (ADDR=127.0.0.1:8000, MODEL=NAME of a network in model/)
	@echo "building the page (the first time takes about a minute) …"
	@$(GO) run ./cmd/site -out dist -quick $(if $(MODEL),-default $(MODEL))
	@$(GO) run ./cmd/serve -dir dist -addr $(ADDR)

site: ## build the page into dist/, ready for any static host
	$(GO) run ./cmd/site -out dist $(if $(MODEL),-default $(MODEL))

single: ## build the page as one file, dist/croquis.html, that opens from a disk (MODEL=tiny)
	$(GO) run ./cmd/site -single dist/croquis.html -default '$(if $(filter file,$(origin MODEL)),,$(MODEL))'

##@ Train it
.PHONY: data photos sheets train train-best thesis compare resume evaluate shipped thesis-shipped
data: ## get Fashion-MNIST (30 MB, verified) and, with a connection, drawings by people (reads 0.5 to 10 GB, keeps 2 MB) into data/
	$(GO) run ./cmd/data -dir $(DATA) -drawings try

photos: # Fashion-MNIST alone
	$(GO) run ./cmd/data -dir $(DATA)

sheets: photos ## contact sheets of all that networks are trained with, into runs/sheets
	$(GO) run ./cmd/sheet -data $(DATA) -drawings $(DATA)/quickdraw/garments.ndjson -others $(DATA)/quickdraw/others.ndjson $(ARGS)

train: data ## train a network, write its weights and report (ARCH=croquis, tiny, thesis …; ARGS='-epochs 5')
	$(GO) run ./cmd/train -arch $(ARCH) $(from) $(ARGS)

# Each network is trained once without each fifth of the drawings by people, which tells how it does on drawings that it has
# not seen, and once with all: those are the weights. Stopped, it goes on where it was.
train-best: data ## train the shipped weights again, with the cross-validation that their figures are from (ARCH=croquis, tiny)
	$(GO) run ./cmd/crossvalidate -arch $(ARCH) $(from) -out runs/$(ARCH)-folds $(ARGS)

shipped: photos ## put what train-best left into model/, judged, with its card and reports (ARCH=croquis)
	cp runs/$(ARCH)-folds/final/model.json model/$(ARCH).json
	cp runs/$(ARCH)-folds/final/history.json model/$(ARCH).history.json
	cp runs/$(ARCH)-folds/final/report.html model/$(ARCH).report.html
	$(call judge,$(ARCH),-folds runs/$(ARCH)-folds/folds.json)

thesis-shipped: photos ## judge the thesis's network in model/ again, with its card and report
	$(call judge,thesis)

# Judges a network of model/ on everything: $(call judge,NAME,more flags).
define judge
$(GO) run ./cmd/evaluate -model model/$(1).json -photos $(DATA) -drawings $(DATA)/quickdraw/garments.ndjson -others $(DATA)/quickdraw/others.ndjson \
	-generated 200 -corruptions -targets $(2) -out model/$(1).evaluation.json -card model/$(1).md -report model/$(1).evaluation.html
endef

# The first run holds 5,000 photos out, and its plateaus decide the learning rates; the second repeats them on all 60,000.
thesis: photos ## train the shipped weights of the thesis's network again: two runs, each picked up where it was stopped
	$(GO) run ./cmd/train -arch thesis -data $(DATA) -out runs/thesis/model.json -resume
	$(GO) run ./cmd/train -arch thesis -data $(DATA) -validation 0 -schedule-from runs/thesis/history.json -dtype int8 -out runs/thesis-all/model.json -resume

# No drawings by people, so that it needs none; 5,000 photos decide, and nobody reads the test photos.
compare: photos ## croquis and tiny beside other networks of their cost, on 5,000 held-out photos after 12 epochs each (ARGS='-epochs 5')
	@for a in croquis croquis-deep croquis-early croquis-padded tiny tiny-deep tiny-deeper; do \
	  echo "$$a:"; $(GO) run ./cmd/train -arch $$a -data $(DATA) -epochs 12 -validation 5000 -people 0 -others 0 -test=false -out runs/compare/$$a/model.json $(ARGS) | grep -E '^(epoch |\{"event":"epoch")' | tail -n 1; done

resume: data ## go on where `make train` was stopped, bit for bit
	$(GO) run ./cmd/train -arch $(ARCH) $(from) -resume $(ARGS)

evaluate: photos ## judge the shipped weights on the 10,000 test photos (ARCH=croquis)
	$(GO) run ./cmd/evaluate -model model/$(ARCH).json -photos $(DATA) $(ARGS)

##@ Trust it
.PHONY: test lint types web-tools unit noasm browser firefox race arm64 gallery portrait generate check-generated
test: lint types browser firefox photos unit noasm ## everything that must pass: vet, formatting, types, unit tests, the page in real browsers (FIREFOX=none: Chromium alone)

lint: ## go vet and gofmt
	@out=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); if [[ -n $$out ]]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet ./wasm ./internal/kernel ./internal/nn ./internal/sketch ./internal/modelfile

types: web-tools ## the page's modules hold to the types in their comments
	runs/web-tools/node_modules/.bin/tsc -p scripts/web

web-tools: # what checks the page's types and accessibility, from npm: installed on Debian as root, asked for elsewhere
	@bash scripts/web/install.sh

unit: web-tools # the tests alone, where browser and data are in place
	$(GO) test -timeout 40m ./...

noasm: # the same numbers from portable Go alone
	$(GO) test -tags noasm ./internal/kernel ./internal/nn

browser: # Chromium or Chrome for the page tests: installed on Debian as root, asked for elsewhere
	@bash scripts/need.sh browser

firefox: # Firefox for the page tests that need a second browser: installed on Debian as root, asked for elsewhere
	@bash scripts/need.sh firefox

race: ## the unit tests under the race detector (needs a C compiler)
	@bash scripts/need.sh cc
	CGO_ENABLED=1 $(GO) test -race -short ./internal/...

arm64: ## the kernels' tests as another processor runs them: arm64 under qemu (Linux)
	@bash scripts/need.sh qemu
	GOARCH=arm64 $(GO) test -short -exec qemu-aarch64 ./internal/kernel

gallery: photos ## write the photos and drawings of the page's gallery again: nothing should change
	$(GO) run ./cmd/gallery -data $(DATA)

portrait: browser ## take the README's pictures of the page again, light and dark, in a real browser
	$(GO) run ./cmd/portrait

generate: cards ## write the generated files again: assembly, wasm kernels, model cards
	$(GO) generate ./internal/kernel/...

check-generated: generate # fails when a generated file is not what its generator writes
	@git diff --exit-code --stat -- internal/kernel 'model/*.md' || { echo "generated files differ: run 'make generate' and commit"; exit 1; }

##@ Measure it
.PHONY: bench bench-peers bench-page
bench: ## Go benchmarks on the shapes of our networks: GFLOP/s, allocations (benchstat-readable)
	$(GO) test -run '^$$' -bench . -benchmem ./internal/kernel ./internal/nn

bench-peers: photos ## ours against PyTorch, OpenBLAS, TensorFlow.js and ONNX Runtime Web, side by side
	$(GO) run ./bench $(ARGS)

bench-page: ## our page while somebody draws: a drawing's picture, frames and tasks with a processor 4 times as slow, ten minutes of memory (MINUTES=10)
	@mkdir -p runs
	$(GO) build -o runs/wasmtest ./internal/kernel/wasmtest
	GOOS=js GOARCH=wasm $(GO) test -exec $(CURDIR)/runs/wasmtest -run '^$$' -bench Rasterize ./internal/sketch
	$(GO) run ./bench -page -soak $(or $(MINUTES),10)

##@ Keep it
.PHONY: help clean vendor reference cards
cards: ## write the model cards again, each from NAME.json and NAME.evaluation.json in model/: no data needed
	@for e in model/*.evaluation.json; do $(GO) run ./cmd/evaluate -model $${e%.evaluation.json}.json -from $$e -card $${e%.evaluation.json}.md >/dev/null; done

vendor: ## cut ECharts again to what the page and the reports use (fetches it with npm)
	$(GO) generate ./internal/chart

reference: ## compute the tests' reference numbers again with PyTorch and NumPy: nothing should change
	@PYTHON=$(PYTHON) bash scripts/need.sh torch
	@for script in $(wildcard internal/*/testdata/*.py internal/*/*/testdata/*.py); do echo $$script; $(PYTHON) $$script; done

clean: ## remove what make made (dist/, bin/); data/ and runs/ stay
	rm -rf dist bin

help:
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
