# Every target that needs packages brings .venv up to date first; that takes no time when it is.

STAMP := .venv/.set-up
RUN := .venv/bin/python -m
# On two cores: a third worker uses what the others leave while they wait for processes of theirs.
WORKERS ?= 3

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
unexport PYTHONPATH PYTHONHOME

# An environment works only in the directory and with the interpreter that it was made for.
$(shell [ -x .venv/bin/python ] && [ "$$(sed -n 2p $(STAMP) 2>/dev/null)" = "$$(pwd -P)" ] || rm -f $(STAMP))

.PHONY: help
help: ## List what make can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

.PHONY: install
install: $(STAMP) ## Set up .venv from poetry.lock (PYTHON=… picks the interpreter)
	@echo ".venv is up to date."

.PHONY: run
run: $(STAMP) ## Run the integration once, with a sandbox for what is not configured (LISTENER=POLLING keeps on)
	@$(RUN) sandbox.run

.PHONY: catalog
catalog: $(STAMP) ## Show what is in the sandbox Port (ARGS='jiraServerIssue --limit 5')
	@$(RUN) sandbox.run.catalog $(ARGS)

.PHONY: check-connection
check-connection: $(STAMP) ## Check login, permissions, JQL and more of your Jira and Port; changes nothing
	@$(RUN) sandbox.run check

.PHONY: test
test: $(STAMP) ## Run all tests (ARGS='tests/unit -k login' picks some)
	@# In the order of their names, or the slow files, which have few tests, would all come last.
	@$(RUN) pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: $(STAMP) ## Check format, style, types, YAML, the configuration schema, the lock and the version
	@$(RUN) scripts.lint

.PHONY: format
format: $(STAMP) ## Format the source, and mend what ruff can mend
	@$(RUN) ruff check --fix --quiet . ; $(RUN) black --quiet .

.PHONY: lock
lock: ## Lock what pyproject.toml asks for (ARGS=--regenerate takes the newest versions)
	@sh scripts/relock.sh $(ARGS)

.PHONY: bench
bench: $(STAMP) ## Measure it beside a plain exporter, in twelve minutes (ARGS=--quick shows that it works)
	@$(RUN) benchmarks $(ARGS)

.PHONY: image
image: ## Build the container image jira-server, with docker
	docker build --build-arg VERSION="$$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)" --tag jira-server .

.PHONY: FORCE
FORCE:

# Naming an interpreter asks whether .venv is made with that one.
$(STAMP): poetry.lock pyproject.toml scripts/locked.py scripts/environment.py scripts/set_up.py $(if $(PYTHON),FORCE)
	@python=$$(sh scripts/find_python.sh) && "$$python" -E -s -m scripts.set_up
