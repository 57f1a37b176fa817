"""Training as a whole: it learns, resumes after a kill, reads ratings, tunes the encoder."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from engine.data import Cancelled, Dataset
from engine.recommend.trilinear import LossName, Trilinear, TrilinearConfig, Tuning
from engine.recommend.trilinear.examples import reference_times, windows
from engine.recommend.trilinear.options import adversarial, average, hide_words
from tests.fixtures.shops import journey, synthetic
from tests.recommend.shops import shop

CUT = pd.Timestamp("2017-11-06")
ROOT = Path(__file__).resolve().parents[3]
SMALL = TrilinearConfig(dim=8, heads=2, windows=2, epochs=4, patience=4, seed=3)
# Slowed down, so that there is a middle to be killed in.
KILLED = f"""
import sys, time
from pathlib import Path
import pandas as pd
from engine.recommend.trilinear import Trilinear, TrilinearConfig
from tests.fixtures.shops import journey

def slowly(step, done, total):
    time.sleep(0.3 if step == "train.epochs" else 0)

config = TrilinearConfig.model_validate_json('{SMALL.model_dump_json()}')
Trilinear(config).fit(journey().before(pd.Timestamp("{CUT}")), slowly, Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def history() -> Dataset:
    return journey().before(CUT)


@pytest.fixture(scope="module")
def trained(history: Dataset) -> Trilinear:
    return Trilinear(SMALL).fit(history)


def ratings_shop() -> Dataset:
    """The synthetic shop, of whose events only the ratings are known."""
    whole = synthetic()
    log = whole.interactions[whole.interactions["event"] == "rate"].reset_index(drop=True)
    return replace(whole, interactions=log, positive="rate")


def two_tastes(n_users: int = 40, n_items: int = 40, n: int = 1_600) -> Dataset:
    """Even shoppers rate even products (of one category) 5 and odd ones 1 or 2, odd shoppers the other way round."""
    rng = np.random.default_rng(0)
    pairs = rng.permutation(n_users * n_items)[:n]
    users, items = pairs // n_items, pairs % n_items
    days = np.sort(rng.uniform(0, 200, n))
    data = shop(list(zip(users, items, days, strict=True)), n_users, n_items, category=["even", "odd"] * (n_items // 2))
    log = data.interactions.assign(event=pd.Categorical(["rate"] * n))
    match = (log["user"] + log["item"]) % 2 == 0
    return replace(
        data, interactions=log.assign(rating=np.where(match, 5.0, 1.0 + (log["item"] % 3 == 0))), positive="rate"
    )


def test_features_end_where_labels_begin_and_labels_before_validation(history: Dataset) -> None:
    times = reference_times(history, TrilinearConfig())
    (since, until), *before = times
    assert until == CUT and len(before) == 3
    assert all(end <= since for _, end in before)
    training, validation = windows(history, history.eligible(), SMALL, ratings=False)
    assert validation is not None and len(training) == 2
    for window in (*training, validation):
        past = history.before(window.since)
        assert (window.labels.sum(axis=0)[~window.snapshot.open] == 0).all()
        np.testing.assert_array_equal(np.diff(window.snapshot.purchases.start) > 0, np.diff(past.relevant().indptr) > 0)


def test_training_lowers_the_loss_and_keeps_the_best_epoch(trained: Trilinear) -> None:
    curve = trained.curve
    assert [row["epoch"] for row in curve] == [0, 1, 2, 3, 4]
    assert min(row["loss"] for row in curve) < curve[0]["loss"]
    assert all(0 <= row[scope] <= 1 for row in curve for scope in ("all", "new"))


def test_a_killed_training_goes_on_to_the_same_curve(history: Dataset, trained: Trilinear, tmp_path: Path) -> None:
    work = tmp_path / "work"
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(work)], cwd=ROOT, env=dict(os.environ))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None and len(curve_on_disk(work)) < 3:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = curve_on_disk(work)
    assert 3 <= len(left) < len(trained.curve)  # killed in the middle
    steps: list[int] = []
    resumed = Trilinear(SMALL).fit(
        history, lambda step, done, _: steps.append(done) if "epochs" in step else None, work
    )
    assert resumed.curve[: len(left)] == left
    for mine, whole in zip(resumed.curve, trained.curve, strict=True):
        assert mine == pytest.approx(whole, rel=1e-4)
    users = np.arange(10, dtype=np.int64)
    np.testing.assert_allclose(resumed.score(users), trained.score(users), rtol=1e-3, atol=1e-4)
    assert steps[0] > 0  # it did not start over
    assert not work.exists()


def curve_on_disk(work: Path) -> list[dict[str, float]]:
    file = work / "progress.json"
    rows: list[dict[str, float]] = json.loads(file.read_text())["curve"] if file.exists() else []
    return rows


def test_a_cancelled_training_keeps_its_checkpoint_and_others_do_not_take_it(history: Dataset, tmp_path: Path) -> None:
    def stop(step: str, done: int, total: int) -> None:
        if step == "train.epochs" and len(curve_on_disk(tmp_path)) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        Trilinear(SMALL).fit(history, stop, tmp_path)
    assert len(curve_on_disk(tmp_path)) == 2
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".safetensors"}
    other = Trilinear(SMALL.model_copy(update={"seed": 4, "epochs": 1})).fit(history, work=tmp_path)
    assert len(other.curve) == 2


