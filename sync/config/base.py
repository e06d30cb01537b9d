"""What the config is to the rest of crosstie.

A config is read in four steps, each a file of its own: ``files`` (TOML text to one tree, every
path with its line), ``settings`` (the tree as typed tables), ``check`` (names that point at
nothing, patterns that do not parse), ``secrets`` (tokens, from the environment or files). Each
step reports all it finds; only then is the config refused, or built (``build``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from connectors.base import TrackerSettings
from connectors.registry import tables
from model.policy import Policy
from model.resolve import host_of
from rules.base import RuleSettings
from sync.config.commands import CommandsTable
from sync.config.digests import DigestTable, MailTable
from sync.config.problem import Problem
from sync.config.settings import Exemption, NotesConfig, RefreshConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A config that holds together. Frozen: a changed file is another config."""

    path: Path
    text: str
    """The TOML as loaded, included files after the first; it has no secrets in it."""
    tree: str = field(repr=False)
    """All files together as one JSON object, as they were understood: ``recall_config`` reads it."""
    digest: str
    """The same for the same meaning: no comments, no order of keys, no secrets, no place of the store."""
    store_url: str = field(repr=False)
    """A SQLAlchemy URL; a relative SQLite file is one beside the config."""
    trackers: tuple[TrackerSettings, ...]
    offline_policy: Policy
    """The policy while no tracker has told us its site."""
    rules: Mapping[str, RuleSettings]
    """By rule id, every rule there is, those of ``[[custom_rules]]`` included; what the file leaves out has its
    default."""
    notes: NotesConfig
    refresh: RefreshConfig
    commands: CommandsTable
    exemptions: tuple[Exemption, ...] = ()
    digests: tuple[DigestTable, ...] = ()
    mail: MailTable = field(default_factory=MailTable)
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By name of a digest: the URL of its webhook, which is a secret."""
    mail_password: str = field(default="", repr=False)
    warnings: tuple[Problem, ...] = ()
    """What works but wants a look: a token file that everybody may read, an exemption that is over."""

    def policy(self, sites: Mapping[str, str]) -> Policy:
        """``sites``: tracker name -> base URL of the pages people open, as the tracker itself says."""
        hosts = {t.name: _host(t.kind, sites.get(t.name) or t.url) for t in self.trackers}
        told = {name: replace(t, host=hosts.get(name, "")) for name, t in self.offline_policy.trackers.items()}
        return replace(self.offline_policy, trackers=told)


def _host(kind: str, url: str) -> str:
    host = host_of(url)
    return tables()[kind].pages.get(host, host)
