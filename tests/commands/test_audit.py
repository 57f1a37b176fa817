"""`audit` from end to end: the figures are those of `metrics`, the bytes the same, and what is suppressed stays so."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from engine import reports
from engine.__main__ import main
from engine.bench.arrival import arrived
from engine.bench.bench import Bench
from engine.data import Dataset
from engine.evaluation.slates_file import slates_table, write_slates
from engine.reports import as_csv
from engine.strategies import Signature, Store, shop_of
from engine.strategy.strategy import Strategy

BY = "age,household_size,provider,provider_size,tail,new"


@pytest.fixture(scope="module")
def lists(shop: tuple[Dataset, Path], bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Lists at λ = 0 and 0.6, and shorter ones."""
    folder, found = tmp_path_factory.mktemp("lists"), {}
    for name, strategy in (
        ("plain", Strategy(method="mmr", diversity=0.0, k=10, pool=50)),
        ("varied", Strategy(method="mmr", diversity=0.6, k=10, pool=50)),
        ("short", Strategy(method="mmr", diversity=0.0, k=5, pool=50)),
    ):
        found[name] = folder / f"{name}.parquet"
        write_slates(found[name], slates_table(bench, strategy), bench, strategy)
    return found


def audit(shop: tuple[Dataset, Path], slates: Path, out: Path, *more: str, code: int = 0) -> dict[str, Any]:
    result = out / "told.json"
    out.mkdir(exist_ok=True)
    call = [
        "audit",
        "--data",
        str(shop[1]),
        "--slates",
        str(slates),
        "--out",
        str(out / "files"),
        "--json",
        str(result),
    ]
    assert main([*call, "--ledger", str(out.parent / "ledger" / "told.json"), *more]) == code
    told: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return told


def test_means_are_those_of_metrics(
    shop: tuple[Dataset, Path], bench: Bench, lists: dict[str, Path], tmp_path: Path
) -> None:
    since = str(bench.card["until"])
    found = audit(shop, lists["plain"], tmp_path / "a", "--since", since, "--by", "age")
    told = {(row["group"], row["metric"]): row for row in found["results"]}
    hidden = {(row["group"], row["metric"]) for row in found["suppressed"]}
    assert ("unknown", "ndcg") in told
    for group in {row["group"] for row in found["results"]}:
        mine = shop[0].users["age"].fillna("unknown") == group
        users = tmp_path / "users.txt"
        users.write_text("\n".join(shop[0].users["user_id"][mine]), encoding="utf-8")
        figures = tmp_path / "m.json"
        call = ["metrics", "--data", str(shop[1]), "--slates", str(lists["plain"]), "--since", since]
        assert main([*call, "--users", str(users), "--json", str(figures)]) == 0
        theirs = json.loads(figures.read_text(encoding="utf-8"))
        for metric in ("ndcg", "recall", "ild", "facet_entropy:category", "novelty", "calibration_kl:category"):
            if (group, metric) in hidden:  # too few of the group can be judged
                continue
            assert told[group, metric]["value"] == pytest.approx(theirs[metric], abs=1e-9)
            assert told[group, metric]["n"] == theirs["n"][metric]


def test_the_answer_has_the_fields_of_the_door(
    shop: tuple[Dataset, Path], bench: Bench, lists: dict[str, Path], tmp_path: Path
) -> None:
    since = str(bench.card["until"])
    more = ["--baseline", str(lists["plain"]), "--since", since, "--by", "age", "--by", BY.removeprefix("age,")]
    found = audit(shop, lists["varied"], tmp_path / "a", *more)
    fields = {"by", "group", "metric", "n", "value", "low", "high", "difference", "ratio", "p", "q"}
    tested = found["results"]
    assert all(fields <= set(row) for row in tested)
    counted = sum((row["p"] is not None) + (row.get("gap_change_p") is not None) for row in tested)
    assert found["family_size"] == counted
    assert {row["by"] for row in found["results"]} == set(BY.split(","))
    assert all(row["q"] is None or row["p"] <= row["q"] <= 1 for row in tested)
    assert all(row["low"] <= row["value"] <= row["high"] for row in tested if row["side"] == "providers")
    hidden = {(row["by"], row["group"]) for row in found["suppressed"] if row["metric"] == "ild"}
    counts = shop[0].users["age"].fillna("unknown").value_counts()
    assert {("age", group) for group in counts.index[counts < 11]} <= hidden
    table = pd.read_csv(tmp_path / "a" / "files" / "results.csv")
    assert len(table) == len(found["results"])
    shown = found["setting"]
    assert (shown["data_hash"], shown["seed"], shown["threshold"]) == (shop[0].hash, 0, 11)


