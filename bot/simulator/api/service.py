"""About the API itself: addresses, quotas, refused calls, and the ticket of the JS-SDK."""

from bot.simulator.api.calls import DONE, Answer, Call, Endpoint, text_in
from bot.simulator.api.errcodes import Refusal
from bot.simulator.api.token import check_account

ADDRESSES = ["127.0.0.1"]


def addresses(call: Call) -> Answer:
    """Where the platform calls from, and where it is called: this machine."""
    return {"ip_list": ADDRESSES}


def quota(call: Call) -> Answer:
    """How often a call was made today, and how often it may be."""
    path = text_in(call.body, "cgi_path")
    limit = call.platform.quotas.daily_limits.get(path)
    if limit is None:
        raise Refusal(76003)
    used = call.platform.quotas.used(path)
    return {**DONE, "quota": {"daily_limit": limit, "used": used, "remain": max(limit - used, 0)}}


def clear_quota(call: Call) -> Answer:
    """Begins today's counts anew."""
    if text_in(call.body, "appid") != call.platform.app_id:
        raise Refusal(40013)
    return _cleared(call)


def clear_quota_by_secret(call: Call) -> Answer:
    """The same without a token, for when not even a token can be had."""
    form = call.request.form or call.body
    check_account(call.platform, text_in(form, "appid"), text_in(form, "appsecret"))
    return _cleared(call)


def rid(call: Call) -> Answer:
    """What a refused call was."""
    refused = call.rids.find(text_in(call.body, "rid"))
    if refused is None:
        raise Refusal(76001)
    request = {
        "invoke_time": int(refused.at),
        "cost_in_ms": int(refused.took_seconds * 1000),
        "request_url": refused.url,
        "request_body": refused.request_body,
        "response_body": refused.response_body,
        "client_ip": refused.caller,
    }
    return {**DONE, "request": request}


def ticket(call: Call) -> Answer:
    """The ticket of the JS-SDK, the same one until it ends."""
    if call.request.args.get("type", "") != "jsapi":
        raise Refusal(40097)
    value, left_seconds = call.platform.tickets.current()
    return {**DONE, "ticket": value, "expires_in": left_seconds}


def _cleared(call: Call) -> Answer:
    if not call.platform.quotas.clear():
        raise Refusal(48006)
    return DONE


CALLS = {
    "/cgi-bin/getcallbackip": Endpoint(addresses, "GET"),
    "/cgi-bin/get_api_domain_ip": Endpoint(addresses, "GET"),
    "/cgi-bin/openapi/quota/get": Endpoint(quota),
    "/cgi-bin/clear_quota": Endpoint(clear_quota),
    "/cgi-bin/clear_quota/v2": Endpoint(clear_quota_by_secret, needs_token=False),
    "/cgi-bin/openapi/rid/get": Endpoint(rid),
    "/cgi-bin/ticket/getticket": Endpoint(ticket, "GET"),
}