@pytest.mark.parametrize("loss", [None, LossName.KL])
def test_ratings_are_learned(loss: LossName | None) -> None:
    data = two_tastes()
    model = Trilinear(TrilinearConfig(loss=loss, dim=8, rate=0.02, batch=16, epochs=8, patience=8)).fit(data)
    assert min(row["loss"] for row in model.curve[1:]) < 0.7 * model.curve[0]["loss"]
    scores = model.score(np.arange(data.n_users, dtype=np.int64))
    match = (np.arange(data.n_users)[:, None] + model.items) % 2 == 0
    assert scores[match].mean() > scores[~match].mean() + 1


def test_a_shop_with_few_ratings_trains_and_one_without_is_refused() -> None:
    data = ratings_shop()
    items, scores = Trilinear(TrilinearConfig(dim=8)).fit(data).recommend(np.arange(data.n_users, dtype=np.int64), 5)
    assert (items[:, 0] >= 0).all() and np.isfinite(scores[:, 0]).all()
    with pytest.raises(ValueError, match="learns from ratings"):
        Trilinear(TrilinearConfig(loss=LossName.KL)).fit(journey())


@pytest.mark.parametrize("tuning", [Tuning.LAST_LAYER, Tuning.LORA, Tuning.FULL])
def test_the_encoder_learns_as_much_as_the_mode_says(tuning: Tuning, tmp_path: Path) -> None:
    if tuning is Tuning.LORA:
        pytest.importorskip("peft")
    data = synthetic()
    config = TrilinearConfig(tuning=tuning, dim=8, windows=1, epochs=1, live=4, word_dropout=0.2, encoder_rate=1e-3)
    model = Trilinear(config).fit(data)
    learned = {name: value for name, value in model._arrays().items() if name.startswith("learned.")}
    layers = {name.split(".")[3] for name in learned if "layer." in name}
    assert layers == ({"5"} if tuning is Tuning.LAST_LAYER else set("012345"))
    assert any("word_embeddings" in name for name in learned) == (tuning is Tuning.FULL)
    model.save(tmp_path)
    again = Trilinear.load(tmp_path, data)
    users, rows = np.arange(4, dtype=np.int64), np.array([0, 79])
    np.testing.assert_allclose(again.score_items(data, rows, users), model.score_items(data, rows, users), rtol=1e-4)


def test_the_options_train(history: Dataset) -> None:
    config = SMALL.model_copy(
        update={"epochs": 2, "adversarial": 0.1, "average": 2, "accumulate": 2, "groups": True, "promotions": True}
    )
    config = config.model_copy(update={"loss": LossName.BCE, "negatives": 50, "diversity": 0.5})
    model = Trilinear(config).fit(history)
    assert len(model.curve) == 3 and np.isfinite(model.score(np.arange(5, dtype=np.int64))).all()


def test_fgm_moves_each_text_by_epsilon_against_the_loss() -> None:
    text, gradient = torch.zeros(2, 3), torch.tensor([[3.0, 0, 4], [0, 0, 0]])
    torch.testing.assert_close(adversarial(text, gradient, 0.5), torch.tensor([[0.3, 0, 0.4], [0, 0, 0]]))


def test_hidden_words_and_averages() -> None:
    rng = np.random.default_rng(0)
    hidden = hide_words(["a b c d e f g h", "one", ""], 0.5, rng)
    assert set(hidden[0].split()) < set("abcdefgh") and hidden[1:] == ["one", ""]
    states = [{"w": torch.tensor([1.0])}, {"w": torch.tensor([3.0])}]
    assert average(states)["w"].tolist() == [2.0]


@pytest.mark.parametrize(
    "bad",
    [{"diversity": 1.5}, {"diversity": -0.1}, {"dim": 1}, {"loss": "hinge"}, {"tuning": "most"}, {"rate": 0.0},
     {"dropout": 1.0}, {"epochs": -1}, {"word_dropout": 0.1}, {"device": "tpu"}, {"colour": "red"}],
)  # fmt: skip
def test_bad_settings_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        TrilinearConfig(**bad)  # type: ignore[arg-type]
