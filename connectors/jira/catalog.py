"""What a Jira site defines once for all issues: custom field ids, link types, projects."""

from collections.abc import Mapping, Sequence

import msgspec

from connectors.http import Json
from connectors.jira.ranges import Piece
from model.facts import LinkType

_JPO = "com.atlassian.jpo:jpo-custom-field-"
CUSTOM_KINDS: Mapping[str, str] = {
    "com.pyxis.greenhopper.jira:gh-sprint": "sprint",
    "com.pyxis.greenhopper.jira:gh-epic-link": "epic",
    f"{_JPO}parent": "epic",
    f"{_JPO}baseline-start": "start",
    f"{_JPO}baseline-end": "target_end",
    "com.atlassian.teams:rm-teams-custom-field-team": "team",
    "com.atlassian.jira.plugin.system.customfieldtypes:atlassian-team": "team",
}
"""Custom fields are found by the kind in their schema: names are translated and used twice, ids differ by site."""
_DATE_PICKER = "com.atlassian.jira.plugin.system.customfieldtypes:datepicker"

PLAIN_FIELDS = (
    "summary",
    "issuetype",
    "status",
    "resolution",
    "resolutiondate",
    "created",
    "updated",
    "reporter",
    "assignee",
    "labels",
    "components",
    "parent",
    "duedate",
    "fixVersions",
    "issuelinks",
    "security",
    "description",
    "comment",
)
"""What is asked of every issue; with the custom fields above this is all that ``parse_issue`` reads."""


class LinkTypeRow(msgspec.Struct, frozen=True):
    id: str
    name: str
    outward: str
    inward: str


class Seen(msgspec.Struct, frozen=True):
    """What was read of a project before its walk was broken off."""

    newest: int = 0
    """Greatest ``updated``, epoch milliseconds."""
    again: int | None = None
    """``updated`` of the oldest issue not read in full."""
    left_out: tuple[str, ...] = ()
    """Issues of which no fact could be made."""


class Walk(msgspec.Struct, frozen=True):
    """How far a full walk has come."""

    began: int
    """The server's time, epoch milliseconds: the next delta begins no later."""
    projects: tuple[str, ...]
    left: tuple[Piece, ...]
    seen: dict[str, Seen] = {}


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    names: dict[str, str] = {}
    """Field id -> what this site calls it, for those below."""
    custom: dict[str, tuple[str, ...]] = {}
    """``sprint``, ``epic``, ``start``, ``target_end``, ``team`` -> field ids, in the site's order."""
    link_types: tuple[LinkTypeRow, ...] = ()
    projects: tuple[str, ...] = ()
    """Keys of all projects our account can see."""
    sizes: dict[str, int] = {}
    """Issues of each project, as far as the site tells."""
    boards: tuple[str, ...] = ()
    """Ids of the boards whose sprints issues were seen in."""
    agile: bool = True
    """Whether boards can be asked for their sprints."""
    sprint_jql: bool = True
    """Whether JQL here knows which sprints are open."""
    takes_milliseconds: bool = True
    """Whether JQL here compares ``updated`` with epoch milliseconds."""
    recent: dict[str, dict[str, int]] = {}
    """Project -> id -> ``updated`` of the issues that the next delta's overlap will bring once more."""
    walk: Walk | None = None
    """A full walk that was broken off."""

    @property
    def fields(self) -> list[str]:
        """The field ids to ask of every issue."""
        return [*PLAIN_FIELDS, *sorted({i for ids in self.custom.values() for i in ids})]

    def types(self, tracker: str) -> tuple[LinkType, ...]:
        return tuple(
            LinkType(tracker=tracker, id=t.id, name=t.name, outward=t.outward, inward=t.inward) for t in self.link_types
        )

    def dump(self) -> str:
        return msgspec.json.encode(self, order="sorted").decode()


def load_catalog(text: str) -> Catalog | None:
    """The catalog that ``dump`` wrote; None when there is none or another version wrote it."""
    if not text:
        return None
    try:
        return msgspec.json.decode(text, type=Catalog)
    except msgspec.DecodeError:
        return None


def parse_catalog(
    fields: Json, link_types: Json, projects: Sequence[Mapping[str, Json]], *, before: Catalog | None
) -> Catalog:
    """``before``: an older one, whose experience of this site is kept."""
    custom = _custom_fields(fields)
    known = {field_id for ids in custom.values() for field_id in ids}
    return msgspec.structs.replace(
        before or Catalog(),
        custom=custom,
        names={str(f["id"]): str(f["name"]) for f in fields if f.get("name") and f.get("id") in known},
        link_types=tuple(
            LinkTypeRow(
                id=str(row.get("id", "")),
                name=str(row.get("name", "")),
                outward=str(row.get("outward", "")),
                inward=str(row.get("inward", "")),
            )
            for row in (link_types.get("issueLinkTypes", []) if isinstance(link_types, dict) else [])
            if isinstance(row, dict)
        ),
        projects=tuple(sorted(str(row["key"]) for row in projects)),
        sizes={str(row["key"]): size for row in projects if (size := _size(row)) is not None},
    )


def _size(project: Mapping[str, Json]) -> int | None:
    count = (project.get("insight") or {}).get("totalIssueCount")
    return count if isinstance(count, int) else None


def _custom_fields(fields: Json) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field in fields if isinstance(fields, list) else []:
        schema = field.get("schema") or {}
        kind = CUSTOM_KINDS.get(schema.get("custom", ""))
        # Cloud's own "Start date" is a plain date picker: here the name is all there is to know it by.
        if kind is None and schema.get("custom") == _DATE_PICKER and field.get("name", "").casefold() == "start date":
            kind = "start"
        if kind is not None:
            found.setdefault(kind, []).append(str(field["id"]))
    return {kind: tuple(ids) for kind, ids in found.items()}
