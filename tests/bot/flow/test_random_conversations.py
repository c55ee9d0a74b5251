"""Random conversations: a restart between any two messages changes nothing. `make trial` has 20,000 of them."""

import random
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.flow import Choice, Position, Script, Step, Talk, Turn, from_text, hear, locate, pause, resume, to_text
from tests.bot.flow.conftest import RESERVED
from tests.bot.flow.visit import (
    A_VISIT,
    ADDRESS,
    CONSENT,
    KIND,
    LETTER,
    NAME,
    NOTE,
    ONE_LINE,
    PHONE,
    READING,
    TICKET,
    Facts,
    visit,
)
from tests.conftest import IS_TRIAL

SEED = 20260302
COUNT = 20_000 if IS_TRIAL else 400
LONGEST = 16
NOON = 1_772_424_000
PROFILE = {"name": "王小明", "phone": "13900139000", "matter": "fund", "reading": "36.6"}

INTERRUPTED, RESUMED = "<another purpose>", "<taken up again>"

STEPS = (CONSENT, NAME, KIND, TICKET, LETTER, PHONE, ADDRESS, READING, NOTE)
ENGINE_WORDS = ("返回", "取消", "跳过", "帮助", "确认", "back", "cancel", "SKIP", "help?", "ok", "？", "好的", "设置")
WRONG = ("12345", "138001380", "99.9", "路", "体温 99", "电话：1", "L12", "张三 李四", "0", "99", "姓名：", "1 2")
ODD = (
    "", " ", "\x00", "\x01", "\x01\x00", "\x00张三", "😀", "\u202e张三", "a]]>b", "'\";--",
    "长" * 500, "\ud800", '{"a":1}',
)  # fmt: skip
SCRIPTS_OF_THE_WORLD = ((0, 256), (0x4E00, 0x9FFF))
GAPS = (" ", "，", "\n", "、", "；", "  ", "\u3000")


def leave(facts: Facts) -> Generator[Step, Any, Any]:
    """Another purpose, for which a visitor interrupts the first."""
    return (yield Choice("when", facts.matters)), (yield NOTE)


SCRIPTS: dict[str, Script] = {"visit": visit, "leave": leave}


@dataclass(frozen=True)
class Seen:
    """Whatever a visitor could notice of one message, and what is stored after it."""

    event: str
    understood: tuple[str, ...]
    refused: str
    left_over: tuple[str, ...]
    asking: str | None
    path: tuple[tuple[str, str, str, str], ...]
    outcome: str
    kept: str


class Party:
    """Somebody in a conversation with a process that may be replaced by another one before each message."""

    def __init__(self, profile: dict[str, str], restart: Callable[[Talk], Talk]) -> None:
        self._profile = profile
        self._restart = restart
        self._minutes = 0
        self.talk = Talk("visit")

    @property
    def position(self) -> Position:
        return locate(SCRIPTS[self.talk.flow], Facts(), self.talk.answers, self._profile)

    def says(self, said: str) -> Seen:
        self._minutes += 1
        now = NOON + 60 * self._minutes
        talk = self._restart(self.talk)
        if said == INTERRUPTED:
            other = "leave" if talk.flow == "visit" else "visit"
            self.talk = Talk(other, {"hall": 1}, {}, pause(talk, now), talk.language)
            return self._seen(said, None, self.position)
        if said == RESUMED:
            self.talk = resume(talk, now) or talk
            return self._seen(said, None, self.position)
        turn = hear(SCRIPTS[talk.flow], Facts(), talk.answers, said, self._profile, RESERVED)
        is_over = turn.event == "cancelled" or turn.position.asking is None
        self.talk = replace(talk, answers={} if is_over else turn.answers)
        return self._seen(turn.event, turn, turn.position)

    def _seen(self, event: str, turn: Turn | None, position: Position) -> Seen:
        refused = turn.refused if turn else None
        return Seen(
            event,
            turn.understood if turn else (),
            f"{refused.step_name} {refused.refused.code} {refused.refused.details}" if refused else "",
            turn.left_over if turn else (),
            position.asking.name if position.asking else None,
            tuple((known.step.name, known.text, repr(known.value), known.source) for known in position.path),
            repr(position.outcome),
            to_text(self.talk),
        )


