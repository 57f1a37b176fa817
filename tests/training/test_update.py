"""Retraining a live model on newer data: what is compared, what lives on, and the way back."""

import fcntl
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
import torch

from engine import metrics
from engine.data import Dataset, InputError
from engine.data.assemble import assemble
from engine.recommend import RECOMMENDERS, AdaptedModel, Known, Scope, Trilinear
from engine.recommend.trilinear.catalogue import facet_sizes
from engine.recommend.trilinear.formula import Formula, Sizes
from engine.recommend.trilinear.warm_start import warm_start
from engine.statistics.paired import Paired
from engine.training import update as updating
from engine.training.history import history
from engine.training.stored_models import load_model, place_of, stored_card
from engine.training.training import WarmStart, fit
from engine.training.update import held_out_from, live_model, rollback, update
from tests.fixtures.shops import journey
from tests.training.test_training import as_of_old

OLD = "2017-10-02"  # what the live model has seen


def earlier() -> Dataset:
    """The shop as it was: fewer lines and products, a category less, and all of them in other rows than today."""
    data = journey()
    category = data.items["category"]
    sold = (np.arange(data.n_items) % 7 > 0) & (category != category.dropna().min()).to_numpy()
    log = data.before(OLD).interactions
    log = log[sold[log["item"]]]
    log = log.assign(
        user_id=data.users["user_id"].to_numpy()[log["user"]], item_id=data.items["item_id"].to_numpy()[log["item"]]
    ).drop(columns=["user", "item"])
    items = data.items[data.items["item_id"].isin(log["item_id"])].iloc[::-1]
    users = data.users[data.users["user_id"].isin(log["user_id"])].iloc[::-1]
    return assemble("journey", items, users, log, min_interactions=data.min_interactions)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop's folder with live models of the earlier shop, and today's data saved in it."""
    journey().save(tmp_path / "shop")
    monkeypatch.setattr(updating, "FEWEST", 10)
    return tmp_path / "shop"


def card(folder: Path, name: str) -> dict[str, Any]:
    found = stored_card(folder, name, None)
    assert found is not None
    return found


def test_the_later_half_of_what_is_new_is_held_out() -> None:
    data = journey()
    end = data.end
    assert end is not None
    assert held_out_from(data, end) is None
    assert held_out_from(data, end - pd.Timedelta(days=10)) == end - pd.Timedelta(days=5)
    assert held_out_from(data, end - pd.Timedelta(days=100)) == end - pd.Timedelta(weeks=4)


@pytest.mark.parametrize("name", ["frequency", "blend", "trilinear"])
def test_an_update_is_promoted_and_can_be_taken_back(folder: Path, name: str) -> None:
    fit(name, folder, earlier())
    before = card(folder, name)
    done = update(name, folder)
    assert done.outcome == "promoted" and done.since is not None and done.scopes is not None
    after = card(folder, name)
    assert after["data_hash"] == journey().hash and after["started_from"] == before["trained_at"]
    assert after["update"]["scopes"]["all"]["n_users"] == done.scopes["all"].n_users > 10
    model, _ = load_model(folder, journey(), name)
    assert model.n_users == journey().n_users

    assert update(name, folder).outcome == "unchanged" and card(folder, name) == after
    assert rollback(name, folder) == before == card(folder, name)
    assert rollback(name, folder) == after == card(folder, name)
    changes = history(folder)
    assert [change.kind for change in changes] == ["promoted", "rolled_back", "rolled_back"]
    assert changes[0].model == name and "nDCG@10, new less live: all " in changes[0].why


def test_a_promotion_whose_update_was_killed_is_recorded_by_the_next_one(folder: Path) -> None:
    fit("frequency", folder, earlier())
    update("frequency", folder)
    kept = history(folder)
    left = folder / "models" / f".active.json.{'0' * 32}"
    (folder / "models" / "active.json").rename(left)  # as a kill leaves it, before its last step
    assert update("frequency", folder).outcome == "unchanged"
    assert history(folder) == kept and [change.kind for change in kept] == ["promoted"]
    assert not left.exists()


def test_a_worse_model_is_not_promoted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit("frequency", folder, earlier())
    before = card(folder, "frequency")

    def bad(name: str, history: Dataset, *_: object, start: WarmStart) -> tuple[object, None]:
        return RECOMMENDERS["popularity"]().fit(history), None

    monkeypatch.setattr(updating, "learned", bad)
    done = update("frequency", folder)
    assert done.outcome == "kept" and done.scopes is not None and done.scopes["all"].high < 0
    assert card(folder, "frequency") == before
    with pytest.raises(InputError, match="no update has replaced"):
        rollback("frequency", folder)


@pytest.mark.parametrize(("difference", "outcome"), [(-0.00004, "promoted"), (-0.0004, "kept")])
def test_a_difference_that_is_written_as_zero_is_no_worse(
    folder: Path, monkeypatch: pytest.MonkeyPatch, difference: float, outcome: str
) -> None:
    fit("popularity", folder, earlier())
    found = Paired(difference, 1.2 * difference, 0.8 * difference, 0.001, 500)
    monkeypatch.setattr(updating, "_compared", lambda *_: found)
    done = update("popularity", folder)
    assert done.outcome == outcome and done.scopes is not None


def test_too_few_decide_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fit("frequency", folder, earlier())
    monkeypatch.setattr(updating, "FEWEST", 10_000)
    assert update("frequency", folder).outcome == "too_little"
    assert card(folder, "frequency")["data_hash"] == earlier().hash


def test_what_cannot_be_updated_says_why(folder: Path) -> None:
    with pytest.raises(InputError, match=r"train --data .* --model ease"):
        update("ease", folder)
    fit("ease", folder, journey(), OLD)  # judged models are not live
    with pytest.raises(InputError, match="no live model"):
        update("ease", folder)
    with (folder / "models" / ".update.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(InputError, match="under way"):
            update("ease", folder)


@pytest.mark.parametrize("scope", get_args(Scope))
def test_a_carried_model_scores_by_id(folder: Path, scope: Scope) -> None:
    """Oracle: the same shopper and product looked up by id in the shop as it was."""
    old, now = earlier(), journey()
    model, _ = fit("ease", folder, old)
    carried = AdaptedModel(live_model("ease", folder, folder), now)
    users = np.array([0, 3, now.n_users - 1])
    found = carried.score(users, scope)
    ids, people = old.items["item_id"].tolist(), old.users["user_id"].tolist()
    for row, user in enumerate(users):
        name = now.users["user_id"][user]
        then = model.score(np.array([people.index(name) if name in people else -1]), scope)[0]
        for column in (0, len(carried.items) // 2, len(carried.items) - 1):
            item = ids.index(now.items["item_id"][carried.items[column]])
            assert found[row, column] == then[np.searchsorted(model.items, item)]
    assert len(carried.items) == len(model.items)  # every product is still there


def test_the_figures_are_those_of_ndcg_by_hand(folder: Path) -> None:
    fit("frequency", folder, earlier())
    done, now = update("frequency", folder), journey()
    assert done.since is not None and done.scopes is not None
    past, later = now.before(done.since), now.since(done.since).relevant()
    new = RECOMMENDERS["frequency"]().fit(past)
    users = np.flatnonzero((np.diff(past.relevant().indptr) > 0) & (np.diff(later.indptr) > 0))
    live = AdaptedModel(
        WarmStart(fit("frequency", folder / "other", earlier())[0], Known.of(earlier().eligible(), earlier()), {}), now
    )
    top = live.items[np.argsort(-live.score(users), axis=1, kind="stable")[:, :10]]
    gain = metrics.ndcg(new.recommend(users, 10)[0], later[users]) - metrics.ndcg(top, later[users])
    assert done.scopes["all"].difference == pytest.approx(gain.mean())


def test_a_warm_start_carries_products_and_values_by_name(folder: Path) -> None:
    now = journey()
    model, _ = fit("trilinear", folder, earlier())
    assert isinstance(model, Trilinear)
    known, items = Known.of(model.items, earlier()), now.eligible()
    net = Formula(Sizes(len(items), 384, tuple(facet_sizes(now)), 3), model.config.dim, model.config.heads, 0.0)
    torch.nn.init.constant_(net.item_bias, 7.0)
    warm_start(net, model.net, known, now, items)

    new, old = ({name: value.numpy() for name, value in each.state_dict().items()} for each in (net, model.net))
    ids = now.items["item_id"].to_numpy()[items].tolist()
    both = sorted(set(ids) & set(known.items))
    assert 0 < len(both) < len(ids)
    for item in both:
        assert new["item_bias"][ids.index(item)] == old["item_bias"][known.items.index(item)]
    assert (new["item_bias"] == 7).sum() >= len(ids) - len(both)  # nobody knows the others yet
    moved = 0
    for at, facet in enumerate(now.facets()):
        there, then = now.codes(facet)[1], known.facets[facet]
        moved += there != then
        for value in set(there) & set(then):
            kept = old[f"facets.{list(known.facets).index(facet)}.weight"][then.index(value) + 1]
            np.testing.assert_array_equal(new[f"facets.{at}.weight"][there.index(value) + 1], kept)
    assert moved  # or the test would show nothing
    np.testing.assert_array_equal(new["text.weight"], old["text.weight"])


def test_a_model_that_an_earlier_version_kept_can_be_brought_back(folder: Path) -> None:
    fit("frequency", folder, earlier())
    live = place_of(folder, "frequency", None)
    as_of_old(live).rename(live.with_name(f".previous-{live.name}"))
    fit("frequency", folder, journey())
    as_of_old(live)
    now = card(folder, "frequency")
    assert rollback("frequency", folder)["data_hash"] == earlier().hash
    assert sorted(path.name for path in (folder / "models").iterdir()) == [
        ".active.lock", ".update.lock", "active.json", live.name
    ]  # fmt: skip
    assert live_model("frequency", folder, folder).card["data_hash"] == earlier().hash
    assert rollback("frequency", folder) == now
