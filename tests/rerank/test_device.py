"""Where to compute, and what happens when the card cannot: a card is played by torch on the processor."""

import logging
from importlib.util import find_spec

import numpy as np
import pytest

from engine.rerank import rerank
from engine.rerank.on_torch import device, torch_path
from engine.rerank.on_torch.device import card, may_have_card
from tests.rerank.cases import extras, random_pools, same


@pytest.fixture
def a_card(monkeypatch):
    """`sweep` finds a card named "test card"; what it is given is computed on the processor by torch."""
    fill = torch_path.rerank_on_device
    monkeypatch.setattr(device, "may_have_card", lambda: True)
    monkeypatch.setattr(torch_path, "cuda_name", lambda: "test card")
    monkeypatch.setattr(torch_path, "rerank_on_device", lambda *arguments: fill(*arguments[:-1], "cpu"))


def test_the_card_is_used_and_named(a_card):
    pools = random_pools()
    plain = rerank(*pools, k=6, device="cpu")
    assert plain.device == "cpu"
    for choice in ("auto", "cuda"):
        slates = rerank(*pools, k=6, device=choice, normalize="none")
        assert slates.device == "test card"
        np.testing.assert_array_equal(slates.items, plain.items)


def test_a_method_the_card_does_not_know_runs_on_the_processor(a_card):
    pools = random_pools()
    extra = extras("richness", pools)
    slates = rerank(*pools, k=6, method="richness", device="cuda", **extra)
    assert slates.device == "cpu"
    assert same(slates, rerank(*pools, k=6, method="richness", device="cpu", **extra))


def test_too_little_memory_falls_back_with_a_warning(a_card, monkeypatch, caplog):
    def fill(method, task, device):
        task.slots["items"][:] = 7  # what a batch before the failure may have left
        raise torch_path.OutOfMemory("too large")

    monkeypatch.setattr(torch_path, "rerank_on_device", fill)
    pools = random_pools(pool=4)
    with caplog.at_level(logging.WARNING, "engine.rerank"):
        slates = rerank(*pools, k=6)
    assert slates.device == "cpu" and "too large" in caplog.text
    assert same(slates, rerank(*pools, k=6, device="cpu"))


def test_a_broken_row_is_refused_there_too(a_card):
    scores, candidates, embeddings = random_pools()
    embeddings[candidates[0, 0]] = np.nan
    with pytest.raises(ValueError, match=f"row {candidates[0, 0]} is not"):
        rerank(scores, candidates, embeddings)


def test_cuda_without_a_card_is_refused(monkeypatch):
    monkeypatch.setattr(device, "may_have_card", lambda: False)
    assert card("auto") == card("cpu") == ""
    with pytest.raises(ValueError, match="choose 'auto' or 'cpu'"):
        card("cuda")


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_hidden_cards_are_not_asked_for(monkeypatch, hidden):
    monkeypatch.setattr(device.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert may_have_card() == (find_spec("torch") is not None)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert not may_have_card()
