"""What the pages of cases have in common."""

from typing import Any

from flask import render_template

from models.rules.halls import HallFacts
from models.services.posts import Post
from web.hall_sections import hall_sections


def hall_of(post: Post) -> HallFacts:
    """The hall that the page is of."""
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def shown(post: Post, template: str, **values: Any) -> str:
    """The page, under the name of its hall and with the way to the others."""
    return render_template(f"cases/{template}", hall=hall_of(post), sections=hall_sections(post, "cases"), **values)
