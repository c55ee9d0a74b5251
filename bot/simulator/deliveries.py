"""The XML that the platform writes for what a person does in WeChat, and for what became of what it was asked to do."""

import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Union

# Beyond 2**53, so that a service which reads ids as floating-point numbers mixes them up and is found out.
_MSG_IDS = itertools.count(2**62 + secrets.randbits(48))

SUBSCRIBED_BY_SCAN = "qrscene_"

# What a person does that lets the account write to them; every ordinary message does too.
_TRIGGERS = {
    "subscribe": "follow",
    "scan": "scan",
    "click": "menu",
    "scancode_push": "menu",
    "scancode_waitmsg": "menu",
}
# What the platform writes bare; everything else stands in CDATA.
_BARE = frozenset({
    "CreateTime", "MsgId", "MsgID", "TimeStamp", "Latitude", "Longitude", "Precision", "Location_X", "Location_Y",
    "Scale", "Count", "TotalCount", "FilterCount", "SentCount", "ErrorCount", "ExpiredTime", "FailTime", "MenuId",
    "PopupScene", "ErrorCode",
})  # fmt: skip

Nodes = Mapping[str, Union[str, "Nodes", Sequence["Nodes"]]]
"""Element names with their text, their children, or several elements of the same name."""


@dataclass(frozen=True)
class Delivery:
    """One message or event as the platform would push it; pushing it again repeats it with the same MsgId and
    CreateTime. Events have no MsgId. `title`: the MsgType, or the name of the event."""

    openid: str
    xml: str
    is_event: bool
    title: str = ""

    @property
    def trigger(self) -> str:
        """What it lets the account do: the name of a window (`windows.ALLOWED`), or empty."""
        return _TRIGGERS.get(self.title.lower(), "") if self.is_event else "message"

    def in_odd_case(self) -> "Delivery":
        """The same event, its name in the other case: Event is written in mixed case, and not always the same."""
        name = f"<Event><![CDATA[{self.title}]]></Event>"
        return replace(self, xml=self.xml.replace(name, name.replace(self.title, self.title.swapcase())))


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

    def video(self, media_id: str | None = None, *, short: bool = False) -> Delivery:
        """A video; `short`: one taken in the chat."""
        return self.message("shortvideo" if short else "video", MediaId=media_id or _made_up(), ThumbMediaId=_made_up())

    def location(self, latitude: str, longitude: str, label: str) -> Delivery:
        """A place sent as a message; degrees as the client writes them."""
        return self.message("location", Location_X=latitude, Location_Y=longitude, Scale="16", Label=label)

    def link(self, title: str, description: str, url: str) -> Delivery:
        """A web page sent as a message."""
        return self.message("link", Title=title, Description=description, Url=url)

    def subscribe(self, scene: str | None = None, ticket: str | None = None) -> Delivery:
        """A follow; by a parametric code (`scene`) the key is qrscene_<scene>, else it is empty."""
        if scene is None:
            return self.event("subscribe", EventKey="")
        return self.event("subscribe", EventKey=SUBSCRIBED_BY_SCAN + scene, Ticket=ticket or _ticket(scene))

    def unsubscribe(self) -> Delivery:
        """An end of following."""
        return self.event("unsubscribe", EventKey="")

    def scan(self, scene: str, ticket: str | None = None) -> Delivery:
        """A follower's scan of a parametric code."""
        return self.event("SCAN", EventKey=scene, Ticket=ticket or _ticket(scene))

    def click(self, key: str) -> Delivery:
        """A tap on a button of the account's menu."""
        return self.event("CLICK", EventKey=key)

    def view(self, url: str, menu_id: str) -> Delivery:
        """A tap on a button of the menu that opens a page."""
        return self.event("VIEW", EventKey=url, MenuId=menu_id)

    def view_miniprogram(self, path: str, menu_id: str) -> Delivery:
        """A tap on a button of the menu that opens a mini-program."""
        return self.event("view_miniprogram", EventKey=path, MenuId=menu_id)

    def position(self, latitude: str, longitude: str, precision: str) -> Delivery:
        """Where the person is, reported when they open the chat."""
        return self.event("LOCATION", Latitude=latitude, Longitude=longitude, Precision=precision)

    def scanned_by_menu(self, key: str, result: str, *, waits: bool, scan_type: str = "qrcode") -> Delivery:
        """A code read by a button of the menu; `waits`: scancode_waitmsg, else scancode_push."""
        info = {"ScanType": scan_type, "ScanResult": result}
        return self.event("scancode_waitmsg" if waits else "scancode_push", EventKey=key, ScanCodeInfo=info)

    def pictures_by_menu(self, key: str, kind: str, md5_sums: Sequence[str]) -> Delivery:
        """Photos chosen by a button of the menu. kind: pic_sysphoto, pic_photo_or_album or pic_weixin; the photos
        themselves follow as messages."""
        items = [{"PicMd5Sum": md5_sum} for md5_sum in md5_sums]
        info: Nodes = {"Count": str(len(items)), "PicList": {"item": items}}
        return self.event(kind, EventKey=key, SendPicsInfo=info)

    def place_by_menu(self, key: str, latitude: str, longitude: str, label: str) -> Delivery:
        """A place chosen by a button of the menu."""
        info = {"Location_X": latitude, "Location_Y": longitude, "Scale": "16", "Label": label, "Poiname": ""}
        return self.event("location_select", EventKey=key, SendLocationInfo=info)

    def template_finished(self, msgid: int, status: str) -> Delivery:
        """What became of a template message: success, failed:user block or failed: system failed."""
        return self.event("TEMPLATESENDJOBFINISH", MsgID=str(msgid), Status=status)

    def mass_finished(self, msg_id: int, status: str, total: int, kept: int, sent: int) -> Delivery:
        """What became of a mass message: to so many people, so many after dropping, to so many in the end."""
        return self.event(
            "MASSSENDJOBFINISH", MsgID=str(msg_id), Status=status, TotalCount=str(total), FilterCount=str(kept),
            SentCount=str(sent), ErrorCount=str(kept - sent),
        )  # fmt: skip

    def asked_for_notices(self, decisions: Mapping[str, bool], popup_scene: str = "1") -> Delivery:
        """What a person said to notices (template id → accepted), asked on a page (scene 1) or in an article (2)."""
        listed = [{**_decision(*decision), "PopupScene": popup_scene} for decision in decisions.items()]
        return self.event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": listed})

    def withdrew_notices(self, template_ids: Sequence[str]) -> Delivery:
        """Notices that a person switched off later, in WeChat's own settings."""
        listed = [_decision(template_id, accepted=False) for template_id in template_ids]
        return self.event("subscribe_msg_change_event", SubscribeMsgChangeEvent={"List": listed})

    def notice_sent(self, template_id: str, msgid: int, error_code: int, error_status: str) -> Delivery:
        """What became of a subscription notice: 0 and success, or why not."""
        sent = {
            "TemplateId": template_id, "MsgID": str(msgid),
            "ErrorCode": str(error_code), "ErrorStatus": error_status,
        }  # fmt: skip
        return self.event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [sent]})

    def profile_changed(self, name: str, app_id: str, revoked: str = "") -> Delivery:
        """user_info_modified, user_authorization_revoke (`revoked`: what of it) or user_authorization_cancellation."""
        more = {"RevokeInfo": revoked} if revoked else {}
        return self.event(name, OpenID=self._openid, AppID=app_id, **more)

    def certified(self, name: str, at: int, failure: str = "") -> Delivery:
        """The account's certification: qualification_verify_success, naming_verify_success, annual_renew or
        verify_expired, valid until `at`; or qualification_verify_fail, naming_verify_fail with the reason."""
        if failure:
            return self.event(name, FailTime=str(at), FailReason=failure)
        return self.event(name, ExpiredTime=str(at))

    def message(self, kind: str, **nodes: str) -> Delivery:
        """An ordinary message of any type with any nodes."""
        return self._write(kind, {"MsgType": kind, **nodes, "MsgId": str(next(_MSG_IDS))}, is_event=False)

    def event(self, name: str, **nodes: str | Nodes) -> Delivery:
        """An event of any name with any nodes."""
        return self._write(name, {"MsgType": "event", "Event": name, **nodes}, is_event=True)

    def _write(self, title: str, nodes: Nodes, *, is_event: bool) -> Delivery:
        head = {"ToUserName": self._account, "FromUserName": self._openid, "CreateTime": str(int(self._clock()))}
        return Delivery(self._openid, xml_of({**head, **nodes}), is_event, title)


def xml_of(nodes: Nodes) -> str:
    """The nodes as the platform writes them: numbers bare, everything else in CDATA, control characters left in."""
    return f"<xml>{_inner(nodes)}</xml>"


def _inner(nodes: Nodes) -> str:
    return "".join(_node(name, value) for name, value in nodes.items())


def _node(name: str, value: str | Nodes | Sequence[Nodes]) -> str:
    if isinstance(value, str):
        if name in _BARE:
            return f"<{name}>{value}</{name}>"
        # "]]>" would end the section: it is cut in two, each half in a section of its own.
        safe = value.replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{_inner(value)}</{name}>"
    return "".join(_node(name, one) for one in value)


def _decision(template_id: str, accepted: bool) -> dict[str, str]:
    return {"TemplateId": template_id, "SubscribeStatusString": "accept" if accepted else "reject"}


def _made_up() -> str:
    return secrets.token_urlsafe(48)


def _ticket(scene: str) -> str:
    """Stands for the ticket of the code: the same for the same scene."""
    return "gQ" + scene.encode("utf-8").hex()
