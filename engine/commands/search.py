"""Search a shop: what the query was understood to ask for, the results at λ, and why each is there."""

import argparse

from engine.bench.bench import Bench
from engine.commands.chosen_bench import add_chosen_model, open_chosen_bench
from engine.commands.shared import ProgressLine, open_data, write_json
from engine.data import Dataset
from engine.data.problems import refuse
from engine.rerank import METHODS
from engine.search import SearchIndex, SearchRequest, SearchResult, SearchRow, bench_index, open_index, search
from engine.search.filters import Filters, PriceRange, facet_filter
from engine.search.intents import Intents

EMPTY = {
    "no_words": "the query has no word to search for",
    "no_products": "no product of this shop has a text",
    "filters": "no product keeps the filters",
    "nothing_similar": "no product holds a word of the query, and none is similar to it",
    "no_more": "the pages end before this one",
}
NOTES = {"no_prices": "the query names a price, but this shop has no prices: it is left out"}
CERTAINTY = {"one": "", "several": "; the query may mean several", "unknown": "; its category is not known"}


def arguments(parser: argparse.ArgumentParser) -> None:
    add_chosen_model(parser)
    parser.add_argument("--query", required=True, help='such as "juice under 3 dollars"')
    parser.add_argument("--diversity", type=float, default=0.3, help="λ from 0 to 1 (default 0.3)")
    parser.add_argument("--k", type=int, default=10, help="products on a page (default 10)")
    parser.add_argument("--page", type=int, default=1, help="which page (default 1)")
    parser.add_argument("--method", default="mmr", help=f"re-ranker: {', '.join(METHODS)} (default mmr)")
    parser.add_argument("--pool", type=int, default=200, help="best results to choose from (default 200)")
    parser.add_argument("--filter", action="append", default=[], metavar="FACET=VALUE",
                        help="only products with this value, such as colour=red; may be repeated")  # fmt: skip
    parser.add_argument("--min-price", type=float, help="lowest price")
    parser.add_argument("--max-price", type=float, help="highest price")
    parser.add_argument("--no-correction", action="store_true", help="search for misspelled words as they are")
    parser.add_argument("--no-grammar", action="store_true", help="read no filters from the query")
    parser.add_argument("--by-intent", action="store_true", help="lower λ where the query means few categories")
    parser.add_argument("--user", help="a shopper's id, for personal results; takes the shop's model")
    parser.add_argument("--personal", type=float, default=0.3, help="weight of the shopper's own scores (default 0.3)")
    parser.add_argument("--json", help="write everything (or the problems) here")


def run(options: argparse.Namespace) -> None:
    progress = ProgressLine()
    if options.page < 1:
        raise refuse("command line", "usage", "pages count from 1", "take --page 1", column="page")
    if options.model and options.user is None:
        raise refuse("command line", "usage", "--model goes with --user", "add --user, or leave it out")
    request = _request(options)
    index, user = _opened(options, progress)
    request = _with(request, options, index.data, user)
    result = search(index, request)
    progress.close()
    if options.json:
        write_json(options.json, result.as_json())
    _print(result, request)


def _request(options: argparse.Namespace, filters: Filters | None = None, user: int | None = None) -> SearchRequest:
    """The request, checked before a shop is opened."""
    return SearchRequest(
        query=options.query,
        diversity=options.diversity,
        k=options.k,
        offset=(options.page - 1) * options.k,
        method=options.method,
        pool=options.pool,
        filters=filters or Filters(),
        correction=not options.no_correction,
        grammar=not options.no_grammar,
        by_intent=options.by_intent,
        user=user,
        personal=options.personal,
    )


def _opened(options: argparse.Namespace, progress: ProgressLine) -> tuple[SearchIndex, int | None]:
    """The index, and the row of the shopper asked for."""
    if options.user is None:
        return open_index(open_data(options, progress), progress), None
    bench = open_chosen_bench(options, progress)
    return bench_index(bench), _shopper(bench, options.user)


def _shopper(bench: Bench, user_id: str) -> int:
    row = bench.row(user_id) if bench.context.has_history else None
    if row is None:
        problem, fix = "the model knows no such shopper", "take a shopper with purchases, or leave --user out"
        raise refuse("command line", "unknown_user", problem, fix, column="user", value=user_id)
    return int(bench.users[row])


def _with(request: SearchRequest, options: argparse.Namespace, data: Dataset, user: int | None) -> SearchRequest:
    """The request with its filters, which only the shop can check, and its shopper."""
    filters = Filters()
    for text in options.filter:
        facet, mark, value = text.partition("=")
        if not mark:
            raise refuse(
                "command line", "usage", "not a filter", "write --filter colour=red", column="filter", value=text
            )
        filters = _either(filters, facet_filter(data, facet.strip(), value.strip()))
    if options.min_price is not None or options.max_price is not None:
        filters = filters.and_(Filters(price=PriceRange(options.min_price, options.max_price)))
    return _request(options, filters, user) if filters or user is not None else request


def _either(filters: Filters, added: Filters) -> Filters:
    """Two values of one facet: a product may have either."""
    values = dict(filters.values)
    for facet, allowed in added.values:
        values[facet] = tuple(dict.fromkeys((*values.get(facet, ()), *allowed)))
    return Filters(tuple(values.items()), filters.price)


def _print(result: SearchResult, request: SearchRequest) -> None:
    understood = result.understood
    if understood.corrected is not None:
        print(f"corrected   {understood.corrected}   (--no-correction searches for the words as typed)")
    for facet, allowed in understood.filters.values:
        print(f"filter      {facet}: {', '.join(allowed)}")
    if understood.filters.price is not None:
        print(f"filter      price {_range(understood.filters.price)}")
    for note in understood.notes:
        print(f"note        {NOTES[note]}")
    if result.empty is not None:
        print(f"no results  {EMPTY[result.empty]}")
        return
    print(f"category    {_intents(result.intents)}")
    print(f"λ           {_level(result, request)}")
    for row in result.rows:
        print(_row(row))


def _range(price: PriceRange) -> str:
    low = "" if price.low is None else f"{'from' if price.low_included else 'above'} {price.low:g}"
    high = "" if price.high is None else f"{'up to' if price.high_included else 'below'} {price.high:g}"
    return " ".join(part for part in (low, high) if part)


def _intents(intents: Intents) -> str:
    shares = ", ".join(f"{intent.category} {intent.p:.0%}" for intent in intents.categories[:3])
    return (shares or "none") + CERTAINTY[intents.certainty]


def _level(result: SearchResult, request: SearchRequest) -> str:
    if not request.by_intent:
        return f"{result.diversity:g}, {request.method}"
    why = f"{request.diversity:g} asked for × {result.intents.ambiguity:.2f}, how open the query's category is"
    return f"{result.diversity:.2g}, {request.method}: {why}"


def _row(row: SearchRow) -> str:
    why = row.why
    held = f"holds {', '.join(why.words)}" if why.words else "holds none of the words"
    likeness = "" if why.meaning != why.meaning else f"; meaning {why.meaning:.2f}"
    move = "" if why.move == "same" else f"; {why.move} from {why.plain_rank}"
    if why.move == "down" and why.nearest is not None:
        move += f", {why.nearest.similarity:.2f} like {why.nearest.title}"
    return f"{row.rank:>3}  {row.score:.3f}  {row.item_id:<12} {row.title}  ({held}{likeness}{move})"
