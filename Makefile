# Yiju: every target sets up the environment in .venv first; a second time that takes no time.
# A port, an index or a corpus other than the usual one: make serve PORT=8001 INDEX=/data/index

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup serve build test check eval bench clean
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
# Named after what it was installed from: a pyproject.toml that is unpacked or pulled may be older than the environment.
INSTALLED := $(VENV)/.installed-$(firstword $(shell sha256sum pyproject.toml))

# What is given on make's command line or in the environment is passed on; otherwise the commands know their defaults.
CORPUS_IS := $(if $(CORPUS),--corpus "$(CORPUS)")
INDEX_IS := $(if $(INDEX),--index "$(INDEX)")
ENCODER_IS := $(if $(ENCODER),--encoder "$(ENCODER)")
ADDRESS := $(if $(HOST),--host "$(HOST)") $(if $(PORT),--port "$(PORT)")

help:  ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 14

setup: $(INSTALLED)  ## only set up the environment

serve: build  ## build the index if the corpus changed, and serve it on http://127.0.0.1:8000
	@exec $(BIN)/yiju serve $(INDEX_IS) $(ENCODER_IS) $(ADDRESS)

build: $(INSTALLED)  ## build the index if the corpus changed
	@$(BIN)/yiju-ingest build $(CORPUS_IS) $(INDEX_IS) $(ENCODER_IS)

test: $(INSTALLED)  ## run all tests
	@$(BIN)/python -m pytest

check: $(INSTALLED)  ## linters, formatting and all tests, as before every merge
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest

eval: build  ## run the gold questions, print the table, write build/eval/report.html
	@$(BIN)/yiju-eval run $(INDEX_IS)
	@$(BIN)/yiju-ingest build $(CORPUS_IS) $(ENCODER_IS) --no-renderings --index build/index-bare
	@$(BIN)/yiju-eval run --index build/index-bare --no-renderings --out build/eval-bare >build/eval-bare.log
	@$(BIN)/yiju-eval table build/eval/run.json build/eval-bare/run.json
	@$(BIN)/python -m eval.applicability $(INDEX_IS)
	@$(BIN)/yiju-eval compare eval/baseline.json build/eval/run.json --gate

bench: build  ## start-up, latency and memory; with DATA=folder also the external sets
	@$(BIN)/python -m eval.speed
	$(if $(DATA),$(BIN)/python -m eval.bench --data "$(DATA)" --arms dense,keywords,hybrid)
	$(if $(DATA),$(BIN)/yiju-eval reading "$(DATA)")
	$(if $(DATA),$(BIN)/python -m eval.bench_pdfs --data "$(DATA)")
	$(if $(DATA),$(BIN)/python -m eval.bench_heads --data "$(DATA)")
	$(if $(DATA),$(BIN)/python -m eval.bench_structure --data "$(DATA)")
	$(if $(DATA),$(BIN)/python -m eval.bench_align --data "$(DATA)")
	$(if $(DATA),$(BIN)/python -m eval.bench_versions --data "$(DATA)")
	$(if $(DATA),$(BIN)/python -m eval.bench_references --data "$(DATA)")
	$(if $(DATA),$(BIN)/python -m eval.bench_scale --data "$(DATA)")

clean:  ## remove what was built; the environment stays (rm -r .venv)
	rm -rf build .pytest_cache .ruff_cache *.egg-info
	find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +

# torch is installed by itself first: as somebody's dependency it could become another build of several gigabytes.
$(INSTALLED):
	@python=
	for candidate in python3.11 python3; do
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
	    python=$$candidate; break
	  fi
	done
	if [ -z "$$python" ]; then
	  echo 'Python 3.11 is needed and was not found. On Debian 12: apt install python3 python3-venv' >&2
	  exit 1
	fi
	if ! [ -x $(BIN)/python ] && ! "$$python" -m venv $(VENV); then
	  rm -rf $(VENV)
	  echo "$$python cannot make a virtual environment. On Debian 12: apt install python3-venv" >&2
	  exit 1
	fi
	echo 'Setting up $(VENV): some minutes the first time' >&2
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  "$$(sed -nE 's/.*"(torch==[^"]+)".*/\1/p' pyproject.toml)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	rm -f $(VENV)/.installed-*
	touch $@

.ONESHELL:
