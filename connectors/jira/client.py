"""One credential on one Jira, as calls: transport, who we are, and what kind of Jira it is.

Cloud is asked under version 3 of its REST API and Data Center under version 2, the only one it
has. Paths are given without that; what comes back is JSON as Jira sent it. URLs are never taken
out of answers: behind the gateway, ``self`` names another host.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

from connectors.base import Gone, Stop, TrackerSettings, TryLater
from connectors.http import Call, Gate, Json, Moved, Send
from connectors.jira.door import ON_401, REFUSED, why_refused
from connectors.jira.limits import concerns, limited, rates
from connectors.jira.wire import open_send as open_send
from connectors.limits import Clock, Limits, Rate, date_of, pacer_of

Shape = TypeVar("Shape")
Face = Literal["cloud", "server"]
FACES: dict[object, Face] = {"Cloud": "cloud", "Server": "server"}
"""By ``deploymentType`` of serverInfo; Data Center says Server too."""


@dataclass(slots=True)
class _Learned:
    """What all clients of one Jira know together."""

    face: Face | None = None
    date: datetime | None = None


class JiraClient:
    """One credential on one Jira. Not thread-safe: each thread has its ``twin``."""

    def __init__(
        self,
        settings: TrackerSettings,
        token: str,
        *,
        limits: Limits,
        clock: Clock,
        tell: Callable[[str], None] = lambda waiting_for: None,
    ) -> None:
        self.tracker = settings.name
        self._settings, self._token, self._limits, self._clock, self._tell = settings, token, limits, clock, tell
        self._learned = _Learned()
        self.gate = Gate(
            settings.name,
            self._connect(),
            limits=limits,
            clock=clock,
            limited=limited,
            concerns=concerns,
            rates=self._rates,
            pacer=pacer_of(settings.url, f"{settings.user} {token}", clock, write_spacing=limits.write_spacing),
            tell=tell,
            on_401=ON_401,
        )

    def twin(self) -> "JiraClient":
        """The same credential with a connection of its own, for another thread; limits and counts are shared."""
        other = copy(self)
        other.gate = self.gate.beside(other._connect())
        return other

    def with_token(self, token: str) -> "JiraClient":
        """Another credential on the same Jira, with limits and counts of its own."""
        other = JiraClient(self._settings, token, limits=self._limits, clock=self._clock, tell=self._tell)
        other._learned = self._learned
        return other

    @property
    def face(self) -> Face:
        """What kind of Jira this is; one request when nobody asked before."""
        return self._learned.face or self._face_of(self.server_info())

    def recall(self, server: str) -> bool:
        """Take it for the kind of Jira that it lately was; False when that is no kind."""
        if server in FACES.values():
            self._learned.face = "cloud" if server == "cloud" else "server"
        return self._learned.face is not None

    @property
    def server_date(self) -> datetime | None:
        """The server's time by its last answer to ``myself``, to the second."""
        return self._learned.date

    def server_info(self) -> dict[str, Json]:
        """Raises Stop when this is no Jira, or does not let us in."""
        try:
            info = self._server_info()
        except (Gone, Moved) as error:
            raise Stop(self.tracker, f"no Jira answers at its url ({error}): check url") from error
        self._learned.face = self._face_of(info)
        return info

    def _face_of(self, info: dict[str, Json]) -> Face:
        face = FACES.get(info.get("deploymentType"))
        if face is None:
            raise Stop(self.tracker, "the server is not a Jira that is known here (by its deploymentType): check url")
        return face

    def _server_info(self) -> dict[str, Json]:
        """The one call that every Jira has under version 2."""
        try:
            return self._get_if_let_in("/rest/api/2/serverInfo")
        except Gone:
            return self._get_if_let_in("/rest/api/3/serverInfo")  # in case a gateway lets only this version through

    def myself(self) -> dict[str, Json]:
        """The account behind the token. Raises Stop when there is none, with what can be done about it."""
        return self._get_if_let_in("myself")

    def _get_if_let_in(self, path: str) -> dict[str, Json]:
        call = Call(method="GET", path=path, accept=REFUSED)
        answer = self.gate.read(call)
        if answer.status in REFUSED:
            maybe_cloud = self._learned.face != "server"
            raise why_refused(self._settings, self.gate, self._limits, call, answer, maybe_cloud=maybe_cloud)
        self._learned.date = date_of(answer.headers)
        return self.checked(path, answer.data, dict)

    def get(self, path: str, **params: str | int) -> dict[str, Json]:
        """A table that can be read under ``path``."""
        return self.checked(path, self.read(path, **params), dict)

    def read(self, path: str, **params: str | int) -> Json:
        return self.gate.read(Call(method="GET", path=path, params=params)).data

    def rows(self, path: str, page: dict[str, Json], name: str) -> list[Json]:
        """The list that an answer of ``path`` holds under ``name``."""
        return self.checked(path, page.get(name), list)

    def checked(self, path: str, data: Json, shape: type[Shape]) -> Shape:
        """An answer of another shape is no answer: taken as an empty one it would make issues seem gone."""
        if not isinstance(data, shape):
            raise TryLater(self.tracker, f"{path} answered with something else than Jira does")
        return data

    def _rates(self, call: Call, write: bool) -> tuple[Rate, ...]:
        """Data Center publishes none: its admins set them, and its answers tell."""
        return rates(call, write) if self._limits.paced and self._learned.face == "cloud" else ()

    def _connect(self) -> Send:
        return open_send(self._settings, self._token, self._limits, version=self._version)

    def _version(self) -> str:
        return "3" if self.face == "cloud" else "2"


def person_id(person: Json) -> str:
    """What tells people apart and stands in the config: ``accountId`` on Cloud, the user's name on Data Center."""
    row = person if isinstance(person, dict) else {}
    return str(row.get("accountId") or row.get("name") or row.get("key") or "")
