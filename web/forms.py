"""Forms: what every form of ours has in common. templates/forms.html draws them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, ValidationError

from models.rules.refusal import Refused
from web.language import refusal, say

_PHRASES = {
    "This field is required.": "form.required",
    "Not a valid choice.": "form.choice",
    "Invalid Choice: could not coerce.": "form.choice",
    "'%(value)s' is not a valid choice for this field.": "form.choice",
    "'%(value)s' are not valid choices for this field.": "form.choice",
    "Not a valid integer value.": "form.whole_number",
    "Not a valid decimal value.": "form.number",
    "Not a valid float value.": "form.number",
    "Not a valid date value.": "form.date",
    "Not a valid time value.": "form.time",
    "Number must be at least %(min)s.": "form.number_least",
    "Number must be at most %(max)s.": "form.number_most",
    "Number must be between %(min)s and %(max)s.": "form.number_between",
    "Date must be at least %(min)s.": "form.date_least",
    "Date must be at most %(max)s.": "form.date_most",
    "Date must be between %(min)s and %(max)s.": "form.date_between",
    "Field must be at least %(min)d character long.": "form.longer",
    "Field cannot be longer than %(max)d character.": "form.shorter",
    "Field must be between %(min)d and %(max)d characters long.": "form.length_between",
    "Field must be exactly %(max)d character long.": "form.length_exact",
}
"""WTForms' own sentences, by which its fields and validators ask for a translation, and our phrases for them."""

KEYBOARDS: Mapping[str, Mapping[str, str]] = {
    "name": {"autocomplete": "name"},
    "id_number": {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    "phone": {"autocomplete": "tel", "inputmode": "tel"},
    "address": {"autocomplete": "street-address"},
}
"""Attributes of the controls for what a person is asked, for the right keyboard and what a phone knows."""

_REVISION = re.compile("[0-9]{1,10}")


class _Phrases:
    """The translations that WTForms asks for."""

    def gettext(self, sentence: str) -> str:
        # What WTForms fills in afterwards stays a hole; all it fills in are numbers and dates of our own.
        return say(_PHRASES.get(sentence, "form.wrong"), min="%(min)s", max="%(max)s")

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one)


class PageForm(FlaskForm):
    """A form that keeps what was typed and says what is wrong in our words, in the language of the page."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            # Of the fields that are texts: a file or JSON under the name of one is nothing that can be read as it.
            return None if formdata is None else request.form or None

        def get_translations(self, form: Form) -> Any:
            return _Phrases()

    def refuse(self, field: Field, no: Refused) -> None:
        """Say at this field why a service refused the whole."""
        field.errors = [*field.errors, refusal(no)]


class SeenForm(PageForm):
    """A form about a hall as its person saw it: made with the revision of that hall."""

    revision = HiddenField()

    @property
    def seen(self) -> int:
        """The revision that was seen; 0, which no hall has, for what is none and where none was sent."""
        sent = self.revision.raw_data or [""]
        return int(sent[0]) if _REVISION.fullmatch(sent[0]) else 0


class Question(PageForm):
    """A form with nothing to fill in: a yes."""


def accepted_by(parse: Callable[[str], object]) -> Callable[[Form, Field], None]:
    """A validator: the field holds what this rule can read, else it says why not, as the chat would. Nothing is asked
    of an empty field."""

    def check(form: Form, field: Field) -> None:
        if field.data:
            try:
                parse(field.data)
            except Refused as no:
                raise ValidationError(refusal(no)) from None

    return check
