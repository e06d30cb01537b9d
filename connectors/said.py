"""Whether a note says a document, down to its last word."""

import hashlib

import msgspec

from connectors.base import StandingNote
from model.document import Document


def said(document: Document) -> str:
    """Digest of all that a document says: unlike its own digest, of its call and its footer too."""
    whole = msgspec.structs.replace(document, reader="")
    return hashlib.sha256(msgspec.json.encode(whole)).hexdigest()[:16]


def says(note: StandingNote, document: Document) -> bool:
    """Whether ``note`` was written from ``document``; of one that does not tell, the call cannot be known."""
    if note.said:
        return note.said == said(document)
    return note.digest == document.digest and not document.call
