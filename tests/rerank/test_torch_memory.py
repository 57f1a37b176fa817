"""The torch form when memory is short, and the one matrix it keeps on the device."""

import gc
import logging

import numpy as np
import pytest
import torch

from engine.rerank import rerank, sweep
from engine.rerank.on_torch import torch_path, upload
from engine.rerank.on_torch.methods import METHODS as ON_TORCH
from engine.rerank.on_torch.upload import DeviceItems
from tests.rerank.cases import extras, random_pools, same
from tests.rerank.test_torch import CARD, assert_alike, pretended_card

LEVELS = (0.0, 0.3, 1.0)


@pytest.fixture(autouse=True)
def card():
    with pretended_card():
        yield
    upload._kept = None


@pytest.fixture
def short_memory(monkeypatch):
    """short_memory(limit): similarities of more than `limit` shoppers do not fit. Returns the sizes that did."""

    def install(limit):
        fitted = []
        real = DeviceItems.similarities

        def similarities(known, texts, faces):
            if len(texts) > limit:
                raise torch.OutOfMemoryError("CUDA out of memory")
            fitted.append(len(texts))
            return real(known, texts, faces)

        monkeypatch.setattr(DeviceItems, "similarities", similarities)
        return fitted

    return install


@pytest.mark.parametrize("method", ON_TORCH)
def test_batches_are_halved_until_they_fit(short_memory, caplog, method):
    pools = random_pools(users=21)
    extra = extras(method, pools)
    whole = sweep(*pools, 8, method, LEVELS, **extra)
    fitted = short_memory(1)
    with caplog.at_level(logging.WARNING):
        parts = sweep(*pools, 8, method, LEVELS, **extra)
    assert parts.device == CARD
    assert_alike(method, parts, whole)
    assert set(fitted) == {1}
    assert [record.args[1] for record in caplog.records] == [11, 6, 3, 2, 1]  # one line a halving
    assert all("out of memory" in record.getMessage() for record in caplog.records)


def test_results_already_made_are_kept(short_memory, monkeypatch):
    """Memory that runs out in the middle costs only the batch it ran out in."""
    monkeypatch.setattr(torch_path, "MOST", 8)
    pools = random_pools(users=24)
    whole = rerank(*pools, 8)
    done = []
    real = torch_path._fill_batch

    def fill_batch(method, task, *rest):
        if len(done) == 1 and len(task.scores) > 4:
            raise torch.OutOfMemoryError("CUDA out of memory")
        worst = real(method, task, *rest)
        done.append(len(task.scores))
        return worst

    monkeypatch.setattr(torch_path, "_fill_batch", fill_batch)
    assert_alike("mmr", rerank(*pools, 8), whole)
    assert done == [8, 4, 4, 4, 4]


@pytest.mark.parametrize("method", ["mmr", "xquad"])
def test_the_processor_takes_over_where_one_shopper_does_not_fit(short_memory, caplog, method):
    pools = random_pools()
    extra = extras(method, pools)
    short_memory(0)
    slates = sweep(*pools, 8, method, LEVELS, **extra)
    assert slates.device == "cpu"
    assert same(slates, sweep(*pools, 8, method, LEVELS, device="cpu", **extra))
    assert "processor instead" in caplog.records[-1].getMessage()


def test_the_processor_takes_over_where_the_embeddings_do_not_fit(monkeypatch):
    def full(*arguments):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(torch_path, "upload", full)
    pools = random_pools()
    slates = rerank(*pools, 8)
    assert slates.device == "cpu" and same(slates, rerank(*pools, 8, device="cpu"))


def test_little_memory_means_small_batches(short_memory, monkeypatch):
    fitted = short_memory(10**6)
    pools = random_pools(users=20)
    monkeypatch.setattr(torch_path, "CPU_BYTES", 1)
    slates = rerank(*pools, 8)
    assert fitted == [1] * 20
    monkeypatch.setattr(torch_path, "CPU_BYTES", 2**28)
    assert_alike("mmr", slates, rerank(*pools, 8))


def test_a_broken_row_of_any_batch_is_reported(monkeypatch):
    monkeypatch.setattr(torch_path, "MOST", 3)
    for user in (0, 10, 19):
        scores = random_pools()[0]
        candidates = np.arange(800).reshape(20, 40)
        embeddings = np.random.default_rng(0).standard_normal((800, 8)).astype(np.float32)
        embeddings[candidates[user, 7]] = np.nan
        with pytest.raises(ValueError, match=f"row {candidates[user, 7]} is not"):
            rerank(scores, candidates, embeddings, 5)


@pytest.fixture
def uploads(monkeypatch):
    """The matrices brought to the device, in order."""
    seen = []
    real = upload._unit
    monkeypatch.setattr(upload, "_unit", lambda array, device: seen.append(array.shape) or real(array, device))
    return seen


def test_a_frozen_matrix_is_brought_once(uploads):
    scores, candidates, embeddings = random_pools()
    embeddings.flags.writeable = False
    first, second = (rerank(scores, candidates, embeddings, 5) for _ in range(2))
    assert same(first, second) and len(uploads) == 1
    rerank(scores[:, :20], np.tile(np.arange(20), (20, 1)), embeddings[100:], 5)  # other rows of the same memory
    assert uploads == [(300, 16), (200, 16)]
    rerank(scores, candidates, embeddings, 5)
    assert len(uploads) == 3  # one matrix is kept, the last


def test_a_matrix_that_may_change_is_brought_every_time(uploads):
    scores, candidates, embeddings = random_pools()
    view = embeddings[:]
    view.flags.writeable = False  # but its owner is not frozen
    rerank(scores, candidates, view, 5, diversity=1)
    embeddings[:] = np.random.default_rng(9).standard_normal(embeddings.shape)
    changed = rerank(scores, candidates, view, 5, diversity=1)
    assert len(uploads) == 2
    np.testing.assert_array_equal(changed.items, rerank(scores, candidates, view, 5, diversity=1, device="cpu").items)


def test_a_matrix_that_is_gone_is_let_go():
    scores, candidates, embeddings = random_pools()
    embeddings.flags.writeable = False
    rerank(scores, candidates, embeddings, 5)
    assert upload._kept is not None
    del embeddings
    gc.collect()
    assert upload._kept is None
