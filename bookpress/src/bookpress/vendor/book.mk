# The commands of a book, for its Makefile to include. `make book` and `make test` do everything on a machine with
# Python 3.11 or newer; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
# On a terminal uv shows what it downloads, and how much.
# Beside this file, since they are needed before anything is installed.
ENGINE := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
UV := sh $(ENGINE)/uv.sh $(BIN)
QUIET := $(shell test -t 2 || echo --quiet)
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
# What is installed from the book's folder and stays editable there: its own packages.
PACKAGES ?= .
# Groups of pyproject.toml that have a lock and an environment of their own.
GROUPS ?=
# Those of them that do not agree with the book's packages.
ALONE ?=
# Test suites beside the book's own: `make test SUITE=name`.
SUITES ?=
export PYTHONHASHSEED := 0
export PYTHONPATH :=
# Bytecode is kept from the first import on, whatever the machine says: every later start takes half the time.
export PYTHONDONTWRITEBYTECODE :=
# One test worker more than there are cores: a worker waits while its kernel computes.
export PYTEST_XDIST_AUTO_NUM_WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

.DEFAULT_GOAL := help
.PHONY: help book pdf epub zip test check lab rerun verify crate publish refresh verdicts data lock

help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } /^## / { print "\n" substr($$0, 4) } /^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(filter-out Makefile,$(MAKEFILE_LIST)) Makefile

## To read
book: .venv/ready ## set up, then build the book into _build/html
	$(BIN)/python -m bookpress build

pdf: .venv/ready ## print the book into _build/edition.pdf, each chapter into _build/chapters (needs Debian's chromium)
	$(BIN)/python -m bookpress pdf

epub: .venv/ready ## bind the book, built anew if anything changed, into _build/edition.epub (CHECK=1: epubcheck reads it)
	$(BIN)/python -m bookpress epub $(if $(CHECK),--check)

zip: .venv/ready ## pack the book, built anew if anything changed, into _build/edition.zip
	$(BIN)/python -m bookpress zip

## To rerun
ifdef SUITE
test: suite-$(SUITE)
else
test: .venv/ready ## set up, then run every chapter against its stored outputs, and the other tests (SUITE=name: another suite)
	@echo "Testing every chapter against its stored outputs, and the other tests; \`make check\` tests what changed last ..."
	@$(BIN)/python -m pytest
endif

check: .venv/ready ## test the chapters that changed last, and those that read what changed
	@chapters=$$($(BIN)/python -m bookpress changed) && echo "Testing" $$chapters "..." && $(BIN)/python -m pytest $$chapters

lab: .venv/lab/ready ## open the chapters in JupyterLab (CHAPTER=chapters/x.ipynb: that one)
	$(BIN)/python -m bookpress lab $(CHAPTER)

rerun: .venv/ready ## run the chapters and say what moved, and why (DIFF=folder: figures before and after)
	$(BIN)/python -m bookpress rerun $(if $(DIFF),--figures $(DIFF))

## To cite
verify: .venv/ready ## recompute every exhibit of the built book and compare it byte by byte
	$(BIN)/python -m bookpress verify --all

crate: .venv/ready $(if $(CHECK),.venv/validator/ready) ## gather the edition in _build/crate for an archive (CHECK=1: validate it)
	$(BIN)/python -m bookpress crate
	$(if $(CHECK),$(BIN)/python -m bookpress crate --check)

publish: .venv/ready ## say what is left before the book is published; write what services and editors read
	@$(BIN)/python -m bookpress publish

## To maintain
refresh: .venv/ready ## run the chapters and store their outputs (CHAPTER=chapters/x.ipynb: that one)
	$(BIN)/python -m bookpress refresh $(CHAPTER)

verdicts: .venv/ready ## record the ledger, judge every claim, record the verdicts, store all outputs (CHAPTER=chapters/x.ipynb: judge that one)
	$(MAKE) --no-print-directory data SOURCES=
	$(BIN)/python -m bookpress judge $(CHAPTER)
	$(MAKE) --no-print-directory data SOURCES=
	$(BIN)/python -m bookpress refresh

