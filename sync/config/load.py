"""Reads a config: all of its files, all of its problems."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sync.config.base import Config
from sync.config.build import build_policy, build_store_url, build_trackers, digest
from sync.config.check import check
from sync.config.check_digests import check_digests
from sync.config.files import Merged, read_files
from sync.config.limits import check_limits
from sync.config.problem import ConfigError
from sync.config.renamed import RENAMED, Renamed, rename
from sync.config.report import Report
from sync.config.secrets import read_secrets
from sync.config.validate import validate


def load_config(
    path: Path,
    *,
    environ: Mapping[str, str],
    need_tokens: bool = True,
    today: date | None = None,
    renamed: Sequence[Renamed] = RENAMED,
) -> Config:
    """The config at ``path``, with secrets from ``environ`` or the files it names.

    ``need_tokens`` False is for work without trackers: no token is read and none is missed.
    ``today`` adds a warning for each exemption that is over; ``renamed`` names settings that are
    understood under an old name. Raises ConfigError with every problem at once.
    """
    return _load(read_files(path), environ, need_tokens, today, renamed)


def recall_config(tree: str, path: Path) -> Config:
    """A config from a ``Config.tree`` of the past, without its secrets.

    ``path``: where that config stood. Raises ConfigError when this version of crosstie no longer understands it.
    """
    return _load(Merged(path, text=tree, tree=json.loads(tree)), {}, need_tokens=False, today=None, renamed=RENAMED)


def _load(
    merged: Merged, environ: Mapping[str, str], need_tokens: bool, today: date | None, renamed: Sequence[Renamed]
) -> Config:
    path = merged.path
    report = Report(merged)
    if not merged.text:
        raise ConfigError(report.problems)
    rename(merged, report, renamed)
    settings = validate(merged.tree, report)
    check(merged.tree, report, today)
    check_limits(merged.tree, report)
    check_digests(merged.tree, report)
    secrets = read_secrets(merged.tree, environ, report, path.parent, need=need_tokens)
    if report.problems or settings is None:
        raise ConfigError(report.problems)
    return Config(
        path=path,
        text=merged.text,
        tree=json.dumps(merged.tree, default=str),
        digest=digest(settings),
        store_url=build_store_url(settings, secrets, path),
        trackers=build_trackers(settings, secrets),
        offline_policy=build_policy(settings),
        rules=settings.rule_settings(),
        notes=settings.notes,
        refresh=settings.refresh,
        commands=settings.commands,
        exemptions=settings.exemptions,
        digests=settings.digests,
        mail=settings.mail,
        webhooks=secrets.webhooks,
        mail_password=secrets.mail_password,
        warnings=tuple(report.warnings),
    )
