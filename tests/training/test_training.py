"""Training, storing and finding models; choosing the blend's weights without looking ahead."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import Cancelled, Dataset, InputError
from engine.recommend import RECOMMENDERS, BlendConfig
from engine.training import blend_tuning
from engine.training.blend_tuning import choose_blend, climb
from engine.training.stored_models import load_model
from engine.training.training import fit, load_or_train, train
from tests.fixtures.shops import journey
from tests.recommend.shops import QUICK

CUT = "2017-11-06"
USERS = np.arange(5, dtype=np.int64)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return journey()


@pytest.mark.parametrize("name", sorted(RECOMMENDERS))
def test_a_trained_model_is_found_again(data: Dataset, tmp_path: Path, name: str) -> None:
    wishes = QUICK[name].model_dump(exclude_unset=True) if name in QUICK else None
    model, card = fit(name, tmp_path, data, CUT, wishes=wishes)
    again, found = load_model(tmp_path, data, name)
    assert found == json.loads(json.dumps(card))
    assert found["until"] == "2017-11-06T00:00:00" and found["data_hash"] == data.hash
    assert found["n_eligible"] == len(again.items) == len(data.before(CUT).eligible())
    np.testing.assert_array_equal(again.score(USERS), model.score(USERS))
    place = tmp_path / "models" / f"{name}@2017-11-06"
    (folder,) = place.glob("files-*")
    assert sorted(file.name for file in folder.iterdir()) == ["known.json", "model.safetensors"]


def test_the_latest_training_of_a_name_is_taken_unless_a_date_is_given(data: Dataset, tmp_path: Path) -> None:
    fit("frequency", tmp_path, data)
    fit("frequency", tmp_path, data, CUT)
    assert load_model(tmp_path, data, "frequency")[1]["until"] == "2017-11-06T00:00:00"
    assert load_model(tmp_path, data, "frequency", None)[1]["until"] is None
    fit("frequency", tmp_path, data)
    assert load_model(tmp_path, data, "frequency")[1]["until"] is None
    assert load_model(tmp_path, data, "frequency", CUT)[1]["until"] == "2017-11-06T00:00:00"
    assert len(list((tmp_path / "models").iterdir())) == 2


def test_a_wish_is_a_setting_of_the_model(data: Dataset, tmp_path: Path) -> None:
    _, card = fit("frequency", tmp_path, data, CUT, wishes={"half_life": 60.0})
    assert card["config"] == {"half_life": 60.0}
    with pytest.raises(InputError, match=r"no setting 'promotions'.*known are half_life"):
        fit("frequency", tmp_path, data, CUT, wishes={"promotions": True})
    with pytest.raises(InputError, match=r"model frequency, half_life.*greater than 0"):
        fit("frequency", tmp_path, data, CUT, wishes={"half_life": -1})
    assert load_model(tmp_path, data, "frequency")[1]["config"] == {"half_life": 60.0}


def test_missing_and_stale_models_name_the_command(data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"train --data .* --model ease --until 2017-11-06"):
        load_model(tmp_path, data, "ease", CUT)
    fit("ease", tmp_path, data, CUT)
    with pytest.raises(InputError, match="changed since"):
        load_model(tmp_path, replace(data, hash="other"), "ease")
    with pytest.raises(InputError, match="take one of"):
        fit("oracle", tmp_path, data)
    with pytest.raises(InputError, match="enough interactions"):
        fit("ease", tmp_path, data, "2000-01-01")


def test_load_or_train_trains_once(data: Dataset, tmp_path: Path) -> None:
    steps: list[str] = []
    _, first = load_or_train("ease", tmp_path, data, CUT, lambda step, done, total: steps.append(step))
    assert set(steps) == {"train.ease"}
    assert load_or_train("ease", tmp_path, data, CUT)[1] == first


def test_train_opens_a_prepared_shop(data: Dataset, tmp_path: Path) -> None:
    data.save(tmp_path)
    assert train("popularity", tmp_path)["shop"] == data.name
    assert load_model(tmp_path, data, "popularity")[1]["until"] is None


@pytest.mark.parametrize("at", ["train.ease", "train.weights_new"])
def test_cancelled_training_leaves_nothing(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    monkeypatch.setattr(blend_tuning, "LEAST", 5)

    def stop(step: str, done: int, total: int) -> None:
        if step == at:
            raise Cancelled

    with pytest.raises(Cancelled):
        fit("blend", tmp_path, data, CUT, stop)
    assert not list(tmp_path.rglob("*.safetensors"))


def test_few_shoppers_keep_the_defaults(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blend_tuning, "LEAST", 10_000)
    config, figures = choose_blend(data.before(CUT))
    assert config == BlendConfig()
    assert figures["all"]["weights"] == figures["new"]["weights"] == "default" and figures["all"]["n"] > 0


def test_chosen_weights_beat_the_defaults_on_validation_and_see_nothing_later(
    data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blend_tuning, "LEAST", 5)
    config, figures = choose_blend(data.before(CUT))
    assert figures["since"].startswith("2017-10-09")
    assert all(figures[scope]["value"] >= figures[scope]["default"] for scope in ("all", "new"))
    assert config != BlendConfig()
    changed = data.interactions.copy()
    changed.loc[changed["timestamp"] >= pd.Timestamp(CUT), "item"] = np.int32(0)
    assert choose_blend(replace(data, interactions=changed).before(CUT))[0] == config


def test_the_pools_figure_is_the_models_own(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the search computes on pools equals nDCG of the lists that the chosen blend really makes."""
    monkeypatch.setattr(blend_tuning, "LEAST", 5)
    monkeypatch.setattr(blend_tuning, "POOL", data.n_items)
    history = data.before(CUT)
    config, figures = choose_blend(history)
    past, future = history.before("2017-10-09"), history.since("2017-10-09")
    model = RECOMMENDERS["blend"](config).fit(past)
    for scope in ("all", "new"):
        users, relevant = blend_tuning._relevant(past, future, scope)
        items, _ = model.recommend(users, 10, scope)
        assert blend_tuning.ndcg(items, relevant).mean() == pytest.approx(figures[scope]["value"], abs=2e-3)


