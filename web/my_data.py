"""我的资料: what is kept of whoever asks for their next check-in, shown to them, changed and removed by them."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired

from models.phrases import LANGUAGES
from models.rules import masks
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import looked, own_data
from web import access
from web.confirming import confirm_page
from web.forms import KEYBOARDS, PageForm, Question
from web.language import say
from web.outside import outside
from web.visiting import Visitor, remember, visitor

pages = Blueprint("own_data", __name__, url_prefix="/me/data")

_FIELD = "<any(name, id_number, phone, address):field>"
_WHOLE = {"name": str, "id_number": masks.in_groups, "phone": masks.in_groups, "address": str}
_SENT_ANEW = frozenset(("data_gone", "data_changed"))
"""Refusals that are of the page as a whole."""


class Change(PageForm):
    """One field, and what it was when it was seen."""

    seen = HiddenField()
    value = StringField(validators=[InputRequired()])

    @property
    def seen_as(self) -> str:
        """What was sent; "", which nothing is seen as, where nothing was, and not what the form is made with."""
        return (self.seen.raw_data or [""])[0]


@pages.before_request
def _asks_the_platform() -> ResponseReturnValue | None:
    """What somebody typed whose session is over is told to be lost, rather than taken for a browser's."""
    return access.to_sign_in() if access.must_authorize() else None


@pages.get("")
def shown() -> ResponseReturnValue:
    """Everything that is kept for a next check-in. Whole to whom WeChat names; masked in a browser, which may be
    anybody's by tomorrow, and without the halls that its person agreed with."""
    who = visitor()
    data = own_data.of(who.openid)
    if data is None:
        return render_template("my_data.html", data=None, is_in_wechat=who.is_in_wechat)
    rows = [(field, _words(who, field, text), bool(text)) for field, text in data.profile.items()]
    page = render_template(
        "my_data.html",
        kept=_kept(who),
        data=data,
        rows=rows,
        is_in_wechat=who.is_in_wechat,
        # In which halls somebody has been is of the past.
        agreed=[_agreed(hall, version) for hall, version in data.consents if who.is_in_wechat],
        used=f"{data.used_at.astimezone(outside().zone):%Y-%m-%d}",
        until=f"{data.until.astimezone(outside().zone):%Y-%m-%d}",
        language_words=say(f"my_data.language_{data.language}"),
        other_language=next(one for one in LANGUAGES if one != data.language),
        form=Question(),
    )
    return remember(Response(page))


def _agreed(hall: HallFacts, version: int) -> tuple[str, str, str, str]:
    url = url_for("visitor.notice", code=hall.code, version=version)
    return hall.name, say("notice.version", version=version), url, url_for("own_data.withdraw", code=hall.code)


def _kept(who: Visitor) -> list[str]:
    """What else there is of them, and until when."""
    if not who.is_in_wechat:
        return []
    stays = [
        say("rights.kept_visits", hall=one.hall.name, count=one.count, day=one.gone_on)
        for one in own_data.stays_in_halls(who.openid)
    ]
    return [
        *(stays or [say("rights.kept_nothing")]),
        say("rights.kept_looks", days=looked.KEEP.days),
        say("rights.kept_talk", minutes=own_data.TALK_MINUTES),
    ]


def _words(who: Visitor, field: str, text: str) -> str:
    if not text:
        return say("said.nothing")
    return (_WHOLE if who.is_in_wechat else masks.BY_FIELD)[field](text)


@pages.route(f"/{_FIELD}", methods=["GET", "POST"])
def change(field: str) -> ResponseReturnValue:
    """One field anew, as the check-in reads it. What was changed elsewhere meanwhile is said, and what was typed stays
    in the form."""
    who = visitor()
    data = own_data.of(who.openid)
    if data is None:
        return redirect(url_for("own_data.shown"), 303)
    form = Change(seen=data.seen[field], value=data.profile[field] if who.is_in_wechat else "")
    form.value.label.text = say(f"step.{field}.label")
    form.value.description = say(f"my_data.{field}_help")
    if form.validate_on_submit():
        try:
            own_data.change(who.openid, field, form.value.data or "", form.seen_as, outside().clock())
            flash(say("my_data.saved"), "done")
            return redirect(url_for("own_data.shown"), 303)
        except Refused as no:
            form.refuse(form.value, no)
            if no.code in _SENT_ANEW:
                # Sent again, it is meant against what the page says now.
                form.seen.data = data.seen[field]
    return render_template(
        "my_data_change.html",
        form=form,
        title=say("my_data.change_what", what=say(f"step.{field}.label")),
        stands=_words(who, field, data.profile[field]),
        keyboard=KEYBOARDS[field],
        remove_url=url_for("own_data.remove", field=field) if data.profile[field] else "",
    )


@pages.route(f"/{_FIELD}/remove", methods=["GET", "POST"])
def remove(field: str) -> ResponseReturnValue:
    """Forget one field."""
    who = visitor()
    data = own_data.of(who.openid)
    if data is None or not data.profile[field]:
        return redirect(url_for("own_data.shown"), 303)
    form = Question()
    what = say(f"step.{field}.label")
    if form.validate_on_submit():
        own_data.remove(who.openid, field, outside().clock())
        flash(say("my_data.removed", what=what), "done")
        return redirect(url_for("own_data.shown"), 303)
    return confirm_page(
        say("my_data.remove_title", what=what), [say("my_data.remove_then")], say("my_data.remove"),
        url_for("own_data.shown"), form,
    )  # fmt: skip


@pages.route("/consents/<code>", methods=["GET", "POST"])
def withdraw(code: str) -> ResponseReturnValue:
    """Take back what was agreed to in a hall; not in a browser, which is not told which halls those are."""
    who = visitor()
    data = own_data.of(who.openid) if who.is_in_wechat else None
    hall = next((hall for hall, _ in data.consents if hall.code == code.lower()), None) if data else None
    if data is None or hall is None:
        return redirect(url_for("own_data.shown"), 303)
    form = Question()
    if form.validate_on_submit():
        own_data.withdraw(who.openid, hall.id, outside().clock())
        flash(say("rights.withdrawn", hall=hall.name), "done")
        return redirect(url_for("own_data.shown"), 303)
    then = [say("rights.withdraw_then", hall=hall.name)]
    if len(data.consents) == 1:
        then.append(say("rights.withdraw_last"))
    title = say("rights.withdraw_title", hall=hall.name)
    return confirm_page(title, then, say("rights.withdraw"), url_for("own_data.shown"), form)


@pages.post("/language")
def language() -> ResponseReturnValue:
    """In which language the chat answers from now on."""
    asked = request.form.get("language", "")
    if asked in LANGUAGES:
        own_data.speak(visitor().openid, asked)
        flash(say("my_data.saved"), "done")
    return redirect(url_for("own_data.shown"), 303)
