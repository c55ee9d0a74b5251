"""The platform's API as far as hallpass calls it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from bot.wechat.errors import Reaction, WechatError
from bot.wechat.http import Http

TOKEN_PATH = "/cgi-bin/stable_token"  # noqa: S105 - a path
LONGEST_TOKEN = 1024


class Token(NamedTuple):
    """An access token and how many seconds it lives from now."""

    text: str
    expires_in: int


def fetch_token(http: Http, app_id: str, app_secret: str) -> Token:
    """The account's stable access token: the same for whoever asks while it lives. Raises WechatError."""
    answer = http.call(
        TOKEN_PATH,
        body={"grant_type": "client_credential", "appid": app_id, "secret": app_secret, "force_refresh": False},
    )
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST_TOKEN or type(seconds) is not int or seconds <= 0:
        raise WechatError(TOKEN_PATH, None, "answer_odd")
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

    def _call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """With the token in use; where the platform does not take it, once more with a fresh one."""
        token = self._token(None)
        try:
            return self._http.call(path, {"access_token": token}, body)
        except WechatError as error:
            if error.reaction is not Reaction.STALE_TOKEN:
                raise
        return self._http.call(path, {"access_token": self._token(token)}, body)


def _notice(openid: str, template_id: str, fields: Mapping[str, str]) -> dict[str, Any]:
    data = {name: {"value": value} for name, value in fields.items()}
    return {"touser": openid, "template_id": template_id, "data": data}
