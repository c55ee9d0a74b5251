"""A virtual person's phone: what they do becomes deliveries, what comes back becomes bubbles."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.bubbles import Bubble, Part, parts_of
from bot.simulator.deliveries import Delivery, Writer
from bot.simulator.replies import Article, Reply

MOST_BUBBLES = 300


@dataclass(frozen=True)
class Delivered:
    """What became of a delivery.

    attempts: how often it was sent; 0 if WeChat sends nothing at all for what was done.
    reply: the text of the reply; None for silence and for replies of other types (see `message`).
    failure: the line that the person sees when every attempt failed.
    problems: codes of what was wrong with the answers of all attempts, each once, in order.
    message: the whole reply, of any type."""

    attempts: int
    reply: str | None
    failure: str | None
    problems: tuple[str, ...]
    message: Reply | None = None


NOTHING_SENT = Delivered(attempts=0, reply=None, failure=None, problems=())


class NotFollowing(Exception):
    """Only a follower can write to the account, and only who does not follow can follow."""


class Phone:
    """One person with one openid. Made by Platform.phone. May be used from several threads."""

    def __init__(
        self, openid: str, writes: Writer, push: Callable[[Delivery], Delivered], clock: Callable[[], float]
    ) -> None:
        self.openid = openid
        self.writes = writes
        self.is_following = False
        self._push = push
        self._clock = clock
        self._scanned: str | None = None
        self._bubbles: deque[Bubble] = deque(maxlen=MOST_BUBBLES)
        self._count = 0
        self._lock = threading.Lock()

    @property
    def bubbles(self) -> tuple[Bubble, ...]:
        """The last bubbles (at most MOST_BUBBLES), oldest first."""
        with self._lock:
            return tuple(self._bubbles)

    def follow(self, scene: str | None = None) -> Delivered:
        """Follows the account: by the code with `scene`, else by the code that was scanned last without following,
        else by search. NotFollowing if it is followed already."""
        with self._lock:
            if self.is_following:
                raise NotFollowing("follows already")
            self.is_following = True
            came_by, self._scanned = scene if scene is not None else self._scanned, None
        self._show("platform", "followed")
        return self.sends(self.writes.subscribe(came_by))

    def unfollow(self) -> Delivered:
        """Stops following; whatever the account answers is not seen."""
        self._must_follow()
        self.is_following = False
        self._show("platform", "unfollowed")
        return self.sends(self.writes.unsubscribe())

    def scan(self, scene: str) -> Delivered:
        """Scans a posted code. Who does not follow is shown the account's card, and nothing is sent until they do."""
        if not self.is_following:
            self._scanned = scene
            self._show("platform", "not_following", scene=scene)
            return NOTHING_SENT
        self._show("platform", "scanned", scene=scene)
        return self.sends(self.writes.scan(scene))

    def says(self, text: str) -> Delivered:
        """Types a text and sends it."""
        return self._writes_own("text", self.writes.text(text), (text,))

    def taps(self, content: str, menu_id: str) -> Delivered:
        """Taps a link in a bubble: its content is sent as if typed, with the link's id."""
        return self._writes_own("text", self.writes.text(content, menu_id), (content,))

    def sends_photo(self, media_id: str | None = None) -> Delivered:
        """Sends a photo; its media id is made up unless given."""
        return self._writes_own("image", self.writes.photo(media_id))

    def sends_voice(self, media_id: str | None = None) -> Delivered:
        """Sends a voice message; its media id is made up unless given."""
        return self._writes_own("voice", self.writes.voice(media_id))

    def clicks_menu(self, key: str) -> Delivered:
        """Taps a button of the account's menu."""
        self._must_follow()
        return self.sends(self.writes.click(key))

    def sends(self, delivery: Delivery) -> Delivered:
        """Pushes a delivery built earlier with `writes` and shows what comes back; twice is a duplicate."""
        delivered = self._push(delivery)
        if not self.is_following:
            return delivered
        if delivered.failure is not None:
            self._show("platform", "failure", parts=(delivered.failure,))
        elif delivered.message is not None:
            message = delivered.message
            self._show("account", message.kind, parts=parts_of(message.text), articles=message.articles)
        return delivered

    def _writes_own(self, kind: str, delivery: Delivery, parts: tuple[Part, ...] = ()) -> Delivered:
        self._must_follow()
        self._show("visitor", kind, parts=parts)
        return self.sends(delivery)

    def _must_follow(self) -> None:
        if not self.is_following:
            raise NotFollowing("follow first")

    def _show(
        self, side: str, kind: str, *, parts: tuple[Part, ...] = (), articles: tuple[Article, ...] = (), scene: str = ""
    ) -> None:
        with self._lock:
            self._count += 1
            self._bubbles.append(Bubble(self._count, side, kind, self._clock(), parts, articles, scene))
