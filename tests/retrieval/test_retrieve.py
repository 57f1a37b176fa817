"""Retrieval against a brute-force sort of all scores."""

import numpy as np
import pytest
import scipy.sparse as sp

from engine.data import Cancelled
from engine.recommend import Blend, Frequency, Model, Popularity
from engine.retrieval import retrieve, top_n
from tests.fixtures.shops import journey

HISTORY = journey().before("2017-06-01")
USERS = np.append(np.arange(HISTORY.n_users - 1, -1, -1), -1).astype(np.int64)


@pytest.mark.parametrize("kind", [Popularity, Frequency, Blend])
@pytest.mark.parametrize("owned", [None, HISTORY.relevant()], ids=["everything", "unowned"])
def test_equals_brute_force_in_any_chunk(
    monkeypatch: pytest.MonkeyPatch, kind: type[Model], owned: sp.csr_array | None
) -> None:
    model = kind().fit(HISTORY)
    scores = model.score(USERS)
    if owned is not None:
        had = owned.toarray()[:, model.items][USERS] * (USERS >= 0)[:, None]
        scores[had > 0] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")[:, :50]
    best = np.take_along_axis(scores, order, axis=1)
    whole = retrieve(model, USERS, 50, owned=owned)
    np.testing.assert_array_equal(whole.users, USERS)
    np.testing.assert_array_equal(whole.items, np.where(np.isneginf(best), -1, model.items[order]))
    np.testing.assert_array_equal(whole.scores, best)
    monkeypatch.setattr(top_n, "CHUNK", len(USERS) // 2)
    halves = retrieve(model, USERS, 50, owned=owned)
    np.testing.assert_allclose(halves.scores, whole.scores, rtol=1e-4, atol=1e-5)


def test_runs_out_with_minus_one() -> None:
    model = Popularity().fit(HISTORY)
    n = len(model.items) + 3
    found = retrieve(model, USERS[:2], n, owned=HISTORY.relevant())
    left = len(model.items) - model.owned(USERS[:2]).sum(axis=1)
    assert (found.items >= 0).sum(axis=1).tolist() == left.tolist()
    assert (found.items[:, -3:] == -1).all() and np.isneginf(found.scores[:, -3:]).all()
    assert all(len(set(row[row >= 0])) == (row >= 0).sum() for row in found.items)


def test_can_be_cancelled_and_refuses_nonsense() -> None:
    def stop(step: str, done: int, total: int) -> None:
        raise Cancelled

    model = Popularity().fit(HISTORY)
    with pytest.raises(Cancelled):
        retrieve(model, USERS, 5, report=stop)
    with pytest.raises(ValueError, match="n must be"):
        retrieve(model, USERS, 0)
    assert retrieve(model, USERS[:0], 5).items.shape == (0, 5)
