"""What was erased of a hall, for operators: there is nothing of its visitors in it."""

from flask import url_for

from models.rules.access import Action
from models.services.posts import Post
from web import deletions
from web.access import operator_needs
from web.operator.blueprint import hall_of, pages


@pages.get("/halls/<code>/deletions")
@operator_needs(Action.AUDIT)
def erased(post: Post, code: str) -> str:
    """The latest first."""
    hall = hall_of(code)
    return deletions.listed(
        hall, lambda **place: url_for("operators.erased", code=hall.code, **place),
        lambda number: url_for("operators.erased_day", code=hall.code, number=number),
        url_for("operators.hall", code=hall.code),
    )  # fmt: skip


@pages.get("/halls/<code>/deletions/<int:number>")
@operator_needs(Action.AUDIT)
def erased_day(post: Post, code: str, number: int) -> str:
    """One, to print."""
    hall = hall_of(code)
    return deletions.paper(hall, number, url_for("operators.erased", code=hall.code))
