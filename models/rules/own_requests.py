"""本人申请: who may ask at a counter for what is kept of somebody, and which papers staff see first.

个人信息保护法: art. 45 see and copy, art. 46 correct, art. 47 erase; art. 31 under 14 the guardian decides.
"""

from datetime import date
from enum import StrEnum

from models.rules.identity import IdNumber, is_under_14
from models.rules.refusal import Refused


class Asker(StrEnum):
    """Who stands at the counter."""

    SELF = "self"
    GUARDIAN = "guardian"
    """监护人, with a paper that says so."""
    AGENT = "agent"
    """受托人, with a mandate in writing."""


class Document(StrEnum):
    """The paper of the person whom it is about."""

    ID_CARD = "id_card"
    RESIDENCE_PERMIT = "residence_permit"
    TRAVEL_PERMIT = "travel_permit"
    PASSPORT = "passport"
    FOREIGN_CARD = "foreign_card"
    HOUSEHOLD = "household"
    """户口簿, which a child without a card has."""
    OTHER = "other"


def check_asker(asker: Asker, number: IdNumber | None, today: date) -> None:
    """Refused with own_child where somebody else than a guardian asks for a child under 14, as far as the number tells
    an age."""
    born = number.birth if number else None
    if born and asker is not Asker.GUARDIAN and is_under_14(born, today):
        raise Refused("own_child")
