"""What people come to a hall for: the list, its order and its labels."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from models.rules import matters
from models.rules.access import Action
from models.rules.halls import HallFacts, Matter
from models.rules.matters import LONGEST_LABEL, edit_matters, matter_label, rename
from models.services import halls
from models.services.posts import Post
from web.access import needs
from web.admin.showing import Facts, HallForm, HallQuestion, changed, form_page, hall_of, shown
from web.confirming import confirm_page
from web.forms import accepted_by
from web.language import Phrase, asked_language, say
from web.said import matter_words

pages = Blueprint("matters", __name__)

LONGEST_ENGLISH = 60
LONGEST_ADDED = 200
STEPS = {"up": -1, "down": 1}
ARROWS = {"up": "↑", "down": "↓"}

_REFUSALS = (
    "matter_twice", "matter_label_length", "matters_too_many", "matters_none_named", "words_too_many", "words_hidden",
    "words_formula", "words_markup", "words_emoji", "words_other_script", "words_mark",
)  # fmt: skip


class Added(HallForm):
    """One or several, as in the chat."""

    added = StringField(
        Phrase("admin.matters.added"),
        [InputRequired(), Length(max=LONGEST_ADDED)],
        description=Phrase("admin.help.matters"),
    )


class Labels(HallForm):
    """What a matter is called; its code stays, so past visits keep their matter."""

    zh = StringField(Phrase("admin.matters.zh"), [InputRequired(), accepted_by(matter_label)])
    en = StringField(
        Phrase("admin.matters.en"), [Length(max=LONGEST_ENGLISH)], description=Phrase("admin.help.english")
    )


class Move(HallForm):
    """A step up or down."""

    matter = HiddenField()
    way = HiddenField()


def _stored(hall: HallFacts) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = halls.stored(hall.id)[1]["matters"]
    return found


@pages.route("/settings/matters", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def listed(post: Post) -> ResponseReturnValue:
    """The list; more can be added to it."""
    hall = hall_of(post)
    form = Added(revision=hall.revision)
    if changed(post, form, lambda: _with_added(hall, form), fields=dict.fromkeys(_REFUSALS, form.added)):
        return redirect(url_for(".listed"), 303)
    if form.is_stale:
        return form_page(post, form, say("admin.settings.matters"), [(form.added, {})], current)
    rows = [
        (one.label(asked_language()), url_for(".edit", matter=one.code), _moves(hall, one, number))
        for number, one in enumerate(hall.matters)
    ]
    return shown(post, "matters.html", "settings", form=form, rows=rows)


def _moves(hall: HallFacts, matter: Matter, number: int) -> list[tuple[str, str, Move]]:
    """What to click to move it, and the form behind it; not beyond an end."""
    possible = {"up": number > 0, "down": number < len(hall.matters) - 1}
    return [
        (
            ARROWS[way],
            say(f"admin.matters.{way}", matter=matter.label(asked_language())),
            Move(formdata=None, revision=hall.revision, matter=matter.code, way=way),
        )
        for way, may in possible.items()
        if may
    ]


def _with_added(hall: HallFacts, form: Added) -> dict[str, Any]:
    # A line would be a command of its own.
    words = " ".join((form.added.data or "").split())
    return {"matters": edit_matters(_stored(hall), f"加 {words}")}


def current(hall: HallFacts) -> Facts:
    """As it stands."""
    return [(say("fact.matters"), matter_words(list(hall.matters)))]


@pages.post("/settings/matters/move")
@needs(Action.SETTINGS)
def move(post: Post) -> ResponseReturnValue:
    """A step up or down; the order is that of the list in the chat."""
    hall, form = hall_of(post), Move()
    step = STEPS.get(form.way.data or "", 0)
    moved = changed(post, form, lambda: {"matters": matters.moved(_stored(hall), form.matter.data or "", step)})
    if moved is None and form.form_errors:
        flash(form.form_errors[0], "problem")
    return redirect(url_for(".listed"), 303)


@pages.route("/settings/matters/<matter>", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def edit(post: Post, matter: str) -> ResponseReturnValue:
    """Other labels for one matter."""
    hall, one = hall_of(post), _one(hall_of(post), matter)
    form = Labels(revision=hall.revision, zh=one.zh, en=one.en)
    renamed = changed(
        post,
        form,
        lambda: {"matters": rename(_stored(hall), matter, form.zh.data or "", _english(one, form))},
        fields=dict.fromkeys(_REFUSALS, form.zh),
    )
    if renamed:
        return redirect(url_for(".listed"), 303)
    fields = [(form.zh, {"maxlength": LONGEST_LABEL}), (form.en, {"maxlength": LONGEST_ENGLISH, "lang": "en"})]
    further = [(url_for(".remove", matter=matter), say("admin.matters.remove"))]
    title = say("admin.matters.edit", matter=one.label(asked_language()))
    return form_page(post, form, title, fields, current, further=further, back_url=url_for(".listed"))


def _english(one: Matter, form: Labels) -> str:
    """Of a matter that gets another name the English of before would say something else, unless it was typed anew."""
    typed = (form.en.data or "").strip()
    was_kept = typed == one.en and form.zh.data != one.zh
    return "" if was_kept or not typed else matter_label(typed)


@pages.route("/settings/matters/<matter>/remove", methods=["GET", "POST"])
@needs(Action.SETTINGS)
def remove(post: Post, matter: str) -> ResponseReturnValue:
    """Take it off the list; past visits keep it."""
    hall, one = hall_of(post), _one(hall_of(post), matter)
    question = HallQuestion(revision=hall.revision)
    place = [other.code for other in hall.matters].index(matter) + 1
    if changed(post, question, lambda: {"matters": edit_matters(_stored(hall), f"删 {place}")}):
        return redirect(url_for(".listed"), 303)
    if question.form_errors:
        flash(question.form_errors[0], "problem")
        return redirect(url_for(".listed"), 303)
    label = one.label(asked_language())
    return confirm_page(
        say("admin.matters.remove_title", matter=label), [say("admin.matters.remove_then")],
        say("admin.matters.remove"), url_for(".listed"), question,
    )  # fmt: skip


def _one(hall: HallFacts, code: str) -> Matter:
    found = hall.matter(code)
    if found is None:
        raise NotFound
    return found
