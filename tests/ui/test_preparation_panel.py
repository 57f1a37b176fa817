"""The progress of a preparation, as a page shows it."""

from streamlit.testing.v1 import AppTest

from ui.preparation import STEPS, Step


class Late:
    """A preparation that ends right after the page has looked whether it has."""

    def __init__(self) -> None:
        self.bench, self.problem, self.refused = None, None, None
        self.steps = {name: Step() for name in STEPS}

    @property
    def stage(self) -> int:
        for step in self.steps.values():
            step.state = "ready"
        self.bench = "ready"
        return len(STEPS)

    @property
    def over(self) -> bool:
        return all(step.state == "ready" for step in self.steps.values())

    def cancel(self) -> None: ...


def page() -> None:
    import streamlit as st

    from ui.preparation_panel import progress_panel

    work = st.session_state["work"]
    if work.bench is None:
        progress_panel(work)
    else:
        st.markdown("the page")


def test_a_preparation_that_ends_while_the_page_is_drawn_shows_the_page() -> None:
    app = AppTest.from_function(page)
    app.session_state["work"] = Late()
    app.run()
    assert [each.value for each in app.markdown] == ["the page"]
