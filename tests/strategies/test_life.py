"""What a strategy lives through: versions, steps, schedules, and who is told when it is not allowed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from engine.data import InputError
from engine.strategies import Basis, Difference, Store, Version, compare
from engine.strategy.strategy import DEFAULT, Strategy
from tests.strategies.conftest import Clock

BASIS = Basis("f00d", "blend", "2026-10-05T00:00:00")
FULL = Strategy(
    method="xquad", diversity=0.1 + 0.2, k=7, pool=123, normalize="rank", similarity="both", surface="new",
    facet_weights={"embedding": 1 / 3, "价格": 2 / 3},
)  # fmt: skip
DAY = timedelta(days=1)


def saved(store: Store, name: str, strategy: Strategy = DEFAULT, shop: str = "shop") -> Version:
    return store.save(shop, name, strategy, BASIS, author="Ann")


def made_live(store: Store, name: str, strategy: Strategy = DEFAULT, **schedule: Any) -> Version:
    version = saved(store, name, strategy)
    store.approve("shop", name, version.number, author="Bo")
    return store.go_live("shop", name, version.number, author="Cy", **schedule)


def in_force(store: Store, at: datetime | None = None, surface: str = "for_you") -> str | None:
    found = store.live("shop", surface, at)
    return found.name if found else None


def test_every_field_comes_back(store: Store) -> None:
    comment = "first line\n  第二行 🙂  \n\n'; DROP TABLE strategy_names; --"
    given = store.save("my shop", "  Wíntér   冬 ", FULL, BASIS, author=" Ann ", comment=comment)
    found = store.get("my shop", "Wíntér 冬")
    assert found == given and found.strategy == FULL
    assert (found.name, found.author, found.number, found.surface, found.status) == (
        "Wíntér 冬",
        "Ann",
        1,
        "new",
        "draft",
    )
    assert found.comment == "first line\n第二行 🙂\n'; DROP TABLE strategy_names; --"
    assert found.basis == BASIS and found.created_at == datetime(2026, 11, 2, 8, 0, 1, tzinfo=UTC)
    bare = store.save("my shop", "Bare", DEFAULT, Basis("f00d"), author="Ann")
    assert store.get("my shop", "Bare").basis == bare.basis == Basis("f00d", None, None)


def test_equal_strategies_have_one_hash(store: Store) -> None:
    first, second = saved(store, "A", FULL), saved(store, "B", Strategy.checked(FULL.model_dump(), "test"))
    other = saved(store, "C", FULL.at(k=8))
    assert first.sha256 == second.sha256 != other.sha256


def test_shops_keep_to_themselves(store: Store) -> None:
    saved(store, "b"), saved(store, "A"), saved(store, "Other", shop="other")
    assert store.names("shop") == ["A", "b"] and store.names("nowhere") == []
    assert [version.name for version in store.versions("shop")] == ["A", "b"]
    assert {event.name for event in store.history("other")} == {"Other"}
    made_live(store, "Mine")
    assert store.live("other", "for_you") is None


def test_a_life_and_its_history(store: Store, clock: Clock) -> None:
    made_live(store, "Mix")
    assert in_force(store) == "Mix" and in_force(store, surface="new") is None
    store.retire("shop", "Mix", 1, author="Di", comment="enough")
    assert in_force(store) is None
    told = [(event.status, event.author, event.comment) for event in store.history("shop", "Mix")]
    assert told == [("draft", "Ann", ""), ("approved", "Bo", ""), ("live", "Cy", ""), ("retired", "Di", "enough")]
    times = [event.at for event in store.history("shop", "Mix")]
    assert times == sorted(set(times)) and all(time.tzinfo is UTC for time in times)


def test_a_new_version_leaves_the_live_one_alone(store: Store) -> None:
    made_live(store, "Mix")
    assert saved(store, "Mix", DEFAULT.at(k=5)).number == 2
    live = store.live("shop", "for_you")
    assert live is not None and live.number == 1 and live.strategy == DEFAULT


@pytest.mark.parametrize(
    ("steps", "step"),
    [
        ([], "go_live"),
        ([], "retire"),
        (["approve"], "approve"),
        (["approve"], "retire"),
        (["approve", "go_live"], "approve"),
        (["approve", "go_live"], "go_live"),
        (["approve", "go_live", "retire"], "approve"),
        (["approve", "go_live", "retire"], "go_live"),
        (["approve", "go_live", "retire"], "retire"),
    ],
)
def test_steps_that_are_not_allowed(store: Store, steps: list[str], step: str) -> None:
    saved(store, "Mix")
    for each in steps:
        getattr(store, each)("shop", "Mix", 1, author="Ann")
    before = store.history("shop")
    with pytest.raises(InputError, match="Mix, version 1, status: a version must be") as refused:
        getattr(store, step)("shop", "Mix", 1, author="Ann")
    assert refused.value.problems[0].value == store.get("shop", "Mix").status
    assert store.history("shop") == before


def test_going_live_retires_the_other_one_and_says_why(store: Store) -> None:
    made_live(store, "Old")
    made_live(store, "Elsewhere", DEFAULT.at(surface="new"))
    made_live(store, "New")
    assert in_force(store) == "New" and in_force(store, surface="new") == "Elsewhere"
    last = store.history("shop", "Old")[-1]
    assert (last.status, last.author, last.comment) == ("retired", "Cy", "replaced by New, version 1")
    assert last.at == store.history("shop", "New")[-1].at


def test_a_schedule_stands_before_what_is_always_live(store: Store, clock: Clock) -> None:
    made_live(store, "Always")
    start, end = clock.now + DAY, clock.now + 3 * DAY
    made_live(store, "Sale", starts_at=start.astimezone(timezone(timedelta(hours=8))), ends_at=end)
    assert in_force(store) == "Always"
    assert [in_force(store, at) for at in (start - timedelta(microseconds=1), start, end - DAY, end)] == [
        "Always", "Sale", "Sale", "Always",
    ]  # fmt: skip
    clock.now = start
    assert in_force(store) == "Sale"
    assert in_force(store, start - DAY) == "Always"  # the past stays as it was
    made_live(store, "Now")
    assert in_force(store) == "Now" and store.get("shop", "Sale").status == "retired"
    assert in_force(store, start) == "Sale"


def test_schedules_that_overlap_are_refused(store: Store, clock: Clock) -> None:
    start, end = clock.now + DAY, clock.now + 3 * DAY
    made_live(store, "Sale", starts_at=start, ends_at=end)
    for name, starts_at, ends_at in (("A", start - DAY, start + DAY), ("B", end - DAY, None), ("C", None, end)):
        with pytest.raises(InputError, match=f"{name}, version 1, schedule: Sale, version 1 is live on for_you from"):
            made_live(store, name, starts_at=starts_at, ends_at=ends_at)
        assert store.get("shop", name).status == "approved"
    made_live(store, "Before", ends_at=start)
    made_live(store, "After", starts_at=end)
    made_live(store, "Elsewhere", DEFAULT.at(surface="new"), starts_at=start, ends_at=end)
    store.retire("shop", "Sale", 1, author="Ann")
    made_live(store, "Again", starts_at=start, ends_at=end)
    assert [in_force(store, at) for at in (start - DAY / 2, start, end)] == ["Before", "Again", "After"]


def test_schedules_that_make_no_sense(store: Store, clock: Clock) -> None:
    saved(store, "Mix")
    store.approve("shop", "Mix", 1, author="Ann")
    late = datetime.max.replace(tzinfo=timezone(-timedelta(hours=8)))
    for schedule, words in (
        ({"starts_at": datetime(2027, 1, 1)}, "no time zone"),
        ({"ends_at": clock.now - DAY}, "ends before it starts"),
        ({"starts_at": clock.now + DAY, "ends_at": clock.now + DAY}, "ends before it starts"),
        ({"ends_at": late}, "out of all calendars"),
    ):
        with pytest.raises(InputError, match=words):
            store.go_live("shop", "Mix", 1, author="Ann", **schedule)
    with pytest.raises(InputError, match="no time zone"):
        store.live("shop", "for_you", datetime(2027, 1, 1))
    early = store.go_live("shop", "Mix", 1, author="Ann", starts_at=datetime(1, 1, 1, tzinfo=UTC))
    assert early.window.starts_at is not None and early.window.starts_at > clock.now - DAY
    assert store.get("shop", "Mix") == early
    assert in_force(store, datetime(9999, 12, 31, tzinfo=UTC)) == "Mix"


def test_revert_saves_the_old_content_anew(store: Store) -> None:
    saved(store, "Mix", FULL), saved(store, "Mix")
    third = store.revert("shop", "Mix", 1, author="Eve", comment="the sale is over", expected=2)
    assert (third.number, third.strategy, third.status) == (3, FULL, "draft")
    assert third.comment == "back to version 1\nthe sale is over" and third.author == "Eve"
    assert store.get("shop", "Mix", 2).strategy == DEFAULT


def test_expected_refuses_what_the_author_has_not_seen(store: Store) -> None:
    saved(store, "Mix")
    for expected in (0, 2, -1):
        with pytest.raises(InputError, match="Ann saved version 1 on 2026-11-02 at 08:00 UTC"):
            store.save("shop", "Mix", DEFAULT, BASIS, author="Bo", expected=expected)
    assert store.save("shop", "Mix", DEFAULT, BASIS, author="Bo", expected=1).number == 2
    with pytest.raises(InputError, match="nothing is saved under this name"):
        store.save("shop", "New", DEFAULT, BASIS, author="Bo", expected=3)
    assert store.save("shop", "New", DEFAULT, BASIS, author="Bo", expected=0).number == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", " \t"), ("name", "x" * 81), ("name", "a\x00b"), ("name", "a\u200bb"), ("name", "\ud800"),
        ("author", ""), ("author", "x" * 81), ("author", "\x1b[31m"),
        ("comment", "x" * 2001), ("comment", "a\x00"), ("comment", "\ud800"), ("comment", "x\n" * 1001),
        ("shop", ""), ("shop", "x" * 256), ("shop", "a\x00"),
    ],
)  # fmt: skip
def test_texts_that_are_refused(store: Store, field: str, value: str) -> None:
    fields = {"shop": "shop", "name": "Mix", "author": "Ann", "comment": ""} | {field: value}
    with pytest.raises(InputError) as refused:
        store.save(fields.pop("shop"), fields.pop("name"), DEFAULT, BASIS, **fields)
    assert refused.value.problems[0].column == field and str(refused.value).isprintable()
    assert store.versions("shop") == []


def test_names_are_told_apart_as_people_do(store: Store) -> None:
    saved(store, "Caf\u00e9"), saved(store, "Cafe\u0301"), saved(store, "café")
    assert store.names("shop") == ["Café", "café"] and len(store.versions("shop", "Café")) == 2


def test_what_is_not_there(store: Store) -> None:
    with pytest.raises(InputError, match="save one first"):
        store.get("shop", "Mix")
    saved(store, "Mix")
    for call in (store.versions, store.history, store.get):
        with pytest.raises(InputError, match=r"has no strategy of this name .*take one of Mix"):
            call("shop", "Nix")
    for number in (0, -1, 2, 2**31, 10**30):
        with pytest.raises(InputError, match=r"no such version.*take 1 to 1"):
            store.get("shop", "Mix", number)
        with pytest.raises(InputError, match="no such version"):
            store.approve("shop", "Mix", number, author="Ann")
    assert store.live("shop", "no surface") is None


def test_compare_names_what_differs() -> None:
    other = FULL.at(k=8, facet_weights={"embedding": 0.5, "brand": 0.5})
    assert compare(FULL, FULL) == []
    assert compare(FULL, other) == [
        Difference("k", 7, 8),
        Difference("facet_weights.embedding", 1 / 3, 0.5),
        Difference("facet_weights.价格", 2 / 3, None),
        Difference("facet_weights.brand", None, 0.5),
    ]
    spread = FULL.at(spread=0.2)
    assert "spread" not in FULL.model_dump() and compare(spread, FULL) == [Difference("spread", 0.2, 0.0)]


def test_content_that_cannot_be_read_says_so(store: Store) -> None:
    version = saved(store, "Mix")
    with pytest.raises(InputError, match="Mix, version 1, sha256: what is stored is not what was saved"):
        _ = replace(version, content=version.content.replace("0.3", "0.4")).strategy
