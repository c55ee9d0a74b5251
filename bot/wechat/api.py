"""The platform's API as far as hallpass calls it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from bot.wechat.errors import Reaction, WechatError
from bot.wechat.http import Http

T = TypeVar("T")

TOKEN_PATH = "/cgi-bin/stable_token"  # noqa: S105 - a path
TICKET_PATH = "/cgi-bin/ticket/getticket"
UPLOAD_PATH = "/cgi-bin/media/upload"
DOWNLOAD_PATH = "/cgi-bin/media/get"
LONGEST_TOKEN = 1024
LARGEST_PICTURE = 2 * 1024 * 1024
"""One page of the platform says 10 MB and another 2: the smaller one is safe."""
LARGEST_PHOTO = 10 * 1024 * 1024
MOST_TAGGED_AT_ONCE = 50
MOST_CALLERS = 5000

_TICKET = re.compile(r"[!-~]{1,256}")
_CODE_URL = re.compile(r"(?=.{1,256}\Z)https?://weixin\.qq\.com/[!-~]+")
_MEDIA_ID = re.compile(r"[!-~]{1,256}")
_MENU_ID = re.compile(r"[0-9]{1,20}")


class Token(NamedTuple):
    """An access token, or the ticket that pages are signed with, and how many seconds it lives from now."""

    text: str
    expires_in: int


class Code(NamedTuple):
    """A permanent code: its ticket, and the address that stands in its picture."""

    ticket: str
    url: str


def fetch_token(http: Http, app_id: str, app_secret: str) -> Token:
    """The account's stable access token: the same for whoever asks while it lives. Raises WechatError."""
    answer = http.call(
        TOKEN_PATH,
        body={"grant_type": "client_credential", "appid": app_id, "secret": app_secret, "force_refresh": False},
    )
    return _token_in(TOKEN_PATH, answer, "access_token")


def _token_in(path: str, answer: Mapping[str, Any], name: str) -> Token:
    token, seconds = answer.get(name), answer.get("expires_in")
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN or type(seconds) is not int or seconds <= 0:
        raise WechatError(path, None, "answer_odd")
    return Token(token, seconds)


