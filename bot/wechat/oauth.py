"""Web sign-in: who it is that opens a page inside WeChat."""

import re
from typing import NamedTuple
from urllib.parse import quote

from bot.wechat.errors import WechatError
from bot.wechat.http import Http

EXCHANGE_PATH = "/sns/oauth2/access_token"
LONGEST_STATE = 128

_STATE = re.compile(rf"[a-zA-Z0-9]{{0,{LONGEST_STATE}}}")
_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class SignedIn(NamedTuple):
    """Who opened a page. In a snapshot the openid is made up by the platform and stands for nobody: keep nothing."""

    openid: str
    is_snapshot: bool


def authorize_url(oauth_url: str, app_id: str, redirect_uri: str, state: str) -> str:
    """Where a page sends WeChat's browser so that it comes back to `redirect_uri` with code and state, without asking
    the person anything. `state`: at most 128 letters and digits. The platform takes the parameters in this order only.
    """
    if not _STATE.fullmatch(state):
        raise ValueError("a state is of at most 128 letters and digits")
    back = quote(redirect_uri, safe="")
    return (
        f"{oauth_url}/connect/oauth2/authorize?appid={quote(app_id, safe='')}&redirect_uri={back}"
        f"&response_type=code&scope=snsapi_base&state={state}#wechat_redirect"
    )


def exchange_code(http: Http, app_id: str, app_secret: str, code: str) -> SignedIn:
    """Who came with this code, which is good once and for five minutes. Raises WechatError; its reaction is SIGN_IN
    where the code is at fault. The token that comes along is of no use here and is dropped."""
    query = {"appid": app_id, "secret": app_secret, "code": code, "grant_type": "authorization_code"}
    answer = http.call(EXCHANGE_PATH, query)
    openid = answer.get("openid")
    if not isinstance(openid, str) or not _OPENID.fullmatch(openid):
        raise WechatError(EXCHANGE_PATH, None, "answer_odd", may_have_happened=True)
    return SignedIn(openid, answer.get("is_snapshotuser", 0) not in (0, "0", False, None))
