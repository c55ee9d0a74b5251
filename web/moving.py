"""The moving part of a page, which static/hall-board.js asks for again and again: tagged with what it shows, so that
one in which nothing has changed costs next to nothing."""

import hashlib

from flask import make_response, request
from werkzeug.wrappers import Response

LOOK_EACH = 5
"""Seconds from one look of the script to the next."""
RELOAD_EACH = 30
"""Seconds after which a page without scripts asks for itself anew."""
TIME = "Hall-Time"
"""The header that says as of when an answer is, by the hall's clocks: what has not changed is of now all the same."""


def tag_of(shown: str) -> str:
    """The tag of what is shown."""
    return hashlib.blake2b(shown.encode(), digest_size=12).hexdigest()


def moved(html: str, tag: str, at: str) -> Response:
    """The moving part alone, as of then; 304 where it would be the one that the browser has."""
    answer = make_response(html)
    answer.set_etag(tag)
    answer.headers[TIME] = at
    return answer.make_conditional(request)
