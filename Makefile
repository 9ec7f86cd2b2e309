# Two commands do everything on a fresh machine: `make demo` and `make test`.
# Another Python has an environment of its own: `make test PYTHON=python3.12` works in .venv-3.12.
ifdef PYTHON
override PYTHON := $(or $(shell .ci/python $(PYTHON)),$(error there is no $(PYTHON) on this machine))
VENV ?= .venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
endif
PYTHON ?= python3
VENV   ?= .venv
VERSIONS = 3.11 3.12 3.13
PEERS  ?= .venv-peers
BIN     = $(VENV)/bin
OUT    ?= build/demo

.PHONY: demo test checks lint types contracts scripts pytest laws versions coverage dist bundle bundle-check qgis corpus fuzz mutants bench peers docs site pictures lock clean browser

demo: $(VENV)/.run
	$(BIN)/urbanplan demo -o $(OUT)

# the packages and the browser are installed side by side; what reads the code runs beside the suite, so that no core
# waits, and what it found stands below the suite's outcome
test:
	@$(MAKE) --no-print-directory --jobs=2 $(VENV)/.dev browser
	@mkdir -p build
	@$(MAKE) --no-print-directory --keep-going checks >build/checks.txt 2>&1 & checks=$$!; \
	trap 'kill $$checks' INT TERM; \
	$(MAKE) --no-print-directory pytest; suite=$$?; \
	wait $$checks; found=$$?; cat build/checks.txt; \
	[ $$suite -eq 0 ] && [ $$found -eq 0 ]

checks: types scripts lint contracts

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/basedpyright --level error

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

# the pages' scripts: unit tests with node alone; types, lint and format with npm's packages, where npm can get them
scripts: $(VENV)/.dev
	.ci/scripts $(BIN)/python

# one more than the two cores: tests that drive a page or another process wait for it; each more compiles and collects anew
WORKERS ?= 3
pytest: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# what holds for every input, searched with examples drawn anew: what is found becomes an example of its test
TIMES ?= 20
laws: $(VENV)/.dev
	URBANPLAN_LAWS=search URBANPLAN_LAWS_TIMES=$(TIMES) nice -n 15 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -k "law or reference or completion or oracle or kernels or gridindex or arrays"

# the suite on every supported Python that this machine has
versions:
	@for version in $(VERSIONS); do \
	  if .ci/python python$$version >/dev/null; then $(MAKE) test PYTHON=python$$version || exit 1; \
	  else echo "there is no python$$version on this machine"; fi; \
	done

# the suite once more, counting: how much of the code it runs, into docs/coverage.md
coverage: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=
	$(BIN)/python .ci/coverage_page.py

# source archive and wheel, the same bytes for the same commit
dist: $(VENV)/.dev
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --no-isolation
	cd dist && sha256sum *

# wheels, hashes, licences and one command to install without a network, into build/bundle (some 2 GB); less with
# BUNDLE="--platform linux-aarch64 --python 3.11"
bundle: $(VENV)/.dev
	$(BIN)/python .ci/bundle.py $(BUNDLE)

# that bundle installed without a network on this machine, and resolved for the others
bundle-check: $(VENV)/.dev
	$(BIN)/python -m pytest -m bundle tests/house/test_bundle.py

# what is written opens in QGIS and what QGIS writes is read, where Debian's python3-qgis is installed
qgis: $(VENV)/.dev
	$(BIN)/python -m pytest -m qgis tests/exchange/test_qgis.py

# the full hostile corpora, with their figures into docs/safety.md; `make test` runs them at a small size
corpus: $(VENV)/.dev
	$(BIN)/python tests/exchange/corpus/run.py --write
	$(BIN)/python -m pytest -m corpus

# one small change at a time in the rooms that judge, and whether the nearest tests notice; into docs/mutants.md
MUTANTS ?= 200
mutants: $(VENV)/.dev
	nice -n 15 $(BIN)/python tests/mutants/run.py --count $(MUTANTS) --seed $(SEED)

# mutated files and filters in child processes, none of which may end by a signal: make fuzz MINUTES=10 SEED=7
MINUTES ?= 30
SEED    ?= 1
fuzz: $(VENV)/.dev
	nice -n 15 $(BIN)/python tests/exchange/corpus/fuzz.py --minutes $(MINUTES) --seed $(SEED)

# the benchmarks, with the peers' environment where `make peers` has made it; a peer that is absent leaves its column empty
bench: $(VENV)/.dev
	$(if $(wildcard $(PEERS)/bin/python),$(PEERS)/bin,$(BIN))/python benchmarks/run.py

# an environment of their own for the peers, in the newest releases that the newest Python of the machine can have
peers:
	$$(.ci/python python3.13 || .ci/python python3.12 || .ci/python python3) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --editable ".[all]" playwright
	for peer in pandana momepy osmnx; do \
		$(PEERS)/bin/python -m pip install --quiet --upgrade $$peer || echo "$$peer cannot be had: its columns stay empty"; done

docs: $(VENV)/.dev
	$(BIN)/python docs/generate.py

# the documentation as a site in build/site, English and Chinese, its links checked; needs no network
site: docs
	$(BIN)/python docs/website/build.py

# the pictures of the docs from the demo, with the figures that stand in them
pictures: $(VENV)/.dev browser
	$(BIN)/python docs/pictures.py
	$(BIN)/python docs/desk_pictures.py

# a Chromium and a Chinese font for the page tests, where this machine has none and lets us install
browser:
	@sh .ci/browser

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# what is pinned is all there is, so nothing is to be resolved; the sources are compiled by all cores, not by pip, which
# has one, and the packages' own tests are not; ours too, or every worker of a suite would
define install
	$(BIN)/python .ci/install.py $(1)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -qq -j 0 -x '[/\\]tests?[/\\]' $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') urbanplan || true
endef

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(call install,requirements/run.txt)
	touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	$(call install,requirements/dev.txt)
	touch $@ $(VENV)/.run

# refresh the pinned requirements (needs uv)
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group build pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group build --group dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf build dist .pytest_cache .ruff_cache .import_linter_cache .hypothesis
