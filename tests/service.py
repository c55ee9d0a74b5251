"""The whole service in one process, as tests talk to it: the simulated platform in front, one sample hall behind."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.dialogue import Dialogue
from bot.gateway import Gateway
from bot.robot import Robot
from bot.simulator import InProcess, Phone, Platform
from bot.situation import Setting
from bot.wechat.envelope import Account
from models.adapters import regions
from models.rules.access import Role
from models.rules.halls import NOTICE_VERSION, HallFacts
from models.rules.refusal import Refused
from models.rules.scenes import Scene, encode
from models.rules.sending import Outcome, Result, Templates
from models.services import codes, halls
from models.services.card_reading import ReadCard, nobody_reads
from models.services.desk import Desk
from models.tables.database import run
from models.tables.fields import insert
from models.tables.staff import NO_HALL, Member

APP_ID = "wx0123456789abcdef"
APP_SECRET = "a-secret-of-this-test"
TOKEN = "hallToken2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ORIGINAL_ID = "gh_0123456789ab"
SCENE_KEY = b"a key for codes in tests only...."
MONDAY_9 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 by the hall's clocks."""

HOURS = {"weekly": [["09:00-12:00", "13:30-17:00"]] * 5 + [[], []], "empties_at_lunch": True, "grace_minutes": 15}
MATTERS = [
    {"code": "social", "zh": "社会保险", "en": "Social insurance", "aliases": ["社保"]},
    {"code": "fund", "zh": "住房公积金", "en": "Housing fund", "aliases": ["公积金"]},
    {"code": "other", "zh": "其他", "en": "Other"},
]
FACTS: dict[str, Any] = {
    "calendar": HOURS,
    "matters": MATTERS,
    "doors": {"1": {"name": "东门"}, "2": {"name": "西门"}},
    "phone": "0534-8210000",
}
AGREED = str(NOTICE_VERSION)
"""What a form says that was agreed to the notice as it is now."""
ONE_LINE = "张三 11010519491231002X 13800138000 社保 36.5"

NOBODY = Desk(lambda channel, message: Outcome(Result.CLOSED, "unreachable"))
"""A desk from which nobody can be reached."""


def no_photo(_media_id: str) -> bytes:
    """For tests in which no photo is fetched."""
    raise Refused("photo_gone")


def to_the_end(reading: "Future[Any]", _seconds: float) -> None:
    """The patience of tests, which a busy machine does not wear out."""
    wait((reading,), 60)


@dataclass
class Clock:
    """A clock that only tests move."""

    at: datetime = MONDAY_9

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def goes_on(self, **time: float) -> None:
        self.at += timedelta(**time)

    def shows(self, clock: str, days: int = 0) -> None:
        """Move to this time of day by the hall's clocks."""
        hours, minutes = map(int, clock.split(":"))
        local = self.at + timedelta(hours=8, days=days)
        self.at = local.replace(hour=hours, minute=minutes, second=0, microsecond=0) - timedelta(hours=8)


@dataclass
class Service:
    """The service and the platform before it; phones are made by `visitor`."""

    mode: str = "safe"
    clock: Clock = field(default_factory=Clock)
    approval: bool = False
    oauth: bool = True
    read_card: ReadCard = nobody_reads
    fetch_photo: Callable[[str], bytes] = no_photo
    patience: Callable[["Future[Any]", float], None] = to_the_end
    templates: Templates = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes.use([SCENE_KEY])
        account = Account(APP_ID, TOKEN, AES_KEY, ORIGINAL_ID, self.mode)
        self.dialogue = Dialogue(
            Setting(
                "https://hall.example.gov.cn", [SCENE_KEY], self.clock, self.oauth, self.approval,
                find_regions=lambda text: regions.table().find(text), read_card=self.read_card,
                fetch_photo=self.fetch_photo, patience=self.patience, templates=self.templates,
            )
        )  # fmt: skip
        self.robot = Robot(account, self.dialogue)
        self.gateway = Gateway(account, self.robot.receive, self.robot.render, self.dialogue.apologise, self.clock)
        self.platform = Platform(
            InProcess(self.gateway), app_id=APP_ID, token=TOKEN, encoding_aes_key=AES_KEY, account=ORIGINAL_ID,
            mode=self.mode, clock=self.clock.seconds, app_secret=APP_SECRET,
        )  # fmt: skip

    def hall(self, name: str = "市民中心", status: str = "open", **facts: Any) -> HallFacts:
        """A hall with an east and a west door, open on weekdays 9-12 and 13:30-17, unless `facts` say otherwise."""
        code = halls.register(name, {**FACTS, **facts}, status, self.clock())
        found = halls.by_code(code)
        assert found is not None
        return found

    def code(self, hall: HallFacts, direction: str = "in", door: int = 1, version: int = 1) -> str:
        """The scene of a hall's code."""
        return encode(Scene(hall.code, direction, door, version), SCENE_KEY)

    def visitor(self, openid: str = "oVisitor0000000000000000001") -> Phone:
        """The phone of somebody who follows the account."""
        return self.platform.phone(openid, following=True)

    def staff(
        self,
        hall: HallFacts | None,
        role: Role = Role.ADMIN,
        openid: str = "oStaff00000000000000000000001",
        name: str = "王工",
    ) -> Phone:
        """The phone of somebody who is bound to a hall (None: who runs the account)."""
        hall_id = hall.id if hall else NO_HALL
        now = self.clock()
        run(lambda: insert(Member, openid=openid, hall_id=hall_id, role=role, name=name, bound_at=now, chosen_at=now))
        return self.platform.phone(openid, following=True)
