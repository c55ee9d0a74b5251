"""Style sheets, scripts and pictures: named with a hash of what they hold, so that browsers may keep them for good."""

import functools
import hashlib
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.utils import safe_join

KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
HASH_LENGTH = 12


def register(app: Flask) -> None:
    """Have url_for add v= to every static file of the application and its blueprints."""

    @app.url_defaults
    def with_hash(endpoint: str, values: dict[str, Any]) -> None:
        folder = _folder(app, endpoint)
        if folder is not None and (found := _hash(folder, values.get("filename", ""))):
            values["v"] = found


def is_static() -> bool:
    """Whether the request is for a static file, there or not."""
    return (request.endpoint or "").endswith("static")


def caching(app: Flask, response: Response) -> str:
    """The Cache-Control of an answer to a request for a static file: only under its own hash may it be kept unasked."""
    folder, filename = _folder(app, request.endpoint or ""), (request.view_args or {}).get("filename", "")
    if response.status_code >= 400 or folder is None:
        return "no-store"
    return KEPT_FOR_GOOD if request.args.get("v") == _hash(folder, filename) else "no-cache"


def _folder(app: Flask, endpoint: str) -> str | None:
    blueprint, _, name = endpoint.rpartition(".")
    if name != "static":
        return None
    return app.blueprints[blueprint].static_folder if blueprint else app.static_folder


# As many entries as there are files: the names of those that are not there are not worth keeping.
def _hash(folder: str, filename: str) -> str:
    path = safe_join(folder, filename)
    return _hash_of(path) if path is not None and "\0" not in path and Path(path).is_file() else ""


@functools.cache
def _hash_of(path: str) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:HASH_LENGTH]
