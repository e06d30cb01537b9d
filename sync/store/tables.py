"""The tables. ``migrations`` builds them; a test holds the two together.

Documents (``doc``) are JSON of our own types with the ``format`` they were written in.
Moments are UTC. Nothing here is a secret, and nothing is a judgement except cases.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, MetaData, Table, Text

from sync.store.base import Utc

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)
COUNTER = BigInteger().with_variant(Integer, "sqlite")
"""A key that counts up: SQLite numbers rows by itself only in a column of type INTEGER."""


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=False, autoincrement=False)


def _tracker(*, key: bool = False) -> Column[str]:
    return Column("tracker", Text, ForeignKey("trackers.name"), primary_key=key, nullable=False)


trackers = Table(
    "trackers",
    metadata,
    _text("name", key=True),
    _number("generation"),
    _text("catalog"),
    Column("structure_read", Utc),
    Column("account", Text),
)
cursors = Table("cursors", metadata, _tracker(key=True), _text("scope", key=True), _text("cursor"))

# Facts as they stand, one row per thing of any kind, and every state they were in before. A null
# document in the history says that the thing ceased to be.
facts = Table(
    "facts",
    metadata,
    _tracker(key=True),
    _text("kind", key=True),
    _text("id", key=True),
    _number("generation"),
    _number("format"),
    _text("doc"),
    Column("at", Utc, nullable=False),
)
history = Table(
    "history",
    metadata,
    _tracker(key=True),
    _text("kind", key=True),
    _text("id", key=True),
    _number("generation", key=True),
    _number("format"),
    Column("doc", Text),
    Column("at", Utc, nullable=False),
)

# Who is who, and in how many censuses in a row an issue was missing.
issues = Table(
    "issues",
    metadata,
    _text("uid", key=True),
    _tracker(),
    _text("scope"),
    _text("native_id"),
    _text("key"),
    _number("absences"),
    Index(None, "tracker", "scope"),
)
censuses = Table("censuses", metadata, _tracker(key=True), _text("scope", key=True), Column("at", Utc, nullable=False))

# Links that an end once showed and does not show any more. Null: lost from sight in a partial read.
vanished = Table(
    "vanished",
    metadata,
    _text("holder", key=True),
    _text("type_id", key=True),
    Column("one", Text, primary_key=True, nullable=False, index=True),
    Column("other", Text, primary_key=True, nullable=False, index=True),
    _tracker(),
    Column("at", Utc),
)

# Since when a dependency is known, and what each provider promised from when on; a null day ends a promise.
edges = Table(
    "edges",
    metadata,
    _text("consumer", key=True),
    _text("provider", key=True),
    Column("since", Utc, nullable=False),
)
promises = Table(
    "promises",
    metadata,
    _text("uid", key=True),
    Column("at", Utc, primary_key=True, nullable=False),
    Column("day", Date),
    _text("source"),
)

# ``judged``: the moment that a run judged at, and ``generations`` the facts it judged; ``basis``: all that its
# judgement depends on, as a digest, where nothing was left to do after it.
runs = Table(
    "runs",
    metadata,
    Column("seq", COUNTER, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("started", Utc, nullable=False),
    Column("ended", Utc),
    _text("config"),
    Column("outcome", Text),
    Column("judged", Utc),
    Column("generations", Text),
    Column("basis", Text),
)
configs = Table(
    "configs",
    metadata,
    _text("digest", key=True),
    _text("text"),
    Column("at", Utc, nullable=False),
    _text("who"),
    Column("tree", Text),
)
leases = Table(
    "leases",
    metadata,
    _text("name", key=True),
    _text("token"),
    _text("holder"),
    _text("host"),
    _number("pid"),
    Column("since", Utc),
    Column("until", Utc),
)

cases = Table(
    "cases",
    metadata,
    _text("id", key=True),
    _text("rule"),
    Column("state", Text, nullable=False, index=True),
    Column("cleared", Utc),
    _number("format"),
    _text("doc"),
)
case_events = Table(
    "case_events",
    metadata,
    Column("seq", COUNTER, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id"), nullable=False, index=True),
    _text("run"),
    Column("at", Utc, nullable=False),
    _number("format"),
    _text("doc"),
)

notes = Table("notes", metadata, _text("uid", key=True), _text("tracker"), _number("format"), _text("doc"))
mutes = Table(
    "mutes",
    metadata,
    _text("uid", key=True),
    _text("case_id", key=True),
    _text("why"),
    Column("at", Utc, nullable=False),
    _number("level"),
)
baselines = Table(
    "baselines", metadata, _text("rule", key=True), _text("scope", key=True), Column("at", Utc, nullable=False)
)
# What people said by command, in the order in which it was read.
statements = Table(
    "statements",
    metadata,
    _text("id", key=True),
    _text("uid"),
    Column("read_at", Utc, nullable=False),
    _number("format"),
    _text("doc"),
)
# Who was notified of what: a row for each case and step, counted per team and working day.
notifications = Table(
    "notifications",
    metadata,
    Column("seq", COUNTER, primary_key=True),
    Column("at", Utc, nullable=False),
    _text("run"),
    _text("team"),
    Column("day", Date, nullable=False),
    _text("uid"),
    _text("case_id"),
    _number("level"),
    _text("how"),
    Index(None, "team", "day"),
)
# Digests that went out, one row for each name and period, so that none goes out twice.
digests = Table(
    "digests",
    metadata,
    _text("name", key=True),
    Column("day", Date, primary_key=True, nullable=False),
    _text("state"),
    Column("at", Utc, nullable=False),
    _number("format"),
    _text("doc"),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", COUNTER, primary_key=True),
    _text("run"),
    Column("status", Text, nullable=False, index=True),
    _text("error"),
    _number("format"),
    _text("doc"),
)
