# make demo      the whole way on real data, from training to a synthesis report, into demo/
# make test      tests of everything, with few random cases: minutes
# make test-all  these and the rest: what is slow, and more random cases
# make verify    the long form: many random cases, all proofs, mutants; hours
# make lint      ruff and strict mypy
# make docs      the documentation as a site, into site/
# make lock      pin what is installed in .venv as requirements.lock
# make clean     remove what the others made
#
# Each sets up .venv first, once. VENV=elsewhere and PYTHON=python3.12 choose others.

VENV := .venv
PYTHON :=
ROOMS := boards cli compiler hw sim
BIN := $(VENV)/bin
SITE := site
STAMP := $(VENV)/installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
# A worker for each core, at most 4 of up to 1 GB; an idle one takes what another has not begun.
# Bytecode is kept even where the environment says otherwise: the tests start many processes, and
# each of them would compile all of tabfab; `make clean` removes it.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal

.PHONY: demo test test-rest test-all verify lint types docs lock clean
.NOTPARALLEL:

demo: $(STAMP)
	$(BIN)/tabfab demo -o demo/

test: $(STAMP)
	HYPOTHESIS_PROFILE=fast $(PYTEST) -m "not slow and not proof"

# What `make test` leaves out: slow tests, and more cases of the property tests.
test-rest: $(STAMP)
	HYPOTHESIS_PROFILE=short $(PYTEST) -m "(slow or hypothesis) and not proof"

test-all: test test-rest

verify: $(STAMP)
	HYPOTHESIS_PROFILE=long $(PYTEST)
	$(PYTEST) -m proof
	$(BIN)/tabfab prove -o proofs/
	$(BIN)/python bench/mutation.py --json mutation.json

lint: types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=$(VENV)/types $(BIN)/mypy $(ROOMS:%=-p tabfab.%)

# The packages under their real names, for mypy and the documentation: tabfab.hw is the folder hw/.
types: $(STAMP)
	@mkdir -p $(VENV)/types/tabfab
	@for room in $(ROOMS); do ln -sfn "$(CURDIR)/$$room" $(VENV)/types/tabfab/$$room; done

# The documentation as a site in site/; a warning is an error.
docs: types
	NO_MKDOCS_2_WARNING=1 TYPES=$(VENV)/types PYTHONPATH=docs/site $(BIN)/python -m mkdocs build --quiet --strict --site-dir $(SITE)

lock: $(STAMP)
	@{ sed -n '/^#/p' requirements.lock; \
	   $(PIP) freeze --all --exclude pip --exclude-editable | sed 's/^\(torch==[^+]*\)+.*/\1/' | sort -f; \
	 } > requirements.lock.new
	mv requirements.lock.new requirements.lock

clean:
	rm -rf $(VENV) demo proofs site mutation.json *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.lock pyproject.toml
	@for tool in g++ perl; do command -v $$tool >/dev/null || { \
	  echo "make: tabfab simulates with Verilator, which needs $$tool; install it and run make again" >&2; \
	  exit 1; }; done
	@for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3); do \
	  $$python -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	    2>/dev/null || continue; \
	  echo "Setting up $(VENV) with $$($$python --version); this takes a few minutes, once."; \
	  exec $$python -m venv $(VENV); \
	done; \
	echo "make: tabfab needs Python 3.11, 3.12 or 3.13 with its venv module; install one (Debian, Ubuntu: apt install python3-venv) or name it: make PYTHON=/path/to/python3" >&2; \
	exit 1
	$(PIP) install -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@
