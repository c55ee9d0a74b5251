"""What the demo shows: its own settings, a sample hall with its codes and staff, and past visits of made-up people."""

import base64
import itertools
import json
import secrets
import threading
from collections.abc import Container, Iterator, Mapping, MutableSet
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import demo_crowd
from assembly import open_data
from bot.simulator.notices import Template
from models.migrations import migrate
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.scenes import Scene, encode
from models.rules.visits import HowIn, HowOut, SignIn
from models.services import check_in, halls, openid_keys, posts, registering, staff_menus
from models.services import codes as hall_codes
from models.services.check_in import Entry, Exit
from models.services.keys import check_keys
from models.tables import TABLES
from models.tables.codes import MADE, HallCode
from models.tables.database import DB, run, thread_is_done
from models.tables.fields import insert
from models.tables.housekeeping import KeyCheck
from models.tables.openids import OpenidKey
from models.tables.staff import NO_HALL, Member, members
from settings import Settings, parse

FOLDER = Path("var/demo")
ZONE = ZoneInfo("Asia/Shanghai")
NAME = "示例市民服务中心"
WEEKDAYS = ["09:00-12:00", "13:30-17:00"]
OPENS, CLOSES = time(9), time(17)
HALL = {
    "calendar": {"weekly": [WEEKDAYS] * 5 + [[], []], "empties_at_lunch": False, "grace_minutes": 30},
    "matters": [
        {"code": "social", "zh": "社会保险", "en": "Social insurance", "aliases": ["社保"]},
        {"code": "medical", "zh": "医疗保障", "en": "Medical insurance", "aliases": ["医保"]},
        {"code": "fund", "zh": "住房公积金", "en": "Housing fund", "aliases": ["公积金"]},
        {"code": "estate", "zh": "不动产登记", "en": "Real estate", "aliases": ["不动产", "房产"]},
        {"code": "household", "zh": "户政与身份证", "en": "Household and ID", "aliases": ["户籍", "身份证办理"]},
        {"code": "business", "zh": "营业执照", "en": "Business licence", "aliases": ["执照"]},
        {"code": "tax", "zh": "税务", "en": "Tax", "aliases": ["发票"]},
        {"code": "other", "zh": "其他", "en": "Other"},
    ],
    "doors": {"1": {"name": "东门"}, "2": {"name": "西门"}},
    "region": "371402",
    "region_name": "山东省德州市德城区",
    "address": "示例路 100 号",
    "contact": "咨询台",
    "phone": "0500-1234567",
}
NOTICE = Template(
    "demo-notice-of-a-case",
    "防疫提醒",
    "地点：{{thing1.DATA}}\n时间：{{time2.DATA}}\n提示：{{thing3.DATA}}",
    "one_time",
)
"""What visitors of the demo can agree to; its id stays when the demo is started again."""
TO_FOLLOWERS = Template(
    "demo-template-of-a-case",
    "防疫提醒",
    "大厅：{{thing1.DATA}}\n时间：{{time2.DATA}}\n提示：{{thing3.DATA}}\n电话：{{phone_number4.DATA}}",
    "template",
)
"""Likewise, what followers get without having agreed to it."""
_TO_FOLLOWERS = f"{TO_FOLLOWERS.template_id} thing1=hall time2=span thing3=advice phone_number4=phone"
STAFF = {Role.ADMIN: ("管理员", "王海燕"), Role.GUARD: ("门岗", "陈立"), Role.OPERATOR: ("运营", "赵明远")}
"""What each role is called, and somebody made up who has it."""
MOST_POSTERS = 24
PAST = (
    # name, ID number, phone, matter, door, days ago, in, out, how the exit is known
    ("赵小川", "110101198001010010", "13800000001", "social", 1, 2, "09:12", "10:05", HowOut.SCAN),
    ("钱一禾", "310101199203040025", "13800000002", "estate", 2, 2, "10:40", "17:30", HowOut.CLOSING),
    ("孙木", "440103197511230034", "13800000003", "tax", 1, 1, "09:30", "09:50", HowOut.CHAT),
    ("李青山", "510104198808080048", "13800000004", "fund", 1, 1, "14:02", "15:20", HowOut.STATED),
    ("阿依古丽·买买提", "650102199512120066", "13800000005", "household", 2, 1, "15:10", "15:45", HowOut.SCAN),
)
"""Made-up people: no such number was ever given out, though each passes its check digit."""


