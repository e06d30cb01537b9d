"""Two teams, a vendor, and what their people write on five issues.

PAY-1  waits for  PLAT-1 and acme/web#7        PAY-2  waits for  PLAT-1
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from model.facts import Comment, Facts, Person
from model.interpret import interpret
from model.policy import Member, Policy
from model.snapshot import Snapshot
from model.statements import CommandLine, Statement
from sync.base import Case
from sync.commands.hear import hear
from tests.model import build
from tests.model.build import NOW, blocked_by, fact, facts, says, team

DEVI, MIRA, OTTO, LEO = (Person(id=name) for name in ("u-devi", "u-mira", "u-otto", "u-leo"))
"""Platform's, payments', nobody's; the admin."""
EARLY = NOW - timedelta(days=3)


def member(jira: str, github: str = "") -> Member:
    return Member(ids={"jira": jira, "github": github or jira})


POLICY: Policy = build.policy(
    team("payments", "jira:PAY", members=(member("u-mira", "mira"),)),
    team("platform", "jira:PLAT", representative=member("u-devi", "devi")),
    team("web", "github:acme/web", members=(member("u-wim", "wim"),)),
)
ADMINS = (member("u-leo", "leo"),)


def comment(words: str, by: Person = MIRA, at: datetime = EARLY, id: str = "9", **fields: Any) -> Comment:
    lines = tuple(CommandLine(number=n, words=line) for n, line in enumerate(words.split("\n")))
    return Comment(id=id, author=by, created=at, commands=lines, **fields)


def town(**said: Iterable[Comment]) -> Facts:
    """By issue: ``PAY_1=[comment(...)]``, ``WEB_7=[...]``."""
    comments = {name: tuple(each) for name, each in said.items()}
    return facts(
        fact(
            "PAY-1",
            links=(blocked_by("PLAT-1", on="PAY-1"),),
            mentions=(says("acme/web#7", author=MIRA),),
            comments=comments.get("PAY_1", ()),
        ),
        fact("PAY-2", links=(blocked_by("PLAT-1", on="PAY-2"),), comments=comments.get("PAY_2", ())),
        fact("PLAT-1", comments=comments.get("PLAT_1", ())),
        fact("PAY-9", comments=comments.get("PAY_9", ())),
        fact("acme/web#7", comments=comments.get("WEB_7", ())),
    )


def heard(known: Facts, cases: Iterable[Case] = (), policy: Policy = POLICY) -> list[Statement]:
    return hear(known, policy, lambda: cases, NOW, ADMINS)


def seen(known: Facts, policy: Policy = POLICY) -> Snapshot:
    """With all that was said so far."""
    return interpret(replace(known, statements=(*known.statements, *heard(known, policy=policy))), policy, NOW)
