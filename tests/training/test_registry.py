"""Which models a shop has, which one is in use, and how one is deleted."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.data import InputError
from engine.training import registry
from engine.training.history import history, record
from engine.training.stored_models import load_model
from engine.training.training import fit
from tests.fixtures.shops import journey

CUT = "2017-11-06"


def test_trained_models_are_listed_used_and_deleted(tmp_path: Path) -> None:
    assert registry.trained(tmp_path) == [] and registry.active(tmp_path) == "blend"
    data = journey()
    _, first = fit("popularity", tmp_path, data, CUT)
    _, second = fit("frequency", tmp_path, data, CUT)
    assert [card["name"] for card in registry.trained(tmp_path)] == ["frequency", "popularity"]

    registry.activate(tmp_path, "frequency")
    assert registry.active(tmp_path) == "frequency"
    with pytest.raises(InputError, match="makes the shop's lists"):
        registry.delete(tmp_path, second)
    registry.delete(tmp_path, first)
    assert registry.trained(tmp_path) == [second]
    left = sorted(path.name for path in (tmp_path / "models").glob("[!.]*"))
    assert left == ["active.json", f"frequency@{CUT}"]
    assert load_model(tmp_path, data, "frequency")[1] == json.loads(json.dumps(second))


def test_an_unknown_model_is_never_in_use_and_a_lost_choice_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not registry.choice_is_lost(tmp_path)
    with pytest.raises(InputError, match="take one of"):
        registry.activate(tmp_path, "oracle")
    (tmp_path / "models").mkdir()
    for text in ("", "{", "[]", '{"model": "oracle"}'):
        (tmp_path / "models" / "active.json").write_text(text)
        assert registry.active(tmp_path) == "blend" and registry.choice_is_lost(tmp_path)
    assert len([text for text in caplog.messages if "the blend makes the lists" in text]) == 1
    registry.activate(tmp_path, "ease")
    assert registry.active(tmp_path) == "ease" and not registry.choice_is_lost(tmp_path)
    file = tmp_path / "models" / "active.json"
    file.write_text(file.read_text().replace('"ease"', '"hybrid"'))
    assert registry.active(tmp_path) == "blend" and registry.choice_is_lost(tmp_path)


def test_an_unreadable_card_hides_its_model_only(tmp_path: Path) -> None:
    _, card = fit("popularity", tmp_path, journey(), CUT)
    torn = tmp_path / "models" / "ease@all"
    torn.mkdir()
    (torn / "card.json").write_text('{"name": "ease"')
    assert registry.trained(tmp_path) == [json.loads(json.dumps(card))]


def test_every_choice_is_kept_with_who_and_why_and_can_be_undone(tmp_path: Path) -> None:
    assert registry.last_switch(tmp_path) is None
    with pytest.raises(InputError, match="no choice of a model can be undone"):
        registry.undo(tmp_path)
    registry.activate(tmp_path, "frequency", "Ann", "more\nof the usual")
    registry.activate(tmp_path, "popularity", "Bo")
    last = registry.last_switch(tmp_path)
    assert last is not None and (last.model, last.before, last.by) == ("popularity", "frequency", "Bo")
    registry.undo(tmp_path, "Cy", "too few sold")
    assert registry.active(tmp_path) == "frequency" and registry.last_switch(tmp_path) is None
    told = [(change.kind, change.before, change.model, change.by, change.why) for change in history(tmp_path)]
    assert told == [
        ("use", "blend", "frequency", "Ann", "more of the usual"),
        ("use", "frequency", "popularity", "Bo", ""),
        ("undo", "popularity", "frequency", "Cy", "too few sold"),
    ]
    for by, why in (("x" * 81, ""), ("a\u200bb", ""), ("Ann", "y" * 2_001)):
        with pytest.raises(InputError, match="visible characters"):
            registry.activate(tmp_path, "ease", by, why)
    assert registry.active(tmp_path) == "frequency" and len(history(tmp_path)) == 3


def test_a_file_of_an_earlier_version_holds_the_choice_alone(tmp_path: Path) -> None:
    place = tmp_path / "models" / "active.json"
    place.parent.mkdir()
    place.write_text('{"model": "frequency"}')
    assert registry.active(tmp_path) == "frequency" and history(tmp_path) == []
    record(tmp_path, "promoted", "blend", "blend", why="not worse")
    assert registry.active(tmp_path) == "frequency"
    registry.activate(tmp_path, "ease")
    assert [change.kind for change in history(tmp_path)] == ["promoted", "use"]
    content = json.loads(place.read_text())
    assert content.pop("sha256")  # as of an earlier version, which had none
    content["history"][0:0] = [None, 7, {}, {**content["history"][0], "at": "soon"}, {**content["history"][0], "by": 1}]
    place.write_text(json.dumps(content))
    assert [change.kind for change in history(tmp_path)] == ["promoted", "use"]


def test_choices_made_at_once_are_all_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: registry.activate(tmp_path, ("ease", "blend")[n % 2], f"P{n}"), range(24)))
    assert {change.by for change in history(tmp_path)} == {f"P{n}" for n in range(24)}
    assert history(tmp_path)[-1].model == registry.active(tmp_path)