def folder() -> Path:
    """The demo's folder, which is there now; nobody else may look into it."""
    FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FOLDER


def settings(base_url: str, *, approval: bool = False, own: str = "") -> Settings:
    """Settings of the demo's own, as `given` has them."""
    return parse(given(base_url, approval=approval, own=own), "demo")


def given(base_url: str, *, approval: bool = False, own: str = "") -> Mapping[str, Mapping[str, Any]]:
    """What a config.toml would hold; the keys are made once and stay in the demo's folder. `own`: where this process
    finds itself, where not at base_url."""
    file = folder() / "secrets.json"
    if not file.exists():
        key = lambda: base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
        aes = key().rstrip("=")
        made = {"secret_key": secrets.token_hex(32), "aes": aes, "data": f"d1:{key()}", "hash": f"h1:{key()}"}
        # Whole or not at all: half a file would be the end of every later start.
        half = FOLDER / "secrets.json.new"
        half.touch(mode=0o600)
        half.write_text(json.dumps(made))
        half.rename(file)
    kept = json.loads(file.read_text())
    platform = f"{base_url}/platform"
    return {
        "site": {"name": NAME, "base_url": base_url, "secret_key": kept["secret_key"]},
        "database": {"url": f"sqlite:///{FOLDER}/hallpass.db"},
        "wechat": {
            "app_id": "wxdemo000000000000",
            "app_secret": "a-secret-of-the-demo",
            "token": "demotoken",
            "encoding_aes_key": kept["aes"],
            "account": "gh_demo00000000",
            "api_url": f"{own or base_url}/platform",
            "pages_url": platform,
            "oauth_url": platform,
            "js_url": f"{platform}/open/js/jweixin-1.6.0.js",
        },
        "notices": {
            "contact_subscription": f"{NOTICE.template_id} thing1=hall time2=span thing3=advice",
            "contact_template": _TO_FOLLOWERS,
        },
        "halls": {"approval": approval},
        "privacy": {
            "data_keys": [kept["data"]],
            "hash_keys": [kept["hash"]],
            "erasure_journal": f"{FOLDER}/erasures.journal",
        },
    }


class Followers(MutableSet[str]):
    """Openids, one a line in a file of the demo's folder: who follows is known again after a restart, however it came.
    May be used from several threads."""

    def __init__(self) -> None:
        self._file = FOLDER / "followers"
        self._openids = set(self._file.read_text().split()) if self._file.exists() else set()
        self._lock = threading.Lock()

    def __contains__(self, openid: object) -> bool:
        return openid in self._openids

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._openids))

    def __len__(self) -> int:
        return len(self._openids)

    def add(self, openid: str) -> None:
        with self._lock:
            self._keep(self._openids | {openid})

    def discard(self, openid: str) -> None:
        with self._lock:
            self._keep(self._openids - {openid})

    def clear(self) -> None:
        """Forgets all, in one go."""
        with self._lock:
            self._keep(set())

    def _keep(self, openids: set[str]) -> None:
        written = self._file.with_suffix(".new")
        written.write_text("\n".join(sorted(openids)))
        # In one step, so that a file is never found half written.
        written.replace(self._file)
        self._openids = openids


def open_tables(given: Settings) -> None:
    """Make the demo's database this process's, with its tables."""
    keys = open_data(given)
    migrate(DB.obj)
    check_keys(keys)
    openid_keys.take_up()
    thread_is_done()


def seed(now: datetime) -> str:
    """The sample hall with its staff and the visits of a week, unless there; its codes are wanted. Gives its code."""

    def sow() -> str:
        there = halls.codes()
        code = there[0] if there else halls.register(NAME, HALL, "open", now, registering.double_key(NAME, HALL))
        hall = _hall(code)
        if not there:
            for number in range(len(PAST)):
                _visit(number, hall, now)
            demo_crowd.let_in(hall, now)
            demo_crowd.meet(hall, now)
        if not members(hall.id):
            for role in (Role.ADMIN, Role.GUARD):
                _bind(f"oDemoStaff{role:0>18}", role, hall.id, now)
        hall_codes.want(hall, now)
        return code

    try:
        return run(sow)
    finally:
        thread_is_done()


def add_staff(openid: str, role: Role, code: str, now: datetime) -> None:
    """Make this openid an operator, or staff of the hall with this code, as if they had sent a code to bind."""

    def add() -> None:
        _bind(openid, role, NO_HALL if role is Role.OPERATOR else _hall(code).id, now)
        staff_menus.want(openid, now)

    run(add)


