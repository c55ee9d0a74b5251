"""A virtual person's phone: what they do becomes deliveries, what comes back becomes bubbles."""

import secrets
import threading
from collections import deque
from collections.abc import Callable, MutableSet
from dataclasses import dataclass

from bot.simulator.bubbles import Bubble, Card, Part, parts_of
from bot.simulator.codes import Codes
from bot.simulator.deliveries import Delivery, Writer
from bot.simulator.grants import Grants
from bot.simulator.notices import Template, Templates
from bot.simulator.replies import Article, Reply
from bot.simulator.windows import Windows

MOST_BUBBLES = 300


@dataclass(frozen=True)
class Delivered:
    """What became of a delivery.

    attempts: how often it was sent; 0 if WeChat sends nothing at all for what was done.
    reply: the text of the reply; None for silence and for replies of other types (see `message`).
    failure: the line that the person sees when every attempt failed.
    problems: codes of what was wrong with the answers of all attempts, each once, in order; `paused` or `held` alone
    where the platform itself sent nothing, repeat_answered_otherwise where a copy got another answer.
    message: the whole reply, of any type."""

    attempts: int
    reply: str | None
    failure: str | None
    problems: tuple[str, ...]
    message: Reply | None = None


NOTHING_SENT = Delivered(attempts=0, reply=None, failure=None, problems=())


class NotFollowing(Exception):
    """Only a follower can write to the account, and only who does not follow can follow."""


@dataclass(frozen=True)
class Scanned:
    """A code that a person scanned: its scene, its ticket if the platform made it, and whether it is a number."""

    scene: str
    ticket: str | None = None
    is_by_number: bool = False


