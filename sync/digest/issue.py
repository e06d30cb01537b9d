"""A digest as one comment on an issue, edited in place each time; never a second comment."""

from dataclasses import dataclass

from connectors.base import Address, Connector, ConnectorError, Gone
from model.document import Document, Section, Words
from sync.digest.base import Left, Letter, NotSent


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDestination:
    connector: Connector
    address: Address
    ref: str
    """``jira:PAY-1``."""
    uid: str
    notifies: bool = False
    """An edit calls nobody, and a comment that may be there already is looked for before one is made."""

    @property
    def where(self) -> str:
        return f"a comment on {self.ref}"

    def send(self, letter: Letter, document: Document, place: str) -> str:
        titled = Section("", ((Words(f"{letter.title}."),),))
        page = Document((titled, *document.sections), document.footer, reader=document.reader)
        try:
            receipt = self.connector.ensure_note(
                self.address, page, marker=marker(letter.name), known=place, quiet=True
            )
        except Gone as error:
            if place and self._is_there():
                raise Left(
                    f"a person took our comment on {self.ref} away, so none is written there again; give the digest "
                    "another place, or another name"
                ) from error
            raise NotSent(f"{self.ref} is not there any more, or our account may not see it") from error
        except ConnectorError as error:
            # Whether it arrived or not: the next run looks for our comment first, and makes none beside it.
            raise NotSent(str(error)) from error
        return receipt.id

    def _is_there(self) -> bool:
        try:
            return self.connector.look(self.address) is not None
        except ConnectorError:
            return False


def marker(name: str) -> str:
    """Tells the comment from our note on the same issue, and from other digests there."""
    return f"digest:{name}"
