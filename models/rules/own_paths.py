"""Where signing in may lead to: a page of this service and nowhere else."""

import re

LONGEST = 200

# Every path of ours is made of these. Without %, \ and // there is nothing that a browser, a proxy and we could read in
# different ways; within a query % is no matter, since no browser looks for a host there.
_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9_.~-]*"
_OWN = re.compile(rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?(?:\?[A-Za-z0-9_.~=&%+-]*)?")


def own_path(text: str) -> str | None:
    """The text, if it is the address of a page of ours, written without host; else None."""
    return text if len(text) <= LONGEST and _OWN.fullmatch(text) else None
