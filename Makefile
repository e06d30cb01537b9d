# Two commands do everything: `make demo` and `make test`. Each makes its own environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Tests start many processes: let them keep what they compiled.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types docs bench lock clean

help: ## Show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

demo: $(VENV)/.runtime ## See the main job end to end on two sandbox trackers
	@$(BIN)/crosstie demo

test: $(VENV)/.development ## Run the tests
	$(BIN)/python -m pytest -n auto -q

check: lint types test ## Everything that CI holds a change to

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.development
	$(BIN)/mypy

docs: $(VENV)/.development ## Write the generated pages anew
	$(BIN)/python -m rules.manual > docs/rules.md
	$(BIN)/python -m rules.expressions_manual docs/custom-rules.md
	$(BIN)/python -m sync.config.reference > docs/config.md
	$(BIN)/python -m sync.config.schema > docs/config.schema.json
	$(BIN)/python -m sync.commands.manual docs/commands.md

bench: .venv-bench/.peers ## Measure crosstie and its peers side by side; BENCH="--n 5000 50000" says how
	@.venv-bench/bin/python -m bench pull $(BENCH)

lock: $(VENV)/.development ## Resolve the lock files anew
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 pyproject.toml --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 pyproject.toml --group peers -c requirements.lock -o requirements-bench.lock

clean: ## Remove the environments
	rm -rf $(VENV) .venv-bench .bench

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("crosstie needs Python 3.11 or newer; set PYTHON=/path/to/it") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up .venv (once)"
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/.development: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Setting up .venv with development tools (once)"
	$(PIP) install -r requirements-dev.lock
	$(PIP) install --no-deps --editable .
	@touch $@ $(VENV)/.runtime

# The peers that bench/ measures have an environment of their own.
.venv-bench/.peers: requirements-bench.lock pyproject.toml
	@echo "Setting up .venv-bench with crosstie's peers (once)"
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install -r requirements-bench.lock
	.venv-bench/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --editable .
	@touch $@
