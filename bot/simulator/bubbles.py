"""What stands on a phone's screen: bubbles of text with tap links and web links in it."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from bot.simulator.replies import Article

_ANCHOR = re.compile(
    r"<a\s[^<>]*?\bhref\s*=\s*(?:\"(?P<href>[^\"]*)\"|'(?P<single>[^']*)')[^<>]*>(?P<label>.*?)</a>", re.S
)
_BARE_URL = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9/#=&_-]")
_TAP = "weixin://bizmsgmenu?"


@dataclass(frozen=True)
class Tap:
    """A link that sends `content` as a text message with bizmsgmenuid = `menu_id`."""

    label: str
    content: str
    menu_id: str


@dataclass(frozen=True)
class Link:
    """A link that opens a web page."""

    label: str
    url: str


Part = str | Tap | Link


@dataclass(frozen=True)
class Card:
    """A filled-in template: rows of (label, value), and where a tap on it leads; `url` may be empty."""

    title: str
    rows: tuple[tuple[str, str], ...]
    url: str


@dataclass(frozen=True)
class Bubble:
    """One line of a chat. `number` grows by one on each phone, from 1; `at` is seconds since 1970.

    side: visitor, account, or platform (what WeChat itself shows between the bubbles).
    kind: text, news or another MsgType; from the account also msgmenu, template and notice; on the platform's side:
    scanned, code_expired, followed, unfollowed, revoked, not_following, failure.
    `scene` is filled for scanned and not_following, `media_id` for what is a file, `card` for template and notice."""

    number: int
    side: str
    kind: str
    at: float
    parts: tuple[Part, ...] = ()
    articles: tuple[Article, ...] = ()
    scene: str = ""
    media_id: str = ""
    card: Card | None = None

    @property
    def taps(self) -> tuple[Tap, ...]:
        """The tap links in it, in order."""
        return tuple(part for part in self.parts if isinstance(part, Tap))

    @property
    def links(self) -> tuple[Link, ...]:
        """The web links in it, in order."""
        return tuple(part for part in self.parts if isinstance(part, Link))


def parts_of(text: str) -> tuple[Part, ...]:
    """The text as the client shows it: tap links, links and plain text. A link of another kind shows as its label;
    a bare web address becomes a link."""
    parts: list[Part] = []
    at = 0
    for anchor in _ANCHOR.finditer(text):
        parts += _plain(text[at : anchor.start()])
        parts.append(_linked(anchor["href"] or anchor["single"] or "", anchor["label"]))
        at = anchor.end()
    parts += _plain(text[at:])
    return tuple(part for part in parts if part != "")


def _plain(text: str) -> list[Part]:
    parts: list[Part] = []
    at = 0
    for url in _BARE_URL.finditer(text):
        parts += [text[at : url.start()], Link(url[0], url[0])]
        at = url.end()
    return [*parts, text[at:]]


def _linked(href: str, label: str) -> Part:
    if href.startswith(_TAP):
        # Only %XX is decoded, as the client does: a plus sign stays one, unlike in a form.
        pairs = (pair.partition("=") for pair in href.removeprefix(_TAP).split("&"))
        query = {name: unquote(value) for name, _, value in pairs}
        return Tap(label, query.get("msgmenucontent", ""), query.get("msgmenuid", ""))
    if href.startswith(("https://", "http://")):
        return Link(label, href)
    return label
