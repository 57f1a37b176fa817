"""The description holds, and describes what is answered."""

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.testclient import TestClient

from engine.bench.bench import Bench
from engine.serving import LiveSlates
from engine.serving.openapi import description
from engine.serving.web import app
from tests.serving.conftest import client_of


@pytest.mark.parametrize("token", [False, True])
def test_it_is_openapi_3_1(token: bool) -> None:
    OpenAPIV31SpecValidator(description(token)).validate()


def test_the_validator_can_say_no() -> None:
    broken = {**description(False), "paths": {"/x": {"get": {"responses": {"200": {}}}}}}
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_it_names_every_route_and_method(served: LiveSlates) -> None:
    told = {(path, method.upper()) for path, item in description(False)["paths"].items() for method in item}
    routes = app(served).routes
    served_ = {(route.path.replace(":path", ""), method) for route in routes for method in route.methods - {"HEAD"}}  # type: ignore[attr-defined]
    assert told == served_


def test_a_token_is_described_where_it_is_asked_for(served: LiveSlates) -> None:
    token = "x" * 40
    client = client_of(served, token)
    client.headers["authorization"] = f"Bearer {token}"
    document = client.get("/openapi.json").json()
    assert document["security"] == [{"token": []}] and document["paths"]["/ready"]["get"]["security"] == []
    assert "security" not in description(False)


def test_answers_are_as_described(client: TestClient, bench: Bench) -> None:
    document = client.get("/openapi.json").json()
    user = str(bench.names()[0])
    calls: list[tuple[str, str, str, Any]] = [
        ("/v1/slates/{user_id}", "get", f"/v1/slates/{user}", None),
        ("/v1/slates/{user_id}", "get", "/v1/slates/nobody", None),
        ("/v1/slates/{user_id}", "get", f"/v1/slates/{user}?k=1000", None),
        ("/v1/slates", "post", "/v1/slates", {"user_ids": [user, "nobody"], "k": 2}),
        ("/v1/slates", "post", "/v1/slates", {"user_ids": []}),
        ("/v1/strategies/live", "get", "/v1/strategies/live", None),
        ("/health", "get", "/health", None),
        ("/ready", "get", "/ready", None),
    ]
    seen = set()
    for path, method, url, body in calls:
        response = client.request(method, url, json=body)
        answer = document["paths"][path][method]["responses"][str(response.status_code)]
        ((media, content),) = answer["content"].items()
        assert response.headers["content-type"] == media
        schema = {**content["schema"], "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(response.json())
        seen.add(content["schema"]["$ref"].rpartition("/")[2])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate({**response.json(), "unheard_of": 1})
    assert seen == {"SlateAnswer", "SlatesAnswer", "LiveAnswer", "Health", "Readiness", "ProblemDetails"}
