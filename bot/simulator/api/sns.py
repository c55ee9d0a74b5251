"""Web sign-in, from the page's server: /sns/…"""

from bot.simulator.api.calls import DONE, Answer, Call, Endpoint
from bot.simulator.api.errcodes import Refusal
from bot.simulator.api.token import check_account
from bot.simulator.signing_in import CodeRefused, Session

NICKNAME = "微信用户"


def access_token(call: Call) -> Answer:
    """Who came with a code."""
    query = call.request.args
    check_account(call.platform, query.get("appid", ""), query.get("secret", ""))
    if query.get("grant_type", "") != "authorization_code":
        raise Refusal(40002)
    try:
        session = call.platform.signing_in.session_of(call.argument("code", 41008))
    except CodeRefused as refused:
        raise Refusal(refused.errcode) from None
    return _told(call, session)


def refresh_token(call: Call) -> Answer:
    """The same person again, later."""
    query = call.request.args
    if query.get("appid", "") != call.platform.app_id:
        raise Refusal(40013)
    if query.get("grant_type", "") != "refresh_token":
        raise Refusal(40002)
    try:
        session = call.platform.signing_in.refreshed(query.get("refresh_token", ""))
    except CodeRefused as refused:
        raise Refusal(refused.errcode) from None
    return _told(call, session)


def userinfo(call: Call) -> Answer:
    """What the person agreed to show; most of it is empty for everybody."""
    session = _session(call)
    if session.scope != "snsapi_userinfo":
        raise Refusal(48001)
    return {
        "openid": session.openid,
        "nickname": NICKNAME,
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
    }


def auth(call: Call) -> Answer:
    """Whether a token is still good."""
    _session(call)
    return DONE


def _session(call: Call) -> Session:
    session = call.platform.signing_in.found(call.argument("access_token", 41001))
    if session is None:
        raise Refusal(40001)
    if not call.platform.signing_in.is_live(session):
        raise Refusal(42001)
    if call.argument("openid", 41009) != session.openid:
        raise Refusal(40003)
    return session


def _told(call: Call, session: Session) -> Answer:
    answer = {
        "access_token": session.access_token,
        "expires_in": int(session.ends_at - call.platform.clock()),
        "refresh_token": session.refresh_token,
        "openid": session.openid,
        "scope": session.scope,
    }
    return {**answer, "is_snapshotuser": 1} if session.is_snapshot else answer


CALLS = {
    "/sns/oauth2/access_token": Endpoint(access_token, "GET", needs_token=False),
    "/sns/oauth2/refresh_token": Endpoint(refresh_token, "GET", needs_token=False),
    "/sns/userinfo": Endpoint(userinfo, "GET", needs_token=False),
    "/sns/auth": Endpoint(auth, "GET", needs_token=False),
}