def test_made_again_it_has_the_same_bytes_whatever_was_asked_between(
    shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path
) -> None:
    first = audit(shop, lists["varied"], tmp_path / "a", "--by", "age,tail")
    audit(shop, lists["plain"], tmp_path / "b", "--by", "household_size,income")
    again = audit(shop, lists["varied"], tmp_path / "c", "--by", "age,tail")
    assert first == again
    for name in ("audit.json", "results.csv"):
        one, two = (tmp_path / run / "files" / name for run in ("a", "c"))
        assert one.read_bytes() == two.read_bytes()


def test_an_audit_of_all_but_three_tells_nothing_new(
    shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path
) -> None:
    audit(shop, lists["plain"], tmp_path / "a", "--by", "age,tail")
    table = pq.read_table(lists["plain"]).to_pandas()
    unknown = shop[0].users["user_id"][shop[0].users["age"].isna()]
    fewer = table[~table["user_id"].isin(unknown.iloc[:3])]
    fewer.to_parquet(tmp_path / "fewer.parquet")
    found = audit(shop, tmp_path / "fewer.parquet", tmp_path / "b", "--by", "age,tail")
    assert found["results"] == []
    assert found["family_size"] == 0
    assert {row["by"] for row in found["suppressed"]} == {"age", "tail"}


def test_a_second_later_and_without_one_shopper_gives_her_figure_away_no_more(
    shop: tuple[Dataset, Path], bench: Bench, lists: dict[str, Path], tmp_path: Path
) -> None:
    """Nobody buys in that second, so n·mean of the two audits would differ by that shopper's nDCG."""
    since = pd.Timestamp(bench.card["until"])
    first = audit(shop, lists["plain"], tmp_path / "a", "--since", str(since), "--by", "age", "--figures", "ndcg")
    table = pq.read_table(lists["plain"]).to_pandas()
    bought = shop[0].since(since).positives()
    assert bought["timestamp"].min() > since + pd.Timedelta(seconds=1)
    known = set(bought["user"].map(shop[0].users["user_id"]))
    victim = next(each for each in table["user_id"] if each in known)
    table[table["user_id"] != victim].to_parquet(tmp_path / "fewer.parquet")
    later = str(since + pd.Timedelta(seconds=1))
    more = ["--since", later, "--by", "age", "--figures", "ndcg"]
    found = audit(shop, tmp_path / "fewer.parquet", tmp_path / "b", *more)
    assert first["overall"]
    assert found["overall"] == found["results"] == []


def test_no_shoppers_id_is_written(shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path) -> None:
    audit(shop, lists["plain"], tmp_path / "a", "--by", "age")
    written = json.loads((tmp_path / "ledger" / "told.json").read_text(encoding="utf-8"))
    assert not set(written["people"]) & set(shop[0].users["user_id"])
    assert all(len(name) == 32 for name in written["people"])


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        (["--by", "shoe"], "unknown_column"),
        (["--by", "age,age"], "twice"),
        (["--by", "age+provider"], "unknown_column"),
        (["--by", "age", "--threshold", "1"], "threshold"),
        (["--by", "age", "--since", "soon"], "bad_date"),
        (["--by", "age", "--baseline", "short"], "baseline"),
    ],
)
def test_bad_questions_end_with_2(
    shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path, more: list[str], kind: str
) -> None:
    asked = [str(lists.get(word, word)) for word in more]
    problems = audit(shop, lists["plain"], tmp_path / "a", *asked, code=2)
    assert [problem["kind"] for problem in problems] == [kind]
    assert not (tmp_path / "a" / "files").exists()


