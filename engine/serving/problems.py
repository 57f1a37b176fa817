"""What is refused over HTTP: one shape for all of it, RFC 9457 problem details."""

from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA = "application/problem+json"
SHORT = 100  # characters of a value that are told back


class Fault(BaseModel):
    """One field that cannot be taken, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str | None
    problem: str


class ProblemDetails(BaseModel):
    """Why there is no answer. `code` is stable and meant for programs, `detail` and `fix` are for people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = Field(default="about:blank", description="`code` says more than a link could")
    title: str = Field(description="the status in words")
    status: int
    code: str
    detail: str
    fix: str
    errors: tuple[Fault, ...] = ()


class NoAnswer(Exception):  # noqa: N818  (an answer of its own, no fault of ours)
    """Raised where a request gets a problem instead of what it asked for."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        fix: str,
        errors: tuple[Fault, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        title = HTTPStatus(status).phrase
        self.problem = ProblemDetails(title=title, status=status, code=code, detail=detail, fix=fix, errors=errors)
        self.headers = headers

    def response(self) -> Response:
        headers = {"Cache-Control": "no-store"} | (self.headers or {})
        return Response(self.problem.model_dump_json(), self.problem.status, headers, MEDIA)


def invalid(status: int, where: str, error: ValidationError) -> NoAnswer:
    """What is wrong with the fields of a request."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    faults = tuple(Fault(field=_field_path(detail["loc"]), problem=detail["msg"]) for detail in details[:SHORT])
    return NoAnswer(status, "invalid", f"the {where} cannot be taken", "see errors and /openapi.json", faults)


def short(value: str) -> str:
    """A value as it is told back: not too long, and nothing that JSON cannot hold."""
    return value[:SHORT].encode("utf-8", "replace").decode()


async def on_no_answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, NoAnswer)
    return error.response()


async def on_http_error(request: Request, error: Exception) -> Response:
    """What the router refuses: an unknown path, a method that a path does not take."""
    assert isinstance(error, HTTPException)
    code = {404: "no_such_path", 405: "no_such_method"}.get(error.status_code, "refused")
    detail = f"{request.method} {short(request.url.path)} is not served"
    fix = "see /openapi.json for what is"
    return NoAnswer(error.status_code, code, detail, fix, headers=dict(error.headers or {})).response()


async def on_fault(request: Request, error: Exception) -> Response:
    """Our fault: the log of the server has the trace, the answer has none."""
    return NoAnswer(500, "fault", "this is our fault, not yours", "report it with the server's log").response()


def _field_path(place: tuple[int | str, ...]) -> str | None:
    return short(".".join(str(step) for step in place)) or None
