"""Secrets: from the environment by pydantic-settings, or from files. Nothing else is read from the environment."""

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from sync.config.files import Tree
from sync.config.letters import Letters
from sync.config.lines import Path as Keys
from sync.config.report import Report
from sync.config.words import env_name, nearest


class TrackerSecrets(BaseModel):
    token: SecretStr = SecretStr("")
    write_token: SecretStr = SecretStr("")
    private_key: SecretStr = SecretStr("")


class StoreSecrets(BaseModel):
    url: SecretStr = SecretStr("")


class DigestSecrets(BaseModel):
    url: SecretStr = SecretStr("")


class MailSecrets(BaseModel):
    password: SecretStr = SecretStr("")


class Environment(BaseSettings):
    """All that the environment can set: ``CROSSTIE_TRACKERS__JIRA__TOKEN`` and the like."""

    model_config = SettingsConfigDict(env_prefix="CROSSTIE_", env_nested_delimiter="__", extra="ignore")

    trackers: dict[str, TrackerSecrets] = Field(default_factory=dict)
    store: StoreSecrets = StoreSecrets()
    digests: dict[str, DigestSecrets] = Field(default_factory=dict)
    mail: MailSecrets = MailSecrets()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is handed in; ``os.environ`` is for the CLI to read."""
        return (init_settings,)


class _Given(EnvSettingsSource):
    """Reads the variables it is handed, so that whoever loads a config decides what its environment is."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(Environment)
        known = re.compile(
            r"crosstie_(trackers__.+__((write_)?token|private_key)|store__url|digests__.+__url|mail__password)"
        )
        folded = {name.lower(): value.strip() for name, value in environ.items()}
        self.env_vars = {name: value for name, value in folded.items() if known.fullmatch(name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    store_url: str = field(default="", repr=False)
    tokens: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)
    """By tracker name: the token, and the one for writing where it has its own."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By tracker name: the private key of a GitHub App."""
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By digest name: the URL of its webhook."""
    mail_password: str = field(default="", repr=False)


def read_secrets(tree: Tree, environ: Mapping[str, str], report: Report, folder: Path, *, need: bool) -> Secrets:
    """Secrets for the trackers of ``tree``; one that is missing is a problem where it is needed."""
    given = Environment(**_Given(environ)())
    reader = _Reader(given, environ, report, folder)
    trackers = tree.get("trackers")
    tables = trackers if need and isinstance(trackers, dict) else {}
    _same_variable(tables, report)
    tokens = {name: reader.tokens(name, table) for name, table in tables.items() if isinstance(table, dict)}
    keys = {name: reader.key(name, table) for name, table in tables.items() if isinstance(table, dict)}
    letters = _letters(given, reader, tree) if need else None
    return Secrets(
        store_url=given.store.url.get_secret_value(),
        tokens=tokens,
        keys=keys,
        webhooks=letters.webhooks() if letters else {},
        mail_password=letters.mail_password() if letters else "",
    )


def _letters(given: Environment, reader: "_Reader", tree: Tree) -> Letters:
    urls = {name: secrets.url.get_secret_value() for name, secrets in given.digests.items()}
    return Letters(tree, urls, given.mail.password.get_secret_value(), reader.report, reader.file)


def _same_variable(tables: Mapping[str, Any], report: Report) -> None:
    first: dict[str, str] = {}
    for name in tables:
        variable = env_name(name, "token")
        other = first.setdefault(variable, name)
        if other != name:
            report.say(("trackers", name), f"and trackers.{other} would both read {variable}; rename one of them")


@dataclass(frozen=True, slots=True)
class _Reader:
    given: Environment
    environ: Mapping[str, str]
    report: Report
    folder: Path

    def tokens(self, name: str, table: Mapping[str, Any]) -> tuple[str, str]:
        of_ours = self._of(name)
        token = self._token(name, table, "token", of_ours.token)
        if not token and not table.get("token_file") and not table.get("app_id"):
            self._missing(name)
        return token, self._token(name, table, "write_token", of_ours.write_token)

    def key(self, name: str, table: Mapping[str, Any]) -> str:
        """The private key of a GitHub App, where the table names one."""
        file = table.get("private_key_file")
        key = self._of(name).private_key.get_secret_value().replace("\\n", "\n")
        if not key and isinstance(file, str) and file:
            key = self.file(("trackers", name, "private_key_file"), file)
        if table.get("app_id") and not key and not file:
            variable = env_name(name, "private_key")
            self.report.say(("trackers", name), f"there is no key; set {variable}, or private_key_file to a file")
        if key and "PRIVATE KEY" not in key:
            self.report.say(("trackers", name), "the private key is not in PEM form, as GitHub gives it for download")
        return key

    def _of(self, name: str) -> TrackerSecrets:
        return self.given.trackers.get(name.lower().replace("-", "_"), TrackerSecrets())

    def _token(self, name: str, table: Mapping[str, Any], which: str, from_env: SecretStr) -> str:
        path = ("trackers", name, f"{which}_file")
        file = table.get(f"{which}_file")
        token = from_env.get_secret_value()
        if token:
            source = env_name(name, which)
        elif isinstance(file, str) and file:
            source, token = f"the file {file}", self.file(path, file)
        if token and not re.fullmatch(r"[!-~]+", token):
            self.report.say(path if file else path[:2], f"{source} holds more than a token: spaces, lines or odd signs")
        return token

    def file(self, path: Keys, name: str) -> str:
        file = self.folder / name
        try:
            token = file.read_bytes().decode("utf-8", "replace").strip()
            mode = file.stat().st_mode
        except FileNotFoundError:
            self.report.say(path, f"there is no file {file}")
            return ""
        except OSError as error:
            self.report.say(path, f"the file {file} cannot be read: {error.strerror}")
            return ""
        if not token:
            self.report.say(path, f"the file {file} is empty")
        if mode & stat.S_IROTH:
            self.report.warn(path, f"everybody on this machine may read {file}; chmod 600 it")
        return token

    def _missing(self, name: str) -> None:
        variable = env_name(name, "token")
        others = (v for v in self.environ if v.startswith("CROSSTIE_TRACKERS__") and v != variable)
        near = nearest(variable, others)
        hint = f" ({near} is set)" if near and not self._is_of_a_tracker(near) else ""
        self.report.say(("trackers", name), f"there is no token; set {variable}, or token_file to a file{hint}")

    def _is_of_a_tracker(self, variable: str) -> bool:
        known = (
            env_name(name, end) for name in self.report.trackers for end in ("token", "write_token", "private_key")
        )
        return variable in known
