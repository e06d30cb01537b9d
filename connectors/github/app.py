"""A GitHub App as one of its installations: a token that is fetched with the app's key and lasts an hour.

The JWT is signed by PyGithub (``Auth.AppAuth``). The token itself is not left to its
``AppInstallationAuth``: that one fetches it through a client of its own, with retries and
sleeps that our gate neither counts nor paces, reads the machine's clock, and knows no way
to renew a token that the server took back early.
https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any

import github

from connectors.base import Refused, Stop, TrackerSettings
from connectors.github.wire import Line
from connectors.http import Answer, Call, Gate
from connectors.limits import Clock, Limits

EARLY = 120.0
"""Seconds before its end at which a token is renewed: a request may be long on its way."""
LIFETIME = 3600.0
"""Seconds that a token lasts where its answer does not say."""
JWT_BEFORE, JWT_AFTER = 60, 300
"""Seconds around our clock in which a JWT holds, as GitHub advises against clocks that drift; 600 at most."""
ALGORITHM = "RS256"
NOT_OURS = frozenset({401, 403, 404, 410, 422})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A token, until when by our clock (epoch seconds), and what it may."""

    token: str = field(repr=False)
    until: float
    permissions: Mapping[str, str]
    """Such as ``issues`` -> ``write``."""


class JwtAuth(github.Auth.JWT):
    """The app as itself; signed anew for each request, by our own clock."""

    def __init__(self, settings: TrackerSettings, clock: Clock) -> None:
        self._tracker, self._app_id, self._clock = settings.name, settings.app_id, clock
        self._sign = github.Auth.AppAuth.create_jwt_sign(settings.private_key, ALGORITHM)

    @property
    def token(self) -> str:
        now = int(self._clock.now())
        try:
            signed = self._sign({"iat": now - JWT_BEFORE, "exp": now + JWT_AFTER, "iss": self._app_id})
        except Exception:
            # Whatever the libraries say of a broken key may hold some of it.
            said = (
                "the private key of its app is no RSA key in PEM: take the file that GitHub gave you when you made it"
            )
            raise Stop(self._tracker, said) from None
        return signed.decode() if isinstance(signed, bytes) else signed


class InstallationAuth(github.Auth.Auth):
    """What PyGithub puts into the header: the installation's token as it is at the moment of sending."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._current = token

    @property
    def token_type(self) -> str:
        return "token"

    @property
    def token(self) -> str:
        return self._current()

    @property
    def _masked_token(self) -> str:
        return "token (installation token removed)"


class Installation:
    """The token of an installation, for all threads; fetched when it is first needed, and before it ends."""

    def __init__(self, settings: TrackerSettings, *, limits: Limits, clock: Clock) -> None:
        self._settings, self._limits, self._clock = settings, limits, clock
        self._grant: Grant | None = None
        self._number = settings.installation_id
        self._lock = Lock()
        self._gate: Gate | None = None
        self.auth = InstallationAuth(lambda: self.grant().token)

    def use(self, gate: Gate) -> None:
        """Count and pace our own requests with those of ``gate``."""
        self._gate = gate

    def grant(self) -> Grant:
        """Raises Stop when the app, its key or its installation is not accepted; TryLater."""
        with self._lock:
            if self._grant is None or self._clock.now() >= self._grant.until:
                self._grant = self._fetch()
            return self._grant

    def drop(self, grant: Grant) -> None:
        """Use it no more: the server did not accept it."""
        with self._lock:
            if self._grant == grant:
                self._grant = None

    def login(self) -> str:
        """What the app writes as; one request."""
        answer = self._ask("GET", "/app")
        slug = answer.data.get("slug") if isinstance(answer.data, dict) else None
        if answer.status != 200 or not slug:
            raise self._stop("GitHub does not say how it is called")
        return f"{slug}[bot]"

    def _fetch(self) -> Grant:
        self._number = self._number or self._find()
        answer = self._ask("POST", f"/app/installations/{self._number}/access_tokens")
        data: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        if answer.status == 403:
            raise self._stop(f"its installation {self._number} is suspended, or may not act: see its page on GitHub")
        if answer.status in NOT_OURS:
            raise self._stop(f"it has no installation {self._number}: check installation_id, or leave it out")
        if not data.get("token"):
            raise self._stop("GitHub gave it no token")
        until = self._clock.now() + _lifetime(answer, str(data.get("expires_at") or "")) - EARLY
        return Grant(token=str(data["token"]), until=until, permissions=data.get("permissions") or {})

    def _find(self) -> str:
        """The installation of the one owner that our scopes name."""
        named = [scope.partition("/")[0] for scope in self._settings.scopes]
        owners = {owner.casefold(): owner for owner in reversed(named)}
        if len(owners) != 1:
            listed = ", ".join(sorted(owners.values())) or "no owner"
            said = f"an installation is of one owner, and repositories name {listed}: make it one tracker for each, "
            raise self._stop(f"{said}or set installation_id to read what is public elsewhere")
        (owner,) = owners.values()
        for path in (f"/orgs/{owner}/installation", f"/users/{owner}/installation"):
            answer = self._ask("GET", path)
            if answer.status == 200 and isinstance(answer.data, dict) and answer.data.get("id"):
                return str(answer.data["id"])
        raise self._stop(f"it is not installed for {owner}: install it there, or check the name")

    def _ask(self, method: str, path: str) -> Answer:
        """As the app itself. A token may be asked for twice, so a lost answer is no trouble."""
        if self._gate is None:
            raise RuntimeError("an installation asks only through a gate")
        line = Line(self._settings, JwtAuth(self._settings, self._clock), self._limits)
        try:
            answer = self._gate.beside(line.send).read(Call(method=method, path=path, accept=NOT_OURS))
        except Refused as error:
            raise self._stop(str(error)) from error
        if answer.status == 401:
            raise self._stop("GitHub does not accept its key: check app_id, the private key, and this machine's clock")
        return answer

    def _stop(self, why: str) -> Stop:
        return Stop(self._settings.name, f"GitHub App {self._settings.app_id}: {why}")


def _lifetime(answer: Answer, expires_at: str) -> float:
    """Seconds, by the server's own clock where it tells the time."""
    try:
        there = parsedate_to_datetime(answer.headers["date"])
        return (datetime.fromisoformat(expires_at) - there).total_seconds()
    except (KeyError, ValueError, TypeError):
        return LIFETIME
