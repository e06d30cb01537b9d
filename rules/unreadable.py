"""unreadable: issues that dependencies point at and that our account may not read."""

from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from model.document import Code, Words
from model.snapshot import Missing, Snapshot
from rules.base import Finding, Rule, RuleSettings, Severity, Subject
from rules.examples import Example, depends, issue
from rules.wording import line


class UnreadableSettings(RuleSettings):
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")


class Unreadable(Rule[UnreadableSettings]):
    """What it finds: a project or repository with issues that others are linked to and that our account cannot read. It
    is one finding for each such scope, for the admin: it is listed and never noted on a ticket.

    Why it matters: whatever hangs on those issues is unknown. Nothing is found on them and nothing is cleared, so a
    silence there is not good news.

    How to clear it: give the account of crosstie read access to the scope, and to single issues where the tracker hides
    some of them. Where it must stay closed, exempt it with a reason, or turn this rule off.
    """

    id = "unreadable"
    subject = "scope"
    levels = ("linked issues there cannot be read",)
    settings = UnreadableSettings

    def judge(self, snapshot: Snapshot, settings: UnreadableSettings) -> Iterator[Finding]:
        refused: Counter[str] = Counter()
        for tracker, scope, count in snapshot.unreadable:
            refused[f"{tracker}:{scope}"] += count
        for scope, count in sorted(refused.items()):
            issues = "1 linked issue" if count == 1 else f"{count} linked issues"
            yield Finding(
                rule=self.id,
                subject=Subject("scope", (scope,)),
                level=1,
                about=(("linked issues", str(count)),),
                message=line(
                    *("Our account cannot read ", Words(issues), " in ", Code(scope)),
                    ", so what depends on them is not judged",
                ),
                inputs=frozenset({scope}),
            )


_PAY = issue("PAY-1", "payments")
_SEC = issue("SEC-4", "", "unknown", end="unreadable")

Unreadable.examples = (
    Example(
        name="A project that refuses us",
        edges=(depends(_PAY, _SEC, needed="2026-12-01 text"),),
        unreadable=(("jira", "SEC", 12),),
        finds={("jira:SEC",): 1},
        because="twelve issues are linked to that we may not read; the dependency itself is unknown and not accused",
    ),
    Example(
        name="Two scopes",
        unreadable=(("jira", "SEC", 12), ("github", "acme/vault", 1)),
        finds={("jira:SEC",): 1, ("github:acme/vault",): 1},
        because="access is given scope by scope",
    ),
    Example(
        name="One scope counted twice",
        unreadable=(("jira", "SEC", 2), ("jira", "SEC", 3)),
        finds={("jira:SEC",): 1},
        because="a scope is one finding, with all its issues",
    ),
    Example(
        name="The same project key in two trackers",
        unreadable=(("jira", "SEC", 1), ("legacy", "SEC", 1)),
        finds={("jira:SEC",): 1, ("legacy:SEC",): 1},
        because="they are two projects",
    ),
    Example(
        name="A tracker that is down",
        edges=(depends(_PAY, issue("PLAT-7", "platform", complete=False)),),
        missing=(Missing(tracker="jira", scope="PLAT", reason="503 from the search"),),
        because="that is trouble of this run and is reported by it; nobody refused us",
    ),
    Example(
        name="An issue outside what is pulled",
        edges=(depends(_PAY, issue("OPS-9", "", "open", end="stub")),),
        because="what the link embeds is enough, and nobody refused us",
    ),
    Example(
        name="An issue that is gone",
        edges=(depends(_PAY, issue("PLAT-6", "platform", "unknown", end="gone")),),
        because="there is nothing to read",
    ),
)
