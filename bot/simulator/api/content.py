"""What a message may hold, and how it looks on a phone."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.api.calls import Json, object_in, text_in
from bot.simulator.api.errcodes import Refusal
from bot.simulator.bubbles import Card, Part, Tap, parts_of
from bot.simulator.media import MediaShelf
from bot.simulator.phones import Phone
from bot.simulator.replies import MAX_TEXT_BYTES, Article


@dataclass(frozen=True)
class Content:
    """A message, ready to be shown. `kind` is its msgtype; template and notice have a card."""

    kind: str
    parts: tuple[Part, ...] = ()
    articles: tuple[Article, ...] = ()
    media_id: str = ""
    card: Card | None = None

    def show(self, phone: Phone) -> None:
        """Puts it on the phone's screen."""
        phone.receives(self.kind, parts=self.parts, articles=self.articles, media_id=self.media_id, card=self.card)


def content_of(message: Json, media: MediaShelf) -> Content:
    """The content of a message with `msgtype` and a node of that name. Refusal for what the platform does not take."""
    kind = text_in(message, "msgtype")
    reader = _READERS.get(kind)
    if reader is None:
        raise Refusal(_NOT_HERE.get(kind, 40008))
    return reader(kind, object_in(message, kind), media)


def _text(kind: str, node: Json, _media: MediaShelf) -> Content:
    return Content(kind, parts_of(_sized(text_in(node, "content"))))


def _file(kind: str, node: Json, media: MediaShelf) -> Content:
    return Content(kind, media_id=_found(media, text_in(node, "media_id"), kind))


def _video(kind: str, node: Json, media: MediaShelf) -> Content:
    _found(media, text_in(node, "thumb_media_id"), "thumb", "image")
    media_id = _found(media, text_in(node, "media_id"), "video")
    return Content(kind, parts_of(text_in(node, "title")), media_id=media_id)


def _music(kind: str, node: Json, media: MediaShelf) -> Content:
    if not text_in(node, "musicurl"):
        raise Refusal(44004)
    thumb = _found(media, text_in(node, "thumb_media_id"), "thumb", "image")
    return Content(kind, parts_of(text_in(node, "title")), media_id=thumb)


def _miniprogram(kind: str, node: Json, media: MediaShelf) -> Content:
    if not (text_in(node, "appid") and text_in(node, "pagepath")):
        raise Refusal(44004)
    thumb = _found(media, text_in(node, "thumb_media_id"), "thumb", "image")
    return Content(kind, parts_of(text_in(node, "title")), media_id=thumb)


def _news(kind: str, node: Json, _media: MediaShelf) -> Content:
    articles = node.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refusal(44003)
    if len(articles) > 1:
        raise Refusal(45008)
    one = Article(*(text_in(articles[0], name) for name in ("title", "description", "picurl", "url")))
    if not (one.title and one.url):
        raise Refusal(44003)
    return Content(kind, articles=(one,))


def _menu(kind: str, node: Json, _media: MediaShelf) -> Content:
    items = node.get("list")
    if not isinstance(items, list) or not items:
        raise Refusal(44004)
    head, tail = text_in(node, "head_content"), text_in(node, "tail_content")
    parts: list[Part] = [*parts_of(head), "\n"] if head else []
    for item in items:
        label, menu_id = text_in(item, "content"), text_in(item, "id")
        if not (label and menu_id):
            raise Refusal(44004)
        parts += [Tap(label, label, menu_id), "\n"]
    parts = [*parts, *parts_of(tail)] if tail else parts[:-1]
    _sized("".join(part if isinstance(part, str) else part.label for part in parts))
    return Content(kind, tuple(parts))


def _sized(text: str) -> str:
    if not text:
        raise Refusal(44004)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise Refusal(45002)
    return text


def _found(media: MediaShelf, media_id: str, *kinds: str) -> str:
    if not media_id:
        raise Refusal(41006)
    found = media.find(media_id)
    if found is None or found.kind not in kinds:
        raise Refusal(40007)
    return media_id


_READERS: dict[str, Callable[[str, Json, MediaShelf], Content]] = {
    "text": _text,
    "image": _file,
    "voice": _file,
    "video": _video,
    "music": _music,
    "news": _news,
    "msgmenu": _menu,
    "miniprogrampage": _miniprogram,
}
# Types that point at what the account would have to own first, and here never does.
_NOT_HERE = {"mpnews": 40007, "mpnewsarticle": 40007, "wxcard": 48001}
