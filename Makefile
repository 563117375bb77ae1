# Needs Python 3.11 or newer and make.  Everything else comes with the first target, into .venv.

PYTHON  ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
REPORTS ?=
DEMO    ?=
PORT    ?= 3000
PUBLISHERS ?= $(or $(FINAL_ACCOUNTS_PUBLISHERS),$(wildcard $(or $(FINAL_ACCOUNTS_HOME),var)/publishers))
YEAR    ?= $(shell expr $$(date +%Y) - 1)

BIN   := .venv/bin
STAMP := .venv/.installed

.PHONY: help run registry check-sources year test ui bench lint style types contract current licences vulnerabilities dictionary lock clean
.DEFAULT_GOAL := help

help:
	@echo 'make run                   process the sample reports into a checked warehouse, in a home of its own (<home>/demo)'
	@echo 'make run REPORTS=<folder>  the same for the reports of a folder, recursively, in var/ or FINAL_ACCOUNTS_HOME'
	@echo 'make check-sources         what each publisher of a registry offers, without storing (PUBLISHERS= YEAR=)'
	@echo 'make year                  one fiscal year in one job, from the publishers to the warehouse (PUBLISHERS= YEAR=)'
	@echo 'make ui                    browse the last run in Dagster, on http://127.0.0.1:$(PORT) (PORT=; the demo: DEMO=1)'
	@echo 'make test                  the tests'
	@echo 'make lint                  style, types, import contract, data dictionary, licences'
	@echo 'make vulnerabilities       what is known of the versions of requirements.lock (skips without a network)'
	@echo 'make bench                 speed, memory, detection'
	@echo 'make dictionary            write docs/data-dictionary.md from the tables'
	@echo 'make lock                  resolve requirements.lock anew'
	@echo 'make clean                 remove the environment and caches (var/ stays)'

$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed: install it, or name one with PYTHON='; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q pipeline assets expectations  # PYTHONDONTWRITEBYTECODE would have every start compile them anew
	@touch $@

run: $(STAMP)
	@$(BIN)/final-accounts run $(if $(REPORTS),"$(REPORTS)")

registry:
	@test -n "$(PUBLISHERS)" || { echo 'no registry of publishers: name one with PUBLISHERS=<file or folder>'; exit 2; }

# Asks every site of the registry, politely, and keeps nothing.
check-sources: $(STAMP) registry
	@$(BIN)/final-accounts sources probe "$(PUBLISHERS)" --year $(YEAR)

# The whole job for one partition, as a schedule starts it.
year: $(STAMP) registry
	@$(BIN)/final-accounts year $(YEAR) --registry "$(PUBLISHERS)"

# One process more than cores: some tests wait for processes of their own.
test: $(STAMP)
	$(BIN)/python -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist worksteal

# The last run of one's own; the demo's where nothing else was run, or with DEMO=1.
ui: $(STAMP)
	@exec $(BIN)/final-accounts ui --port $(PORT) $(if $(DEMO),--demo)

bench: $(STAMP)
	@$(BIN)/python -m benchmarks

lint: style types contract current licences

style: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

types: $(STAMP)
	$(BIN)/mypy

contract: $(STAMP)
	$(BIN)/lint-imports --no-logo

current: $(STAMP)
	$(BIN)/python -m pipeline.schema.dictionary --check

licences: $(STAMP)
	$(BIN)/python bin/licences.py --check

# Asks one database over the network; says so and passes where it cannot be reached.
vulnerabilities: $(STAMP)
	@$(BIN)/python bin/vulnerabilities.py

dictionary: $(STAMP)
	$(BIN)/python -m pipeline.schema.dictionary

# Hashed, for every platform and Python that the project runs on, and without the host of any index.
lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-emit-index-url --no-header --upgrade --quiet --output-file requirements.lock

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path ./var -prune -o -name __pycache__ -type d -exec rm -rf {} +
