# Everything starts here; `make` lists the targets. A fresh machine needs Python 3.11, git and make.
PYTHON ?= python3.11
UV_VERSION := 0.13.9
BIN := .venv/bin
REPO ?=
INSTALL := $(BIN)/uv pip install --quiet -c constraints.txt -e . --group dev

.DEFAULT_GOAL := help
.PHONY: help env demo dev test check format docs bench services services-stop constraints clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

env: .venv/.complete ## make the environment in .venv (again only when its inputs change)

# PyTorch's own index has a build for the processor alone, a fraction of the size; where it does not
# answer, the registry's build does the same work.
.venv/.complete: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet "uv==$(UV_VERSION)"
	UV_HTTP_RETRIES=0 $(INSTALL) --torch-backend=cpu 2>/dev/null \
		|| { echo "installing PyTorch from the registry: its own index does not answer"; $(INSTALL); }
	touch $@

demo: env ## analyse a sample repository, or the one at REPO=path-or-url
	$(BIN)/hyperion demo $(if $(REPO),"$(REPO)")

dev: env ## open the Dagster UI on the same home
	$(BIN)/hyperion up

test: env ## run all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 25

check: env ## lint, formatting, types, import contracts, definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	HYPERION_DAGSTER_STORAGE=$$(mktemp -d) $(BIN)/dagster definitions validate -w workspace.yaml

format: env ## format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: env ## write the generated parts of the documentation anew
	$(BIN)/python -m docs.generate

bench: env ## measure the targets for speed and memory
	$(BIN)/python -m tests.benchmarks

services: env ## install and start the servers that tests of server forms use
	$(BIN)/python -m tests.services start

services-stop: ## stop them and remove their data
	$(BIN)/python -m tests.services stop

constraints: env ## resolve all packages anew, within pyproject.toml
	$(BIN)/uv pip compile --quiet --python-version 3.11 --group dev pyproject.toml -o constraints.txt \
		--no-emit-index-url --no-annotate --upgrade --custom-compile-command "make constraints"

clean: ## remove what the targets made, the home .hyperion excepted
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
