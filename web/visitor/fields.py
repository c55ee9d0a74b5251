"""The fields of the form of a hall: those of the chat, in its order, read by the same rules."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from wtforms import BooleanField, Field, HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from models.phrases import has
from models.rules import check_in_answers, masks
from models.rules.check_in_answers import READERS
from models.rules.check_in_fields import Requirement
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import SignIn
from models.services.people import REMEMBERED, Known
from web.forms import KEYBOARDS, PageForm
from web.language import Phrase, asked_language, refusal, say

LONGEST = 200
LONGEST_LIST = 1000
"""Characters of the list of companions: nine people with everything there is to say of them."""

NORMAL = "normal"

_MASKED = {**masks.BY_FIELD, "id_number": partial(masks.mask_id_number, to_check=True)}
"""The visitor compares what is kept with the card in hand."""
_HOW: Mapping[str, Mapping[str, Any]] = {
    **KEYBOARDS,
    # Two lines: on a phone one would show half of what was read, and it is to be compared with the card.
    "address": {**KEYBOARDS["address"], "rows": 2},
    "temperature": {"autocomplete": "off", "inputmode": "decimal"},
    "companions": {"rows": 3, "autocomplete": "off"},
}
"""The attributes of each control, for its keyboard."""


def _help(name: str) -> Phrase:
    return Phrase(f"visit_form.help_{name}")


class CheckInForm(PageForm):
    """What a visitor tells of a visit. `fit` makes it the form of one hall."""

    key = HiddenField()
    doubtful = HiddenField()
    """JSON: what a photo says of a field that it does not show well, by the field's name."""
    name = StringField(Phrase("step.name.label"), description=_help("name"))
    id_number = StringField(Phrase("step.id_number.label"), description=_help("id_number"))
    phone = StringField(Phrase("step.phone.label"), description=_help("phone"))
    address = TextAreaField(Phrase("step.address.label"), description=_help("address"))
    matter = SelectField(Phrase("step.matter.label"))
    temperature = StringField(Phrase("step.temperature.label"), description=_help("temperature"))
    well = BooleanField(Phrase("visit_form.well"))
    companions = TextAreaField(Phrase("step.companions.label"), description=_help("companions"))
    agree = BooleanField(Phrase("visit_form.agree"))

    def fit(self, hall: HallFacts, kept: Mapping[str, str]) -> "CheckInForm":
        """Ask what this hall asks; what is kept of the person need not be filled in."""
        self.hall, self.kept = hall, kept
        for name, requirement in hall.fields.items():
            if requirement is Requirement.OFF:
                del self[name]
            else:
                self[name].flags.required = requirement is Requirement.REQUIRED and name not in kept
        if "temperature" not in self or not hall.declared_temperature:
            del self.well
        if "matter" in self:
            nothing = say("visit_form.choose" if self.matter.flags.required else "visit_form.no_matter")
            labels = [SelectChoice(one.code, one.label(asked_language())) for one in hall.matters]
            self.matter.choices = [SelectChoice("", nothing), *labels]
        for name, text in self._doubtful().items():
            self.mark(name, text)
        return self

    def mark(self, name: str, text: str) -> None:
        """Ask to compare what stands in this field with the card, as long as it is what was read; also when the form
        comes back for another reason."""
        if name in self and text and plain(self[name].data or "") == plain(text):
            self[name].note = say("card_photo.check")
            self.doubtful.data = json.dumps({**self._doubtful(), name: text})

    def _doubtful(self) -> dict[str, str]:
        try:
            told = json.loads(self.doubtful.data or "{}")
        except (ValueError, RecursionError):
            return {}
        fields = told.items() if isinstance(told, dict) else ()
        return {name: text for name, text in fields if name in READERS and isinstance(text, str)}

    @property
    def asked(self) -> list[tuple[Field, Mapping[str, Any]]]:
        """The fields that are to be filled in, in order, with the attributes of their controls."""
        return [(self[name], _HOW.get(name, {})) for name in self.hall.fields if name in self and name not in self.kept]

    @property
    def changeable(self) -> list[tuple[Field, Mapping[str, Any]]]:
        """The fields that what is kept answers, unless something else is filled in."""
        return [(self[name], _HOW.get(name, {})) for name in self.kept]

    @property
    def is_changed(self) -> bool:
        """Whether anything was filled in, or has something said beside it, where there was something kept."""
        return any(one.data or one.errors or getattr(one, "note", "") for one, _ in self.changeable)

    @property
    def kept_shown(self) -> list[tuple[str, str]]:
        """What is kept of the person, masked: (label, value)."""
        return [(say(f"step.{name}.label"), _MASKED[name](text)) for name, text in self.kept.items()]

    def agreed(self) -> str:
        """What was agreed to, as the page had it; "" where nothing was."""
        agree: list[str] = self.agree.raw_data or []
        return agree[0] if len(agree) == 1 else ""

    def read(self, at: datetime) -> SignIn | None:
        """What the form says, in canonical texts; None where something is missing or cannot be read, which is then
        said at its field."""
        said = {name: self._said(name, wanted, at) for name, wanted in self.hall.fields.items() if name in self}
        return None if any(one.errors for one in self) else SignIn(**said)

    def refuse(self, field: Field, no: Refused) -> None:
        """Say at this field why it is not taken, in the words of a form where those of the chat speak of sending."""
        field.errors = [*field.errors, refused_words(no)]

    def _said(self, name: str, wanted: Requirement, at: datetime) -> str | None:
        field = self[name]
        typed = (field.data or "").strip()
        if len(typed) > (LONGEST_LIST if name == "companions" else LONGEST):
            field.errors = [say("form.shorter", max=LONGEST_LIST if name == "companions" else LONGEST)]
        if field.errors:
            return None
        text = typed or self.kept.get(name, "")
        if name == "temperature" and not text and "well" in self and self.well.data:
            text = NORMAL
        if not text:
            if wanted is Requirement.REQUIRED:
                field.errors = [say("form.required")]
            return None
        return self._read(field, name, text, _asked(self.hall, wanted, at))

    def _read(self, field: Field, name: str, text: str, asked: check_in_answers.Asked) -> str | None:
        try:
            return str(READERS[name](text, asked)) or None
        except Refused as no:
            self.refuse(field, no)
            return None


def plain(text: str) -> str:
    """What was typed or read, without what makes no difference between the two."""
    return re.sub(r"\s", "", text).upper()


def refused_words(no: Refused) -> str:
    """Why something is not taken, as a form says it."""
    key = f"visit_form.refused.{no.code}"
    said = say(key, **no.details) if has(key) else refusal(no)
    entry = no.details.get("entry", 0)
    return say("visit_form.entry", entry=entry, said=said) if entry else said


def kept_of(known: Known | None, hall: HallFacts, at: datetime) -> dict[str, str]:
    """Of what is kept of the person, what this hall asks and still takes."""
    profile = known.profile if known else {}
    kept = {}
    for name in REMEMBERED:
        if name in profile and hall.fields[name] is not Requirement.OFF:
            try:
                READERS[name](profile[name], _asked(hall, hall.fields[name], at))
            except Refused:
                continue
            kept[name] = profile[name]
    return kept


def _asked(hall: HallFacts, wanted: Requirement, at: datetime) -> check_in_answers.Asked:
    return check_in_answers.Asked(hall, hall.calendar.hall_day(at), wanted is Requirement.OPTIONAL)
