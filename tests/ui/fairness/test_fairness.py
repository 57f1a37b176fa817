"""The Fairness page without a browser: what is asked, what is told, what is hidden, and the sign-off."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from engine.audit.results import Audit
from engine.bench.bench import Bench
from engine.fairness import Plan, ShopperGap, Suppressed
from engine.slates.make import make_slates
from engine.strategies import Store
from engine.strategy.strategy import DEFAULT
from engine.training.training import fit
from tests.ui.harness import SHOP, open_page, plain_words
from ui.background import preparation
from ui.background.jobs import Jobs
from ui.fairness import charts, signing, work
from ui.fairness.charts import Line
from ui.fairness.kept import _sentence, share
from ui.shell import job_panel
from ui.text.words import table

WORDS = table()


def said(key: str, lang: str = "en", **values: object) -> str:
    return WORDS[key][lang].format(**values)


@pytest.fixture
def page(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Audits of a process of their own, which a page waits for."""
    jobs = Jobs()
    monkeypatch.setattr(work, "audits", lambda bench: jobs)
    monkeypatch.setattr(job_panel, "FIRST", 60.0)
    return store


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_question_is_answered(page: Store, lang: str) -> None:
    app = open_page("fairness", lang=lang, fair_by="age,provider_size", fair_figures="ild")
    told = plain_words(app)
    assert app.title[0].value == said("fairness.title", lang)
    assert said("fairness.figure.ild", lang) in told
    assert said("fairness.hidden", lang, n=11) in told, "the small shop has groups too small to be told"
    assert said("fairness.gap_is", lang) in told


def test_a_link_that_asks_nonsense_still_opens(page: Store) -> None:
    app = open_page(
        "fairness", fair_by="shoe,age+shoe", fair_figures="beauty", fair_before="9:nothing", fair_now="relevance"
    )
    assert said("fairness.figure.ndcg") in plain_words(app)


