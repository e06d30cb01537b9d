"""From a name in a link or a text to the issue it means."""

from urllib.parse import urlsplit

from model.facts import Facts, Mention, Pointer, Ref, RemoteLink
from model.policy import Policy


class Resolver:
    """Finds uids. An issue never seen gets its ref as uid, and keeps it should it be pulled later."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self._aliases = facts.aliases
        self._folded = {(tracker, key.casefold()): uid for (tracker, key), uid in facts.aliases.items() if "#" in key}
        """GitHub owners and repositories are the same in any case."""
        self._projects = facts.known_projects
        self._shapes = {name: tracker.shape for name, tracker in policy.trackers.items()}
        self._hosts = {tracker.host.casefold(): name for name, tracker in policy.trackers.items() if tracker.host}
        self._scopes = {(scope.tracker, scope.key.casefold()) for scope in facts.scopes}

    def pointer(self, pointer: Pointer) -> str:
        by_id = self._aliases.get((pointer.tracker, pointer.native_id)) if pointer.native_id else None
        return by_id or self.uid(Ref(pointer.tracker, pointer.key))

    def uid(self, ref: Ref) -> str:
        known = self._aliases.get((ref.tracker, ref.key)) or self._folded.get((ref.tracker, ref.key.casefold()))
        return known or str(ref)

    def remote(self, link: RemoteLink) -> Ref | None:
        """The issue that a remote link leads to, where a configured tracker holds it."""
        name = self._hosts.get(link.host.casefold(), "") if link.key else ""
        return Ref(name, link.key) if name and self._shapes[name] == link.shape else None

    def mention(self, mention: Mention, holder: Ref) -> Ref | None:
        """The issue a mention means, or None where no configured tracker is certain to hold it.

        A Jira key counts only when its project is known to exist, so UTF-8, SHA-256 and
        CVE-2024-1 are nothing, or when the issue itself was known once: that its project is
        hidden now makes no word of it. A URL counts when its host is a tracker of ours.
        """
        tracker = self._by_host(mention) if mention.host else self._by_shape(mention, holder)
        return Ref(tracker, mention.key) if tracker else None

    def _by_host(self, mention: Mention) -> str:
        name = self._hosts.get(mention.host.casefold(), "")
        return name if self._shapes.get(name) == mention.shape else ""

    def _by_shape(self, mention: Mention, holder: Ref) -> str:
        key = Ref("", mention.key)
        fits = [name for name, shape in self._shapes.items() if shape == mention.shape]
        if mention.shape == "jira":
            fits = [n for n in fits if (n, key.scope) in self._projects or (n, mention.key) in self._aliases]
        elif holder.tracker not in fits:
            known = [name for name in fits if (name, key.scope.casefold()) in self._scopes]
            fits = known or fits
        if holder.tracker in fits:
            return holder.tracker
        return fits[0] if len(fits) == 1 else ""


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").casefold()
