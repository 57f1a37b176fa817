"""What is free: the machine's, or less where a control group limits the process; and the refusal of what is more."""

from pathlib import Path

import psutil
import pytest

from engine.data import InputError
from engine.data.storage import memory

GIGABYTE = 10**9


def group(folder: Path, limit: str, used: int, cache: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(limit)
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon {used}\ninactive_file {cache}\n")


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with 10 GB free, and a process in the control group /shop/app."""
    own = tmp_path / "own"
    own.write_text("0::/shop/app\n")
    monkeypatch.setattr(memory, "OWN_GROUP", own)
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")
    free = psutil.virtual_memory()._replace(available=10 * GIGABYTE)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    return tmp_path / "groups"


def test_without_a_limit_the_machine_decides(groups: Path) -> None:
    assert memory.available() == 10 * GIGABYTE
    group(groups / "shop" / "app", "max\n", 5, 0)
    assert memory.available() == 10 * GIGABYTE


def test_a_limit_counts_what_is_used_less_what_can_be_dropped(groups: Path) -> None:
    group(groups / "shop" / "app", f"{4 * GIGABYTE}\n", 3 * GIGABYTE, GIGABYTE)
    assert memory.available() == 2 * GIGABYTE


def test_a_limit_of_a_group_above_holds_too(groups: Path) -> None:
    group(groups / "shop" / "app", "max\n", 0, 0)
    group(groups / "shop", str(GIGABYTE), 0, 0)
    assert memory.available() == GIGABYTE


def test_a_group_of_version_1_is_read(groups: Path) -> None:
    memory.OWN_GROUP.write_text("4:memory:/box\n3:cpu:/box\n")
    folder = groups / "memory" / "box"
    folder.mkdir(parents=True)
    (folder / "memory.limit_in_bytes").write_text(str(3 * GIGABYTE))
    (folder / "memory.usage_in_bytes").write_text(str(GIGABYTE))
    (folder / "memory.stat").write_text("total_inactive_file 0\n")
    assert memory.available() == 2 * GIGABYTE


def test_without_control_groups_nothing_is_read(groups: Path) -> None:
    memory.OWN_GROUP.unlink()
    assert memory.available() == 10 * GIGABYTE


def test_what_does_not_fit_is_refused_with_both_figures_and_a_way_out(groups: Path) -> None:
    memory.enough_for("blend", 10 * GIGABYTE)
    with pytest.raises(InputError) as refused:
        memory.enough_for("blend", 11_700_000_000)
    problem = refused.value.problems[0]
    assert problem.kind == "too_little_memory" and problem.value == "blend"
    assert "11.7 GB" in problem.problem and "10.0 GB" in problem.problem
    assert "frequency" in problem.fix
