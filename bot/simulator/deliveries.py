"""The XML that the platform writes for what a person does in WeChat."""

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass

# Beyond 2**53, so that a service which reads ids as floating-point numbers mixes them up and is found out.
_MSG_IDS = itertools.count(2**62 + secrets.randbits(48))

SUBSCRIBED_BY_SCAN = "qrscene_"


@dataclass(frozen=True)
class Delivery:
    """One message or event as the platform would push it; pushing it again repeats it with the same MsgId and
    CreateTime. Events have no MsgId."""

    openid: str
    xml: str
    is_event: bool


class Writer:
    """Builds the deliveries of one person to one account, to be pushed whenever and as often as wanted.

    CreateTime is the clock's whole seconds at the time of building; MsgId is new and 64 bits long."""

    def __init__(self, account: str, openid: str, clock: Callable[[], float]) -> None:
        self._account = account
        self._openid = openid
        self._clock = clock

    def text(self, content: str, menu_id: str | None = None) -> Delivery:
        """A typed text; with `menu_id` a tap on a link of a message."""
        tapped = {} if menu_id is None else {"bizmsgmenuid": menu_id}
        return self.message("text", Content=content, **tapped)

    def photo(self, media_id: str | None = None) -> Delivery:
        """A photo; its media id is made up unless given."""
        media = media_id or _made_up()
        return self.message("image", PicUrl=f"http://mmbiz.qpic.cn/mmbiz_jpg/{media}/0", MediaId=media)

    def voice(self, media_id: str | None = None) -> Delivery:
        """A voice message without recognition; its media id is made up unless given."""
        media = media_id or _made_up()
        return self.message("voice", MediaId=media, Format="amr", MediaId16K=f"{media}-16k")

    def subscribe(self, scene: str | None = None) -> Delivery:
        """A follow; by a parametric code (`scene`) the key is qrscene_<scene>, else it is empty."""
        if scene is None:
            return self.event("subscribe", EventKey="")
        return self.event("subscribe", EventKey=SUBSCRIBED_BY_SCAN + scene, Ticket=_ticket(scene))

    def unsubscribe(self) -> Delivery:
        """An end of following."""
        return self.event("unsubscribe", EventKey="")

    def scan(self, scene: str) -> Delivery:
        """A follower's scan of a parametric code."""
        return self.event("SCAN", EventKey=scene, Ticket=_ticket(scene))

    def click(self, key: str) -> Delivery:
        """A tap on a button of the account's menu."""
        return self.event("CLICK", EventKey=key)

    def message(self, kind: str, **nodes: str) -> Delivery:
        """An ordinary message of any type with any nodes."""
        return self._write({"MsgType": kind, **nodes, "MsgId": str(next(_MSG_IDS))}, is_event=False)

    def event(self, name: str, **nodes: str) -> Delivery:
        """An event of any name with any nodes."""
        return self._write({"MsgType": "event", "Event": name, **nodes}, is_event=True)

    def _write(self, nodes: dict[str, str], *, is_event: bool) -> Delivery:
        head = {"ToUserName": self._account, "FromUserName": self._openid, "CreateTime": str(int(self._clock()))}
        return Delivery(self._openid, xml_of({**head, **nodes}), is_event)


def xml_of(nodes: dict[str, str]) -> str:
    """The nodes as the platform writes them: numbers bare, everything else in CDATA, control characters left in."""
    return f"<xml>{''.join(_node(name, value) for name, value in nodes.items())}</xml>"


def _node(name: str, value: str) -> str:
    if name in {"CreateTime", "MsgId", "TimeStamp"}:
        return f"<{name}>{value}</{name}>"
    # "]]>" would end the section: it is cut in two, each half in a section of its own.
    safe = value.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"


def _made_up() -> str:
    return secrets.token_urlsafe(48)


def _ticket(scene: str) -> str:
    """Stands for the ticket of the code: the same for the same scene."""
    return "gQ" + scene.encode("utf-8").hex()
