"""What stands around the content of every page; templates/layout.html draws it."""

from typing import NamedTuple

from flask import Flask

from web.language import Phrase, asked_language, other_language_url, say


class Section(NamedTuple):
    """One of the pages between which staff go to and fro; a blueprint whose pages are such gives `sections` to its
    templates, by a context processor."""

    label: Phrase | str
    url: str
    is_current: bool = False


def register(app: Flask, site_name: str, demo: bool) -> None:
    """Give layout.html what it shows."""
    app.config["SITE_NAME"] = site_name
    app.context_processor(
        lambda: {
            "banner": say("page.demo") if demo else "",
            "language": asked_language(),
            "other_language_url": other_language_url(),
            "site_name": site_name,
        }
    )
