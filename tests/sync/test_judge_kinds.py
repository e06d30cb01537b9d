"""Cases about what is no issue are cleared like any other."""

from pathlib import Path

from msgspec import structs

from model.facts import Facts
from rules.base import Subject
from sync.judge import conclude
from tests.sync.build import NOW, case, finding
from tests.sync.configs import loaded


def test_a_case_about_a_party_is_cleared_without_being_taken_for_an_issue(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    on_party = structs.replace(finding("shared-exposure", subject=Subject("party", ("CloudMail",))), places=())
    standing = [case(finding=structs.replace(on_party, about=(("setting least_teams", "3"),)))]
    judged = conclude(Facts(issues={}, aliases={}), config, config.policy({}), standing, NOW, lambda *_: "new")
    assert [(event.kind, event.why) for event in judged.events] == [("cleared", "its conditions no longer hold")]
