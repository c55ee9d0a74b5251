"""What a hall is made of at first, and what it may say of itself: address, telephone, whom to ask for."""

import re
from typing import Any

from models.rules.contact import ADDRESS_LONGEST, ADDRESS_SHORTEST, address, mobile
from models.rules.matters import usual
from models.rules.plain_words import letters, plain_words
from models.rules.refusal import Refused
from models.rules.regions import Region
from models.rules.spelling import DASHES, half_width

WEEKDAYS = ("09:00-12:00", "13:30-17:00")
"""The usual hours of halls, Monday to Friday."""
DOOR = "大门"
LONGEST_CONTACT = 20

_DROPPED = re.compile(rf"[ ().·{DASHES}]")
_LEAD = re.compile(r"(?:(?:咨询|服务|联系|办公)?(?:电话|热线)|tel(?:ephone)?|phone)[是为.: ]*", re.IGNORECASE)
_EXTENSION = re.compile(r" ?(?:转|分机|ext\.?) ?(\d{1,6})$", re.IGNORECASE | re.ASCII)
_SERVICE_LINE = re.compile(r"1\d{4}|9[56]\d{3,4}", re.ASCII)
_FREE_CALL = re.compile(r"([48]00)(\d{3})(\d{4})", re.ASCII)
# Wider than for visitors: a switchboard may begin with 1.
_LANDLINE = re.compile(r"(?:(?:\+|00)86)?0(10|2\d|[3-9]\d{2})([1-9]\d{6,7})", re.ASCII)


def default_facts(region: Region) -> dict[str, Any]:
    """The facts of a hall of which nothing but name and region are known yet: usual hours, matters and fields, one
    door, temperature by declaration."""
    return {
        "calendar": {"weekly": [list(WEEKDAYS) for _ in range(5)] + [[], []], "empties_at_lunch": False},
        "matters": usual(),
        "fields": {},
        "doors": {"1": {"name": DOOR}},
        "declared_temperature": True,
        "region": region.code,
        "region_name": region.full_name,
        "address": "",
        "contact": "",
        "phone": "",
        "notice_text": "",
    }


def check_address(text: str) -> str:
    """Read a hall's own address, 4 to 100 characters.

    Refuses with hall_address_length (fewest, most) and hall_address_unreadable.
    """
    try:
        return address(text)
    except Refused as refused:
        if refused.code in ("address_too_short", "address_too_long"):
            raise Refused("hall_address_length", fewest=ADDRESS_SHORTEST, most=ADDRESS_LONGEST) from None
        raise Refused("hall_address_unreadable") from None


def check_phone(text: str) -> str:
    """Read the number that visitors may call: 0500-1234567, also with 转801, 12345, 400-123-4567 or a mobile.

    Refuses with hall_phone_area_code, for a landline without one, and hall_phone_unreadable.
    """
    said = _LEAD.sub("", half_width(text), count=1).rstrip("。,; ")
    extension = _EXTENSION.search(said)
    digits = _DROPPED.sub("", said[: extension.start()] if extension else said)
    after = f" 转 {extension[1]}" if extension else ""
    if _SERVICE_LINE.fullmatch(digits):
        return digits + after
    if found := _FREE_CALL.fullmatch(digits):
        return "-".join(found.groups()) + after
    if found := _LANDLINE.fullmatch(digits):
        return f"0{found[1]}-{found[2]}{after}"
    if re.fullmatch(r"[2-9]\d{6,7}", digits, re.ASCII):
        raise Refused("hall_phone_area_code")
    try:
        return mobile(digits) + after
    except Refused:
        raise Refused("hall_phone_unreadable") from None


def check_contact(text: str) -> str:
    """Read whom visitors may ask for, such as 王主任 or 咨询台: 2 to 20 characters.

    Refuses as `plain_words` and with hall_contact_length (fewest, most).
    """
    said = plain_words(text)
    if not 2 <= len(said) <= LONGEST_CONTACT or sum(letters(said)) < 2:
        raise Refused("hall_contact_length", fewest=2, most=LONGEST_CONTACT)
    return said
