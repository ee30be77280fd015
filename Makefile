include bookpress/book.mk

.PHONY: fetch test-fetch spark test-spark test-browser test-anywhere lint cff twice bench mutants proofs test-lab test-crate

test-browser: .venv/ready tests/browser/node_modules/.package-lock.json _build/html/index.html ## test the built book in Debian's chromium (needs node)
	$(BIN)/python -m lab.stock
	node --test --test-reporter=spec tests/browser/*.test.mjs

test-lab: .venv/lab/ready ## run and save a chapter in JupyterLab, and compare
	$(BIN)/python -m pytest -n 0 tests/bookpress/test_lab.py

fetch: .venv/fetch ## set up the client of UN Comtrade, for python -m beltroad fetch

test-fetch: .venv/fetch ## test fetching against a server on this machine
	$(BIN)/python -m pytest tests/beltroad/test_fetch.py

spark: .venv/spark/ready ## set up Apache Spark in .venv/spark, for --engine spark (needs Java 17)

test-spark: .venv/spark/ready ## compare both engines on the same trade files, row by row (needs Java 17)
	.venv/spark/bin/python -m pytest -n 0 tests/beltroad/test_files_spark.py

test-anywhere: .venv/ready _build/html/index.html ## rerun every chapter with the built book's own files, in an environment of its own elsewhere
	$(BIN)/python -m pytest -n 0 tests/anywhere.py

lint: .venv/lint/ready ## check style and types of the code, chapters included
	.venv/lint/bin/ruff check .
	.venv/lint/bin/ruff format --check .
	.venv/lint/bin/ruff format --check --line-length 88 index.ipynb chapters/*.ipynb
	.venv/lint/bin/mypy

cff: .venv/ready _build/html/index.html ## validate CITATION.cff, and the book's, against their schema, in an environment of its own
	$(BIN)/uv tool run --quiet --from cffconvert==2.0.0 --with 'setuptools<81' sh -c 'cffconvert --validate && cffconvert --validate --infile _build/html/CITATION.cff'

twice: .venv/ready ## build the book twice in settings that should not matter and compare every file (OTHER=python3.13 for the second)
	$(BIN)/python -m lab.twice $(if $(OTHER),--python $(OTHER))

test-crate: .venv/ready ## copy _build/crate to a new folder without git, build and test the book there, compare it
	$(BIN)/python -m lab.rebuilt

bench: .venv/ready ## measure builds and tests against the stock tools (QUICK=1 for a trial)
	$(BIN)/python -m lab.bench $(if $(QUICK),--quick)

mutants: .venv/ready ## change one thing at a time and see whether a test notices (SAMPLE=200 SEED=1)
	$(BIN)/python -m lab.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

proofs: .venv/ready ## solve every stored program anew and compare (RECORD=1 records what is found, then the tables)
	$(BIN)/python -m beltroad prove $(if $(RECORD),--record)
ifdef RECORD
	$(MAKE) --no-print-directory data
endif

tests/browser/node_modules/.package-lock.json: tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo 'test-browser: found no npm; install node 20 or newer with npm' >&2; exit 2; }
	npm ci --prefix tests/browser --no-audit --no-fund --silent
	@touch $@

clean::
	rm -rf tests/browser/node_modules

# Source files in the formats of other programs need readers that nothing else does.
ifdef SOURCES
data: .venv/recording
endif

.venv/recording: .venv/ready requirements-recording.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-recording.txt
	@touch $@

# The client is for those who fetch figures; the book is built and tested without it.
.venv/fetch: .venv/ready requirements-fetch.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-fetch.txt
	@touch $@

# Spark weighs more than all else together, so it has an environment of its own, which sees the book's packages too.
.venv/spark/ready: .venv/ready requirements-spark.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/spark
	$(BIN)/uv pip sync --quiet --python .venv/spark/bin/python --require-hashes requirements-spark.txt
	@$(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' > $$(echo .venv/spark/lib/python*/site-packages)/book.pth
	@touch $@

# Style and types are checked from an environment of their own, which no build and no test must wait for.
.venv/lint/ready: .venv/ready requirements-lint.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/lint
	$(BIN)/uv pip sync --quiet --python .venv/lint/bin/python --require-hashes requirements-lint.txt
	@# The book's own packages are seen from there, to check types against them.
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > $$(echo .venv/lint/lib/python*/site-packages)/book.pth
	@touch $@
