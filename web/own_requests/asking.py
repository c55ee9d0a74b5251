"""The form of 本人申请: who asks, which papers were seen, and by what to look."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length

from models.rules import contact
from models.rules.access import Action
from models.rules.own_requests import Asker, Document
from models.rules.refusal import Refused
from models.services import own_requests
from models.services.own_requests import Asked
from models.services.posts import Post
from web.access import needs
from web.forms import KEYBOARDS, PageForm, accepted_by
from web.language import Phrase, refusal
from web.own_requests.blueprint import now, pages, session_id, shown

_LONGEST = 60
_FIELDS = {"own_not_seen": "seen", "own_child": "asker", "too_many": "name"}
"""At which field a refusal is said; at the number, else."""


class Form(PageForm):
    """What a clerk fills in while the papers lie on the counter."""

    asker = RadioField(
        Phrase("own_requests.asker"), [InputRequired()],
        choices=[SelectChoice(one.value, Phrase(f"own_requests.who.{one.value}")) for one in Asker],
    )  # fmt: skip
    document = SelectField(
        Phrase("own_requests.document"), [InputRequired()], description=Phrase("own_requests.document_how"),
        choices=[
            # None is there beforehand: what nobody looked at would be noted as seen.
            SelectChoice("", Phrase("visit_form.choose")),
            *(SelectChoice(one.value, Phrase(f"own_requests.paper.{one.value}")) for one in Document),
        ],
    )  # fmt: skip
    name = StringField(
        Phrase("own_requests.name"), [InputRequired(), Length(max=_LONGEST), accepted_by(contact.person_name)],
        description=Phrase("own_requests.name_how"),
    )  # fmt: skip
    id_number = StringField(
        Phrase("own_requests.number"), [Length(max=_LONGEST)], description=Phrase("own_requests.number_how")
    )
    phone = StringField(
        Phrase("own_requests.phone"), [Length(max=_LONGEST), accepted_by(contact.mobile)],
        description=Phrase("own_requests.phone_how"),
    )  # fmt: skip
    seen = BooleanField(Phrase("own_requests.seen"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether nothing is missing; whatever is, is said at once."""
        is_whole: bool = super().validate(extra_validators)
        for field, is_missing, code in (
            (self.seen, not self.seen.data, "own_not_seen"),
            (self.id_number, not _said(self.id_number) and not _said(self.phone), "own_no_clue"),
        ):
            if is_missing:
                self.refuse(field, Refused(code))
                is_whole = False
        return is_whole

    def asked(self) -> Asked:
        """What it says."""
        return Asked(
            Asker(self.asker.data), Document(self.document.data), bool(self.seen.data), self.name.data or "",
            self.id_number.data or "", self.phone.data or "",
        )  # fmt: skip


@pages.route("", methods=["GET", "POST"])
@needs(Action.DESK)
def ask(post: Post) -> ResponseReturnValue:
    """The POST looks, and leads to what was found; a guard is told whom to call."""
    if not post.may(Action.RECORDS):
        return shown(post, "admin.html")
    form = Form()
    if form.validate_on_submit():
        try:
            found = own_requests.ask(post, form.asked(), session_id(), now())
        except Refused as no:
            form.refuse(form[_FIELDS.get(no.code, "id_number")], no)
        else:
            if found:
                return redirect(url_for("counter.one", asked=found), 303)
            # What was typed stays: it may be one digit that is wrong.
            return _page(post, form, none_found=True)
    elif "over" in request.args and not form.is_submitted():
        flash(refusal(Refused("own_over")), "problem")
    return _page(post, form)


def _said(field: StringField) -> str:
    return (field.data or "").strip()


def _page(post: Post, form: Form, **values: Any) -> str:
    form.seen.flags.required = True
    # What the browser knows are the clerk's own name and phone.
    keyboards = {name: {**how, "autocomplete": "off"} for name, how in KEYBOARDS.items()}
    return shown(
        post, "ask.html", form=form, keyboards=keyboards, minutes=own_requests.OPEN_FOR.seconds // 60,
        longest=_LONGEST, **values,
    )  # fmt: skip
