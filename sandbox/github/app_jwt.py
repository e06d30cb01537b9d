"""How an app shows who it is: a JWT, signed with its key.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
"""

from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.github.apps import find_app
from sandbox.github.errors import Refusal
from sandbox.github.records import App
from sandbox.github.state import State

LONGEST = 600
"""Seconds that GitHub takes a JWT for at most."""
DRIFT = 60
"""Seconds by which the clocks may differ."""
_TIMES_ASIDE: jwt.types.Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
_UNREADABLE = "A JSON web token could not be decoded"


def app_behind(state: State, token: str) -> App:
    """Whose JWT it is. Raises 401 for one that is not well signed or out of its time, 404 for an app unknown."""
    claims = _claims(token)
    issuer = claims.get("iss")
    app = find_app(state, issuer) if isinstance(issuer, str | int) else None
    if app is None:
        raise Refusal(404, "Integration not found", kind="NOT_FOUND")
    try:
        jwt.decode(token, _public(app.private_key), algorithms=["RS256"], options=_TIMES_ASIDE)
    except jwt.PyJWTError:
        raise _refused(_UNREADABLE) from None
    if not state.tables.options.lenient_jwt:
        _check_times(claims, state.now().timestamp())
    return app


def _claims(token: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise _refused(_UNREADABLE) from None
    return claims


@lru_cache(maxsize=16)
def _public(private_key: str) -> RSAPublicKey:
    key = load_pem_private_key(private_key.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the key of an app must be an RSA key")
    return key.public_key()


def _check_times(claims: dict[str, Any], now: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or issued > now + DRIFT:
        text = "('iat') must be an Integer representing the time that the assertion was issued"
        raise _refused(f"'Issued at' claim {text}")
    if not isinstance(expires, int) or expires <= now:
        text = "('exp') must be a numeric value representing the future time at which the assertion expires"
        raise _refused(f"'Expiration time' claim {text}")
    if expires > now + LONGEST:
        raise _refused("'Expiration time' claim ('exp') is too far in the future")


def _refused(message: str) -> Refusal:
    return Refusal(401, message, kind="UNAUTHENTICATED")
