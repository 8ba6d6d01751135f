# `make help` says what there is. PYTHON names the interpreter that a new .venv is made with.

PYTHON ?= python3
WORKERS ?= 2
UV_VERSION ?= 0.13.9
LOCK_ARGS ?=
# Debian packages that the suite needs beside Python.
SYSTEM_PACKAGES ?= calcurse chromium libreoffice-calc

export CARVEOUT_TEST_DATA ?= ../shared/data
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# A stamp bears the checksum of the file it was made from: the same lock is never installed twice, and a changed
# one always is. The dev lock contains the base lock at the same versions, so either command finds .venv fit for it.
BIN := .venv/bin
key = $(shell cat $(1) 2>/dev/null | cksum | tr ' ' -)
BASE := .venv/.base-$(call key,requirements/base.txt)
DEV := .venv/.dev-$(call key,requirements/dev.txt)
PROJECT := .venv/.project-$(call key,pyproject.toml)
PEERS := $(if $(wildcard requirements/peers.txt),.venv-peers/.peers-$(call key,requirements/peers.txt))

.PHONY: golden help demo test lint system soak bench peers lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(if $(wildcard $(DEV)),$(DEV),$(BASE)) $(PROJECT) ## the main job on the bundled example
	@$(BIN)/carveout demo

test: system lint ## linters, types, import contract and the whole suite
	@$(BIN)/pytest -n $(WORKERS)

lint: $(DEV) $(PROJECT) ## the same without the suite
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

soak: system $(DEV) $(PROJECT) ## the tests that take long
	@$(BIN)/pytest -m soak --hypothesis-profile=soak

bench: $(DEV) $(PROJECT) peers ## the benchmarks, beside their peers
	@$(BIN)/python -m bench

peers: $(PEERS) ## .venv-peers, from requirements/peers.txt
	@$(if $(PEERS),:,echo "No peers: requirements/peers.txt is absent.")

golden: $(DEV) $(PROJECT) ## write the golden explanations and the stories anew (then read the difference)
	@CARVEOUT_RESET_GOLDEN=1 $(BIN)/pytest tests/doors/test_golden.py tests/doors/test_stories.py

lock: ## both locks, from pyproject.toml; LOCK_ARGS=--upgrade takes newer versions
	@$(check_python)
	@made=$$(mktemp -d) && trap 'rm -rf "$$made"' EXIT \
	&& $(PYTHON) -m venv "$$made" && "$$made/bin/python" -m pip install -qq uv==$(UV_VERSION) \
	&& compile="$$made/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	   --no-annotate --no-header --no-emit-index-url $(LOCK_ARGS) pyproject.toml --group build" \
	&& $$compile --output-file requirements/base.txt \
	&& $$compile --extra dev --constraint requirements/base.txt --output-file requirements/dev.txt

clean: ## remove the environments, caches and builds
	@rm -rf .venv .venv-peers build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Where it may not install, it leaves things be: the tests that miss something say so by name.
system:
ifneq ($(strip $(SYSTEM_PACKAGES)),)
	@command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || exit 0; \
	missing=; for p in $(SYSTEM_PACKAGES); do \
	  dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || missing="$$missing $$p"; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ]; then as=; elif sudo -n true 2>/dev/null; then as='sudo -n'; \
	else echo "Not installed, and not root to install them:$$missing"; exit 0; fi; \
	echo "Installing system components:$$missing"; \
	{ $$as apt-get update -qq \
	  && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends $$missing; } >/dev/null \
	|| echo "Could not install all of them; the tests that need one say so."
endif

define check_python
command -v $(PYTHON) >/dev/null 2>&1 || { echo "Missing: Python 3.11 or newer ('$(PYTHON)' is not on the path).\
 Install python3 and python3-venv, or name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Missing: Python 3.11 or newer\
 ('$(PYTHON)' is $$($(PYTHON) --version 2>&1)). Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Missing: the venv module of '$(PYTHON)'.\
 On Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
endef

# pip comes last when a venv is made; where it is absent, the venv is not whole.
%/bin/pip:
	@$(check_python)
	@echo "Creating $* ($$($(PYTHON) --version))"
	@$(PYTHON) -m venv --clear $*

# Wheels only: nothing here may need a compiler.
$(BASE): lock := requirements/base.txt
$(DEV): lock := requirements/dev.txt
$(BASE) $(DEV): | $(BIN)/pip
	@echo "Installing $(lock)"
	@rm -f .venv/.base-* .venv/.dev-*
	@$(BIN)/python -m pip install -qq --only-binary :all: --require-hashes -r $(lock)
	@touch $@

# The build backend is in the locks, so this fetches nothing.
$(PROJECT):
	@rm -f .venv/.project-*
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --no-index --editable .
	@$(BIN)/python -m carveout.doors.warm_up || echo "Not compiled ahead: the first plan of each kind will be."
	@touch $@

ifneq ($(PEERS),)
$(PEERS): | .venv-peers/bin/pip
	@echo "Installing requirements/peers.txt"
	@rm -f .venv-peers/.peers-*
	@.venv-peers/bin/python -m pip install -qq --only-binary :all: --require-hashes -r requirements/peers.txt
	@touch $@
endif
