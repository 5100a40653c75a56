# SPDX-License-Identifier: AGPL-3.0-or-later

# The longest rooms come first, so that no processor waits for them at the end.
# PACKAGES narrows the test run, e.g. make test PACKAGES=./ledger/...
PACKAGES ?= ./web/... ./...

.DEFAULT_GOAL := help
.PHONY: help test build fmt bench vuln

help: ## say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## install what the tests use, check the code, run every test
	@bash .ci/programs
	@bash .ci/checks
	@bash .ci/suite $(PACKAGES)

build: ## build the static binary bin/noria
	CGO_ENABLED=0 go build -trimpath -o bin/noria ./cmd/noria

fmt: ## lay out the code with gofmt
	gofmt -w $(wildcard cmd ledger conversion merchant web ops)

vuln: ## ask the database of Go's known weaknesses, before a release; needs the network
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...

bench: ## measure the ledger on this machine
	go run ./cmd/noria bench
