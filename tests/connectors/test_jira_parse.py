"""Jira's JSON as facts."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.http import Json
from connectors.jira.catalog import Catalog, load_catalog, parse_catalog
from connectors.jira.parse import Malformed, parse_issue
from connectors.jira.values import day, moment
from model.facts import IssueFact, Link, Person, Pointer, Release, Sprint
from tests.connectors.jira_rows import BLOCKS, ME, MIRA, ROBOT, adf, comment, embedded, other, row, status

CATALOG = Catalog(
    custom={
        "sprint": ("cf_10",),
        "team": ("cf_11", "cf_12"),
        "start": ("cf_13",),
        "target_end": ("cf_14",),
        "epic": ("cf_15",),
    }
)


def fact(raw: Json) -> IssueFact:
    return parse_issue(raw, catalog=CATALOG, account=ME, site="https://acme.atlassian.net", tracker="jira")


def test_an_issue_without_any_optional_field_is_read() -> None:
    bare = fact({"id": "1", "key": "PAY-1"})
    assert bare == IssueFact(tracker="jira", native_id="1", key="PAY-1", url="https://acme.atlassian.net/browse/PAY-1")
    assert fact({"id": "1", "key": "PAY-1", "fields": dict.fromkeys([*CATALOG.fields], None)}) == bare


@pytest.mark.parametrize("nonsense", [3, "x", [], [3, None, {}], {}, {"a": []}, True])
def test_a_field_of_the_wrong_shape_is_no_field(nonsense: Json) -> None:
    names = [n for n in CATALOG.fields if n not in ("summary", "security", "description")]
    found = fact({"id": "1", "key": "PAY-1", "fields": dict.fromkeys(names, nonsense)})
    assert (found.links, found.parent, found.due, found.sprints, found.comments) == ((), None, None, (), ())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["PAY-1", "2026-12-01", "done"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "key", "fields"]), inner),
    max_leaves=5,
)


@given(st.sampled_from(CATALOG.fields), anything)
def test_whatever_stands_in_a_field_the_issue_is_read(name: str, value: Json) -> None:
    found = fact(row(**{name: value}))
    assert found.key == "PAY-1"
    for one in (found.created, found.updated, found.resolved):
        assert one is None or one.tzinfo is not None


@pytest.mark.parametrize("raw", [None, [], {}, {"id": "1"}, {"key": "PAY-1"}, {"id": 7, "key": None}])
def test_a_row_without_id_or_key_is_malformed(raw: Json) -> None:
    with pytest.raises(Malformed):
        fact(raw)


def test_fields_that_date_and_describe() -> None:
    found = fact(
        row(
            issuetype={"name": "Story"},
            status=status("In Arbeit", "indeterminate"),
            resolution={"name": "Won't Do"},
            resolutiondate="2026-11-03T23:30:00.000-1100",
            reporter=MIRA,
            assignee=ROBOT | {"accountType": "app"},
            labels=["team/pay", "nul\0"],
            components=[{"name": "Ledger"}, {}],
            duedate="2028-02-29",
            fixVersions=[{"id": "7", "name": "1.0", "releaseDate": "2026-12-01", "released": False}, {"id": "8"}],
            security={"name": "Only us"},
            cf_10=[{"id": 5, "name": "S5, the last", "state": "active", "endDate": "2026-12-04T15:00:00.000Z"}],
            cf_11=None,
            cf_12={"id": "uuid", "name": "Payments"},
            cf_13="2026-11-10",
            cf_14="2026-12-24",
        )
    )
    assert (found.type_name, found.status, found.phase, found.resolution) == (
        "Story",
        "In Arbeit",
        "started",
        "Won't Do",
    )
    assert found.resolved == datetime(2026, 11, 3, 23, 30, tzinfo=timezone(timedelta(hours=-11)))
    assert found.reporter == Person(id="5b10-mira", name="Mira")
    assert found.assignees == (Person(id=ME, name="crosstie", bot=True),)
    assert (found.labels, found.components, found.team) == (("team/pay", "nul"), ("Ledger",), "Payments")
    assert (found.due, found.start, found.target_end) == (date(2028, 2, 29), date(2026, 11, 10), date(2026, 12, 24))
    assert found.releases == (Release(id="7", name="1.0", day=date(2026, 12, 1)), Release(id="8", name=""))
    end = datetime(2026, 12, 4, 15, tzinfo=UTC)
    assert found.sprints == (Sprint(id="5", name="S5, the last", state="active", end=end),)
    assert found.restricted


def test_a_link_reads_from_the_end_that_is_embedded() -> None:
    links = fact(
        row(
            issuelinks=[
                {"id": "1", "type": BLOCKS, "outwardIssue": other(1)},
                {"id": "2", "type": BLOCKS, "inwardIssue": other(2)},
                {"id": "3", "type": BLOCKS},
            ]
        )
    ).links
    assert [(link.native_id, link.phrase, link.forward, link.other.key) for link in links] == [
        ("1", "blocks", True, "PLAT-1"),
        ("2", "is blocked by", False, "PLAT-2"),
    ]
    assert links[0] == Link(
        native_id="1",
        type_id="10000",
        type_name="Blocks",
        phrase="blocks",
        forward=True,
        other=Pointer(
            tracker="jira",
            key="PLAT-1",
            native_id="20001",
            title="Provide 1",
            status="Doing",
            phase="started",
            url="https://acme.atlassian.net/browse/PLAT-1",
        ),
    )


@pytest.mark.parametrize(
    ("fields", "parent"),
    [
        ({"parent": other(1)}, "PLAT-1"),
        ({"cf_15": "PLAT-2"}, "PLAT-2"),
        ({"cf_15": {"key": "PLAT-3", "id": "3"}}, "PLAT-3"),
        ({"parent": other(1), "cf_15": "PLAT-2"}, "PLAT-1"),
    ],
)
def test_a_parent_is_found_in_new_and_old_fields(fields: Json, parent: str) -> None:
    found = fact(row(**fields)).parent
    assert found is not None
    assert found.key == parent


@pytest.mark.parametrize("category", ["new", "undefined", "something else", None])
def test_what_is_not_said_to_be_started_or_done_is_open(category: str | None) -> None:
    assert fact(row(status={"name": "Done", "statusCategory": {"key": category}})).phase == "open"


def test_comments_say_who_may_read_them_and_which_are_ours() -> None:
    found = fact(
        row(
            comment=embedded(
                comment(1, MIRA, adf("hello")),
                comment(2, ROBOT, adf("Waiting for PLAT-1")),
                comment(3, MIRA, adf("x"), visibility={"type": "role", "value": "Admins"}),
                comment(4, MIRA, adf("x"), jsdPublic=False),
                {"id": "5"},
                {"body": adf("no id")},
            )
        )
    ).comments
    assert [(c.id, c.ours, c.restricted) for c in found] == [
        ("1", False, False),
        ("2", True, False),
        ("3", False, True),
        ("4", False, True),
        ("5", False, False),
    ]
    assert found[0].created == datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert found[4].author is None


def test_mentions_come_from_title_description_and_the_comments_of_others() -> None:
    found = fact(
        row(
            summary="Refund, see PLAT-1",
            reporter=MIRA,
            description=adf("blocked by PLAT-2"),
            comment=embedded(
                comment(7, MIRA, adf("depends on PLAT-3"), visibility={"type": "role", "value": "Admins"}),
                comment(8, ROBOT, adf("blocked by PLAT-4")),
            ),
        )
    ).mentions
    assert [(m.key, m.place, m.lean, m.restricted) for m in found] == [
        ("PLAT-1", "title", None, False),
        ("PLAT-2", "body", "depends", False),
        ("PLAT-3", "comment:7", "depends", True),
    ]
    assert found[1].author == Person(id="5b10-mira", name="Mira")
    assert found[1].written == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_wiki_text_of_old_dumps_is_read_as_plain_text() -> None:
    found = fact(row(description="h1. Plan\r\n\r\nThis is blocked by PLAT-2.\r\n")).mentions
    assert [(m.key, m.lean) for m in found] == [("PLAT-2", "depends")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T10:00:00.000+0100", datetime(2026, 1, 31, 9, tzinfo=UTC)),
        ("2026-01-31T10:00:00.000Z", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2012-02-29T23:59:59.999+1400", datetime(2012, 2, 29, 9, 59, 59, 999000, tzinfo=UTC)),
        ("2026-01-31T10:00:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        (None, None),
        (12, None),
    ],
)
def test_moments(text: Json, expected: datetime | None) -> None:
    assert moment(text) == expected


def test_a_day_is_never_moved_by_a_zone() -> None:
    assert day("2026-12-01T00:30:00.000+1400") == day("2026-12-01") == date(2026, 12, 1)
    assert day("2026-02-30") is day(None) is None


def test_custom_fields_are_found_by_their_kind() -> None:
    def custom(identity: str, name: str, kind: str) -> Json:
        return {"id": identity, "name": name, "schema": {"type": "any", "custom": kind}}

    jpo = "com.atlassian.jpo:jpo-custom-field"
    picker = "com.atlassian.jira.plugin.system.customfieldtypes:datepicker"
    catalog = parse_catalog(
        [
            {"id": "summary", "name": "Summary", "schema": {"type": "string"}},
            {"id": "thumbnail", "name": "Images"},
            custom("cf_1", "Итерация", "com.pyxis.greenhopper.jira:gh-sprint"),
            custom("cf_2", "Ziel", f"{jpo}-baseline-end"),
            custom("cf_3", "Anfang", f"{jpo}-baseline-start"),
            custom("cf_4", "Start date", picker),
            custom("cf_5", "Party on", picker),
            custom("cf_6", "Sprint", "com.example:other"),
        ],
        {"issueLinkTypes": [BLOCKS]},
        [{"key": "PLAT", "insight": {"totalIssueCount": 12}}, {"key": "PAY"}],
        before=Catalog(takes_milliseconds=False, sizes={"OLD": 3}),
    )
    assert catalog.custom == {"sprint": ("cf_1",), "target_end": ("cf_2",), "start": ("cf_3", "cf_4")}
    assert catalog.projects == ("PAY", "PLAT")
    assert (catalog.sizes, catalog.takes_milliseconds) == ({"PLAT": 12}, False)
    assert [(t.name, t.outward) for t in catalog.types("jira")] == [("Blocks", "blocks")]
    assert load_catalog(catalog.dump()) == catalog
    assert load_catalog("") is load_catalog('{"custom": 3}') is load_catalog("{") is None
