"""What notes know of cases that are over, and the last look at a write before the outbox."""

from dataclasses import replace
from pathlib import Path

from model.document import Document, Section, Words
from sync.base import CaseEvent, NoteRow, Write
from sync.judge import Judgement
from sync.plan import Plan
from sync.planning import gated, settled_of
from tests.sync.build import NOW, PAY, PLAT, case, issue, snapshot
from tests.sync.configs import loaded


def judged(*events: CaseEvent) -> Judgement:
    return Judgement(snapshot=snapshot(), findings=(), events=events, cases=())


def test_what_a_note_showed_and_is_cleared_it_names_as_settled() -> None:
    now_over = case("now", state="cleared", cleared=NOW)
    long_over = case("long", state="cleared", cleared=NOW)
    back, elsewhere = case("back"), case("else", state="cleared", cleared=NOW)
    row = NoteRow(uid=PAY, tracker="jira", id="1", digest="", cases=("now", "open"), settled=("long", "back"))
    events = (CaseEvent(case=now_over, kind="cleared"), CaseEvent(case=back, kind="reopened"))
    before = [long_over, replace(back, state="cleared"), elsewhere]
    assert settled_of(judged(*events), {PAY: row}, before) == {PAY: (now_over, long_over)}


def test_the_last_look_refuses_a_note_for_other_readers_and_a_place_that_is_not_listed(tmp_path: Path) -> None:
    config = loaded(tmp_path, '[notes]\nwrite_to = ["jira:PAY"]\n')
    at = snapshot(issue(PAY, audience="public"), issue(PLAT))
    note = Document((Section("", ((Words("x"),),)),), reader="internal")

    def write(uid: str, document: Document | None) -> Write:
        key = uid.partition(":")[2]
        return Write(uid=uid, tracker="jira", native_id="1", key=key, kind="note", reason="new", document=document)

    leak, outside, good = write(PAY, note), write(PLAT, note), write(PAY, Document(note.sections, reader="public"))
    kept, refused = gated(Plan(writes=(leak, outside, good)), config, at)
    assert kept.writes == (good,)
    assert ["other readers" in refused[0], "write_to" in refused[1]] == [True, True]
    assert len(refused) == 2
