"""People, tokens, repositories, labels and milestones: how they come to be and change."""

from datetime import UTC, date, datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

from sandbox.github.errors import invalid
from sandbox.github.records import Label, Milestone, Permission, Repository, Token, User, UserKind
from sandbox.github.state import State

Visibility = Literal["public", "private", "internal"]
_NODE_PREFIX: dict[str, str] = {"User": "U", "Bot": "BOT", "Organization": "O"}
_CALIFORNIA = ZoneInfo("America/Los_Angeles")


def ensure_user(
    state: State,
    login: str,
    *,
    kind: UserKind | None = None,
    name: str | None = None,
    id: int | None = None,  # GitHub's word
    node_id: str | None = None,
) -> User:
    """The account of this login, made when there is none. A login ending in ``[bot]`` is a Bot."""
    found = state.user(login)
    if found:
        return found
    taken = id is not None and id in state.tables.users
    number = id if id is not None and not taken else state.fresh_id(small=True)
    kind = kind or ("Bot" if login.endswith("[bot]") else "User")
    user = User(
        id=number,
        node_id=node_id if node_id and node_id not in state.nodes else state.new_node_id(_NODE_PREFIX[kind], number),
        login=login,
        kind=kind,
        name=name,
        created_at=state.now(),
    )
    state.add(user)
    return user


def ensure_token(state: State, secret: str, login: str) -> Token:
    return state.tables.tokens.setdefault(secret, Token(user_id=ensure_user(state, login).id))


def add_repository(
    state: State,
    full_name: str,
    *,
    visibility: Visibility = "public",
    owner_kind: UserKind = "Organization",
    at: datetime | None = None,
    description: str | None = None,
) -> Repository:
    """Raises Refusal when the name is taken or is not ``owner/name``."""
    owner_login, slash, name = full_name.partition("/")
    if not (owner_login and slash and name) or "/" in name:
        raise invalid("Repository", "name", "invalid", f"{full_name!r} is not owner/name")
    if state.repository(full_name):
        raise invalid("Repository", "name", "custom", "name already exists on this account")
    owner = ensure_user(state, owner_login, kind=owner_kind)
    number, now = state.fresh_id(small=True), at or state.now()
    repository = Repository(
        id=number,
        node_id=state.new_node_id("R", number),
        owner_id=owner.id,
        name=name,
        visibility=visibility,
        description=description,
        created_at=now,
        updated_at=now,
    )
    state.add(repository)
    state.tables.redirects.pop(full_name.lower(), None)
    return repository


def grant(state: State, secret: str, repository: Repository, permission: Permission) -> None:
    """Set what a token may do in a repository. Who may write is a collaborator."""
    token = state.tables.tokens[secret]
    token.grants[repository.id] = permission
    if permission == "write" and repository.associations.get(token.user_id, "NONE") == "NONE":
        repository.associations[token.user_id] = "COLLABORATOR"


def rename_repository(state: State, repository: Repository, name: str) -> None:
    if state.repository(f"{state.tables.users[repository.owner_id].login}/{name}"):
        raise invalid("Repository", "name", "custom", "name already exists on this account")
    state.move(repository, state.tables.users[repository.owner_id], name)
    repository.updated_at = state.now()


def ensure_label(
    state: State,
    repository: Repository,
    name: str,
    *,
    color: str = "ededed",
    description: str | None = None,
    id: int | None = None,  # GitHub's word
    node_id: str | None = None,
    default: bool = False,
) -> Label:
    """The label of this name, in whatever case; made when there is none, as GitHub does on labelling."""
    found = state.label(repository, name)
    if found:
        return found
    if not name.strip() or len(name) > 50:
        raise invalid("Label", "name", "invalid")
    number = id if id is not None and id not in state.tables.labels else state.fresh_id()
    label = Label(
        id=number,
        node_id=node_id
        if node_id and node_id not in state.nodes
        else state.new_node_id("LA", number, within=repository),
        repository_id=repository.id,
        name=name,
        color=color,
        description=description,
        default=default,
        created_at=state.now(),
    )
    state.add(label)
    return label


def add_milestone(
    state: State,
    repository: Repository,
    title: str,
    *,
    due: date | None = None,
    description: str | None = None,
    creator: User | None = None,
    at: datetime | None = None,
) -> Milestone:
    """``due`` is the day a person picked; it is kept as midnight in California."""
    number, now = state.fresh_id(), at or state.now()
    milestone = Milestone(
        id=number,
        node_id=state.new_node_id("MI", number, within=repository),
        repository_id=repository.id,
        number=max((m.number for m in state.milestones(repository)), default=0) + 1,
        title=title,
        description=description,
        creator_id=creator.id if creator else None,
        due_on=pacific_midnight(due) if due else None,
        created_at=now,
        updated_at=now,
    )
    state.add(milestone)
    return milestone


def pacific_midnight(day: date) -> datetime:
    """``2026-07-01`` -> ``2026-07-01T07:00Z``, ``2026-12-01`` -> ``2026-12-01T08:00Z``."""
    return datetime.combine(day, time(), _CALIFORNIA).astimezone(UTC)
