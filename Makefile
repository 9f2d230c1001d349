# `make` alone lists the targets. Everything runs in `.venv`, which `setup` makes and keeps up to date by itself.

SHELL = /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:

# The interpreter to set up with; empty means `python3`, or the newest of the others where that one is too old.
PYTHON ?=
# Passed on by `eval` and `tests`: make eval ARGS="agent:praxis-weber/empfang"
ARGS ?=
export PYTHON

BIN := .venv/bin
STEP = @printf '\n== %s\n'

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: eval
eval: setup ## set up and evaluate every agent of this repository
	@$(BIN)/kiwerk eval $(ARGS)

.PHONY: test
test: lint tests ## set up and run everything that CI runs: linters, types, layers, all tests

.PHONY: setup
setup: ## make or update .venv (PYTHON=... picks the interpreter)
	@tools/setup.sh

.PHONY: lint
lint: setup ## linters, types and layers, cheapest first
	$(STEP) 'ruff check'
	@$(BIN)/ruff check --quiet .
	$(STEP) 'ruff format --check'
	@$(BIN)/ruff format --quiet --diff .
	$(STEP) 'lint-imports'
	@$(BIN)/lint-imports --no-logo
	$(STEP) 'mypy'
	@$(BIN)/mypy

.PHONY: tests
tests: setup ## all tests, slow ones too
	$(STEP) 'pytest'
	@$(BIN)/python -m pytest --quiet -n auto -m '' $(ARGS)

.PHONY: bench-check
bench-check: setup ## how fast `kiwerk check` is (ARGS="--cases 100000 --rounds 1")
	@$(BIN)/python -m benchmarks.check $(ARGS)

.PHONY: bench-engine
bench-engine: setup ## how fast `kiwerk eval` is with a model that answers after 50 ms (ARGS="--cases 1000")
	@$(BIN)/python -m benchmarks.engine $(ARGS)

.PHONY: bench-peers
bench-peers: setup ## how fast other harnesses are beside kiwerk; installs them first (ARGS="--cases 100 --only promptfoo")
	@tools/peers.sh
	@$(BIN)/python -m benchmarks.compare $(ARGS)

.PHONY: bench-diff
bench-diff: setup ## how long `kiwerk diff` takes (ARGS="--cases 1000 --rounds 1")
	@$(BIN)/python -m benchmarks.diff $(ARGS)

.PHONY: demo-model
demo-model: setup ## serve a model that behaves as the references do (ARGS="--port 8799"), to follow README without a key
	@$(BIN)/python -m tests.support.demo_model $(ARGS)

.PHONY: real-model
real-model: setup ## hold conversations with a real language model on this machine (205 MB once; some minutes)
	@tools/real_model.sh
	@KIWERK_REAL_MODEL=.real-model/bin/python $(BIN)/python -m pytest -n 0 -rP -m '' tests/real_model $(ARGS)

.PHONY: format
format: setup ## rewrite the code in the house's format and mend what ruff can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

.PHONY: schemas
schemas: setup ## write the JSON Schemas from the models
	@$(BIN)/python -m kiwerk.spec.schema
	@$(BIN)/python -m kiwerk.record.schema

.PHONY: reference
reference: setup ## write docs/reference and docs/rules.md from the code
	@UPDATE_SNAPSHOTS=1 $(BIN)/python -m pytest --quiet tests/test_reference.py tests/check/test_documentation.py

.PHONY: lock
lock: ## pin every requirement with its hashes (ARGS=--upgrade takes newer ones)
	@tools/lock.sh $(ARGS)

.PHONY: clean
clean: ## remove .venv and all caches, nothing else
	@rm -rf .venv .real-model .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
