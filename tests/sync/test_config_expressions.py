"""Expressions and rules of the config: refused with their place, or part of the config like any rule."""

from pathlib import Path

import pytest

from rules.base import RuleSettings
from rules.custom import CustomSettings
from rules.engine import load
from sync.config import recall_config
from tests.sync.configs import TRACKERS, loaded, problems

OURS = """\
[[custom_rules]]
name = "vendor-without-contract"
when = "has(provider.party) && !dependency.agreed"
message = "{provider.party} delivers this without a contract on record"
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "[rules.overdue]\nwhen = \"consumer.tem == 'x'\"",
            '9: rules.overdue.when: there is no field "tem" (at column 10 of the text); did you mean "team"?',
        ),
        (
            "[rules.bottleneck]\nwhen = \"consumer.team == 'x'\"",
            '9: rules.bottleneck.when: there is no "consumer" here; there are issue, party, today (at col',
        ),
        ("[rules.unreadable]\nwhen = \"scope.kye == 'x'\"", '9: rules.unreadable.when: there is no field "kye"'),
        (
            '[rules.overdue]\nwhen = "consumer.team"',
            "9: rules.overdue.when: must be true or false; this is of type: text",
        ),
        ("[rules.overdue]\nwhen = 3", "9: rules.overdue.when: must be text in quotes"),
        (
            OURS.replace("agreed", "agred"),
            'custom_rules[0].when: there is no field "agred" (at column 36 of the text); did',
        ),
        (
            OURS.replace('"has(provider.party) && ', '"""has(provider.party) &&\n').replace('agreed"', 'agred"""'),
            'custom_rules[0].when: there is no field "agred" (at line 2, column 13 of the text); did you mean',
        ),
        (
            OURS.replace("{provider.party}", "{provider.prty}"),
            '11: custom_rules[0].message: there is no field "provider.p',
        ),
        (
            OURS + 'advice = "Ask {"',
            "12: custom_rules[0].advice: a { alone; write {{ for the sign itself (at column 5 of the text)",
        ),
        (
            OURS.replace("vendor-without-contract", "Vendor X"),
            "9: custom_rules[0].name: must be made of small letters, dig",
        ),
        (
            OURS.replace("vendor-without-contract", "overdue"),
            '9: custom_rules[0].name: "overdue" is a rule of crosstie',
        ),
        (OURS + OURS, '13: custom_rules[1].name: "vendor-without-contract" is already the name at crosstie.toml:9'),
        (OURS.replace("when", "whne"), '10: custom_rules[0].whne: there is no such setting; did you mean "when"?'),
        (OURS.replace("when =", "# when ="), "8: custom_rules[0].when: this setting is needed"),
        (
            OURS + 'mode = "coment"',
            '12: custom_rules[0].mode: must be one of "off", "observe", "label", "comment"; got "co',
        ),
        (OURS + "[custom_rules.teams.nobody]\n", '12: custom_rules[0].teams.nobody: there is no team "nobody"'),
        (
            OURS + '[[exemptions]]\nrule = "vendor-without-contrct"',
            'there is no such rule; did you mean "vendor-without-contract"?',
        ),
    ],
)
def test_a_mistake_in_a_rule_of_ones_own_has_its_place(tmp_path: Path, more: str, said: str) -> None:
    lines = problems(tmp_path, TRACKERS + more)
    assert any(said in line for line in lines), lines


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    wrong = OURS.replace("agreed", "agred").replace("{provider.party}", "{provider.prty}")
    other = "[rules.overdue]\nwhen = \"consumer.team = 'x'\"\n"
    lines = problems(tmp_path, TRACKERS + other + wrong)
    assert [line.split(":")[1] for line in lines] == ["9", "12", "13"]


def test_rules_of_the_config_stand_beside_those_there_are(tmp_path: Path) -> None:
    team = '[[teams]]\nname = "payments"\n'
    config = loaded(tmp_path, team + OURS + 'severity = "error"\n[custom_rules.teams.payments]\nmode = "off"\n')
    assert set(config.rules) == {*load(), "vendor-without-contract"}
    ours = config.rules["vendor-without-contract"]
    assert isinstance(ours, CustomSettings)
    assert (ours.mode, ours.severity, ours.teams["payments"].mode) == ("observe", "error", "off")
    assert all(isinstance(settings, RuleSettings) for settings in config.rules.values())
    assert recall_config(config.tree, config.path).rules == config.rules


def test_an_expression_is_part_of_what_the_config_means(tmp_path: Path) -> None:
    plain = loaded(tmp_path, OURS)
    assert loaded(tmp_path, OURS.replace("!dependency", "! dependency")).digest != plain.digest
    assert loaded(tmp_path, OURS + "# a comment\n").digest == plain.digest


def test_an_exemption_may_name_a_rule_of_the_config(tmp_path: Path) -> None:
    exempt = (
        '[[exemptions]]\nrule = "vendor-without-contract"\nissue = "jira:PAY-1"\nuntil = 2030-01-31\nreason = "spike"\n'
    )
    assert loaded(tmp_path, OURS + exempt).exemptions[0].rule == "vendor-without-contract"


def test_a_name_that_the_config_nearly_has_is_asked_about(tmp_path: Path) -> None:
    names = '[[teams]]\nname = "payments"\n[[forums]]\nname = "platform-sos"\n'
    when = "consumer.team in ['payments', 'paymnts', 'sandbox'] || 'platfrm-sos' in dependency.forums"
    at = "13: rules.overdue.when: there is no"
    config = loaded(tmp_path, f'{names}[rules.overdue]\nwhen = "{when}"\n')
    assert [str(warning).partition("crosstie.toml:")[2] for warning in config.warnings] == [
        f'{at} team "paymnts"; did you mean "payments"? (at column 31 of the text)',
        f'{at} forum "platfrm-sos"; did you mean "platform-sos"? (at column 56 of the text)',
    ]
