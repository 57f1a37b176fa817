"""What is answered, from what is in force at this moment."""

import hashlib
import json
from dataclasses import asdict

from engine.serving.live_slates import LiveSlates, SurfaceState
from engine.serving.models import (
    BasisInfo,
    Health,
    LiveAnswer,
    LiveStrategy,
    Readiness,
    SlateAnswer,
    SlateQuery,
    SlatesAnswer,
    SlatesRequest,
    Versions,
)
from engine.serving.openapi import API
from engine.serving.prepared_slates import PreparedSlates, info, model_info
from engine.serving.problems import Fault, NoAnswer, short
from engine.strategy.rules import Surface

SOON = {"Retry-After": "2"}


def slates_of(live: LiveSlates, query: SlateQuery) -> PreparedSlates:
    """The lists asked for. Raises NoAnswer where there are none, or fewer products in them than asked for."""
    if not live.ready:
        raise NoAnswer(503, "preparing", "lists are being prepared", "ask again soon, or ask /health", headers=SOON)
    places = live.places
    surface = query.surface or next(iter(places))
    if surface not in places:
        fix = f"ask for {' or '.join(places)}"
        raise NoAnswer(404, "no_surface", f"{surface} lists are not served here", fix)
    prepared = _prepared(surface, places[surface])
    if query.k is not None and query.k > prepared.strategy.k:
        fault = Fault(field="k", problem=f"at most {prepared.strategy.k}")
        fix = f"ask for at most {prepared.strategy.k}, or let a strategy with a larger k go live"
        raise NoAnswer(422, "invalid", f"lists have {prepared.strategy.k} products", fix, (fault,))
    return prepared


def _prepared(surface: Surface, place: SurfaceState) -> PreparedSlates:
    if place.prepared is not None:
        return place.prepared
    if place.refused is not None:
        fix = "let another strategy go live"
        raise NoAnswer(503, "refused", f"the live strategy cannot be served: {place.refused}", fix)
    if place.of is not None:
        raise NoAnswer(503, "preparing", "the live strategy's lists are being made", "ask again soon", headers=SOON)
    fix = "approve a strategy and let it go live"
    raise NoAnswer(404, "no_strategy", f"no strategy is live on {surface}", fix)


def slate(prepared: PreparedSlates, user_id: str, query: SlateQuery) -> SlateAnswer:
    """One shopper's list. Raises NoAnswer for who is not known."""
    answer = prepared.slate(user_id, query.k)
    if answer is None:
        fix = "show a list of your own; new ones come in when the shop is prepared and the model trained again"
        raise NoAnswer(
            404, "unknown_user", f"no {prepared.bench.context.noun} {short(user_id)!r} is known to the model", fix
        )
    return SlateAnswer(**dict(prepared.source), **dict(answer), surface=prepared.strategy.surface)


def slates(live: LiveSlates, query: SlatesRequest) -> SlatesAnswer:
    """The lists of several shoppers, all from the same strategy."""
    prepared = slates_of(live, query)
    answers = {user_id: prepared.slate(user_id, query.k) for user_id in query.user_ids}
    return SlatesAnswer(
        **dict(prepared.source),
        surface=prepared.strategy.surface,
        slates=tuple(answer for answer in answers.values() if answer is not None),
        unknown=tuple(user_id for user_id, answer in answers.items() if answer is None),
    )


def etag(prepared: PreparedSlates, user_id: str, query: SlateQuery) -> str:
    """A strong ETag: of what makes the lists, whose list it is, and how much of it."""
    content = json.dumps([API, prepared.etag, user_id, query.k])
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'


def readiness(live: LiveSlates) -> Readiness:
    return Readiness(status="ready" if live.ready else "preparing")


def health(live: LiveSlates) -> Health:
    shelves = [place.prepared for place in live.places.values() if place.prepared is not None]
    bench = live.bench
    versions = Versions(
        api=API,
        data_hash=None if bench is None else bench.data.hash,
        model=None if bench is None else model_info(bench),
        strategies=tuple(shelf.source.strategy for shelf in shelves),
    )
    return Health(
        status=readiness(live).status,
        step=live.step,
        share=live.share,
        versions=versions,
        store_problem=live.store_problem,
    )


def strategies(live: LiveSlates) -> LiveAnswer:
    """What is in force on each surface. Raises NoAnswer while that is not known yet."""
    if not live.ready:
        raise NoAnswer(503, "preparing", "lists are being prepared", "ask again soon, or ask /health", headers=SOON)
    return LiveAnswer(surfaces=tuple(_surface_answer(surface, place) for surface, place in live.places.items()))


def _surface_answer(surface: Surface, place: SurfaceState) -> LiveStrategy:
    of, prepared = place.of, place.prepared
    problem = None if place.refused is None else str(place.refused)
    if of is None:
        return LiveStrategy(surface=surface, state="refused" if problem else "none", problem=problem)
    return LiveStrategy(
        surface=surface,
        state="ready" if prepared else "refused" if problem else "preparing",
        problem=problem,
        strategy=info(of, of.strategy) if prepared is None else prepared.source.strategy,
        content=of.strategy.model_dump(mode="json"),
        author=of.author,
        comment=of.comment,
        starts_at=of.window.starts_at,
        ends_at=of.window.ends_at,
        basis=None if of.basis is None else BasisInfo(**asdict(of.basis)),
    )
