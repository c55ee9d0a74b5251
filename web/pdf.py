"""A PDF as an answer: shown by the browser, kept under a name that people can read."""

import hashlib
from urllib.parse import quote

from flask import Response, request


def pdf_answer(content: bytes, name: str, plain_name: str) -> Response:
    """`name` is what it is saved as; `plain_name` is for browsers that read ASCII only."""
    response = Response(content, mimetype="application/pdf")
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    named = f"inline; filename={plain_name}; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Content-Disposition"] = named
    return response.make_conditional(request)
