"""The form into which staff type what is written on a slip: the fields of a visitor's form, read by the same rules."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from wtforms import DateField, Field, SelectChoice, SelectField, StringField, TextAreaField

from models.rules.check_in_answers import READERS, Asked
from models.rules.check_in_fields import Requirement
from models.rules.clock_times import clock_time
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.visits import SignIn
from models.services.slip_entry import Form
from web.forms import KEYBOARDS, PageForm
from web.language import Phrase, asked_language, say
from web.visitor.fields import LONGEST, LONGEST_LIST, refused_words

ON_PAPER = ("name", "id_number", "phone", "matter", "temperature", "companions")
AT_FIELD = {
    **dict.fromkeys(("slip_unreadable", "slip_other_hall", "slip_letters", "slip_unknown"), "slip"),
    **dict.fromkeys(("slip_day_today", "slip_too_old"), "day"),
    "slip_in_future": "entered",
    **dict.fromkeys(("exit_before_entry", "exit_in_future", "exit_too_late"), "left"),
    "remark_too_long": "remark",
    "companion_is_lead": "companions",
    "door_unknown": "door",
}
"""At which field a refusal is said."""
_CLOCK = {"inputmode": "numeric", "autocomplete": "off"}
_HOW: Mapping[str, Mapping[str, Any]] = {
    # What is typed here is other people's: no phone or browser is to offer it, or its owner's own, again.
    **{name: {**how, "autocomplete": "off"} for name, how in KEYBOARDS.items()},
    "slip": {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    "entered": _CLOCK,
    "left": _CLOCK,
    "temperature": {"inputmode": "decimal", "autocomplete": "off"},
    "companions": {"rows": 2, "autocomplete": "off"},
    "remark": {"autocomplete": "off"},
}


class TimesForm(PageForm):
    """When somebody came and left."""

    entered = StringField(Phrase("slips.entered"), description=Phrase("slips.time_help"))
    left = StringField(Phrase("slips.left"), description=Phrase("slips.left_help"))

    def fit(self) -> "TimesForm":
        """An entry has to be there, an exit need not."""
        self.entered.flags.required = True
        return self

    def read_times(self) -> tuple[time, time | None] | None:
        """The two as they are written; None where one cannot be read, which is then said at its field."""
        entered = self.read_field("entered", clock_time, needed=True)
        left = self.read_field("left", clock_time)
        return None if self.entered.errors or self.left.errors or entered is None else (entered, left)

    def read_field(self, name: str, parse: Callable[[str], Any], *, needed: bool = False) -> Any:
        """What a field says; None where it is empty or cannot be read."""
        field: Field = self[name]
        typed = (field.data or "").strip()
        longest = LONGEST_LIST if name == "companions" else LONGEST
        if len(typed) > longest:
            field.errors = [say("form.shorter", max=longest)]
        elif not typed:
            field.errors = [say("form.required")] if needed else field.errors
        else:
            try:
                return parse(typed)
            except Refused as no:
                self.refuse(field, no)
        return None

    def refuse(self, field: Field, no: Refused) -> None:
        """Say at this field why it is not taken, in the words of a form where those of the chat speak of sending."""
        field.errors = [*field.errors, refused_words(no)]

    def say_no(self, no: Refused) -> None:
        """Say why a service refused the whole, at its field where there is one."""
        name = AT_FIELD.get(no.code, "")
        if name in self:
            self.refuse(self[name], no)
        else:
            self.form_errors = [*self.form_errors, refused_words(no)]


class SlipForm(TimesForm):
    """All of a slip. `fit_to` makes it the form of one hall."""

    slip = StringField(Phrase("slips.slip"), description=Phrase("slips.slip_help"))
    day = DateField(Phrase("slips.day"))
    name = StringField(Phrase("step.name.label"))
    id_number = StringField(Phrase("step.id_number.label"))
    phone = StringField(Phrase("step.phone.label"))
    matter = SelectField(Phrase("step.matter.label"))
    temperature = StringField(Phrase("step.temperature.label"))
    companions = TextAreaField(
        Phrase("step.companions.label"), description=Phrase("slips.companions_help")
    )  # fmt: skip
    door = SelectField(Phrase("slips.door_label"))
    remark = StringField(Phrase("slips.remark"))

    def fit_to(self, hall: HallFacts) -> "SlipForm":
        """Ask what this hall asks; the door where it has several."""
        self.hall = hall
        self.fit()
        for name in ("slip", "day", "name", "door"):
            self[name].flags.required = True
        for name in ON_PAPER:
            if hall.fields.get(name) is Requirement.OFF:
                del self[name]
        if "matter" in self:
            labels = [SelectChoice(one.code, one.label(asked_language())) for one in hall.matters]
            self.matter.choices = [SelectChoice("", say("visit_form.no_matter")), *labels]
        if len(hall.doors) == 1:
            del self.door
        else:
            self.door.choices = [SelectChoice(str(number), one.name) for number, one in sorted(hall.doors.items())]
        return self

    @property
    def asked(self) -> list[tuple[Field, Mapping[str, Any]]]:
        """The fields in the order of the paper, with the attributes of their controls; the cursor is in the name where
        the number is there already."""
        names = ("slip", "day", "name", "id_number", "phone", "matter", "entered", "left", "temperature", "companions",
                 "door", "remark")  # fmt: skip
        first = "name" if self.slip.data else "slip"
        return [(self[name], {**_HOW.get(name, {}), **({"autofocus": True} if name == first else {})})
                for name in names if name in self]  # fmt: skip

    def read(self, now: datetime, same: str) -> Form | None:
        """What the slip says; None where something is missing or cannot be read, which is then said at its field."""
        times = self.read_times()
        if self.day.data is None and not self.day.errors:
            self.day.errors = [say("form.required")]
        # Ages are those of the day that is written; where none can be read, nothing is stored anyway.
        day: date = self.day.data or self.hall.calendar.hall_day(now)
        said = {name: self._said(name, day) for name in ON_PAPER if name in self}
        if any(one.errors for one in self) or times is None or self.day.data is None:
            return None
        door = int(self.door.data) if "door" in self else min(self.hall.doors)
        return Form(self.slip.data or "", SignIn(**said), door, day, *times, self.remark.data or "", same)

    def _said(self, name: str, day: date) -> str | None:
        asked = Asked(self.hall, day, optional=True)
        found = self.read_field(name, lambda text: READERS[name](text, asked), needed=name == "name")
        return str(found) or None if found is not None else None
