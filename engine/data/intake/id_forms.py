"""Ids that name the same thing in two ways of writing: "13085.0" and "13085", " A1" and "a1", "007" and "7"."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

Change = Callable[[pd.Series], pd.Series]

# What exports do to ids, the commonest first. Zeros in front are told apart within a file: 007 may be another than 7.
CHANGES: dict[str, Change] = {
    "decimal": lambda ids: ids.str.replace(r"\.0+$", "", regex=True),
    "spaces": lambda ids: ids.str.replace(r"[\s\u00a0\u200b\ufeff]+", " ", regex=True).str.strip(),
    "case": lambda ids: ids.str.casefold(),
    "unicode": lambda ids: ids.str.normalize("NFKC"),
    "quote": lambda ids: ids.str.replace(r"^'|^\"|\"$", "", regex=True),
    "zeros": lambda ids: ids.str.replace(r"^0+(?=.)", "", regex=True),
}
WITHIN = [name for name in CHANGES if name != "zeros"]


@dataclass(frozen=True)
class Match:
    """How the ids of one file find those of another.

    total: distinct ids. exact: those found as they are written. others {id: the known id it is perhaps}: those that
    would be found in another way of writing. reason: the commonest way, a key of `CHANGES`, or "several" at once.
    """

    total: int
    exact: int
    others: dict[str, str]
    reason: str

    @property
    def unknown(self) -> int:
        """Ids that are found in no way."""
        return self.total - self.exact - len(self.others)


def unified(ids: pd.Series, names: list[str]) -> pd.Series:
    """The ids after some changes, in the order of `CHANGES`; case and Unicode form first, as spaces depend on them."""
    order = sorted(names, key=["unicode", "spaces", "quote", "decimal", "case", "zeros"].index)
    for name in order:
        ids = CHANGES[name](ids)
    return ids


def match(ids: pd.Series, known: pd.Series) -> Match:
    """How distinct `ids` find distinct `known` ids. A way of writing that two known ids share finds neither."""
    missed = ids[~ids.isin(known)].reset_index(drop=True)
    free = known[~known.isin(ids)].reset_index(drop=True)  # an id that is named as it is written needs no other name
    if missed.empty or free.empty:
        return Match(len(ids), len(ids) - len(missed), {}, "")
    everything = _pairs(missed, free, list(CHANGES))
    reasons = {name: len(_pairs(missed, free, [name])) for name in CHANGES}
    reason = max(reasons, key=reasons.__getitem__)
    return Match(len(ids), len(ids) - len(missed), everything, reason if reasons[reason] else "several")


def doubles(ids: pd.Series) -> tuple[dict[str, str], str]:
    """Among the ids of one column, one entry a line: {rarer id: the commoner one that is perhaps the same}, and the
    commonest way in which they differ."""
    counts = ids.value_counts()
    distinct = pd.Series(counts.index, dtype="str")
    common = _commoner(distinct, WITHIN)
    if not common:
        return {}, ""
    few = distinct[distinct.isin([*common, *common.values()])]
    reasons = {name: len(_commoner(few, [name])) for name in WITHIN}
    reason = max(reasons, key=reasons.__getitem__)
    return common, reason if reasons[reason] else "several"


def _pairs(missed: pd.Series, free: pd.Series, names: list[str]) -> dict[str, str]:
    targets = pd.Series(free.to_numpy(), index=unified(free, names).to_numpy())
    targets = targets[~targets.index.duplicated(keep=False)]
    matched = unified(missed, names).map(targets)
    here = matched.notna()
    return dict(zip(missed[here], matched[here], strict=True))


def _commoner(distinct: pd.Series, names: list[str]) -> dict[str, str]:
    """distinct: the most frequent first."""
    forms = unified(distinct, names)
    first = distinct.groupby(forms.to_numpy()).transform("first")
    other = (first != distinct) & (forms != "").to_numpy()
    return dict(zip(distinct[other], first[other], strict=True))