def test_without_later_purchases(page: Store, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late = Bench(bench.data, *fit("popularity", tmp_path, bench.data))
    ready = SimpleNamespace(**{**vars(preparation.preparation()), "bench": late})
    monkeypatch.setattr(preparation, "preparation", lambda: ready)
    app = open_page("fairness", fair_by="age")
    assert said("fairness.lacks_later") in "\n".join(each.value for each in app.info)
    assert said("fairness.figure.ild") in plain_words(app) and said("fairness.figure.ndcg") not in plain_words(app)


def sign(app: AppTest, button: str, author: str) -> AppTest:
    app.text_input(key="sign_author").set_value(author)
    app.button(key=button).click().run()
    assert not app.exception
    return app


def test_it_is_signed_when_everything_is_read(page: Store) -> None:
    app = open_page("fairness", fair_by="age,provider_size", fair_figures="ild")
    assert app.button(key="sign_yes").disabled
    sign(app, "sign_no", "Bo")
    for box in app.checkbox:
        if str(box.key).startswith("point_"):
            box.check()
    app.run()
    assert not app.button(key="sign_yes").disabled
    sign(app, "sign_yes", "Ann")
    kept = page.signatures(SHOP)
    assert [(each.decision, each.author) for each in kept] == [("refused", "Bo"), ("signed", "Ann")]
    assert kept[1].points == tuple(said(f"fairness.point.{name}") for name in ("gaps", "makers", "hidden", "limits"))
    assert "Ann" in plain_words(app) and "Bo" in plain_words(app)


def test_who_signs_must_say_who_she_is(page: Store) -> None:
    app = sign(open_page("fairness", fair_by="age", fair_figures="ild"), "sign_no", "  ")
    assert app.error and page.signatures(SHOP) == []


def test_a_ledger_that_was_deleted_or_changed_is_told(page: Store) -> None:
    asked = {"fair_by": "age", "fair_figures": "ild"}
    deleted, replaced = (said(f"report.ledger_{what}", at="").partition("(")[0] for what in ("deleted", "replaced"))
    assert deleted not in plain_words(open_page("fairness", **asked))
    ledger = work.ledger_file()
    kept = ledger.read_bytes()
    ledger.unlink()
    app = open_page("fairness", **asked)
    assert len(app.warning) == 1 and deleted in app.warning[0].value
    ledger.write_bytes(kept + b" ")
    told = [each.value for each in open_page("fairness", **asked).warning]
    assert deleted in told[0] and replaced in told[1]


def test_settings_in_use_are_called_by_the_weight_that_lists_have(page: Store, bench: Bench) -> None:
    """A floor may lower λ; every page names the λ of the lists."""
    rules = json.dumps([{"kind": "pin", "item_id": str(bench.history.items["item_id"].iat[0]), "position": 1}])
    app = open_page(
        "fairness", fair_by="age", fair_figures="ild", diversity="0.6", floor="ndcg:0.999:plain", rules=rules
    )
    assert said("fairness.in_use", diversity="0.00", method="MMR") in plain_words(app)


def test_what_has_to_be_confirmed_follows_what_is_told() -> None:
    def content(side: str, *suppressed: object) -> Audit:
        return Audit.model_construct(results=[SimpleNamespace(side=side)], suppressed=[*suppressed])

    assert signing.points(content("providers")) == ["makers", "limits"]
    hidden = Suppressed(by="age", group="19-24", metric="ild")
    assert signing.points(content("shoppers", hidden)) == ["gaps", "hidden", "limits"]


def line(value: float, half: float, change: float) -> Line:
    ends = {"low": value - half, "high": value + half, "before_low": value - change - half}
    moved = {"change": change, "change_low": change - half / 4, "change_high": change + half / 4}
    row = {"n": 20, "value": value, "before": value - change, "before_high": value - change + half, **ends, **moved}
    return Line("told", "a group", ShopperGap.model_construct(**row))


def test_no_interval_is_cut_off_and_zero_stays_in_view() -> None:
    chart = charts.groups([line(0.5, 0.2, -0.02), line(0.9, 0.01, -0.03)], "ndcg", ("before", "now"))
    for axis, name in ((chart.layout.xaxis, "x"), (chart.layout.xaxis2, "x2")):
        drawn = np.concatenate([each.x for each in chart.data if each.xaxis == name])
        assert axis.range[0] < drawn.min() and drawn.max() < axis.range[1]
    assert chart.layout.xaxis2.range[0] < 0 < chart.layout.xaxis2.range[1]


def test_a_chart_of_hidden_groups_has_bands_and_no_axis() -> None:
    chart = charts.groups([Line("hidden", "one"), Line("hidden", "two")], "ndcg", ("before", "now"))
    assert not chart.data and chart.layout.xaxis.visible is False
    assert len(chart.layout.shapes) == 2


def test_every_group_hidden_is_told_and_figures_keep_their_order(
    page: Store, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer shoppers than a group must have: nothing is told, and the page says why."""
    monkeypatch.setattr("engine.audit.from_strategies.Plan", lambda: Plan(threshold=len(bench.users) + 1))
    app = open_page("fairness", fair_by="age,tail", fair_figures="ild,ndcg")
    told = plain_words(app)
    assert said("fairness.nothing_told", n=len(bench.users) + 1) in "\n".join(each.value for each in app.info)
    assert 0 < told.index(said("fairness.figure.ndcg")) < told.index(said("fairness.figure.ild"))
    assert not app.exception and not app.error


def test_without_spread_nothing_is_said_of_it(page: Store) -> None:
    app = open_page("fairness", fair_by="age", fair_figures="ild")
    assert all(button.key != "ask_spread" for button in app.button)
    assert "σ" not in plain_words(app)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_spread_does_is_asked_by_one_button(page: Store, bench: Bench, lang: str) -> None:
    app = open_page("fairness", spread="0.5", fair_by="age", fair_figures="ild", lang=lang)
    assert said("fairness.spread_on", lang, weights="0.30 · σ 0.50") in plain_words(app)
    app.button(key="ask_spread").click().run()
    assert not app.exception
    asked = app.session_state["view"]
    assert asked.fair_before == "unspread" and {"history", "provider"} <= set(asked.fair_by)
    told = plain_words(app)
    assert said("fairness.spread_asked", lang) in told
    assert WORDS["fairness.kept"][lang] in told, "later purchases are known here"


def test_all_makers_together_before_and_after_spread(page: Store, bench: Bench) -> None:
    """Oracle: makers with a product in some list, by sets."""
    app = open_page(
        "fairness", spread="0.5", fair_before="unspread", fair_by="age,provider,provider_size", fair_figures="ild"
    )
    codes, eligible = bench.history.codes("provider")[0], bench.history.eligible()
    every = set(codes[eligible].tolist())
    (drawn,) = (str(part.proto) for part in app.get("bidi_component") if "together_provider" in part.proto.id)
    shares = []
    for spread in (0.0, 0.5):
        items = make_slates(bench, DEFAULT.at(spread=spread)).items
        shown = set(codes[items[items >= 0]].tolist())
        shares.append(f"{100 * len(shown) / len(every):.1f}")
    assert f"from {shares[0]}%" in drawn and shares[1] in drawn
    assert f"{len(shown)} of {len(every)} have a product in some list" in drawn
    ways = [part.proto.id for part in app.get("bidi_component") if "together_" in part.proto.id]
    assert len(ways) == 1, "classes by size have no cards of their own"


@given(
    before=st.floats(0.01, 1), value=st.floats(0, 1), half=st.floats(0, 0.2),
)  # fmt: skip
def test_what_a_group_keeps_lies_in_its_interval(before: float, value: float, half: float) -> None:
    change = value - before
    row = ShopperGap.model_construct(
        value=value, before=before, change=change, change_low=change - half, change_high=change + half
    )
    found = share(row)
    assert found.low <= found.value + 1e-9 and found.value <= found.high + 1e-9
    assert found.value == pytest.approx(value / before) and found.low >= 0
    assert (found.high < 1 - 1e-9) == (change + half < -1e-9 * before), "less than all exactly where the change is sure"


def kept_row(group: str, value: float, high: float) -> ShopperGap:
    """A group of 50 whose nDCG was 0.5."""
    return ShopperGap.model_construct(
        by="age", group=group, n=50, before=0.5, value=value, change_low=value - 0.6, change_high=high - 0.5
    )


def test_a_group_that_surely_keeps_less_is_named_before_one_that_may_be_chance() -> None:
    young, old = kept_row("young", 0.3, 0.6), kept_row("old", 0.4, 0.45)
    told = _sentence([young, old]).replace("\\", "")
    assert told.startswith("**1 of 2 groups keeps less than 100%: Age: old, 80.0% (60.0 to 90.0), 50 shoppers.**")
    told = _sentence([young]).replace("\\", "")
    assert told == said("fairness.kept_chance", group="Age: young", value="60.0", low="40.0", high="120.0", size="50")
