# `make help` tells what there is. Every target sets up what it needs first; nothing to install by hand
# but a Python, make and a shell (see setup.sh).

SHELL := /bin/sh
BIN := .venv/bin
TODAY := 2026-11-20
CASES := 20000
SEED := 7
PORT := 8000
# Worker processes of the test run.
JOBS := 2
# A file's tests stay together, so that what they share is made once; the slow files go first (tests/conftest.py).
SHARING := --dist loadfile --no-loadscope-reorder
# Arguments for pytest, e.g. make test ARGS="-k deadlines".
ARGS :=

# Packages that mypy reads strictly; the rest it reads with the plain settings of pyproject.toml.
STRICT := $(wildcard src/mingjing/kernel src/mingjing/law src/mingjing/domain src/mingjing/facts src/mingjing/engine src/mingjing_verify)
OTHERS := $(wildcard src/mingjing/contexts src/mingjing/interfaces src/mingjing/config tools)

.DEFAULT_GOAL := help
.PHONY: help run report demo test test-cluster test-postgresql test-fast check fix bench bench-platform spark-check truth trace catalogue mutation lock clean setup setup-run bench-log bench-cases bench-documents documents-check

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with everything (again only when the lock changed)
	@./setup.sh

setup-run:
	@./setup.sh --run

# A home of its own: nothing here touches a real place. Whatever the shell says about another one does not hold.
DEMO := env -u MINGJING_DATABASE -u MINGJING_MEDIA MINGJING_HOME=$(CURDIR)/var/demo-place $(BIN)/mingjing

run: setup-run ## Make the demonstration place (once), print a sign-in for each role, serve it
	@echo "演示地方 / demonstration place: $(CURDIR)/var/demo-place"
	@$(DEMO) demo place
	@$(DEMO) serve --port $(PORT) --log $(CURDIR)/var/demo-place/run/server.log

report: demo ## Make demonstration facts, oversee them, say where the report lies
	@$(BIN)/mingjing oversee var/demo --as-of $(TODAY) --place 370831 --out var/report
	@echo "报告 / report: $(CURDIR)/var/report"

demo: setup-run ## Make the demonstration facts in var/demo
	@$(BIN)/mingjing demo generate var/demo --cases $(CASES) --seed $(SEED) --as-of $(TODAY)

test: setup ## Run all tests but those of test-cluster and test-postgresql
	@$(BIN)/python -m pytest -n $(JOBS) -m "not cluster" $(SHARING) $(ARGS)

# What runs on a database: the rooms but those that know files only, and the doors to them.
PLATFORM_TESTS = $(filter-out %/demo %/oversight %.py %/__pycache__,$(wildcard tests/contexts/*)) \
  $(filter-out tests/interfaces/test_cli_% %/__pycache__,$(wildcard tests/interfaces/*))

test-postgresql: setup ## Run the platform's tests on a PostgreSQL made for them (needs the server's programs)
	@$(BIN)/python -m tools.postgresql -- $(BIN)/python -m pytest -n $(JOBS) $(SHARING) -m "not cluster and not browser" $(PLATFORM_TESTS) $(ARGS)

test-cluster: setup ## Only compare DuckDB and Spark on a standalone cluster of a master and two workers
	@$(BIN)/python -m pytest -m cluster $(ARGS)

test-fast: setup ## Run the tests that need no cluster, no browser and no big data
	@$(BIN)/python -m pytest -n $(JOBS) $(SHARING) -m "not slow and not cluster and not browser" $(ARGS)

check: setup ## Check form, types, layers, law data and generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict $(STRICT)
	$(BIN)/mypy $(OTHERS)
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src/mingjing/contexts
	MINGJING_HOME=var/check $(BIN)/python -m django makemigrations --check --dry-run --settings mingjing.config.settings.test
	$(BIN)/python -m tools.check_law
	$(BIN)/python -m tools.generate_docs --check

fix: setup ## Mend what ruff can mend, renew generated pages
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tools.generate_docs

bench: setup ## Measure the engine (the platform: bench-platform); results go to var/bench
	@$(BIN)/python -m tools.bench $(ARGS)

bench-platform: setup ## Measure the pages with 1,000,000 parties and 100,000 officers, beside Django's own; SQLite in var/
	@$(BIN)/python -m tools.bench_platform $(ARGS)

bench-cases: setup ## Measure case list, search, case page beside Django's own, export of facts; 1,000,000 cases (ARGS="--cases 100000")
	@$(BIN)/python -m tools.bench_cases $(ARGS)

bench-documents: setup ## Measure documents: 1,000 decisions as PDF, 10,000 numbers over 64 connections
	@$(BIN)/python -m tools.bench_documents $(ARGS)

documents-check: setup ## Compare DOCX and PDF of every kind of document in LibreOffice, short and long
	@MINGJING_DOCUMENTS=all $(BIN)/python -m pytest tests/contexts/documents/test_office.py $(ARGS)

bench-log: setup ## Measure the log: what an entry costs, appending and proving up to ten million
	@$(BIN)/python -m tools.bench_log $(ARGS)

truth: setup ## Compare findings with planted breaches: 200,000 cases, six seeds
	@$(BIN)/python -m tools.truth $(ARGS)

spark-check: setup ## Judge 200,000 cases with both engines; compare every row, tell the seconds
	@$(BIN)/python -m tools.spark_check $(ARGS)

trace: setup ## Show which requirements have a passing acceptance test
	@$(BIN)/python -m tools.trace $(ARGS)

catalogue: setup ## Renew the pages generated from rules, facts and law
	@$(BIN)/python -m tools.generate_docs

mutation: setup ## Change the domain line by line and see which tests notice
	@$(BIN)/mutmut run $(ARGS); $(BIN)/mutmut results

lock: setup ## Renew the hash locks from pyproject.toml
	@tools/lock.sh

clean: ## Remove what was produced (not .venv)
	rm -rf var build dist mutants .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
