"""``sync.readers``: what ``check`` says of who reads whose notes is what the notes then do."""

from hypothesis import given, settings
from hypothesis import strategies as st

from model.audience import audience_of_scope, may_read
from model.facts import Scope
from model.policy import PUBLIC, Policy
from sync.readers import Outlook, Readers, outlook
from tests.model.build import policy

NAMES = ("jira:PAY", "jira:PLAT", "jira:SEC", "github:acme/web", "github:acme/api", "github:acme/vault")
GROUPS = {"internal": ("jira:P*", "github:acme/api"), "all": ("github:acme/*",), "old": ("jira:GONE",)}


def scope(name: str, *, public: bool = False) -> Scope:
    tracker, _, key = name.partition(":")
    return Scope(tracker=tracker, key=key, public=public)


def read(*names: str, public: tuple[str, ...] = (), write_to: tuple[str, ...] = ()) -> Outlook:
    known = policy(audiences=GROUPS)
    return outlook([scope(name, public=name in public) for name in names], known, write_to)


def test_each_audience_with_what_its_notes_may_carry() -> None:
    found = read(*NAMES, public=("github:acme/web",), write_to=("jira:pay", "github:acme/w*", "jira:NONE"))
    assert found.readers == (
        Readers(audience=PUBLIC, scopes=("github:acme/web",), notes_on=("github:acme/web",), carry=()),
        Readers(
            audience="all",
            scopes=("github:acme/api", "github:acme/vault"),
            notes_on=(),
            carry=("github:acme/api", "github:acme/vault", "github:acme/web"),
        ),
        Readers(
            audience="internal",
            scopes=("jira:PAY", "jira:PLAT"),
            notes_on=("jira:PAY",),
            carry=("github:acme/web", "jira:PAY", "jira:PLAT"),
        ),
        Readers(audience="jira:SEC", scopes=("jira:SEC",), notes_on=(), carry=("github:acme/web",)),
    )
    assert found.write_to_nothing == ("jira:NONE",)
    assert found.group_nothing == {"old": ("jira:GONE",)}


def test_a_pattern_of_the_config_may_turn_out_to_be_what_another_names() -> None:
    found = read("github:acme/api-*", write_to=("github:acme/api-two", "github:other/*"))
    assert found.readers[0].notes_on == ("github:acme/api-*",)
    assert found.write_to_nothing == ("github:other/*",)


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(sorted(GROUPS))))
@settings(max_examples=50)
def test_it_says_of_every_two_whether_one_reads_the_other_as_the_gate_does(
    names: set[str], public: set[str], groups: set[str]
) -> None:
    known: Policy = policy(audiences={name: GROUPS[name] for name in groups})
    scopes = {name: scope(name, public=name in public) for name in names}
    found = outlook(scopes.values(), known, ())
    assert sorted(name for one in found.readers for name in one.scopes) == sorted(names)
    for one in found.readers:
        for here in one.scopes:
            readable = {n for n, s in scopes.items() if may_read(one.audience, (audience_of_scope(known, s),))}
            assert {here, *one.carry} == readable | ({here} if len(one.scopes) == 1 else set())
