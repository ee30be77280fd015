# `make book` and `make test` do everything on a machine with Python 3.11 or newer; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
LOCK := .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header
export PYTHONHASHSEED := 0
export PYTHONPATH :=
# Bytecode is kept from the first import on, whatever the machine says: every later kernel starts in half the time.
export PYTHONDONTWRITEBYTECODE :=
# One test worker more than there are cores: a kernel that starts or stops mostly waits.
export PYTEST_XDIST_AUTO_NUM_WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
# Kernels read their configuration here, never a user's own start-up files.
export IPYTHONDIR := $(CURDIR)/.venv/ipython

.DEFAULT_GOAL := help
.PHONY: help book test test-browser pdf zip lint refresh verify crate cff data lock clean twice rerun bench mutants

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

book: .venv/ready ## set up, then build the book into _build/html
	$(BIN)/python -m bookpress build

test: .venv/ready ## set up, then re-run every chapter against its stored outputs, and the other tests
	$(BIN)/python -m pytest

test-browser: .venv/ready tests/browser/node_modules/.package-lock.json _build/html/index.html ## test the built book in Debian's chromium (needs node)
	$(BIN)/python -m lab.stock
	node --test --test-reporter=spec tests/browser/*.test.mjs

pdf: .venv/ready ## print the whole edition into _build/edition.pdf (needs Debian's chromium)
	$(BIN)/python -m bookpress pdf

zip: .venv/ready _build/html/index.html ## pack the built book into _build/edition.zip, to be opened anywhere
	$(BIN)/python -m bookpress zip

lint: .venv/lint/ready ## check style and types of the code, chapters included
	.venv/lint/bin/ruff check .
	.venv/lint/bin/ruff format --check .
	.venv/lint/bin/ruff format --check --line-length 88 index.ipynb chapters/*.ipynb
	.venv/lint/bin/mypy

refresh: .venv/ready ## re-run the chapters and store their outputs (CHAPTER=chapters/x.ipynb for one)
	$(BIN)/python -m bookpress refresh $(CHAPTER)

verify: .venv/ready ## recompute every exhibit of the built book and compare the files byte by byte
	$(BIN)/python -m bookpress verify --all

crate: .venv/ready ## gather book, chapters, data and code in _build/crate, described as an RO-Crate
	$(BIN)/python -m bookpress crate

cff: .venv/ready ## validate CITATION.cff against its schema, in an environment of its own
	$(BIN)/uv tool run --quiet --from cffconvert==2.0.0 --with 'setuptools<81' cffconvert --validate

rerun: .venv/ready ## run the chapters and say what moved, and why (DIFF=folder for figures before and after)
	$(BIN)/python -m bookpress rerun $(if $(DIFF),--figures $(DIFF))

twice: .venv/ready ## build the book twice in settings that should not matter and compare every file (OTHER=python3.13 for the second)
	$(BIN)/python -m lab.twice $(if $(OTHER),--python $(OTHER))

bench: .venv/ready ## measure builds and tests against the stock tools (QUICK=1 for a trial)
	$(BIN)/python -m lab.bench $(if $(QUICK),--quick)

mutants: .venv/ready ## change one thing at a time and see whether a test notices (SAMPLE=200 SEED=1)
	$(BIN)/python -m lab.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

data: .venv/ready ## record the tables in data/ (SOURCES=folder rebuilds them from the source files first)
	$(BIN)/python -m recording $(if $(SOURCES),--sources $(SOURCES))

lock: .venv/ready ## write both locks from requirements.in and requirements-lint.in
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-lint.in -o requirements-lint.txt

_build/html/index.html:
	$(MAKE) book

tests/browser/node_modules/.package-lock.json: tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo 'test-browser: found no npm; install node 20 or newer with npm' >&2; exit 2; }
	npm ci --prefix tests/browser --no-audit --no-fund --silent
	@touch $@

clean: ## remove the environment and everything that was built
	rm -rf .venv _build tests/browser/node_modules

# Set-up runs once; it runs again only when the lock or the package's own description changes.
.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0] + "; name another with make PYTHON=...")'
	@echo "Setting up .venv (about 10 seconds with a near registry) ..."
	$(PYTHON) -m venv --clear .venv
	sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

# Style and types are checked from an environment of their own, which no build and no test must wait for.
.venv/lint/ready: .venv/ready requirements-lint.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/lint
	$(BIN)/uv pip sync --quiet --python .venv/lint/bin/python --require-hashes requirements-lint.txt
	@# The book's own packages are seen from there, to check types against them.
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > $$(echo .venv/lint/lib/python*/site-packages)/book.pth
	@touch $@
