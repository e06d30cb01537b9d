"""What ``check --online`` says of a GitHub as a whole: what it lacks, what an app may, what is left of the limits."""

from collections.abc import Iterator, Sequence

from connectors.base import Check
from connectors.github.client import Client
from connectors.github.credential import Credential, Quota
from connectors.github.limits import GRAPHQL
from connectors.github.queries import Schema

SCARCE = 0.05
"""Part of a quota that is worth a word when no more is left."""
MOST_PAGES = 1000
LACKS = {
    "blockedBy": ("blocked-by links", "lines such as `Depends on: acme/web#12` in issues are read all the same"),
    "parent": ("parents of sub-issues", "nothing, or a newer server: parents only group, they make nobody wait"),
    "projectItems": ("dates on project boards", "nothing, or a newer server: milestones give dates as well"),
}
"""By field of an issue: what is not read without it, and what to do."""


def check_features(schema: Schema | None) -> Iterator[Check]:
    """What the server lacks; nothing where it has all."""
    if schema is None:
        found = "not on this server, or not for this token: REST is asked instead, which has no boards and costs more"
        yield Check(about="GraphQL", ok=None, found=found, remedy="ask the server's admin whether it is switched off")
        return
    for name, (what, remedy) in LACKS.items():
        if not schema.has("Issue", name):
            yield Check(about=what, ok=None, found="this server does not have them", remedy=remedy)


def check_app(credential: Credential) -> Check:
    about = "permissions for writing"
    remedy = (
        "give the app Issues and Pull requests: read and write in its settings, and accept that where it is installed"
    )
    if not credential.may("issues", "write"):
        return Check(about=about, ok=False, found="the app may not write to issues", remedy=remedy)
    if not credential.may("pull_requests", "write"):
        return Check(about=about, ok=None, found="the app may write to issues, and not to pull requests", remedy=remedy)
    return Check(about=about, ok=True, found="the app may write to issues and pull requests")


def check_untold(names: Sequence[str]) -> Check:
    """One check for all of them, because only GitHub's page of the token knows."""
    found = f"our account may write to {_some(names)}; whether the token may, GitHub does not tell"
    remedy = "see on GitHub that the token has these repositories, with Issues and Pull requests: read and write"
    return Check(about="permissions for writing", ok=None, found=found, remedy=remedy)


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} repositories"


def installed_repositories(client: Client) -> Iterator[str]:
    """All that the installation was given, in lower case; a hundred to a request."""
    for page in range(1, MOST_PAGES):
        answer = client.get("/installation/repositories", {"per_page": 100, "page": page})
        rows = answer.data.get("repositories") or []
        yield from (str(row["full_name"]).casefold() for row in rows)
        if len(rows) < 100:
            return


def check_quotas(credential: Credential) -> Iterator[Check]:
    if not credential.quotas:
        yield Check(about="quota", ok=True, found="this server does not say what is left")
    for quota in credential.quotas:
        yield _check_quota(quota)


def _check_quota(quota: Quota) -> Check:
    about = f"quota of {'GraphQL' if quota.resource == GRAPHQL else 'REST'}"
    found = f"{quota.left:,} of {quota.limit:,} left until {quota.resets_at:%H:%M} UTC"
    if quota.left < SCARCE * quota.limit:
        remedy = "run less often, ask who else uses this account, or act as a GitHub App, which has limits of its own"
        return Check(about=about, ok=None, found=found, remedy=remedy)
    return Check(about=about, ok=True, found=found)
