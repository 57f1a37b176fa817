"""A model's card in plain words, and as the JSON that was stored."""

import json
from typing import Any

import pandas as pd
import streamlit as st

from engine.evaluation import model_scores
from ui import charts
from ui.models.charts import epochs
from ui.models.progress import curve_text
from ui.models.work import Card, Roster
from ui.text.times import span
from ui.text.words import clauses, enumerated, joined, labelled, plain, t
from ui.widgets import downloads


def dialog(roster: Roster, card: Card) -> None:
    """Show a card over the page."""
    name = t(f"model.{card['name']}")

    @st.dialog(t("models.card_title", model=name), width="large")
    def card_dialog() -> None:
        st.markdown(f":gray[{t('model_what.' + card['name'])}]")
        st.table(_table(roster, card), border="horizontal", hide_index=True, hide_header=True)
        stored = model_scores.stored_scores(roster.folder, card)
        if stored is not None and stored.curve:
            st.markdown(f"**{t('models.curve')}**  \n:gray[:small[{t('models.curve_note')}]]")
            charts.show(epochs(stored.curve), "card_epochs", curve_text(stored.curve))
        st.markdown(f"**{t('models.settings')}**  \n:gray[:small[{t('models.settings_note')}]]")
        settings = pd.DataFrame(
            [(key, str(value)) for key, value in flat(card["config"]).items()], columns=["name", "value"]
        )
        st.dataframe(
            settings, hide_index=True, height=180,
            column_config={"name": t("models.setting"), "value": t("models.value")},
        )  # fmt: skip
        downloads.table(lambda: settings, "model-settings")
        st.download_button(
            t("models.download"), json.dumps(card, indent=2, ensure_ascii=False), f"evenshelf-{card['name']}-card.json",
            "application/json", icon=":material/download:", on_click="ignore", key="card_json",
        )  # fmt: skip

    card_dialog()


def _table(roster: Roster, card: Card) -> pd.DataFrame:
    """What the card says, a line each."""
    seed = flat(card["config"]).get("seed")
    lines = {
        "card_trained": t("models.card_trained_value", when=f"{card['trained_at']:.16}".replace("T", " ")),
        "card_took": span(card["seconds"]),
        "card_until": f"{card['until']:.10}" if card["until"] else t("models.card_all"),
        "card_shop": plain(card["shop"]),
        "card_data": f"`{card['data_hash'][:16]}` "
        + t("models.card_same" if card["data_hash"] == roster.data.hash else "models.card_changed"),
        "card_reach": f"{card['n_eligible']:,}",
        "card_validation": validation(card["validation"]),
        "card_seed": str(seed) if seed is not None else t("models.card_no_seed"),
        "card_versions": enumerated(f"{name} {plain(version)}" for name, version in card["versions"].items()),
    }
    return pd.DataFrame([(f":gray[{t(f'models.{name}')}]", words) for name, words in lines.items()])


def validation(record: dict[str, Any] | None) -> str:
    """What the choice of settings rested on."""
    if not record:
        return t("models.card_no_validation")
    parts = []
    for scope, surface in (("all", "for_you"), ("new", "new")):
        chosen = record.get(scope, {})
        words = f"models.card_{chosen['weights']}" if chosen.get("weights") in ("chosen", "default") else None
        if words is not None:
            value = f"{chosen.get('value', 0):.3f}"
            parts.append(labelled(t(f"surface.{surface}"), t(words, n=chosen["n"], value=value)))
    return joined(t("models.card_since", since=f"{record['since']:.10}"), clauses(parts))


def flat(config: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under dotted names."""
    settings: dict[str, Any] = {}
    for name, value in config.items():
        inner = flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
        settings |= inner
    return settings
