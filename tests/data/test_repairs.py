"""A mended log: repeats dropped, spellings of one shopper joined; the shop itself stays as it is."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data import Choices, Dataset, read_shop
from engine.data.quality import quality
from engine.data.repairs import doubled_shoppers, with_one_id_each, without_repeats
from tests.data.files import write

ITEMS = "item_id,title\na,Chair\nb,Lamp\n"
HEAD = "user_id,item_id,timestamp,event\n"


def shop(folder: Path, lines: list[tuple[str, str, int]], users: str = "") -> Dataset:
    log = HEAD + "".join(f"{who},{what},2024-01-{day:02d},buy\n" for who, what, day in lines)
    given_users = write(folder, "users.csv", users) if users else None
    files = write(folder, "items.csv", ITEMS), write(folder, "log.csv", log), given_users
    return read_shop(*files, choices=Choices(ids="exact"))


def lines(data: Dataset) -> list[tuple[str, str, int]]:
    users, items = data.users["user_id"].tolist(), data.items["item_id"].tolist()
    log = data.interactions
    return [(users[user], items[item], when.day)
            for user, item, when in zip(log["user"], log["item"], log["timestamp"], strict=True)]  # fmt: skip


def test_repeats_are_dropped(tmp_path: Path) -> None:
    data = shop(tmp_path, [("u", "a", 1), ("u", "a", 1), ("u", "a", 2), ("v", "a", 1), ("u", "a", 1)])
    assert quality(data).duplicate_lines == 2
    mended = without_repeats(data)
    assert sorted(lines(mended)) == [("u", "a", 1), ("u", "a", 2), ("v", "a", 1)]
    assert mended.hash != data.hash and len(data.interactions) == 5 and quality(mended).duplicate_lines == 0


def test_the_commoner_spelling_and_its_groups_stay(tmp_path: Path) -> None:
    users = "user_id,age\nANN,30\nann,31\nbob,40\n"
    folder_lines = [("ann", "a", 1), ("ANN", "b", 2), ("ann", "b", 3), ("bob", "a", 4)]
    data = shop(tmp_path, folder_lines, users.replace("ann,31\n", ""))
    assert doubled_shoppers(data) == {"ANN": "ann"} and quality(data).doubled == 1
    mended = with_one_id_each(data)
    assert lines(mended) == [("ann", "a", 1), ("ann", "b", 2), ("ann", "b", 3), ("bob", "a", 4)]
    assert sorted(mended.users["user_id"]) == ["ann", "bob"] and not doubled_shoppers(mended)


def test_a_mended_shop_is_the_shop_of_mended_files(tmp_path: Path) -> None:
    """The hash depends on the content alone: not on how it came about."""
    twice = [("u", "a", 1), ("u", "a", 1), ("v", "b", 2)]
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    assert without_repeats(shop(first, twice)).hash == shop(second, list(dict.fromkeys(twice))).hash


LINES = st.lists(
    st.tuples(st.sampled_from(["u", "U", " u", "v"]), st.sampled_from("ab"), st.integers(1, 9)), min_size=1, max_size=9
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES)
def test_no_line_is_lost_but_repeats(tmp_path: Path, log: list[tuple[str, str, int]]) -> None:
    data = shop(tmp_path, log)
    assert sorted(set(lines(data))) == sorted(lines(without_repeats(data)))
    joined = with_one_id_each(data)
    assert len(joined.interactions) == len(data.interactions)
    assert len({who.strip().casefold() for who, _, _ in lines(joined)}) == joined.users["user_id"].isin(
        [who for who, _, _ in lines(joined)]
    ).sum()  # fmt: skip
