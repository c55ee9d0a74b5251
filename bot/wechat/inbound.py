"""What the platform sends, read strictly: one XML element of known shape into a `Delivery`."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

from bot.wechat.envelope import BadDelivery

DEEPEST = 8
MOST_NODES = 200
LONGEST_TEXT = 2000
"""The client sends no more; what is longer is no answer to anything we ask."""

# The platform passes on what a phone sent; one such character would make the whole message unreadable.
_CONTROL = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
_NO_CHARACTER = re.compile(rb"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF
_OPENID = re.compile(r"[\w-]{1,64}", re.ASCII)
_NUMBER = re.compile(r"\d{1,20}", re.ASCII)
_REPEATABLE = frozenset(("item", "List"))
_LOWER_CASE = frozenset(("bizmsgmenuid",))
"""WeRoBot lets nodes like <source> or <content> take the place of what it read itself; the platform sends none."""
_LAST_SECOND = 2**32


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message or event. `key` is the same for each repeat of it, and for nothing else.

    `kind` and `event` are lower-case, whatever the platform writes; what a node does not say is "".
    Its repr shows nothing of the person."""

    openid: str = field(repr=False)
    kind: str
    event: str
    text: str = field(repr=False)
    event_key: str = field(repr=False)
    menu_id: str = field(repr=False)
    media_id: str = field(repr=False)
    created_at: datetime
    key: bytes
    nodes: Mapping[str, Any] = field(repr=False)


class _Reader:
    """Builds nested dicts from expat's events; refuses everything that is not plain elements and text."""

    def __init__(self) -> None:
        self.root: dict[str, Any] | None = None
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._nodes = 0

    def read(self, body: bytes) -> dict[str, Any]:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ProcessingInstructionHandler = self._refuse
        try:
            parser.Parse(_NO_CHARACTER.sub(b"", body.translate(None, _CONTROL)), True)
        except (expat.ExpatError, UnicodeError):
            raise BadDelivery(400, "bad_xml") from None
        if self.root is None:
            raise BadDelivery(400, "bad_root")
        return self.root

    def _refuse(self, *_: Any) -> None:
        raise BadDelivery(400, "not_plain_xml")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._nodes += 1
        if attributes or len(self._open) >= DEEPEST or self._nodes > MOST_NODES:
            raise BadDelivery(400, "not_plain_xml")
        if not self._open and name != "xml":
            raise BadDelivery(400, "bad_root")
        self._open.append((name, {}, []))

    def _text(self, data: str) -> None:
        self._open[-1][2].append(data)

    def _end(self, _: str) -> None:
        name, children, texts = self._open.pop()
        if not self._open:
            self.root = children
            return
        value = children or "".join(texts)
        siblings = self._open[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif name in _REPEATABLE:
            before = siblings[name]
            siblings[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            raise BadDelivery(400, "repeated_node")


def nodes_of(body: bytes) -> dict[str, Any]:
    """The nodes of an `<xml>` element. Refused: anything but plain, well-formed UTF-8, repeated or shadowing nodes."""
    nodes = _Reader().read(body)
    if len({name.lower() for name in nodes}) != len(nodes):
        raise BadDelivery(400, "shadowing_node")
    if any(not name[:1].isupper() and name not in _LOWER_CASE for name in nodes):
        raise BadDelivery(400, "shadowing_node")
    return nodes


def delivery_of(nodes: Mapping[str, Any], original_id: str) -> Delivery:
    """A message or event for the account with this original id."""
    if _plain(nodes, "ToUserName") != original_id:
        raise BadDelivery(403, "other_account")
    openid, kind = _plain(nodes, "FromUserName"), _plain(nodes, "MsgType").lower()
    if not _OPENID.fullmatch(openid) or not kind:
        raise BadDelivery(400, "bad_sender")
    created = _number(nodes, "CreateTime")
    if created >= _LAST_SECOND:
        raise BadDelivery(400, "bad_number")
    event = _plain(nodes, "Event").lower()
    event_key = nodes.get("EventKey", "")
    if not isinstance(event_key, str) or (kind == "event") != bool(event):
        raise BadDelivery(400, "bad_event")
    marks = [event, event_key, *_job_ids(nodes)] if kind == "event" else [str(_number(nodes, "MsgId"))]
    identity = json.dumps([original_id, openid, kind == "event", created, *marks])
    return Delivery(
        openid=openid,
        kind=kind,
        event=event,
        text=_plain(nodes, "Content")[:LONGEST_TEXT],
        event_key=event_key,
        menu_id=_plain(nodes, "bizmsgmenuid"),
        media_id=_plain(nodes, "MediaId"),
        created_at=datetime.fromtimestamp(created, UTC),
        key=hashlib.sha256(identity.encode()).digest(),
        nodes=nodes,
    )


def _plain(nodes: Mapping[str, Any], name: str) -> str:
    value = nodes.get(name, "")
    if not isinstance(value, str):
        raise BadDelivery(400, "bad_node")
    return value


def _number(nodes: Mapping[str, Any], name: str) -> int:
    text = _plain(nodes, name)
    if not _NUMBER.fullmatch(text):
        raise BadDelivery(400, "bad_number")
    return int(text)


def _job_ids(nodes: Mapping[str, Any]) -> list[str]:
    """What tells two events of one second apart: MsgID, or the MsgIDs in the List of a subscription event."""
    found = [str(_number(nodes, "MsgID"))] if "MsgID" in nodes else []
    for name in ("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent"):
        inner = nodes.get(name)
        listed = inner.get("List", []) if isinstance(inner, Mapping) else []
        several = listed if isinstance(listed, list) else [listed]
        entries = (entry for entry in several if isinstance(entry, Mapping))
        found.extend(json.dumps([entry.get("MsgID", ""), entry.get("TemplateId", "")]) for entry in entries)
    return found
