"""The Models page in a real browser: train one, compare, let it make the lists, go back, delete it."""

from engine.training import registry
from engine.training.history import history
from tests.browser.driver import Tab
from ui.text.words import table


def words(key: str, **values: object) -> str:
    return str(table()[key]["en"]).format(**values)


def opened(tab: Tab) -> Tab:
    """The Models page once nothing is trained or judged: until then its buttons are disabled, and redrawn after."""
    tab.page.goto(f"{tab.address}/models")
    tab.page.locator(".st-key-model_blend").wait_for()
    tab.rest().page.locator(".st-key-cancel_model").wait_for(state="detached")
    return tab.rest()


def press(tab: Tab, key: str) -> None:
    tab.page.locator(f".st-key-{key} button:not([disabled])").first.click()


def use(tab: Tab, name: str) -> None:
    """Choose a model, saying who and why."""
    press(tab, f"use_{name}")
    tab.page.locator(".st-key-use_model_author input").fill("Ann")
    tab.page.locator(".st-key-use_model_comment textarea").fill("to try it")
    press(tab, "use_model_yes")


def test_train_compare_use_and_delete(tab: Tab, shop) -> None:  # type: ignore[no-untyped-def]
    folder = shop[1]
    opened(tab)
    press(tab, "train_popularity")
    tab.page.locator(".st-key-use_popularity button").wait_for()
    tab.page.locator(".js-plotly-plot").first.wait_for()  # judged beside the blend
    tab.rest()
    for name in ("popularity", "blend"):
        assert words(f"model.{name}") in tab.page.get_by_test_id("stTable").first.inner_text()
    try:
        use(tab, "popularity")
        badge = words("models.badge", model=words("model.popularity"))
        tab.page.get_by_text(badge).wait_for()
        assert registry.active(folder) == "popularity"
        tab.open("")
        assert words("model.popularity") in tab.text()
    finally:
        assert history(folder)[-1].by == "Ann" and history(folder)[-1].why == "to try it"
        press(opened(tab), "undo_model")
        tab.page.get_by_text(words("models.badge", model=words("model.blend"))).wait_for()
        assert [change.kind for change in history(folder)[-2:]] == ["use", "undo"]
    press(opened(tab), "remove_popularity")
    press(tab, "delete_model_yes")
    tab.page.locator(".st-key-train_popularity button").wait_for()
    assert "popularity" not in {card["name"] for card in registry.trained(folder)}
    tab.open("")  # the blend makes the lists again, for the tests that follow
    assert words("model.blend") in tab.text()


def test_a_card_says_how_a_model_was_made(tab: Tab) -> None:
    press(opened(tab), "card_blend")
    dialog = tab.page.get_by_role("dialog")
    dialog.get_by_text(words("models.settings"), exact=True).wait_for()
    with tab.page.expect_download() as started:
        tab.page.locator(".st-key-card_json button").click()
    assert started.value.suggested_filename == "evenshelf-blend-card.json"


def test_a_model_chosen_by_a_command_is_loaded_when_asked(tab: Tab, shop) -> None:  # type: ignore[no-untyped-def]
    folder = shop[1]
    opened(tab)
    press(tab, "train_popularity")
    tab.page.locator(".st-key-use_popularity button").wait_for()
    tab.rest()
    try:
        registry.activate(folder, "popularity", "Ann", "by a command")
        names = {"wanted": words("model.popularity"), "used": words("model.blend")}
        assert words("models.changed", **names).replace("**", "") in opened(tab).text()
        press(tab, "load_model")
        tab.page.get_by_text(words("models.badge", model=words("model.popularity"))).wait_for()
        tab.page.locator(".st-key-load_model").wait_for(state="detached")
    finally:
        registry.undo(folder, "Ann")
    press(opened(tab), "load_model")
    tab.page.get_by_text(words("models.badge", model=words("model.blend"))).wait_for()
    press(opened(tab), "remove_popularity")
    press(tab, "delete_model_yes")
    tab.page.locator(".st-key-train_popularity button").wait_for()
