"""The torch form beside the kernels: on torch's processor device, and on the card if there is one."""

from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rerank import api, rerank, sweep
from engine.rerank.on_torch import torch_path
from engine.rerank.on_torch.methods import METHODS as ON_TORCH
from tests.rerank.cases import extras, mixed_extras, odd_pools, random_pools
from tests.rerank.test_greedy import check_slates

LEVELS = [step / 10 for step in range(11)]
TERMS = ("relevance", "diversity", "gains", "similarity")
CARD = "Test Card"
NO_CARD = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA card here")


@contextmanager
def pretended_card():
    """`sweep` finds a card, and torch computes on the processor, on one thread: on busy cores more would wait."""
    threads = torch.get_num_threads()
    with pytest.MonkeyPatch.context() as patch:
        real = torch_path.rerank_on_device
        torch.set_num_threads(1)
        patch.setattr(api, "card", lambda device: "" if device == "cpu" else CARD)
        patch.setattr(torch_path, "rerank_on_device", lambda *arguments: real(*arguments[:-1], "cpu"))
        try:
            yield
        finally:
            torch.set_num_threads(threads)


@pytest.fixture(params=["torch on the processor", pytest.param("cuda", marks=NO_CARD)])
def card(request):
    """Name of what device="auto" computes on."""
    if request.param == "cuda":
        yield torch_path.cuda_name()
        return
    with pretended_card():
        yield CARD


SPENT = {"dpp": -7.0, "ssd": 0.02}  # diversity terms below are mostly rounding: nothing is left of such an item


def assert_alike(method, ours, theirs, near_ties=0.0, close=1e-5):
    """Equal slates, but for a share `near_ties` that part at a slot whose two gains differ by less than `close`.

    For dpp and ssd compared up to the first item chosen of which rounding alone is left.
    """
    parted = 0
    slates = list(np.ndindex(ours.items.shape[:-1]))
    for at in slates:
        spent = (ours.diversity[at] < SPENT.get(method, -np.inf)) | (theirs.diversity[at] < SPENT.get(method, -np.inf))
        end = int(np.argmax(spent)) if spent.any() else len(spent)
        differ = np.flatnonzero(ours.items[at][:end] != theirs.items[at][:end])
        if differ.size:
            end = differ[0]
            parted += 1
            left, right = ours.gains[at][end], theirs.gains[at][end]
            assert abs(left - right) < close * max(1, abs(right)), f"slate {at}, slot {end}: gains {left}, {right}"
        for name in TERMS:
            left, right = getattr(ours, name)[at][:end], getattr(theirs, name)[at][:end]
            np.testing.assert_allclose(left, right, rtol=2e-6, atol=2 * close, err_msg=name)
    assert parted <= near_ties * len(slates), f"{parted} of {len(slates)} slates part"


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("method", ON_TORCH)
def test_the_same_slates_as_the_kernels(card, method, mixed):
    pools = random_pools(users=60, pool=70, dim=48, n_items=900)
    extra = mixed_extras(pools) if mixed else extras(method, pools)
    ours = sweep(*pools, 20, method, LEVELS, **extra)
    theirs = sweep(*pools, 20, method, LEVELS, device="cpu", **extra)
    assert (ours.device, theirs.device) == (card, "cpu")
    assert_alike(method, ours, theirs, near_ties=0.005)


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("method", ON_TORCH)
def test_steps_follow_the_definition(card, method, mixed):
    """Each step beside the float64 oracle."""
    pools = random_pools(users=6, pool=14, dim=12)
    check_slates(method, pools, mixed_extras(pools) if mixed else extras(method, pools), k=9)


@pytest.mark.parametrize("normalize", ["minmax", "rank"])
def test_the_same_slates_for_scaled_scores(card, normalize):
    pools = random_pools()
    for method in ON_TORCH:
        options = extras(method, pools) | {"normalize": normalize}
        ours = sweep(*pools, 10, method, LEVELS, **options)
        assert_alike(method, ours, sweep(*pools, 10, method, LEVELS, device="cpu", **options), near_ties=0.005)


