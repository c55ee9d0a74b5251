"""The phones themselves: the page, its live copy, and what a person does in the account's chat."""

from collections.abc import Callable

from flask import Flask, abort, render_template, request
from werkzeug.wrappers import Response

from bot.simulator.page.answers import SENTENCES, back_to, done
from bot.simulator.page.setting import Setting
from bot.simulator.page.shown import page_of, version_of
from bot.simulator.page.visitors import Visitors, phone_numbered, remember, visitors_now
from bot.simulator.phones import Phone

MOST_TYPED = 5000
SHEETS = frozenset({"scan", "photos", "more"})


def add_chat(app: Flask, setting: Setting) -> None:
    """All routes of this file."""
    _add_page(app, setting)
    _add_visitors(app, setting)
    _add_deeds(app, setting)


def _add_page(app: Flask, setting: Setting) -> None:
    def shown(visitors: Visitors) -> Response:
        opens = request.args.get("open", "")
        body = render_template(
            "page.html",
            **page_of(setting, visitors),
            said=SENTENCES.get(request.args.get("said", ""), ""),
            opens=opens if opens in SHEETS else "",
            button=request.args.get("button", "") if opens in SHEETS else "",
            bar="text" if opens == "photos" or request.args.get("bar") == "text" else "menu",
            most_typed=MOST_TYPED,
        )
        return Response(body, content_type="text/html; charset=utf-8")

    @app.get("/")
    def page() -> Response:
        visitors = visitors_now(setting.platform)
        return remember(shown(visitors), visitors)

    @app.get("/live")
    def live() -> Response:
        """The page again, if it would look different from the copy that the browser has. It sets no cookie: an answer
        that comes late would undo what was done meanwhile."""
        visitors = visitors_now(setting.platform)
        version = version_of(setting, visitors)
        response = Response(status=304) if version in request.if_none_match else shown(visitors)
        response.set_etag(version)
        return response


def _add_visitors(app: Flask, setting: Setting) -> None:
    """One more phone, of a visitor or of somebody who works there."""

    @app.post("/visitors")
    def new_visitor() -> Response:
        visitors, openid = visitors_now(setting.platform), setting.platform.fresh_openid()
        more = visitors.with_another(openid)
        role = request.form.get("role")
        if more is visitors:
            return back_to(more.number, said="visitors_full")
        if role is not None:
            become = _role(setting, role)
            setting.platform.phone(openid, following=True)
            become(openid)
        return remember(back_to(more.number), more)


def _role(setting: Setting, place: str) -> Callable[[str], object]:
    """What makes an openid one of the role at this place; 400 if there is none."""
    if not (place.isascii() and place.isdigit()) or len(place) > 2 or int(place) >= len(setting.roles):
        abort(400)
    return setting.roles[int(place)][1]


def _add_deeds(app: Flask, setting: Setting) -> None:
    """What the person does with the phone: each a form of its own that leads back to the page."""

    def deed(name: str, do: Callable[[Phone], object]) -> None:
        def view(number: int) -> Response:
            return done(app, number, lambda: do(phone_numbered(setting.platform, number)))

        app.add_url_rule(f"/phones/<int:number>/{name}", name, view, methods=["POST"])

    def say(phone: Phone) -> None:
        # A browser sends the line ends of a text box as CR LF; a phone sends LF.
        text = request.form.get("text", "").replace("\r\n", "\n").strip("\n")[:MOST_TYPED]
        if text.strip():
            phone.says(text)

    def tap(phone: Phone) -> None:
        phone.taps(request.form.get("content", "")[:MOST_TYPED], request.form.get("menu_id", "")[:MOST_TYPED])

    def consent(phone: Phone) -> None:
        template = setting.platform.templates.find(request.form.get("template", ""))
        if template is None or template.kind == "template":
            abort(400)
        answer = phone.accepts if request.form.get("answer") == "accept" else phone.rejects
        answer(template.template_id)

    deed("say", say)
    deed("tap", tap)
    deed("consent", consent)
    deed("follow", lambda phone: phone.follow())
    deed("unfollow", lambda phone: phone.unfollow())
    deed("revoke", lambda phone: phone.revokes(setting.platform.app_id))