def test_climbing_finds_the_only_term_that_matters() -> None:
    rng = np.random.default_rng(0)
    n, c, terms = 60, 40, len(blend_tuning.TERMS)
    values = rng.normal(size=(n, c, terms)).astype(np.float32)
    best = np.argsort(-values[:, :, 2], axis=1)[:, :5]
    items = np.tile(np.arange(c), (n, 1))
    rows = np.repeat(np.arange(n), 5)
    relevant = blend_tuning.sp.csr_array((np.ones(n * 5), (rows, best.ravel())), shape=(n, c))
    pools = blend_tuning.ValidationPools(np.arange(n), items, items, values, relevant)
    start = np.ones(terms, dtype=np.float32)
    found = climb(pools, start, "all")
    assert np.abs(found).argmax() == 2
    assert pools.ndcg(found).mean() > pools.ndcg(start).mean() + 0.3


def test_a_model_stored_before_there_were_checksums_opens_and_gets_them(data: Dataset, tmp_path: Path) -> None:
    model, card = fit("frequency", tmp_path, data, CUT)
    place = as_of_old(tmp_path / "models" / f"frequency@{CUT}")
    again, found = load_model(tmp_path, data, "frequency")
    assert found == json.loads(json.dumps(card))
    np.testing.assert_array_equal(again.score(USERS), model.score(USERS))
    whole = bytearray((place / "model.safetensors").read_bytes())
    whole[-4096:] = bytes(4096)
    (place / "model.safetensors").write_bytes(whole)
    with pytest.raises(InputError, match=r"\(model\.safetensors is damaged\).* run: python -m engine train"):
        load_model(tmp_path, data, "frequency")
    assert load_or_train("frequency", tmp_path, data, CUT)[1]["trained_at"] > card["trained_at"]
    assert load_model(tmp_path, data, "frequency", CUT) and not (place / "model.safetensors").exists()


def as_of_old(place: Path) -> Path:
    """Lay a stored model out as 0.1 did: all files side by side, a card that only says what the model is."""
    (folder,) = place.glob("files-*")
    for file in list(folder.iterdir()):
        file.rename(place / file.name)
    folder.rmdir()
    card = json.loads((place / "card.json").read_text())
    for name in ("folder", "digests", "sha256"):
        del card[name]
    (place / "card.json").write_text(json.dumps(card, indent=2, ensure_ascii=False))
    (place / ".lock").unlink()
    return place
