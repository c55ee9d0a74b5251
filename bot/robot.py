"""The robot: WeRoBot's handlers produce every reply. The only file that knows WeRoBot."""

import functools
import logging
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from werobot.messages.messages import WeChatMessage
from werobot.parser import process_message
from werobot.replies import TextReply
from werobot.robot import WeRoBot

from bot.dialogue import Dialogue
from bot.photos import KIND as PHOTO
from bot.wechat.envelope import Account
from bot.wechat.inbound import Delivery
from bot.wechat.notices import CERTIFICATIONS

_UNREADABLE = ("voice", "video", "shortvideo", "location", "link")
_EVENTS = ("scan", "subscribe", "click")
TOLD = (
    "unsubscribe", "templatesendjobfinish", "subscribe_msg_popup_event", "subscribe_msg_change_event",
    "subscribe_msg_sent_event", "user_authorization_revoke", "user_authorization_cancellation", *CERTIFICATIONS,
)  # fmt: skip
"""What is noted and has no reply."""
_SCENE_OF_FOLLOWER = "qrscene_"

_failures: ContextVar[list[Exception]] = ContextVar("failures")

# WeRoBot would log a handler's exception with its message, which may hold what somebody said.
_silent = logging.getLogger("hallpass.werobot")
_silent.disabled = True


class Robot:
    """Hands each delivery to the handler that WeRoBot finds for it, and renders what that says."""

    def __init__(self, account: Account, dialogue: Dialogue) -> None:
        self._account = account
        self._dialogue = dialogue
        self._robot = WeRoBot(token=account.token, logger=_silent, SESSION_STORAGE=False)
        self._register()
        self._register_photos()

    def receive(self, delivery: Delivery, arrived: float) -> str | None:
        """The reply to a delivery, the same for every repeat of it; None where nothing is to be said."""
        if delivery.kind == PHOTO:
            return self.answer(delivery, arrived)
        if delivery.kind not in ("text", *_UNREADABLE) and delivery.event not in (*_EVENTS, *TOLD):
            return None
        return self._dialogue.receive(delivery, arrived, self.answer)

    def answer(self, delivery: Delivery, arrived: float = 0.0) -> str | None:
        """What the handler says; `arrived` matters to that of photos. WeRoBot swallows a handler's exception; it is
        raised again here."""
        message = process_message(dict(delivery.nodes))
        message.delivery, message.arrived = delivery, arrived
        failures: list[Exception] = []
        token = _failures.set(failures)
        try:
            reply = self._robot.get_reply(message)
        finally:
            _failures.reset(token)
        if failures:
            raise failures[0]
        return reply.content if reply else None

    def render(self, delivery: Delivery, text: str) -> str:
        """A text reply in the platform's XML."""
        return str(TextReply(source=self._account.original_id, target=delivery.openid, content=text).render())

    def _register(self) -> None:
        robot, dialogue = self._robot, self._dialogue

        @robot.text
        @_telling_failures
        def said(message: Any) -> str:
            return dialogue.text(message.delivery, message.delivery.text)

        @robot.click
        @_telling_failures
        def clicked(message: Any) -> str:
            return dialogue.text(message.delivery, message.delivery.event_key)

        @robot.scan
        @_telling_failures
        def scanned(message: Any) -> str:
            return dialogue.scan(message.delivery, message.delivery.event_key)

        @robot.subscribe
        @_telling_failures
        def followed(message: Any) -> str:
            key = message.delivery.event_key
            if key.startswith(_SCENE_OF_FOLLOWER):
                return dialogue.scan(message.delivery, key.removeprefix(_SCENE_OF_FOLLOWER))
            return dialogue.follow(message.delivery)

        @_telling_failures
        def unreadable(message: Any) -> str:
            return dialogue.unreadable(message.delivery)

        for kind in _UNREADABLE:
            robot.add_handler(unreadable, type=kind)

        # Of most of these WeRoBot knows no type; only a handler for everything is called for them.
        @robot.handler
        @_telling_failures
        def told(message: Any) -> None:
            if message.delivery.event in TOLD:
                dialogue.told(message.delivery)

    def _register_photos(self) -> None:
        dialogue = self._dialogue

        @self._robot.image
        @_telling_failures
        def photographed(message: Any) -> str:
            return dialogue.photo(message.delivery, message.arrived)


def _telling_failures(handler: Callable[[WeChatMessage], str | None]) -> Callable[[WeChatMessage], str | None]:
    @functools.wraps(handler)
    def telling(message: WeChatMessage) -> str | None:
        try:
            return handler(message)
        except Exception as error:
            _failures.get().append(error)
            raise

    return telling
