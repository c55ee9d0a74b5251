"""Printed slips: which there are, which are not entered yet, and printing more."""

import functools

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired

from models.adapters.slips import Slips, slips_pdf
from models.rules.access import Action
from models.rules.check_in_fields import Requirement
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.slips import MOST_PAGES, SLIPS_A_PAGE, numbered
from models.services import slips
from models.services.posts import Post
from models.tables.slips import Sheet
from web.access import needs
from web.forms import PageForm
from web.language import Phrase, refusal, say
from web.outside import outside
from web.pdf import pdf_answer
from web.slips.blueprint import hall_of, pages, shown

# Several people may print the same sheet; drawing one takes a second.
_pdf = functools.lru_cache(maxsize=8)(slips_pdf)


class PrintForm(PageForm):
    """How many."""

    pages = IntegerField(Phrase("slips.pages"), [InputRequired()], default=5)


@pages.route("/sheets", methods=["GET"])
@needs(Action.DESK)
def listed(post: Post) -> ResponseReturnValue:
    """The latest sheets."""
    return _page(post, PrintForm(formdata=None))


@pages.route("/sheets", methods=["POST"])
@needs(Action.CODES)
def make(post: Post) -> ResponseReturnValue:
    """New numbers; the list then has them to be opened."""
    form = PrintForm()
    if form.validate_on_submit():
        try:
            made = slips.print_sheet(post, form.pages.data or 0, outside().clock())
        except Refused as no:
            form.refuse(form.pages, no)
        else:
            flash(say("slips.made", first=numbered(made.first), last=numbered(made.last)), "done")
            return redirect(url_for(".listed"), 303)
    return _page(post, form)


@pages.get("/sheets/<int:number>.pdf")
@needs(Action.CODES)
def pdf(post: Post, number: int) -> ResponseReturnValue:
    """The slips from this number on, as pages to print; the same again where paper was lost."""
    hall = hall_of(post)
    sheet = slips.sheet(hall, number)
    try:
        content = _pdf(_slips(hall, sheet))
    except Refused as no:
        return _cannot_be_drawn(no)
    first, last = numbered(sheet.first), numbered(sheet.last)
    name = f"{hall.name} {say('slips.sheets_title')} {first}-{last}.pdf"
    return pdf_answer(content, name, f"{hall.code}-slips-{first}.pdf")


def _slips(hall: HallFacts, sheet: Sheet) -> Slips:
    asked = frozenset(name for name, wanted in hall.fields.items() if wanted is not Requirement.OFF)
    numbers = range(sheet.first, sheet.last + 1)
    return Slips(hall.name, hall.code, hall.retention_days, asked, tuple(slips.slip(hall, one) for one in numbers))


def _page(post: Post, form: PrintForm) -> str:
    hall, may_print = hall_of(post), post.may(Action.CODES)
    form.pages.description = say("slips.pages_help", each=SLIPS_A_PAGE, most=MOST_PAGES)
    rows = [
        {
            "numbers": say(
                "slips.sheet_row", first=numbered(one.sheet.first), last=numbered(one.sheet.last)
            ),
            "made": say("slips.sheet_made", when=outside().time(one.sheet.made_at)),
            "missing": [(str(slip), url_for(".enter", number=slip.number)) for slip in one.missing],
            "pdf": url_for(".pdf", number=one.sheet.first) if may_print else "",
        }
        for one in slips.sheets(hall)
    ]  # fmt: skip
    return shown(post, "sheets.html", rows=rows, form=form if may_print else None)


def _cannot_be_drawn(no: Refused) -> ResponseReturnValue:
    """A name with a character that the font lacks."""
    further = (url_for(".listed"), say("slips.to_sheets"))
    page = render_template("error.html", title=say("admin.posters.cannot_title"), sentence=refusal(no), further=further)
    return page, 409
