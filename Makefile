# The only task runner. `make help` lists the verbs; each needs nothing but Python (with venv) and make.

COUNTRY ?=
MEASUREMENTS ?=
PYTHON ?=
# Two more than there are cores, since tests on kernel sockets mostly wait.
JOBS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 2 )))

BIN := .venv/bin
STAMP := .venv/.trigpoint
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist worksteal

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help .venv report test check read tested format golden docs reference kernel bench bench-lab lock clean

help:  ## list the verbs
	@awk -F':.*## ' '/^[a-z.-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

.venv: $(STAMP)  ## make the environment, with .venv/bin/trigpoint in it, from the lock

# The stamp is written last, so that an interrupted set-up is begun again, and a .venv of somebody else is taken for
# an unfinished one: `python -m venv` leaves what is in it and what the lock names is installed over it.
$(STAMP): requirements.txt pyproject.toml tools/environment.sh
	@sh tools/environment.sh .venv "$(PYTHON)"
	@touch $@

report: $(STAMP)  ## the lab's worlds measured and reported, and China and the world from statistics; or yours: COUNTRY=IR MEASUREMENTS=folder
ifeq ($(strip $(MEASUREMENTS)),)
	@if [ -n "$(COUNTRY)" ]; then \
	  echo "make report COUNTRY=$(COUNTRY) needs MEASUREMENTS=folder; without both it measures the lab's worlds" >&2; \
	  exit 2; \
	fi
	$(BIN)/trigpoint rehearse --to build/lab
	$(BIN)/trigpoint report CN --to build/report-CN
	$(BIN)/trigpoint report world --to build/report-world
else
	@if [ -z "$(COUNTRY)" ]; then echo "make report MEASUREMENTS=... needs COUNTRY, such as COUNTRY=IR" >&2; exit 2; fi
	$(BIN)/trigpoint survey $(COUNTRY) $(MEASUREMENTS) --to build/report-$(COUNTRY)
	@echo "The report: $(CURDIR)/build/report-$(COUNTRY)/report/index.html"
endif

test: $(STAMP)  ## run the tests
	$(PYTEST) $(PYTEST_OPTIONS)

check: $(STAMP)  ## run everything that must hold before a change is taken in
	@$(MAKE) --no-print-directory -j 2 read tested

# What is read needs one core for a minute, while tests go on with the other.
read: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/reference.py --check
	$(BIN)/python -m sphinx -W --keep-going -q -E -b html docs build/docs

tested: $(STAMP)
	$(MAKE) test PYTEST_OPTIONS="--cov --cov-report=term-missing --cov-fail-under=95"

format: $(STAMP)  ## format the code, and fix what the linter can fix
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

golden: $(STAMP)  ## write the golden files of the tests anew; read the difference before it is committed
	$(PYTEST) --write-golden -q

reference: $(STAMP)  ## write the generated pages of the reference
	$(BIN)/python tools/reference.py

docs: reference  ## build the documentation: build/docs/index.html
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs
	@echo "The documentation: $(CURDIR)/build/docs/index.html"

kernel: $(STAMP)  ## hold every truth of every world against what the probe and all its follow-ups write down; takes hours
	$(PYTEST) --whole tests/probe/test_truth_in_kernel.py tests/probe/test_truth_in_steps.py -q

bench: $(STAMP)  ## measure speed and memory: measurements observed and judged, scale, the lab and its engine, the probe, fingerprints, reports
	$(BIN)/python bench/observe.py
	$(BIN)/python bench/engine.py
	$(BIN)/python bench/lab.py
	$(BIN)/python bench/probe.py
	$(BIN)/python bench/fingerprints.py
	$(BIN)/python bench/scale.py
	$(BIN)/python bench/report.py

bench-lab: $(STAMP)  ## rehearse all worlds of the lab with 20 seeds and hold the verdicts against the bars; takes half an hour
	$(BIN)/python bench/rehearsals.py

# uv is needed by whoever changes a dependency, and by nobody else.
lock:  ## resolve the dependencies again: requirements.txt
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH" >&2; exit 2; }
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
	  --quiet --output-file requirements.txt
	@if grep -nE '://|file:|--(extra-)?index' requirements.txt; then \
	  echo "requirements.txt names a host or a path" >&2; exit 1; \
	fi

clean:  ## remove what was built, and the environment
	rm -rf .venv build dist