class Api:
    """Calls in the account's name. `token` gives the access token, and with a token that the platform no longer takes
    another one. Every method raises WechatError."""

    def __init__(self, http: Http, token: Callable[[str | None], str]) -> None:
        self._http = http
        self._token = token

    def send_text(self, openid: str, text: str) -> None:
        """A custom message of text, at most 2047 bytes; taken within the person's message windows only."""
        self._call("/cgi-bin/message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    def page_ticket(self) -> Token:
        """The ticket that pages are signed with which use WeChat's own script; the same for whoever asks while it
        lives."""
        answer = self._with_token(lambda token: self._http.call(TICKET_PATH, {"access_token": token, "type": "jsapi"}))
        return _token_in(TICKET_PATH, answer, "ticket")

    def upload_picture(self, data: bytes, name: str) -> str:
        """Lay a PNG of at most LARGEST_PICTURE bytes up at the platform for three days; gives its media id. May be
        repeated: nobody sees what was only uploaded."""
        if len(data) > LARGEST_PICTURE:
            raise ValueError("a picture of more than 2 MB")
        answer = self._with_token(
            lambda token: self._http.upload(UPLOAD_PATH, {"access_token": token, "type": "image"}, name, data)
        )
        return _matching(UPLOAD_PATH, answer, "media_id", _MEDIA_ID)

    def download_media(self, media_id: str) -> bytes:
        """What somebody sent, by its media id of three days; at most LARGEST_PHOTO bytes (kind answer_too_large)."""
        return self._with_token(
            lambda token: self._http.download(
                DOWNLOAD_PATH, {"access_token": token, "media_id": media_id}, LARGEST_PHOTO
            )
        )

    def send_picture(self, openid: str, media_id: str) -> None:
        """A custom message of an uploaded picture; taken within the person's message windows only."""
        body = {"touser": openid, "msgtype": "image", "image": {"media_id": media_id}}
        self._call("/cgi-bin/message/custom/send", body)

    def create_code(self, scene: str) -> Code:
        """The permanent code of this scene of 1 to 64 characters: the same one each time, and one of the 100,000 that
        the account may have for ever."""
        path = "/cgi-bin/qrcode/create"
        body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        answer = self._call(path, body)
        return Code(_matching(path, answer, "ticket", _TICKET), _matching(path, answer, "url", _CODE_URL))

    def send_template(self, openid: str, template_id: str, fields: Mapping[str, str], client_msg_id: str) -> str:
        """A template message; gives the id that its verdict will carry. The same person and `client_msg_id` again
        within ten minutes is sent once."""
        body = {**_notice(openid, template_id, fields), "client_msg_id": client_msg_id}
        return str(self._call("/cgi-bin/message/template/send", body).get("msgid", ""))

    def send_subscription(self, openid: str, template_id: str, fields: Mapping[str, str]) -> None:
        """A subscription notice, which uses up one consent of a one-time template."""
        self._call("/cgi-bin/message/subscribe/bizsend", _notice(openid, template_id, fields))

    def publish_menu(self, menu: Mapping[str, Any]) -> None:
        """Put this menu in place of the account's; phones show it within minutes."""
        self._call("/cgi-bin/menu/create", dict(menu))

    def menu(self) -> dict[str, Any] | None:
        """The account's menu, or None where it has none."""
        try:
            found = self._call("/cgi-bin/menu/get").get("menu")
        except WechatError as error:
            if error.code == 46003:
                return None
            raise
        return found if isinstance(found, dict) else None

    def publish_menu_for_tag(self, menu: Mapping[str, Any], tag_id: int) -> str:
        """Show those under this tag another menu than everybody's; gives its id. There has to be one for everybody."""
        path = "/cgi-bin/menu/addconditional"
        answer = self._call(path, {**menu, "matchrule": {"tag_id": str(tag_id)}})
        return _matching(path, answer, "menuid", _MENU_ID)

    def delete_menu_for_tag(self, menu_id: str) -> None:
        """Take such a menu back."""
        self._call("/cgi-bin/menu/delconditional", {"menuid": menu_id})

    def menus_for_tag(self, tag_id: int) -> dict[str, dict[str, Any]]:
        """The menus that those under this tag see, by their ids, the newest first."""
        path = "/cgi-bin/menu/get"
        try:
            listed = self._call(path).get("conditionalmenu", [])
        except WechatError as error:
            if error.code == 46003:
                return {}
            raise
        if not isinstance(listed, list):
            raise WechatError(path, None, "answer_odd")
        ours = (one for one in listed if isinstance(one, dict) and _tag_of(one) == str(tag_id))
        return {_matching(path, one, "menuid", _MENU_ID): one for one in ours}

    def tag_named(self, name: str) -> int | None:
        """The id of the tag of this name; None where the account has none."""
        path = "/cgi-bin/tags/get"
        listed = self._call(path).get("tags", [])
        if not isinstance(listed, list):
            raise WechatError(path, None, "answer_odd")
        return next((_tag_id(path, one) for one in listed if isinstance(one, dict) and one.get("name") == name), None)

    def create_tag(self, name: str) -> int:
        """The id of the tag of this name, which is made unless the account has it."""
        path = "/cgi-bin/tags/create"
        try:
            return _tag_id(path, self._call(path, {"tag": {"name": name}}).get("tag"))
        except WechatError as error:
            found = self.tag_named(name) if error.code == 45157 else None
            if found is None:
                raise
            return found

    def tag(self, openids: Sequence[str], tag_id: int) -> None:
        """Put people under a tag. May be repeated."""
        self._tagging("/cgi-bin/tags/members/batchtagging", openids, tag_id)

    def untag(self, openids: Sequence[str], tag_id: int) -> None:
        """Take a tag off people. May be repeated."""
        self._tagging("/cgi-bin/tags/members/batchuntagging", openids, tag_id)

    def callers(self) -> list[str]:
        """From where the platform calls, as it writes it: addresses and networks."""
        path = "/cgi-bin/getcallbackip"
        listed = self._call(path).get("ip_list")
        if not isinstance(listed, list) or not 0 < len(listed) <= MOST_CALLERS:
            raise WechatError(path, None, "answer_odd")
        return [str(one) for one in listed]

    def template_contents(self) -> dict[str, str]:
        """The text of each template message of the account, by its id."""
        return self._contents("/cgi-bin/template/get_all_private_template", "template_list", "template_id")

    def subscription_contents(self) -> dict[str, str]:
        """The text of each subscription template of the account, by its id."""
        return self._contents("/wxaapi/newtmpl/gettemplate", "data", "priTmplId")

    def _contents(self, path: str, place: str, key: str) -> dict[str, str]:
        listed = self._call(path).get(place, [])
        if not isinstance(listed, list) or not all(isinstance(one, dict) and key in one for one in listed):
            raise WechatError(path, None, "answer_odd")
        return {str(one[key]): str(one.get("content", "")) for one in listed}

    def _tagging(self, path: str, openids: Sequence[str], tag_id: int) -> None:
        for begin in range(0, len(openids), MOST_TAGGED_AT_ONCE):
            some = list(openids[begin : begin + MOST_TAGGED_AT_ONCE])
            self._call(path, {"openid_list": some, "tagid": tag_id})

    def _call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._with_token(lambda token: self._http.call(path, {"access_token": token}, body))

    def _with_token(self, call: Callable[[str], T]) -> T:
        """With the token in use; where the platform does not take it, once more with a fresh one."""
        token = self._token(None)
        try:
            return call(token)
        except WechatError as error:
            if error.reaction is not Reaction.STALE_TOKEN:
                raise
        return call(self._token(token))


def _notice(openid: str, template_id: str, fields: Mapping[str, str]) -> dict[str, Any]:
    data = {name: {"value": value} for name, value in fields.items()}
    return {"touser": openid, "template_id": template_id, "data": data}


def _matching(path: str, answer: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    """A text, or a number as text, of an answer; what is not of this shape is no answer."""
    value = answer.get(name)
    text = str(value) if isinstance(value, str | int) else ""
    if not shape.fullmatch(text):
        raise WechatError(path, None, "answer_odd", may_have_happened=True)
    return text


def _tag_id(path: str, tag: object) -> int:
    found = tag.get("id") if isinstance(tag, dict) else None
    if type(found) is not int or not 0 <= found < 2**31:
        raise WechatError(path, None, "answer_odd", may_have_happened=True)
    return found


def _tag_of(menu: Mapping[str, Any]) -> str:
    """The tag that a menu is for. The platform's page on reading menus still calls it by its old name, group_id."""
    rule = menu.get("matchrule")
    return str(rule.get("tag_id", rule.get("group_id", ""))) if isinstance(rule, dict) else ""
