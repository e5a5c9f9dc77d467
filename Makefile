# The two commands to know: `make run` and `make test`. Everything is installed into .venv, from the lock files.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
AIMOCK := tests/npm/node_modules
MUTATION := .venv-mutation
# Where venv could not bring its own pip (Debian without python3-venv), the pip beside $(PYTHON) installs the locked one.
PIP = $(shell $(BIN)/python -m pip --version >/dev/null 2>&1 && echo $(BIN)/python -m pip \
	|| echo $(PYTHON) -m pip --python $(BIN)/python) --disable-pip-version-check
PIP_QUIET ?= --quiet

# As many processes as there are processors share the tests, file by file.
SIDE_BY_SIDE = --numprocesses=auto --dist=loadfile

.PHONY: help run test check promises coverage mutants data-map guard-weights bench format lock clean browser
.DEFAULT_GOAL := help

help:
	@echo "make run     install what is locked and start Understudy at http://127.0.0.1:8080"
	@echo "make test    install the tools and a browser too, then check everything"
	@echo "make check   the one check of a commit: format, lint, types, imports, tests"
	@echo "make promises  try every promise to the worker in full and write docs/promises.md"
	@echo "make coverage  measure the trust core: every branch of it is covered"
	@echo "make mutants   change the trust core, one place at a time, and see what no test notices (hours)"
	@echo "make data-map  write docs/data-map.md from the schema"
	@echo "make guard-weights  learn anew what the guard takes a text for, from the labelled lines"
	@echo "make bench   measure (ARGS=--json for figures a program can read)"
	@echo "make format  put the code in shape"
	@echo "make lock    resolve the dependencies anew and write the lock files"
	@echo "make clean   remove what was built; data/ stays"

run: $(VENV)/.runtime
	@exec $(BIN)/understudy run $(ARGS)

test: $(VENV)/.tools browser
	@$(MAKE) --no-print-directory check

check: $(VENV)/.tools $(AIMOCK)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

promises: $(VENV)/.tools browser $(AIMOCK)/.installed
	@$(BIN)/python -m tests.promises $(ARGS)

coverage: $(VENV)/.tools $(AIMOCK)/.installed
	@$(BIN)/python -m tests.trust_core.coverage $(ARGS)

mutants: $(MUTATION)/.installed
	@$(MUTATION)/bin/python -m tests.trust_core.mutants $(ARGS)

data-map: $(VENV)/.tools
	@$(BIN)/python -m tests.data_map

guard-weights: $(VENV)/.tools
	@$(BIN)/python -m tests.guard_weights

bench: $(VENV)/.tools
	@$(BIN)/python -m benchmarks $(ARGS)

format: $(VENV)/.tools
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser: $(VENV)/.tools
	@$(BIN)/python -m tests.browser.chromium

# No address of an index is written into the locks: pip takes the one that the reader's machine is set up with.
UV ?= uv
COMPILE = $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --group build pyproject.toml
lock:
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv, or name it with UV=…" >&2; exit 1; }
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) --extra dev --extra mutation --constraint requirements-dev.txt --output-file requirements-mutation.txt

clean:
	rm -rf $(VENV) $(MUTATION) $(AIMOCK) build dist understudy.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- .venv; each stamp stands for one finished step

$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "Understudy needs Python 3.11 or newer; none was found (name one with PYTHON=…)" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Understudy needs Python 3.11 or newer; $(PYTHON) is older or does not start" >&2; exit 1; }
	@echo "making $(VENV) with $$("$(PYTHON)" --version) …"
	@"$(PYTHON)" -m venv --clear $(VENV) >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear --without-pip $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt pyproject.toml $(VENV)/.created
	@echo "installing what Understudy needs (requirements.txt) …"
	@$(PIP) install $(PIP_QUIET) --require-hashes -r requirements.txt
	@$(PIP) install $(PIP_QUIET) --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.tools: requirements-dev.txt $(VENV)/.runtime
	@echo "installing the tools of its makers (requirements-dev.txt) …"
	@$(PIP) install $(PIP_QUIET) --require-hashes -r requirements-dev.txt
	@touch $@

# What changes the code for `make mutants` stands apart: it needs much that nothing else here does.
$(MUTATION)/.installed: requirements-mutation.txt $(VENV)/.created
	@echo "installing what makes mutants (requirements-mutation.txt) …"
	@"$(PYTHON)" -m venv --clear $(MUTATION) >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear --without-pip $(MUTATION)
	@$(PYTHON) -m pip --version >/dev/null 2>&1 && pip="$(PYTHON) -m pip" || pip="$(BIN)/python -m pip"; \
		$$pip --python $(MUTATION)/bin/python --disable-pip-version-check install $(PIP_QUIET) --require-hashes \
		-r requirements-mutation.txt
	@touch $@

# Servers that the tests of the language model and of Slack talk to, from npm. Without Node.js they are skipped, and say so.
$(AIMOCK)/.installed: tests/npm/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null \
		|| { echo "no Node.js with npm here: the tests that need aimock or emulate are skipped"; exit 0; } \
		&& echo "installing what the tests take from npm (tests/npm/package-lock.json) …" \
		&& cd tests/npm && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.installed
