"""The forecast of reading a shop's files."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.data.intake.time_forecast import (
    BASE,
    PER_BYTE,
    STARTED,
    UNPACKED,
    WHOLE,
    byte_seconds,
    intake_memory,
    intake_seconds,
    text_bytes,
)


def test_files_count_by_the_text_they_hold(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_bytes(b"x" * 100)
    (tmp_path / "log.csv.gz").write_bytes(b"x" * 10)
    assert text_bytes([tmp_path / "items.csv", tmp_path / "log.csv.gz"]) == 100 + 10 * UNPACKED
    assert text_bytes([tmp_path]) == 100 + 10 * UNPACKED  # a folder of parts
    assert text_bytes([tmp_path / "absent.csv"]) == 0


def test_time_and_memory_are_lines_in_the_bytes() -> None:
    assert intake_seconds(1_000_000, 1e-8) == STARTED + WHOLE * 0.01
    assert intake_memory(1_000_000) == BASE + PER_BYTE * 1_000_000
    assert byte_seconds() > 0


@given(st.integers(0, 10**10), st.integers(0, 10**10))
def test_more_lines_never_have_a_shorter_forecast(n_bytes: int, more: int) -> None:
    assert intake_seconds(n_bytes + more, 1e-8) >= intake_seconds(n_bytes, 1e-8)
    assert intake_memory(n_bytes + more) >= intake_memory(n_bytes)
