# `make` alone lists what can be done. PYTHON=/path/to/python chooses the interpreter.

.DEFAULT_GOAL := help
export PYTHON
BIN := .venv/bin
CHECKED := monitord tests $(wildcard bench/*.py)
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--build-deps-for editable --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## make .venv with everything pinned; quick when nothing changed
	@scripts/set-up develop

.PHONY: demo
demo: ## a simulated ward, a broker, the daemon, alerts as they fire (KEEP=1 stays up)
	@scripts/set-up demo
	@KEEP=$(KEEP) $(BIN)/monitord demo

.PHONY: test
test: check ## check, then every test; real servers come from the system's packages
	@scripts/system-packages
	@$(BIN)/pytest -n 2

.PHONY: kills
kills: setup ## only the sudden deaths of the daemon: make kills KILLS=1000 SEED=7
	@KILLS=$(or $(KILLS),200) SEED=$(or $(SEED),20260124) $(BIN)/pytest -n 0 tests/integration/test_kills.py

.PHONY: check
check: setup ## lint, formatting, strict types, floors, spelling
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy --no-error-summary $(CHECKED)
	@found=$$($(BIN)/lint-imports --no-logo --cache-dir .cache/imports) || { echo "$$found"; exit 1; }
	@$(BIN)/codespell
	@echo "Lint, types, floors and spelling hold."

.PHONY: cases
cases: setup ## run the rule packs' own examples through the real step
	@$(BIN)/monitord cases rules

.PHONY: replay
replay: setup ## decisions for recorded events: make replay EVENTS=file.jsonl
	@test -n "$(EVENTS)" || { echo "Say which events: make replay EVENTS=file.jsonl"; exit 2; }
	@$(BIN)/monitord replay "$(EVENTS)"

.PHONY: bench
bench: setup ## measure, and print a line each
	@for file in bench/*.py; do $(BIN)/python "$$file" || exit 1; done

.PHONY: mutate
mutate: setup ## change the scores a little, and list what no test notices (FILES="..." for some)
	@nice -n 15 $(BIN)/python -m tests.mutation $(FILES)

.PHONY: lock
lock: setup ## pin again what pyproject.toml asks for, with hashes
	@export CUSTOM_COMPILE_COMMAND="make lock"; \
	$(LOCK) -o requirements/run.txt pyproject.toml && \
	$(LOCK) --extra demo -c requirements/run.txt -o requirements/demo.txt pyproject.toml && \
	$(LOCK) --extra demo --extra develop -c requirements/demo.txt \
		-o requirements/develop.txt pyproject.toml

.PHONY: clean
clean: ## remove what was made here: .venv, caches, build leftovers
	@rm -rf .venv .cache .hypothesis build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
