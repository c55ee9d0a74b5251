"""The pages of a hall between which its staff go to and fro."""

from flask import url_for

from models.rules.access import Action
from models.services.posts import Post
from web.frame import Section
from web.language import say

_PAGES = (
    ("board", "boards.now.board", Action.INSIDE),
    ("desk", "desks.home", Action.DESK),
    ("waiting", "to_do.listed", Action.TODO),
    ("slips", "paper.enter", Action.DESK),
    ("passes", "passes.of_hall", Action.PASSES),
    ("records", "hall_records.search", Action.RECORDS),
    ("cases", "cases.listing.listed", Action.CASES),
    ("exports", "exported.asking.listed", Action.EXPORT),
    ("codes", "admins.codes.doors", Action.CODES),
    ("staff", "admins.staff.listed", Action.STAFF),
    ("settings", "admins.settings.overview", Action.SETTINGS),
)
_LESS_OFTEN = frozenset(("slips", "passes"))
"""On every page they would be one row of links too many for a phone."""


def hall_pages(post: Post) -> list[tuple[str, str]]:
    """The pages that this post opens, in one order for all: (name, address)."""
    code = post.hall.code if post.hall else ""
    return [(name, url_for(endpoint, code=code)) for name, endpoint, action in _PAGES if post.may(action)]


def hall_sections(post: Post, current: str) -> list[Section]:
    """The way between them; `current` is the one that the page belongs to."""
    return [
        Section(say(f"admin.section.{name}"), url, name == current)
        for name, url in hall_pages(post)
        if name not in _LESS_OFTEN
    ]
