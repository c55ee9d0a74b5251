"""A hall's name, place and whom to ask."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired

from models.adapters.regions import table
from models.rules.access import Action
from models.rules.hall_facts import check_address, check_contact, check_phone
from models.rules.hall_names import hall_name
from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.rules.regions import LONGEST_SEARCH, Region, check_in_use, in_own_words
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, changed, form_page, hall_of, shown
from web.forms import accepted_by
from web.language import Phrase, refusal, say

pages = Blueprint("basics", __name__)

OWN_WORDS = "own"


def _trimmed(text: str | None) -> str:
    """Blank is nothing, not a word too short."""
    return (text or "").strip()


class Basics(HallForm):
    """Each as the rules read it; empty but for the name, if it is not to be told."""

    name = StringField(
        Phrase("fact.name"), [InputRequired(), accepted_by(hall_name)], description=Phrase("admin.help.name")
    )
    address = StringField(
        Phrase("fact.address"),
        [accepted_by(check_address)],
        filters=[_trimmed],
        description=Phrase("admin.help.address"),
    )
    contact = StringField(
        Phrase("fact.contact"),
        [accepted_by(check_contact)],
        filters=[_trimmed],
        description=Phrase("admin.help.contact"),
    )
    phone = StringField(
        Phrase("fact.phone"),
        [accepted_by(check_phone)],
        filters=[_trimmed],
        description=Phrase("admin.help.phone"),
    )


@pages.route("/settings/basics", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def edit(post: Post) -> ResponseReturnValue:
    """Name, address, contact, telephone."""
    hall = hall_of(post)
    form = Basics(revision=hall.revision, name=hall.name, address=hall.address, contact=hall.contact, phone=hall.phone)
    if changed(post, form, lambda: _facts(form), name=lambda: form.name.data, fields={"hall_double": form.name}):
        return redirect(url_for("admins.settings.overview"), 303)
    fields = [
        (form.name, {"autocomplete": "organization"}),
        (form.address, {"autocomplete": "off"}),
        (form.contact, {"autocomplete": "off"}),
        (form.phone, {"autocomplete": "off", "inputmode": "tel"}),
    ]
    return form_page(post, form, say("admin.settings.basics"), fields, current)


def _facts(form: Basics) -> dict[str, str]:
    checks = {"address": check_address, "contact": check_contact, "phone": check_phone}
    return {name: check(form[name].data) if form[name].data else "" for name, check in checks.items()}


def current(hall: HallFacts) -> Facts:
    """As it stands."""
    values = {"name": hall.name, "address": hall.address, "contact": hall.contact, "phone": hall.phone}
    return [(say(f"fact.{name}"), value or say("said.nothing")) for name, value in values.items()]


def current_region(hall: HallFacts) -> Facts:
    """As it stands."""
    return [(say("fact.region_name"), hall.region_name or say("said.nothing"))]


class WhichRegion(HallForm):
    """One of those that were found."""

    region = RadioField(Phrase("admin.region.which"), [InputRequired()], validate_choice=False)


@pages.route("/settings/region", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def region(post: Post) -> ResponseReturnValue:
    """Search, then choose from a list; what the table has not by that name may be kept in one's own words."""
    asked = request.args.get("q", "")[:LONGEST_SEARCH].strip()
    form = WhichRegion(revision=hall_of(post).revision)
    found = table().find(asked) if asked else []
    form.region.choices = [SelectChoice(one.code, one.full_name) for one in found if not one.gone]
    own, why_not = (None, "") if table().named(asked) else _in_own_words(asked)
    if own:
        form.region.choices.append(SelectChoice(OWN_WORDS, say("admin.region.own", words=own.name)))
    fields = dict.fromkeys(("region_gone", "region_gone_now", "choice_unknown"), form.region)
    if saved := changed(post, form, lambda: _chosen(form.region.data or "", own), fields=fields):
        flash(say("admin.region.saved", region=saved.hall.region_name), "done")
        return redirect(url_for("admins.settings.overview"), 303)
    gone = [_why_gone(one) for one in found if one.gone]
    if form.is_stale:
        return form_page(post, form, say("admin.settings.region"), [(form.region, {})], current_region)
    return shown(
        post, "region.html", "settings", form=form, asked=asked, gone=gone, longest=LONGEST_SEARCH,
        why_not="" if form.region.choices or not asked else why_not, now_is=current_region(hall_of(post)),
    )  # fmt: skip


def _in_own_words(text: str) -> tuple[Region | None, str]:
    """What was typed as a region of its own, or why it cannot be one."""
    try:
        return in_own_words(text), ""
    except Refused as no:
        return None, refusal(no)


def _why_gone(found: Region) -> str:
    try:
        check_in_use(found)
    except Refused as no:
        return refusal(no)
    return ""


def _chosen(code: str, own: Region | None) -> dict[str, str]:
    """The facts for the region with this code, or the one in a person's own words. Refused with choice_unknown and what
    check_in_use refuses."""
    found = own if code == OWN_WORDS else table().by_code(code) if len(code) == 6 and code.isascii() else None
    if found is None:
        raise Refused("choice_unknown")
    check_in_use(found)
    return {"region": found.code, "region_name": found.full_name}
