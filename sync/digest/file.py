"""A digest as a file, beside the config: Markdown or HTML, whole or not there at all."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.github.inert import inert
from connectors.github.markdown import render as render_markdown
from model.document import Document, long_day
from sync.digest.base import Letter, NotSent
from sync.digest.html import render_html


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDestination:
    folder: Path
    """Of the config; where the name of the file begins when it is not absolute."""
    name: str
    """With ``{name}`` and ``{day}``."""
    notifies: bool = False

    @property
    def where(self) -> str:
        return self.name

    def send(self, letter: Letter, document: Document, place: str) -> str:
        path = self.folder / path_of(self.name, letter.name, letter.day)
        text = render_html(letter, document) if path.suffix == ".html" else _markdown(letter, document)
        try:
            _write_whole(path, text.encode("utf-8", "replace"))
        except OSError as error:
            raise NotSent(f"the file {path} cannot be written: {error.strerror}") from error
        return ""


def path_of(pattern: str, name: str, day: date) -> str:
    return pattern.replace("{name}", name).replace("{day}", day.isoformat())


def _markdown(letter: Letter, document: Document) -> str:
    head = f"# {inert(letter.whom)}, {long_day(letter.day)}\n\n{inert(str(letter.counts))}.\n\n"
    return f"{head}{render_markdown(document)}\n"


def _write_whole(path: Path, data: bytes) -> None:
    """Whoever reads the file meanwhile sees the old one or the new one, and a killed process leaves no half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise
