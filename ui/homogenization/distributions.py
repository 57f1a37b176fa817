"""How overlap and slots are distributed, like for like: two charts side by side."""

import numpy as np

from engine.diagnosis.homogenization import Column, Homogenization
from ui import charts
from ui.homogenization import charts as shapes
from ui.shell import page
from ui.text import figures
from ui.text.words import clauses, labelled, t


def distributions(result: Homogenization) -> None:
    """Pairs of shoppers by the products they share, and the Lorenz curve of the slots."""
    columns = _distinct(result)
    like = f" · {t('homogenization.like')}" if result.purchased is not None else ""
    left, right = page.split("homogenization", [1, 1])
    with left, page.card(t("homogenization.overlap"), t("homogenization.overlap_note") + like):
        shares = {column: result.compared[column].shared for column in columns}
        charts.show(shapes.overlap(shares), "overlap", _spoken(result, "shared_products"))
    with right, page.card(t("homogenization.lorenz"), t("homogenization.lorenz_note") + like):
        gini = {column: result.compared[column].figures["gini"].value for column in columns}
        curves = {column: result.compared[column].lorenz for column in columns}
        charts.show(shapes.lorenz(curves, gini), "lorenz", _spoken(result, "gini"))


def _distinct(result: Homogenization) -> list[Column]:
    """The columns, without λ = 0 where the lists now are the same."""
    same = np.array_equal(result.lists["before"], result.lists["now"])
    return [column for column in result.columns if column != "before" or not same]


def _spoken(result: Homogenization, key: str) -> str:
    """One figure of every column, for those who cannot see the chart."""
    values = {column: result.compared[column].figures[key].value for column in result.columns}
    columns = (f"{t('chart.' + column)} {figures.with_unit(key, value)}" for column, value in values.items())
    return labelled(t("measure." + key), clauses(columns))
