"""Node ids in GitHub's present form: a prefix, then msgpack of [0, (repository id,) id] in URL-safe base64.

They look opaque and are to be treated so; only the form is true to github.com.
"""

import base64


def node_id(prefix: str, *numbers: int) -> str:
    """``node_id("I", repository_id, issue_id)`` -> ``I_kwDO…``."""
    packed = bytes([0x91 + len(numbers), 0]) + b"".join(_pack(n) for n in numbers)
    return f"{prefix}_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def _pack(number: int) -> bytes:
    if number < 2**32:
        return b"\xce" + number.to_bytes(4, "big")
    return b"\xcf" + number.to_bytes(8, "big")