def goes_on(talk: Talk) -> Talk:
    """The same process hears the next message."""
    return talk


def restarts(talk: Talk) -> Talk:
    """Another process hears the next message: all it has is the text that was stored."""
    taken_up = from_text(to_text(talk).encode().decode())
    assert taken_up is not None
    return taken_up


def messages(chance: random.Random, party: Party) -> Iterator[str]:
    """What somebody says who sometimes answers what is asked, and sometimes does not."""
    kinds: tuple[tuple[int, Callable[[], str]], ...] = (
        (40, lambda: chance.choice(examples(party))),
        (5, lambda: labelled(chance, party)),
        (12, lambda: chance.choice(ENGINE_WORDS)),
        (6, lambda: str(chance.randint(1, 12))),
        (10, lambda: several(chance)),
        (6, lambda: chance.choice(WRONG)),
        (6, lambda: chance.choice(ODD)),
        (3, lambda: "".join(chr(chance.randrange(*chance.choice(SCRIPTS_OF_THE_WORLD))) for _ in range(6))),
        (6, lambda: chance.choice(A_VISIT)),
        (3, lambda: ONE_LINE),
        (3, lambda: chance.choice((INTERRUPTED, RESUMED))),
    )
    weights = [weight for weight, _ in kinds]
    for _ in range(chance.randint(2, LONGEST)):
        [(_, said)] = chance.choices(kinds, weights)
        yield said()


def examples(party: Party) -> tuple[str, ...]:
    """What would answer the question asked; 确认 at the review."""
    asking = party.position.asking
    return (typed(asking) if asking else ()) or ("确认",)


def typed(step: Step) -> tuple[str, ...]:
    """What people type for it: of a closed question the labels, since its values are never typed."""
    return tuple(option.label for option in step.options) if isinstance(step, Choice) else step.examples


def labelled(chance: random.Random, party: Party) -> str:
    asking = party.position.asking
    label = chance.choice(asking.labels) if asking and asking.labels else "备注"
    return f"{label}{chance.choice((' ', '：', ''))}{chance.choice(examples(party))}"


def several(chance: random.Random) -> str:
    """Several answers in one message, some labelled, some wrong, in any order."""
    words = [chance.choice(typed(step)) for step in chance.sample(STEPS, chance.randint(2, 5))]
    words += chance.sample((*WRONG, *ENGINE_WORDS, "社保", "公积金", "姓名：张三", "体温36.5"), chance.randint(0, 2))
    chance.shuffle(words)
    return chance.choice(GAPS).join(words)


def conversation(number: int) -> tuple[list[str], list[Seen], list[Seen]]:
    """What was said in the conversation with this number, and what was seen of it without and with restarts."""
    chance = random.Random(f"{SEED}:{number}")
    profile = PROFILE if chance.random() < 0.3 else {}
    steady, restarted = Party(profile, goes_on), Party(profile, restarts)
    said: list[str] = []
    seen: list[Seen] = []
    for message in messages(chance, steady):
        said.append(message)
        seen.append(steady.says(message))
    return said, seen, [restarted.says(message) for message in said]


@pytest.mark.timeout(3600)
def test_a_restart_between_any_two_messages_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    said_in_all = 0
    events: set[str] = set()
    ended = 0
    for number in range(COUNT):
        said, steady, restarted = conversation(number)
        assert restarted == steady, f"seed {SEED}, conversation {number}: {said}"
        said_in_all += len(said)
        events.update(seen.event for seen in steady)
        ended += sum(seen.asking is None for seen in steady)
    assert {"answered", "refused", "cancelled", "back", "skipped", "help", "confirmed", "editing"} <= events
    assert ended > COUNT / 10
    if IS_TRIAL:
        with capsys.disabled():
            sys.stdout.write(f"\n{COUNT} random conversations, {said_in_all} messages, {ended} ended, seed {SEED}\n")
