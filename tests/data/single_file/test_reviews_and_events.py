"""One file of reviews, and one of clicks and views."""

from pathlib import Path

import pytest

from engine.data import Choices, InputError, check_shop, read_shop
from tests.data.files import write

REVIEWS = (
    "reviewer,asin,product_title,when,stars,comment\n"
    "a,1,Oak chair,2024-01-01,5,lovely\nb,1,Oak chair,2024-01-02,2,wobbly\na,2,Rug,2024-01-03,4,soft\n"
    ",2,Rug,2024-01-04,5,guest\n"
)
OF_REVIEWS = {
    "reviewer": "user_id",
    "asin": "item_id",
    "product_title": "title",
    "when": "timestamp",
    "stars": "rating",
}
EVENTS = (  # the layout of REES46
    "event_time,event_type,product_id,category_code,brand,price,user_id,user_session\n"
    "2019-10-01 00:00:00 UTC,view,44,electronics.phone,samsung,100.0,1,s1\n"
    "2019-10-01 00:00:04 UTC,cart,44,electronics.phone,samsung,100.0,1,s1\n"
    "2019-10-02 00:00:10 UTC,purchase,44,electronics.phone,samsung,90.0,1,s1\n"
    "2019-10-03 00:00:00 UTC,view,55,home.lamp,,20.0,2,s2\n"
    "2019-10-03 00:00:01 UTC,remove_from_cart,55,home.lamp,,20.0,2,s2\n"
)
OF_EVENTS = {
    "event_time": "timestamp", "event_type": "event", "product_id": "item_id", "category_code": "category",
    "user_session": "",
}  # fmt: skip


def test_reviews_are_ratings(tmp_path: Path) -> None:
    path = write(tmp_path, "reviews.csv", REVIEWS)
    verdict = check_shop(reviews=path, mapping={"reviews": OF_REVIEWS})
    data = verdict.shop(False)
    assert data.positive == "rate" and data.interactions["event"].unique().tolist() == ["rate"]
    assert data.items.to_numpy().tolist() == [["1", "Oak chair"], ["2", "Rug"]]
    assert data.users["user_id"].tolist() == ["a", "b"] and data.relevant().toarray().tolist() == [[1, 1], [0, 0]]
    assert data.sold().tolist() == [1, 2], "a good rating of an unknown shopper counts for what is popular"
    told = {question.kind: question.details["names"] for question in verdict.questions if "names" in question.details}
    assert told == {"columns_neither": "comment"}
    assert verdict.losses["positives"].before == 4 and verdict.positive == "rate"


def test_events_are_mapped_and_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "events.csv", EVENTS)
    mapping = {"activity": OF_EVENTS, "events": {"purchase": "buy"}}
    verdict = check_shop(activity=path, mapping=mapping)
    assert [(problem.kind, problem.line, problem.value) for problem in verdict.problems] == [
        ("unknown_event", 6, "remove_from_cart")
    ]
    mapping |= {"events": {"purchase": "buy", "remove_from_cart": ""}}
    assert [question.kind for question in check_shop(activity=path, mapping=mapping).open] == ["category_paths"]
    data = read_shop(activity=path, mapping=mapping, choices=Choices(paths="keep"))
    assert data.interactions["event"].tolist() == ["view", "cart", "buy", "view"]
    assert data.interactions["value"].fillna(-1).tolist() == [-1, -1, 90, -1], "only a purchase is paid"
    assert data.items.fillna("").to_numpy().tolist() == [
        ["44", "electronics.phone", "samsung", 100.0], ["55", "home.lamp", "", 20.0],
    ]  # fmt: skip
    data = read_shop(activity=path, mapping=mapping, choices=Choices(paths="split"))
    assert data.items[["category", "subcategory"]].to_numpy().tolist() == [["electronics", "phone"], ["home", "lamp"]]


def test_events_without_a_column_of_events_are_asked_for(tmp_path: Path) -> None:
    lines = "user_id,item_id,timestamp,title,action\na,1,2024-01-01,Chair,view\nb,1,2024-01-02,Chair,buy\n"
    path = write(tmp_path, "events.csv", lines)
    assert [question.kind for question in check_shop(activity=path).open] == ["event_like"]
    data = read_shop(activity=path, choices=Choices(every_line="view"))
    assert data.interactions["event"].tolist() == ["view", "view"]


def test_products_have_to_be_described(tmp_path: Path) -> None:
    path = write(tmp_path, "events.csv", "user_id,item_id,timestamp,event\na,1,2024-01-01,view\n")
    with pytest.raises(InputError, match="Nothing describes the items"):
        read_shop(activity=path)
