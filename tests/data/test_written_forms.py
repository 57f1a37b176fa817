"""Prices, times and ids in the forms in which shops write them: each is read right, asked about, or refused with the
fix. What is expected was written by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Choices, Dataset, Verdict, check_shop, peek
from engine.data.intake.written_forms import first_rows
from engine.data.reading.number_forms import NumberForm, plain_number, read_form
from engine.words.numbers import amount
from tests.data.files import csv_text, write
from tests.data.workbooks import workbook


def with_prices(folder: Path, cells: Sequence[str], **answers: object) -> Verdict:
    rows = [["item_id", "title", "price"], *([str(at), "t", cell] for at, cell in enumerate(cells))]
    return check_shop(write(folder, "items.csv", csv_text(rows)), choices=Choices(**answers))  # type: ignore[arg-type]


# what a column of prices holds, the numbers that it means, and the currency
PRICES: dict[str, tuple[list[str], list[float], str]] = {
    "plain": (["12.50", "3"], [12.5, 3], ""),
    "decimal comma": (["12,50", "3", "1299,00"], [12.5, 3, 1299], ""),
    "decimal comma, thousands with points": (["1.299,50", "12,5"], [1299.5, 12.5], ""),
    "thousands with commas": (["1,299.50", "12.5"], [1299.5, 12.5], ""),
    "millions with commas": (["1,234,567", "5"], [1234567, 5], ""),
    "millions with points": (["1.234.567", "5"], [1234567, 5], ""),
    "thousands with spaces": (["1 299,50", "12,00"], [1299.5, 12], ""),
    "thousands with hard spaces": (["1\u00a0299,50", "1\u202f000,00"], [1299.5, 1000], ""),
    "thousands with apostrophes": (["1'299.50", "12.00"], [1299.5, 12], ""),
    "thousands with curly apostrophes": (["1’299.50", "1’000"], [1299.5, 1000], ""),
    "spaces alone": (["1 299", "12"], [1299, 12], ""),
    "Indian groups": (["₹1,29,900.00", "₹99.50"], [129900, 99.5], "₹"),
    "euro behind": (["12,50 €", "1.299,00 €"], [12.5, 1299], "€"),
    "euro in front": (["€12.50", "€ 3.00"], [12.5, 3], "€"),
    "euro code behind": (["12.50 EUR", "3 EUR"], [12.5, 3], "EUR"),
    "Google Merchant": (["15.00 USD", "1299.00 USD"], [15, 1299], "USD"),
    "code in front": (["USD 12.50", "USD 3"], [12.5, 3], "USD"),
    "code in small letters": (["12.50 eur", "3 eur"], [12.5, 3], "eur"),
    "dollars": (["$12.50", "$1,299.00"], [12.5, 1299], "$"),
    "dollars of a country": (["US$12.50", "US$3.00"], [12.5, 3], "US$"),
    "dollars with thousands alone": (["$1,299", "$899"], [1299, 899], "$"),
    "euros with thousands alone": (["1.299 €", "899 €"], [1299, 899], "€"),
    "pounds": (["£12.50", "£0.99"], [12.5, 0.99], "£"),
    "yuan sign": (["¥12.50", "¥3"], [12.5, 3], "¥"),
    "full-width yuan sign": (["￥１２．５０", "￥３"], [12.5, 3], "￥"),
    "yuan in words": (["12.5元", "3元"], [12.5, 3], "元"),
    "Swiss francs": (["CHF 1'299.50", "CHF 12.00"], [1299.5, 12], "CHF"),
    "Swedish crowns": (["1 299,50 kr", "12 kr"], [1299.5, 12], "kr"),
    "zloty": (["12,50 zł", "1 299,00 zł"], [12.5, 1299], "zł"),
    "Czech crowns": (["1 299 Kč", "99 Kč"], [1299, 99], "Kč"),
    "reais": (["R$ 1.299,50", "R$ 12,00"], [1299.5, 12], "R$"),
    "rupees in letters": (["Rs. 1,299.00", "Rs. 50.00"], [1299, 50], "Rs."),
    "roubles": (["1 299,50 руб.", "12,00 руб."], [1299.5, 12], "руб."),
    "dinars with three decimals": (["12.500 KWD", "1299.000 KWD"], [12.5, 1299], "KWD"),
    "a sign and its code": (["€12.50", "3.00 EUR", "€1.00"], [12.5, 3, 1], "€"),
    "nothing to pay": (["$12.50", "0", "$3.00", "0.00"], [12.5, 0, 3, 0], "$"),
    "an empty cell": (["12,50 €", "", "3,00 €"], [12.5, float("nan"), 3], "€"),
    "an exponent": (["1e3", "12.5"], [1000, 12.5], ""),
    "a comma that ends": (["12,", "3,5"], [12, 3.5], ""),
    "three decimals from a program": (["0.125", "12.500"], [0.125, 12.5], ""),
}  # fmt: skip


AS_WE_WRITE = ("plain", "an exponent", "three decimals from a program")  # of which nothing has to be said


@pytest.mark.parametrize("form", PRICES)
def test_prices_are_read(form: str, tmp_path: Path) -> None:
    cells, numbers, currency = PRICES[form]
    verdict = with_prices(tmp_path, cells)
    assert not verdict.open and not verdict.problems
    shop = verdict.shop(False)
    assert shop.items["price"].tolist() == pytest.approx(numbers, nan_ok=True)
    assert shop.currency == currency
    said = {question.kind for question in verdict.questions}
    assert said == (set() if form in AS_WE_WRITE else {"currency_read" if currency else "numbers_read"})


# prices that are refused: the cells, the kind of the problem, and the row that it is in
REFUSED_PRICES: dict[str, tuple[list[str], str, str]] = {
    "points and commas for decimals": (["12.50", "13.50", "12,50"], "not_a_number", "12,50"),
    "commas and points for decimals": (["12,50", "13,50", "12.50"], "not_a_number", "12.50"),
    "a word": (["12.50", "on request"], "not_a_number", "on request"),
    "two currencies": (["12.50 €", "13.50 €", "$12.50"], "mixed_currency", "$12.50"),
    "some without a currency": (["12.50 €", "13.50 €", "12.50"], "mixed_currency", "12.50"),
    "one with a currency": (["12.50", "13.50", "$12.50"], "mixed_currency", "$12.50"),
    "a range": (["12.50", "12.50 - 15.00"], "not_a_number", "12.50 - 15.00"),
    "a percentage": (["12.50", "12%"], "not_a_number", "12%"),
    "brackets for a minus": (["12.50", "(12.50)"], "not_a_number", "(12.50)"),
    "a minus": (["12,50 €", "-3,00 €"], "negative", "-3,00 €"),
    "a minus behind": (["12.50", "3-"], "not_a_number", "3-"),
    "a dash for no cents": (["12,50 €", "12,- €"], "not_a_number", "12,- €"),
    "groups of the wrong size": (["12.50", "1,29,9"], "not_a_number", "1,29,9"),
    "two points": (["12.50", "1.2.3"], "not_a_number", "1.2.3"),
    "two currencies in one cell": (["$12.50", "$12.50 EUR"], "not_a_number", "$12.50 EUR"),
    "infinity": (["12.50", "1e999"], "not_finite", "1e999"),
}  # fmt: skip


@pytest.mark.parametrize("form", REFUSED_PRICES)
def test_prices_are_refused_with_their_place(form: str, tmp_path: Path) -> None:
    cells, kind, cell = REFUSED_PRICES[form]
    verdict = with_prices(tmp_path, cells)
    (problem,) = verdict.problems
    place = problem.file, problem.line, problem.column, problem.value
    assert problem.kind == kind and problem.fix and place == ("items.csv", cells.index(cell) + 2, "price", cell)


@pytest.mark.parametrize(
    ("cells", "point", "comma"),
    [
        (["1.299", "12"], [1.299, 12], [1299, 12]),
        (["1,299", "12"], [1299, 12], [1.299, 12]),
        (["1.299", "1,500"], [1.299, 1500], [1299, 1.5]),
        (["12.500 KWD", "1.250 KWD"], [12.5, 1.25], [12500, 1250]),
    ],
)
def test_prices_with_two_readings_are_asked_about(
    cells: list[str], point: list[float], comma: list[float], tmp_path: Path
) -> None:
    (question,) = with_prices(tmp_path, cells).open
    assert (question.kind, question.column, question.line, question.value) == ("decimal", "price", 2, cells[0])
    assert "--decimal price=comma" in question.problem().fix
    for answer, numbers in (("point", point), ("comma", comma)):
        for column in ("price", "all"):
            shop = with_prices(tmp_path, cells, decimal={column: answer}).shop(False)
            assert shop.items["price"].tolist() == numbers


def test_the_currency_is_kept_with_the_shop(tmp_path: Path) -> None:
    shop = with_prices(tmp_path, ["12,50 €", "3,00 €"]).shop(False)
    shop.save(tmp_path / "shop")
    loaded = Dataset.load(tmp_path / "shop")
    assert loaded.currency == "€" and loaded.hash == shop.hash
    assert with_prices(tmp_path, ["12.5", "3"]).shop(False).hash == shop.hash  # the same prices


@pytest.mark.parametrize(
    ("currency", "text"),
    [("", "1,299.50"), ("€", "€1,299.50"), ("US$", "US$1,299.50"), ("EUR", "1,299.50 EUR"), ("zł", "1,299.50 zł"),
     ("元", "1,299.50 元"), ("Rs.", "1,299.50 Rs.")],
)  # fmt: skip
def test_amounts_are_written_with_their_currency(currency: str, text: str) -> None:
    assert amount(1299.5, currency) == text


def test_amounts_in_two_currencies_are_refused(tmp_path: Path) -> None:
    items = write(tmp_path, "items.csv", "item_id,title,price\ni,t,€3\n")
    log = write(tmp_path, "log.csv", "user_id,item_id,timestamp,value\nu,i,2024-03-04,$3\n")
    (problem,) = check_shop(items, log).problems
    assert (problem.kind, problem.file, problem.column) == ("two_currencies", "log.csv", "value")
    assert check_shop(items, log, mapping={"interactions": {"value": ""}}).shop(False).currency == "€"


def with_times(folder: Path, cells: Sequence[str], **answers: object) -> Verdict:
    rows = [["user_id", "item_id", "timestamp", "event"], *(["u", "i", cell, "buy"] for cell in cells)]
    items, log = write(folder, "items.csv", "item_id,title\ni,t\n"), write(folder, "log.csv", csv_text(rows))
    return check_shop(items, log, choices=Choices(odd_dates="keep", **answers))  # type: ignore[arg-type]


# times in one column, and the moments that they are, in UTC
TIMES: dict[str, tuple[list[str], list[str]]] = {
    "a day": (["2024-03-04"], ["2024-03-04"]),
    "minutes": (["2024-03-04 15:30"], ["2024-03-04 15:30"]),
    "ISO with Z": (["2024-03-04T15:30:05Z"], ["2024-03-04 15:30:05"]),
    "ISO with fractions": (["2024-03-04T15:30:05.123456Z"], ["2024-03-04 15:30:05"]),
    "ISO with an offset": (["2024-03-04T15:30:05+02:00"], ["2024-03-04 13:30:05"]),
    "ISO with a short offset": (["2024-03-04 15:30:05-0500"], ["2024-03-04 20:30:05"]),
    "UTC in words": (["2024-03-04 15:30:05 UTC"], ["2024-03-04 15:30:05"]),
    "seconds": (["1709566205"], ["2024-03-04 15:30:05"]),
    "seconds with a point": (["1709566205.0", "1709566205.75"], ["2024-03-04 15:30:05"] * 2),
    "milliseconds": (["1709566205123"], ["2024-03-04 15:30:05"]),
    "microseconds": (["1709566205123456"], ["2024-03-04 15:30:05"]),
    "year first with slashes": (["2024/03/04", "2024/3/5 9:05"], ["2024-03-04", "2024-03-05 09:05"]),
    "year first with points": (["2024.03.04 15:30:05"], ["2024-03-04 15:30:05"]),
    "without zeros": (["2024-3-4"], ["2024-03-04"]),
    "Chinese": (["2024年3月4日 15:30"], ["2024-03-04 15:30"]),
    "eight digits": (["20240304"], ["2024-03-04"]),
    "fourteen digits": (["20240304153005"], ["2024-03-04 15:30:05"]),
    "month in words": (["4 Mar 2024", "04-Mar-24", "4 March 2024 15:30"], ["2024-03-04"] * 2 + ["2024-03-04 15:30"]),
    "month in words first": (["Mar 4, 2024", "March 4, 2024 3:30 PM"], ["2024-03-04", "2024-03-04 15:30"]),
    "as mails write it": (["Mon, 04 Mar 2024 15:30:05 +0100"], ["2024-03-04 14:30:05"]),
    "day first, which a 13 shows": (["03/04/2024", "13/04/2024"], ["2024-04-03", "2024-04-13"]),
    "month first, which a 13 shows": (["03/04/2024", "03/13/2024"], ["2024-03-04", "2024-03-13"]),
    "month first with noon": (["3/13/2024 12:05 PM", "3/14/2024 12:05 am"], ["2024-03-13 12:05", "2024-03-14 00:05"]),
    "German": (["13.4.2024 10:00", "3.4.2024 9:05:07"], ["2024-04-13 10:00", "2024-04-03 09:05:07"]),
    "dashes": (["13-04-2024"], ["2024-04-13"]),
    "two digits of a year": (["13/04/99", "31/03/24"], ["1999-04-13", "2024-03-31"]),
    "regional with an offset": (["13/04/2024 10:00 +02:00"], ["2024-04-13 08:00"]),
    "other digits": (["２０２４-０３-０４"], ["2024-03-04"]),
    "several forms of one reading": (["2024-03-04", "1709566205", "2024/03/05"],
                                     ["2024-03-04", "2024-03-04 15:30:05", "2024-03-05"]),
}  # fmt: skip


@pytest.mark.parametrize("form", TIMES)
def test_times_are_read(form: str, tmp_path: Path) -> None:
    cells, moments = TIMES[form]
    verdict = with_times(tmp_path, cells)
    assert not verdict.open and not verdict.problems
    assert verdict.shop(False).interactions["timestamp"].tolist() == sorted(map(pd.Timestamp, moments))
    said = {question.kind for question in verdict.questions if question.column == "timestamp"}
    orders = {"dates_dmy": ("day first", "German", "dashes", "two digits", "regional"), "dates_mdy": ("month first",)}
    assert said == {kind for kind, forms in orders.items() if form.startswith(forms)}


# times that are refused: the cells, the kind of the problem, and the cells that it is in
REFUSED_TIMES: dict[str, tuple[list[str], str, list[str]]] = {
    "two orders in one file": (["13/04/2024", "04/13/2024"], "ambiguous_date", ["13/04/2024", "04/13/2024"]),
    "a day that no month has": (["13/04/2024", "31/04/2024"], "unreadable_date", ["31/04/2024"]),
    "no such day": (["2024-02-30"], "unreadable_date", ["2024-02-30"]),
    "no such month": (["2024-13-01"], "unreadable_date", ["2024-13-01"]),
    "no such hour": (["2024-03-04 25:00"], "unreadable_date", ["2024-03-04 25:00"]),
    "thirteen in the afternoon": (["3/13/2024 13:05 PM"], "unreadable_date", ["3/13/2024 13:05 PM"]),
    "a word": (["yesterday"], "unreadable_date", ["yesterday"]),
    "a month alone": (["2024-03"], "unreadable_date", ["2024-03"]),
    "a time zone in letters": (["2024-03-04 15:30 CET"], "unreadable_date", ["2024-03-04 15:30 CET"]),
    "a day count of Excel": (["45355.64"], "unreadable_date", ["45355.64"]),
    "eleven digits": (["17095662051"], "unreadable_date", ["17095662051"]),
    "nanoseconds": (["1709566205123456789"], "unreadable_date", ["1709566205123456789"]),
    "an exponent": (["1.709566205e9"], "unreadable_date", ["1.709566205e9"]),
    "nothing": ([""], "missing_value", [""]),
}  # fmt: skip


@pytest.mark.parametrize("form", REFUSED_TIMES)
def test_times_are_refused_with_their_place(form: str, tmp_path: Path) -> None:
    cells, kind, wrong = REFUSED_TIMES[form]
    problems = with_times(tmp_path, cells).problems
    assert [problem.value for problem in problems if problem.kind == kind] == wrong
    for problem in problems:
        if problem.kind == kind:
            assert problem.line == cells.index(problem.value or "") + 2 and problem.column == "timestamp"
            assert problem.fix and problem.file == "log.csv"


@pytest.mark.parametrize(
    ("cells", "readings"),
    [
        (["03/04/2024"], {"dmy": ["2024-04-03"], "mdy": ["2024-03-04"]}),
        (["03/04/2024", "2024-05-06"], {"dmy": ["2024-04-03", "2024-05-06"], "mdy": ["2024-03-04", "2024-05-06"]}),
        (["3.4.24 10:00"], {"dmy": ["2024-04-03 10:00"], "mdy": ["2024-03-04 10:00"], "ymd": ["2003-04-24 10:00"]}),
        (["12-11-13"], {"dmy": ["2013-11-12"], "mdy": ["2013-12-11"], "ymd": ["2012-11-13"]}),
        (["20-11-13"], {"dmy": ["2013-11-20"], "ymd": ["2020-11-13"]}),
    ],
)
def test_times_with_several_readings_are_asked_about(
    cells: list[str], readings: dict[str, list[str]], tmp_path: Path
) -> None:
    verdict = with_times(tmp_path, cells)
    (question,) = verdict.open
    assert (question.kind, question.options) == ("date_order", tuple(readings))
    assert (question.line, question.value) == (2, cells[0]) and not verdict.problems
    for order, moments in readings.items():
        shop = with_times(tmp_path, cells, date_order={"all": order}).shop(False)
        assert shop.interactions["timestamp"].tolist() == sorted(map(pd.Timestamp, moments))


def test_a_first_look_shows_numbers_and_dates_as_they_are_read(tmp_path: Path) -> None:
    rows = [["item_id", "title", "price", "launched_at"], ["1", "a", "1.299,50 €", "13/04/2024"], ["2", "b", "x", ""]]
    shown = first_rows("items", peek(write(tmp_path, "items.csv", csv_text(rows))), Choices(), 5)
    assert shown.to_numpy().tolist() == [["1", "a", "€1299.50", "2024-04-13"], ["2", "b", "x", ""]]
    open_rows = [rows[0], ["1", "a", "1.299", "03/04/2024"]]
    shown = first_rows("items", peek(write(tmp_path, "items.csv", csv_text(open_rows))), Choices(), 5)
    assert shown.to_numpy().tolist() == open_rows[1:]  # until somebody has said what they are


def test_an_order_that_the_dates_rule_out_is_no_answer(tmp_path: Path) -> None:
    assert with_times(tmp_path, ["20-11-13"], date_order={"all": "mdy"}).open
    shop = with_times(tmp_path, ["13/04/2024"], date_order={"all": "mdy"}).shop(False)  # it is sure, so nobody is asked
    assert shop.interactions["timestamp"].tolist() == [pd.Timestamp("2024-04-13")]


IDS = {
    "zeros in front": ["007", "7"],
    "an exponent": ["1e5", "100000"],
    "many digits": ["10000000000000000001", "10000000000000000002"],
    "letters and signs": ["A-1/2", "ä 中"],
    "spaces inside": ["A 1", "A  1"],
    "a point": ["1.0", "1.10"],
    "words for nothing": ["NA", "x"],
    "a formula": ["=1+1", "+3"],
    "UUIDs": ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174001"],
}


@pytest.mark.parametrize("form", ["csv", "json", "json lines", "xlsx", "parquet"])
@pytest.mark.parametrize("kind", IDS)
def test_ids_stay_as_they_are(kind: str, form: str, tmp_path: Path) -> None:
    ids = IDS[kind]
    rows = [["item_id", "title"], *([each, "t"] for each in ids)]
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    path = tmp_path / "items"
    if form == "parquet":
        pd.DataFrame(records).to_parquet(path)
    else:
        lines = "\n".join(map(json.dumps, records))
        contents = {"csv": csv_text(rows), "json": json.dumps(records), "json lines": lines}
        write(tmp_path, "items", workbook({"Items": rows}) if form == "xlsx" else contents[form])
    assert check_shop(path).shop(False).items["item_id"].tolist() == ids


@pytest.mark.parametrize(
    ("column", "ids"),
    [
        (pa.array([b"a1", b"007"]), ["a1", "007"]),
        (pa.array([b"\xff\x00", b"\x01\x02"]), ["ff00", "0102"]),
        (pa.array([bytes(range(16)), bytes(range(1, 17))], pa.binary(16)),
         ["00010203-0405-0607-0809-0a0b0c0d0e0f", "01020304-0506-0708-090a-0b0c0d0e0f10"]),
        (pa.array([bytes(range(16)), bytes(range(1, 17))], pa.uuid()),
         ["00010203-0405-0607-0809-0a0b0c0d0e0f", "01020304-0506-0708-090a-0b0c0d0e0f10"]),
        (pa.array([b"\xff" * 16, b"\x00" * 16]),
         ["ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000"]),
        (pa.array([b"abc", b"def"], pa.binary(3)), ["616263", "646566"]),
        (pa.array([7, 10**17]), ["7", "100000000000000000"]),
    ],
)  # fmt: skip
def test_ids_of_bytes(column: pa.Array, ids: list[str], tmp_path: Path) -> None:
    pq.write_table(pa.table({"item_id": column, "title": ["a", "b"], "tags": [[1], [2]]}), tmp_path / "items.parquet")
    verdict = check_shop(tmp_path / "items.parquet")
    assert verdict.shop(False).items["item_id"].tolist() == ids
    hexadecimal = [question for question in verdict.questions if question.kind == "hexadecimal"]
    assert bool(hexadecimal) == (ids[0] in ("ff00", "616263"))


AMOUNTS = st.lists(st.integers(0, 10**9).map(lambda cents: cents / 100), min_size=1, max_size=6)


@settings(deadline=None)
@given(AMOUNTS, st.sampled_from([(".", ""), (".", ","), (".", "'"), (".", " "), (",", ""), (",", "."), (",", " ")]),
       st.sampled_from(["", "€", "$", "CHF"]), st.booleans())  # fmt: skip
def test_any_amount_with_cents_is_read_back(
    amounts: list[float], marks: tuple[str, str], currency: str, behind: bool
) -> None:
    """Written as a locale writes it, with two decimals, an amount leaves one reading."""
    texts = []
    for each in amounts:
        number = f"{each:,.2f}".translate(str.maketrans({",": marks[1], ".": marks[0]}))
        texts.append(f"{number} {currency}".strip() if behind else f"{currency}{number}")
    reading = read_form(pd.Series(texts), True, False, None)
    assert not reading.unsure and reading.form.written == currency
    assert [float(plain_number(text, reading.form)[0]) for text in texts] == amounts


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from([*"0123456789,.' -+eE€$Rrk"]), max_size=12))
def test_no_text_becomes_another_number_in_silence(text: str) -> None:
    """What the plain form reads as a number is one for Python as well, once separators and currency are gone."""
    number, _ = plain_number(text, NumberForm())
    if number and number != text:
        digits = "".join(character for character in text if character.isdigit() or character == ".")
        assert digits.lstrip("0").rstrip(".") in number.lstrip("+-0").rstrip(".") or "e" in number.lower()
