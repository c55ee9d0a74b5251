"""Bringing trouble to a delivery: a budget that is nearly spent, a broken handler, something at a chosen statement."""

import contextlib
from collections.abc import Callable, Iterator

import peewee

from bot.dialogue import Dialogue
from bot.gateway import Gateway
from bot.robot import Robot
from bot.simulator import InProcess, Phone, Platform
from bot.situation import Setting
from bot.wechat.envelope import Account
from bot.wechat.inbound import Delivery
from models.rules.halls import HallFacts
from tests.service import AES_KEY, APP_ID, ONE_LINE, ORIGINAL_ID, SCENE_KEY, TOKEN, Clock, Service


def platform_before(kind: type[Dialogue] = Dialogue, *, clock: Clock, spent_seconds: float = 0.0) -> Platform:
    """A platform in front of another worker over the same database: with this kind of dialogue, and with so much of
    the time for an answer spent before a delivery is begun with."""
    account = Account(APP_ID, TOKEN, AES_KEY, ORIGINAL_ID, "safe")
    dialogue = kind(Setting("https://hall.example.gov.cn", [SCENE_KEY], clock))
    robot = Robot(account, dialogue)

    def receive(delivery: Delivery, arrived: float) -> str | None:
        return robot.receive(delivery, arrived - spent_seconds)

    return Platform(
        InProcess(Gateway(account, receive, robot.render, dialogue.apologise, clock)),
        app_id=APP_ID,
        token=TOKEN,
        encoding_aes_key=AES_KEY,
        account=ORIGINAL_ID,
        clock=clock.seconds,
    )


@contextlib.contextmanager
def after_each_statement(database: peewee.Database, deed: Callable[[peewee.QueryEvent], None]) -> Iterator[None]:
    """Do this after each statement of this database, in the thread that sent it."""
    database.query_hooks.append(deed)
    try:
        yield
    finally:
        database.query_hooks.remove(deed)


def at_the_review(service: Service, hall: HallFacts, openid: str = "oVisitor0000000000000000001") -> Phone:
    """The phone of a new visitor who has answered everything and has not confirmed it yet."""
    phone = service.visitor(openid)
    phone.scan(service.code(hall))
    phone.says("同意")
    phone.says(ONE_LINE)
    return phone
