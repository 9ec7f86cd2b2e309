# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
OUT    ?= build/demo

.PHONY: demo test lint types contracts pytest corpus bench docs site pictures lock clean browser

demo: $(VENV)/.run
	$(BIN)/urbanplan demo -o $(OUT)

test: $(VENV)/.dev browser lint types contracts pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/basedpyright --level error

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

pytest: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile

# the full hostile corpora, with their figures into docs/safety.md; `make test` runs them at a small size
corpus: $(VENV)/.dev
	$(BIN)/python tests/exchange/corpus/run.py --write
	$(BIN)/python -m pytest -m corpus

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/run.py

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

# the documentation as a site in build/site, English and Chinese, its links checked; needs no network
site: docs
	$(BIN)/python docs/website/build.py

# the pictures of the docs from the demo, with the figures that stand in them
pictures: $(VENV)/.dev browser
	$(BIN)/python docs/pictures.py

# a Chromium and a Chinese font for the page tests, where this machine has none and lets us install
browser:
	@sh .ci/browser

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.run

# refresh the pinned requirements (needs uv)
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group build pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group build --group dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
