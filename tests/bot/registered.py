"""Halls that are registered in the chat, as tests of it have them."""

import re

from bot.simulator import Delivered, Phone
from models.rules.halls import HallFacts
from models.services import halls
from models.tables.database import run
from models.tables.outbox import Outgoing

NAME, REGION = "商丘市民之家", "河南商丘"
SECOND = "oSecond000000000000000000001"
OPERATOR = "oOperator00000000000000000001"


def registered(phone: Phone, name: str = NAME, region: str = REGION) -> Delivered:
    """The shortest road."""
    for said in ("注册大厅", name, region):
        phone.says(said)
    return phone.says("确认")


def hall_in(delivered: Delivered) -> HallFacts:
    """The hall whose code the reply tells."""
    found = re.search(r"编号 ([a-z0-9]{6})", delivered.reply or "")
    assert found, delivered.reply
    hall = halls.by_code(found[1])
    assert hall is not None
    return hall


def told(kind: str = "staff") -> list[tuple[str, str]]:
    """What waits in the outbox: (openid, content)."""
    rows = run(lambda: list(Outgoing.select().where(Outgoing.kind == kind).order_by(Outgoing.id)))
    return [(row.openid, row.content) for row in rows]
