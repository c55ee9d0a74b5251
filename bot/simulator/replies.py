"""What a service may answer to a delivery, read as strictly as the platform reads it and a little more."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from bot.simulator.envelope import Cipher, Unreadable, signature
from bot.simulator.strict_xml import Node, NotStrict, read
from bot.simulator.transports import Answer

MAX_TEXT_BYTES = 2047
MAX_ARTICLES_FOR_MESSAGES = 1
MAX_ARTICLES_FOR_EVENTS = 8
XML_MEDIA_TYPES = frozenset({"text/xml", "application/xml"})

_WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")
# Each type of reply with the nodes that it cannot do without: node, then the node inside it.
_NEEDED = {
    "image": (("Image", "MediaId"),),
    "voice": (("Voice", "MediaId"),),
    "video": (("Video", "MediaId"),),
    "music": (("Music", "ThumbMediaId"),),
    "transfer_customer_service": (),
}


@dataclass(frozen=True)
class Article:
    """One card of a `news` reply."""

    title: str
    description: str
    picture_url: str
    url: str


@dataclass(frozen=True)
class Reply:
    """What the person gets: `kind` is the MsgType, `text` is filled for text only, `articles` for news only and
    `media_id` for what is a file."""

    kind: str
    text: str = ""
    articles: tuple[Article, ...] = ()
    media_id: str = ""


class Verdict(NamedTuple):
    """A reply without problems, or none: silence (`success`, empty) has no reply and no problems.

    `clear`: the body as it came, or what was in its envelope where that can be opened."""

    reply: Reply | None
    problems: tuple[str, ...]
    clear: bytes = b""


@dataclass(frozen=True)
class Judge:
    """Judges answers given to one account. `mode` is plain, compatible or safe; `cipher` is None in plain mode only.

    Any problem makes an answer invalid. Codes: status_not_200, content_type_wrong, the codes of strict_xml.read and of
    Cipher.decrypt, reply_not_encrypted, reply_encrypted, envelope_node_missing, envelope_node_unknown,
    envelope_timestamp_wrong, msg_signature_wrong, names_not_swapped, to_user_wrong, from_user_wrong,
    create_time_wrong, msg_type_unknown, text_missing, text_too_long, media_id_missing, article_count_wrong,
    articles_too_many, article_incomplete."""

    account: str
    mode: str
    token: str
    cipher: Cipher | None

    def judge(self, answer: Answer, openid: str, *, is_event: bool) -> Verdict:
        """The verdict on an answer to a delivery from `openid`."""
        if answer.status != 200:
            return Verdict(None, ("status_not_200",), answer.body)
        if not answer.body:
            return Verdict(None, ())
        if answer.body == b"success":
            is_typed = answer.media_type == "text/plain"
            return Verdict(None, () if is_typed else ("content_type_wrong",), answer.body)
        problems = [] if answer.media_type in XML_MEDIA_TYPES else ["content_type_wrong"]
        try:
            message, faults, clear = self._opened(answer.body)
        except (NotStrict, Unreadable) as unreadable:
            return Verdict(None, (*problems, unreadable.code), answer.body)
        problems += faults
        if message is None:
            return Verdict(None, tuple(problems), clear)
        problems += self._names(message, openid)
        if not _WHOLE_NUMBER.fullmatch(message.text_of("CreateTime") or ""):
            problems.append("create_time_wrong")
        reply, faults = _content(message, is_event=is_event)
        problems += faults
        return Verdict(None if problems else reply, tuple(problems), clear)

    def _opened(self, body: bytes) -> tuple[Node | None, list[str], bytes]:
        """The message in the envelope, or as it came where it may come bare; problems; the bytes of the message."""
        outer = read(body)
        if outer.child("Encrypt") is None:
            return (None, ["reply_not_encrypted"], body) if self.mode == "safe" else (outer, [], body)
        if self.cipher is None:
            return None, ["reply_encrypted"], body
        names = {node.name for node in outer.children}
        if not names >= {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}:
            return None, ["envelope_node_missing"], body
        problems = ["envelope_node_unknown"] if len(names) > 4 else []
        encrypted, timestamp, nonce = (outer.text_of(name) or "" for name in ("Encrypt", "TimeStamp", "Nonce"))
        if not _WHOLE_NUMBER.fullmatch(timestamp):
            problems.append("envelope_timestamp_wrong")
        if outer.text_of("MsgSignature") != signature(self.token, timestamp, nonce, encrypted):
            problems.append("msg_signature_wrong")
        clear = self.cipher.decrypt(encrypted)
        return read(clear), problems, clear

    def _names(self, message: Node, openid: str) -> list[str]:
        to_user, from_user = message.text_of("ToUserName"), message.text_of("FromUserName")
        if (to_user, from_user) == (self.account, openid):
            return ["names_not_swapped"]
        return [
            code
            for code, is_right in (("to_user_wrong", to_user == openid), ("from_user_wrong", from_user == self.account))
            if not is_right
        ]


def _content(message: Node, *, is_event: bool) -> tuple[Reply | None, list[str]]:
    kind = message.text_of("MsgType") or ""
    if kind == "text":
        return _text(message)
    if kind == "news":
        return _news(message, MAX_ARTICLES_FOR_EVENTS if is_event else MAX_ARTICLES_FOR_MESSAGES)
    if kind not in _NEEDED:
        return None, ["msg_type_unknown"]
    media_id = ""
    for outer, inner in _NEEDED[kind]:
        node = message.child(outer)
        media_id = (node.text_of(inner) if node is not None else None) or ""
        if not media_id:
            return None, ["media_id_missing"]
    return Reply(kind, media_id=media_id), []


def _text(message: Node) -> tuple[Reply | None, list[str]]:
    content = message.text_of("Content")
    if not content:
        return None, ["text_missing"]
    if len(content.encode("utf-8")) > MAX_TEXT_BYTES:
        return None, ["text_too_long"]
    return Reply("text", text=content), []


def _news(message: Node, most: int) -> tuple[Reply | None, list[str]]:
    listed = message.child("Articles")
    items = [] if listed is None else listed.children
    problems = []
    if not items or message.text_of("ArticleCount") != str(len(items)):
        problems.append("article_count_wrong")
    if len(items) > most:
        problems.append("articles_too_many")
    articles = tuple(_article(item.text_of) for item in items)
    if not all(article.title and article.url for article in articles):
        problems.append("article_incomplete")
    return Reply("news", articles=articles), problems


def _article(text_of: Callable[[str], str | None]) -> Article:
    title, description, picture_url, url = (text_of(name) or "" for name in ("Title", "Description", "PicUrl", "Url"))
    return Article(title, description, picture_url, url)
