# Needs make and Python 3.11 or newer; everything else is installed into .venv from requirements/,
# every file pinned by version and hash. A second start installs nothing.

PYTHON ?= python3
S ?= configs/scenarios/bucheon-2009.yaml
HTML ?= build/$(basename $(notdir $(S))).html

BIN := .venv/bin
UV := $(BIN)/uv
CODE := callcenter simulation api tests
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
  --no-emit-index-url --no-header

# uv is quick; where only pip has been told how to reach the packages, pip does it.
install = $(UV) pip install --compile-bytecode --python $(BIN)/python --require-hashes -r $(1) \
  || $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r $(1)

# Stamps: what .venv holds. The dev pins contain the run pins at the same versions.
VENV_STAMP := .venv/.stamp-uv
RUN_STAMP := .venv/.stamp-run
DEV_STAMP := .venv/.stamp-dev
PROJECT_STAMP := .venv/.stamp-project

.DEFAULT_GOAL := help
.PHONY: help run test compiled fast rest check fmt bench cover validation pins browser mosquitto clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# --- The day's work --------------------------------------------------------------------------------

run: $(RUN_STAMP) $(PROJECT_STAMP) ## nine months of the 30-person centre (S=another scenario), a report in build/, then its day live
	@mkdir -p $(dir $(HTML))
	@$(BIN)/callcenter run $(S) --html $(HTML)
	@# At a terminal it is a job of its own: Ctrl-C ends it, and make goes on to its good end.
	@if [ -t 0 ]; then set -m; $(BIN)/callcenter up $(S) & fg >/dev/null; else exec $(BIN)/callcenter up $(S); fi

test: $(DEV_STAMP) $(PROJECT_STAMP) ## check, then every test: the fast ones first, the slow ones after
	@$(MAKE) --no-print-directory -j2 --output-sync check compiled
	@$(MAKE) --no-print-directory fast
	@$(MAKE) --no-print-directory rest

compiled: $(RUN_STAMP) $(PROJECT_STAMP)
	@$(BIN)/callcenter run configs/scenarios/erlang-a.yaml >/dev/null

fast: $(DEV_STAMP) $(PROJECT_STAMP)
	@echo "Fast tests ..."
	@$(BIN)/pytest -n auto -m "not slow and not browser and not broker and not cluster and not bench"

# Neighbours stay on one worker: what a file lives through once (a day, an evening of kills) is not lived twice.
rest: $(DEV_STAMP) $(PROJECT_STAMP) browser mosquitto
	@echo "Slow, browser, broker and cluster tests ..."
	@# One worker more than there are cores: half of their time these wait, for brokers, browsers and clocks.
	@$(BIN)/pytest -n $$(($$($(BIN)/python -c 'import os; print(os.cpu_count())') + 1)) --dist loadfile \
	  -m "(slow or browser or broker or cluster) and not bench" || [ $$? -eq 5 ] # 5: there are none

check: $(DEV_STAMP) $(PROJECT_STAMP) ## formatting, lint, types, import contracts, spelling
	@echo "Formatting ..." && $(BIN)/ruff format --check --quiet .
	@echo "Lint ..." && $(BIN)/ruff check --quiet --output-format concise .
	@echo "Types ..." && $(BIN)/mypy
	@echo "Imports ..." && $(BIN)/lint-imports --no-logo
	@echo "Spelling ..." && $(BIN)/codespell

fmt: $(DEV_STAMP) ## format, and mend what lint can mend by itself
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV_STAMP) $(PROJECT_STAMP) ## measure speed and memory: a table, and bench.json
	@$(BIN)/python -m tests.bench bench.json

cover: $(DEV_STAMP) $(PROJECT_STAMP) ## branch coverage, with a second pass that runs the compiled loop as plain Python
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n auto -m "not bench and not slow and not browser"
	@NUMBA_DISABLE_JIT=1 $(BIN)/coverage run -m pytest -n auto -m "not bench and not slow and not browser and not cluster" $(wildcard tests/simulation/engines tests/parity)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

validation: $(RUN_STAMP) $(PROJECT_STAMP) ## run the validation cases again and rewrite docs/validation.md
	@$(BIN)/python -m tests.oracle.book

clean: ## remove what was built, .venv included
	@rm -rf .venv build dist htmlcov .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache \
	  .import_linter_cache .hypothesis
	@find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# --- Pins and the environment ----------------------------------------------------------------------

pins: $(VENV_STAMP) ## look for newer versions and rewrite requirements/
	@echo uv | $(COMPILE) --upgrade - -o requirements/uv.txt
	@$(COMPILE) --upgrade pyproject.toml --group build -o requirements/run.txt
	@$(COMPILE) --upgrade pyproject.toml --group build --group dev --all-extras \
	  --constraint requirements/run.txt -o requirements/dev.txt
	@! grep -nE 'https?://|index-url' requirements/*.txt

$(VENV_STAMP): requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; say which with make PYTHON=python3.11"; exit 1; }
	@echo "[1/3] Making .venv ..."
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || $(MAKE) --no-print-directory .venv-without-ensurepip
	@[ -x $(UV) ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# Some systems ship Python without ensurepip: then uv, put aside by pip, makes the environment.
.PHONY: .venv-without-ensurepip
.venv-without-ensurepip:
	@rm -rf .venv build/uv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target build/uv --require-hashes -r requirements/uv.txt \
	  || { echo "This Python has neither ensurepip nor pip: install your system's python3-venv package"; exit 1; }
	@build/uv/bin/uv venv --quiet --python "$$(command -v $(PYTHON))" .venv
	@build/uv/bin/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/uv.txt

$(RUN_STAMP): $(VENV_STAMP) requirements/run.txt
	@echo "[2/3] Installing $$(grep -c '==' requirements/run.txt) pinned packages (about 180 MB; once) ..."
	@$(call install,requirements/run.txt)
	@touch $@

$(DEV_STAMP): $(VENV_STAMP) requirements/dev.txt
	@echo "[2/3] Installing $$(grep -c '==' requirements/dev.txt) pinned packages for development (about 320 MB; once) ..."
	@$(call install,requirements/dev.txt)
	@touch $(RUN_STAMP) $@

# Without build isolation: the builder is pinned like the rest.
$(PROJECT_STAMP): pyproject.toml $(VENV_STAMP) | $(RUN_STAMP)
	@echo "[3/3] Installing callcenter itself ..."
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

browser:
	@mkdir -p build
	@for name in chromium chromium-browser google-chrome; do \
	  if command -v $$name >/dev/null 2>&1; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing chromium for the browser tests (once) ..."; \
	  { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >build/chromium.log 2>&1 \
	    || echo "chromium could not be installed: see build/chromium.log"; \
	else \
	  echo "No chromium found: browser tests skip, unless CI=true, where they fail"; \
	fi

mosquitto:
	@mkdir -p build
	@if PATH="$$PATH:/usr/sbin" command -v mosquitto >/dev/null 2>&1; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing mosquitto for the broker tests (once) ..."; \
	  { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mosquitto; } >build/mosquitto.log 2>&1 \
	    || echo "mosquitto could not be installed: see build/mosquitto.log"; \
	else \
	  echo "No mosquitto found: broker tests skip, unless CI=true, where they fail"; \
	fi
