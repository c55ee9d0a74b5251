"""Photos among messages in any order, in time or late: every delivery is answered, and nobody gets a name with
somebody else's number."""

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator import Delivered, Phone
from models.phrases import say
from models.rules.documents import Card, CardKind
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from tests.bot.photographing import (
    NAME,
    NUMBER,
    OTHER_CARD,
    OTHER_NAME,
    OTHER_NUMBER,
    Studio,
    card,
    queued,
)
from tests.conftest import IS_TRIAL
from tests.reading import visits

PEOPLE = {NUMBER: NAME, OTHER_NUMBER: OTHER_NAME}
MESSAGES = (
    "同意", "确认", "返回", "取消", "跳过", "继续", "不是本人", "签到", "签退", "帮助", "1", "2", "13800138000", "社保",
    "36.5", f"{NAME} {NUMBER}", f"{OTHER_NAME} {OTHER_NUMBER} 13900139000 社保 36.5", "注册大厅", "English",
)  # fmt: skip
SEEN: tuple[Card | Exception, ...] = (
    card(), OTHER_CARD, card(unsure=("name", "address")), card(id_number=None), Card(CardKind.NOTHING),
    Refused("photo_broken"), LookupError("broken"),
)  # fmt: skip
FAILURES = [say("zh", f"failure.{key}") for key in ("message", "scan", "unknown")]
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Deed:
    """What somebody does: says a text, scans a direction, sends a photo, or waits for what is held."""

    kind: str
    what: int | str = 0


DEEDS = st.one_of(
    st.sampled_from([Deed("says", text) for text in MESSAGES]),
    st.sampled_from([Deed("scans", "in"), Deed("scans", "in"), Deed("scans", "out")]),
    st.sampled_from([Deed(kind, place) for kind in ("sends", "sends slowly") for place in range(len(SEEN))]),
    st.just(Deed("waits")),
)


def does(studio: Studio, phone: Phone, hall: HallFacts, deed: Deed) -> Delivered | None:
    studio.service.clock.goes_on(seconds=2)
    match deed:
        case Deed("says", str(text)):
            return phone.says(text)
        case Deed("scans", str(direction)):
            return phone.scan(studio.service.code(hall, direction))
        case Deed("sends", int(place)):
            studio.patience.is_at_its_end = False
            return studio.sends(phone, SEEN[place])
        case Deed("sends slowly", int(place)):
            return studio.sends_slowly(phone, SEEN[place])
    studio.goes_on()
    return None


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=300 if IS_TRIAL else 25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, min_size=3, max_size=14))
def test_whatever_is_said_and_sent_is_answered_and_nobodys_number_is_mixed_up(
    studio: Studio, deeds: list[Deed]
) -> None:
    hall = studio.service.hall(f"市民中心{next(_numbers)}", fields={"address": "optional"})
    phone = studio.service.visitor(f"oWalker{next(_numbers):021}")
    for deed in (Deed("scans", "in"), Deed("says", "同意"), *deeds):
        done = does(studio, phone, hall, deed)
        if done is not None:
            assert done.reply
            assert not done.problems
            assert [failure for failure in FAILURES if failure in done.reply] == []
    studio.goes_on()
    for text in ("不用", "36.5", "13800138000 社保 36.5", "确认"):
        assert phone.says(text).reply
    studio.delivers()
    assert queued() == []
    assert [visit.name for visit in visits() if PEOPLE[visit.id_number or ""] != visit.name] == []
