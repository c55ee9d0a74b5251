"""Access tokens: /cgi-bin/token and /cgi-bin/stable_token."""

import hmac

from bot.simulator.api.calls import Answer, Call, Endpoint, text_in
from bot.simulator.api.errcodes import Refusal
from bot.simulator.platform import Platform
from bot.simulator.tokens import TooOftenForced

GRANT_TYPE = "client_credential"


def token(call: Call) -> Answer:
    """A new token of the old family."""
    query = call.request.args
    check_account(call.platform, query.get("appid", ""), query.get("secret", ""))
    _check_grant_type(query.get("grant_type", ""))
    _check_caller(call)
    value, life_seconds = call.platform.tokens.ordinary()
    return {"access_token": value, "expires_in": life_seconds}


def stable_token(call: Call) -> Answer:
    """The token of the stable family, with what is left of its life."""
    body = call.body
    check_account(call.platform, text_in(body, "appid"), text_in(body, "secret"))
    _check_grant_type(text_in(body, "grant_type"))
    _check_caller(call)
    force = body.get("force_refresh", False)
    if not isinstance(force, bool):
        raise Refusal(47001)
    try:
        value, left_seconds = call.platform.tokens.stable(force=force)
    except TooOftenForced:
        raise Refusal(45009) from None
    return {"access_token": value, "expires_in": left_seconds}


def check_account(platform: Platform, app_id: str, secret: str) -> None:
    """Refusal unless this is the account with its secret."""
    if not app_id:
        raise Refusal(41002)
    if app_id != platform.app_id:
        raise Refusal(40013)
    if not secret:
        raise Refusal(41004)
    if not hmac.compare_digest(secret.encode("utf-8"), platform.app_secret.encode("utf-8")):
        raise Refusal(40125)
    if platform.is_secret_frozen:
        raise Refusal(40243)


def _check_grant_type(grant_type: str) -> None:
    if grant_type != GRANT_TYPE:
        raise Refusal(40002)


def _check_caller(call: Call) -> None:
    address = call.request.remote_addr or ""
    if call.platform.callers is not None and address not in call.platform.callers:
        raise Refusal(40164, f"{address} ipv6 ::ffff:{address}")


CALLS = {
    "/cgi-bin/token": Endpoint(token, "GET", needs_token=False),
    "/cgi-bin/stable_token": Endpoint(stable_token, needs_token=False),
}