@pytest.mark.parametrize("method", ON_TORCH)
def test_odd_pools_in_one_batch(card, method):
    """Gaps, fewer candidates than k, none at all, flat scores, equal scores, twins, zero vectors, one candidate."""
    scores, candidates, embeddings = random_pools(users=9, pool=30, dim=24)
    candidates[0, ::2] = -1
    candidates[1, 4:] = -1
    candidates[2] = -1
    scores[2] = np.nan
    scores[3] = 0.5
    scores[4] = np.round(scores[4], 1)
    embeddings[candidates[5, :6]] = embeddings[candidates[5, 6]]
    embeddings[candidates[6, 3:6]] = 0
    candidates[7, 1:] = -1
    scores[8] *= 1e6
    pools = scores, candidates, embeddings
    for extra in (extras(method, pools), mixed_extras(pools)):
        ours = sweep(*pools, 12, method, LEVELS, **extra)
        theirs = sweep(*pools, 12, method, LEVELS, device="cpu", **extra)
        assert_alike(method, ours, theirs, near_ties=0.05)
        np.testing.assert_array_equal(ours.items >= 0, theirs.items >= 0)
        for slates in (ours, theirs):  # of lists that part at a near tie too
            for name in ("relevance", "diversity", "gains"):
                np.testing.assert_array_equal(np.isnan(getattr(slates, name)), slates.items < 0)
            np.testing.assert_array_equal(np.isnan(slates.similarity), slates.nearest < 0)
        np.testing.assert_array_equal(ours.nearest[:, 2], -1)


def test_what_is_left_of_a_copy_is_rounding(card):
    """Of a product like one that is chosen, dpp's determinant keeps one to a few units of float32's rounding."""
    rng = np.random.default_rng(3)
    one = rng.standard_normal(24).astype(np.float32)
    embeddings = np.stack([one, one, one, rng.standard_normal(24).astype(np.float32)])
    pools = np.array([[4.0, 3.0, 2.0, 1.0]]), np.arange(4)[None], embeddings
    for diversity in (0.2, 0.5, 0.9):
        slates = rerank(*pools, k=4, method="dpp", diversity=diversity)
        assert slates.device == card and slates.items[0, :2].tolist() == [0, 3]
        units = np.exp(slates.diversity[0, 2:]) / np.finfo(np.float32).eps
        assert (units > 0.99).all() and (units < 8).all()


@settings(deadline=None, max_examples=80)
@given(odd_pools(), st.sampled_from(sorted(ON_TORCH)), st.booleans())
def test_odd_pools_as_the_kernels(pools, method, mixed):
    """Twins, orthogonal vectors, more items than axes: the √ or log of a rounding error is far larger than it."""
    extra = mixed_extras(pools) if mixed else extras(method, pools)
    levels = (0, 0.2, 0.5, 0.8, 1)
    theirs = sweep(*pools, 5, method, levels, device="cpu", **extra)
    with nullcontext() if torch.cuda.is_available() else pretended_card():
        ours = sweep(*pools, 5, method, levels, **extra)
    assert ours.device != "cpu"
    assert_alike(method, ours, theirs, near_ties=1, close=2e-3 if method in ("cover", "dpp", "ssd") else 1e-5)


@pytest.mark.parametrize("method", ON_TORCH)
def test_lambda_0_is_the_top_k_in_candidate_order(card, method):
    scores, candidates, embeddings = random_pools(pool=60)
    scores = np.round(scores, 1)  # many ties
    order = np.argsort(-scores, axis=1, kind="stable")[:, :25]
    pools = scores, candidates, embeddings
    slates = rerank(*pools, 25, method, 0, **extras(method, pools))
    np.testing.assert_array_equal(slates.items, np.take_along_axis(candidates, order, axis=1))


@pytest.mark.parametrize("method", sorted(set(ON_TORCH) - {"cover"}))
def test_the_most_relevant_item_comes_first(card, method):
    pools = random_pools()
    slates = sweep(*pools, 3, method, (0, 0.3, 1), **extras(method, pools))
    best = pools[1][np.arange(20), pools[0].argmax(axis=1)]
    np.testing.assert_array_equal(slates.items[:, :, 0], np.broadcast_to(best, (3, 20)))


