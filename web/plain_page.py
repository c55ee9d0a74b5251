"""A page of a heading and paragraphs, in the language that was asked for."""

from collections.abc import Iterable

from flask import render_template, request

from models.phrases import LANGUAGES


def asked_language() -> str:
    """The language of ?lang=, else Chinese."""
    asked = request.args.get("lang", "zh")
    return asked if asked in LANGUAGES else "zh"


def plain_page(title: str, paragraphs: Iterable[str], version: str = "") -> str:
    """The page as HTML; nothing that is given can be markup."""
    return render_template(
        "plain_page.html", language=asked_language(), title=title, paragraphs=paragraphs, version=version
    )
