# The course in a few commands; a bare `make` lists them. Windows and conda: see README.md.

PYTHON ?=
LAB_FLAGS ?=
LOCK_FLAGS ?=
PYTEST_FLAGS ?=

VENV := .venv
RUN := $(VENV)/bin/python
# The stamp is named after what it stands for, so a changed lock, a changed pyproject.toml and a
# moved folder each ask for a new install, and an install that was interrupted never counts.
STAMP := $(VENV)/installed-$(shell { cat requirements.txt pyproject.toml; pwd; } | cksum | tr ' ' '-')
ROOT_FLAG := $(shell [ "$$(id -u)" = 0 ] && echo --allow-root)
# The CAD kernel has an environment of its own (1 GB): only who changes a printable part needs it.
CAD_VENV := assembly/.venv
CAD := $(CAD_VENV)/bin/python
CAD_STAMP := $(CAD_VENV)/installed-$(shell { cat assembly/requirements.txt; pwd; } 2>/dev/null | cksum | tr ' ' '-')
# Two test workers share two cores: one thread each.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

.PHONY: help lab test test-full check notebooks guide tables wiring book view view-check bench benchmarks clean lock

help: ## this list
	@echo "Type one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

lab: $(STAMP) ## install what is missing and open the course (LAB_FLAGS are passed to jupyter lab)
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(RUN) -m jupyterlab $(ROOT_FLAG) $(LAB_FLAGS)

test: $(STAMP) ## all tests but the long ones, lessons included
	$(RUN) -m furutalib check
	$(ONE_THREAD) $(RUN) -m pytest -n 2 --dist loadgroup $(PYTEST_FLAGS)

test-full: $(STAMP) ## every test, long soaks and full trainings too
	$(RUN) -m furutalib check
	$(ONE_THREAD) $(RUN) -m pytest -n 2 --dist loadgroup -m "full or not full" $(PYTEST_FLAGS)

check: $(STAMP) ## format, lint, types, and whether notebooks and guide match their sources
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(RUN) -m furutalib.lessons.build --check
	$(RUN) -m furutalib.lessons.guide_page --check
	$(RUN) -m furutalib.lessons.hardware --check

notebooks: $(STAMP) ## make the notebooks from notebooks/source
	$(RUN) -m furutalib.lessons.build

guide: $(STAMP) ## make assembly/guide.md from its source and the tables of the parts
	$(RUN) -m furutalib.lessons.guide_page

tables: $(STAMP) ## make bom/bom.md and the tables of the wiring from their sources
	$(RUN) -m furutalib.lessons.hardware

book: $(STAMP) ## the solved and executed lessons as web pages, in book/
	$(RUN) -m furutalib.lessons.book

view: $(STAMP) ## bundle the page's half of the views anew (needs Node.js and the npm registry)
	$(RUN) -m furutalib.view.build

view-check: $(STAMP) ## whether the committed bundle is what its sources give (needs the same)
	$(RUN) -m furutalib.view.build --check

bench: $(STAMP) ## measure speeds and trainings on this computer
	$(RUN) -m furutalib bench

benchmarks: $(STAMP) ## make the tables of the lessons again (hours; a second start goes on)
	$(ONE_THREAD) $(RUN) data/benchmarks/make.py

wiring: $(STAMP) $(CAD_STAMP) ## draw the wiring diagrams anew (needs Graphviz), and its tables
	$(RUN) -m furutalib.lessons.wiring_diagram --wireviz $(CAD_VENV)/bin/wireviz
	$(RUN) -m furutalib.lessons.hardware

parts: $(CAD_STAMP) ## make meshes, tables and pictures of the printable parts anew (PARTS="arm base" for some)
	$(CAD) -m assembly.cad.make $(PARTS)
	$(CAD) -m assembly.cad.simplify

parts-check: $(CAD_STAMP) ## whether the committed parts are what their sources give, and fit together
	$(CAD) -m assembly.cad.make --check

pictures: $(CAD_STAMP) ## draw the pictures of the build guide anew
	$(CAD) -m assembly.cad.pictures

slice: $(STAMP) ## let PrusaSlicer slice every part: time and filament (Debian: apt install prusa-slicer)
	$(RUN) -m assembly.cad.slicing

clean: ## remove what tools made; work/ and runs/ stay, they are yours
	rm -rf $(VENV) $(CAD_VENV) book dist screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find furutalib tests notebooks assembly -name __pycache__ -type d -prune -exec rm -rf {} +

lock: $(STAMP) ## choose the exact versions in requirements.txt anew (LOCK_FLAGS=--upgrade for newer ones)
	$(RUN) -m uv pip compile --universal --python-version 3.11 --fork-strategy fewest --extra dev \
	    --custom-compile-command "make lock" $(LOCK_FLAGS) --quiet --output-file requirements.txt pyproject.toml

lock-cad: $(STAMP) ## choose the exact versions in assembly/requirements.txt anew
	$(RUN) -m uv pip compile --universal --python-version 3.11 --fork-strategy fewest --no-annotate \
	    --custom-compile-command "make lock-cad" $(LOCK_FLAGS) --quiet \
	    --output-file assembly/requirements.txt assembly/requirements.in

$(CAD_STAMP):
	@rm -f $(CAD_VENV)/installed-*
	@if ! { sh .ci/find-python $(CAD) && $(CAD) -m pip --version; } >/dev/null 2>&1; then \
	    python=$$(sh .ci/find-python $(PYTHON)) || exit 1; \
	    echo "Making $(CAD_VENV) with $$python"; \
	    "$$python" -m venv --clear $(CAD_VENV) || exit 1; \
	fi
	@echo "Installing the CAD kernel (1 GB); this takes some minutes the first time."
	@$(CAD) -m pip install --disable-pip-version-check --no-compile --requirement assembly/requirements.txt
	@$(CAD) -c "import build123d" || { \
	    echo "The CAD kernel does not start. On Debian: apt install libgl1 libexpat1"; exit 1; }
	@touch $@

$(STAMP):
	@rm -f $(VENV)/installed-*
	@if ! { sh .ci/find-python $(RUN) && $(RUN) -m pip --version; } >/dev/null 2>&1; then \
	    python=$$(sh .ci/find-python $(PYTHON)) || exit 1; \
	    echo "Making $(VENV) with $$python"; \
	    "$$python" -m venv --clear $(VENV) || exit 1; \
	fi
	@echo "Installing the versions of requirements.txt; this takes some minutes the first time."
	@# Compiling all of it ahead takes half of the time, and most of it is never imported.
	@$(RUN) -m pip install --disable-pip-version-check --no-compile --requirement requirements.txt
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
