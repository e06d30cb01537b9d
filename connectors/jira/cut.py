"""Cutting a full walk into pieces for several hands.

A piece costs half a page more on average, since its last page is rarely full, and cutting a project costs
one request for its greatest key: so pieces are no smaller than they need to be.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from connectors.jira.client import JiraClient
from connectors.jira.ranges import Piece
from connectors.jira.search import PAGE, SERVER_PAGE, count, greatest_number, quoted

LEAST = 10
"""Pages that make a piece."""
UNEVEN = 1.25
"""How much larger than the others a piece may be before it is worth cutting."""


def pieces(client: JiraClient, projects: Sequence[str], sizes: Mapping[str, int], hands: int) -> tuple[Piece, ...]:
    """For ``hands`` to read side by side, the largest first; a single hand reads one.

    On Data Center, which tells no sizes, one request tells whether sharing is worth it, and the greatest keys of
    a few projects tell how.
    """
    whole = (Piece(projects=tuple(projects)),)
    if hands == 1:
        return whole
    if client.face == "cloud":
        return cut(projects, sizes, hands, lambda key: greatest_number(client, key)) or whole
    if count(client, f"project in ({quoted(projects)})") < 2 * LEAST * SERVER_PAGE:
        return whole
    if len(projects) > hands:
        return tuple(Piece(projects=tuple(projects[hand::hands])) for hand in range(hands))
    greatest = {key: greatest_number(client, key) for key in projects}
    return cut(projects, greatest, hands, greatest.__getitem__, page=SERVER_PAGE) or whole


def cut(
    projects: Sequence[str], sizes: Mapping[str, int], hands: int, greatest: Callable[[str], int], *, page: int = PAGE
) -> tuple[Piece, ...]:
    """Nothing where there is too little to share. Projects whose size is not known stay together."""
    target = _target(sum(sizes.get(key, 0) for key in projects), hands, LEAST * page)
    if not target:
        return ()
    known = sorted((key for key in projects if key in sizes), key=lambda key: -sizes[key])
    large = [key for key in known if sizes[key] > UNEVEN * target]
    found = [(size, piece) for key in large for size, piece in _ranges(key, sizes[key], target, greatest(key))]
    found += _bundles([key for key in known if key not in large], sizes, target)
    found.sort(key=lambda sized: -sized[0])
    unknown = tuple(key for key in projects if key not in sizes)
    return (*((Piece(projects=unknown),) if unknown else ()), *(piece for _, piece in found))


def _target(whole: int, hands: int, least: int) -> int:
    """Issues of a piece: one for each hand, or two where there is enough, for the hand that is ready first."""
    possible = whole // least
    if possible < 2:
        return 0
    return -(-whole // (possible if possible < hands else 2 * hands if possible >= 4 * hands else hands))


def _ranges(project: str, size: int, target: int, greatest: int) -> Iterator[tuple[int, Piece]]:
    """The last one is open, for issues that are made meanwhile."""
    count = max(1, round(size / target))
    width = max(1, -(-greatest // count))
    for index in range(count):
        last = index == count - 1
        piece = Piece(
            projects=(project,), low=index * width + 1 if index else 0, high=0 if last else (index + 1) * width
        )
        yield size // count, piece


def _bundles(projects: Sequence[str], sizes: Mapping[str, int], target: int) -> Iterator[tuple[int, Piece]]:
    """Small projects put together: the largest first, each to those that are the fewest so far."""
    if not projects:
        return
    count = max(1, round(sum(sizes[key] for key in projects) / target))
    bundles: list[tuple[int, tuple[str, ...]]] = [(0, ())] * count
    for key in projects:
        bundles.sort()
        held, keys = bundles[0]
        bundles[0] = (held + sizes[key], (*keys, key))
    yield from ((held, Piece(projects=keys)) for held, keys in bundles if keys)