def test_what_cannot_be_remembered_is_not_told(
    shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path
) -> None:
    place = lists["plain"] / "audits" / "told.json"  # under a file
    problems = audit(shop, lists["plain"], tmp_path / "a", "--by", "age", "--ledger", str(place), code=2)
    assert problems[0]["kind"] == "ledger"
    assert not (tmp_path / "a" / "files").exists()


def test_a_name_like_a_formula_is_text_in_the_csv() -> None:
    written = as_csv([{"group": "=1+1", "value": -0.5}, {"group": "-", "value": 2}]).decode("utf-8-sig")
    assert written == "group,value\n'=1+1,-0.5\n'-,2.0\n"


def test_a_threshold_cannot_be_raised_once_smaller_groups_were_told(
    shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path
) -> None:
    found = audit(shop, lists["plain"], tmp_path / "a", "--by", "age", "--threshold", "4")
    assert min(row["n"] for row in found["results"]) >= 4
    problems = audit(shop, lists["plain"], tmp_path / "b", "--by", "age", code=2)
    assert problems[0]["kind"] == "threshold"


def test_new_and_tail_part_the_catalogue(bench: Bench) -> None:
    from engine.audit.values import groupings
    from engine.slates.rule_lookup import facet

    found = groupings(["tail", "new", "provider_size"], bench.history, bench.users).providers
    assert [case.names for case in found] == [("head", "tail"), ("older", "new"), ("large", "small")]
    codes, values = facet(bench, "arrival")
    assert values == ["new", "known"]
    assert ((codes == 0) == (found[1].codes == 1)).all()  # a rule and an audit mean the same products


def test_new_counts_from_the_first_of_28_days_and_products_never_met(shop: tuple[Dataset, Path]) -> None:
    data = shop[0]
    first = data.interactions.groupby("item")["timestamp"].min()
    item = int(first.index[np.flatnonzero(first > first.min())[0]])
    edge = data.before(first[item] + pd.Timedelta(days=28))
    later = data.before(first[item] + pd.Timedelta(days=28, seconds=1))
    assert arrived(edge)[item] and not arrived(later)[item]
    never = np.setdiff1d(np.arange(data.n_items), edge.interactions["item"])
    assert len(never) and arrived(edge)[never].all()


def test_a_report_is_written_and_signed(shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path) -> None:
    audit(
        shop, lists["varied"], tmp_path / "a", "--by", "age", "--language", "zh", "--sign", "Ann", "--comment", "read"
    )
    html = (tmp_path / "a" / "files" / "report.html").read_text(encoding="utf-8")
    assert "公平性审查" in html and "Ann" in html and "已签署" in html
    told = (tmp_path / "a" / "files" / "audit.json").read_bytes()
    store = Store.open()
    kept = store.signatures(shop_of(store, shop[1]), hashlib.sha256(told).hexdigest())
    store.close()
    assert [(each.author, each.decision, each.comment) for each in kept] == [("Ann", "signed", "read")]
    call = [
        "audit",
        "--data",
        str(shop[1]),
        "--slates",
        str(lists["plain"]),
        "--by",
        "age",
        "--out",
        str(tmp_path / "b"),
    ]
    assert main([*call, "--sign", "Ann", "--refuse", "Bo"]) == 2
    assert main([*call, "--sign", ""]) == 2, "nobody cannot sign"
    assert main([*call, "--comment", "read"]) == 2


