"""REST: labels of an issue and of a repository."""

from sandbox.github.errors import invalid, not_found
from sandbox.github.issues import add_labels, remove_label
from sandbox.github.records import Label, Repository
from sandbox.github.repositories import ensure_label
from sandbox.github.rest_call import Call, Reply, Route, find_issue, numbered_pages
from sandbox.github.rest_issues import label_names, replace_labels
from sandbox.github.rest_shape import shape_label


def list_of_issue(call: Call, repository: Repository, number: int) -> Reply:
    rows = call.state.labels(find_issue(call, repository, number))
    chosen, links = numbered_pages(call, rows)
    return Reply(data=[shape_label(call.caller, x) for x in chosen], links=links)


def add(call: Call, repository: Repository, number: int) -> Reply:
    """Answers with all labels that the issue now has."""
    issue = find_issue(call, repository, number)
    actor, wanted = call.caller.writes_on(issue), _wanted(call)
    call.limits.count_creation()
    return _labels(call, add_labels(call.state, issue, actor, wanted))


def replace(call: Call, repository: Repository, number: int) -> Reply:
    issue = find_issue(call, repository, number)
    replace_labels(call.state, issue, call.caller.writes_on(issue), _wanted(call))
    return _labels(call, call.state.labels(issue))


def _wanted(call: Call) -> list[str]:
    """PyGithub sends a bare list, the documentation shows an object; both work."""
    sent = call.json()
    return label_names(sent.get("labels") if isinstance(sent, dict) else sent)


def remove(call: Call, repository: Repository, number: int, name: str) -> Reply:
    issue = find_issue(call, repository, number)
    actor = call.caller.writes_on(issue)
    label = call.state.label(repository, name)
    if label is None:
        raise not_found("Label does not exist")
    remove_label(call.state, issue, actor, label)
    return _labels(call, call.state.labels(issue))


def _labels(call: Call, labels: list[Label]) -> Reply:
    return Reply(data=[shape_label(call.caller, x) for x in labels])


def list_of_repository(call: Call, repository: Repository) -> Reply:
    rows = [x for x in call.state.tables.labels.values() if x.repository_id == repository.id]
    chosen, links = numbered_pages(call, rows)
    return Reply(data=[shape_label(call.caller, x) for x in chosen], links=links)


def create(call: Call, repository: Repository) -> Reply:
    call.caller.writer(repository)
    body = call.body()
    name = body.get("name")
    if not isinstance(name, str):
        raise invalid("Label", "name", "missing_field")
    if call.state.label(repository, name):
        raise invalid("Label", "name", "already_exists")
    call.limits.count_creation()
    color = str(body.get("color") or "ededed")
    label = ensure_label(call.state, repository, name, color=color, description=body.get("description"))
    return Reply(data=shape_label(call.caller, label), status=201)


def get(call: Call, repository: Repository, name: str) -> Reply:
    label = call.state.label(repository, name)
    if label is None:
        raise not_found()
    return Reply(data=shape_label(call.caller, label))


ROUTES: list[Route] = [
    ("GET", "/issues/<int:number>/labels", list_of_issue),
    ("POST", "/issues/<int:number>/labels", add),
    ("PUT", "/issues/<int:number>/labels", replace),
    ("DELETE", "/issues/<int:number>/labels/<path:name>", remove),
    ("GET", "/labels", list_of_repository),
    ("POST", "/labels", create),
    ("GET", "/labels/<path:name>", get),
]
