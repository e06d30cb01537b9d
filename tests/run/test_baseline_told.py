"""When writing begins, a run says how much it keeps to itself."""

from tests.run.worlds import SCOPES, Installation


def test_a_baseline_is_counted_once(acme: Installation) -> None:
    acme.configure(write_to=[])
    assert acme.run().silenced == 0
    acme.configure(write_to=list(SCOPES), baseline="silent")
    looked = acme.run(dry_run=True)
    assert (looked.plan.writes, acme.run(dry_run=True).silenced) == ((), looked.silenced)
    outcome = acme.run()
    assert outcome.silenced == looked.silenced
    assert outcome.silenced == sum(len(case.finding.places) for case in outcome.cases) > 0
    assert outcome.written.created == 0
    assert acme.run().silenced == 0
