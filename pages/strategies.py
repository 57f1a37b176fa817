"""Strategies: which lists does the shop show, and who decided so?"""

from ui.shell import navigation, page
from ui.strategies import adopt, compare, hindsight, live, opening, saved, steps, version


def main() -> None:
    bench = page.bench_or_wait("strategies")
    if bench is None:
        return
    shelf = opening.shelf_or_problem(bench)
    if shelf is None:
        return
    opening.header(shelf)
    adopt.offer(shelf.unadopted)
    if not shelf.versions:
        opening.nothing_saved()
        return
    steps.pending(shelf)
    live.cards(bench, shelf)
    shown = saved.chosen(shelf)
    saved.rows(shelf, shown)
    strategy = version.view(bench, shelf, shown)
    if strategy is not None:
        hindsight.view(bench, strategy)
        compare.view(bench, shelf, shown, strategy)


navigation.enter("strategies")
main()
