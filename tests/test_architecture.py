"""The house as ARCHITECTURE.md draws it: which room may import which."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "words",
    "data",
    "encoders",
    "recommend",
    "retrieval",
    "surfaces",
    "rerank",
    "metrics",
    "strategy",
    "fairness",
    "statistics",
    "training",
    "bench",
    "slates",
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
FACE = {"streamlit", "ui", "pages", "plotly"}


def imports(file: Path) -> set[str]:
    """Every absolute module name that a file imports, at the top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_of(names: set[str]) -> set[str]:
    """The engine rooms among the names; `from engine import metrics` counts as well."""
    parts = [name.split(".") for name in names if name.startswith("engine.")]
    return {part[1] for part in parts if part[1] in ROOMS}


def engine_files() -> list[Path]:
    return sorted((ROOT / "engine").rglob("*.py"))


def test_every_engine_folder_is_a_room() -> None:
    folders = {path.name for path in (ROOT / "engine").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("file", engine_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_engine_files_import_only_rooms_above_and_never_the_face(file: Path) -> None:
    names = imports(file)
    assert not {name.split(".")[0] for name in names} & FACE
    room = file.relative_to(ROOT / "engine").parts[0]
    if room not in ROOMS:
        return  # engine/__init__.py and engine/__main__.py stand above all rooms
    allowed = {"data", "metrics"} if room == "metrics" else set(ROOMS[: ROOMS.index(room) + 1])
    assert rooms_of(names) <= allowed


@pytest.mark.parametrize("file", sorted((ROOT / "ui").rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_ui_never_imports_pages(file: Path) -> None:
    assert "pages" not in {name.split(".")[0] for name in imports(file)}


def test_rooms_are_told_apart_by_the_test_itself() -> None:
    assert rooms_of({"engine.metrics", "engine.data.reading.columns", "numpy"}) == {"metrics", "data"}


@pytest.mark.parametrize(
    "file",
    [*engine_files(), *sorted((ROOT / "ui").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_no_pickle_and_no_raw_html(file: Path) -> None:
    names = {name.split(".")[0] for name in imports(file)}
    assert not names & {"pickle", "dill", "cloudpickle", "joblib"}
    text = file.read_text(encoding="utf-8")
    assert "unsafe_allow_html" not in text
    assert "torch.load(" not in text


def test_the_first_paint_loads_no_model_library() -> None:
    """Pages open before torch, numba and transformers are loaded; the background preparation loads them."""
    text, widgets = "ui.text.products, ui.text.figures", "ui.widgets.controls, ui.widgets.downloads"
    rooms = f"{text}, {widgets}, ui.shell.page, ui.charts, ui.background.results, ui.component"
    heavy = "{'torch', 'numba', 'transformers', 'sklearn', 'umap'}"
    code = f"import sys; import {rooms}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
