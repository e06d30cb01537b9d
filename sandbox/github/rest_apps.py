"""REST: an app as itself, its installations and their tokens."""

from collections.abc import Mapping

from sandbox.github.apps import holds, installation_on, mint
from sandbox.github.errors import Refusal, no_access, not_found, unprocessable
from sandbox.github.records import App, Installation, Repository, User
from sandbox.github.rest_call import Call, Reply, Route, numbered_pages
from sandbox.github.rest_shape import SITE, Json, shape_app, shape_person, shape_repository, stamp


def _app(call: Call) -> App:
    if call.caller.app is None:
        raise Refusal(401, "A JSON web token could not be decoded", kind="UNAUTHENTICATED")
    return call.caller.app


def get(call: Call) -> Reply:
    app = _app(call)
    mine = [i for i in call.state.tables.installations.values() if i.app_id == app.id]
    return Reply(data=shape_app(call.caller, app) | {"installations_count": len(mine)})


def installations(call: Call) -> Reply:
    app = _app(call)
    chosen, links = numbered_pages(call, [i for i in call.state.tables.installations.values() if i.app_id == app.id])
    return Reply(data=[_shape(call, i) for i in chosen], links=links)


def installation(call: Call, number: int) -> Reply:
    return Reply(data=_shape(call, _mine(call, number)))


def of_account(call: Call, login: str) -> Reply:
    app, account = _app(call), call.state.user(login)
    found = installation_on(call.state, app, account) if account else None
    if found is None:
        raise not_found()
    return Reply(data=_shape(call, found))


def of_organization(call: Call, login: str) -> Reply:
    account = call.state.user(login)
    if account is None or account.kind != "Organization":
        raise not_found()
    return of_account(call, login)


def of_repository(call: Call, account: str, name: str) -> Reply:
    app, repository = _app(call), call.state.repository(f"{account}/{name}")
    owner = call.state.tables.users[repository.owner_id] if repository else None
    found = installation_on(call.state, app, owner) if owner else None
    if repository is None or found is None or not holds(found, repository):
        raise not_found()
    return Reply(data=_shape(call, found))


def access_tokens(call: Call, number: int) -> Reply:
    """Lasts an hour. ``permissions`` may be fewer, never more."""
    found = _mine(call, number)
    wanted = call.body().get("permissions")
    if wanted is not None and not isinstance(wanted, Mapping):
        raise unprocessable("permissions must be an object")
    secret, token = mint(call.state, found, permissions=wanted)
    shown: Json = {
        "token": secret,
        "expires_at": stamp(token.expires_at),
        "permissions": token.permissions,
        "repository_selection": _selection(found),
    }
    if found.repository_ids is not None:
        shown["repositories"] = [shape_repository(call.caller, r) for r in _repositories(call, found)]
    return Reply(data=shown, status=201)


def revoke(call: Call) -> Reply:
    token = call.caller.token
    if token is None or call.caller.installation is None:
        raise no_access()
    token.revoked = True
    return Reply(status=204)


def repositories(call: Call) -> Reply:
    """What an installation token was given; of any other token 403."""
    found = call.caller.installation
    if found is None:
        raise Refusal(403, "You must authenticate with an installation access token in order to list repositories.")
    rows = _repositories(call, found)
    chosen, links = numbered_pages(call, rows)
    data = {
        "total_count": len(rows),
        "repository_selection": _selection(found),
        "repositories": [shape_repository(call.caller, r) for r in chosen],
    }
    return Reply(data=data, links=links)


def _mine(call: Call, number: int) -> Installation:
    app, found = _app(call), call.state.tables.installations.get(number)
    if found is None or found.app_id != app.id:
        raise not_found()
    return found


def _repositories(call: Call, found: Installation) -> list[Repository]:
    return [r for r in call.state.tables.repositories.values() if holds(found, r)]


def _selection(found: Installation) -> str:
    return "all" if found.repository_ids is None else "selected"


def _shape(call: Call, found: Installation) -> Json:
    app, account = call.state.tables.apps[found.app_id], call.state.tables.users[found.account_id]
    return {
        "id": found.id,
        "account": shape_person(call.caller, account.id),
        "repository_selection": _selection(found),
        "access_tokens_url": f"{call.root}/app/installations/{found.id}/access_tokens",
        "repositories_url": f"{call.root}/installation/repositories",
        "html_url": _page(account, found),
        "app_id": app.id,
        "client_id": app.client_id,
        "app_slug": app.slug,
        "target_id": account.id,
        "target_type": account.kind,
        "permissions": found.permissions,
        "events": [],
        "created_at": stamp(found.created_at),
        "updated_at": stamp(found.created_at),
        "single_file_name": None,
        "suspended_by": shape_person(call.caller, account.id) if found.suspended_at else None,
        "suspended_at": stamp(found.suspended_at),
    }


def _page(account: User, found: Installation) -> str:
    whose = f"/organizations/{account.login}" if account.kind == "Organization" else ""
    return f"{SITE}{whose}/settings/installations/{found.id}"


ROOT_ROUTES: list[Route] = [
    ("GET", "/app", get),
    ("GET", "/app/installations", installations),
    ("GET", "/app/installations/<int:number>", installation),
    ("POST", "/app/installations/<int:number>/access_tokens", access_tokens),
    ("GET", "/orgs/<login>/installation", of_organization),
    ("GET", "/users/<login>/installation", of_account),
    ("GET", "/repos/<account>/<name>/installation", of_repository),
    ("GET", "/installation/repositories", repositories),
    ("DELETE", "/installation/token", revoke),
]
