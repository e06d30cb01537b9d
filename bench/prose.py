"""Text as people leave it in tickets: paragraphs of some length, with references where they are wanted."""

from collections.abc import Iterable

from bench.figures import Dice

SENTENCES = (
    "The export stops after the second file when the ledger is locked by the nightly run.",
    "Customers see the old balance until the cache is cleared by hand.",
    "We agreed on Tuesday that the new endpoint keeps the old answer for one more release.",
    "Steps: open the account page, pick a month, press Export, wait.",
    "Expected: one file for each month. Seen: one file, cut in the middle of a line.",
    "The timeout is thirty seconds in production and five minutes here, which hides it.",
    "Nothing in the log but a warning about the pool, see below.",
    "It works again after a restart, for a day or so.",
    "Two customers have asked for it since the spring.",
    "The design is in the wiki; the numbers in it are from last year.",
    "Retrying is safe, the import is idempotent by file name.",
    "The mobile clients send the amount in cents, the web client in euros.",
    "Checked on staging with a copy of the data of last week.",
    "Left out on purpose: refunds in parts, they come with the next step.",
    "The index on the booking date is missing on the replica.",
    "A flag turns it off without a deployment.",
    "Translations are there except for Danish.",
    "The certificate of the gateway expires at the end of the quarter.",
    "Access is granted by the operations desk, usually within two days.",
    "The numbers on the dashboard are rounded, hence the difference of one cent.",
)
REMARKS = (
    "Looked at it; more on Thursday.",
    "I cannot reproduce this on the current build, which version was it?",
    "Same here since yesterday's deployment.",
    "Done on the branch, waiting for the review.",
    "Let us talk about it in the weekly, it touches both teams.",
    "The fix is out. Please try again and close if it holds.",
    "Moved to the next sprint, the API comes first.",
    "Thanks, that was it.",
)
LOG = "2026-02-11 04:12:55 WARN pool exhausted, 20 of 20 connections busy, waiting"


class Prose:
    def __init__(self, dice: Dice) -> None:
        self._dice = dice

    def title(self, number: int) -> str:
        words = self._dice.choice(SENTENCES).rstrip(".").split()
        return f"{' '.join(words[: self._dice.randint(4, 9)]).rstrip(',;:')} ({number})"

    def body(self, size: int, references: Iterable[str] = (), lines: Iterable[str] = ()) -> str:
        """About ``size`` characters; ``references`` stand in sentences, ``lines`` by themselves."""
        pieces: list[str] = []
        left = size
        while left > 0:
            paragraph = " ".join(self._dice.choices(SENTENCES, k=min(6, 1 + left // 90)))
            pieces.append(paragraph)
            left -= len(paragraph)
        pieces += [self.mention(reference) for reference in references]
        return "\n\n".join([*pieces, *lines])

    def with_log(self, body: str) -> str:
        """Markdown, with a block of code."""
        block = "\n".join([LOG] * self._dice.randint(3, 12))
        return f"{body}\n\n```\n{block}\n```"

    def mention(self, reference: str) -> str:
        return self._dice.choice(("See {} for how it began.", "Came up in {}.", "Same cause as {}?")).format(reference)

    def worded(self, reference: str) -> str:
        return self._dice.choice(("This is blocked by {}.", "It depends on {}.", "We are waiting for {} here.")).format(
            reference
        )

    def remark(self) -> str:
        """A comment: mostly short, now and then a long one."""
        if self._dice.chance(0.3):
            return " ".join(self._dice.choices(SENTENCES, k=self._dice.randint(2, 6)))
        return self._dice.choice(REMARKS)
