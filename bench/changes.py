"""One issue in a hundred changes, as people change things: edits, comments, links, closes."""

from bench.figures import Dice
from bench.served import Served

SHARE = 100
"""One issue in so many."""


def change(site: Served, seed: int) -> set[str]:
    """Change issues through the control API; returns the names of those that a tracker shows as updated.

    A new link touches both its issues on Jira and, by itself, neither on GitHub.
    """
    dice = Dice(f"changes {seed}")
    count = max(4, site.terms.total // SHARE)
    names = dice.sample(site.terms.issues, min(count, len(site.terms.issues)))
    links = names[: 2 * (count // 10)]
    for consumer, provider in zip(links[::2], links[1::2], strict=True):
        _LINK[site.tracker](site, consumer, provider)
    rest = names[len(links) :]
    for number, name in enumerate(rest):
        _ACTS[number % len(_ACTS)](site, name, number)
    return set(names)


def _link_jira(site: Served, consumer: str, provider: str) -> None:
    site.act("link", type="Blocks", source=provider, target=consumer)


def _link_github(site: Served, consumer: str, provider: str) -> None:
    """With a word to each: the link alone is for the structural refresh to find."""
    site.act("block", issue=consumer, blocker=provider)
    _comment(site, consumer, 0)
    _comment(site, provider, 1)


def _comment(site: Served, name: str, number: int) -> None:
    text = f"Any news? Asked for the {number + 1}. time."
    site.act("comment", issue=name, **({"text": text} if site.tracker == "jira" else {"body": text}))


def _edit(site: Served, name: str, number: int) -> None:
    site.act("edit", issue=name, title=f"As discussed, in a smaller way ({number})")


def _close(site: Served, name: str, number: int) -> None:
    """On GitHub with a word to it: closing what is closed already changes nothing."""
    if site.tracker == "jira":
        site.act("transition", issue=name, status="Resolved")
    else:
        site.act("close", issue=name)
        _comment(site, name, number)


_LINK = {"jira": _link_jira, "github": _link_github}
_ACTS = (_edit, _comment, _comment, _close)
