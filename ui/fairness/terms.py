"""Names and formats of an audit's figures on the Fairness page: as in reports, in the language in use."""

from engine.audit.values import FIGURES
from engine.fairness import CROSS, OTHERS
from engine.reports.names import Names, base, form, in_order, known, number, significant, span
from ui.text.words import t

__all__ = [
    "CROSS",
    "FIGURES",
    "NAMES",
    "OTHERS",
    "base",
    "figure_name",
    "form",
    "group_name",
    "in_order",
    "known",
    "means",
    "number",
    "significant",
    "span",
    "unit",
    "way_name",
    "with_unit",
]  # fmt: skip
NAMES = Names(t)
figure_name, means, way_name, group_name = NAMES.figure, NAMES.means, NAMES.way, NAMES.group
unit, with_unit = NAMES.unit, NAMES.with_unit
