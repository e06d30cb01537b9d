"""``crosstie demo``: the main job end to end, on a Jira and a GitHub that live in this process for a minute."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.base import AS_OF_HOUR, PARTIAL, Fail, now, open_config, open_connectors, open_store, who
from cli.progress import progress

if TYPE_CHECKING:  # these cost most of a second to import
    from rich.console import Console

    from connectors.shown import ShownNote
    from sandbox.world import World
    from sync.outcome import Outcome


SHOWN_PER_RULE = 3
"""Cases that the demo lists of each rule; `crosstie findings` lists them all."""


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("crosstie-demo"),
    show_default=True,
    help="Where the demo's config and store are put.",
)
@click.option("--keep", is_flag=True, help="Leave the two trackers running afterwards, to try things on.")
def command(folder: Path, keep: bool) -> None:
    """Start two sandbox trackers, find the trouble between their teams, note it, and show that it stays calm."""
    from cli.show import console

    with _trackers() as (world, urls):
        Demo(folder, world, urls, console()).show()
        if keep:
            _wait(urls)


@dataclass(frozen=True, slots=True)
class Demo:
    folder: Path
    world: "World"
    urls: dict[str, str]
    out: "Console"

    def show(self) -> None:
        from sandbox.scenarios import acme

        config = self._write_config()
        self._step(f"1. First run. The day is {acme.TODAY:%A %-d %B %Y}.")
        outcome = self._run(config)
        self._findings(outcome)
        self._step("2. What a team lead sees on the ticket.")
        self._note(acme.SHOWN)
        self._step("3. The same again: no note is written, and next to nothing is asked.")
        self._run(config)
        self._step("4. A lead answers on the ticket. Then the next run.")
        self._answer(acme.ANSWERED, acme.ANSWERER, acme.ANSWER)
        self._run(config)
        self._note(acme.ANSWERED)
        self._step(f"5. Somebody finishes {acme.FINISHED} in Jira. Then the next run.")
        self.world.sites["jira"].act("transition", {"issue": acme.FINISHED, "status": "Done", "by": acme.FINISHER})
        self._run(config)
        self._note(acme.CLEARED)
        page = self._page((acme.SHOWN, *acme.FURTHER, acme.CLEARED))
        self._farewell(config, page)

    def _step(self, title: str) -> None:
        from rich.rule import Rule

        self.out.print()
        self.out.print(Rule(title, align="left", style="dim"))

    def _write_config(self) -> Path:
        """A fresh config and an empty store; a folder that holds anything else is left alone."""
        from sandbox.scenarios import acme

        ours = {"crosstie.toml", "crosstie.db", "crosstie.db-wal", "crosstie.db-shm", "notes.html"}
        if self.folder.exists() and {p.name for p in self.folder.iterdir()} - ours:
            raise Fail(f"{self.folder} holds other things than a demo; name another folder with --dir.", 2)
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in ours:
            (self.folder / name).unlink(missing_ok=True)
        path = self.folder / "crosstie.toml"
        path.write_text(acme.config(self.urls["jira"], self.urls["github"], self.folder / "crosstie.db"))
        return path

    def _run(self, path: Path) -> "Outcome":
        """As ``crosstie run --as-of DAY --write`` does it."""
        from cli.show import show_outcome, show_writes
        from sandbox.scenarios import acme
        from sync.run import Options, Runner

        config = open_config(path)
        with open_store(config) as store, progress(wanted=True) as tell:
            runner = Runner(config, store, open_connectors(config), now, tell)
            outcome = runner.run(Options(day=datetime.combine(acme.TODAY, AS_OF_HOUR), who=who(os.environ)))
        show_outcome(outcome, self.out)
        show_writes(outcome, dry_run=False, out=self.out)
        if not outcome.complete:
            raise Fail("\n".join((*outcome.missing, *outcome.written.errors, outcome.plan.braked)), PARTIAL)
        return outcome

    def _findings(self, outcome: "Outcome") -> None:
        from cli.show import show_cases

        self.out.print()
        show_cases(outcome.cases, self.out, most=SHOWN_PER_RULE)

    def _note(self, ref: str) -> None:
        """Our note on an issue, read from its tracker and drawn as far as a terminal can."""
        from rich.markdown import Markdown
        from rich.panel import Panel

        tracker, _, key = ref.partition(":")
        note = self.world.sites[tracker].act("read_note", {"issue": key})
        folded = ", folded away" if note["folded"] else ""
        self.out.print(
            Panel(
                Markdown(re.sub(r"</?sub>", "_", note["body"])),
                title=f"{key}: {note['title']}",
                subtitle=f"a comment by {note['author']}{folded}",
                title_align="left",
                subtitle_align="right",
            )
        )

    def _answer(self, ref: str, who: str, text: str) -> None:
        from sandbox.scenarios import acme

        tracker, _, key = ref.partition(":")
        self.world.clock.set(datetime.combine(acme.TODAY, AS_OF_HOUR) + timedelta(minutes=20))
        self.world.sites[tracker].act("comment", {"issue": key, "by": who, "text": text})
        self.out.print(f"{who}, in a comment on {key}: {text}", highlight=False)

    def _page(self, refs: "Sequence[str]") -> Path:
        """The notes on these issues as their trackers would show them, for a browser."""
        from connectors.shown import page

        path = self.folder / "notes.html"
        path.write_text(page([self._shown(ref) for ref in refs]), encoding="utf-8")
        return path

    def _shown(self, ref: str) -> "ShownNote":
        from connectors.shown import ShownNote

        tracker, _, key = ref.partition(":")
        note = self.world.sites[tracker].act("read_note", {"issue": key})
        return ShownNote(
            kind="github" if tracker == "github" else "jira",
            issue=ref,
            title=note["title"],
            author=note["author"],
            body=note.get("document", note["body"]),
            folded=note["folded"],
        )

    def _farewell(self, path: Path, page: Path) -> None:
        from rich.table import Table

        self._step("Where to look next")
        table = Table.grid(padding=(0, 2))
        table.add_row(f"crosstie findings --config {path}", "what stands, case by case")
        table.add_row(f"crosstie explain CASE --config {path}", "what one case rests on")
        table.add_row("crosstie rules overdue", "a rule's manual")
        table.add_row(str(page), "notes as Jira and GitHub show them")
        table.add_row(str(path), "the config of this demo")
        table.add_row("config.example.toml", "every setting, explained")
        self.out.print(table)


@contextmanager
def _trackers() -> "Iterator[tuple[World, dict[str, str]]]":
    """Both sandbox trackers on free ports of 127.0.0.1, filled with the company of the demo."""
    from sandbox.scenarios import acme
    from sandbox.server import serve
    from sandbox.world import World

    world = World()
    running = serve(world)
    acme.build(world)
    os.environ["CROSSTIE_TRACKERS__JIRA__TOKEN"] = acme.JIRA_TOKEN
    os.environ["CROSSTIE_TRACKERS__GITHUB__TOKEN"] = acme.GITHUB_TOKEN
    try:
        yield world, dict(running.urls)
    finally:
        running.close()


def _wait(urls: dict[str, str]) -> None:
    import signal

    click.echo(f"The trackers run on at {urls['jira']} and {urls['github']} until you press Ctrl-C.")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
