"""Who is measured: crosstie, and what people use instead. Each is a command, started afresh for every run."""

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.terms import Terms

REPOSITORY = Path(__file__).parent.parent
SCRIPTS = Path(__file__).parent / "scripts"
TOKENS = {"jira": "sandbox-jira-token", "github": "sandbox-github-token"}
USER = "bot@acme.example"
FULL, UNCHANGED, CHANGED, STRUCTURE = "full", "unchanged", "1% changed", "structure"
MODES = (FULL, UNCHANGED, CHANGED)
CONFIG = """
[store]
url = "sqlite:///crosstie.db"
[refresh]
structure = "{structure}"
[trackers.{tracker}]
kind = "{tracker}"
url = "{url}"
{scopes}
concurrency = {concurrency}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    name: str
    tracker: str
    script: str = ""
    """Under ``bench/scripts``; empty for crosstie itself."""
    needs: str = ""
    """The package without which it cannot run."""
    about: str = ""
    modes: tuple[str, ...] = MODES
    concurrent: bool = False
    """Whether it takes a number of requests that may be under way at once."""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def installed(self) -> bool:
        return not self.needs or importlib.util.find_spec(self.needs) is not None

    def prepare(self, folder: Path, url: str, terms: Terms, *, concurrency: int, structure: bool) -> None:
        """What a run finds in its folder, beside what the run before it left there."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "places.txt").write_text("\n".join(terms.places), encoding="utf-8")
        if self.script:
            return
        scopes = (
            f'user = "{USER}"\nprojects = {terms.places}' if self.tracker == "jira" else 'repositories = ["acme/*"]'
        )
        text = CONFIG.format(
            tracker=self.tracker,
            url=url,
            scopes=scopes,
            concurrency=concurrency,
            structure="1m" if structure else "6h",
        )
        (folder / "crosstie.toml").write_text(text, encoding="utf-8")

    def command(self, url: str) -> list[str]:
        if self.script:
            return [sys.executable, str(SCRIPTS / self.script), url, TOKENS[self.tracker]]
        return [sys.executable, "-m", "cli.main", "pull", "--json"]

    def variables(self) -> dict[str, str]:
        own = {} if self.script else {f"CROSSTIE_TRACKERS__{self.tracker.upper()}__TOKEN": TOKENS[self.tracker]}
        # no proxy of this machine stands between a client and loopback
        return {"PYTHONPATH": str(REPOSITORY), "NO_PROXY": "127.0.0.1", **own}


CLIENTS = (
    Client(name="crosstie", tracker="jira", modes=(*MODES, STRUCTURE), concurrent=True, about="crosstie pull"),
    Client(
        name="jira",
        tracker="jira",
        script="jira_library.py",
        needs="jira",
        about="a script over the jira library: search, then each issue's comments",
    ),
    Client(
        name="perceval",
        tracker="jira",
        script="perceval_jira.py",
        needs="perceval",
        about="perceval's Jira backend, project by project; it asks for /rest/api/2/search, which Jira Cloud has "
        "removed (CHANGE-2046): only a Data Center answers it",
    ),
    Client(name="crosstie", tracker="github", modes=(*MODES, STRUCTURE), concurrent=True, about="crosstie pull"),
    Client(
        name="PyGithub",
        tracker="github",
        script="pygithub_library.py",
        needs="github",
        about="a script over PyGithub: issues, then comments and blockers of each that has some",
    ),
    Client(
        name="perceval",
        tracker="github",
        script="perceval_github.py",
        needs="perceval",
        about="perceval's GitHub backend, repository by repository",
    ),
    Client(
        name="percevalQL",
        tracker="github",
        script="perceval_githubql.py",
        needs="perceval",
        modes=(FULL,),
        about="perceval's GitHubQL backend: events issue by issue; it has no incremental mode (says its docstring)",
    ),
)
