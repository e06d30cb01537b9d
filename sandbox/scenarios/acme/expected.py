"""What is trouble at Acme, rule by rule and complete, and what only looks like it."""

from collections.abc import Mapping

PLANTED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "overdue": (
        ("github:acme/api-gateway#14", "github:acme/infra#7"),
        ("github:acme/web#5", "github:acme/api-billing#2"),
        ("jira:DATA-4", "jira:PLAT-7"),
        ("jira:MOB-11", "jira:DATA-6"),
        ("jira:PAY-12", "github:acme/api-gateway#12"),
        ("jira:PAY-12", "jira:PLAT-7"),
        ("jira:PAY-14", "jira:PLAT-20"),
        ("jira:PAY-29", "jira:PLAT-24"),
        ("jira:PLAT-23", "github:acme/infra#5"),
        ("jira:PLAT-26", "jira:PLAT-25"),
    ),
    "undeclared": (
        ("github:acme/api-gateway#16", "jira:PLAT-18"),
        ("github:acme/sdk#4", "github:acme/api-gateway#5"),
        ("github:acme/web#8", "github:acme/api-gateway#8"),
        ("jira:MOB-8", "github:acme/web#14"),
        ("jira:PAY-22", "jira:PLAT-13"),
        ("jira:PAY-31", "github:acme/api-gateway#17"),
        ("jira:PLAT-32", "github:acme/api-gateway#1"),
    ),
    "point-to-point": (
        ("github:acme/api-billing#5", "github:acme/infra#10"),
        ("github:acme/api-gateway#16", "jira:PLAT-18"),
        ("github:acme/infra#12", "github:acme/api-gateway#1"),
        ("github:acme/sdk#4", "github:acme/api-gateway#5"),
        ("github:acme/sdk#5", "github:acme/api-gateway#5"),
        ("github:acme/web#5", "github:acme/api-billing#2"),
        ("github:acme/web#8", "github:acme/api-gateway#8"),
        ("jira:DATA-12", "github:acme/api-gateway#20"),
        ("jira:DATA-4", "jira:PLAT-7"),
        ("jira:MOB-11", "jira:DATA-6"),
        ("jira:MOB-6", "github:acme/api-billing#4"),
        ("jira:MOB-8", "github:acme/web#14"),
        ("jira:PAY-12", "github:acme/api-gateway#12"),
        ("jira:PAY-12", "jira:PLAT-7"),
        ("jira:PAY-22", "jira:PLAT-13"),
        ("jira:PAY-31", "github:acme/api-gateway#17"),
        ("jira:PLAT-32", "github:acme/api-gateway#1"),
    ),
    "order-conflict": (
        ("github:acme/api-gateway#15", "github:acme/infra#8"),
        ("github:acme/web#5", "github:acme/api-billing#2"),
        ("jira:MOB-5", "jira:PAY-12"),
        ("jira:PAY-23", "jira:PLAT-14"),
    ),
    "cycle": (
        ("github:acme/api-gateway#20", "jira:DATA-12", "jira:PLAT-19"),
        ("jira:MOB-10", "jira:MOB-9"),
    ),
    "unreadable": (("jira:PLAT",),),
}
"""By rule: (consumer, provider); of a cycle its members, sorted; of ``unreadable`` the scope."""

