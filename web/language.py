"""The language of a page: ?lang= says it, and every link that is made on the page keeps it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request

from models import figures, phrases
from models.phrases import LANGUAGES
from models.rules.refusal import Refused

TOO_MANY = ("too_many", "sign_ins_too_many")
"""Refusals that waiting mends; limiting.py answers their pages as such."""

_TAG = re.compile(r"<[^>]*>")


def asked_language() -> str:
    """The language of ?lang=, else Chinese."""
    asked = request.args.get("lang", "zh")
    return asked if asked in LANGUAGES else "zh"


def say(key: str, **values: object) -> str:
    """The phrase in the language of the page; templates have it under the same name."""
    figures.refusal_in(key)
    return phrases.say(asked_language(), key, **values)


def refusal(no: Refused) -> str:
    """The sentence for a refusal, in the language of the page; a page has no use for the tap links of a chat."""
    if no.code in TOO_MANY:
        g.too_many_minutes = no.details.get("minutes", 1)
    return _TAG.sub("", say(f"refused.{no.code}", **no.details))


@dataclass(frozen=True)
class Phrase:
    """A phrase that is said in the language of whatever page it comes to stand on: for the labels of forms, which are
    made before anybody has asked for a page."""

    key: str

    def __str__(self) -> str:
        return say(self.key)


def other_language_url() -> str:
    """This very page in the other language, with whatever else its address asks for."""
    asked = {**request.args.to_dict(flat=False), "lang": ["en" if asked_language() == "zh" else "zh"]}
    return f"?{urlencode(asked, doseq=True)}"


def register(app: Flask) -> None:
    """Have templates say phrases, and the links of a page in English lead to pages in English."""
    app.jinja_env.globals["say"] = say

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if asked_language() != "zh" and not endpoint.endswith("static"):
            values.setdefault("lang", asked_language())
