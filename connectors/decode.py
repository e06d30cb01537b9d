"""JSON from outside, made fit to keep."""

import json
from typing import Any

import msgspec

Json = Any
"""Decoded JSON from outside: whoever reads it checks its shape."""


def decode(body: bytes) -> Json:
    """JSON, with half surrogate pairs (which no store can keep) replaced. Raises ValueError."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        try:
            return _mended(json.loads(body))
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def _mended(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value
