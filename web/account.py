"""Pages of whoever is signed in: where they may go, where they are signed in, and the way out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models.rules.access import OPEN
from models.services import devices, sessions
from models.services.posts import Post
from web import access
from web.access import SignedIn, needs_somebody
from web.forms import Question
from web.hall_sections import hall_pages
from web.language import asked_language, say
from web.outside import outside
from web.sign_in import post_words

pages = Blueprint("account", __name__)


@pages.get("/me")
@needs_somebody
def me(who: SignedIn) -> ResponseReturnValue:
    """A person's halls and posts."""
    cards = [(post_words(post), _note(post), _ways(post)) for post in who.posts]
    return render_template("me.html", cards=cards, form=Question())


def _note(post: Post) -> str:
    return say(f"login.hall_{post.hall.status}") if post.hall and post.hall.status != OPEN else ""


def _ways(post: Post) -> list[tuple[str, str]]:
    """The pages that this post opens: (label, address)."""
    if post.hall is None:
        return [
            (say(f"login.to_{name}"), url_for(endpoint))
            for name, endpoint in (
                ("halls", "operators.halls"),
                ("cases", "operators.cases"),
                ("health", "operators.health"),
            )
        ]
    return [(say(f"login.to_{name}"), url) for name, url in hall_pages(post)]


@pages.post("/logout")
def logout() -> ResponseReturnValue:
    """Out, on this browser."""
    return access.sign_out(redirect(url_for("account.left"), 303))


@pages.get("/left")
def left() -> str:
    """What somebody sees who has signed out; nothing is begun for them anew, least of all within WeChat."""
    return render_template(
        "error.html",
        title=say("login.left_title"),
        sentence=say("login.left"),
        further=(url_for("sign_in.desk"), say("login.again")),
    )


@pages.get("/me/sessions")
@needs_somebody
def listed(who: SignedIn) -> ResponseReturnValue:
    """Where they are signed in."""
    rows = [
        {
            "id": row.public_id,
            "device": devices.in_words(asked_language(), row.device),
            "place": say(f"login.place_{row.place}"),
            "begun": outside().time(row.begun_at),
            "seen": outside().time(row.seen_at),
            "is_this": row.public_id == who.session.public_id,
        }
        for row in sessions.listed(who.openid, outside().clock())
    ]
    return render_template("sessions.html", rows=rows, form=Question())


@pages.post("/me/sessions")
@needs_somebody
def end(who: SignedIn) -> ResponseReturnValue:
    """End one of one's sessions, or all but this one."""
    asked = request.form.get("session", "")
    if asked == who.session.public_id:
        return logout()
    if asked == "others":
        flash(say("login.ended_count", count=sessions.end_others(who.openid, who.session.public_id)), "done")
    elif sessions.end(asked, who.openid):
        flash(say("login.ended_one"), "done")
    return redirect(url_for("account.listed"), 303)
