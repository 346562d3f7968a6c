# Everything starts from a bare clone: Python 3.11 or newer, git and make are enough.
# `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first interpreter that really starts and is new enough; PYTHON=/path/to/python overrides.
FIND_PYTHON = for p in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	if "$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo "$$p"; exit 0; fi; \
	if [ -n "$(PYTHON)" ]; then break; fi; \
	done; echo "no Python 3.11 or newer (with venv) found; name one: make … PYTHON=/path/to/python" >&2; exit 1

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
EDITABLE = $(PIP) install --no-deps --no-build-isolation --editable .
UV := .cache/uv
LOCK = UV_PYTHON_DOWNLOADS=never $(UV)/bin/uv pip compile --quiet --universal --no-header \
	--generate-hashes --python-version 3.11 --python $(UV)/bin/python

# Where the tests run on Python 3.11, this is where 3.13 is looked for, too.
FIND_NEWEST = for p in python3.13 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13.*/bin/python3.13; do \
	if "$$p" -c 'import venv, ensurepip' 2>/dev/null; then echo "$$p"; exit 0; fi; done

.PHONY: help run demo test lint unit unit-newest simulation acceptance acceptance-full servers bench mutation lock changelog clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

run: $(VENV)/.run ## Watch this machine: console on 127.0.0.1:8600 (ARGS="--config watchkeeper.yaml")
	@$(BIN)/watchkeeper up $(ARGS)

demo: $(VENV)/.run ## The whole loop on a pretend estate, in under a minute
	@$(BIN)/watchkeeper demo $(ARGS)

test: lint unit simulation acceptance ## Everything that gates a change, short of the long stories

lint: $(VENV)/.dev ## Style, types, layers, dead code, dependencies, the figures of the code
	$(BIN)/ruff check
	$(BIN)/ruff check --config ruff-clock.toml
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/deptry src
	$(BIN)/pytest tests/unit/test_style_figures.py -q -s -p no:cacheprovider

unit: $(VENV)/.dev servers ## Unit, contract and property tests with branch coverage
	$(BIN)/pytest tests/unit tests/contract tests/property -n 2 --cov --cov-branch --cov-report=term $(ARGS)

unit-newest: ## The unit tests once more on Python 3.13, where there is one
	@newest="$$($(FIND_NEWEST))"; if [ -z "$$newest" ]; then echo "no Python 3.13 here: skipped"; else \
	$(MAKE) unit VENV=.cache/python3.13 PYTHON="$$newest" ARGS="-q --no-cov"; fi

simulation: $(VENV)/.dev ## The whole system under seeds, faults and crashes, on a virtual clock
	$(BIN)/pytest tests/simulation -n 2 $(ARGS)

acceptance: $(VENV)/.dev servers ## The short stories on real servers and real ansible
	$(BIN)/pytest tests/acceptance -m "not long" $(ARGS)

acceptance-full: $(VENV)/.dev servers ## The long stories: crashes, failures, lost sources
	$(BIN)/pytest tests/acceptance -m long $(ARGS)

servers: # installs what is missing when it may, and says what will be skipped when it may not
	@bash tests/acceptance/servers.sh

bench: $(VENV)/.dev ## The benchmark commands; results in bench/results/
	$(BIN)/python -m bench $(ARGS)

mutation: $(VENV)/.dev ## Change governance/ in every small way and see that a test notices; prints what nobody noticed
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2 $(ARGS)
	@echo "Nobody noticed:"; $(BIN)/mutmut results | grep -E 'survived|no tests|timeout|suspicious' || echo "  nothing"

lock: $(UV)/bin/uv ## Pin every dependency by hash again
	$(LOCK) --upgrade pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) --upgrade pyproject.toml --constraint requirements/dev.txt --output-file requirements/run.txt
	$(LOCK) --upgrade --group build --constraint requirements/dev.txt --output-file requirements/build.txt

changelog: $(VENV)/.dev ## Gather changelog.d/ into CHANGELOG.md (VERSION=x.y.z)
	$(BIN)/towncrier build --yes --version $(or $(VERSION),$$($(BIN)/python -c \
		'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])'))

clean: ## Remove what make made, but never a journal
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage .coverage.*

$(BIN)/python:
	@python="$$($(FIND_PYTHON))"; echo "setting up $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV)

$(VENV)/.run: requirements/build.txt requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "installing what Watchkeeper needs (a minute, once)"
	@$(PIP) install --no-deps --require-hashes -r requirements/build.txt -r requirements/run.txt
	@$(EDITABLE)
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "installing what its tests need"
	@$(PIP) install --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

$(UV)/bin/uv:
	@"$$($(FIND_PYTHON))" -m venv $(UV)
	@$(UV)/bin/python -m pip --disable-pip-version-check --quiet install uv
