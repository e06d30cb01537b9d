"""Our notes: what each issue's should say, to whom. Pure."""

from sync.notes.base import SETTLED, Desk, Wanted
from sync.notes.sheet import wanted_notes

__all__ = ["SETTLED", "Desk", "Wanted", "wanted_notes"]
