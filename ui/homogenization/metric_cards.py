"""The cards of every shopper's full list: the figures of `evaluate`, now and at λ 0."""

from engine.diagnosis.homogenization import Homogenization
from ui.component import cards
from ui.shell import page
from ui.text import figures
from ui.text.words import t
from ui.widgets import measure_cards

MEASURES = ("shared_products", "coverage", "gini", "shannon_entropy", "tail_share")


def metric_cards(result: Homogenization) -> None:
    """A row of cards; measures that this shop's data do not allow are left out."""
    page.head(t("homogenization.cards"), t("homogenization.cards_note", n=f"{result.n_shoppers:,}", k=result.k))
    before, now = result.whole["before"], result.whole["now"]
    entries = []
    for key in MEASURES:
        if key in now.keys:
            block = figures.block(key, now.value(key)[0], before.value(key)[0], result.k)
            entries.append(measure_cards.entry(key, [block], figures.counted(now, key)))
    cards("homogenization_cards", entries, least=150)
