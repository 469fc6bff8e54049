# Two commands do everything on a fresh machine: `make run` and `make test`.

PYTHON ?= python3
BIN := .venv/bin
TESTS := $(BIN)/pytest -n 2 --dist worksteal

.PHONY: run test test-all golden docs clean

run: .venv/installed
	$(BIN)/detente run

test: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(TESTS) -m "not slow"

# The slow proofs, and the rules once more as plain Python, so that coverage can see into them. Only tests of the rules go
# there: golden transcripts would differ in last bits, and thousands of runs take too long without the compiler.
RULES_TESTS := $(addprefix tests/test_,invariants.py invariants_wishes.py invariants_talks.py tactics.py catalogue.py closed_forms.py published.py)
test-all: test
	$(TESTS) -m slow
	NUMBA_DISABLE_JIT=1 $(TESTS) -m "not slow" --cov=sim.rules --cov=sim.protocol --cov-report=term $(RULES_TESTS)

# Write the golden transcripts anew, where a change of theirs is meant.
golden: .venv/installed-dev
	$(BIN)/python tests/golden.py

# The documentation site, into build/site; any warning ends it. Open build/site/index.html.
docs: .venv/installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "Détente needs Python 3.11 to 3.13; say which: make run PYTHON=python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
