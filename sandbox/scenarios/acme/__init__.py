"""Acme, a company of nine teams that plan in Jira and GitHub and wait for each other across both.

It is the morning of Tuesday, 3 March 2026. Who works there, what they plan and what they write stands in
``data/*.toml`` (``reading`` says how); ``building`` makes it happen on a sandbox; ``expected`` says which of it is
trouble, and which only looks like it.
"""

from sandbox.scenarios.acme.building import TODAY, build
from sandbox.scenarios.acme.configuring import config
from sandbox.scenarios.acme.expected import HEALTHY, PLANTED
from sandbox.scenarios.acme.observed import OBSERVED

GITHUB_TOKEN = "sandbox-github-token"  # noqa: S105  # the sandbox's public password
JIRA_TOKEN = "sandbox-jira-token"  # noqa: S105  # as above
SHOWN = "jira:PAY-12"
"""A ticket whose note has much to say: it waits for two others and is waited for."""
FINISHED, FINISHER = "PLAT-7", "Devi Rao"
"""A late piece of work, and who finishes it in the demo."""
ANSWERED, ANSWERER = "jira:PAY-12", "Mira Albrecht"
ANSWER = "/crosstie ack PLAT-7 we send the export by hand until then"
"""What she tells crosstie in a comment there."""
FURTHER = ("github:acme/web#5", "github:acme/api-gateway#5", "jira:PLAT-20")
"""More tickets with a note, on either tracker."""
CLEARED = "jira:DATA-4"
"""A ticket that waited for ``FINISHED`` alone, so that its note clears with it."""

__all__ = (
    "ANSWER",
    "ANSWERED",
    "ANSWERER",
    "CLEARED",
    "FINISHED",
    "FINISHER",
    "FURTHER",
    "GITHUB_TOKEN",
    "HEALTHY",
    "JIRA_TOKEN",
    "OBSERVED",
    "PLANTED",
    "SHOWN",
    "TODAY",
    "build",
    "config",
)
