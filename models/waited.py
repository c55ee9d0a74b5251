"""How long a request waited until a thread took it up: told by the server, read by whoever must answer in time."""

from collections.abc import Mapping
from typing import Any

WAITED = "hallpass.waited"
"""In the WSGI environment, in seconds; no header of a request can have this name."""


def waited(environ: Mapping[str, Any]) -> float:
    """Seconds; 0 where the server does not tell."""
    seconds: float = environ.get(WAITED, 0.0)
    return seconds
