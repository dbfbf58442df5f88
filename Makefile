# make run    the dashboard, with the sample sites if nothing has been loaded
# make test   everything that must be green: checks, slow tests and browser tests
# make check  format, lint, types, floors and the fast tests: before each commit
# make test-long  the same with many more examples, kills and looks of pages
# make glossary  docs/glossary.md made anew from the catalogue
# make bench  how long loading takes beside a bare load
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal --durations 15 --durations-min 4
SOME = and not long
DATA := $(or $(LANE_BOARD_DATA),data)

.PHONY: run load sample check slow test test-long bench browser glossary pictures clean

run: .venv/run
	@test -e '$(DATA)/warehouse/CURRENT' || $(BIN)/python -m etl load
	$(BIN)/streamlit run dashboard.py

load: .venv/run
	$(BIN)/python -m etl load

sample: .venv/run
	$(BIN)/python -m etl sample

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not browser and not slow"

slow: .venv/dev
	$(PYTEST) -m slow

test: check slow browser

test-long: SOME =
test-long: export EXAMPLES = 60
test-long: export KILLS = 30
test-long: check slow browser

bench: .venv/dev
	$(BIN)/python -m tests.bench.loading

browser: .venv/dev
	$(BIN)/python -m tests.browser.install
	$(PYTEST) -m "browser $(SOME)"

glossary: .venv/run
	$(BIN)/python -m board.metrics.glossary > docs/glossary.md

pictures: .venv/dev
	$(BIN)/python -m tests.browser.pictures

.venv/run: requirements.txt
	@test -x $(BIN)/python && $(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv data/warehouse
