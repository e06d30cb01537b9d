"""What digests are made of, read from the store alone; nothing is asked of a tracker."""

from collections.abc import Iterable
from datetime import datetime
from fnmatch import fnmatchcase

from model.audience import audience_of_scope
from model.facts import Facts, Scope
from model.interpret import interpret
from model.policy import PUBLIC, Policy
from model.snapshot import Issue, Snapshot
from sync.base import Case
from sync.config import Config
from sync.config.digests import DigestTable
from sync.digest.matter import Matter, Untold
from sync.judge import Judgement, as_told
from sync.plan import Plan
from sync.planning import plan_notes
from sync.run import policy_of, told_so_far
from sync.store import Store

NOBODY = " nobody"
"""An audience that no issue has and no config can name."""


def matter_of(config: Config, store: Store, at: datetime) -> Matter:
    """All that stands at a moment, judged by the last run."""
    facts = as_told(store.facts(), config)
    snapshot = interpret(facts, policy_of(config, store), at)
    cases, mutes = store.cases(at), store.mutes()
    last = store.last_run()
    return Matter(
        snapshot=snapshot,
        cases={case.id: case for case in cases},
        rules=config.rules,
        untold=untold_steps(config, store, facts, snapshot, cases, at),
        mutes={(mute.uid, mute.case): mute for mute in mutes},
        read=(last.started if last is not None else at).date(),
    )


def untold_steps(
    config: Config, store: Store, facts: Facts, snapshot: Snapshot, cases: Iterable[Case], at: datetime
) -> tuple[Untold, ...]:
    """Steps that nobody was called for: those that are held back, and those that the next run would tell."""
    standing = tuple(case for case in cases if case.state != "cleared")
    judged = Judgement(snapshot=snapshot, findings=(), events=(), cases=standing)
    planned = plan_notes(judged, config, facts, store.mutes(), store.notes(), at, told=told_so_far(store))
    return untold_in(planned)


def untold_in(planned: Plan) -> tuple[Untold, ...]:
    held = [Untold(uid=step.uid, case=step.case, why=step.why) for step in planned.held]
    next_run = [step for write in planned.writes for step in write.notifies]
    return (*held, *(Untold(uid=step.uid, case=step.case, why="next run") for step in next_run))


def issue_named(snapshot: Snapshot, ref: str) -> Issue | None:
    """The issue that the config calls so."""
    return next((issue for issue in snapshot.issues.values() if str(issue.ref).casefold() == ref.casefold()), None)


def reader_of(digest: DigestTable, snapshot: Snapshot, policy: Policy, scopes: Iterable[Scope]) -> str:
    """The audience that certainly reads what is sent to the digest's destination, and no larger one."""
    if digest.to.issue:
        issue = issue_named(snapshot, digest.to.issue)
        return issue.audience if issue is not None else NOBODY
    if digest.readers in ("", PUBLIC):
        return PUBLIC
    if digest.readers in policy.audiences:
        return digest.readers
    return _of_scopes(digest.readers, policy, scopes)


def _of_scopes(pattern: str, policy: Policy, scopes: Iterable[Scope]) -> str:
    """What the readers of every project or repository of a pattern may read alike."""
    folded = pattern.casefold()
    named = [scope for scope in scopes if fnmatchcase(str(scope).casefold(), folded)]
    found = {audience_of_scope(policy, scope) for scope in named}
    return found.pop() if len(found) == 1 else PUBLIC
