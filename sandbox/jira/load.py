"""Raw Jira issues as found in the wild: REST v2 or v3, old dumps, with whatever they lack.

Between two loaded issues a link is one link with one id, on both ends. An end outside the load becomes an issue
that nobody may browse, of which only the stub shows that the link embedded.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.jira import adf
from sandbox.jira.records import Comment, Issue, Json, Link, LinkType, Person
from sandbox.jira.state import State, moment
from sandbox.jira.view import COMPUTED, TIMES

Row = Mapping[str, Any]


def load_rows(state: State, rows: Iterable[Row]) -> int:
    """Returns how many were understood: a row needs a key and fields."""
    loaded = [row for row in rows if _is_issue(row)]
    state.last_id = max([state.last_id, *(_number(row.get("id")) for row in loaded), *_comment_ids(loaded)])
    for row in loaded:
        _issue(state, row)
    for row in loaded:
        _parent(state, row)
        for link in row["fields"].get("issuelinks") or ():
            _link(state, state.issues[state.keys[row["key"]]], link)
    state.version += 1
    return len(loaded)


def _is_issue(row: Row) -> bool:
    key = str(row.get("key", ""))
    return isinstance(row.get("fields"), dict) and "-" in key and key.rpartition("-")[2].isdigit()


def _number(value: Any) -> int:
    return int(value) if str(value or "").isdigit() else 0


def _comment_ids(rows: Iterable[Row]) -> Iterable[int]:
    return (_number(c.get("id")) for row in rows for c in _comments(row))


def _comments(row: Row) -> list[Json]:
    found = row["fields"].get("comment")
    found = found.get("comments") if isinstance(found, dict) else found
    return [c for c in found or () if isinstance(c, dict)]


def _issue(state: State, row: Row) -> None:
    fields = {k: v for k, v in row["fields"].items() if k not in COMPUTED}
    for name in TIMES:
        if isinstance(fields.get(name), str):
            fields[name] = moment(fields[name]).isoformat()
    if isinstance(fields.get("description"), str):
        fields["description"] = adf.from_plain(fields["description"])
    for name in ("reporter", "assignee", "creator"):
        if isinstance(fields.get(name), dict):
            fields[name] = _user(state, fields[name])
    number = _number(row.get("id")) or state.next_id()
    issue = Issue(id=number if number not in state.issues else state.next_id(), key=row["key"], fields=fields)
    state.put_issue(issue)
    named = row["fields"].get("project")
    if isinstance(named, dict) and named.get("name"):
        state.projects[issue.project].name = str(named["name"])
    state.projects[issue.project].outside = False
    for comment in _comments(row):
        _comment(state, issue, comment)


def _user(state: State, raw: Row) -> Json:
    account_id = str(raw.get("accountId") or raw.get("key") or raw.get("name") or raw.get("displayName") or "unknown")
    name = str(raw.get("displayName") or raw.get("name") or account_id)
    return state.user(state.people.setdefault(account_id, Person(account_id=account_id, name=name)))


def _comment(state: State, issue: Issue, raw: Row) -> None:
    number = _number(raw.get("id"))
    if not number or number in state.comments:
        number = state.next_id()
    body = raw.get("body")
    author = _user(state, raw["author"])["accountId"] if isinstance(raw.get("author"), dict) else ""
    created = str(raw.get("created") or issue.fields.get("created") or state.now())
    state.comments[number] = Comment(
        id=number,
        issue=issue.id,
        author=author,
        update_author=author,
        created=moment(created).isoformat(),
        updated=moment(str(raw.get("updated") or created)).isoformat(),
        body=adf.from_plain(body) if isinstance(body, str) else body,
    )
    issue.comments.append(number)


def _parent(state: State, row: Row) -> None:
    parent = row["fields"].get("parent")
    if isinstance(parent, dict) and parent.get("key"):
        state.issues[state.keys[row["key"]]].parent = _outside(state, parent).id


def _outside(state: State, raw: Row) -> Issue:
    """The loaded issue of that key, or a new one of a project that nobody may browse."""
    found = state.issue(str(raw["key"]))
    if found is not None:
        return found
    project = str(raw["key"]).rpartition("-")[0]
    new = project not in state.projects
    number = _number(raw.get("id"))
    issue = Issue(id=number if number and number not in state.issues else state.next_id(), key=str(raw["key"]))
    issue.fields = dict(raw.get("fields") or {})
    issue.outside = True
    state.put_issue(issue)
    if new:
        state.projects[project].outside = True
    return issue


def _link(state: State, issue: Issue, raw: Row) -> None:
    outward = isinstance(raw.get("outwardIssue"), dict)
    other_raw = raw.get("outwardIssue") or raw.get("inwardIssue")
    if not isinstance(other_raw, dict) or not other_raw.get("key"):
        return
    other = _outside(state, other_raw)
    kind = _type(state, raw.get("type") or {})
    source, target = (issue, other) if outward else (other, issue)
    same = (kind.id, source.id, target.id)
    if any((state.links[i].type, state.links[i].source, state.links[i].target) == same for i in source.links):
        return
    number = _number(raw.get("id"))
    link = Link(id=number, type=kind.id, source=source.id, target=target.id)
    if not number or number in state.links:
        link.id = state.next_id()
    state.links[link.id] = link
    source.links.append(link.id)
    target.links.append(link.id)


def _type(state: State, raw: Row) -> LinkType:
    """By its phrases: dumps of several sites may call different things the same."""
    name, inward, outward = (str(raw.get(n) or "") for n in ("name", "inward", "outward"))
    found = next(
        (t for t in state.link_types.values() if (t.name, t.inward, t.outward) == (name, inward, outward)), None
    )
    if found is None:
        number = str(raw.get("id") or "")
        number = number if number and number not in state.link_types else str(state.next_id())
        found = state.link_types[number] = LinkType(id=number, name=name, inward=inward, outward=outward)
    return found
