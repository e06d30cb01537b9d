"""Secrets of what goes out by itself: URLs of webhooks, and the password of the mail account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sync.config.check_digests import digests_of, target
from sync.config.digests import is_this_machine
from sync.config.files import Tree
from sync.config.lines import Path
from sync.config.report import Report
from sync.config.words import env_name


@dataclass(frozen=True, slots=True)
class Letters:
    tree: Tree = field(repr=False)
    urls: Mapping[str, str] = field(repr=False)
    """As the environment has them, by name of a digest in small letters and with ``_`` for ``-``."""
    password: str = field(repr=False)
    report: Report
    read: Callable[[Path, str], str]
    """What a file holds; its mistakes are in the report."""

    def webhooks(self) -> dict[str, str]:
        """By name of a digest; one that is missing, or leads nowhere safe, is a problem."""
        named = [(path, table) for path, table in digests_of(self.tree) if target(table).get("webhook")]
        return {str(table.get("name")): self._url(path, table) for path, table in named}

    def _url(self, path: Path, table: Mapping[str, Any]) -> str:
        name, file = str(table.get("name")), target(table).get("url_file")
        variable, at = env_name(name, "url", "digests"), (*path, "to")
        url = self.urls.get(name.lower().replace("-", "_"), "")
        source = variable
        if not url and isinstance(file, str) and file:
            source, at = f"the file {file}", (*at, "url_file")
            url = self.read(at, file)
        elif not url:
            self.report.say(at, f"there is no URL; set {variable}, or url_file to a file")
        wrong = _wrong(url) if url else ""
        if wrong:
            self.report.say(at, f"{source} {wrong}")
        return "" if wrong else url

    def mail_password(self) -> str:
        mail = self.tree.get("mail")
        table = mail if isinstance(mail, dict) else {}
        file = table.get("password_file")
        password = self.password
        if not password and isinstance(file, str) and file:
            password = self.read(("mail", "password_file"), file)
        elif not password and table.get("user"):
            said = "there is no password for this account; set CROSSTIE_MAIL__PASSWORD, or password_file to a file"
            self.report.say(("mail", "user"), said)
        return password


def _wrong(url: str) -> str:
    """What is wrong with the URL of a webhook, without a word of it; "" when nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "holds no URL"
    if any(not "!" <= sign <= "~" for sign in url) or not host:
        return "holds no URL"
    if parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host)):
        return ""
    return "must begin with https://; http:// is for a program on this machine only"
