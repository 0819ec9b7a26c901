# Two commands do everything: `make run` and `make test`. The rest are their parts.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-spark lint train bench browser clean
.DEFAULT_GOAL := run

run: .venv/runtime
	$(BIN)/streamlit run app.py

test: lint browser
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

# Wants Java, too (docs/spark.md). Without pyspark `make test` skips these by name.
test-spark: .venv/development
	$(BIN)/python -m pip install --quiet --requirement requirements-spark.txt
	$(BIN)/python -m pytest tests/spark

lint: .venv/development
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

train: .venv/runtime
	$(BIN)/python -m recommender train --domain movies

bench: .venv/development
	$(BIN)/python -m benchmarks

browser: .venv/development
	$(BIN)/python -m tests.browser.install

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results

# Debian ships Python without ensurepip: then the system's pip furnishes the environment.
.venv/bin/python:
	$(PYTHON) -m venv .venv || { \
		$(PYTHON) -m venv --clear --without-pip .venv && \
		$(PYTHON) -m pip --python .venv/bin/python install --quiet pip; }

.venv/runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

.venv/development: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@ .venv/runtime
