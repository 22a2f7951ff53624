# The verbs of this repository. Each one sets up .venv by itself, once, and again when the pins change.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo lab teach quick test broken style site build check lint lock clean kills

help:  ## list the verbs
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(READY): requirements.lock pyproject.toml tools/setup.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "The course needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) tools/setup.py
	@touch $(READY)

demo: $(READY)  ## build the course, grade a sample class, show the result
	@$(BIN)/python -m autograder.demo

lab: $(READY)  ## open JupyterLab on your copies of the lessons, in work/
	@$(BIN)/python -m cnncourse.start

teach: $(READY)  ## open JupyterLab at the course's root, with nbgrader's pages for instructors
	@mkdir -p .autograder/exchange
	@$(BIN)/jupyter lab --ServerApp.root_dir=.

quick: $(READY)  ## what to run on each save: form, and each test that needs no Keras, kernel or sandbox
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/python -m pytest -n 2 --dist loadscope --quick tests cnncourse autograder

test: style  ## the whole test suite, as CI runs it; ONLY="07_edges or 08_convolution" for a part of it
	@# in the order of files, for those with few tests take longest: whole classes, whole audits
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(if $(ONLY),-k "$(ONLY)")

broken: $(READY)  ## hand in 500 broken notebooks and grade them; FILES=50 for fewer
	@$(BIN)/python tests/grade_broken.py --files $(or $(FILES),500)

style: $(READY)  ## report on form, types and undeclared imports; change nothing
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/deptry .

kills: $(READY)  ## kill a grader 20 times at random moments: nothing may be lost (SEED=1 for other moments)
	@$(BIN)/python tests/grader_kills.py 20 $(or $(SEED),20)

site: $(READY)  ## build the course's web site in build/site, and prove that it may be published
	@$(BIN)/python -m autograder.site

build: $(READY)  ## regenerate solutions, releases and keys from the authored lessons
	@$(BIN)/autograder build

check: $(READY)  ## fail on drift between authored and committed files, and on weak exercises
	@$(BIN)/autograder build --check
	@$(BIN)/autograder audit

lint: $(READY)  ## format, then report what is left
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/mypy && $(BIN)/deptry .

lock: $(READY)  ## pin the development environment anew from the ranges in pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade \
		--extra cpu --extra instructor --extra dev \
		--no-header --no-annotate --no-emit-index-url --quiet --output-file requirements.lock

clean:  ## remove the environment and all that grading wrote
	rm -rf $(VENV) autograded feedback gradebook.db .autograder demo exports reports
