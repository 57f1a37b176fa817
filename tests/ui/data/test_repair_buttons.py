"""Findings of quality say what they cost, and lead to a mended shop."""

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from engine.data import list_shops, open_shop
from tests.ui.data.uploads import open_data
from tests.ui.harness import fine


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_repeated_lines_are_dropped_into_a_shop_of_its_own(work: SimpleNamespace, lang: str) -> None:
    log = work.data.interactions
    again = pd.concat([log, log.head(3)]).sort_values("timestamp", kind="stable", ignore_index=True)
    work.data = replace(work.data, interactions=again, hash=f"repeated-{lang}")
    app: AppTest = open_data("shop", lang=lang)
    button = app.button(key="mend_duplicates")
    assert "3" in button.label
    fine(button.click().run())
    stored = list_shops()[1]
    mended = open_shop(stored.folder)
    assert (
        len(mended.interactions) == len(log.drop_duplicates()) and app.session_state["view"].shop == stored.folder.name
    )


def test_without_findings_there_is_no_button(work: SimpleNamespace) -> None:
    app = open_data("shop")
    clean = not work.data.interactions.duplicated().any()
    assert clean == ("mend_duplicates" not in {str(each.key) for each in app.button})
