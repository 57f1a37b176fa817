"""The HTTP interface: JSON in and out, every refusal a problem document."""

from collections.abc import Callable

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.serving import answers, problems
from engine.serving.guard import AccessGuard
from engine.serving.live_slates import LiveSlates
from engine.serving.models import SlateQuery, SlatesRequest
from engine.serving.openapi import description
from engine.serving.problems import NoAnswer, invalid

PRIVATE = "private, no-cache"  # a shopper's list is private: it may be kept, but must be checked each time
NOT_KEPT = {"Cache-Control": "no-store"}


def app(live: LiveSlates, token: str | None = None) -> Starlette:
    """The application that answers from `live`. token: what every request but /ready must bear; None: it answers
    requests to a loopback name only."""

    async def slate(request: Request) -> Response:
        query, user_id = _query(request), request.path_params["user_id"]
        return await run_in_threadpool(_slate_response, live, request, user_id, query)

    async def slates(request: Request) -> Response:
        query = await _body(request)
        return await run_in_threadpool(_json, answers.slates, live, query)

    async def openapi(request: Request) -> Response:
        return JSONResponse(description(token is not None))

    async def ready(request: Request) -> Response:
        return _plain(answers.readiness(live), 200 if live.ready else 503)

    routes = [
        Route("/v1/slates", slates, methods=["POST"]),
        Route("/v1/slates/{user_id:path}", slate, methods=["GET"]),
        Route("/v1/strategies/live", _from(live, answers.strategies), methods=["GET"]),
        Route("/health", _from(live, answers.health), methods=["GET"]),
        Route("/ready", ready, methods=["GET"]),
        Route("/openapi.json", openapi, methods=["GET"]),
    ]
    handlers = {
        NoAnswer: problems.on_no_answer,
        HTTPException: problems.on_http_error,
        Exception: problems.on_fault,
    }
    application = Starlette(
        routes=routes, middleware=[Middleware(AccessGuard, token=token)], exception_handlers=handlers
    )
    application.router.redirect_slashes = False
    return application


def _from(live: LiveSlates, answer: Callable[[LiveSlates], BaseModel]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        return _plain(answer(live))

    return endpoint


def _slate_response(live: LiveSlates, request: Request, user_id: str, query: SlateQuery) -> Response:
    prepared = answers.slates_of(live, query)
    etag = answers.etag(prepared, user_id, query)
    headers = {"ETag": etag, "Cache-Control": PRIVATE, "Vary": "Authorization"}
    answer = answers.slate(prepared, user_id, query)
    if _has(request.headers.getlist("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(answer.model_dump_json(), 200, headers, "application/json")


def _json(answer: Callable[[LiveSlates, SlatesRequest], BaseModel], live: LiveSlates, query: SlatesRequest) -> Response:
    return _plain(answer(live, query))


def _plain(answer: BaseModel, status: int = 200) -> Response:
    return Response(answer.model_dump_json(), status, NOT_KEPT, "application/json")


def _query(request: Request) -> SlateQuery:
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) < len(pairs):
        raise NoAnswer(400, "invalid", "a parameter is given twice", "give each once")
    try:
        return SlateQuery.model_validate(dict(pairs))
    except ValidationError as error:
        raise invalid(422, "query", error) from None


async def _body(request: Request) -> SlatesRequest:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        fix = "send JSON with the header Content-Type: application/json"
        raise NoAnswer(415, "not_json", "the body does not say that it is JSON", fix)
    try:
        return SlatesRequest.model_validate_json(await request.body())
    except ClientDisconnect:  # nobody is left to read this
        raise NoAnswer(408, "cut_off", "the request did not arrive whole", "send it again") from None
    except ValidationError as error:
        not_json = any(detail["type"] == "json_invalid" for detail in error.errors())
        raise invalid(400 if not_json else 422, "body", error) from None


def _has(given: list[str], etag: str) -> bool:
    """Whether If-None-Match names this answer."""
    tags = {tag.strip().removeprefix("W/") for line in given for tag in line.split(",")}
    return etag in tags or "*" in tags
