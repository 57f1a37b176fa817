"""What the check says: every problem, and what dropping would lose, in step with what `read_shop` does."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data import InputError, check_shop, read_shop
from engine.data.intake.losses import RowLoss
from tests.data.files import ITEMS, LOG, write

BAD_ITEMS = "y,Vase,b,-1\n007,Again,b,1\n,Nobody,b,1\ntoo,few\n"


def test_good_files_have_nothing_to_say(tmp_path: Path) -> None:
    items, log = write(tmp_path, "items.csv", ITEMS), write(tmp_path, "log.csv", LOG)
    verdict = check_shop(items, log, name="Shop")
    assert (verdict.total, verdict.problems, verdict.counts, verdict.bad_rows) == (0, [], [], 0)
    assert verdict.data is not None and verdict.data.hash == read_shop(items, log).hash
    assert verdict.data.name == "Shop"
    assert verdict.losses["positives"] == RowLoss(1, 1) and verdict.positive == "buy"


def test_a_closed_case(tmp_path: Path) -> None:
    items = write(tmp_path, "items.csv", ITEMS + BAD_ITEMS)
    log = write(tmp_path, "log.csv", LOG + "u3,y,2024-01-04,buy\nu4,x,soon,buy\nu1,x,2024-01-05,buy\n")
    verdict = check_shop(items, log)
    assert verdict.total == 5, "a line of a dropped item is no problem of its own"
    assert verdict.rows == {"items": RowLoss(7, 3), "interactions": RowLoss(5, 3)}
    assert verdict.bad_rows == 6
    assert verdict.losses == {
        "items": RowLoss(4, 3), "interactions": RowLoss(5, 3), "shoppers": RowLoss(4, 2), "positives": RowLoss(4, 2),
    }  # fmt: skip
    assert verdict.losses["positives"].share == 0.5
    told = {(count.file, count.column, count.kind): (count.number, count.lines) for count in verdict.counts}
    assert told == {
        ("items.csv", None, "field_count"): (1, [8]), ("items.csv", "price", "negative"): (1, [5]),
        ("items.csv", "item_id", "missing_value"): (1, [7]), ("items.csv", "item_id", "duplicate_id"): (1, [6]),
        ("log.csv", "timestamp", "unreadable_date"): (1, [5]),
    }  # fmt: skip
    with pytest.raises(InputError) as refused:
        read_shop(items, log)
    assert refused.value.problems == verdict.problems


def test_counts_go_on_where_the_list_ends(tmp_path: Path) -> None:
    rows = "".join(f"u,x,someday,buy\nu,x,2024-01-0{n % 9 + 1},steal\n" for n in range(1_200))
    verdict = check_shop(write(tmp_path, "items.csv", ITEMS), write(tmp_path, "log.csv", LOG + rows))
    assert len(verdict.problems) == 1_000 and verdict.total == 2_400
    assert {count.kind: (count.number, count.lines) for count in verdict.counts} == {
        "unreadable_date": (1_200, [4, 6, 8]), "unknown_event": (1_200, [5, 7, 9]),
    }  # fmt: skip


def test_what_cannot_be_mended_by_dropping_gives_no_shop(tmp_path: Path) -> None:
    items = write(tmp_path, "items.csv", "item_id,title,price\n1,a,x\n")
    verdict = check_shop(items)
    assert verdict.data is None and {problem.kind for problem in verdict.problems} == {"not_a_number", "nothing_left"}
    verdict = check_shop(write(tmp_path, "other.csv", "sku,title\n1,a\n"))
    assert verdict.data is None and not verdict.losses
    assert "Perhaps sku is item_id" in verdict.problems[0].fix


def test_clicks_count_where_nobody_buys_and_events_are_mapped(tmp_path: Path) -> None:
    log = "user_id,item_id,timestamp,event\nu,007,2024-01-01,点击\nu,x,2024-01-01,view\nv,x,later,点击\n"
    verdict = check_shop(
        write(tmp_path, "items.csv", ITEMS), write(tmp_path, "log.csv", log), mapping={"events": {"点击": "click"}}
    )
    assert (verdict.positive, verdict.losses["positives"]) == ("click", RowLoss(2, 1))


LINES = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2", "u3", ""]), st.sampled_from(["007", "x", "zzz", "y"]),
        st.sampled_from(["2024-01-01", "soon"]), st.sampled_from(["buy", "view", "steal"]),
    ),
    min_size=1, max_size=30,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(LINES)
def test_the_loss_is_what_dropping_really_loses(tmp_path: Path, lines: list[tuple[str, ...]]) -> None:
    items = write(tmp_path, "items.csv", ITEMS + "y,Vase,b,-1\n")
    log = write(tmp_path, "log.csv", LOG + "".join(",".join(line) + "\n" for line in lines))
    verdict, dropped = check_shop(items, log), read_shop(items, log, drop_bad=True)
    assert verdict.data is not None and verdict.data.hash == dropped.hash
    good = [line for line in lines if line[0] and line[1] in ("007", "x") and line[2] != "soon" and line[3] != "steal"]
    users = {"u1", "u2"}
    assert verdict.losses["interactions"] == RowLoss(2 + len(lines), 2 + len(good))
    assert verdict.losses["positives"] == RowLoss(
        1 + sum(line[3] == "buy" for line in lines), 1 + sum(line[3] == "buy" for line in good)
    )
    assert verdict.losses["shoppers"] == RowLoss(
        len(users | {line[0] for line in lines if line[0]}), len(users | {line[0] for line in good})
    )
    assert sum(dropped.dropped.values()) == verdict.bad_rows
