"""删除我的资料 as a page: what goes and what stays, asked once more, and done."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.refusal import Refused
from models.services import forgetting
from web import access
from web.confirming import confirm_page
from web.forms import Question
from web.language import asked_language, refusal, say
from web.outside import outside
from web.visiting import forget_browser, visitor

pages = Blueprint("own_erasing", __name__, url_prefix="/me")


@pages.route("/erase", methods=["GET", "POST"])
def erase() -> ResponseReturnValue:
    """Whoever is inside is told to leave first; whoever left nothing, that there is nothing."""
    if access.must_authorize():
        return access.to_sign_in()
    who, now = visitor(), outside().clock()
    found = forgetting.kept(who.openid, now)
    back = url_for("own_data.shown")
    if found.is_nothing:
        return _told(say("rights.none"), (back, say("rights.back")))
    if found.inside:
        leave = url_for("visitor.out", code=found.inside.code)
        return _told(say("rights.page_inside", hall=found.inside.name), (leave, say("rights.to_exit")))
    form = Question()
    if form.validate_on_submit():
        try:
            done = forgetting.forget(who.openid, now, "page")
        except Refused as no:
            return _told(refusal(no), (back, say("rights.back")))
        more = "1" if done.later and who.is_in_wechat else None
        return _forgotten(redirect(url_for("own_erasing.erased", more=more), 303))
    # In which halls a browser's person has been, and whether a case is about it, is of the past.
    sentences = forgetting.what_goes(found, asked_language(), is_past_told=who.is_in_wechat)
    return confirm_page(say("rights.title"), sentences, say("rights.button"), back, form)


@pages.get("/erased")
def erased() -> ResponseReturnValue:
    """That it is done; it asks nobody who they are, since nobody is known any more."""
    later = say("rights.done_page_later") if request.args.get("more") == "1" else ""
    return render_template("error.html", title=say("rights.done_title"), sentence=say("rights.done_page") + later)


def _told(sentence: str, further: tuple[str, str]) -> str:
    return render_template("error.html", title=say("rights.title"), sentence=sentence, further=further)


def _forgotten(response: Response) -> Response:
    """The session has ended with everything else, and the browser is nobody's."""
    return forget_browser(access.sign_out(response))
