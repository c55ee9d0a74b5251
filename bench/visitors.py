"""Made-up visitors, what they send to the account, and whether they are answered as they should be."""

import itertools
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from urllib.parse import urlencode

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bot.simulator import Answer, Delivery, Platform
from bot.simulator.deliveries import Writer
from bot.simulator.envelope import Cipher
from bot.simulator.replies import Judge
from models.phrases import PHRASES
from models.rules.identity import check_digit

FAILURES = ("failure.message", "failure.scan", "failure.unknown")

_SEALED = re.compile(rb"<Encrypt><!\[CDATA\[([^]]+)\]\]></Encrypt>")

_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "一之士子文心永安志宏国建明春秋海山林松柏江河云天晓晨光宁平和庆"
_FIRST_BIRTHDAY = date(1955, 1, 1)
_BIRTHDAYS = 15_000
_A_DAY = 99
_SECONDS_BACK = 120

_numbers = itertools.count(1)


class Visitor:
    """Somebody made up: an openid, a name, an ID number and a phone that nobody else of this run has.

    Each message is sent a second after the one before: two events of one second would be one delivery.
    """

    def __init__(self, openid: str = "") -> None:
        number = next(_numbers)
        self.openid = openid or f"oBench{number:022d}"
        birthday = _FIRST_BIRTHDAY + timedelta(number % _BIRTHDAYS)
        head = f"110105{birthday:%Y%m%d}{number // _BIRTHDAYS % _A_DAY + 100:03d}"
        name = _FAMILY[number % len(_FAMILY)] + _GIVEN[number // 7 % len(_GIVEN)] + _GIVEN[number % len(_GIVEN)]
        self.line = f"{name} {head}{check_digit(head)} 139{number:08d} 社保 36.5"
        self.seconds = itertools.count(int(time.time()) - _SECONDS_BACK)
        self.writes = Writer(ORIGINAL_ID, self.openid, lambda: next(self.seconds))


@dataclass(frozen=True)
class Turn:
    """One delivery and the phrase that its answer must hold."""

    kind: str
    delivery: Delivery
    expects: str


def first_visit(visitor: Visitor, scan_in: str, scan_out: str) -> list[Turn]:
    """Somebody the account has never seen, with everything in one line."""
    writes = visitor.writes
    return [
        Turn("scan in, first visit", writes.scan(scan_in), "check_in.opened"),
        Turn("同意", writes.text("同意"), "step.name.ask"),
        Turn("one line", writes.text(visitor.line), "review.head"),
        Turn("确认, first visit", writes.text("确认"), "check_in.done"),
        Turn("scan out", writes.scan(scan_out), "check_out.closed"),
    ]


def return_visit(visitor: Visitor, scan_in: str, scan_out: str) -> list[Turn]:
    """The same person again: one reply is enough."""
    writes = visitor.writes
    return [
        Turn("scan in, returning", writes.scan(scan_in), "check_in.opened"),
        Turn("确认, returning", writes.text("确认"), "check_in.done"),
        Turn("scan out", writes.scan(scan_out), "check_out.closed"),
    ]


def question_by_question(visitor: Visitor, scan_in: str, scan_out: str) -> list[Turn]:
    """A first visit with one answer a message."""
    writes = visitor.writes
    name, id_number, phone, _, temperature = visitor.line.split()
    return [
        Turn("scan in, first visit", writes.scan(scan_in), "check_in.opened"),
        Turn("同意", writes.text("同意"), "step.name.ask"),
        Turn("a plain answer (name)", writes.text(name), "step.id_number.ask"),
        Turn("a plain answer (ID number)", writes.text(id_number), "step.phone.ask"),
        Turn("a plain answer (phone)", writes.text(phone), "step.address.ask_optional"),
        Turn("跳过", writes.text("跳过"), "step.matter.ask"),
        Turn("a choice by number", writes.text("1"), "step.temperature.ask_declared"),
        Turn("a plain answer (temperature)", writes.text(temperature), "review.head"),
        Turn("确认, first visit", writes.text("确认"), "check_in.done"),
        Turn("scan out", writes.scan(scan_out), "check_out.closed"),
    ]


class Post:
    """Encrypts deliveries beforehand, and judges the answers afterwards as strictly as the platform does."""

    def __init__(self) -> None:
        self._platform = Platform(
            _Nowhere(), app_id=APP_ID, token=TOKEN, account=ORIGINAL_ID, encoding_aes_key=AES_KEY, mode="safe"
        )
        self._cipher = Cipher(APP_ID, AES_KEY)
        self._judge = Judge(ORIGINAL_ID, "safe", TOKEN, self._cipher)

    def requests(self, turns: Sequence[Turn]) -> list[bytes]:
        """The turns as whole HTTP requests on a kept-alive connection, signed and encrypted."""
        return [self._request(turn.delivery) for turn in turns]

    def text(self, turn: Turn, answer: Answer) -> str:
        """What the visitor reads; ValueError for an answer that the platform would not take."""
        verdict = self._judge.judge(answer, turn.delivery.openid, is_event=turn.delivery.is_event)
        if verdict.problems or verdict.reply is None:
            raise ValueError(f"{turn.kind}: {', '.join(verdict.problems) or 'silence'}")
        return verdict.reply.text

    def read(self, answer: Answer) -> str:
        """What stands in an answer, whoever it is to; "" where it is none. Quick, for judging during a run."""
        found = _SEALED.search(answer.body)
        return self._cipher.decrypt(found[1].decode()).decode() if found else ""

    def _request(self, delivery: Delivery) -> bytes:
        wire = self._platform.wire(delivery)
        head = (
            f"POST /wechat?{urlencode(wire.query)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(wire.body)}\r\n\r\n"
        )
        return head.encode() + wire.body


class _Nowhere:
    """The transport of a platform that only writes."""

    def send(self, *_: object, **__: object) -> Answer:
        raise RuntimeError("the driver sends")


def says(key: str, text: str) -> bool:
    """Whether a Chinese reply holds this phrase, whatever it is filled in with."""
    return _pattern(key).search(text) is not None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", ".*", re.escape(PHRASES["zh"][key])))
