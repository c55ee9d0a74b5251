"""What the forms of cases ask in common: why something is looked up, and for whom."""

from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from models.rules.refusal import Refused
from models.services.casework.cases import LONGEST_AUTHORITY, LONGEST_REASON
from web.forms import PageForm
from web.language import Phrase, say

REASONS = ("cdc", "hospital", "self", "superior")
OTHER = "other"


class Why(PageForm):
    """Reason and authority of a case."""

    why = RadioField(
        Phrase("case.why"), [InputRequired()],
        choices=[SelectChoice(one, Phrase(f"case.reason.{one}")) for one in (*REASONS, OTHER)],
    )  # fmt: skip
    more = StringField(Phrase("case.more"), description=Phrase("case.more_help"))
    authority = StringField(Phrase("case.authority"), [InputRequired()], description=Phrase("case.authority_help"))

    @property
    def reason(self) -> str:
        """What is kept of it."""
        said = "" if self.why.data == OTHER else str(say(f"case.reason.{self.why.data}"))
        more = str(self.more.data or "").strip()
        return f"{said}（{more}）" if said and more else said or more

    def refuse_why(self, no: Refused) -> None:
        """Say why a service refused them, at the field that it is about."""
        at_authority = no.code.startswith("case_authority")
        self.refuse(self.authority if at_authority else self.more if self.more.data else self.why, no)


LONGEST = {"more": LONGEST_REASON - 20, "authority": LONGEST_AUTHORITY}
"""Characters that the controls take."""