HEALTHY: tuple[tuple[str, str, str], ...] = (
    # agreed
    ("jira:PAY-13", "jira:PLAT-8", "both lie under what platform-sos looks after, though in two projects"),
    ("github:acme/web#2", "jira:PAY-12", "both lie under what payments-sos looks after, on two trackers"),
    ("github:acme/api-gateway#13", "github:acme/infra#6", "both lie under the roadmap of platform-sos"),
    ("jira:DATA-5", "jira:PAY-28", "both lie under what the company's team of teams looks after"),
    ("jira:DATA-7", "github:acme/infra#9", "agreed by reference: ADR-11"),
    ("github:acme/api-billing#9", "jira:PLAT-8", "agreed by label, declared by a line, promised before it is needed"),
    ("jira:MOB-14", "github:acme/api-gateway#18", "agreed by label, declared by a line on the provider"),
    ("github:acme/api-gateway#20", "jira:PLAT-19", "agreed by label; only the cycle it lies on is trouble"),
    # over
    ("jira:PAY-15", "jira:PLAT-9", "delivered, after the day it was promised for"),
    ("jira:MOB-7", "jira:PAY-27", "delivered; what is late is late by itself"),
    ("github:acme/web#11", "github:acme/api-gateway#11", "delivered"),
    ("jira:PAY-16", "jira:PLAT-10", "moot: the consumer is done, the provider is late for nobody"),
    ("github:acme/web#9", "github:acme/api-gateway#9", "moot: the consumer was closed as not planned"),
    ("github:acme/web#10", "github:acme/api-gateway#10", "the provider was closed as not planned: nothing is due"),
    ("jira:MOB-12", "jira:PLAT-17", "the provider was closed as Won't Do: nothing is due"),
    # days
    ("jira:PAY-17", "jira:PLAT-11", "due today"),
    ("github:acme/infra#11", "jira:PLAT-11", "due today in Berlin, where it is made; tomorrow has begun in Auckland"),
    ("github:acme/web#7", "github:acme/api-gateway#7", "milestone of today, at midnight in California"),
    ("github:acme/web#6", "github:acme/api-gateway#6", "milestone of yesterday at a script's hour: uncertain by a day"),
    ("jira:PAY-18", "jira:PLAT-12", "promised by the end of the very sprint both are in"),
    ("jira:PAY-24", "jira:PLAT-15", "needed on Friday, promised for Sunday: no working day between"),
    ("jira:PAY-25", "jira:PLAT-16", "needed on Maundy Thursday, promised for Easter Monday: only holidays between"),
    ("jira:PLAT-22", "jira:PLAT-21", "a vendor who still has time, and no team to agree with"),
    # one team
    ("jira:PAY-19", "jira:PAY-20", "one team, said in a sentence"),
    ("jira:DATA-8", "jira:DATA-9", "one team, promised in time"),
    ("github:acme/api-billing#6", "github:acme/api-billing#7", "one team, promised in time"),
    ("github:acme/web#12", "github:acme/web#13", "one team, one pull request on another"),
    # out of sight
    ("jira:PAY-26", "jira:SEC-3", "a project that is not pulled: nobody can say whose it is"),
    ("jira:DATA-13", "jira:HR-2", "a project that is not pulled"),
    ("jira:PAY-30", "jira:PLAT-27", "restricted: unknown, so nobody is accused"),
    # words that do not count
    ("jira:PAY-21", "jira:PLAT-7", "no longer blocked"),
    ("jira:DATA-14", "jira:PAY-15", "was blocked, is not"),
    ("jira:DATA-10", "jira:PLAT-13", "a bare mention"),
    ("jira:DATA-11", "jira:PLAT-18", "a question, and a guess"),
    ("jira:PAY-32", "jira:PLAT-13", "a bare mention, in German"),
    ("jira:PAY-32", "jira:PLAT-18", "said by somebody of no team"),
    ("jira:MOB-13", "jira:PLAT-13", "in code, and in a quote about another issue"),
    ("github:acme/web#15", "jira:PLAT-13", "an example in a code block"),
    ("github:acme/web#15", "github:acme/api-gateway#8", "an example in a code block"),
    ("github:acme/web#16", "jira:PLAT-13", "in a template's comment"),
    ("github:acme/web#17", "jira:PAY-22", "struck out, and ticked"),
    ("github:acme/infra#13", "jira:PLAT-31", "a bare mention"),
    ("github:acme/sdk#3", "github:acme/api-gateway#8", "a stranger's comment"),
    ("github:acme/sdk#7", "github:acme/api-billing#2", "a stranger's issue"),
    ("github:acme/sdk#6", "github:acme/api-gateway#11", "a stranger's pull request"),
    # links that mean no waiting
    ("jira:PLAT-28", "jira:PLAT-13", "a duplicate"),
    ("jira:PLAT-29", "jira:PAY-12", "related"),
    ("jira:PAY-23", "jira:PLAT-30", "governed by it"),
)
"""(consumer, provider, why it is none). Some of them are not even dependencies."""
