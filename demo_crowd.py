"""Made-up people who came to the demo's hall in the last days, so that a board and a search have something to show."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.rules.halls import HallFacts
from models.rules.identity import check_digit
from models.rules.persons import BROWSER
from models.rules.visits import HowIn, HowOut, SignIn
from models.services import check_in
from models.services.check_in import Entry, Exit

DAYS = 7
FEWEST, MOST = 7, 12
"""People a day."""
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安邦晨东芳刚红建静军坤兰磊敏宁鹏琪蓉山婷伟霞晓雪洋怡勇悦云泽志子"
_MATTERS = ("social", "social", "medical", "fund", "estate", "household", "business", "tax", "other")
_EXITS = (HowOut.SCAN,) * 7 + (HowOut.CHAT, HowOut.STATED, HowOut.CLOSING)
_SHORTEST, _LONGEST = 8, 75
"""Minutes of a stay."""


@dataclass(frozen=True)
class Stay:
    """One person's visit, as it will have been."""

    number: int
    said: SignIn
    door: int
    came: datetime
    left: Exit


def crowd(hall: HallFacts, now: datetime) -> Iterator[Stay]:
    """The stays of the last days up to this moment, the same for the same day each time."""
    today = hall.calendar.hall_day(now)
    for days_ago in range(DAYS - 1, -1, -1):
        day = today - timedelta(days=days_ago)
        yield from (stay for stay in _of_day(hall, day) if stay.came < now - timedelta(minutes=1))


def _of_day(hall: HallFacts, day: date) -> Iterator[Stay]:
    chance = random.Random(day.toordinal())  # noqa: S311 - people of a demo, no secret
    sessions = hall.calendar.sessions_on(day)
    for number in range(chance.randint(FEWEST, MOST) if sessions else 0):
        session = chance.choice(sessions)
        opens, closes = (_moment(day, at, hall) for at in (session.opens, session.closes))
        came = opens + (closes - opens) * chance.random() * 0.9
        how_out = chance.choice(_EXITS)
        left_at = came + timedelta(minutes=chance.randint(_SHORTEST, _LONGEST))
        if how_out is HowOut.CLOSING:
            left_at = hall.calendar.due(came).at
        index = day.toordinal() * 100 + number
        yield Stay(index, _person(chance, index), chance.choice(sorted(hall.doors)), came, Exit(left_at, how_out))


def _moment(day: date, at: time, hall: HallFacts) -> datetime:
    return datetime.combine(day, at, ZoneInfo(hall.calendar.zone)).astimezone(UTC)


def _person(chance: random.Random, index: int) -> SignIn:
    """Somebody whose number passes its check digit and was never given out."""
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(55 * 365))
    body = f"371402{born:%Y%m%d}{index % 10**3:03}"
    companions = _name(chance) if chance.random() < 0.1 else None
    return SignIn(
        name=_name(chance), id_number=body + check_digit(body), phone=f"1380000{index % 10**4:04}", address=None,
        matter=chance.choice(_MATTERS), temperature=f"36.{chance.randint(1, 8)}", companions=companions,
    )  # fmt: skip


def _name(chance: random.Random) -> str:
    return chance.choice(_FAMILY) + "".join(chance.choices(_GIVEN, k=chance.randint(1, 2)))


def let_in(hall: HallFacts, now: datetime) -> None:
    """Register them; part of a unit of work."""
    for stay in crowd(hall, now):
        left = stay.left if stay.left.at < now else None
        # Whoever is still inside came by the form: the simulated platform knows nobody of theirs to be reminded.
        who, how_in = ("oDemoCrowd", HowIn.SCAN) if left else (f"{BROWSER}DemoCrowd", HowIn.FORM)
        entry = Entry(f"{who}{stay.number:018}", hall, stay.door, how_in, stay.came, None, "zh")
        check_in.sign_in(entry, stay.said, None, left)


CASE_NAME, CASE_PHONE = "周大江", "13800009000"
"""Somebody to try 密接 with: they left a moment ago, so that whoever comes in within half an hour is found too."""
_MET = (
    # name, born, phone, door, minutes before now: in and out, how the exit is known, and whether they use WeChat
    ("吴一帆", "19860512", "13800009001", 1, 55, 20, HowOut.SCAN, True),
    ("郑小满", "19910203", "13800009002", 2, 50, 15, HowOut.STATED, True),
    ("王长青", "19551120", "13800009003", 1, 65, 25, HowOut.CLOSING, True),
    ("冯玉兰", "19480707", "13800009004", 1, 45, 12, HowOut.STAFF, False),
)
"""One of each kind: surely, as they said, perhaps, and to be told by phone only."""


def meet(hall: HallFacts, now: datetime) -> None:
    """Register somebody who will be a case, their companion, and whom they met; part of a unit of work."""
    case = (CASE_NAME, "19790318", CASE_PHONE, 1, 60, 2, HowOut.SCAN, True)
    for number, (name, born, phone, door, came, left, how_out, is_in_wechat) in enumerate((case, *_MET)):
        body = f"371402{born}{900 + number}"
        said = SignIn(
            name=name, id_number=body + check_digit(body), phone=phone, address=None, matter="social",
            temperature="36.5", companions="周小江" if name == CASE_NAME else None,
        )  # fmt: skip
        who, how_in = ("oDemoCase0", HowIn.SCAN) if is_in_wechat else (f"{BROWSER}DemoCase0", HowIn.FORM)
        entry = Entry(f"{who}{number:018}", hall, door, how_in, now - timedelta(minutes=came), None, "zh")
        check_in.sign_in(entry, said, None, Exit(now - timedelta(minutes=left), how_out))
