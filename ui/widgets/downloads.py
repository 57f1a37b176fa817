"""Downloads: tables as CSV and Parquet, made when the button is pressed."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from engine.bench.bench import Bench
from engine.evaluation.slates_file import slates_table
from engine.exports.tables import as_csv, as_parquet
from engine.strategy.strategy import Strategy
from ui.text.shoppers import Who
from ui.text.words import t


def table(make: Callable[[], pd.DataFrame], name: str) -> None:
    """Two small buttons that give the table shown beside them as CSV and as Parquet; `make` is called when pressed."""
    make_table = _in_this_session(make)
    with st.container(horizontal=True, horizontal_alignment="right", gap=None, key=f"take_{name}"):
        st.download_button(
            t("download.csv"), lambda: as_csv(make_table()), f"evenshelf-{name}.csv", "text/csv", type="tertiary",
            icon=":material/download:", help=t("download.csv_help"), on_click="ignore", key=f"take_{name}_csv",
        )  # fmt: skip
        st.download_button(
            t("download.parquet"), lambda: as_parquet(make_table()), f"evenshelf-{name}.parquet", type="tertiary",
            help=t("download.parquet_help"), on_click="ignore", key=f"take_{name}_parquet",
        )  # fmt: skip


def _in_this_session(make: Callable[[], pd.DataFrame]) -> Callable[[], pd.DataFrame]:
    """`make`, called in a thread that knows this session: Streamlit's download thread does not know the language."""
    session = get_script_run_ctx(suppress_warning=True)

    def run() -> pd.DataFrame:
        future: Future[pd.DataFrame] = Future()

        def work() -> None:
            try:
                future.set_result(make())
            except Exception as failure:
                future.set_exception(failure)

        thread = threading.Thread(target=work)
        add_script_run_ctx(thread, session)
        thread.start()
        return future.result()

    return run


def lists(bench: Bench, who: Who, chosen: list[Strategy]) -> None:
    """Buttons for the compared lists: this shopper's, or everyone's."""

    def table(everyone: bool) -> pd.DataFrame:
        parts = []
        for letter, strategy in zip("ABC", chosen, strict=False):
            slates = slates_table(bench, strategy, None if everyone else who.rows)
            slates.insert(0, "list", letter)
            slates.insert(1, "method", strategy.method)
            slates.insert(2, "diversity", strategy.diversity)
            parts.append(slates)
        return pd.concat(parts, ignore_index=True)

    def written(form: Callable[[pd.DataFrame], bytes], everyone: bool) -> bytes:
        return form(table(everyone))

    with st.container(horizontal=True):
        for name, everyone in (("one", False), ("all", True)):
            st.download_button(
                t(f"download.{name}_csv"), partial(written, as_csv, everyone), f"evenshelf-{name}.csv",
                "text/csv", icon=":material/download:", on_click="ignore", key=f"csv_{name}",
            )  # fmt: skip
            st.download_button(
                t(f"download.{name}_parquet"), partial(written, as_parquet, everyone),
                f"evenshelf-{name}.parquet", icon=":material/download:", on_click="ignore", key=f"parquet_{name}",
            )  # fmt: skip
