"""How errors look to a caller: problem documents (RFC 9457), each with the request's id.

Everything that goes wrong is raised as an exception and translated in one place, `as_problem`; what
is not known there is a defect, whose words stay in the log. Endpoints' exceptions are answered by
the handlers that `install` registers, those of middleware by `http.envelope`.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response

from hyperion_pipelines.errors import ConfigurationError, HyperionError, LockedError, UsageError
from hyperion_pipelines.git.commands import redact
from hyperion_pipelines.serving.observability.spans import Request, current_request

CONTENT_TYPE = "application/problem+json"
# What is said in place of Starlette's own words, which are the status' alone.
_DETAILS = {
    HTTPStatus.NOT_FOUND: "there is nothing at this path; /openapi.json lists what there is",
    HTTPStatus.METHOD_NOT_ALLOWED: "this path does not know the method; the header Allow names "
    "those that it does",
}
_ERRORS_SHOWN = 20


class ProblemError(Exception):
    """A request that is refused, or fails, for a reason that its caller should know.

    `kind` names it in the document's `type` (`urn:hyperion:problem:KIND`), `detail` says what to
    do, `members` are further members of the document, `headers` those of the answer.
    """

    def __init__(
        self,
        status: HTTPStatus,
        kind: str,
        detail: str,
        *,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.members, self.headers = dict(members or {}), dict(headers or {})


class NotFoundError(ProblemError):
    """There is no such thing, or none that the caller may know of: nobody learns which."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "not-found", detail)


class NotPublishedError(ProblemError):
    """The repository is there, but what was asked for has not been made of it yet."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.NOT_FOUND, "not-published", detail)


class ForbiddenError(ProblemError):
    """The caller is known, and may not do this."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, "forbidden", detail)


class MissingDependencyError(ProblemError):
    """Something that this answer needs is away; *name* is that of `/readyz`: `lake`, `neo4j`."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "missing-dependency",
            f"{name} does not answer: {detail}",
            members={"dependency": name},
            headers={"Retry-After": "5"},
        )


class Problem(BaseModel):
    """A problem document, as RFC 9457 defines it; some kinds have members beside these."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[str, Field(description="Names the kind: `urn:hyperion:problem:KIND`.")]
    title: Annotated[str, Field(description="The status in words.")]
    status: Annotated[int, Field(ge=400, le=599, description="The answer's status.")]
    detail: Annotated[str, Field(description="What went wrong here, and what to do.")]
    instance: Annotated[str, Field(description="This occurrence: `urn:hyperion:request:ID`.")]
    request_id: Annotated[
        str, Field(description="The request's id, by which the logs and `hyperion debug` know it.")
    ]


def as_problem(error: BaseException) -> ProblemError | None:
    """What a caller is told of *error*; None for a defect.

    The words are redacted: no credential of a URL is in them.
    """
    match error:
        case ProblemError():
            return error
        case HTTPException(__cause__=ProblemError() as refused):
            return refused  # raised while the body was read, which FastAPI wraps
        case HTTPException():
            return _of_http(error)
        case RequestValidationError():
            return _of_validation(error.errors())
        case HyperionError():
            return _of_hyperion(error)
        case _:
            return None


def defect() -> ProblemError:
    """What a caller is told of an error that should not happen."""
    detail = "an error that should not happen; the sidecar's log has it under the request's id"
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "defect", detail)


def problem_response(problem: ProblemError) -> Response:
    """The answer to the request in progress, whose record notes the kind of the problem."""
    request = current_request.get()
    request_id = request.request_id if request else ""
    if request:
        note(request, problem)
    document = {
        **problem.members,
        "type": f"urn:hyperion:problem:{problem.kind}",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        "instance": f"urn:hyperion:request:{request_id}",
        "request_id": request_id,
    }
    return JSONResponse(document, problem.status, problem.headers, CONTENT_TYPE)


async def answer(_: HTTPRequest, error: Exception) -> Response:
    """The answer to a request that *error* ended: one of Starlette's exception handlers."""
    return problem_response(as_problem(error) or defect())


def note(request: Request, problem: ProblemError) -> None:
    """Say in the record of *request* which problem it met; what a caller did is not repeated."""
    request.notes["problem"] = problem.kind
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        request.notes["detail"] = problem.detail


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that an operation answers with, for its `responses` in the OpenAPI document."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Let *app* answer and document every error as a problem document.

    Its OpenAPI document has the problems that any operation may answer with as `default`, and
    those of parameters and bodies (422) in the same form.
    """
    kinds = (ProblemError, HyperionError, RequestValidationError, HTTPException, Exception)
    for kind in kinds:
        app.add_exception_handler(kind, answer)
    plain = app.openapi

    def with_problems() -> dict[str, Any]:
        if app.openapi_schema is None:
            _document_problems(plain())
        return plain()

    app.openapi = with_problems


def _document_problems(document: dict[str, Any]) -> None:
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema()
    any_problem = documented(HTTPStatus.INTERNAL_SERVER_ERROR)[500]
    for path in document.get("paths", {}).values():
        for operation in cast("dict[str, dict[str, Any]]", path).values():
            responses = operation["responses"]
            if "422" in responses:
                responses["422"] = documented(HTTPStatus.UNPROCESSABLE_ENTITY)[422]
            responses["default"] = any_problem | {"description": "Any other problem"}


def _of_http(error: HTTPException) -> ProblemError:
    status = HTTPStatus(error.status_code)
    said = error.detail if error.detail != status.phrase else _DETAILS.get(status, status.phrase)
    kind = status.phrase.lower().replace(" ", "-")
    return ProblemError(status, kind, redact(str(said)), headers=error.headers)


def _of_validation(found: Sequence[Mapping[str, Any]]) -> ProblemError:
    """The places and the words alone: what was sent may hold a secret."""
    errors = [
        {"location": ".".join(map(str, each["loc"])), "message": str(each["msg"])}
        for each in found[:_ERRORS_SHOWN]
    ]
    said = "; ".join(f"{each['location']}: {each['message']}" for each in errors)
    more = f"; and {len(found) - len(errors)} more" if len(found) > len(errors) else ""
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "wrong-call",
        f"the request is not as /openapi.json describes it: {said}{more}",
        members={"errors": errors},
    )


def _of_hyperion(error: HyperionError) -> ProblemError:
    said = redact(str(error))
    match error:
        case UsageError():
            return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong-call", said)
        case LockedError():
            headers = {"Retry-After": "5"}
            return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "locked", said, headers=headers)
        case ConfigurationError():
            return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "misconfigured", said)
        case _:
            return ProblemError(HTTPStatus.CONFLICT, "cannot-be-done", said)


__all__ = [
    "CONTENT_TYPE",
    "ForbiddenError",
    "HyperionError",
    "MissingDependencyError",
    "NotFoundError",
    "NotPublishedError",
    "Problem",
    "ProblemError",
    "answer",
    "as_problem",
    "defect",
    "documented",
    "install",
    "note",
    "problem_response",
]