class Phone:
    """One person with one openid. Made by Platform.phone. May be used from several threads.

    chat: another one whenever the bubbles begin anew. windows: how often the account may write to them now. grants: the
    notices they agreed to. blocks_templates: they refuse template messages. is_written_to: the account shows that it is
    writing. tag_ids: the tags that the account gave them. client: 1 iOS, 2 Android, 3 other."""

    def __init__(
        self,
        openid: str,
        writes: Writer,
        push: Callable[[Delivery], Delivered],
        clock: Callable[[], float],
        codes: Codes,
        templates: Templates,
        followers: MutableSet[str],
    ) -> None:
        self.openid = openid
        self.chat = secrets.token_hex(4)
        self.writes = writes
        self.windows = Windows(clock)
        self.grants = Grants()
        self.followed_at = clock()
        self.came_by: Scanned | None = None
        self.blocks_templates = False
        self.tag_ids: list[int] = []
        self.client = 2
        self.is_written_to = False
        self._push = push
        self._clock = clock
        self._codes = codes
        self._templates = templates
        self._followers = followers
        self._scanned: Scanned | None = None
        self._bubbles: deque[Bubble] = deque(maxlen=MOST_BUBBLES)
        self._count = 0
        self._lock = threading.Lock()

    @property
    def is_following(self) -> bool:
        return self.openid in self._followers

    @is_following.setter
    def is_following(self, is_following: bool) -> None:
        if is_following:
            self._followers.add(self.openid)
        else:
            self._followers.discard(self.openid)

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
            self.followed_at = self._clock()
            self.came_by, self._scanned = Scanned(scene) if scene is not None else self._scanned, None
            by = self.came_by
        self._show("platform", "followed")
        return self.sends(self.writes.subscribe(by.scene, by.ticket) if by else self.writes.subscribe())

    def unfollow(self) -> Delivered:
        """Stops following; whatever the account answers is not seen."""
        with self._lock:
            self._must_follow()
            self.is_following = False
        self.windows.shut()
        self._show("platform", "unfollowed")
        return self.sends(self.writes.unsubscribe())

    def revokes(self, app_id: str) -> Delivered:
        """Takes back in WeChat what was allowed to the account with this id."""
        self._show("platform", "revoked")
        return self.sends(self.writes.profile_changed("user_authorization_revoke", app_id, revoked="1"))

    def scan(self, scene: str) -> Delivered:
        """Scans a posted code. Who does not follow is shown the account's card, and nothing is sent until they do."""
        return self._scans(Scanned(scene))

    def scan_code(self, ticket_or_url: str) -> Delivered:
        """Scans a code that the platform made, given by its ticket or by what its picture holds. Nothing is sent for
        an expired one, which is shown as such, as is anything else that is no code of the account."""
        code = self._codes.by_ticket(ticket_or_url) or self._codes.by_url(ticket_or_url)
        if code is None:
            self._show("platform", "code_expired")
            return NOTHING_SENT
        return self._scans(Scanned(code.scene, code.ticket, code.is_by_number))

    def says(self, text: str) -> Delivered:
        """Types a text and sends it."""
        return self._writes_own("text", self.writes.text(text), parts=(text,))

    def taps(self, content: str, menu_id: str) -> Delivered:
        """Taps a link in a bubble: its content is sent as if typed, with the link's id."""
        return self._writes_own("text", self.writes.text(content, menu_id), parts=(content,))

    def sends_photo(self, media_id: str | None = None) -> Delivered:
        """Sends a photo; its media id is made up unless given."""
        return self._writes_own("image", self.writes.photo(media_id), media_id=media_id or "")

    def sends_voice(self, media_id: str | None = None) -> Delivered:
        """Sends a voice message; its media id is made up unless given."""
        return self._writes_own("voice", self.writes.voice(media_id), media_id=media_id or "")

    def clicks_menu(self, key: str) -> Delivered:
        """Taps a button of the account's menu."""
        self._must_follow()
        return self.sends(self.writes.click(key))

    def opens_view(self, url: str, menu_id: str) -> Delivered:
        """Taps a button of the menu that opens a page; the page itself is the browser's business."""
        self._must_follow()
        return self.sends(self.writes.view(url, menu_id))

    def accepts(self, *template_ids: str) -> Delivered:
        """Agrees to these notices where a page asks for it. LookupError for one that the account has not."""
        for template in self._named(template_ids):
            self.grants.accept(template)
        return self.sends(self.writes.asked_for_notices(dict.fromkeys(template_ids, True)))

    def rejects(self, *template_ids: str) -> Delivered:
        """Says no to these notices where a page asks; earlier consent to them stays."""
        self._named(template_ids)
        return self.sends(self.writes.asked_for_notices(dict.fromkeys(template_ids, False)))

    def withdraws(self, *template_ids: str) -> Delivered:
        """Switches these notices off in WeChat's own settings."""
        for template in self._named(template_ids):
            self.grants.withdraw(template)
        return self.sends(self.writes.withdrew_notices(template_ids))

    def sends(self, delivery: Delivery) -> Delivered:
        """Pushes a delivery built earlier with `writes` and shows what comes back; twice is a duplicate."""
        if delivery.trigger and self.is_following:
            self.windows.opens(delivery.trigger, delivery.xml)
        delivered = self._push(delivery)
        if not self.is_following:
            return delivered
        if delivered.failure is not None:
            self._show("platform", "failure", parts=(delivered.failure,))
        elif delivered.message is not None:
            message = delivered.message
            self._show(
                "account", message.kind, parts=parts_of(message.text), articles=message.articles,
                media_id=message.media_id,
            )  # fmt: skip
        return delivered

    def receives(
        self,
        kind: str,
        *,
        parts: tuple[Part, ...] = (),
        articles: tuple[Article, ...] = (),
        media_id: str = "",
        card: Card | None = None,
    ) -> None:
        """Shows a message that the account sent of its own accord; to who does not follow, a notice alone."""
        self.is_written_to = False
        if self.is_following or kind == "notice":
            self._show("account", kind, parts=parts, articles=articles, media_id=media_id, card=card)

    def shows_that_it_began_anew(self) -> None:
        """A line in place of a chat that could not be kept."""
        self._show("platform", "began_anew")

    def shows_typing(self, typing: bool) -> bool:
        """Shows that the account is writing, or no longer; False if it was shown already."""
        with self._lock:
            if typing and self.is_written_to:
                return False
            self.is_written_to = typing
            return True

    def _scans(self, scanned: Scanned) -> Delivered:
        if not self.is_following:
            self._scanned = scanned
            self._show("platform", "not_following", scene=scanned.scene)
            return NOTHING_SENT
        self._show("platform", "scanned", scene=scanned.scene)
        return self.sends(self.writes.scan(scanned.scene, scanned.ticket))

    def _named(self, template_ids: tuple[str, ...]) -> list[Template]:
        found = [self._templates.find(template_id) for template_id in template_ids]
        if None in found or not found:
            raise LookupError("no such template")
        return [template for template in found if template is not None]

    def _writes_own(
        self, kind: str, delivery: Delivery, *, parts: tuple[Part, ...] = (), media_id: str = ""
    ) -> Delivered:
        self._must_follow()
        self._show("visitor", kind, parts=parts, media_id=media_id)
        return self.sends(delivery)

    def _must_follow(self) -> None:
        if not self.is_following:
            raise NotFollowing("follow first")

    def _show(
        self,
        side: str,
        kind: str,
        *,
        parts: tuple[Part, ...] = (),
        articles: tuple[Article, ...] = (),
        scene: str = "",
        media_id: str = "",
        card: Card | None = None,
    ) -> None:
        with self._lock:
            self._count += 1
            self._bubbles.append(Bubble(self._count, side, kind, self._clock(), parts, articles, scene, media_id, card))
