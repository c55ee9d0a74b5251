"""What is known while one delivery is answered: who writes, in which talk, at which hall."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from bot.flow import Talk, Waiting, from_text, pause, resume, still_waiting
from bot.wechat.inbound import Delivery
from models import figures
from models.phrases import say
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.regions import Region
from models.rules.sending import Templates
from models.rules.visits import clamp
from models.services import halls, limits, people, posts
from models.services.card_reading import ReadCard, nobody_reads
from models.services.own_data import TALK_MINUTES
from models.services.people import Known
from models.services.posts import Post
from models.tables.standing import AtDoor, PersonRow, Recent, TalkRow, standing_at_door, standing_in_chat

TALK_LASTS = timedelta(minutes=TALK_MINUTES)
IDLE = ""
"""The flow of a talk in which nothing is asked: it only keeps a language, a hall, or answers that wait."""


def _nobody_fetches(_media_id: str) -> bytes:
    raise Refused("reader_away")


def _be_patient(reading: "Future[Any]", seconds: float) -> None:
    wait((reading,), max(seconds, 0.0))


@dataclass(frozen=True)
class Setting:
    """What the conversations need from outside: where pages are, the keys of the codes, the clock; whether the account
    may use web authorization and new halls wait for approval; how a region is found, a card read, and a photo fetched
    by its media id (Refused where there is none); how something is waited for, so many seconds at most; the templates
    of messages, by kind and channel."""

    base_url: str
    scene_keys: Sequence[bytes]
    now: Callable[[], datetime]
    oauth: bool = True
    approval: bool = True
    most_days: int = 30
    find_regions: Callable[[str], Sequence[Region]] = lambda text: ()
    read_card: ReadCard = nobody_reads
    fetch_photo: Callable[[str], bytes] = _nobody_fetches
    patience: Callable[["Future[Any]", float], None] = _be_patient
    templates: Templates = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a delivery is answered with, and the talk that is kept from here on (None: nothing is)."""

    text: str
    talk: Talk | None = None


