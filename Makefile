# Verbs of the house. Needs Python 3.11 or newer and make; everything else is installed into .venv.
PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
STAMP  := $(VENV)/.installed
LIVE_VENV := .venv-live
# An environment whose Python is gone (an upgrade of the system, a moved folder) is made anew.
$(shell test -x $(RUN) || rm -rf $(VENV))

.PHONY: run chat test check fix check-config migration bench live install clean rasa rasa-env rasa-train rasa-check

run: install            ## start the bot: terminal group, web app on loopback, QQ endpoint
	$(RUN) -m bot run

chat: install           ## a little world in the terminal: companies and volunteers
	$(RUN) -m bot chat

test: install           ## all tests
	$(RUN) -m pytest -m "not live" --numprocesses auto --maxprocesses 4 --dist worksteal

check: install          ## format, lint, types, import arrow, the shipped FAQ
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(RUN) -m knowledge_base check

fix: install            ## format and mend what can be mended by itself
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

check-config: install   ## what is wrong with config.yml, FAQ, database and channels, and the cure
	$(RUN) -m bot check

migration: install      ## write the next step of the schema: make migration m="What it is"
	$(RUN) -m bot revise "$(m)"

bench: install          ## speed and quality, with the figures of one run
	$(RUN) -m benchmarks

live: install $(LIVE_VENV)/.tried ## against real counterparts, as far as they can be had here; what is left out says why
	ZHITONGCHE_LIVE_PYTHON=$${ZHITONGCHE_LIVE_PYTHON:-$(CURDIR)/$(LIVE_VENV)/bin/python} $(RUN) -m pytest -m live -rs

$(LIVE_VENV)/.tried: tests/live/requirements.txt
	$(PYTHON) -m venv $(LIVE_VENV)
	$(LIVE_VENV)/bin/python -m pip install --quiet -r $< && touch $@ || true

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "zhitongche needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --upgrade pip
	@# first and alone: a range in another package would bring in another build of several gigabytes
	$(RUN) -m pip install --quiet $$(grep '^torch==' constraints.txt)
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# Rasa 3.6 runs on Python 3.8 to 3.10 only, in an environment of its own: make rasa RASA_PYTHON=/path/to/python3.10
RASA_VENV   := .venv-rasa
RASA_PYTHON ?= $(firstword $(foreach p,python3.10 python3.9 python3.8,$(shell $(p) -c 'import sys; print(sys.executable)' 2>/dev/null)))

rasa: rasa-env install  ## Rasa beside the bot: train nlu/rasa if need be, serve it on loopback, take over newer models
	$(RUN) -m nlu.rasa_serving serve

rasa-train: rasa-env install ## a new model; a running `make rasa` takes it over without a deaf moment
	$(RUN) -m nlu.rasa_serving train

rasa-check: rasa-env    ## Rasa's own check of nlu/rasa
	cd nlu/rasa && RASA_TELEMETRY_ENABLED=false ../../$(RASA_VENV)/bin/python -m rasa data validate --fail-on-warnings

rasa-env: $(RASA_VENV)/.installed

$(RASA_VENV)/.installed:
	@test -n "$(RASA_PYTHON)" || { echo "Rasa 3.6 needs Python 3.8, 3.9 or 3.10 and none was found; install one, or: make rasa RASA_PYTHON=/path/to/python3.10. The bot runs without Rasa (nlu.engine: embedded)." >&2; exit 2; }
	$(RASA_PYTHON) -m venv $(RASA_VENV)
	$(RASA_VENV)/bin/python -m pip install --quiet rasa==3.6.21 jieba
	touch $@

clean:                  ## remove the environment and caches; the database stays
	rm -rf $(VENV) $(LIVE_VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