def test_equal_gains_go_to_the_earlier_candidate(card):
    """λ = 1 among orthogonal items: every gain is equal at every step, whatever the scores say."""
    scores = np.array([[1.0, 4.0, 2.0, 5.0, 3.0]], np.float32)
    for method in ("mmr", "msd", "dpp", "ssd", "xquad"):
        options = {"facets": {"alike": np.zeros(5, int)}} if method == "xquad" else {}
        slates = rerank(scores, np.array([[4, 3, 2, 1, 0]]), np.eye(5), 4, method, 1, **options)
        assert slates.items.tolist() == [[1, 4, 3, 2]], method


def test_twins_stay_in_bounds(card):
    """Rounding lifts some cosines of twins above 1, and leaves dpp's heavy twins a residual of 0."""
    rng = np.random.default_rng(0)
    embeddings = np.repeat(rng.standard_normal((20, 48)), 30, axis=0).astype(np.float32)  # 20 shoppers, 30 twins each
    pools = rng.standard_normal((20, 30)).astype(np.float32) * 9, np.arange(600).reshape(20, 30), embeddings
    twins = sweep(*pools, 12, "mmr", (0.3, 1))
    assert (twins.diversity >= -1).all() and (twins.similarity[:, :, 1:] <= 1).all()
    np.testing.assert_allclose(twins.similarity[:, :, 1:], 1, rtol=1e-6)
    heavy = sweep(*pools, 12, "dpp", (0.1, 0.5))
    least = np.log(np.finfo(np.float32).eps)
    assert np.isfinite(heavy.gains).all() and (heavy.diversity >= least - 1e-4).all()


def test_torch_in_torch_out(card):
    arrays = random_pools()
    expected = rerank(*arrays, k=7)
    slates = rerank(*(torch.from_numpy(array) for array in arrays), k=7)
    assert slates.device == card and isinstance(slates.items, torch.Tensor) and slates.items.device.type == "cpu"
    np.testing.assert_array_equal(slates.items.numpy(), expected.items)


@pytest.mark.parametrize(("users", "pool"), [(0, 5), (3, 0), (0, 0)])
def test_nothing_to_choose_from(card, users, pool):
    slates = sweep(np.ones((users, pool)), np.zeros((users, pool), int), np.eye(5), 3, diversities=[0, 1])
    assert slates.items.shape == (2, users, 3) and (slates.items == -1).all()


@pytest.mark.parametrize("broken", [np.nan, np.inf, 1e30])
def test_a_broken_embedding_is_reported(card, broken):
    scores, candidates, embeddings = random_pools()
    embeddings[candidates[4, 2], 3] = broken
    for method in sorted(set(ON_TORCH) - {"xquad", "calibrated"}):
        with pytest.raises(ValueError, match=f"row {candidates[4, 2]} is not"):
            rerank(scores, candidates, embeddings, 5, method, 0.3)


def test_by_value_only_embeddings_of_chosen_items_are_read(card):
    scores, candidates, embeddings = random_pools()
    pools = scores, candidates, embeddings
    options = extras("xquad", pools)
    best = scores[4].argmax()
    unread = set(candidates[4]) - set(rerank(*pools, 5, "xquad", 0, **options).items.ravel())
    embeddings[sorted(unread)[0]] = np.nan
    rerank(*pools, 5, "xquad", 0, **options)
    embeddings[candidates[4, best]] = np.nan
    with pytest.raises(ValueError, match=f"row {candidates[4, best]} is not"):
        rerank(*pools, 5, "xquad", 0, **options)


def test_no_card_is_told_plainly(monkeypatch):
    torch_path.cuda_name.cache_clear()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert torch_path.cuda_name() == ""
    torch_path.cuda_name.cache_clear()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    def refuse(*args, **options):
        raise RuntimeError("no kernel image is available for execution on the device")

    monkeypatch.setattr(torch, "ones", refuse)
    assert torch_path.cuda_name() == ""
    torch_path.cuda_name.cache_clear()
