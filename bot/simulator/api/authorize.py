"""The page on which WeChat asks a person whether another page may know them: /connect/oauth2/authorize."""

from html import escape

from flask import Request, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.phones import Phone
from bot.simulator.platform import Platform
from bot.simulator.signing_in import LinkRefused, link_of

ELSEWHERE = "请在微信客户端打开链接"
# What stands on the page for each fault of the link.
_FAULTS = {
    "parameters_wrong": "参数错误",
    "other_account": "appid 参数错误",
    "redirect_wrong": "redirect_uri 参数错误",
    "other_domain": "redirect_uri 域名与后台配置不一致，错误码：10003",
    "state_wrong": "state 参数错误",
}
_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<h1>{title}</h1>
{rest}
</html>
"""
_CHOICE = """<p>这个网页想知道您的微信身份。</p>
<form method="post">
<button name="decision" value="allow">同意</button>
<button name="decision" value="deny">拒绝</button>
</form>"""


def authorize(platform: Platform, phone: Phone | None, request: Request) -> AnyResponse:
    """Leads back to the page with a code: at once where only the openid is asked for and where a follower asks, else
    after the person agreed. An error page if the link is wrong or the browser is not WeChat's."""
    if phone is None:
        return _page(ELSEWHERE)
    try:
        link = link_of(request.query_string.decode("ascii", "replace"), platform.app_id, platform.domain)
    except LinkRefused as refused:
        return _page(_FAULTS[refused.code])
    decision = request.form.get("decision", "")
    is_silent = link.scope == "snsapi_base" or phone.is_following or platform.signing_in.in_snapshots
    if not is_silent and not decision:
        return _page("申请使用", _CHOICE)
    code = None if decision == "deny" else platform.signing_in.code_for(phone.openid, link.scope)
    return redirect(link.target(code))


def _page(title: str, rest: str = "") -> Response:
    return Response(_PAGE.format(title=escape(title), rest=rest), content_type="text/html; charset=utf-8")
