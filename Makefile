# Two commands matter: make demo, make test. Both set up .venv first, and are quick the second time.
PYTHON ?= python3
export PYTHON
# Compiled code is kept: the tests start Python hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test examples golden reference gallery site lock setup setup-dev

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: setup ## simulate the two funds of 2020: a summary, tables and charts
	.venv/bin/fundsim run kruger-2020

test: setup-dev ## check style, types and layers, then run every test with coverage
	.venv/bin/ruff check --quiet
	.venv/bin/ruff format --check --quiet
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/python -m pytest -n 2 --cov

golden: setup-dev ## make the golden tables of scenarios/ again, to be read before they are kept
	.venv/bin/python -m tests.golden

reference: setup-dev ## write docs/reference and docs/theory.md again, from the code
	.venv/bin/python scripts/write_reference.py

examples: setup-dev ## run the examples of docs/ again, and write what they print into them
	.venv/bin/python scripts/write_examples.py

gallery: setup-dev ## draw every chart, and show it 8 cm wide, in grey and as the colour-blind see it
	.venv/bin/python scripts/write_gallery.py

site: setup-dev ## build docs/ as a site with the gallery, in site/
	.venv/bin/python scripts/write_site.py

lock: setup-dev ## resolve both lock files again (UPGRADE=1 for the newest of everything)
	.venv/bin/python -m pip install --quiet uv
	.venv/bin/python -m uv pip compile $(LOCK) --group build -o requirements.txt
	.venv/bin/python -m uv pip compile $(LOCK) --group dev -c requirements.txt -o requirements-dev.txt

LOCK = pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

setup: ## make .venv, enough to run fundsim
	@sh scripts/setup.sh run

setup-dev: ## make .venv, with the tests' tools
	@sh scripts/setup.sh dev
