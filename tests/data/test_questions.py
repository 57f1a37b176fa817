"""What the values of readable files may mean: asked with a flag, told, or done as chosen; nothing in silence."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import Choices, Dataset, InputError, Verdict, check_shop, read_shop
from engine.data.intake.id_forms import doubles, match
from engine.data.intake.losses import RowLoss
from engine.data.intake.odd_dates import odd_dates
from engine.data.intake.questions import Question
from tests.data.files import write

ITEMS = "item_id,title,colour,price\nc1,Oak chair,brown,12\nc2,Blue lamp,blue,9\nc3,Rug,red,30\n"
LOG = "user_id,item_id,timestamp,event\nann,c1,2024-01-02,buy\nbob,c2,2024-01-03,buy\nann,c3,2024-01-04,view\n"


def check(folder: Path, items: str = ITEMS, log: str | None = LOG, users: str | None = None, **more: object) -> Verdict:
    """The verdict on these files; `more` are choices, and the mapping."""
    mapping = more.pop("mapping", None)
    given = {"items": items, "interactions": log, "users": users}
    paths = {name: write(folder, f"{name}.csv", text) for name, text in given.items() if text is not None}
    return check_shop(**paths, mapping=mapping, choices=Choices(**more))  # type: ignore[arg-type]


def question(verdict: Verdict, kind: str) -> Question:
    return next(each for each in verdict.questions if each.kind == kind)


def kinds(verdict: Verdict) -> list[str]:
    return [each.kind for each in verdict.open]


def shop(verdict: Verdict, drop_bad: bool = False) -> Dataset:
    return verdict.shop(drop_bad)


def test_plain_files_ask_nothing_and_say_how_many_match(tmp_path: Path) -> None:
    verdict = check(tmp_path, users="user_id,age\nann,30\nbob,40\nzoe,50\n")
    assert not verdict.open
    told = {each.kind: dict(each.details) for each in verdict.questions}
    assert set(told) == {"match_user", "match_item"}
    assert (told["match_user"]["exact"], told["match_user"]["total"], told["match_user"]["idle"]) == ("2", "2", "1")


# placeholders


NOBODY = LOG + "NA,c1,2024-01-05,buy\nNA,c2,2024-01-05,buy\n\\N,c2,2024-01-05,buy\n"


def test_a_shopper_called_na_is_asked_for(tmp_path: Path) -> None:
    verdict = check(tmp_path, log=NOBODY)
    assert kinds(verdict) == ["placeholder_id"]
    asked = verdict.open[0]
    assert (asked.file, asked.column, asked.line, asked.value) == ("interactions.csv", "user_id", 5, "NA")
    assert (asked.details["n"], asked.details["share"]) == (3, "50.0")
    with pytest.raises(InputError, match=r"“NA”, “\\N” in 3 of 6 rows.*--placeholders user_id=missing"):
        shop(verdict)
    kept = shop(check(tmp_path, log=NOBODY, placeholders={"user_id": "keep"}))
    assert kept.users["user_id"].tolist() == ["NA", "\\N", "ann", "bob"], "an id may really be NA"
    missing = check(tmp_path, log=NOBODY, placeholders={"all": "missing"})
    assert [count.kind for count in missing.counts] == ["missing_value"]
    assert shop(missing, drop_bad=True).users["user_id"].tolist() == ["ann", "bob"]


@pytest.mark.parametrize("word", ["NA", "null", "NaN", "None", "\\N", "n/a", "#N/A"])
def test_a_value_that_says_nothing_is_told_and_can_be_read_as_missing(tmp_path: Path, word: str) -> None:
    items = ITEMS.replace("brown", word).replace("red", f" {word}")
    verdict = check(tmp_path, items=items)
    told = question(verdict, "placeholder")
    assert not verdict.open and told.column == "colour" and told.details["n"] == 2
    assert shop(verdict).items["colour"].tolist() == [word, "blue", word]
    verdict = check(tmp_path, items=items, placeholders={"colour": "missing"})
    assert shop(verdict).items["colour"].isna().tolist() == [True, False, True]


def test_one_line_of_nobody_among_many_is_told(tmp_path: Path) -> None:
    many = "".join(f"u{n % 40},c1,2024-01-0{n % 9 + 1},buy\n" for n in range(200))
    verdict = check(tmp_path, log=LOG + many + "null,c1,2024-01-05,buy\n")
    assert not verdict.open and question(verdict, "placeholder_id").details["n"] == 1


# columns without values


def test_a_column_without_a_value_is_no_column(tmp_path: Path) -> None:
    items = "item_id,title,category,season,price,stock\na,Chair,,,,3\nb,Lamp, ,,,4\n"
    log = "user_id,item_id,timestamp,rating,value\nu,a,2024-01-01,,\nv,b,2024-01-02,,\n"
    verdict = check(tmp_path, items=items, log=log, users="user_id,age,region\nu,,north\nv,,south\n")
    assert [(each.file, each.details["names"]) for each in verdict.questions if each.kind == "empty_columns"] == [
        ("items.csv", "category, season, price"), ("interactions.csv", "rating, value"), ("users.csv", "age"),
    ]  # fmt: skip
    data = shop(verdict)
    assert list(data.items) == ["item_id", "title", "stock"] and data.facets() == []
    assert list(data.users) == ["user_id", "region"]
    assert data.positive == "buy", "an empty rating column makes no ratings"
    filled = "item_id,title,stock\na,Chair,3\nb,Lamp,4\n"
    assert data.hash == shop(check(tmp_path, filled, log, "user_id,region\nu,north\nv,south\n")).hash


def test_a_catalogue_that_only_has_empty_texts_describes_nothing(tmp_path: Path) -> None:
    verdict = check(tmp_path, items="item_id,title,price\na,,1\nb,,2\n", log=None)
    assert [problem.kind for problem in verdict.problems] == ["undescribed"]


def test_a_shop_stored_with_an_empty_facet_opens_without_it(tmp_path: Path) -> None:
    data = shop(check(tmp_path))
    older = data.items.assign(season=pd.Series([None] * 3, dtype="str"), margin=np.nan)
    object.__setattr__(data, "items", older)
    data.save(tmp_path / "old")
    opened = Dataset.load(tmp_path / "old")
    assert "season" not in opened.facets() and "season" in opened.facets(with_empty=True)
    assert opened.codes("season")[0].tolist() == [-1, -1, -1] and "margin" not in opened.items


# what a bad cell costs


BAD = ITEMS + "c4,Vase,green,$7\nc5,Bowl,green,\n"
OF_BAD = LOG + "cat,c4,2024-01-05,buy\nann,c4,2024-01-06,buy\nann,c9,2024-01-06,buy\n"


def test_dropping_says_what_goes_and_why(tmp_path: Path) -> None:
    verdict = check(tmp_path, items=BAD, log=OF_BAD, drop_bad=True)
    assert {(each.file, each.column, each.kind): each.number for each in verdict.dropped} == {
        ("items.csv", "price", "mixed_currency"): 1,
        ("interactions.csv", "item_id", "dropped_item"): 2,
        ("interactions.csv", "item_id", "unknown_item"): 1,
    }
    assert verdict.losses == {
        "items": RowLoss(5, 4), "interactions": RowLoss(6, 3), "shoppers": RowLoss(3, 2), "positives": RowLoss(5, 2),
    }  # fmt: skip
    assert verdict.if_emptied is not None
    assert (verdict.if_emptied["items"], verdict.if_emptied["shoppers"]) == (RowLoss(5, 5), RowLoss(3, 3))


def test_an_unreadable_optional_cell_can_be_emptied(tmp_path: Path) -> None:
    verdict = check(tmp_path, items=BAD, log=OF_BAD.replace("c9", "c5"), empty_bad=True)
    assert not verdict.total and [(each.column, each.kind, each.number) for each in verdict.emptied] == [
        ("price", "mixed_currency", 1)
    ]
    data = shop(verdict)
    assert data.items["price"].isna().tolist() == [False, False, False, True, True] and data.n_users == 3
    assert len(data.interactions) == 6


def test_what_a_line_needs_is_never_emptied(tmp_path: Path) -> None:
    log = "user_id,item_id,timestamp,event,rating,quantity\nann,c1,soon,buy,,1\nann,c1,2024-01-01,steal,,1\n"
    log += "ann,c1,2024-01-01,rate,9,1\nbob,c2,2024-01-01,buy,,-1\nbob,c2,2024-01-02,buy,,1\n"
    verdict = check(tmp_path, log=log, empty_bad=True)
    kinds = {problem.kind for problem in verdict.problems}
    assert kinds == {"unreadable_date", "unknown_event", "missing_rating", "returned"}
    assert len(shop(verdict, drop_bad=True).interactions) == 1


def test_a_return_never_becomes_a_purchase(tmp_path: Path) -> None:
    log = "user_id,item_id,timestamp,quantity,value\nann,c1,2024-01-01,2,9.5\nann,c1,2024-01-02,-2,\n"
    log += "bob,c2,2024-01-03,,-4\nbob,c3,2024-01-04,many,4\n"
    verdict = check(tmp_path, log=log, empty_bad=True)
    assert [(each.kind, each.line) for each in verdict.problems] == [("returned", 3), ("returned", 4)]
    verdict = check(tmp_path, log=log, empty_bad=True, drop_bad=True)
    assert [(each.kind, each.number) for each in verdict.emptied] == [("not_a_number", 1)]
    assert shop(verdict, drop_bad=True).interactions["item"].tolist() == [0, 2]


def test_where_every_row_is_lost_the_column_is_named(tmp_path: Path) -> None:
    items = "sku,title,made\na,Chair,soon\nb,Lamp,later\n"
    mapping = {"items": {"sku": "item_id", "made": "launched_at"}}
    verdict = check(tmp_path, items=items, log=None, mapping=mapping, drop_bad=True)
    assert verdict.data is None and verdict.refusal[0].column == "launched_at"
    with pytest.raises(InputError, match=r'made \(2\).*Leave made out \(map it to ""\).*--empty-bad'):
        shop(verdict, drop_bad=True)
    mapping["items"]["made"] = ""
    assert shop(check(tmp_path, items=items, log=None, mapping=mapping)).n_items == 2


# events


UNSAID = "user_id,item_id,timestamp,actionType\nann,c1,2024-01-01,eShopCart\nbob,c2,2024-01-02,eShopOrder\n"


def test_an_event_column_that_is_not_recognised_is_asked_for(tmp_path: Path) -> None:
    verdict = check(tmp_path, log=UNSAID)
    assert kinds(verdict) == ["event_like"] and verdict.open[0].column == "actionType"
    with pytest.raises(InputError, match=r"actionType.*eShopCart.*--every-line"):
        shop(verdict)
    assert shop(check(tmp_path, log=UNSAID, every_line="view")).interactions["event"].tolist() == ["view", "view"]
    mapping = {"interactions": {"actionType": "event"}, "events": {"eShopCart": "cart", "eShopOrder": "buy"}}
    assert len(shop(check(tmp_path, log=UNSAID, mapping=mapping)).positives()) == 1


@pytest.mark.parametrize("column", ["status,paid,refunded", "what,浏览,下单", "behavior_type,1,4"])
def test_what_seems_to_be_an_event(tmp_path: Path, column: str) -> None:
    name, first, second = column.split(",")
    log = f"user_id,item_id,timestamp,{name}\nann,c1,2024-01-01,{first}\nbob,c2,2024-01-02,{second}\n"
    assert question(check(tmp_path, log=log), "event_like").column == name


def test_a_log_that_does_not_say_counts_as_bought_and_says_so(tmp_path: Path) -> None:
    log = "user_id,item_id,timestamp,device,note\nann,c1,2024-01-01,ios,7\nbob,c2,2024-01-02,web,8\n"
    verdict = check(tmp_path, log=log)
    assert not verdict.open and "counts as buy" in question(verdict, "no_event").problem().problem


def test_an_event_can_be_left_out_and_is_counted(tmp_path: Path) -> None:
    log = LOG + "ann,,2024-01-05,session_start\ncat,,never,session_start\nann,c1,2024-01-06,buy\n"
    verdict = check(tmp_path, log=log, mapping={"events": {"session_start": ""}})
    assert not verdict.total and len(shop(verdict).interactions) == 4
    assert [(each.kind, each.value, each.number) for each in verdict.left_out] == [("event", "session_start", 2)]


# ids


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (["13085", "13086"], ["13085.0", "13086.0"], "decimal"),
        (["Ann", "bob"], ["Ann ", "\u00a0bob"], "spaces"),
        (["Ann", "bob"], ["ANN", "BOB"], "case"),
        (["café", "cafe"], ["cafe\u0301", "ｃafe"], "unicode"),
        (["007", "08"], ["7", "8"], "zeros"),
        (["A1", "A2"], ["a1.0", " a2.0"], "several"),
    ],
)
def test_shoppers_that_only_differ_in_writing(tmp_path: Path, ours: list[str], theirs: list[str], reason: str) -> None:
    log = "user_id,item_id,timestamp,event\n" + "".join(f"{who},c1,2024-01-01,buy\n" for who in theirs)
    users = "user_id,age\n" + "".join(f"{who},{30 + n}\n" for n, who in enumerate(ours))
    verdict = check(tmp_path, log=log, users=users)
    assert kinds(verdict) == ["ids_differ_user"] and verdict.open[0].details["reason"] == reason
    with pytest.raises(InputError, match=r"--ids unify.*--ids exact"):
        shop(verdict)
    data = shop(check(tmp_path, log=log, users=users, ids="unify"))
    assert data.users["user_id"].tolist() == ours and data.users["age"].notna().all()
    assert shop(check(tmp_path, log=log, users=users, ids="exact")).n_users == 4


def test_shoppers_of_another_file_altogether(tmp_path: Path) -> None:
    verdict = check(tmp_path, users="user_id,age\nx1,30\nx2,40\n")
    assert kinds(verdict) == ["never_match"]
    assert shop(check(tmp_path, users="user_id,age\nx1,30\nx2,40\n", ids="exact")).n_users == 4


def test_items_that_only_differ_in_writing(tmp_path: Path) -> None:
    log = LOG.replace("c2", "C2")
    verdict = check(tmp_path, log=log)
    assert kinds(verdict) == ["ids_differ_item"]
    assert shop(check(tmp_path, log=log, ids="unify")).hash == shop(check(tmp_path)).hash
    exact = check(tmp_path, log=log, ids="exact")
    assert not exact.open and [problem.kind for problem in exact.problems] == ["unknown_item"]


def test_shoppers_of_one_log_that_only_differ_in_writing(tmp_path: Path) -> None:
    log = LOG + "ann.0,c1,2024-01-05,buy\n"
    assert kinds(check(tmp_path, log=log)) == ["doubled_ids"]
    assert shop(check(tmp_path, log=log, ids="unify")).users["user_id"].tolist() == ["ann", "bob"]
    assert shop(check(tmp_path, log=log, ids="exact")).n_users == 3
    items = ITEMS + "C1,Other chair,brown,13\n"
    assert question(check(tmp_path, items=items), "doubled_rows").details["n"] == 1


def test_shoppers_that_are_numbers_with_a_point(tmp_path: Path) -> None:
    log = LOG.replace("ann", "17850.0").replace("bob", "12583.0")
    verdict = check(tmp_path, log=log)
    told = question(verdict, "decimal_ids")
    assert not verdict.open and (told.value, told.line, told.details["ours"]) == ("17850.0", 2, "17850")
    assert shop(verdict).users["user_id"].tolist() == ["12583.0", "17850.0"], "as they are written, unless it is chosen"
    whole = check(tmp_path, log=log, ids="unify")
    assert shop(whole).users["user_id"].tolist() == ["12583", "17850"]
    assert whole.losses["interactions"].lost == 0
    for other in (log.replace("12583.0", "bob"), log.replace("12583.0", "12583.5")):
        assert "decimal_ids" not in {each.kind for each in check(tmp_path, log=other).questions}


PLAIN = st.lists(st.text("abcXYZ019", min_size=1, max_size=4), min_size=1, max_size=8, unique=True)


@given(PLAIN, PLAIN)
def test_matching_never_takes_an_id_that_is_known(ids: list[str], known: list[str]) -> None:
    found = match(pd.Series(ids), pd.Series(known))
    assert found.exact == len(set(ids) & set(known)) and found.unknown >= 0
    for theirs, ours in found.others.items():
        assert theirs not in known and ours in known and theirs.lstrip("0").lower() == ours.lstrip("0").lower()


@given(PLAIN)
def test_doubles_are_ids_of_one_form(ids: list[str]) -> None:
    same, _ = doubles(pd.Series(ids))
    assert len({each.lower() for each in ids}) == len(ids) - len(same)


# dates


def test_one_date_of_the_far_future_is_asked_for(tmp_path: Path) -> None:
    days = [f"2024-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(120)]
    rows = "".join(f"u{n % 7},c{n % 3 + 1},{day},buy\n" for n, day in enumerate(days))
    log = "user_id,item_id,timestamp,event\n" + rows + "u1,c1,2044-01-05,buy\n"
    verdict = check(tmp_path, log=log)
    assert kinds(verdict) == ["odd_dates"]
    asked = verdict.open[0]
    assert (asked.line, asked.value, asked.details["cutoff_keep"]) == (122, "2044-01-05", "2043-12-08")
    with pytest.raises(InputError, match=r"2044-01-05.*--odd-dates drop.*--odd-dates keep"):
        shop(verdict)
    assert shop(check(tmp_path, log=log, odd_dates="keep")).end == pd.Timestamp("2044-01-05")
    dropped = check(tmp_path, log=log, odd_dates="drop")
    assert shop(dropped).end == pd.Timestamp(days[-1]) and [each.kind for each in dropped.left_out] == ["odd_date"]
    assert not dropped.bad_rows, "a line that is left out by choice is no bad row"
    both = check(tmp_path, log=log + "u1,c1,never,buy\n", odd_dates="drop")
    assert both.bad_rows == 1 and both.rows["interactions"].lost == 2


@pytest.mark.parametrize(
    ("start", "days", "odd", "found"),
    [
        ("2024-01-01", range(100), ["1970-01-01"], True),
        ("2024-01-01", range(100), ["2025-06-01"], True),
        ("2024-01-01", range(100), ["2024-06-01"], False),  # a quiet spring
        ("2020-12-01", [*range(24), *range(365, 389), *range(730, 754)], ["2023-12-01"], False),  # a Christmas shop
        ("2020-12-01", [*range(24), *range(365, 389), *range(730, 754)], ["2024-05-01"], False),  # nor twice as long
        ("2024-01-01", range(4), ["2026-01-01"], False),  # too little to say what is usual
        ("2024-01-01", range(4), ["2098-01-01"], True),
    ],
)
def test_what_is_odd(start: str, days: range | list[int], odd: list[str], found: bool) -> None:
    times = pd.Series(
        [pd.Timestamp(start) + pd.Timedelta(days=day) for day in days] + [pd.Timestamp(day) for day in odd]
    )
    assert odd_dates(times).tolist() == [False] * len(days) + [found] * len(odd)
    assert odd_dates(times[::-1].reset_index(drop=True)).tolist() == [found] * len(odd) + [False] * len(days)


# variants


VARIANTS = "Handle,Title,Size,SKU,stock\nchair,Oak chair,S,c-s,-2\nchair,,M,c-m,4\nchair,,L,c-l,1\nlamp,Lamp,,l-1,5\n"
HANDLES = "user_id,item_id,timestamp,event\nann,chair,2024-01-02,buy\nbob,lamp,2024-01-03,buy\n"
NAMED = {"items": {"Handle": "item_id", "Title": "title"}}


def test_variants_are_recognised_and_can_be_merged(tmp_path: Path) -> None:
    verdict = check(tmp_path, items=VARIANTS, log=HANDLES, mapping=NAMED)
    assert kinds(verdict) == ["variants"]
    assert verdict.total == 0, "rows of a variant are no problems one by one"
    assert (question(verdict, "oversold").line, question(verdict, "oversold").value) == (2, "-2")
    with pytest.raises(InputError, match=r"2 of 4 rows.*Size, SKU.*--repeated-ids merge"):
        shop(verdict)
    merged = check(tmp_path, items=VARIANTS, log=HANDLES, mapping=NAMED, repeated_ids="merge")
    items = shop(merged).items
    assert items["item_id"].tolist() == ["chair", "lamp"] and items["title"].tolist() == ["Oak chair", "Lamp"]
    assert items["Size"].fillna("").tolist() == ["S", ""] and items["SKU"].tolist() == ["c-s", "l-1"]
    assert items["stock"].tolist() == [5.0, 5.0], "0, as it is oversold, and 4 and 1"
    assert [(each.kind, each.number) for each in merged.left_out] == [("merged", 2)]


def test_gaps_of_the_first_row_are_filled_from_the_others(tmp_path: Path) -> None:
    items = "item_id,title,colour,price\na,Chair,,\na,,brown,\na,Chair,red,7\nb,Lamp,,\n"
    data = shop(check(tmp_path, items=items, log=None, repeated_ids="merge"))
    assert data.items.iloc[0].tolist() == ["a", "Chair", "brown", 7.0]


def test_other_repeated_ids_stay_problems_by_line(tmp_path: Path) -> None:
    verdict = check(tmp_path, items=ITEMS + "c1,Another,brown,1\n")
    assert not verdict.open and [(each.kind, each.line) for each in verdict.problems] == [("duplicate_id", 5)]
    assert question(verdict, "repeated_ids").options == ("merge",)


def test_choices_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValueError, match="odd_dates"):
        Choices(odd_dates="perhaps")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="brand"):
        Choices(placeholders={"brand": "yes"})  # type: ignore[dict-item]


def test_read_shop_takes_the_same_choices(tmp_path: Path) -> None:
    log = write(tmp_path, "log.csv", UNSAID)
    data = read_shop(write(tmp_path, "items.csv", ITEMS), log, choices=Choices(every_line="cart"))
    assert data.interactions["event"].tolist() == ["cart", "cart"]
