"""Each surface's own promise."""

import numpy as np
import pytest

from engine.recommend import Blend
from engine.surfaces import SURFACES, PersonalSurface
from tests.fixtures.shops import journey

HISTORY = journey().before("2017-11-06")
USERS = np.unique(HISTORY.interactions["user"]).astype(np.int64)


@pytest.fixture(scope="module")
def model() -> Blend:
    return Blend().fit(HISTORY)


@pytest.mark.parametrize("name", [name for name, surface in SURFACES.items() if isinstance(surface, PersonalSurface)])
def test_candidates_are_eligible_distinct_and_best_first(model: Blend, name: str) -> None:
    found = SURFACES[name].candidates(model, HISTORY, USERS, 30)
    assert SURFACES[name].name == name
    assert found.items.shape == found.scores.shape == (len(USERS), 30)
    shown = found.items[found.items >= 0]
    assert np.isin(shown, HISTORY.eligible()).all() and len(shown) > 0
    filled = found.scores[(found.items >= 0).all(axis=1)]
    assert (np.diff(filled, axis=1) <= 0).all()


def test_new_to_you_is_new_and_scored_for_discovery(model: Blend) -> None:
    had = HISTORY.relevant().toarray()
    repeat = SURFACES["for_you"].candidates(model, HISTORY, USERS, 20)
    new = SURFACES["new"].candidates(model, HISTORY, USERS, 20)
    shown = new.items >= 0
    assert had[USERS[:, None], np.maximum(new.items, 0)][shown].sum() == 0
    assert had[USERS[:, None], np.maximum(repeat.items, 0)].mean() > 0.5
    scores = model.score(USERS, "new")
    column = np.searchsorted(model.items, new.items[:, 0])
    np.testing.assert_allclose(new.scores[:, 0], scores[np.arange(len(USERS)), column], rtol=1e-4, atol=1e-5)
