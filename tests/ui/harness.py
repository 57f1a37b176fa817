"""How tests draw a page without a browser, and read what it shows."""

from pathlib import Path
from types import SimpleNamespace

from streamlit.testing.v1 import AppTest

from engine.bench.bench import Bench
from ui.background.preparation import STEPS, PreparationStep
from ui.shell.navigation import SECTIONS
from ui.text.words import table

ROOT = Path(__file__).resolve().parents[2]
ALL_PAGES = [page for pages in SECTIONS.values() for page in pages]
TEXTS = ("title", "subheader", "markdown", "info", "warning", "error", "success")
SHOP = "journey"  # the folder of the small shop, and so its name in the store
TIMEOUT = 120  # seconds: a busy machine proves nothing


def ready(bench: Bench) -> SimpleNamespace:
    """A preparation that is finished; tests take parts of it away."""
    return SimpleNamespace(
        data=bench.data, bench=bench, problem=None, wanted="blend", forecast=None,
        steps={name: PreparationStep("ready", 1, 1, 1.2) for name in STEPS}, stage=len(STEPS), over=False,
        cancel=lambda: None, start=lambda: None,
    )  # fmt: skip


def open_page(page: str = "overview", **query: str) -> AppTest:
    """The app opened at the address of one page, as a link opens it; no other page is drawn before."""
    return fine(draw_page(page, **query))


def draw_page(page: str = "overview", **query: str) -> AppTest:
    """The same, whatever comes of it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT)
    for name, value in query.items():
        app.query_params[name] = value
    if page != "overview":  # which is the default page, and has no name in the address
        app.switch_page(f"pages/{page}.py")
    return app.run()


def fine(app: AppTest) -> AppTest:
    """Nothing broke, and the page does not say in any language that we broke something."""
    assert not app.exception, app.exception
    failed = set(table()["preparing.failed"].values())
    assert not failed & {element.value for element in app.error}
    return app


def words(app: AppTest, *kinds: str) -> str:
    """The texts that the page shows: all, or those of some kinds of element."""
    return "\n".join(element.value for kind in kinds or TEXTS for element in getattr(app, kind))


def plain_words(app: AppTest) -> str:
    """All texts, without the marks that keep markdown from acting on them."""
    return words(app).replace("\\", "")
