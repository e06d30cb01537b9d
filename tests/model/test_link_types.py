"""Directions come from phrases; the examples are typed here, in the manner of types met in the wild."""

import pytest

from model.facts import LinkType
from model.link_types import default_meaning, known_meaning
from model.policy import OPPOSITE, Meaning


def _type(outward: str, inward: str, name: str = "Blocks", type_id: str = "1") -> LinkType:
    return LinkType(tracker="jira", id=type_id, name=name, outward=outward, inward=inward)


EXAMPLES: list[tuple[str, str, Meaning]] = [
    ("blocks", "is blocked by", "provides"),
    ("is blocked by", "blocks", "depends"),
    ("is blocking", "blocked by", "provides"),
    ("depends on", "is depended on by", "depends"),
    ("depends on", "is a precondition for", "depends"),
    ("Depends upon", "is depended upon by", "depends"),
    ("requires", "is required by", "depends"),
    ("waits for", "is awaited by", "depends"),
    ("has to be done before", "has to be done after", "provides"),
    ("must be done after", "must be done before", "depends"),
    ("Linked one can\u2019t start until this is done.", "can't start until the linked issue is done.", "provides"),
    ("is a pre-requisite for", "has a pre-requisite", "provides"),
    ("has dependency", "is a dependency of", "depends"),
    ("hinders", "is hindered by", "provides"),
    ("contains", "Is contained by", "parent"),
    ("is part of", "incorporates", "child"),
    ("includes Epic(s)", "included in Initiative", "parent"),
    ("is subtask of", "is parent of", "child"),
    ("duplicates", "is duplicated by", "duplicate"),
    ("duplicates", "duplicates", "duplicate"),
    ("fixes", "is fixed by", "implements"),
    ("implements", "is implemented by", "implements"),
    ("relates to", "is related to", "relates"),
    ("creates", "created by", "relates"),
    ("causes", "is caused by", "relates"),
    ("is cloned from", "was cloned as", "relates"),
    ("split to", "split from", "relates"),
    ("supersedes", "is superceded by", "relates"),
    ("discovered while testing", "testing discovered", "relates"),
]


@pytest.mark.parametrize(("outward", "inward", "meaning"), EXAMPLES)
def test_both_phrases_are_read_and_turning_a_type_round_turns_its_meaning(
    outward: str, inward: str, meaning: Meaning
) -> None:
    assert known_meaning(_type(outward, inward)) == meaning
    assert known_meaning(_type(inward, outward)) == OPPOSITE[meaning]


@pytest.mark.parametrize("name", ["Depend", "Blocks", "Relates", "10001"])
def test_the_name_of_a_type_never_counts(name: str) -> None:
    assert default_meaning(_type("is depended on by", "depends on", name)) == "provides"


@pytest.mark.parametrize("phrase", ["Blocked", "Dependent", "Dependency", "Parent Feature", "blocks", "depends on"])
def test_the_same_words_on_both_ends_have_no_direction(phrase: str) -> None:
    assert default_meaning(_type(phrase, phrase)) == "relates"


@pytest.mark.parametrize(
    ("outward", "inward"), [("do not relates to", "has nothing to"), ("no longer blocks", "is no longer blocked by")]
)
def test_a_denial_is_no_link(outward: str, inward: str) -> None:
    assert default_meaning(_type(outward, inward)) == "ignore"


def test_phrases_that_contradict_each_other_make_no_edge() -> None:
    assert default_meaning(_type("blocks", "is depended on by")) == "relates"
    assert default_meaning(_type("blocks", "relates to")) == "relates"


@pytest.mark.parametrize(
    ("outward", "inward"),
    [
        ("is triggering", "is triggered by"),
        ("earliest end is start of", "start is earliest end of"),
        ("has to be started together with", "has to be started together with"),
        ("Linked one can't start until this issue starts.", "can't start until the linked issue starts."),
    ],
)
def test_only_a_tie_that_waits_for_the_end_of_work_is_a_dependency(outward: str, inward: str) -> None:
    assert known_meaning(_type(outward, inward)) == "relates"


def test_one_phrase_is_enough_when_the_other_is_missing_or_unknown() -> None:
    assert default_meaning(_type("", "is blocked by")) == "provides"
    assert default_meaning(_type("depends on", "")) == "depends"
    assert default_meaning(_type("depends on", "is dependent of")) == "depends"


def test_github_s_own_types_need_no_setting() -> None:
    assert default_meaning(_type("blocks", "is blocked by", "blocked by", "blocked_by")) == "provides"
    assert default_meaning(_type("closes", "is closed by", "closes", "closes")) == "implements"


@pytest.mark.parametrize("phrase", ["unblock the party", "blocks off", "requires testing by", "git review opened"])
def test_words_beyond_the_known_phrases_are_not_guessed_at(phrase: str) -> None:
    assert known_meaning(_type(phrase, "")) is None
    assert default_meaning(_type(phrase, "")) == "relates"
