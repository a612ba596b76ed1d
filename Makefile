# The same commands for people and for CI. Every path is relative, so the checkout may stand anywhere.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo demo-distributed test soak mutation lowest check bench bench-large bench-mutants golden pythons real-parts lock docs site format clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PYTHONS := 3.11 3.12 3.13
BIN := .venv/bin
RUNNING := .venv/.running
READY := .venv/.ready
RIVALS := .venv/.rivals

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(RUNNING): requirements.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "spoolproof needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON): what running needs (requirements.lock)"
	@"$(PYTHON)" -m venv .venv
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $(RUNNING)

$(READY): $(RUNNING) requirements-dev.lock
	@echo "Setting up .venv: what development needs (requirements-dev.lock)"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $(READY)

$(RIVALS): $(READY) tests/bench/requirements.lock
	$(INSTALL) --require-hashes -r tests/bench/requirements.lock \
	  && touch $(RIVALS) || echo "the rivals could not be installed; their rows will say so" >&2

demo: $(RUNNING) ## a slow cluster, lost replies and duplicates, through the pipeline, to a verdict and a report
	@echo "Running scenarios/demo.toml: real SSH servers and processes on this machine, for about 40 s"
	$(BIN)/python -m spoolproof run scenarios/demo.toml --out build/demo --force
	@echo "The report: build/demo/report.html"

demo-distributed: $(READY) ## two APIs, relays and processors on PostgreSQL and NATS (servers from wheels), killed in turn
	@echo "Running scenarios/distributed.toml: real servers and processes on this machine, for about 50 s"
	$(BIN)/python -m spoolproof run scenarios/distributed.toml --out build/demo-distributed --force
	@echo "The report: build/demo-distributed/report.html"

# Tests start hundreds of processes; where Python may write no bytecode, each would compile all modules anew. Many tests
# wait for most of their time, so that two cores have room for three at once.
ROOMS := connector fake_clusters harness pipeline reports spoolproof

test: $(READY) ## the whole suite
	@$(BIN)/python -m compileall -q -j 0 $(ROOMS)
	$(BIN)/python -m pytest -n 3 --dist loadgroup

soak: $(READY) ## the tests that take minutes of CPU time each: storms at larger sizes, and the shipped ones
	$(BIN)/python -m pytest -n 2 -m soak

mutation: $(READY) ## change the checkers in one place at a time: their tests must notice (FILES="clean.py ..." for some)
	$(BIN)/python -m tests.mutation $(if $(FILES),--only $(FILES))

LOWEST := build/lowest
LOWEST_TESTS := tests/fake_clusters/server tests/fake_clusters/admin tests/connector/test_http_connection.py \
  tests/pipeline/api tests/pipeline/store/test_postgres.py tests/pipeline/spool tests/harness/cli/test_entry.py tests/harness/virtual/test_golden.py

lowest: $(LOWEST)/.ready ## the tests of what leans most on other libraries, with the lowest versions that are declared
	$(LOWEST)/bin/python -m pytest -n 2 --dist loadgroup -p no:cacheprovider $(LOWEST_TESTS) \
	  --ignore tests/fake_clusters/server/test_automation_clients.py  # other people's clients are not declared

$(LOWEST)/.ready: tests/lowest/requirements.lock
	"$(PYTHON)" -m venv --clear $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/lowest/requirements.lock
	@touch $@

check: $(READY) ## format, lint, types, the import contract, and that the generated docs are fresh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m harness.handbook --check

format: $(READY) ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY) ## write the generated pages of docs/ again
	$(BIN)/python -m harness.handbook

SITE := build/site-tools

site: $(SITE)/.ready ## build the documentation into build/site: warnings are errors, and so are links that lead nowhere
	$(SITE)/bin/openapi-spec-validator docs/reference/admin-openapi.json >/dev/null
	$(SITE)/bin/openapi-spec-validator docs/reference/openapi.json >/dev/null
	$(SITE)/bin/sphinx-build -W --keep-going -n -q -E -b html docs build/site
	$(SITE)/bin/python docs/links.py build/site
	@echo "The site: build/site/index.html"

$(SITE)/.ready: docs/requirements.lock
	"$(PYTHON)" -m venv --clear $(SITE)
	$(SITE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r docs/requirements.lock
	@touch $@

bench: $(RIVALS) ## the benchmarks, with the rivals that they are held to: a table, and build/bench.json
	$(BIN)/python -m tests.bench

bench-large: $(READY) ## five million creates over 5,000 clusters in the model world: CPU seconds and memory
	$(BIN)/python -m tests.bench.model_large

bench-mutants: $(READY) ## hunt every seeded bug, and write docs/reference/mutants.md with what it took
	$(BIN)/python -m spoolproof mutants --docs docs/reference/mutants.md

real-parts: ## install the parts that only the system's packages give (packages.txt)
	@missing=$$(grep -v '^#' packages.txt | while read -r name; do \
	  [ "$$(dpkg-query -W -f='$${db:Status-Status}' "$$name" 2>/dev/null)" = installed ] || printf '%s ' "$$name"; done); \
	if [ -z "$$missing" ]; then echo "real parts: all there"; \
	elif ! command -v apt-get >/dev/null; then \
	  echo "real parts: no apt-get here; install by other means: $$missing" >&2; exit 1; \
	else run=""; [ "$$(id -u)" = 0 ] || run=sudo; \
	  $$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing; fi

golden: $(READY) ## write anew the digests of the histories that tests/harness/virtual/test_golden.py holds runs to
	$(BIN)/python -m tests.harness.virtual.golden

pythons: ## make every other Python found here (PATH, pyenv) ready in build/pythons, so that tests compare runs with it
	@for version in $(PYTHONS); do found=""; \
	  for python in $$(command -v python$$version) $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$version.*/bin/python; do \
	    if "$$python" -c '' 2>/dev/null; then found=$$python; fi; \
	  done; \
	  if [ -z "$$found" ]; then echo "Python $$version: not found"; continue; fi; \
	  "$$found" -m venv build/pythons/$$version; \
	  build/pythons/$$version/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	  echo "Python $$version: ready"; \
	done

COMPILE = $(BIN)/uv pip compile --generate-hashes --universal --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet

lock: $(READY) ## compile every lock file again, with hashes and without host names
	$(COMPILE) pyproject.toml --group setup -o requirements.lock
	$(COMPILE) pyproject.toml --extra load --extra mail --extra postgres --extra nats --extra servers --group dev --constraint requirements.lock -o requirements-dev.lock
	mkdir -p build
	$(COMPILE) --resolution lowest-direct pyproject.toml --extra mail --extra postgres --extra nats -o build/lowest.txt
	$(COMPILE) tests/lowest/requirements.in build/lowest.txt -o tests/lowest/requirements.lock
	$(COMPILE) docs/requirements.in -o docs/requirements.lock
	$(COMPILE) tests/bench/requirements.in --constraint requirements-dev.lock -o tests/bench/requirements.lock

clean: ## remove what the other commands made
	rm -rf .venv build runs .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
