"""REST: who am I, what is left, repositories, milestones."""

from sandbox.github.errors import no_access, not_found
from sandbox.github.limits import Limits
from sandbox.github.records import Repository
from sandbox.github.rest_call import Call, Reply, Route, numbered_pages
from sandbox.github.rest_shape import shape_milestone, shape_repository, shape_user, stamp


def me(call: Call) -> Reply:
    user = call.caller.known()
    if call.caller.installation is not None:
        raise no_access(by_app=True)
    times = {"created_at": stamp(user.created_at), "updated_at": stamp(user.created_at)}
    return Reply(data=shape_user(call.caller, user) | {"name": user.name, "email": None} | times)


def user(call: Call, login: str) -> Reply:
    found = call.state.user(login)
    if found is None:
        raise not_found()
    return Reply(data=shape_user(call.caller, found) | {"name": found.name, "email": None})


def rate_limit(call: Call) -> Reply:
    if not call.limits.told:
        raise not_found("Rate limiting is not enabled.")
    core, graphql = Limits(call.caller, "core").shown(), Limits(call.caller, "graphql").shown()
    return Reply(data={"resources": {"core": core, "graphql": graphql}, "rate": core})


def meta(call: Call) -> Reply:
    version = call.state.tables.options.enterprise
    shown: dict[str, object] = {"verifiable_password_authentication": False}
    if version is not None:
        return Reply(data=shown | {"installed_version": version})
    return Reply(data=shown | {"api": ["127.0.0.1/32"], "web": ["127.0.0.1/32"]})


def versions(call: Call) -> Reply:
    return Reply(data=["2022-11-28", "2026-03-10"])


def list_of_owner(call: Call, login: str) -> Reply:
    """404 for a login that never was; repositories out of sight are left out."""
    owner = call.state.user(login)
    if owner is None:
        raise not_found()
    repositories = call.state.tables.repositories.values()
    rows = [r for r in repositories if r.owner_id == owner.id and call.caller.may_read(r)]
    rows.sort(key=lambda r: r.name.lower())
    chosen, links = numbered_pages(call, rows)
    return Reply(data=[shape_repository(call.caller, r) for r in chosen], links=links)


def list_of_org(call: Call, login: str) -> Reply:
    owner = call.state.user(login)
    if owner is None or owner.kind != "Organization":
        raise not_found()
    return list_of_owner(call, login)


def list_of_mine(call: Call) -> Reply:
    call.caller.known()
    rows = [r for r in call.state.tables.repositories.values() if call.caller.has_role(r, "write")]
    chosen, links = numbered_pages(call, sorted(rows, key=lambda r: call.state.full_name(r).lower()))
    return Reply(data=[shape_repository(call.caller, r) for r in chosen], links=links)


def get(call: Call, repository: Repository) -> Reply:
    return Reply(data=shape_repository(call.caller, repository))


def milestones(call: Call, repository: Repository) -> Reply:
    state = call.arg("state", "open")
    rows = [m for m in call.state.milestones(repository) if state in ("all", m.state)]
    rows.sort(key=lambda m: (m.due_on is None, m.due_on or m.created_at, m.number))
    chosen, links = numbered_pages(call, rows)
    return Reply(data=[shape_milestone(call.caller, m) for m in chosen], links=links)


def milestone(call: Call, repository: Repository, number: int) -> Reply:
    found = call.state.milestone(repository, number)
    if found is None:
        raise not_found()
    return Reply(data=shape_milestone(call.caller, found))


ROOT_ROUTES: list[Route] = [
    ("GET", "/user", me),
    ("GET", "/user/repos", list_of_mine),
    ("GET", "/users/<login>", user),
    ("GET", "/orgs/<login>", user),
    ("GET", "/rate_limit", rate_limit),
    ("GET", "/meta", meta),
    ("GET", "/versions", versions),
    ("GET", "/users/<login>/repos", list_of_owner),
    ("GET", "/orgs/<login>/repos", list_of_org),
]
ROUTES: list[Route] = [
    ("GET", "", get),
    ("GET", "/milestones", milestones),
    ("GET", "/milestones/<int:number>", milestone),
]