def test_an_audit_is_there_with_its_report_before_it_is_signed(
    shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[Signature | None] = []
    there: list[bool] = []

    def as_html(content: Any, language: str, signature: Signature | None = None) -> bytes:
        rendered.append(signature)
        return reports.as_html(content, language, signature)

    def sign(store: Store, of: str, audit: str, *arguments: Any, **more: Any) -> Signature:
        file = tmp_path / "a" / "files" / "audit.json"
        there.append(hashlib.sha256(file.read_bytes()).hexdigest() == audit and file.with_name("report.html").is_file())
        return original(store, of, audit, *arguments, **more)

    original = Store.sign
    monkeypatch.setattr("engine.commands.audit.as_html", as_html)
    monkeypatch.setattr(Store, "sign", sign)
    audit(shop, lists["plain"], tmp_path / "a", "--by", "age", "--sign", "Ann")
    assert [each and each.author for each in rendered] == [None, "Ann"] and there == [True]
    audit(shop, lists["plain"], tmp_path / "b", "--by", "age")
    assert [each and each.author for each in rendered] == [None, "Ann", None] and len(there) == 1
    call = ["audit", "--data", str(shop[1]), "--slates", str(lists["plain"]), "--by", "age"]
    assert main([*call, "--out", str(tmp_path / "c"), "--sign", " "]) == 2
    assert rendered[3:] == [None] and (tmp_path / "c" / "report.html").is_file(), "what nobody signs can be read"


def test_an_audit_with_noise_is_paid_for_once(
    shop: tuple[Dataset, Path], bench: Bench, lists: dict[str, Path], tmp_path: Path
) -> None:
    pytest.importorskip("opendp")
    more = ["--by", "age", "--since", str(bench.card["until"]), "--baseline", str(lists["plain"]), "--budget", "8"]
    found = audit(shop, lists["varied"], tmp_path / "a", *more, "--epsilon", "5")
    setting = found["setting"]
    assert (setting["epsilon"], setting["budget"], setting["left"]) == (5, 8, 3)
    assert 5 * 0.99999 < sum(part["epsilon"] for part in setting["spent_on"]) <= 5 + 1e-9
    assert {row["metric"] for row in found["left_out"]} == {"novelty", "popularity_lift"}
    assert found["results"]
    for row in found["results"]:
        assert row["low"] <= row["value"] <= row["high"]
        assert not {"p", "q", "gap_change_p", "effect"} & set(row)
    written = json.dumps(found)
    assert shop[0].hash not in written
    assert hashlib.sha256(lists["varied"].read_bytes()).hexdigest() not in written
    report = tmp_path / "b" / "files" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("of an audit without noise")
    assert audit(shop, lists["varied"], tmp_path / "b", *more, "--epsilon", "5") == found
    assert not report.exists(), "it would stand beside an audit that it does not tell of"
    for name in ("audit.json", "results.csv"):
        one, two = (tmp_path / run / "files" / name for run in ("a", "b"))
        assert one.read_bytes() == two.read_bytes()
    problems = audit(shop, lists["varied"], tmp_path / "c", *more, "--epsilon", "4", code=2)
    assert (problems[0]["kind"], problems[0]["problem"]) == ("budget", "3 of the budget of 8 is left")
    assert not (tmp_path / "c" / "files").exists()


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        (["--epsilon", "0"], "epsilon"),
        (["--epsilon", "1", "--by", "provider"], "epsilon"),
        (["--epsilon", "1", "--by", "history"], "epsilon"),
        (["--epsilon", "1", "--sign", "Ann"], "usage"),
        (["--epsilon", "1", "--figures", "novelty"], "figures"),
        (["--budget", "1"], "usage"),
    ],
)
def test_what_noise_cannot_be_asked_for(
    shop: tuple[Dataset, Path], lists: dict[str, Path], tmp_path: Path, more: list[str], kind: str
) -> None:
    pytest.importorskip("opendp")
    problems = audit(shop, lists["plain"], tmp_path / "a", "--by", "age", *more, code=2)
    assert [problem["kind"] for problem in problems] == [kind]
