"""How a page proves to WeChat that its account stands behind it, so that WeChat's own script works there."""

import hashlib
from typing import NamedTuple


class Signed(NamedTuple):
    """What WeChat's script is configured with; `timestamp` in seconds since 1970."""

    timestamp: int
    nonce: str
    signature: str


def signed(ticket: str, nonce: str, timestamp: int, url: str) -> Signed:
    """The signature of a page. `url`: as the browser has it, without # and what follows; the platform compares bytes.
    Source: the platform's page on JS-SDK, appendix 1."""
    address = url.partition("#")[0]
    said = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={address}"
    # The platform's choice of hash; what it protects is the ticket, which lives two hours.
    return Signed(timestamp, nonce, hashlib.sha1(said.encode("utf-8", "replace")).hexdigest())  # noqa: S324
