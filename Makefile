GROUPS := lint recording fetch
ALONE := cff live
SUITES := lab browser anywhere fetch crate widened live
PACKAGES := ./bookpress .
TESTING := testing
include bookpress/src/bookpress/vendor/book.mk

.PHONY: proofs lint bench picture live nightly engine-lock suite-lab suite-browser suite-anywhere suite-fetch suite-crate suite-widened suite-live

proofs: .venv/ready ## solve every stored program again and compare (RECORD=1: record it), and judge claims under 20 other seeds
	$(BIN)/python -m beltroad prove $(if $(RECORD),--record)
	$(if $(RECORD),$(MAKE) --no-print-directory data,$(BIN)/python -m lab seeds && $(BIN)/python -m lab shuffles)

lint: .venv/lint/ready .venv/cff/ready ## check the style and the types of the code, chapters included, and CITATION.cff (FIX=1: mend the style first)
	$(if $(FIX),.venv/lint/bin/ruff check --quiet --fix-only . && .venv/lint/bin/ruff format --quiet . && .venv/lint/bin/ruff format --quiet --line-length 88 index.ipynb chapters/*.ipynb)
	.venv/lint/bin/ruff check .
	.venv/lint/bin/ruff format --check .
	.venv/lint/bin/ruff format --check --line-length 88 index.ipynb chapters/*.ipynb
	.venv/lint/bin/mypy
	.venv/cff/bin/cffconvert --validate
	$(if $(wildcard _build/html/CITATION.cff),.venv/cff/bin/cffconvert --validate --infile _build/html/CITATION.cff)

bench: .venv/ready ## compare builds and tests with the stock tools, as ratios; write times and sizes into README.md (QUICK=1: a trial)
	$(BIN)/python -m lab bench $(if $(QUICK),--quick)

picture: .venv/ready _build/html/index.html ## photograph chapter 2.1 for README.md (needs Debian's chromium)
	$(BIN)/python -m lab picture

live: .venv/live/ready live/node_modules/.package-lock.json ## copy the book, built anew if anything changed, into _build/live/html, where a reader runs chapters in the page
	$(BIN)/python -m live build

nightly: .venv/ready ## run the long checks: other Pythons, mutants, two builds, archive, proofs
	.ci/nightly

# What the engine locks, every book begins with; this edition adds to it.
lock: engine-lock
engine-lock: .venv/ready
	$(LOCK) --no-annotate bookpress/pyproject.toml --extra book --output-file $(ENGINE)/requirements.txt
	$(LOCK) --no-annotate --group bookpress/pyproject.toml:lab --constraint $(ENGINE)/requirements.txt --output-file $(ENGINE)/lab.txt
	$(LOCK) --no-annotate --group bookpress/pyproject.toml:validator --output-file $(ENGINE)/validator.txt

# Suites of `make test SUITE=name`.
suite-lab: .venv/lab/ready
	$(BIN)/python -m pytest -n 0 tests/bookpress/test_lab.py

suite-browser: .venv/ready tests/browser/node_modules/.package-lock.json _build/html/index.html
	$(BIN)/python -m lab stock
	node --test --test-reporter=spec tests/browser/*.test.mjs

suite-live: tests/browser/node_modules/.package-lock.json live
	node --test --test-reporter=spec tests/browser/live.mjs

suite-anywhere: .venv/ready _build/html/index.html
	$(BIN)/python -m pytest -n 0 tests/anywhere.py

suite-fetch: .venv/fetch
	$(BIN)/python -m pytest tests/tradefiles/test_fetch.py

suite-widened: .venv/ready
	$(BIN)/python -m pytest -n 0 tests/widened.py

suite-crate: .venv/ready
	$(BIN)/python -m lab rebuilt

tests/browser/node_modules/.package-lock.json live/node_modules/.package-lock.json: %/node_modules/.package-lock.json: %/package-lock.json
	@command -v npm >/dev/null || { echo '$*: found no npm; install node 20 or newer with npm' >&2; exit 2; }
	npm ci --prefix $* --no-audit --no-fund --silent
	@touch $@

# Source files in the formats of other programs need readers that nothing else does.
ifdef SOURCES
data: .venv/recording
endif

# Beside the book's own packages: the readers of source files, the client of UN Comtrade.
.venv/recording .venv/fetch: .venv/%: .venv/ready requirements/%.txt
	$(UV) pip install $(QUIET) --python $(BIN)/python --require-hashes --requirement requirements/$*.txt
	@touch $@

# Style and types are checked by tools that no build and no test needs, in an environment of their own, which sees the book's
# packages.
.venv/lint/ready: .venv/%/ready: .venv/ready requirements/%.txt
	$(UV) venv --quiet --clear --python $(BIN)/python .venv/$*
	$(UV) pip sync $(QUIET) --python .venv/$*/bin/python --require-hashes requirements/$*.txt
	@$(call sees-the-book,.venv/$*)
	@touch $@
