"""Which models a shop has, which one is in use, and how one is deleted."""

import json
from pathlib import Path

import pytest

from engine.data import InputError
from engine.experiments import models
from engine.experiments.training import fit, load_model
from tests.fixtures.shops import journey

CUT = "2017-11-06"


def test_trained_models_are_listed_used_and_deleted(tmp_path: Path) -> None:
    assert models.trained(tmp_path) == [] and models.active(tmp_path) == "blend"
    data = journey()
    _, first = fit("popularity", tmp_path, data, CUT)
    _, second = fit("frequency", tmp_path, data, CUT)
    assert [card["name"] for card in models.trained(tmp_path)] == ["frequency", "popularity"]

    models.activate(tmp_path, "frequency")
    assert models.active(tmp_path) == "frequency"
    with pytest.raises(InputError, match="makes the shop's lists"):
        models.delete(tmp_path, second)
    models.delete(tmp_path, first)
    assert models.trained(tmp_path) == [second]
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["active.json", f"frequency@{CUT}"]
    assert load_model(tmp_path, data, "frequency")[1] == json.loads(json.dumps(second))


def test_an_unknown_model_is_never_in_use_and_a_lost_choice_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not models.choice_is_lost(tmp_path)
    with pytest.raises(InputError, match="take one of"):
        models.activate(tmp_path, "oracle")
    (tmp_path / "models").mkdir()
    for text in ("", "{", "[]", '{"model": "oracle"}'):
        (tmp_path / "models" / "active.json").write_text(text)
        assert models.active(tmp_path) == "blend" and models.choice_is_lost(tmp_path)
    assert len([text for text in caplog.messages if "the blend makes the lists" in text]) == 1
    models.activate(tmp_path, "ease")
    assert models.active(tmp_path) == "ease" and not models.choice_is_lost(tmp_path)
    file = tmp_path / "models" / "active.json"
    file.write_text(file.read_text().replace('"ease"', '"hybrid"'))
    assert models.active(tmp_path) == "blend" and models.choice_is_lost(tmp_path)


def test_an_unreadable_card_hides_its_model_only(tmp_path: Path) -> None:
    _, card = fit("popularity", tmp_path, journey(), CUT)
    torn = tmp_path / "models" / "ease@all"
    torn.mkdir()
    (torn / "card.json").write_text('{"name": "ease"')
    assert models.trained(tmp_path) == [json.loads(json.dumps(card))]
