"""Which file imports which, read from the sources: at the top, inside functions, and for type checking alike."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOPS = ("engine", "ui", "pages")


def files(*tops: str) -> list[Path]:
    """Every Python file of these top folders."""
    return [file for top in tops or TOPS for file in sorted((ROOT / top).rglob("*.py"))]


def imports(file: Path) -> set[str]:
    """Every absolute module name that a file imports; `from a import b` gives a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def module(file: Path) -> str:
    """The name by which a file is imported."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def package(name: str) -> str:
    """The folder right below `engine` or `ui`; `pages` is one package."""
    parts = name.split(".")
    return parts[0] if parts[0] == "pages" else ".".join(parts[:2])


@cache
def graph() -> dict[str, set[str]]:
    """For each module of this project those that it imports; of `from a import b` a.b where
    that is a module, else a."""
    names = {module(file) for file in files()}
    found = {}
    for file in files():
        asked = imports(file)
        modules = asked & names
        packages = {name for name in modules if any(other.startswith(f"{name}.") for other in modules)}
        used = {name for name in packages if any(_taken_from(name, other, names) for other in asked)}
        found[module(file)] = modules - (packages - used) - {module(file)}
    return found


def _taken_from(name: str, asked: str, names: set[str]) -> bool:
    """Whether what a file asks for is something that the package's own file holds."""
    return asked.rpartition(".")[0] == name and asked not in names
