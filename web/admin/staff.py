"""Who works for a hall: members, invites, and the way out."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from models.rules.access import Action, Role
from models.rules.contact import person_name
from models.rules.refusal import Refused
from models.services import staff
from models.services.posts import Post
from models.services.staff import INVITE_LASTS
from web.access import needs
from web.admin.showing import hall_of, now, shown
from web.confirming import confirm_page
from web.forms import PageForm, Question, accepted_by
from web.language import Phrase, refusal, say
from web.outside import outside
from web.withdrawing import withdraw_invite

pages = Blueprint("staff", __name__)


@pages.get("/staff")
@needs(Action.STAFF)
def listed(post: Post) -> ResponseReturnValue:
    """Members and open invites."""
    hall = hall_of(post)
    members = [
        (one.name, say(f"staff.role.{one.role}"), outside().time(one.bound_at), one.openid == post.openid,
         url_for(".remove", key=staff.key_of(one)))
        for one in staff.members(hall.id)
    ]  # fmt: skip
    invites = [
        (one.name, say(f"staff.role.{one.role}"), outside().time(one.expires_at),
         url_for(".withdraw", key=staff.key_of(one)))
        for one in staff.open_invites(hall.id, now())
    ]  # fmt: skip
    return shown(post, "staff.html", "staff", members=members, invites=invites)


class Invite(PageForm):
    """Whom, and as what."""

    name = StringField(
        Phrase("admin.staff.name"), [InputRequired(), accepted_by(person_name)], description=Phrase("admin.help.member")
    )
    role = RadioField(
        Phrase("admin.staff.role"),
        [InputRequired()],
        choices=[SelectChoice(one.value, Phrase(f"admin.staff.may_{one.value}")) for one in (Role.GUARD, Role.ADMIN)],
        default=Role.GUARD.value,
    )


@pages.route("/staff/invite", methods=["GET", "POST"])
@needs(Action.STAFF)
def invite(post: Post) -> ResponseReturnValue:
    """The code is shown in answer to the POST and never again."""
    form = Invite()
    if form.validate_on_submit():
        role = Role(form.role.data)
        try:
            code = staff.invite(post, role, form.name.data or "", now())
        except Refused as no:
            form.refuse(form.name, no)
        else:
            hours = int(INVITE_LASTS.total_seconds()) // 3600
            return shown(
                post, "invited.html", "staff", code=code, name=person_name(form.name.data or ""), hours=hours,
                role=say(f"staff.role.{role}"),
            )  # fmt: skip
    return shown(post, "invite.html", "staff", form=form)


@pages.route("/staff/<key>/remove", methods=["GET", "POST"])
@needs(Action.STAFF)
def remove(post: Post, key: str) -> ResponseReturnValue:
    """Asks first, and says what follows."""
    found = next((one for one in staff.members(hall_of(post).id) if staff.key_of(one) == key), None)
    if found is None:
        raise NotFound
    is_self = found.openid == post.openid
    question = Question()
    if question.validate_on_submit():
        try:
            staff.remove(post, found.name, now())
        except Refused as no:
            flash(refusal(no), "problem")
            return redirect(url_for(".listed"), 303)
        flash(say("admin.staff.removed", name=found.name), "done")
        return redirect(url_for("account.me") if is_self else url_for(".listed"), 303)
    then = [say("admin.staff.remove_self" if is_self else "admin.staff.remove_then", name=found.name)]
    title = say("admin.staff.remove_title", name=found.name)
    return confirm_page(title, then, say("admin.staff.remove"), url_for(".listed"), question)


@pages.route("/staff/<key>/withdraw", methods=["GET", "POST"])
@needs(Action.STAFF)
def withdraw(post: Post, key: str) -> ResponseReturnValue:
    """Asks first; the code then binds nobody."""
    return withdraw_invite(post, key, url_for(".listed"))
