# Croquis: every way into the project. `make` alone prints this table of contents.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO   ?= go
ARCH ?= thesis
ADDR ?= 127.0.0.1:8000
MODEL ?= thesis
DATA ?= data
# Debian's own Python sees Debian's packages whatever else is on the PATH.
PYTHON ?= /usr/bin/python3

##@ Use it
.PHONY: run site
run: ## build the page and serve it on your own machine (ADDR=127.0.0.1:8000, MODEL=thesis)
	@echo "building the page (the first time takes about a minute) …"
	@$(GO) run ./cmd/site -out dist -quick -default $(MODEL)
	@$(GO) run ./cmd/serve -dir dist -addr $(ADDR)

site: ## build the page into dist/, ready for any static host
	$(GO) run ./cmd/site -out dist -default $(MODEL)

##@ Train it
.PHONY: data photos sheets train thesis resume evaluate
data: ## get Fashion-MNIST into data/ (30 MB, checksums verified) and, with a connection, drawings by people
	$(GO) run ./cmd/data -dir $(DATA) -drawings try

photos: # Fashion-MNIST alone
	$(GO) run ./cmd/data -dir $(DATA)

sheets: photos ## contact sheets of all that networks are trained with, into runs/sheets
	$(GO) run ./cmd/sheet -data $(DATA) -drawings $(DATA)/quickdraw/garments.ndjson $(ARGS)

train: photos ## train a network, write its weights and report (ARCH=thesis, ARGS='-epochs 5')
	$(GO) run ./cmd/train -arch $(ARCH) -data $(DATA) $(ARGS)

# The first run holds 5,000 photos out, and its plateaus decide the learning rates; the second repeats them on all 60,000.
thesis: photos ## train the shipped weights of the thesis's network again: two runs, each picked up where it was stopped
	$(GO) run ./cmd/train -arch thesis -data $(DATA) -out runs/thesis/model.json -resume
	$(GO) run ./cmd/train -arch thesis -data $(DATA) -validation 0 -schedule-from runs/thesis/history.json -dtype int8 -out runs/thesis-all/model.json -resume

resume: photos ## go on where `make train` was stopped, bit for bit
	$(GO) run ./cmd/train -arch $(ARCH) -data $(DATA) -resume $(ARGS)

evaluate: photos ## judge the shipped weights on the 10,000 test photos (ARCH=thesis)
	$(GO) run ./cmd/evaluate -model model/$(ARCH).json -photos $(DATA) $(ARGS)

##@ Trust it
.PHONY: test lint unit noasm browser race arm64 gallery generate check-generated
test: lint browser photos unit noasm ## everything that must pass: vet, formatting, unit tests, the page in a real browser

lint: ## go vet and gofmt
	@out=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); if [[ -n $$out ]]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	GOOS=js GOARCH=wasm $(GO) vet ./wasm ./internal/kernel ./internal/nn ./internal/sketch ./internal/modelfile

unit: # the tests alone, where browser and data are in place
	$(GO) test ./...

noasm: # the same numbers from portable Go alone
	$(GO) test -tags noasm ./internal/kernel ./internal/nn

browser: # Chromium or Chrome for the page tests: installed on Debian as root, asked for elsewhere
	@bash scripts/need.sh browser

race: ## the unit tests under the race detector (needs a C compiler)
	@bash scripts/need.sh cc
	CGO_ENABLED=1 $(GO) test -race -short ./internal/...

arm64: ## the kernels' tests as another processor runs them: arm64 under qemu (Linux)
	@bash scripts/need.sh qemu
	GOARCH=arm64 $(GO) test -short -exec qemu-aarch64 ./internal/kernel

gallery: photos ## write the photos and drawings of the page's gallery again: nothing should change
	$(GO) run ./cmd/gallery -data $(DATA)

generate: cards ## write the generated files again: assembly, wasm kernels, model cards
	$(GO) generate ./internal/kernel/...

check-generated: generate # fails when a generated file is not what its generator writes
	@git diff --exit-code --stat -- internal/kernel 'model/*.md' || { echo "generated files differ: run 'make generate' and commit"; exit 1; }

##@ Measure it
.PHONY: bench bench-peers
bench: ## Go benchmarks on the shapes of our networks: GFLOP/s, allocations (benchstat-readable)
	$(GO) test -run '^$$' -bench . -benchmem ./internal/kernel ./internal/nn

bench-peers: photos ## ours against PyTorch, OpenBLAS, TensorFlow.js and ONNX Runtime Web, side by side
	$(GO) run ./bench $(ARGS)

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
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
