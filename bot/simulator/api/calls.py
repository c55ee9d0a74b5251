"""One call of the API: what came, read as the platform reads it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Request, Response

from bot.simulator.api.errcodes import Refusal
from bot.simulator.api.rids import Rids
from bot.simulator.phones import Phone
from bot.simulator.platform import Platform

# An odd number of backslashes before the u, so that an escaped backslash is not taken for an escape.
_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\u(?=[0-9A-Fa-f]{4})")

Json = dict[str, Any]
DONE: Json = {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True)
class Call:
    """A call that has passed the door. `path` is the one below the API's root."""

    platform: Platform
    request: Request
    path: str
    rids: Rids

    @cached_property
    def raw(self) -> str:
        """The body as text. Refusal if it is empty or no UTF-8."""
        try:
            text = self.request.get_data().decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal(47001) from None
        if not text.strip():
            raise Refusal(44002)
        return text

    @cached_property
    def has_escapes(self) -> bool:
        """Whether the body writes characters as \\uXXXX."""
        return _ESCAPED.search(self.raw) is not None

    @cached_property
    def body(self) -> Json:
        """The JSON object that was sent. Refusal for anything else."""
        return _object(self.raw)

    @cached_property
    def shown(self) -> Json:
        """The same, with each \\uXXXX left as it is: so the platform shows it to people."""
        return _object(_ESCAPED.sub(r"\1\\\\u", self.raw))

    def argument(self, name: str, missing: int) -> str:
        """A parameter of the query. Refusal with `missing` if it is not there or empty."""
        value = self.request.args.get(name, "")
        if not value:
            raise Refusal(missing)
        return value

    def person(self, openid: object) -> Phone:
        """The phone of this openid. Refusal if nobody has it."""
        if openid is None:
            raise Refusal(41009)
        phone = self.platform.known(openid) if isinstance(openid, str) else None
        if phone is None:
            raise Refusal(40003)
        return phone


Answer = Json | Response


@dataclass(frozen=True)
class Endpoint:
    """What answers a path. `method`: the only one it takes. `needs_token`: of the cgi-bin family."""

    does: Callable[[Call], Answer]
    method: str = "POST"
    needs_token: bool = True


def text_in(node: object, name: str) -> str:
    """A text of a JSON object; empty if it is not there. Refusal for another type."""
    value = node.get(name) if isinstance(node, dict) else None
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(47001)
    return value


def object_in(node: Json, name: str) -> Json:
    """An object in a JSON object. Refusal for anything else."""
    value = node.get(name)
    if not isinstance(value, dict):
        raise Refusal(47001)
    return value


def _object(text: str) -> Json:
    try:
        found = json.loads(text)
        # Half of a pair, written as an escape, is no character, and could not be written anywhere later.
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refusal(47001) from None
    if not isinstance(found, dict):
        raise Refusal(47001)
    return found
