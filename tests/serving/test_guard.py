"""Who is let in, what is refused, and that nothing breaks the server."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from engine.bench.bench import Bench
from engine.serving import LiveSlates, guard
from engine.serving.problems import MEDIA, NoAnswer, ProblemDetails
from tests.serving.conftest import client_of

TOKEN = "0123456789-abcdefghijklmnopqrstuvwxyz"
PATHS = ["/v1/slates/x", "/v1/strategies/live", "/health", "/openapi.json", "/nothing"]


def refused(response: Any, status: int, code: str) -> ProblemDetails:
    assert (response.status_code, response.headers["content-type"]) == (status, MEDIA)
    problem = ProblemDetails.model_validate_json(response.content)
    assert (problem.status, problem.code) == (status, code) and problem.fix
    return problem


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:99", "[::1]:8000", "[::1]", "localhost."])
def test_names_of_this_computer(client: TestClient, host: str) -> None:
    assert client.get("/ready", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "10.0.0.1", "", "[::2]", "::1", "[", "x]"],
)
def test_other_names_are_refused_without_a_token(client: TestClient, host: str) -> None:
    refused(client.get("/ready", headers={"host": host}), 421, "wrong_host")


def test_two_host_headers_are_refused(client: TestClient) -> None:
    twice = [("host", "127.0.0.1"), ("host", "127.0.0.1")]
    refused(client.get("/ready", headers=twice), 421, "wrong_host")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN,
     f"Bearer {TOKEN.upper()}", "Bearer \u00e9\u00e9"],
)  # fmt: skip
def test_without_the_token_nothing_is_told(served: LiveSlates, path: str, header: str | None) -> None:
    client = client_of(served, TOKEN, "http://shop.example")
    headers = {} if header is None else {"authorization": header.encode("latin-1")}
    response = client.get(path, headers=headers)  # type: ignore[arg-type]
    refused(response, 401, "no_token")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_with_the_token_any_name_will_do(served: LiveSlates, bench: Bench, scheme: str) -> None:
    client = client_of(served, TOKEN, "http://shop.example")
    client.headers["authorization"] = f"{scheme} {TOKEN}"
    assert client.get(f"/v1/slates/{bench.names()[0]}").status_code == 200
    refused(client.get("/nothing"), 404, "no_such_path")
    twice = [("authorization", f"Bearer {TOKEN}"), ("authorization", "Bearer x")]
    refused(client_of(served, TOKEN).get("/health", headers=twice), 401, "no_token")


def test_load_balancers_need_no_token(served: LiveSlates) -> None:
    assert client_of(served, TOKEN, "http://shop.example").get("/ready").json() == {"status": "ready"}


def test_while_preparing_nothing_is_served() -> None:
    client = client_of(LiveSlates(lambda report: None, None))  # type: ignore[arg-type, return-value]
    for path in ("/v1/slates/1", "/v1/strategies/live"):
        response = client.get(path)
        refused(response, 503, "preparing")
        assert response.headers["retry-after"] == "2"
    refused(client.post("/v1/slates", json={"user_ids": ["1"]}), 503, "preparing")
    assert client.get("/ready").status_code == 503
    assert client.get("/health").json()["status"] == "preparing"


def test_methods_and_paths(client: TestClient) -> None:
    refused(client.delete("/v1/slates/1"), 405, "no_such_method")
    refused(client.get("/v1/slates"), 405, "no_such_method")
    for path in ("/", "/health/", "/v1", "/v1/strategies"):
        refused(client.get(path), 404, "no_such_path")
    assert client.head("/health").content == b""


def test_unknown_shoppers(client: TestClient, bench: Bench) -> None:
    refused(client.get("/v1/slates/nobody"), 404, "unknown_user")
    known = str(bench.names()[0])
    answer = client.post("/v1/slates", json={"user_ids": ["nobody", known, known]}).json()
    assert answer["unknown"] == ["nobody"] and [each["user_id"] for each in answer["slates"]] == [known]
    refused(client.get(f"/v1/slates/{known}?surface=new"), 404, "no_surface")


@pytest.mark.parametrize("query", ["k=0", "k=101", "k=x", "k=", "k=1.5", "surface=home", "top=3", "k=nan"])
def test_bad_parameters(client: TestClient, query: str) -> None:
    problem = refused(client.get(f"/v1/slates/1?{query}"), 422, "invalid")
    assert problem.errors[0].field == query.partition("=")[0]


def test_a_parameter_given_twice(client: TestClient) -> None:
    refused(client.get("/v1/slates/1?k=1&k=2"), 400, "invalid")


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 400), ("{", 400), ("[]", 422), ("{}", 422), ('{"user_ids": []}', 422), ('{"user_ids": [1]}', 422),
     ('{"user_ids": "1"}', 422), ('{"user_ids": ["1"], "k": "2"}', 422), ('{"user_ids": ["1"], "x": 1}', 422),
     ('{"user_ids": [""]}', 422), ("[" * 100_000, 400), (json.dumps({"user_ids": ["1"] * 501}), 422)],
)  # fmt: skip
def test_bad_bodies(client: TestClient, body: str, status: int) -> None:
    response = client.post("/v1/slates", content=body, headers={"content-type": "application/json"})
    refused(response, status, "invalid")


def test_a_body_must_say_that_it_is_json(client: TestClient) -> None:
    refused(client.post("/v1/slates", content='{"user_ids": ["1"]}'), 415, "not_json")


def test_large_bodies_are_refused_said_or_unsaid(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    large = b" " * (guard.LARGEST + 1)
    refused(client.post("/v1/slates", content=large, headers=headers), 413, "too_large")
    unsaid = client.post(
        "/v1/slates", content=(large[at : at + 50_000] for at in range(0, len(large), 50_000)), headers=headers
    )
    assert "content-length" not in unsaid.request.headers
    refused(unsaid, 413, "too_large")


def test_a_large_body_in_small_pieces_is_refused() -> None:
    """The client above puts the pieces together before it sends them; a network does not."""

    async def reader(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass

    async def piece() -> Message:
        return {"type": "http.request", "body": b" " * 50_000, "more_body": next(left, None) is not None}

    async def nowhere(message: Message) -> None:
        pass

    scope = {"type": "http", "path": "/v1/slates", "headers": [(b"host", b"localhost")]}
    left = iter(range(guard.LARGEST // 50_000 - 1))
    asyncio.run(guard.AccessGuard(reader, None)(scope, piece, nowhere))
    left = iter(range(guard.LARGEST // 50_000))
    with pytest.raises(NoAnswer, match="1,000,000 bytes"):
        asyncio.run(guard.AccessGuard(reader, None)(scope, piece, nowhere))


def test_a_fault_of_ours_tells_no_trace(served: LiveSlates, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.serving import prepared_slates

    def broken(*_: object) -> None:
        raise RuntimeError("secret place")

    monkeypatch.setattr(prepared_slates, "reasons", broken)
    response = client_of(served).get(f"/v1/slates/{bench.names()[0]}")
    refused(response, 500, "fault")
    assert "secret" not in response.text and "Traceback" not in response.text


def test_etags(client: TestClient, bench: Bench) -> None:
    path = f"/v1/slates/{bench.names()[0]}"
    first = client.get(path)
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for given_ in (etag, f'W/{etag}, "x"', f'"x",{etag}', "*"):
        again = client.get(path, headers={"if-none-match": given_})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag), given_
    assert client.get(path, headers={"if-none-match": '"x"'}).content == first.content
    others = {client.get(other).headers["etag"] for other in (f"{path}?k=2", f"/v1/slates/{bench.names()[1]}")}
    assert len(others | {etag}) == 3
    assert client.get("/v1/slates/nobody", headers={"if-none-match": "*"}).status_code == 404


def test_no_web_page_of_others_may_read(client: TestClient, bench: Bench) -> None:
    response = client.get(f"/v1/slates/{bench.names()[0]}", headers={"origin": "http://evil.example"})
    assert not [name for name in response.headers if name.startswith("access-control")]
    assert response.headers["x-content-type-options"] == "nosniff"


# "." and ".." are taken out of the path by every HTTP client (RFC 3986, 5.2.4): such ids are asked for by POST, below.
IDS = st.text(max_size=60).filter(lambda text: text not in (".", ".."))


@settings(max_examples=150)
@given(user_id=IDS, query=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3))
def test_no_shopper_and_no_query_breaks_it(served: LiveSlates, user_id: str, query: dict[str, str]) -> None:
    try:
        path = quote(user_id, safe="")
    except UnicodeEncodeError:  # no such URL can be written
        path = quote(user_id, safe="", errors="surrogatepass")
    client = client_of(served)
    response = client.get(
        f"/v1/slates/{path}",
        params={k.encode("utf-8", "ignore").decode(): v.encode("utf-8", "ignore").decode() for k, v in query.items()},
    )
    assert response.status_code in (200, 400, 404, 422)
    if response.status_code != 200:
        ProblemDetails.model_validate_json(response.content)


@pytest.mark.parametrize("user_id", [".", ".."])
def test_an_id_of_dots_is_asked_for_by_post(client: TestClient, user_id: str) -> None:
    response = client.post("/v1/slates", json={"user_ids": [user_id]})
    assert response.status_code == 200 and response.json()["unknown"] == [user_id]


@settings(max_examples=150)
@given(path=st.binary(max_size=40), method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH"]))
def test_no_path_breaks_it(served: LiveSlates, path: bytes, method: str) -> None:
    response = client_of(served).request(method, "/" + quote(path, safe="/"))
    assert response.status_code in (200, 400, 404, 405, 415)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200)
@given(
    body=st.binary(max_size=80)
    | JSON.map(json.dumps)
    | st.fixed_dictionaries({"user_ids": JSON, "k": JSON, "surface": JSON}).map(json.dumps)
)
def test_no_body_breaks_it(served: LiveSlates, body: bytes | str) -> None:
    response = client_of(served).post("/v1/slates", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (200, 400, 404, 422)
    json.loads(response.content)
