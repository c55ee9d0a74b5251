"""The workbook of a case: asked for here, built and downloaded where all exports are."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import Action
from models.rules.refusal import Refused
from models.services import exporting
from models.services.posts import Post
from web.access import needs
from web.cases.showing import now, own, shown
from web.forms import Question
from web.language import refusal

pages = Blueprint("export", __name__)


@pages.route("/<case>/export", methods=["GET", "POST"])
@needs(Action.CASES)
def asking(post: Post, case: str) -> ResponseReturnValue:
    """What it will hold; the POST asks for it."""
    row = own(post, case)
    form = Question()
    no = ""
    if form.validate_on_submit():
        try:
            asked = exporting.ask_case(post, case, now())
        except Refused as refused:
            no = refusal(refused)
        else:
            return redirect(url_for("exported.one.found", export=asked.public_id), 303)
    return shown(post, "export.html", row=row, form=form, no=no)
