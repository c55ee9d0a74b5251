"""The pages of a hall between which its staff go to and fro."""

from flask import url_for

from models.rules.access import Action
from models.services.posts import Post
from web.frame import Section
from web.language import say

_SECTIONS = (
    ("board", "boards.now.board", Action.INSIDE),
    ("desk", "desks.home", Action.DESK),
    ("waiting", "to_do.listed", Action.TODO),
    ("records", "hall_records.search", Action.RECORDS),
    ("exports", "exported.asking.listed", Action.EXPORT),
    ("codes", "admins.codes.doors", Action.CODES),
    ("staff", "admins.staff.listed", Action.STAFF),
    ("settings", "admins.settings.overview", Action.SETTINGS),
)


def hall_sections(post: Post, current: str) -> list[Section]:
    """Those that this post opens, in one order for all; `current` is the one that the page belongs to."""
    code = post.hall.code if post.hall else ""
    return [
        Section(say(f"admin.section.{name}"), url_for(endpoint, code=code), name == current)
        for name, endpoint, action in _SECTIONS
        if post.may(action)
    ]
