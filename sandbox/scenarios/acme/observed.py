"""What the further rules list at Acme: less planted than true of it, and looked through by hand."""

from collections.abc import Mapping

_TEXT: Mapping[str, str] = {
    "broken-promise": "web#10 > api-gateway#10, MOB-12 > PLAT-17",
    "dangling": "MOB-18 > api-billing#411",
    "due-soon": "api-gateway#15 > infra#8, web#6 > api-gateway#6, web#7 > api-gateway#7",
    "silent-provider": """
        api-billing#5 > infra#10, api-billing#9 > PLAT-8, api-gateway#13 > infra#6, api-gateway#14 > infra#7,
        api-gateway#15 > infra#8, api-gateway#16 > PLAT-18, api-gateway#20 > PLAT-19, infra#11 > PLAT-11,
        infra#12 > api-gateway#1, sdk#4 > api-gateway#5, sdk#5 > api-gateway#5, web#5 > api-billing#2, web#6 >
        api-gateway#6, web#7 > api-gateway#7, DATA-12 > api-gateway#20, DATA-15 > PLAT-13, DATA-5 > PAY-28,
        DATA-7 > infra#9, MOB-11 > DATA-6, MOB-16 > PLAT-13, MOB-6 > api-billing#4, MOB-8 > web#14, PAY-13 >
        PLAT-8, PAY-17 > PLAT-11, PAY-18 > PLAT-12, PAY-22 > PLAT-13, PAY-23 > PLAT-14, PAY-29 > PLAT-24, PAY-33
        > PLAT-34, PAY-35 > PLAT-36, PLAT-19 > DATA-12, PLAT-26 > PLAT-25, PLAT-32 > api-gateway#1""",
    "slipped": "DATA-4 > PLAT-7, PAY-12 > PLAT-7",
    "started-early": """
        DATA-4 > PLAT-7, DATA-7 > infra#9, MOB-11 > DATA-6, PAY-12 > api-gateway#12, PAY-12 > PLAT-7, PAY-16 >
        PLAT-10, PAY-17 > PLAT-11, PAY-18 > PLAT-12, PAY-23 > PLAT-14, PAY-29 > PLAT-24, PLAT-23 > infra#5""",
    "stuck-parent": "PAY-2",
    "unanswered": """
        api-gateway#20 > PLAT-19, DATA-12 > api-gateway#20, MOB-14 > api-gateway#18, PAY-12 > api-gateway#12""",
    "undated": """
        api-gateway#20 > PLAT-19, infra#12 > api-gateway#1, sdk#5 > api-gateway#5, web#20 > api-gateway#21,
        DATA-12 > api-gateway#20, DATA-15 > PLAT-13, MOB-11 > DATA-6, MOB-14 > api-gateway#18, MOB-16 > PLAT-13,
        PAY-12 > api-gateway#12, PLAT-19 > DATA-12""",
    "unplanned": """
        sdk#4 > api-gateway#5, sdk#5 > api-gateway#5, web#20 > api-gateway#21, MOB-11 > DATA-6, PAY-12 >
        api-gateway#12, PLAT-32 > api-gateway#1""",
}


def _ref(key: str) -> str:
    return f"github:acme/{key}" if "#" in key else f"jira:{key}"


def _read(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_ref(key) for key in found.split(" > ")) for found in " ".join(text.split()).split(", "))


OBSERVED: Mapping[str, tuple[tuple[str, ...], ...]] = {rule: _read(text) for rule, text in _TEXT.items()}
"""By rule: (consumer, provider), or the one issue that a finding is about."""
