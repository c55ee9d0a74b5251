"""Pages on which people sign in: over WeChat, by a code or a number on a desktop, by a link from the chat."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from models.adapters import qr_codes
from models.adapters.qr_codes import Matrix
from models.rules.own_paths import own_path
from models.rules.refusal import Refused
from models.services import authorizations, devices, sign_in_links, sign_ins
from models.services.posts import Post, posts
from models.services.sessions import Place
from models.services.sign_ins import NEW, NO, YES, Shown
from web import access
from web.forms import Question
from web.language import asked_language, refusal, say
from web.outside import outside

pages = Blueprint("sign_in", __name__)


@pages.get("/login")
def desk() -> ResponseReturnValue:
    """A code and a number for this browser; renewed with each look once they are over."""
    target = _target(request.args.get("next", ""))
    if access.signed_in():
        return redirect(target)
    if request.method == "HEAD":
        return ""
    if access.may_authorize():
        return access.to_authorize(target)
    if access.in_wechat():
        return render_template("error.html", title=say("login.by_link_title"), sentence=say("login.by_link"))
    shown, state = _shown(target)
    address = f"{outside().base_url}{url_for('sign_in.phone', token=shown.token)}"
    return render_template(
        "login.html",
        form=Question(),
        is_confirmed=state == YES,
        is_denied=state == NO,
        number=f"{shown.number[:3]} {shown.number[3:]}",
        code=drawn(qr_codes.matrix(address, small=True)),
        next=target,
    )


def _shown(target: str) -> tuple[Shown, str]:
    """What this browser shows, and how that stands. Of a no it is told once, with a new code."""
    now, browser = outside().clock(), access.browser_secret()
    token, number, leads_to = _kept()
    state = sign_ins.state(token, browser, now) if leads_to == target else None
    if state in (NEW, YES):
        return Shown(token, number), state
    shown = sign_ins.begin(target, browser, access.device(), now)
    session["scan"] = [*shown, target]
    return shown, state if state == NO else NEW


def _kept() -> tuple[str, str, str]:
    """Token, number and target that this browser was shown last; empty ones where it was shown none."""
    kept = session.get("scan")
    if isinstance(kept, list) and len(kept) == 3 and all(isinstance(one, str) for one in kept):
        return kept[0], kept[1], kept[2]
    return "", "", ""


@pages.post("/login")
def enter() -> ResponseReturnValue:
    """Spend the yes of a phone. Of several that ask at once one gets it; the others are led back, and by then the
    browser is signed in."""
    if Question().validate_on_submit():
        entered = sign_ins.claim(_kept()[0], access.browser_secret(make=False), outside().clock())
        if entered is not None:
            return access.sign_in(entered.openid, entered.target, Place.DESK)
    return redirect(url_for("sign_in.desk", next=_target(request.args.get("next", ""))), 303)


@pages.get("/login/poll")
def poll() -> ResponseReturnValue:
    """204 while the page is as it should be; 200 once it is to be asked for anew. One read."""
    is_waiting = sign_ins.state(_kept()[0], access.browser_secret(make=False), outside().clock()) == NEW
    return Response(status=204, mimetype="application/json") if is_waiting else {"is_changed": True}


@pages.route("/login/s/<token>", methods=["GET", "POST"])
def phone(token: str) -> ResponseReturnValue:
    """Where the code of a desktop leads: which desktop it is, then yes or no."""
    who = access.signed_in()
    if who is None:
        if access.may_authorize():
            return access.to_sign_in()
        return render_template("error.html", title=say("login.scan_title"), sentence=say("login.scan_otherwise")), 403
    now = outside().clock()
    try:
        pending = sign_ins.by_token(token, who.openid, now)
        form = Question()
        if form.validate_on_submit():
            is_yes = request.form.get("decision") == "yes"
            (sign_ins.confirm if is_yes else sign_ins.deny)(pending.id, who.openid, now)
            word = "confirmed" if is_yes else "denied"
            return render_template("error.html", title=say(f"login.{word}_title"), sentence=say(f"login.{word}"))
    except Refused as no:
        return _refused(no)
    facts = [
        (say("login.device"), devices.in_words(asked_language(), pending.device)),
        (say("login.begun"), say("login.seconds_ago", seconds=int((now - pending.made_at).total_seconds()))),
        (say("login.as"), _all_words(who.posts)),
    ]
    return render_template("login_phone.html", form=form, facts_shown=facts)


@pages.get("/login/oauth")
def came_back() -> ResponseReturnValue:
    """Where the platform leads back to. A GET by its nature; the state is bound to this browser and the code is spent
    once, so that asking twice changes nothing."""
    state, code = request.args.get("state", ""), request.args.get("code", "")
    browser, now = access.browser_secret(make=False), outside().clock()
    try:
        entered = authorizations.finish(state, code, browser, outside().exchange, now)
    except Refused as no:
        if no.code == "sign_in_state" and access.signed_in():
            # Somebody went back to an old callback: they are signed in as themselves, and stay it.
            return redirect(url_for("account.me"))
        target = authorizations.target_of(state, browser, now) or url_for("account.me")
        return _refused(no, None if no.code == "sign_in_snapshot" else target)
    return access.sign_in(entered.openid, entered.target, Place.WECHAT, entered.secret)


@pages.route("/login/link", methods=["GET", "POST"])
def link() -> ResponseReturnValue:
    """A link from the chat: shows whom it signs in and where; the POST does it. `t`: its token, in the query, which no
    access log keeps."""
    token, now = request.args.get("t", ""), outside().clock()
    form = Question()
    try:
        if form.validate_on_submit():
            spent = sign_in_links.spend(token, now)
            return access.sign_in(spent.openid, spent.target, access.place())
        shown = sign_in_links.shown(token, now)
    except Refused as no:
        return _refused(no)
    who = _all_words(posts(shown.openid)) or say("login.yourself")
    current = access.signed_in()
    return render_template(
        "login_link.html",
        form=form,
        facts_shown=[(say("login.as"), who), (say("login.on"), devices.in_words(asked_language(), access.device()))],
        replaces=current is not None and current.openid != shown.openid,
    )


def post_words(post: Post) -> str:
    """A post as its holder calls it."""
    if post.hall is None:
        return say("login.operator")
    return say("login.post", hall=post.hall.name, role=say(f"staff.role.{post.role}"))


def _all_words(held: list[Post]) -> str:
    return say("login.between_posts").join(post_words(post) for post in held)


def drawn(code: Matrix) -> dict[str, object]:
    """What a template draws a code of: the side of its square and one path."""
    quiet = qr_codes.QUIET
    path = "".join(f"M{one.x + quiet} {one.y + quiet}h{one.width}v{one.height}h-{one.width}z" for one in code.dark)
    return {"side": code.full_size, "path": path}


def _target(asked: str) -> str:
    return own_path(asked) or url_for("account.me")


def _refused(no: Refused, again: str | None = None) -> ResponseReturnValue:
    further = (url_for("sign_in.desk", next=again), say("login.again")) if again else None
    page = render_template("error.html", title=say("login.failed_title"), sentence=refusal(no), further=further)
    return page, 503 if no.code == "sign_in_down" else 409