def _bind(openid: str, role: Role, hall_id: int, now: datetime) -> None:
    """Under a name that nobody else there has, since staff are removed by their names."""
    taken = {one.name for one in members(hall_id)}
    name = STAFF[role][1]
    numbered = itertools.chain([name], (f"{name}{number}" for number in itertools.count(2)))
    free = next(one for one in numbered if one not in taken)
    insert(Member, openid=openid, hall_id=hall_id, role=role, name=free, bound_at=now, chosen_at=now)


def role_of(openid: str) -> str:
    """What somebody is, by the post that they chose last; empty for a visitor."""
    found = posts.posts(openid)
    return STAFF[found[0].role][0] if found else ""


def _hall(code: str) -> HallFacts:
    hall = halls.by_code(code)
    if hall is None:
        raise LookupError(code)
    return hall


def _visit(number: int, hall: HallFacts, now: datetime) -> None:
    name, id_number, phone, matter, door, days_ago, came, left, how_out = PAST[number]
    day = now.astimezone(ZONE).date() - timedelta(days=days_ago)
    moment = lambda clock: datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)  # noqa: E731
    entry = Entry(f"oDemoPast{number:019}", hall, door, HowIn.SCAN, moment(came), moment(came), "zh")
    said = SignIn(name=name, id_number=id_number, phone=phone, address=None, matter=matter, temperature="36.5")
    check_in.sign_in(entry, said, None, Exit(moment(left), how_out))


def empty_tables() -> None:
    """Forget everything but which keys are in use."""

    def clear() -> None:
        for table in TABLES:
            if table not in (KeyCheck, OpenidKey):
                table.delete().execute()

    run(clear)
    thread_is_done()


def made_codes() -> list[tuple[str, str, str]]:
    """What the platform made before a restart, after which it knows nothing of it: (scene, ticket, url)."""
    query = HallCode.select(HallCode.scene, HallCode.ticket, HallCode.url).where(HallCode.state == MADE)
    return run(lambda: [(one.scene, one.ticket, one.url) for one in query])


def staff_to_tell(followers: Container[str], now: datetime) -> list[str]:
    """Who of these is staff: their menu is to be told anew, for the same reason."""

    def tell() -> list[str]:
        there = [one.openid for one in Member.select(Member.openid).distinct() if one.openid in followers]
        for openid in there:
            staff_menus.want(openid, now)
        return there

    return run(tell)


def posters(sample: str, key: bytes) -> list[tuple[str, str]]:
    """What hangs at doors, as (label, scene): of the sample hall, and of the newest others as far as it is made."""
    found = [code for hall in [halls.by_code(sample)] if hall for code in _posters(hall, "", key)]
    for listed in registering.listed().halls:
        hall = halls.by_code(listed.code)
        if hall is not None and hall.code != sample and len(found) < MOST_POSTERS:
            found += _posters(hall, f"{hall.name} ", key)
    return found[:MOST_POSTERS]


def _posters(hall: HallFacts, of: str, key: bytes) -> list[tuple[str, str]]:
    words = {"in": "进厅码", "out": "离厅码"}
    return [
        (
            f"{of}{one.door_name}{words[one.direction]}",
            encode(Scene(hall.code, one.direction, one.door, one.version), key),
        )
        for one in hall_codes.of_hall(hall)
        if one.url is not None or not of
    ]


def reminder_after(now: float) -> float:
    """When those who are inside are asked whether they have left."""
    return _next(now, CLOSES, timedelta(minutes=15))


def closing_after(now: float) -> float:
    """A minute after everybody is signed out, on the next day that has opening hours (seconds since 1970)."""
    return _next(now, CLOSES, timedelta(minutes=31))


def morning_after(now: float) -> float:
    """Half past nine on the next working day that is not today."""
    local = datetime.fromtimestamp(now, ZONE)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(0), ZONE)
    return _next(midnight.timestamp(), OPENS, timedelta(minutes=30))


def _next(now: float, clock: time, later: timedelta) -> float:
    day = datetime.fromtimestamp(now, ZONE).date()
    while True:
        moment = (datetime.combine(day, clock, ZONE) + later).timestamp()
        if moment > now and day.weekday() < 5:
            return moment
        day += timedelta(days=1)
