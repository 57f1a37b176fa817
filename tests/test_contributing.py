"""What CONTRIBUTING.md says of where things are is true."""

import re

from tests.import_graph import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
TABLE = [line for line in TEXT.splitlines() if line.startswith("| ") and "`" in line]


def test_every_path_exists() -> None:
    paths = [path for path in re.findall(r"`((?:engine|ui|pages|tests)/[^`]+)`", TEXT) if "NAME" not in path]
    assert len(paths) > 30
    assert not [path for path in paths if not (ROOT / path.split(" ")[0]).exists()]


def test_every_name_is_in_its_file() -> None:
    named = [pair for line in TABLE for pair in re.findall(r"`(\w+)` in `([\w/]+\.py)`", line)]
    assert len(named) > 10
    assert not [name for name, path in named if not re.search(rf"\b{name}\b", (ROOT / path).read_text("utf-8"))]


def test_every_package_is_one_that_the_architecture_names() -> None:
    known = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = [name.removeprefix("ui/") for line in TABLE for name in re.findall(r"`([\w/]+)`", line.split("|")[2])]
    assert not [name for name in packages if f"`{name}`" not in known]
