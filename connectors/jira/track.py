"""How far a full walk has come, and what is left of it: its checkpoint stands in the catalog."""

from collections.abc import Sequence
from typing import Self

from connectors.jira.catalog import Walk
from connectors.jira.ranges import Piece
from connectors.jira.walked import Walked


class Track:
    """A full walk of some projects, read in pieces."""

    def __init__(self, walk: Walk, *, going_on: bool = False) -> None:
        self.began = walk.began
        """The server's time, epoch milliseconds."""
        self.going_on = going_on
        """Whether an earlier pull read part of it, so that nobody knows all who are there."""
        self.walked = {key: Walked.since(walk.seen[key]) if key in walk.seen else Walked() for key in walk.projects}
        self._left = {piece: piece for piece in walk.left}
        """Piece as it was given out -> what is left of it."""

    @classmethod
    def after(cls, walk: Walk | None, projects: Sequence[str]) -> Self | None:
        """The walk that was broken off, as far as it concerns ``projects``; None when it does not."""
        if walk is None or not set(walk.projects) & set(projects):
            return None
        track = cls(walk, going_on=True)
        for key in walk.projects:
            if key not in projects:
                track.leave_out(key)
        return track

    @property
    def left(self) -> tuple[Piece, ...]:
        return tuple(self._left.values())

    def add(self, projects: Sequence[str], pieces: Sequence[Piece]) -> None:
        self.walked |= {key: Walked() for key in projects}
        self._left |= {piece: piece for piece in pieces}

    def give_out(self) -> tuple[Piece, ...]:
        """All that is left, to be read."""
        self._left = {piece: piece for piece in self.left}
        return self.left

    def came(self, piece: Piece, rest: Piece | None) -> None:
        """All of a piece that was given out is read and kept, but ``rest``; None: nothing new can be said."""
        if rest is not None:
            self._left[piece] = rest

    def ended(self, piece: Piece) -> None:
        del self._left[piece]

    def leave_out(self, project: str) -> None:
        del self.walked[project]
        left = ((given, piece.without(project)) for given, piece in self._left.items())
        self._left = {given: piece for given, piece in left if piece is not None}

    def without_bounds(self) -> bool:
        """Read what is left of ranges as whole projects. False when there are none."""
        bounded = [piece for piece in self.left if piece.low or piece.high]
        whole = dict.fromkeys(Piece(projects=(key,), plain=True) for piece in bounded for key in piece.projects)
        self._left = {piece: piece for piece in (*whole, *(p for p in self.left if p not in bounded))}
        return bool(bounded)

    def checkpoint(self) -> Walk:
        seen = {key: walked.seen for key, walked in self.walked.items()}
        return Walk(began=self.began, projects=tuple(seen), left=self.left, seen=seen)
