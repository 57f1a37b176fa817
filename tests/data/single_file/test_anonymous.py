"""Lines of unknown shoppers: they count for what is popular and bought together, and in no figure over shoppers."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.bench.arrival import arrived
from engine.data import Dataset, open_shop
from engine.data.assemble import assemble
from engine.data.dataset import content_hash
from engine.data.quality import quality
from engine.encoders.behaviour import behaviour_vectors
from engine.recommend import RECOMMENDERS
from engine.recommend.counts import shoppers_lately
from engine.recommend.hybrid.newcomers import hidden

KNOWN = [("a", "0", 1), ("a", "1", 2), ("b", "0", 3), ("b", "1", 30)]
UNKNOWN = [("x", "2", 1), ("x", "3", 1), ("x", "2", 1), ("y", "3", 20), ("z", "3", 40)]


def shop(with_unknown: bool = True, no_baskets: bool = False) -> Dataset:
    """Four products; two shoppers know the first two, three unknown baskets the last two."""
    start = pd.Timestamp("2024-01-01")
    items = pd.DataFrame({"item_id": [str(n) for n in range(4)], "title": [f"Product {n}" for n in range(4)]})
    log = pd.DataFrame(KNOWN, columns=["user_id", "item_id", "day"]).assign(event="buy")
    other = pd.DataFrame(UNKNOWN, columns=["basket_id", "item_id", "day"]).assign(event="buy")
    logs = [frame.assign(timestamp=start + pd.to_timedelta(frame.pop("day"), unit="D")) for frame in (log, other)]
    users = pd.DataFrame({"user_id": pd.Series(dtype="str")})
    unknown = logs[1].drop(columns="basket_id") if no_baskets else logs[1]
    return assemble("test", items, users, logs[0], anonymous=unknown if with_unknown else None)


def test_figures_over_shoppers_do_not_know_them() -> None:
    data, without = shop(), shop(with_unknown=False)
    assert data.n_users == without.n_users == 2
    assert (data.relevant() != without.relevant()).nnz == 0
    pd.testing.assert_frame_equal(data.positives(), without.positives())
    assert quality(data).once_only == quality(without).once_only
    assert data.hash != without.hash, "it is another shop all the same"


def test_what_is_popular_does() -> None:
    data = shop()
    assert data.sold().tolist() == [2, 2, 2, 3] and data.eligible().tolist() == [0, 1, 2, 3]
    assert shop(with_unknown=False).sold().tolist() == [2, 2, 0, 0]
    assert quality(data).never_wanted == 0
    rows = np.arange(4, dtype=np.int64)
    counted = shoppers_lately(data, rows, half_life=1e9)
    assert np.allclose(counted, [2, 2, 1, 3], atol=1e-4), "a basket counts once, as a shopper does"
    assert np.allclose(shoppers_lately(shop(no_baskets=True), rows, 1e9), [2, 2, 2, 3], atol=1e-4)
    assert np.allclose(shoppers_lately(data, rows, 1e-9), [0, 1, 0, 1]), "later than the log's end is not yet older"


def test_what_is_bought_together_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENSHELF_HOME", str(tmp_path))
    vectors = behaviour_vectors(shop())
    assert vectors[2] @ vectors[3] > 0.4 and abs(vectors[0] @ vectors[3]) < 0.1
    assert not behaviour_vectors(shop(with_unknown=False))[2:].any()


def test_a_cut_is_theirs_too() -> None:
    data = shop()
    early = data.before("2024-01-10")
    assert early.anonymous is not None and early.sold().tolist() == [2, 1, 2, 1]
    late = data.since("2024-01-10")
    assert late.anonymous is not None and late.sold().tolist() == [0, 1, 0, 2]
    assert len(early.anonymous) + len(late.anonymous) == len(UNKNOWN)
    assert not arrived(early)[2] or arrived(early).all()


def test_they_are_stored(tmp_path: Path) -> None:
    data = shop()
    data.save(tmp_path / "shop")
    again = open_shop(tmp_path / "shop")
    assert again.anonymous is not None and again.hash == data.hash
    pd.testing.assert_frame_equal(again.anonymous, data.anonymous, check_categorical=False)
    tables = {name: getattr(again, name) for name in ("items", "users", "interactions", "promotions", "anonymous")}
    assert content_hash(tables) == data.hash
    shop(with_unknown=False).save(tmp_path / "plain")
    assert open_shop(tmp_path / "plain").anonymous is None


def test_hidden_products_are_hidden_there_too() -> None:
    left = hidden(shop(), np.array([3]))
    assert left.anonymous is not None and left.sold().tolist() == [2, 2, 2, 0]


@pytest.mark.parametrize("name", [name for name in RECOMMENDERS if name not in ("trilinear", "hybrid")])
def test_models_learn_with_products_that_only_unknown_shoppers_bought(name: str) -> None:
    model = RECOMMENDERS[name]()
    model.fit(shop())
    scores = model.score(np.array([0, 1]), scope="all")
    assert scores.shape == (2, 4) and np.isfinite(scores).all()


def test_popularity_ranks_what_they_buy() -> None:
    model = RECOMMENDERS["popularity"]()
    model.fit(replace(shop(), cutoff=pd.Timestamp("2024-03-01")))
    assert model.score(np.array([0]), scope="all").argmax() == 3
