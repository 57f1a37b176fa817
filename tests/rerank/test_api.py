"""The public functions: kinds of arrays in and out, odd sizes, clear refusals, warming, stale kernels."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data import Cancelled
from engine.rerank import METHODS, methods, rerank, sweep, warm
from engine.rerank.methods import kernel
from engine.rerank.on_torch.device import may_have_card
from engine.rerank.slates import SLOT
from tests.rerank.cases import FIELDS, extras, random_pools, same


def test_torch_in_torch_out():
    arrays = random_pools()
    expected = rerank(*arrays, k=7)
    slates = rerank(*(torch.from_numpy(array) for array in arrays), k=7)
    for name in FIELDS:
        part = getattr(slates, name)
        assert isinstance(part, torch.Tensor)
        np.testing.assert_array_equal(part.numpy(), getattr(expected, name))


def test_torch_with_gradient_and_half_precision():
    scores, candidates, embeddings = random_pools()
    tensor = torch.from_numpy(embeddings).to(torch.bfloat16).requires_grad_()
    slates = rerank(torch.from_numpy(scores), torch.from_numpy(candidates), tensor, k=5)
    expected = rerank(scores, candidates, tensor.detach().float().numpy(), k=5)
    np.testing.assert_array_equal(slates.items.numpy(), expected.items)


@pytest.mark.skipif(may_have_card(), reason="torch is asked for the graphics card")
def test_torch_is_not_imported_for_numpy_callers():
    code = (
        "import sys, numpy as np; from engine.rerank import rerank;"
        "rerank(np.ones((1, 2)), np.array([[0, 1]]), np.eye(2), k=2); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_types_and_layout_of_the_input_do_not_matter():
    scores, candidates, embeddings = random_pools()
    expected = rerank(scores, candidates, embeddings, k=6)
    frozen = embeddings.copy()
    frozen.flags.writeable = False
    wide = (np.asfortranarray(scores.astype(np.float64)), candidates.astype(np.int32), frozen)
    strided = (scores, candidates, np.repeat(embeddings, 2, axis=1)[:, ::2])
    assert same(expected, rerank(*wide, k=6)) and same(expected, rerank(*strided, k=6))


def test_length_of_embeddings_does_not_matter():
    scores, candidates, embeddings = random_pools()
    scaled = embeddings * np.float32(2) ** np.arange(-20, 20)[np.arange(len(embeddings)) % 40][:, None]
    for method in METHODS:
        extra = extras(method, (scores, candidates, embeddings))
        left = rerank(scores, candidates, embeddings, k=9, method=method, **extra)
        assert same(left, rerank(scores, candidates, scaled.astype(np.float32), k=9, method=method, **extra))


@pytest.mark.parametrize(("users", "pool"), [(0, 5), (3, 0), (0, 0)])
def test_nothing_to_choose_from(users, pool):
    slates = sweep(np.ones((users, pool)), np.zeros((users, pool), int), np.eye(5), 3, diversities=[0, 1])
    assert slates.items.shape == (2, users, 3)
    assert (slates.items == -1).all()


def test_input_is_left_alone():
    arrays = random_pools()
    copies = [array.copy() for array in arrays]
    rerank(*arrays, normalize="rank")
    assert all(np.array_equal(*pair) for pair in zip(arrays, copies, strict=True))
    assert all(array.flags.writeable for array in arrays)


SCORES, POOL, VECTORS = np.array([[2.0, 1.0]]), np.array([[0, 1]]), np.eye(3)


@pytest.mark.parametrize("diversity", [-0.1, 1.1, float("nan"), float("inf"), None])
def test_lambda_outside_0_1_is_refused(diversity):
    with pytest.raises(ValueError, match="λ"):
        rerank(SCORES, POOL, VECTORS, diversity=diversity)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scores": np.ones(2)}, r"\[U, N\]"),
        ({"scores": np.ones((1, 3))}, r"\[U, N\]"),
        ({"scores": np.array([["a", "b"]])}, "real numbers"),
        ({"scores": np.array([[1, np.nan]])}, "finite.*shopper 0"),
        ({"scores": np.array([[1, 1e300]])}, "finite"),
        ({"candidates": np.array([[0.0, 1.0]])}, "integers"),
        ({"candidates": np.array([[0, 3]])}, "below 3.*has 3"),
        ({"candidates": np.array([[0, -2]])}, "has -2"),
        ({"candidates": np.array([[1, 1]])}, "distinct.*has 1"),
        ({"candidates": torch.tensor([[0, 1]])}, "one kind"),
        ({"embeddings": np.ones(3)}, r"\[n_items, d\]"),
        ({"embeddings": np.ones((3, 0))}, r"\[n_items, d\]"),
        ({"embeddings": np.array([[1.0], [np.nan], [1.0]])}, "row 1"),
        ({"embeddings": np.array([[np.inf], [1.0], [1.0]])}, "row 0"),
        ({"k": 0}, "at least 1"),
        ({"k": 2.5}, "whole number"),
        ({"method": "mnr"}, "mmr, msd, dpp, ssd"),
        ({"normalize": "z"}, "none, minmax, rank"),
    ],
)
def test_bad_input_is_refused_with_a_reason(change, message):
    with pytest.raises(ValueError, match=message):
        rerank(**{"scores": SCORES, "candidates": POOL, "embeddings": VECTORS} | change)


def test_an_empty_sweep_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        sweep(SCORES, POOL, VECTORS, diversities=[])


def test_scores_without_a_candidate_may_be_anything():
    slates = rerank(np.array([[1.0, np.nan]]), np.array([[2, -1]]), VECTORS, k=2)
    assert slates.items.tolist() == [[2, -1]]


def test_warm_reports_and_can_be_cancelled():
    seen = []
    warm(lambda *step: seen.append(step))
    assert seen == [("rerank.warm", done, 8) for done in range(9)]

    def stop(step, done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        warm(stop)


def test_kernels_are_compiled_once_whatever_is_passed():
    """One layout reaches the kernels, so that the warmed one is the one used."""
    warm()
    before = {method: len(kernel(method).signatures) for method in METHODS}
    scores, candidates, embeddings = random_pools(users=1)
    for method in METHODS:
        extra = extras(method, (scores, candidates, embeddings))
        rerank(scores, candidates, embeddings, k=1, method=method, normalize="minmax", device="cpu", **extra)
        sweep(scores[:, :1], candidates[:, :1], embeddings[:, :1], 5, method, device="cpu", **extra)
        mix = {"embedding": 1, "price": 2, "brand": 3} if extra else {"embedding": 1}
        rerank(scores, candidates, embeddings, k=1, method=method, facet_weights=mix, device="cpu", **extra)
    assert before == {method: len(kernel(method).signatures) for method in METHODS} == dict.fromkeys(METHODS, 1)


def test_what_numba_cached_before_a_source_changed_is_forgotten(tmp_path):
    """Every index older than the newest file of the package, whichever function it is of; and nothing else."""
    newest = max(source.stat().st_mtime for source in Path(methods.__file__).parents[1].rglob("*.py"))
    ages = {"mmr.mmr-1.nbi": 10, "retell._retell-1.nbi": 1, "ssd.ssd-1.nbi": -1, "mmr.mmr-1.1.nbc": 10}  # seconds
    for name, age in ages.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (newest - age, newest - age))
    methods.forget_stale(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"ssd.ssd-1.nbi", "mmr.mmr-1.1.nbc"}


def test_the_cache_is_looked_through_before_a_kernel_is_used(monkeypatch):
    looked = []
    monkeypatch.setattr(methods, "forget_stale", looked.append)
    for method in METHODS:
        run = kernel.__wrapped__(method)
        assert looked.pop() == Path(run.stats.cache_path)


def test_slates_have_a_field_for_each_part_of_a_slot():
    found = set(vars(rerank(SCORES, POOL, VECTORS))) - {"broken", "device"}
    assert set(SLOT.names) == set(FIELDS) == found
