"""Strategies: which lists does the shop show, and who decided so?"""

from ui.shell import navigation, page
from ui.strategies import adopt, compare, hindsight, live, opening, saved, steps, version


def main() -> None:
    bench = page.bench_or_wait("strategies")
    if bench is None:
        return
    snapshot = opening.shelf_or_problem(bench)
    if snapshot is None:
        return
    opening.header(snapshot)
    adopt.offer(snapshot.unadopted)
    if not snapshot.versions:
        opening.nothing_saved()
        return
    steps.pending(snapshot)
    live.cards(bench, snapshot)
    shown = saved.chosen(snapshot)
    saved.rows(snapshot, shown)
    strategy = version.view(bench, snapshot, shown)
    if strategy is not None:
        hindsight.view(bench, strategy)
        compare.view(bench, snapshot, shown, strategy)


navigation.enter("strategies")
main()
