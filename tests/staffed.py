"""Halls with staff, as tests make them; what a refusal leaves behind; things done at the same moment."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import codes, halls, posts, registering, staff
from models.services.audit import Actor
from models.services.posts import Post
from models.tables.attempts import Attempt
from models.tables.database import run, thread_is_done
from models.tables.fields import insert
from models.tables.outbox import Outgoing
from models.tables.staff import NO_HALL, Member
from models.tables.turns import Turn
from tests import filled
from tests.service import FACTS, MONDAY_9, SCENE_KEY

PLACE = {"region": "371402", "region_name": "山东省德州市德城区"}


def openid(who: str) -> str:
    """An openid that says whose it is."""
    return f"o{who:0<27}"


def registered(
    name: str = "德城区政务服务大厅",
    who: str = "Admin",
    *,
    approval: bool = False,
    now: datetime = MONDAY_9,
    **facts: Any,
) -> HallFacts:
    """A hall that somebody has registered, with an east and a west door."""
    codes.use([SCENE_KEY])
    actor = Actor(openid(who), Role.ADMIN)
    return registering.register(openid(who), "王海燕", name, {**FACTS, **PLACE, **facts}, actor, now, approval=approval)


def post(hall: HallFacts, who: str = "Admin", role: Role = Role.ADMIN) -> Post:
    """The post of somebody at this hall as of now."""
    return Post(openid(who), role, halls.by_id(hall.id, None))


def operator(who: str = "Operator", name: str = "赵运营") -> Post:
    """An operator who is bound."""
    run(
        lambda: insert(
            Member, openid=openid(who), hall_id=NO_HALL, role=Role.OPERATOR, name=name, bound_at=MONDAY_9,
            chosen_at=MONDAY_9,
        )
    )  # fmt: skip
    return Post(openid(who), Role.OPERATOR)


def joins(hall: HallFacts, who: str, name: str, role: Role = Role.GUARD, now: datetime = MONDAY_9) -> Post:
    """Somebody whom the hall's first admin has invited and who has bound the code."""
    return staff.bind(openid(who), staff.invite(post(hall), role, name, now), now)


def members_of(hall_id: int) -> list[tuple[str, str]]:
    """Who the staff of a hall are, and as what."""
    return [(one.name, one.role) for one in staff.members(hall_id)]


def roles_of(who: str) -> list[str]:
    """What somebody is, in the hall chosen last first."""
    return [one.role for one in posts.posts(openid(who))]


def everything(*, but: tuple[type, ...] = ()) -> dict[str, list[Any]]:
    """Every row of every table but turns, which may be taken in vain, and the counts of what was tried."""
    return filled.everything(but=(Turn, Attempt, *but))


def refused(work: Callable[[], object], *, but: tuple[type, ...] = ()) -> str | None:
    """The code that this is refused with, None if it is not. A chat catches refusals within the unit of work that it
    keeps, so a refusal must leave nothing behind (`but` in these tables)."""

    def caught() -> str | None:
        try:
            work()
        except Refused as refusal:
            return refusal.code
        return None

    before = everything(but=but)
    code = run(caught)
    assert code is None or everything(but=but) == before, f"{code} left something behind"
    return code


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of these gives when they are done at the same moment; of a refusal its code."""
    together = threading.Barrier(len(works))

    def do(work: Callable[[], Any]) -> Any:
        together.wait(30)
        try:
            return work()
        except Refused as refusal:
            return refusal.code
        finally:
            thread_is_done()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(do, works))


def messages() -> list[tuple[str, str]]:
    """Who is to be told what, in the order of writing: (openid, text)."""
    rows = run(lambda: list(Outgoing.select().order_by(Outgoing.id)))
    return [(row.openid, json.loads(row.content)["text"]) for row in rows]


def told(who: str) -> list[str]:
    """What one person is to be told."""
    return [content for to, content in messages() if to == openid(who)]
