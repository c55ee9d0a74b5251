"""The platform's errcodes with the text that it gives for each."""

import secrets

STABLE_HINT = ", could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"

TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40032: "invalid openid list size",
    40033: r"invalid charset. please check your request, if include \uxxxx will create fail!",
    40037: "invalid template_id",
    40052: "invalid action name",
    40053: "invalid action info",
    40054: "invalid sub button url domain",
    40055: "invalid button url domain",
    40066: "invalid url",
    40097: "invalid args",
    40125: "invalid appsecret",
    40130: "invalid openid list size, at least two openid",
    40163: "code been used",
    40164: "invalid ip {detail}, not in whitelist",
    40243: "AppSecret has been frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41008: "missing code",
    41009: "missing openid",
    42001: "access_token expired",
    42002: "refresh_token expired",
    42003: "code expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe hint",
    43101: "user refuse to accept the msg",
    44001: "empty media data",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45059: "too many tags on one user",
    45065: "clientmsgid exist",
    45080: "can not send typing status without interaction in 30s",
    45081: "typing status is already set",
    45157: "invalid tag name",
    45158: "tag name size out of limit",
    45159: "invalid tag id",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid! {detail} invalid",
    48001: "api unauthorized",
    48006: "forbid to clear quota because of reaching the limit",
    65301: "menuid not exist",
    65303: "there is no selfmenu, please create selfmenu first",
    65304: "match rule empty",
    65320: "match rule is no longer supported",
    65401: "invalid custom service account",
    76001: "rid not exist",
    76003: "cgi_path not found",
}


class Refusal(Exception):
    """The platform answers a call with this errcode. `detail` stands in its text, `more` beside it in the answer."""

    def __init__(self, errcode: int, detail: str = "", **more: object) -> None:
        super().__init__(errcode, detail)
        self.errcode = errcode
        self.detail = detail
        self.more = more


def fresh_rid() -> str:
    """A new request id, of the platform's shape."""
    return "-".join(secrets.token_hex(4) for _ in range(3))


def text_of(refusal: Refusal, rid: str, *, is_sns: bool) -> str:
    """The errmsg. /sns/ puts a comma before the rid, and knows nothing of stable tokens."""
    text = TEXTS.get(refusal.errcode, "error").replace("{detail}", refusal.detail)
    if is_sns:
        return f"{text}, rid: {rid}"
    return f"{text}{STABLE_HINT if refusal.errcode == 40001 else ''} rid: {rid}"
