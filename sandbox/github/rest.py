"""REST: from a request to an answer; routes, redirects of renamed repositories, ETags, the common headers."""

import hashlib
from typing import Any

import msgspec
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.github import (
    rest_apps,
    rest_comments,
    rest_events,
    rest_issues,
    rest_labels,
    rest_links,
    rest_repositories,
)
from sandbox.github.access import ISSUES, PULLS, Caller
from sandbox.github.errors import Refusal, not_found
from sandbox.github.limits import Limits
from sandbox.github.records import Repository
from sandbox.github.rest_call import Call, Handler, Reply, redirect

VERSIONS = ("2022-11-28", "2026-03-10")
_DOCS = "https://docs.github.com/rest"
_ROOMS = (rest_issues, rest_comments, rest_labels, rest_links, rest_events, rest_repositories)
_BY_NAME, _BY_ID = "/repos/<owner>/<name_of_repository>", "/repositories/<int:repository_id>"


def _routes() -> Map:
    roots = (*rest_repositories.ROOT_ROUTES, *rest_apps.ROOT_ROUTES)
    rules = [Rule(path, methods=[method], endpoint=handler) for method, path, handler in roots]
    for room in _ROOMS:
        for method, path, handler in room.ROUTES:
            rules += [Rule(base + path, methods=[method], endpoint=handler) for base in (_BY_NAME, _BY_ID)]
    return Map(rules, strict_slashes=False, merge_slashes=False)


_MAP = _routes()


def answer(caller: Caller, request: Request, path: str) -> Response:
    """``path`` is the request's below the API root."""
    limits = Limits(caller, "core")
    call = Call(caller=caller, request=request, limits=limits, path=path)
    free = path == "/rate_limit"
    try:
        limits.charge(0 if free else 1)
        limits.count_points(write=request.method not in ("GET", "HEAD"))
        reply = _handle(call)
    except Refusal as refusal:
        return refuse(refusal, limits)
    response = _respond(call, reply)
    if response.status_code == 304:
        limits.refund(1)
    response.headers.update(limits.headers())
    response.headers.update(call.caller.headers())
    return response


def _handle(call: Call) -> Reply:
    version = call.request.headers.get("X-GitHub-Api-Version", VERSIONS[0])
    if version not in VERSIONS:
        raise Refusal(400, f"The API version {version} is not supported. Supported: {', '.join(VERSIONS)}")
    method = "GET" if call.request.method == "HEAD" else call.request.method
    try:
        handler, found = _MAP.bind("sandbox").match(call.path, method=method)
    except HTTPException:
        raise not_found() from None
    arguments: dict[str, Any] = dict(found)
    run: Handler = handler
    if "owner" in arguments or "repository_id" in arguments:
        repository = _repository(call, arguments)
        _need_part(call, repository)
        return run(call, repository, **arguments)
    return run(call, **arguments)


def _repository(call: Call, arguments: dict[str, Any]) -> Repository:
    """Takes the repository's own arguments out. Raises 404 for what may not be seen, a redirect for an old name."""
    state = call.state
    if "repository_id" in arguments:
        repository = state.tables.repositories.get(arguments.pop("repository_id"))
        if repository is None or not call.caller.may_read(repository):
            raise not_found()
        return repository
    name = f"{arguments.pop('owner')}/{arguments.pop('name_of_repository')}"
    repository = state.repository(name)
    former = None if repository else state.former(name)
    if former is not None and call.caller.may_read(former):
        rest = call.path[len(f"/repos/{name}") :]
        raise redirect(call, f"/repositories/{former.id}{rest}")
    if repository is None or not call.caller.may_read(repository):
        raise not_found()
    return repository


def _need_part(call: Call, repository: Repository) -> None:
    """A token may have a private repository and lack its issues or pull requests."""
    for word, names in (("/issues", (ISSUES, PULLS)), ("/pulls", (PULLS,))):
        if word in call.path and not call.caller.may_read_part(repository, *names):
            raise call.caller.refused("read", *names)


def _respond(call: Call, reply: Reply) -> Response:
    body = b"" if reply.status == 204 else msgspec.json.encode(_of_version(call, reply.data))
    response = Response(body, status=reply.status, content_type="application/json; charset=utf-8")
    if reply.links:
        response.headers["Link"] = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in reply.links.items())
    if call.request.method in ("GET", "HEAD"):
        _conditional(call, response, body)
    return response


def _of_version(call: Call, data: Any) -> Any:
    """The 2026 version has no ``assignee``."""
    if call.request.headers.get("X-GitHub-Api-Version") != VERSIONS[1]:
        return data
    rows = data if isinstance(data, list) else [data]
    for row in rows:
        if isinstance(row, dict) and "assignees" in row:
            row.pop("assignee", None)
    return data


def _conditional(call: Call, response: Response, body: bytes) -> None:
    """An ETag belongs to one URL, one token and one content."""
    secret = call.request.headers.get("Authorization", "")
    seed = b"\0".join([secret.encode(), call.request.full_path.encode(), body])
    tag = f'W/"{hashlib.sha256(seed).hexdigest()}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
    response.headers["Vary"] = "Accept, Authorization, Cookie, X-GitHub-OTP"
    known = [t.strip().removeprefix("W/") for t in call.request.headers.get("If-None-Match", "").split(",")]
    if tag.removeprefix("W/") in known:
        response.status_code = 304
        response.set_data(b"")
        del response.headers["Content-Type"]


def refuse(refusal: Refusal, limits: Limits | None) -> Response:
    """A refusal as REST words it."""
    body: dict[str, Any] = {"message": refusal.message, **refusal.body}
    if refusal.errors:
        body["errors"] = refusal.errors
    body |= {"documentation_url": _DOCS, "status": str(refusal.status)}
    response = Response(
        msgspec.json.encode(body), status=refusal.status, content_type="application/json; charset=utf-8"
    )
    response.headers.update(refusal.headers)
    if limits is not None:
        response.headers.update(limits.headers())
    return response
