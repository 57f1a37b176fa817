"""How a trained model stands: the figures of `evaluate`, kept beside the very model that they are of."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.bench.bench import Bench
from engine.data import Dataset
from engine.evaluation import model_scores
from engine.evaluation.evaluate import against, evaluate
from engine.evaluation.rows import ModelScore
from engine.strategy.strategy import DEFAULT
from engine.training import registry
from engine.training.training import fit
from tests.fixtures.shops import journey

CUT = "2017-11-06"
Judged = tuple[Path, Dataset, dict[str, tuple[Bench, model_scores.ModelScores]]]


@pytest.fixture(scope="module")
def judged(
    tmp_path_factory: pytest.TempPathFactory,
) -> Judged:
    folder, data = tmp_path_factory.mktemp("shop"), journey()
    found = {}
    for name in ("frequency", "popularity"):
        bench = Bench(data, *fit(name, folder, data, CUT))
        found[name] = (bench, model_scores.score_model(bench))
    return folder, data, found


def test_it_says_what_evaluate_says(judged: Judged) -> None:
    bench, found = judged[2]["frequency"]
    rows = evaluate(bench, DEFAULT, [0.0])
    for scope in ("all", "new"):
        for metric in model_scores.KEYS:
            told = next(row for row in rows if row.metric == metric and row.scope == scope)
            kept = found.row(metric, scope)
            assert kept is not None
            for figure in ("value", "low", "high", "n_users"):
                assert getattr(kept, figure) == pytest.approx(getattr(told, figure), abs=1e-9), (scope, metric, figure)


def test_ahead_is_the_paired_change(judged: Judged) -> None:
    (bench, one), (other, two) = judged[2]["frequency"], judged[2]["popularity"]
    told = next(row for row in against(bench, other, DEFAULT.at(diversity=0.0)) if row.metric == "ndcg")
    gain, low, high = model_scores.ndcg_difference(one, two, "all")
    assert gain == pytest.approx(told.difference, abs=1e-5) and low <= gain <= high
    assert np.isnan(model_scores.ndcg_difference(one, model_scores.ModelScores([], {}, []), "all")).all()


def test_it_belongs_to_one_training(judged: Judged) -> None:
    folder, data, found = judged
    bench, one = found["frequency"]
    assert model_scores.stored_scores(folder, bench.card) is None
    model_scores.store_scores(folder, bench.card, one)
    assert model_scores.stored_scores(folder, bench.card) == one
    assert model_scores.stored_scores(folder, bench.card | {"data_hash": "other"}) is None
    _, again = fit("frequency", folder, data, CUT)
    assert model_scores.stored_scores(folder, again) is None


def test_a_model_that_cannot_be_read_gives_way_to_the_blend(tmp_path: Path) -> None:
    data = journey()
    until = data.before(CUT).cutoff
    assert until is not None
    fit("frequency", tmp_path, data, until)
    registry.activate(tmp_path, "frequency")
    assert registry.in_use(tmp_path, data, until)[1]["name"] == "frequency"
    next((tmp_path / "models" / f"frequency@{CUT}").rglob("model.safetensors")).write_bytes(b"torn")
    assert registry.in_use(tmp_path, data, until)[1]["name"] == "blend"
    assert set(registry.at(tmp_path, until)) == {"frequency", "blend"}


def figures_of(ild: tuple[float, float, float], coverage: tuple[float, float, float]) -> model_scores.ModelScores:
    rows = [
        ModelScore("new", metric, value, low, high, 90)
        for metric, (value, low, high) in (("ild", ild), ("coverage", coverage))
    ]
    return model_scores.ModelScores(rows, {}, [])


def test_what_falls_is_told_where_the_intervals_do_not_meet() -> None:
    used = figures_of((0.80, 0.79, 0.81), (0.20, 0.19, 0.21))
    other = figures_of((0.805, 0.795, 0.815), (0.14, 0.13, 0.15))
    found = model_scores.metric_changes(other, used, "new")
    assert [(move.metric, move.before, move.after) for move in found] == [("coverage", 0.20, 0.14)]
    assert found[0].share == pytest.approx(-0.3)
    assert model_scores.metric_changes(used, other, "new")[0].share > 0
    assert (
        model_scores.metric_changes(other, used, "all") == [] and model_scores.metric_changes(used, used, "new") == []
    )
    unknown = figures_of((0.80, 0.79, 0.81), (0.20, 0.19, 0.21))
    unknown.rows[1] = replace(unknown.rows[1], low=None)
    assert model_scores.metric_changes(other, unknown, "new") == []


def test_what_is_written_alike_does_not_move() -> None:
    used = figures_of((0.8001, 0.80009, 0.80011), (0.20, 0.19, 0.21))
    other = figures_of((0.7999, 0.79989, 0.79991), (0.20, 0.19, 0.21))
    assert model_scores.metric_changes(other, used, "new") == []


def test_stored_ends_beyond_what_a_figure_can_be_are_cut(tmp_path: Path) -> None:
    card = {"name": "blend", "until": None, "data_hash": "a", "trained_at": "b"}
    stored = figures_of((0.99, 0.97, 2.01), (0.99, -0.01, 1.012))
    stored.rows[0] = replace(stored.rows[0], low=None)
    model_scores.store_scores(tmp_path, card, stored)
    found = model_scores.stored_scores(tmp_path, card)
    assert found is not None and [(row.low, row.high) for row in found.rows] == [(None, 2.0), (0.0, 1.0)]
    assert [row.value for row in found.rows] == [0.99, 0.99]


def test_a_model_of_few_products_is_said_to_reach_fewer(judged: Judged) -> None:
    """Popularity shows everybody the same products: beside frequency its reach falls."""
    one, two = judged[2]["popularity"][1], judged[2]["frequency"][1]
    told = {move.metric: move for move in model_scores.metric_changes(one, two, "all")}
    assert told["coverage"].share < 0
