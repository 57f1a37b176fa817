"""One order file becomes a shop: each line is in the log, is a line of an unknown shopper, or is counted by reason."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data import Choices, Dataset, InputError, check_shop, read_shop
from engine.data.intake.losses import RowLoss
from engine.words import LANGUAGES, speaker
from tests.data.files import write
from tests.data.single_file.order_files import HEAD, LEFT_OUT, LINES, MAPPING, checked, text
from tests.data.workbooks import Cell, workbook


def reasons(verdict: object) -> dict[str, int]:
    return {gone.kind: gone.number for gone in verdict.left_out}  # type: ignore[attr-defined]


def log(data: Dataset) -> list[tuple[str, str, float, float]]:
    """(shopper, product, quantity, amount) of each line, in the order of time."""
    lines = data.interactions
    users, items = data.users["user_id"].to_numpy(), data.items["item_id"].to_numpy()
    return list(
        zip(users[lines["user"]], items[lines["item"]], lines["quantity"], lines["value"].round(2), strict=True)
    )


def test_a_closed_case(tmp_path: Path) -> None:
    verdict = checked(tmp_path)
    data = verdict.shop(False)
    assert reasons(verdict) == LEFT_OUT
    assert log(data) == [
        ("17850.0", "85123A", 6, 15.3), ("17850.0", "71053", 5, 16.95), ("12583.0", "85123A", 4, 11.0),
    ]  # fmt: skip
    assert data.anonymous is not None and data.anonymous["basket_id"].tolist() == ["536384"] * 2
    assert len(LINES) == len(data.interactions) + len(data.anonymous) + sum(LEFT_OUT.values())
    assert data.items.to_dict("list") == {
        "item_id": ["22633", "71053", "85123A"],
        "title": ["HAND WARMER UNION JACK", "WHITE METAL LANTERN", "WHITE HANGING HEART"],
        "price": [1.85, 3.39, 2.65],
    }
    assert data.positive == "buy" and data.sold().tolist() == [1, 2, 2]
    assert verdict.rows == {"orders": RowLoss(13, 13)} and verdict.bad_rows == 0


def test_everything_is_said_in_both_languages(tmp_path: Path) -> None:
    verdict = checked(tmp_path)
    for language in LANGUAGES:
        say = speaker(language)
        for gone in verdict.left_out:
            assert str(gone.number) in say(f"lost.{gone.kind}", n=gone.number, count=gone.number) or gone.number == 1
        for question in verdict.questions:
            assert question.seen(say) and all(question.cost(option, say) for option in question.options)
    told = {question.kind: question for question in verdict.questions}
    assert {"titles_vary", "reduced", "anonymous_baskets", "service_lines", "free_lines"} <= set(told)
    assert "CREAM HANGING HEART" in str(told["titles_vary"].details["examples"])


def sheet() -> bytes:
    rows: list[list[Cell]] = [list(HEAD.split(","))]
    rows += [list(line.split(",")) for line in LINES]
    return workbook({"Online Retail": rows})


@pytest.mark.parametrize(
    ("name", "content"),
    [("orders.csv", text(separator=";")), ("orders.tsv", text(separator="\t")), ("o.xlsx", sheet())],
)
def test_the_same_shop_from_other_forms(tmp_path: Path, name: str, content: str | bytes) -> None:
    assert checked(tmp_path, content, name).shop(False).hash == checked(tmp_path).shop(False).hash


def test_nothing_is_left_out_unasked(tmp_path: Path) -> None:
    verdict = checked(tmp_path, service_lines=None, free_lines=None)
    assert {question.kind for question in verdict.open} == {"service_lines", "free_lines"}
    with pytest.raises(InputError, match="--service-lines drop"):
        verdict.shop(False)
    kept = checked(tmp_path, service_lines="keep", free_lines="keep").shop(False)
    assert "POST" in kept.items["item_id"].tolist() and kept.sold().sum() == 7
    only = checked(tmp_path, service_lines=None, leave_out=("POST",)).shop(False)
    assert "POST" not in only.items["item_id"].tolist()


def test_an_id_to_leave_out_has_to_be_there(tmp_path: Path) -> None:
    verdict = checked(tmp_path, leave_out=("POTS",))
    assert verdict.data is None and [problem.kind for problem in verdict.refusal] == ["id_not_there"]


def test_a_bad_line_is_a_problem_of_its_place_and_takes_part_in_nothing(tmp_path: Path) -> None:
    bad = "536390,85123A,BROKEN,soon,2010-12-06 12:00:00,2.55,17850.0,United Kingdom"
    verdict = checked(tmp_path, text([*LINES, bad]))
    problem = verdict.problems[0]
    assert (problem.file, problem.line, problem.column, problem.value) == ("orders.csv", 15, "quantity", "soon")
    assert verdict.rows == {"orders": RowLoss(14, 13)} and verdict.losses["positives"] == RowLoss(14, 13)
    with pytest.raises(InputError):
        verdict.shop(False)
    assert verdict.shop(True).hash == checked(tmp_path).shop(False).hash


def test_a_file_without_any_purchase_is_refused(tmp_path: Path) -> None:
    verdict = checked(tmp_path, text([LINES[8]]))
    assert verdict.data is None and [problem.kind for problem in verdict.refusal] == ["nothing_sold"]
    assert {problem.kind for problem in checked(tmp_path, HEAD + "\n").refusal} == {"empty_file"}


def test_a_file_is_one_or_a_catalogue_with_a_log(tmp_path: Path) -> None:
    path = write(tmp_path, "orders.csv", text())
    for files in ({"orders": path, "items": path}, {"orders": path, "reviews": path}, {"interactions": path}, {}):
        with pytest.raises(ValueError, match="give items, or one of"):
            check_shop(**files)  # type: ignore[arg-type]


def test_amounts_without_a_price_and_lines_without_a_quantity(tmp_path: Path) -> None:
    lines = "user,item,title,when,paid\na,1,Chair,2024-01-01,10\na,1,Chair,2024-01-02,-10\nb,1,Chair,2024-01-03,12\n"
    mapping = {"orders": {"user": "user_id", "item": "item_id", "when": "timestamp", "paid": "value"}}
    path = write(tmp_path, "orders.csv", lines)
    data = read_shop(orders=path, mapping=mapping, choices=Choices(leave_out=()))
    assert len(data.interactions) == 1 and data.interactions["value"].tolist() == [12.0]
    assert data.items["price"].tolist() == [12.0]


def test_the_first_line_of_an_order_says_who_and_when(tmp_path: Path) -> None:
    lines = ["Name,Email,Created at,Lineitem sku,Lineitem name,Lineitem quantity,Lineitem price"]
    lines += [
        "#1,a@x.org,2024-01-01,s1,Chair,1,10",
        "#1,,,s2,Lamp,1,5",
        "#2,,2024-01-02,s1,Chair,1,10",
        "#2,,,s2,Lamp,2,5",
    ]
    mapping = {
        "Name": "basket_id", "Email": "user_id", "Created at": "timestamp", "Lineitem sku": "item_id",
        "Lineitem name": "title", "Lineitem quantity": "quantity", "Lineitem price": "price",
    }  # fmt: skip
    verdict = checked(tmp_path, "\n".join(lines) + "\n", mapping=mapping)
    filled = {entry.column: entry.details["n"] for entry in verdict.questions if entry.kind == "filled_from_order"}
    assert filled == {"user_id": 1, "timestamp": 2}
    data = verdict.shop(False)
    assert len(data.interactions) == 2 and data.anonymous is not None and len(data.anonymous) == 2


def test_the_first_line_of_an_order_says_what_became_of_it(tmp_path: Path) -> None:
    lines = ["Name,Email,Financial Status,Created at,Lineitem sku,Lineitem name,Lineitem price"]
    lines += ["#1,a@x.org,paid,2024-01-01,s1,Chair,10", "#1,,,,s2,Lamp,5", "#2,b@x.org,voided,2024-01-02,s1,Chair,10",
              "#2,,,,s2,Lamp,5"]  # fmt: skip
    names = {
        "Name": "basket_id", "Email": "user_id", "Financial Status": "event", "Created at": "timestamp",
        "Lineitem sku": "item_id", "Lineitem name": "title", "Lineitem price": "price",
    }  # fmt: skip
    path = write(tmp_path, "orders.csv", "\n".join(lines) + "\n")
    data = read_shop(orders=path, mapping={"orders": names, "events": {"paid": "buy", "voided": ""}})
    assert data.users["user_id"].tolist() == ["a@x.org"] and data.interactions["event"].tolist() == ["buy", "buy"]


def test_the_layout_is_suggested(tmp_path: Path) -> None:
    from engine.data import peek
    from engine.data.reading.suggestions import suggest_mapping

    path = write(tmp_path, "orders.csv", text())
    assert suggest_mapping({"orders": peek(path).cells}) == {"orders": MAPPING}
    shopify = "Name,Email,Created at,Lineitem name,Lineitem sku,Lineitem quantity,Lineitem price"
    cells = pd.DataFrame([["#1", "a@x.org", "2024-01-01", "Chair", "s1", "1", "10"]], columns=shopify.split(","))
    assert suggest_mapping({"orders": cells})["orders"] == {
        "Name": "basket_id", "Email": "user_id", "Created at": "timestamp", "Lineitem name": "title",
        "Lineitem sku": "item_id", "Lineitem quantity": "quantity", "Lineitem price": "price",
    }  # fmt: skip
    chinese = ["订单号", "商品编码", "商品名称", "数量", "单价", "下单时间", "会员号"]
    cells = pd.DataFrame([["1", "s1", "椅子", "1", "10", "2024-01-01", "m1"]], columns=chinese)
    ours = ["basket_id", "item_id", "title", "quantity", "price", "timestamp", "user_id"]
    assert suggest_mapping({"orders": cells})["orders"] == dict(zip(chinese, ours, strict=True))


STATES = "order,who,item,title,when,price,status\n" + "".join(
    f"{n},u{n % 3},{n % 2},Chair,2024-01-0{n + 1},5,{'refunded' if n == 4 else 'paid'}\n" for n in range(6)
)
OF_STATES = {"order": "basket_id", "who": "user_id", "item": "item_id", "when": "timestamp"}


def test_orders_that_were_not_bought_are_asked_for(tmp_path: Path) -> None:
    verdict = checked(tmp_path, STATES, mapping=OF_STATES)
    assert [(entry.kind, entry.column, entry.options) for entry in verdict.open] == [("event_like", "status", ("buy",))]
    assert len(checked(tmp_path, STATES, mapping=OF_STATES, every_line="buy").shop(False).interactions) == 6
    path, mapping = write(tmp_path, "orders.csv", STATES), {"orders": OF_STATES | {"status": "event"}}
    unknown = [problem.value for problem in check_shop(orders=path, mapping=mapping).problems]
    assert (unknown.count("paid"), unknown.count("refunded")) == (5, 1)
    for meaning, reason in (("", ("event", 1)), ("cart", ("not_bought", 1))):
        verdict = check_shop(orders=path, mapping=mapping | {"events": {"paid": "buy", "refunded": meaning}})
        assert [(gone.kind, gone.number) for gone in verdict.left_out] == [reason]
        assert len(verdict.shop(False).interactions) == 5


LINE = st.tuples(
    st.sampled_from(["1", "2", "C3", "4"]), st.sampled_from(["10", "11", "POST"]), st.integers(-3, 4),
    st.integers(1, 9), st.sampled_from([0.0, 1.5, 2.0, -1.0]), st.sampled_from(["", "a", "b"]),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=25))
def test_no_line_is_lost_in_silence(tmp_path: Path, lines: list[tuple[str, str, int, int, float, str]]) -> None:
    rows = [f"{order},{item},T{item},{n},2024-01-0{day},{price},{who},UK" for order, item, n, day, price, who in lines]
    verdict = checked(tmp_path, text(rows))
    gone = sum(reasons(verdict).values())
    if verdict.data is None:
        assert [problem.kind for problem in verdict.refusal] == ["nothing_sold"]
        return
    data = verdict.data
    unknown = 0 if data.anonymous is None else len(data.anonymous)
    assert len(lines) == len(data.interactions) + unknown + gone
    assert (data.interactions["quantity"] > 0).all() and set(data.users["user_id"]) <= {"a", "b"}
    assert set(data.items["item_id"]) <= {"10", "11", "POST"} and data.items["price"].ge(0).all()


def test_a_users_file_beside_it(tmp_path: Path) -> None:
    users = write(tmp_path, "users.csv", "user_id,age\n17850.0,30\n99,40\n")
    data = read_shop(
        users=users, orders=write(tmp_path, "orders.csv", text()), mapping={"orders": MAPPING},
        choices=Choices(service_lines="drop", free_lines="drop"),
    )  # fmt: skip
    assert data.users["user_id"].tolist() == ["17850.0", "99", "12583.0"]
    assert data.users["age"].tolist()[:2] == ["30", "40"] and data.users["age"].isna().tolist() == [False, False, True]


def test_a_check_can_be_stopped(tmp_path: Path) -> None:
    from engine.data import Cancelled

    def stop(step: str, done: int, total: int) -> None:
        if step == "data.derive":
            raise Cancelled

    path = write(tmp_path, "orders.csv", text())
    with pytest.raises(Cancelled):
        check_shop(orders=path, mapping={"orders": MAPPING}, report=stop)


def test_amounts_follow_quantities(tmp_path: Path) -> None:
    data = checked(tmp_path).shop(False)
    unit = data.interactions["value"] / data.interactions["quantity"]
    assert np.allclose(unit, [2.55, 3.39, 2.75])
