"""The OpenAPI 3.1 description, made from the models that check requests and write answers."""

from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from engine.serving.models import (
    Health,
    LiveAnswer,
    Readiness,
    SlateAnswer,
    SlateQuery,
    SlatesAnswer,
    SlatesRequest,
)
from engine.serving.problems import MEDIA, ProblemDetails

API = "1.0.0"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ASKED: tuple[type[BaseModel], ...] = (SlateQuery, SlatesRequest)
ANSWERED: tuple[type[BaseModel], ...] = (Health, Readiness, LiveAnswer, SlateAnswer, SlatesAnswer, ProblemDetails)
ETAG = {"description": "changes when the list may have changed", "schema": {"type": "string"}}
WORDS = {
    304: "nothing has changed since the ETag given",
    400: "not a request that is served here",
    401: "the token is missing or wrong",
    404: "the shopper is not known, or no strategy is live on the surface",
    413: "the request is too large",
    415: "the body is not JSON",
    421: "asked for under another name than this computer's",
    422: "a field cannot be taken",
    503: "lists are being prepared, or the strategy in force cannot be served for this shop",
}


@cache
def description(token: bool) -> dict[str, Any]:
    """The document. token: whether requests must bear one."""
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {"title": "Evenshelf: lists of a live strategy, with their reasons", "version": API},
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }
    if token:
        document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        document["security"] = [{"token": []}]
        document["paths"]["/ready"]["get"]["security"] = []
    return document


def _schemas() -> dict[str, Any]:
    kinds: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "validation") for model in ASKED if model is not SlateQuery),
        *((model, "serialization") for model in ANSWERED),
    ]
    _, definitions = models_json_schema(kinds, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


def _paths() -> dict[str, Any]:
    user = {"name": "user_id", "in": "path", "required": True, "schema": {"type": "string"}}
    match = {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
    body = {"required": True, "content": {"application/json": {"schema": _ref(SlatesRequest)}}}
    single = _operation("slate", "One shopper's list with its reasons", SlateAnswer, 400, 404, 422, 503)
    single["parameters"] = [user, *_query(), match]
    single["responses"]["200"]["headers"] = {"ETag": ETAG}
    single["responses"]["304"] = {"description": WORDS[304]}
    several = _operation("slates", "The lists of several shoppers", SlatesAnswer, 400, 404, 413, 415, 422, 503)
    several["requestBody"] = body
    ready = _operation("ready", "Whether lists are ready", Readiness)
    ready["responses"]["503"] = _answer("preparing", Readiness)
    return {
        "/v1/slates/{user_id}": {"get": single},
        "/v1/slates": {"post": several},
        "/v1/strategies/live": {"get": _operation("live", "The strategies in force", LiveAnswer, 503)},
        "/health": {"get": _operation("health", "What is ready, and which versions", Health)},
        "/ready": {"get": ready},
        "/openapi.json": {"get": _operation("openapi", "This description", None)},
    }


def _operation(name: str, words: str, answer: type[BaseModel] | None, *problems: int) -> dict[str, Any]:
    refused = {str(status): _answer(WORDS[status], ProblemDetails, MEDIA) for status in sorted({*problems, 401, 421})}
    return {"operationId": name, "summary": words, "responses": {"200": _answer(words, answer), **refused}}


def _answer(words: str, model: type[BaseModel] | None, media: str = "application/json") -> dict[str, Any]:
    schema = {"type": "object"} if model is None else _ref(model)
    return {"description": words, "content": {media: {"schema": schema}}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _query() -> list[dict[str, Any]]:
    """The fields of SlateQuery as parameters."""
    fields = SlateQuery.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]
