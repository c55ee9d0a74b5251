"""Photos on their way through everything of ours: real deliveries and downloads, and a reader that says what it is
told to say when it is told to."""

import itertools
import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from bot.fetching import Fetching
from bot.photos import Photos
from bot.simulator import Delivered, Phone
from bot.situation import Setting
from jobs import photos as job
from models.phrases import say
from models.rules.documents import Card, CardKind, Field
from models.rules.halls import HallFacts
from models.services import outbox
from models.services.desk import Desk
from models.tables.database import run
from models.tables.photos import Photo
from tests.platform_api import PlatformApi
from tests.service import SCENE_KEY, Service

PATIENT_SECONDS = 60
JPEG = b"\xff\xd8\xff"

NAME, NUMBER, ADDRESS = "张三", "11010519491231002X", "北京市朝阳区幸福路1号"
OTHER_NAME, OTHER_NUMBER = "李小明", "320106197505230021"


def card(kind: CardKind = CardKind.RESIDENT, unsure: tuple[str, ...] = (), **fields: str | None) -> Card:
    """The card of 张三, but for `fields`; None for one that was not read. `unsure` names those that are doubtful."""
    said = {"name": NAME, "id_number": NUMBER, "address": ADDRESS} | fields
    return Card(kind, {name: Field(text, name not in unsure) for name, text in said.items() if text is not None})


OTHER_CARD = card(name=OTHER_NAME, id_number=OTHER_NUMBER, address="南京市鼓楼区中山路2号")


class Reader:
    """What a photo says, by its bytes; one that is held is read for as long as it is. Of some, the process dies that is
    the first to read it."""

    def __init__(self) -> None:
        self._says: dict[bytes, Card | Exception] = {}
        self._held: dict[bytes, threading.Event] = {}
        self._dying: set[bytes] = set()
        self.begun = threading.Semaphore(0)
        self.read: list[bytes] = []

    def learns(self, photo: bytes, says: Card | Exception, *, held: bool, dies: bool) -> None:
        if dies:
            self._dying.add(photo)
        self._says[photo] = says
        if held:
            self._held[photo] = threading.Event()

    def lets_go(self, photo: bytes | None = None) -> None:
        for one in [photo] if photo else list(self._held):
            self._held[one].set()

    def __call__(self, photo: bytes) -> Card:
        self.read.append(photo)
        self.begun.release()
        if photo in self._held:
            assert self._held[photo].wait(PATIENT_SECONDS)
        if photo in self._dying:
            self._dying.remove(photo)
            raise SystemExit
        says = self._says[photo]
        if isinstance(says, Exception):
            raise says.with_traceback(None)
        return says


class Patience:
    """Waits to the end, or while it is at an end not at all; knows what was waited for."""

    def __init__(self) -> None:
        self.is_at_its_end = False
        self.readings: list[Future[Any]] = []

    def __call__(self, reading: "Future[Any]", seconds: float) -> None:
        self.readings.append(reading)
        if seconds > 0 and not self.is_at_its_end:
            wait((reading,), PATIENT_SECONDS)


@dataclass
class Studio:
    """The service with a platform that keeps photos, and the reader; to be entered."""

    reader: Reader = field(default_factory=Reader)
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        self.service = Service(read_card=self.reader, fetch_photo=self._fetch, patience=self.patience)
        self.api = PlatformApi(self.service.platform)
        self._numbers = itertools.count()

    def __enter__(self) -> "Studio":
        self.api.__enter__()
        self._fetching = Fetching(self.api.client(self.service.clock))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.reader.lets_go()
        self.all_is_read()
        self.api.__exit__(kind, error, at)

    def _fetch(self, media_id: str) -> bytes:
        return self._fetching(media_id)

    @property
    def setting(self) -> Setting:
        """What another process of the service is given."""
        clock = self.service.clock
        return Setting(
            "https://hall.example.gov.cn", [SCENE_KEY], clock, read_card=self.reader, fetch_photo=self._fetch,
            patience=self.patience,
        )  # fmt: skip

    def lays_up(self, says: Card | Exception, *, held: bool = False, dies: bool = False) -> str:
        """The media id of a new photo that says this."""
        photo = JPEG + str(next(self._numbers)).encode()
        self.reader.learns(photo, says, held=held, dies=dies)
        return self.service.platform.media.keep("image", photo, "photo.jpg")

    def sends(self, phone: Phone, says: Card | Exception | None = None, *, held: bool = False) -> Delivered:
        """Somebody sends a photo, of 张三's card unless it says something else."""
        return phone.sends_photo(self.lays_up(says or card(), held=held))

    def sends_slowly(self, phone: Phone, says: Card | Exception | None = None) -> Delivered:
        """A photo whose reading takes longer than the reply waits; it goes on until `goes_on`."""
        self.patience.is_at_its_end = True
        return self.sends(phone, says, held=True)

    def goes_on(self) -> None:
        """Whatever is held is read to its end, and no reply is waited for in vain any more."""
        self.reader.lets_go()
        self.all_is_read()
        self.patience.is_at_its_end = False

    def all_is_read(self) -> None:
        """Wait for what is in hand."""
        _, waiting = wait(list(self.patience.readings), PATIENT_SECONDS)
        assert not waiting

    def dies_of(self, phone: Phone) -> None:
        """A photo whose process is gone in the middle of it, and with time its claim: the row is all that is left."""
        self.patience.is_at_its_end = True
        phone.sends_photo(self.lays_up(card(), held=True, dies=True))
        self.goes_on()
        self.time_goes_by()

    def time_goes_by(self) -> None:
        """Until a claim is over."""
        self.service.clock.goes_on(seconds=61)

    def job(self) -> int:
        """One run of the job for photos, in a process of its own."""
        others = Photos(self.setting)
        return job.run_once(self.service.clock(), Desk(self._desk.send, read_photo=others.read))

    def delivers(self) -> None:
        """One run of the job that sends."""
        outbox.send_due(self.service.clock(), self._desk)

    @property
    def _desk(self) -> Desk:
        return self.api.desk(self.service.clock)


def queued() -> list[Photo]:
    """The photos in hand."""
    return run(lambda: list(Photo.select().order_by(Photo.created_at)))


def pushed(phone: Phone) -> str:
    """The last message on the phone that came from the account."""
    shown = [bubble for bubble in phone.bubbles if bubble.side == "account"]
    parts = shown[-1].parts if shown else ()
    return "".join(part if isinstance(part, str) else part.label for part in parts)


def begins(studio: Studio, *said: str, openid: str = "oVisitor0000000000000000001") -> tuple[HallFacts, Phone]:
    """Somebody scans in, agrees, and says this."""
    hall, phone = studio.service.hall(), studio.service.visitor(openid)
    phone.scan(studio.service.code(hall))
    for text in ("同意", *said):
        phone.says(text)
    return hall, phone


def item(step: str, value: str, language: str = "zh", *, doubtful: bool = False) -> str:
    """The line in which what was read of a step is shown."""
    shown = say(language, "photo.doubtful", value=value) if doubtful else value
    return say(language, "photo.item", label=say(language, f"step.{step}.label"), value=shown)
