# make app    install, prepare the sample shop, open the dashboard on http://127.0.0.1:8501
# make test   install, run every test but the long ones; make test-long runs those
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: app setup test test-long lint format clean

app: setup
	@test -n "$(EVENSHELF_SHOP)" || $(BIN)/python -m engine prepare --data sample
	@echo "Evenshelf opens on http://127.0.0.1:8501 (stop with Ctrl+C)"
	$(BIN)/streamlit run dashboard.py

setup: $(STAMP)

$(STAMP): requirements.txt requirements-private.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Evenshelf needs Python 3.11 or later: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -e .
	@touch $@

# Processes of one thread each: OpenMP threads that wait spin, and would slow each other down manyfold.
test: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not browser and not long" -n 2 --dist worksteal
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/browser -m "not long" -n 3 --dist load --maxschedchunk 1

test-long: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m long -n 2 --dist worksteal

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .evenshelf evenshelf.egg-info
