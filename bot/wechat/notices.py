"""What the platform tells by itself, read from the nodes of its events.

TEMPLATESENDJOBFINISH carries MsgID and Status (success, failed:user block, failed: system failed; with and without a
space); the subscription events carry a List, of one or of several, of templates.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.wechat.inbound import Delivery

_LIST_OF = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}
_OUTCOMES = {"success": "delivered", "failed:user block": "user_block", "failed:system failed": "system_failed"}
_FAILED = "failed"
CERTIFICATIONS = ("qualification_verify_success", "naming_verify_success", "annual_renew", "verify_expired")
"""Events that tell until when the account is certified."""
_SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)


def outcomes(delivery: Delivery) -> Iterator[tuple[str, str]]:
    """(id of a template message, what became of it): delivered, user_block, system_failed or failed."""
    if delivery.event == "templatesendjobfinish":
        status = ":".join(part.strip() for part in _text(delivery.nodes, "Status").lower().split(":"))
        yield _text(delivery.nodes, "MsgID"), _OUTCOMES.get(status, _FAILED)


def notice_outcomes(delivery: Delivery) -> Iterator[str]:
    """What became of the person's notices: delivered or failed. Their ids say nothing, as sending one gives none."""
    if delivery.event == "subscribe_msg_sent_event":
        for one in _listed(delivery):
            yield "delivered" if _text(one, "ErrorCode") == "0" else _FAILED


def consents(delivery: Delivery) -> Iterator[tuple[str, bool]]:
    """(template, whether the person agrees to it). An acceptance is good for one notice more; who says no when asked
    keeps what was agreed to before, who turns the notices off in WeChat does not."""
    if delivery.event in ("subscribe_msg_popup_event", "subscribe_msg_change_event"):
        word, agrees = ("accept", True) if delivery.event == "subscribe_msg_popup_event" else ("reject", False)
        for one in _listed(delivery):
            if _text(one, "SubscribeStatusString").lower() == word:
                yield _text(one, "TemplateId"), agrees


def certified_until(delivery: Delivery) -> datetime | None:
    """Until when the account is certified, of an event that tells it."""
    seconds = _text(delivery.nodes, "ExpiredTime")
    if delivery.event not in CERTIFICATIONS or not _SECONDS.fullmatch(seconds):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _listed(delivery: Delivery) -> list[Mapping[str, Any]]:
    inner = delivery.nodes.get(_LIST_OF[delivery.event])
    found = inner.get("List", []) if isinstance(inner, Mapping) else []
    several = found if isinstance(found, list) else [found]
    return [one for one in several if isinstance(one, Mapping)]


def _text(nodes: Mapping[str, Any], name: str) -> str:
    value = nodes.get(name, "")
    return value if isinstance(value, str) else ""
