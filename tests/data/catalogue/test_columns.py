"""What is done to a catalogue's columns, told or asked: HTML, paths, stock below 0, colours in titles."""

from pathlib import Path

import pytest

from engine.data import Choices, InputError, Verdict, check_shop
from engine.data.intake.catalogue.colour_words import COLOUR_WORDS, LANGUAGES
from engine.data.intake.catalogue.colours import colour_of
from tests.data.files import write


def check(folder: Path, items: str, **choices: object) -> Verdict:
    return check_shop(write(folder, "items.csv", items), choices=Choices(**choices))  # type: ignore[arg-type]


def kinds(verdict: Verdict) -> dict[str, int | None]:
    """{kind of a question or note: its line}."""
    return {each.kind: each.line for each in verdict.questions}


def test_html_is_removed_and_told(tmp_path: Path) -> None:
    verdict = check(tmp_path, "item_id,title,description\na,Salt &amp; pepper,plain\nb,Rug,<p>Wool</p><p>Warm</p>\n")
    assert verdict.data is not None
    assert verdict.data.items["description"].tolist() == ["plain", "Wool Warm"]
    assert verdict.data.items["title"].tolist() == ["Salt & pepper", "Rug"]
    assert [(each.column, each.line) for each in verdict.questions] == [("title", 2), ("description", 3)]


def test_sure_paths_are_split_and_told_and_can_be_kept(tmp_path: Path) -> None:
    items = "item_id,category\na,Garden > Seats > Benches\nb,Garden > Lamps\nc,Home\n"
    verdict = check(tmp_path, items)
    assert verdict.data is not None and kinds(verdict) == {"category_paths": 2} and not verdict.open
    assert verdict.data.items["category"].tolist() == ["Garden", "Garden", "Home"]
    assert verdict.data.items["subcategory"].fillna("").tolist() == ["Seats", "Lamps", ""]
    assert verdict.data.items["category_path"].tolist()[0] == "Garden > Seats > Benches", "nothing is lost"
    kept = check(tmp_path, items, paths="keep")
    assert kept.data is not None and kept.data.items["category"].tolist()[1] == "Garden > Lamps"


def test_paths_that_may_be_names_are_asked(tmp_path: Path) -> None:
    items = "item_id,category\na,Men/Women\nb,Men/Boys\nc,Home\n"
    verdict = check(tmp_path, items)
    assert [each.kind for each in verdict.open] == ["category_paths"]
    with pytest.raises(InputError, match=r"--paths split.*--paths keep"):
        verdict.shop(False)
    split = check(tmp_path, items, paths="split")
    assert split.data is not None and split.data.items["subcategory"].fillna("").tolist() == ["Women", "Boys", ""]


def test_a_subcategory_of_the_file_stays(tmp_path: Path) -> None:
    verdict = check(tmp_path, "item_id,category,subcategory\na,Garden > Seats,Own\nb,Home > Lamps,\n")
    assert verdict.data is not None and verdict.data.items["subcategory"].tolist() == ["Own", "Lamps"]
    (told,) = verdict.questions
    assert (told.details["first"], told.details["second"]) == ("Garden", "Own")
    assert (told.details["n"], told.details["now"]) == (2, 2)


def test_a_stock_below_0_is_out_of_stock(tmp_path: Path) -> None:
    verdict = check(tmp_path, 'item_id,title,stock\na,Chair,-2\nb,Lamp,−3\nc,Rug,"4,5"\nd,Bed,\ne,Mat,many\n')
    told = next(each for each in verdict.questions if each.kind == "oversold")
    assert (told.line, told.value, told.details["n"]) == (2, "-2", 2)
    assert [(each.kind, each.value) for each in verdict.problems] == [("not_a_number", "many")], "the rest is judged"
    assert verdict.data is not None and verdict.data.items["stock"].fillna(-1).tolist() == [0, 0, 4.5, -1]


TITLES = "item_id,title\na,Rote Bluse\nb,Bluse rot\nc,Blaues Hemd\nd,Hemd\ne,Tuch rot und blau\n"


def test_colours_in_titles_are_offered(tmp_path: Path) -> None:
    verdict = check(tmp_path, TITLES)
    offered = next(each for each in verdict.questions if each.kind == "colours")
    assert not offered.open and offered.options == ("titles", "leave") and offered.details["names"] == "rot, blau"
    assert verdict.data is not None and "colour" not in verdict.data.items
    taken = check(tmp_path, TITLES, colours="titles")
    assert taken.data is not None and taken.data.items["colour"].fillna("").tolist() == ["rot", "rot", "blau", "", ""]


def test_colours_are_not_offered_beside_a_column_of_colours_or_where_they_are_rare(tmp_path: Path) -> None:
    own = "item_id,title,colour\na,Red coat,red\nb,Blue coat,\n"
    rare = "item_id,title\na,Red coat\n" + "".join(f"b{number},Lamp\n" for number in range(9))
    assert not kinds(check(tmp_path, own)) and not kinds(check(tmp_path, rare))


@pytest.mark.parametrize(
    ("title", "language", "colour"),
    [("Rotes Kleid", "de", "rot"), ("Robe NOIRE", "fr", "noir"), ("Camisa azul", "es", "azul"), ("Grey-blue", "en", ""),
     ("深蓝色连衣裙", "zh", "蓝色"), ("红色和白色", "zh", ""), ("大米", "zh", ""),
     ("Reduced", "en", ""), ("Redwood", "en", "")],
)  # fmt: skip
def test_which_colour_a_title_names(title: str, language: str, colour: str) -> None:
    assert colour_of(title, language) == colour


def test_every_colour_has_a_word_in_every_language() -> None:
    assert set(COLOUR_WORDS) == set(LANGUAGES)
    for words in COLOUR_WORDS.values():
        assert set(words.values()) <= set(words), "the name of a colour is one of its words"
