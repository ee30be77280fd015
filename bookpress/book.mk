# The commands of a book, for its Makefile to include. `make book` and `make test` do everything on a machine with
# Python 3.11 or newer; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header
export PYTHONHASHSEED := 0
export PYTHONPATH :=
# Bytecode is kept from the first import on, whatever the machine says: every later start takes half the time.
export PYTHONDONTWRITEBYTECODE :=
# One test worker more than there are cores: a worker waits while its kernel computes.
export PYTEST_XDIST_AUTO_NUM_WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
# Kernels read their configuration here, never a user's own start-up files.
export IPYTHONDIR := $(CURDIR)/.venv/ipython

.DEFAULT_GOAL := help
.PHONY: help book test pdf epub zip lab refresh rerun verify crate data verdicts lock clean crate-check

help: ## list what make can do
	@grep -hE '^[a-z-]+:.*## ' $(filter-out Makefile,$(MAKEFILE_LIST)) Makefile | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

book: .venv/ready ## set up, then build the book into _build/html
	$(BIN)/python -m bookpress build

test: .venv/ready ## set up, then re-run every chapter against its stored outputs, and the other tests
	$(BIN)/python -m pytest

pdf: .venv/ready ## print the whole edition into _build/edition.pdf (needs Debian's chromium)
	$(BIN)/python -m bookpress pdf

epub: .venv/ready _build/html/index.html ## bind the built book into _build/edition.epub (CHECK=1 has Debian's epubcheck read it)
	$(BIN)/python -m bookpress epub $(if $(CHECK),--check)

zip: .venv/ready _build/html/index.html ## pack the built book into _build/edition.zip, to be opened anywhere
	$(BIN)/python -m bookpress zip

lab: .venv/lab/ready ## open the chapters in JupyterLab, which saves them as they are stored (CHAPTER=chapters/x.ipynb for one)
	$(BIN)/python -m bookpress lab $(CHAPTER)

refresh: .venv/ready ## re-run the chapters and store their outputs (CHAPTER=chapters/x.ipynb for one)
	$(BIN)/python -m bookpress refresh $(CHAPTER)

rerun: .venv/ready ## run the chapters and say what moved, and why (DIFF=folder for figures before and after)
	$(BIN)/python -m bookpress rerun $(if $(DIFF),--figures $(DIFF))

verify: .venv/ready ## recompute every exhibit of the built book, compare byte by byte, write _build/certificate.html
	$(BIN)/python -m bookpress verify --all

crate: .venv/ready ## gather sources, data and the built book in _build/crate, described as an RO-Crate
	$(BIN)/python -m bookpress crate

crate-check: .venv/crate/ready ## check that _build/crate is as it was gathered and a valid RO-Crate (CRATE=folder for another)
	$(BIN)/python -m bookpress crate --check $(if $(CRATE),"$(CRATE)")
	.venv/crate/bin/python -m bookpress.publish.profiles $(if $(CRATE),"$(CRATE)",_build/crate)

data: .venv/ready ## record the tables in data/ (SOURCES=folder rebuilds them from the source files first)
	$(BIN)/python -m recording $(if $(SOURCES),--sources $(SOURCES))

verdicts: .venv/ready ## run the chapters and record the verdicts that their tests give, then the tables
	$(BIN)/python -m bookpress judge $(CHAPTER)
	$(MAKE) --no-print-directory data

lock: .venv/ready ## write every requirements*.txt, the lock, from its requirements*.in
	for list in requirements.in $(filter-out requirements.in,$(wildcard requirements*.in)); do $(LOCK) $$list -o $${list%.in}.txt; done

_build/html/index.html:
	$(MAKE) book

clean:: ## remove the environment and everything that was built
	rm -rf .venv _build

# Set-up runs once; it runs again only when the lock or the packages' own description changes.
.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0] + "; name another with make PYTHON=...")'
	@echo "Setting up .venv (about 10 seconds with a near registry) ..."
	$(PYTHON) -m venv --clear .venv
	sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

# An editor must not change what the chapters run with: it has an environment of its own, which sees the book's packages.
# A reader's settings lie in it too, so another lock leaves it in place.
.venv/lab/ready: .venv/ready requirements-lab.txt
	@echo "Setting up JupyterLab in .venv/lab ..."
	@test -x .venv/lab/bin/python || { rm -rf .venv/lab; $(BIN)/uv venv --quiet --python $(BIN)/python .venv/lab; }
	@$(BIN)/uv pip sync --quiet --python .venv/lab/bin/python --require-hashes requirements-lab.txt 2> .venv/lab/log || \
		{ echo "lab: could not fetch what requirements-lab.txt names ($$(grep -m 1 -o 'Failed to .*' .venv/lab/log || grep -m 1 '^error' .venv/lab/log); see .venv/lab/log); connect to the package registry and run make again" >&2; exit 2; }
	@$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' > $$(echo .venv/lab/lib/python*/site-packages)/book.pth
	@touch $@

# The validator's packages are its own: neither builds nor tests may depend on them.
.venv/crate/ready: .venv/ready requirements-crate.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/crate
	$(BIN)/uv pip sync --quiet --python .venv/crate/bin/python --require-hashes requirements-crate.txt
	@touch $@
