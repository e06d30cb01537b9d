"""What a transport's error says about the request: never sent, or sent and not answered."""

import ssl

import requests
import urllib3


def never_sent(error: requests.RequestException) -> bool:
    """Whether the connection was never made, so that nothing can have been carried out."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    return isinstance(_reason(error), urllib3.exceptions.NewConnectionError)


def not_trusted(error: requests.RequestException) -> bool:
    reason = _reason(error)
    return any(isinstance(e, ssl.SSLCertVerificationError) for e in (reason, *getattr(reason, "args", ())))


def _reason(error: requests.RequestException) -> object:
    """What urllib3 gave as the cause, out of the wrapper that requests makes of it."""
    cause = error.args[0] if error.args else None
    return getattr(cause, "reason", cause)