@dataclass
class Situation:
    """One delivery and what the database holds for its sender; `at` is when it was sent, by the platform's clock;
    `turns` counts their deliveries of the last minute, this one too."""

    delivery: Delivery
    now: datetime
    setting: Setting
    talk_row: TalkRow | None
    person_row: PersonRow | None
    turns: int = 0
    at_door: AtDoor | None = None

    @classmethod
    def of(cls, delivery: Delivery, setting: Setting) -> "Situation":
        """Read what there is to know; one statement."""
        now = setting.now()
        return cls(delivery, now, setting, *standing_in_chat(delivery.openid, _recent(now)))

    @classmethod
    def at_the_door_of(cls, code: str, delivery: Delivery, setting: Setting) -> "Situation":
        """The same for a scan of a code of the hall `code`; one statement too."""
        now = setting.now()
        return cls(delivery, now, setting, *standing_at_door(delivery.openid, code, _recent(now)))

    @cached_property
    def at(self) -> datetime:
        return clamp(self.delivery.created_at, self.now)

    @property
    def seconds(self) -> int:
        """Now, in seconds since 1970."""
        return int(self.now.timestamp())

    @cached_property
    def known(self) -> Known | None:
        """The person, with the profile opened; None for somebody who never agreed to being kept."""
        return people.opened(self.delivery.openid, self.person_row) if self.person_row else None

    @cached_property
    def posts(self) -> list[Post]:
        """What they are in halls and for the account; read only where a word of staff is said."""
        return posts.posts(self.delivery.openid)

    @cached_property
    def talk(self) -> Talk | None:
        """The talk they are in. Of one whose time is over only the language and the place are left."""
        stored = self._stored
        if self.talk_row is None or stored is None or self.talk_row.expires_at > self.now:
            return stored
        return Talk(IDLE, place_of(stored), {}, (), stored.language)

    @cached_property
    def expired(self) -> str | None:
        """The flow of a talk in which something was asked, and which ran out of time."""
        if self.talk_row is None or self.talk_row.expires_at > self.now or self._stored is None:
            return None
        return self._stored.flow or None

    @cached_property
    def language(self) -> str:
        return self.talk.language if self.talk else self.kept_language

    @property
    def kept_language(self) -> str:
        """The language kept with the person; Chinese for a stranger."""
        return people.language_of(self.person_row) if self.person_row else "zh"

    @property
    def is_flooding(self) -> bool:
        """Whether they send more than anybody types; such a delivery changes nothing."""
        return self.turns > limits.MOST_TURNS

    def hall_of(self, talk: Talk) -> HallFacts | None:
        """The hall a talk is about, as of now. It wants a reading of somebody who said that they have a fever."""
        hall = self._hall(int(talk.context.get("hall", 0)))
        return replace(hall, declared_temperature=False) if hall and talk.context.get("unwell") else hall

    def _hall(self, hall_id: int) -> HallFacts | None:
        if self.at_door and self.at_door.hall_id == hall_id:
            return halls.by_id(hall_id, self.at_door.hall_revision)
        # The row's revision is that of the hall which the stored talk is about.
        is_stored = self._stored is not None and self._stored.context.get("hall") == hall_id
        return halls.by_id(hall_id, self.talk_row.hall_revision if is_stored and self.talk_row else None)

    @cached_property
    def _stored(self) -> Talk | None:
        return from_text(self.talk_row.state) if self.talk_row else None

    def say(self, key: str, **values: object) -> str:
        figures.refusal_in(key)
        return say(self.language, key, **values)

    def moment(self, at: datetime, hall: HallFacts) -> str:
        """A moment as the hall's clocks show it, with the day where that is not today: 09:03, 03-02 09:03."""
        day = hall.calendar.hall_day(at)
        shown = clock(at, hall)
        return shown if day == hall.calendar.hall_day(self.at) else f"{day:%m-%d} {shown}"

    def aside(self, text: str) -> Answer:
        """An answer that leaves the talk where it is."""
        return Answer(text, self.talk)

    def finished(self, text: str, place: Mapping[str, str | int] | None = None) -> Answer:
        """An answer that ends the talk; what waited behind it is offered again. `place` is kept for a 签到 by word."""
        rest = Talk(IDLE, dict(place or {}), {}, self.still_waiting(), self.language)
        return Answer(f"{text}\n{self.say('engine.resumable')}" if rest.waiting else text, rest)

    def says_nothing(self, talk: Talk) -> bool:
        """Whether nothing would be lost without this talk."""
        return talk.flow == IDLE and not talk.waiting and not talk.context and talk.language == self.kept_language

    def opening(self, flow: str, context: dict[str, str | int]) -> Talk:
        """A new talk for another purpose; the one they are in, if anything was said in it, waits behind it. One
        about an exit from the same hall gives way to it, so that nothing is told twice; what was said of a missed
        entry is kept."""
        before = pause(self.talk, self.seconds) if self.talk else ()
        purpose = (flow, context.get("hall"))
        same = [old for old in before if flow != "check_in" and (old.flow, old.context.get("hall")) == purpose]
        answers = same[-1].answers if same and flow == "missed" else {}
        return Talk(flow, context, answers, tuple(old for old in before if old not in same), self.language)

    def resumed(self) -> Talk | None:
        """The talk that was interrupted last, if it has not expired."""
        return resume(self.talk, self.seconds) if self.talk else None

    def still_waiting(self) -> tuple[Waiting, ...]:
        """What waits behind the talk they are in."""
        return still_waiting(self.talk, self.seconds) if self.talk else ()


def _recent(now: datetime) -> Recent:
    return Recent(now - limits.TURNS_WITHIN, limits.MOST_TURNS + 1)


def place_of(talk: Talk) -> dict[str, str | int]:
    """The hall and the door that a talk is about, as far as it is about one."""
    return {name: talk.context[name] for name in ("hall", "door") if name in talk.context}


def clock(at: datetime, hall: HallFacts) -> str:
    """A moment as the hall's clocks show it: 09:03."""
    return f"{at.astimezone(ZoneInfo(hall.calendar.zone)):%H:%M}"
