"""Documents: our own values as JSON, in a format that a later version can still read."""

from typing import Any, Generic, TypeVar

import msgspec

from sync.store.base import StoreError

T = TypeVar("T")

FORMAT = 1
"""Raised when a stored value changes in a way that its decoder cannot read as it is; a new field with a default
needs no new format."""

_encoder = msgspec.json.Encoder(order="deterministic")


def encode(value: object) -> str:
    """The same text for the same value in every process: sets and mappings come sorted."""
    try:
        return _encoder.encode(value).decode()
    except UnicodeEncodeError:
        # A tracker's JSON may escape half a surrogate pair, which no encoding can hold.
        return _encoder.encode(_mended(msgspec.to_builtins(value))).decode()


def _mended(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        case list() | tuple():
            return [_mended(item) for item in value]
        case dict():
            return {_mended(key): _mended(item) for key, item in value.items()}
        case _:
            return value


class Codec(Generic[T]):
    """Reads documents of one type."""

    def __init__(self, type_: Any, what: str) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(type_)
        self._what = what

    def decode(self, doc: str, format_: int = FORMAT) -> T:
        if format_ > FORMAT:
            raise StoreError(
                f"the store holds a {self._what} of format {format_}, newer than this crosstie reads; upgrade it"
            )
        try:
            return self._decoder.decode(doc)
        except msgspec.MsgspecError as error:
            raise StoreError(
                f"the store holds a {self._what} that cannot be read ({error}); pull --full renews it"
            ) from error