data: .venv/ready ## record the tables in data/ (SOURCES=folder: first rebuild them from the source files)
	$(BIN)/python -m recording $(if $(SOURCES),--sources $(SOURCES))

lock: .venv/ready ## lock the packages that pyproject.toml adds to the engine's, with hashes
	$(LOCK) $(ENGINE)/requirements.txt --constraint $(ENGINE)/lab.txt --group book $(if $(TESTING),--group $(TESTING)) --output-file requirements.txt
	set -e; for group in $(GROUPS); do $(LOCK) --group $$group --constraint requirements.txt --output-file requirements/$$group.txt; done
	set -e; for group in $(ALONE); do $(LOCK) --group $$group --output-file requirements/$$group.txt; done

suite-%:
	@echo 'test: found SUITE=$*, expected one of: $(SUITES)' >&2; exit 2

_build/html/index.html:
	$(MAKE) book

# A copied folder runs its own packages, not the original's: where they lie is named from .venv.
define RELATIVE
import os, pathlib, sysconfig
home = pathlib.Path(os.path.realpath(sysconfig.get_path("purelib")))
for path in home.glob("__editable__.*.pth"):
    path.write_text(os.path.relpath(os.path.realpath(path.read_text().strip()), home) + "\n")
endef
export RELATIVE

# A folder's name may have any letters, whatever the machine's language is.
.venv/ready: export LC_ALL := C.UTF-8
# Set-up runs once; it runs again only when the lock or the packages' own description changes.
.venv/ready: requirements.txt $(PACKAGES:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0] + "; name another with make PYTHON=...")'
	@echo "Setting up .venv: $$(grep -c == requirements.txt) packages, as requirements.txt locks them ..."
	@$(PYTHON) -m venv --clear .venv
	@echo 'relocatable = true' >> .venv/pyvenv.cfg
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	@$(UV) pip sync $(QUIET) --python $(BIN)/python --require-hashes requirements.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline --config-setting editable_mode=compat $(PACKAGES:%=--editable %)
	@$(BIN)/python -c "$$RELATIVE"
	@touch $@

# An editor must not change what the chapters run with: it has an environment of its own, which sees the book's packages.
# A reader's settings lie in it too, so another lock leaves it in place.
.venv/lab/ready: .venv/ready $(ENGINE)/lab.txt
	@echo "Setting up JupyterLab in .venv/lab ..."
	@test -x .venv/lab/bin/python || { rm -rf .venv/lab; $(UV) venv --quiet --python $(BIN)/python .venv/lab; }
	@$(UV) pip sync --quiet --python .venv/lab/bin/python --require-hashes $(ENGINE)/lab.txt 2> .venv/lab/log || \
		{ echo "lab: could not fetch what $(ENGINE)/lab.txt names ($$(grep -m 1 -o 'Failed to .*' .venv/lab/log || grep -m 1 '^error' .venv/lab/log); see .venv/lab/log); connect to the package registry and run make again" >&2; exit 2; }
	@$(call sees-the-book,.venv/lab)
	@touch $@

# Programs whose packages would not agree with the book's have an environment of their own, which sees nothing of it.
.venv/validator/ready: $(ENGINE)/validator.txt
$(patsubst %,.venv/%/ready,$(ALONE)): .venv/%/ready: requirements/%.txt
$(patsubst %,.venv/%/ready,validator $(ALONE)): .venv/%/ready: .venv/ready
	$(UV) venv --quiet --clear --python $(BIN)/python .venv/$*
	$(UV) pip sync $(QUIET) --python .venv/$*/bin/python --require-hashes $(filter %.txt,$^)
	@touch $@

# Let another environment see the book's own packages.
sees-the-book = $(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' > $$(echo $(1)/lib/python*/site-packages)/book.pth
