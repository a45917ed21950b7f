# Everything runs in .venv, made once from hash-checked requirements and again when they change.
PYTHON ?= $(firstword $(foreach version,3.12 3.11 3.13,$(shell python$(version) -c "import sys; print(sys.executable)" 2>/dev/null)) python3)
BIN := .venv/bin
STAMP := .venv/installed

.PHONY: help setup demo test drill compare bench smoke check format lock
help: ## say what there is
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/'

setup: $(STAMP) ## make .venv and install everything into it
$(STAMP): requirements/dev.txt pyproject.toml
	@echo "==> Making .venv with $(PYTHON)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Casework needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "No venv: install Debian's package python3-venv"; exit 1; }
	@echo "==> Installing the pinned requirements (hashes checked)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP) ## run the sample case with live progress and leave the service running
	@$(BIN)/casework demo

# Most of a test's time is waiting for real processes, so parts of the suite run side by side, on both databases.
# The longest parts come first.
PARTS := sqlite-web postgresql-web postgresql-workers sqlite-workers postgresql-api sqlite-api sqlite-rest postgresql-rest
SELECT_web := tests/api/web
SELECT_api := tests/api --ignore=tests/api/web
SELECT_workers := tests/workers tests/progress
SELECT_rest := tests --ignore=tests/api $(SELECT_workers:%=--ignore=%)
test: $(STAMP) ## all tests, those that use the database on SQLite and on PostgreSQL
	@echo "==> All tests on SQLite, and beside them those that use the database on PostgreSQL"
	@$(MAKE) --no-print-directory -j4 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) \
	  $(PARTS)
	@echo "==> All tests passed on both databases"
sqlite-%:
	@CASEWORK_TEST_DATABASE=sqlite $(BIN)/pytest -q $(SELECT_$*)
	@echo "==> passed on SQLite: $*"
postgresql-%:
	@CASEWORK_TEST_DATABASE=postgresql $(BIN)/pytest -q -m database $(SELECT_$*)
	@echo "==> passed on PostgreSQL: $*"

drill: $(STAMP) ## two minutes of faults on each database: nothing may be lost
	@$(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) \
	  drill-sqlite drill-postgresql
drill-%:
	@$(BIN)/casework drill --minutes 2 --database $*

compare: $(STAMP) ## play the same scenarios on each task system: what held must hold
	@$(BIN)/casework compare --check
bench: $(STAMP) ## Casework beside its peers, installed into .venv-peers: an hour, on a quiet machine
	@$(BIN)/python benchmarks/run.py
smoke: $(STAMP) ## every benchmark with next to nothing, to see that it still runs
	@$(BIN)/python benchmarks/run.py --smoke
	@$(BIN)/python benchmarks/watchers.py --smoke

check: $(STAMP) ## formatting, lint, types, and which package may import which
	@echo "==> ruff format" && $(BIN)/ruff format --check src tests examples benchmarks
	@echo "==> ruff check" && $(BIN)/ruff check src tests examples benchmarks
	@echo "==> mypy" && $(BIN)/mypy
	@echo "==> import-linter" && $(BIN)/lint-imports

format: $(STAMP) ## format and mend what can be mended
	@$(BIN)/ruff format src tests examples benchmarks && $(BIN)/ruff check --fix src tests examples

lock: ## pin the newest releases; needs uv
	@command -v uv >/dev/null || { echo "make lock needs uv (pip install uv)"; exit 1; }
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --upgrade pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q pyproject.toml --group dev -c requirements/run.txt -o requirements/dev.txt
