"""The structure that ARCHITECTURE.md draws: which package may import which, no circles, and the sizes of folders."""

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.import_graph import ROOT, files, graph, imports, module, package

# From low to high: a package imports only packages before it.
ENGINE = (
    "words",
    "metrics",
    "data",
    "encoders",
    "recommend",
    "retrieval",
    "surfaces",
    "rerank",
    "strategy",
    "fairness",
    "statistics",
    "training",
    "bench",
    "slates",
    "search",
    "evaluation",
    "explain",
    "diagnosis",
    "audit",
    "strategies",
    "exports",
    "serving",
    "reports",
    "commands",
)
UI = (
    "text",
    "state",
    "component",
    "background",
    "charts",
    "shell",
    "widgets",
    "strategy_editor",
    "explain",
    "overview",
    "stories",
    "tune",
    "compare",
    "homogenization",
    "map",
    "fairness",
    "trade_offs",
    "strategies",
    "models",
    "data",
)
ORDER = [*(f"engine.{name}" for name in ENGINE), *(f"ui.{name}" for name in UI), "pages"]
OF_ONE_PAGE = UI[UI.index("overview") :]
MOST_FILES = 25
MOST_LINES = {"engine": 250, "ui": 250, "pages": 80}


def test_every_folder_has_its_place_in_the_order() -> None:
    for top, names in (("engine", ENGINE), ("ui", UI)):
        folders = {path.name for path in (ROOT / top).iterdir() if (path / "__init__.py").exists()}
        assert folders == set(names)


def test_no_file_imports_itself_by_way_of_others() -> None:
    """Raises graphlib.CycleError, which names the circle."""
    graphlib.TopologicalSorter(graph()).prepare()


def test_packages_import_downwards_only() -> None:
    place = {name: number for number, name in enumerate(ORDER)}
    upwards = [
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if package(name) in place and package(other) in place and place[package(name)] < place[package(other)]
    ]
    assert not upwards


def test_the_engine_never_imports_what_shows_it() -> None:
    for file in files("engine"):
        assert not {name.split(".")[0] for name in imports(file)} & {"streamlit", "ui", "pages", "plotly"}, file


def test_no_page_uses_what_belongs_to_another() -> None:
    own = {f"ui.{name}" for name in OF_ONE_PAGE}
    for name, others in graph().items():
        if package(name) in own:
            assert not {package(other) for other in others} & (own - {package(name)}), name


def test_every_package_says_what_it_is_for_and_no_folder_is_long() -> None:
    for file in files("engine", "ui"):
        if file.name == "__init__.py":
            said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
            assert said and said.splitlines()[0].endswith("."), f"{file} needs one sentence"
            assert len(list(file.parent.glob("*.py"))) <= MOST_FILES, file.parent


@pytest.mark.parametrize("top", MOST_LINES)
def test_no_file_is_long(top: str) -> None:
    """Pages only compose what lies in `ui`."""
    lines = {module(file): len(file.read_text(encoding="utf-8").splitlines()) for file in files(top)}
    assert {name: number for name, number in lines.items() if number > MOST_LINES[top]} == {}


def test_a_circle_would_be_found() -> None:
    low, high = "engine.words.numbers", "engine.commands.train"
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter(graph() | {low: {high}, high: {low}}).prepare()


def test_no_pickle_and_no_raw_html() -> None:
    failures = [f"{module(file)}: {fault}" for file in files() for fault in unsafe(file)]
    assert files() and not failures, "\n".join(failures)


def unsafe(file: Path) -> set[str]:
    """What a file must not import or write, and does."""
    text = file.read_text(encoding="utf-8")
    imported = {name.split(".")[0] for name in imports(file)}
    written = {word for word in ("unsafe_allow_html", "torch.load(") if word in text}
    return written | imported & {"pickle", "dill", "cloudpickle", "joblib"}


def test_what_is_unsafe_is_found(tmp_path: Path) -> None:
    file = tmp_path / "file.py"
    file.write_text("import pickle\nfrom joblib import load\ntorch.load(unsafe_allow_html)\n", encoding="utf-8")
    assert unsafe(file) == {"pickle", "joblib", "torch.load(", "unsafe_allow_html"}


def test_the_first_paint_loads_no_model_library() -> None:
    """Pages open before torch, numba and transformers are loaded; the background preparation loads them."""
    text, widgets = "ui.text.products, ui.text.figures", "ui.widgets.controls, ui.widgets.downloads"
    rooms = f"{text}, {widgets}, ui.shell.page, ui.charts, ui.background.results, ui.background.curves, ui.component"
    heavy = "{'torch', 'numba', 'transformers', 'sklearn', 'umap'}"
    code = f"import sys; import {rooms}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
