"""What the pages of a hall's admins have in common: the way between them, and forms that know what they change."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, render_template
from wtforms import Field

from models.rules.halls import HallFacts
from models.rules.refusal import Refused
from models.services import hall_settings, halls
from models.services.hall_settings import Saved
from models.services.posts import Post
from web.forms import Question, SeenForm
from web.hall_sections import hall_sections
from web.language import refusal, say
from web.outside import outside

Facts = list[tuple[str, str]]


def hall_of(post: Post) -> HallFacts:
    """The hall that the page is of."""
    if post.hall is None:
        raise ValueError("these pages are a hall's")
    return post.hall


def now() -> datetime:
    """The moment, in UTC."""
    return outside().clock()


def shown(post: Post, template: str, section: str, **values: Any) -> str:
    """The page, under the name of its hall and with the way to the others; `section` is the one that it belongs to."""
    return render_template(f"admin/{template}", hall=hall_of(post), sections=hall_sections(post, section), **values)


class HallForm(SeenForm):
    """A form that changes a hall. `is_stale` once somebody else has changed it meanwhile."""

    is_stale = False

    def say_no(self, no: Refused, field: Field | None = None) -> None:
        """Say on the page why it was refused, at a field or on top. Of a hall that was changed meanwhile the page is to
        show what it says now, and the form may be sent again."""
        if field is not None:
            self.refuse(field, no)
        else:
            self.form_errors = [*self.form_errors, refusal(no)]
        self.is_stale = no.code == "hall_changed"


class HallQuestion(HallForm, Question):
    """A yes to a change of the hall as its person saw it."""


def changed(
    post: Post,
    form: HallForm,
    changes: Callable[[], Mapping[str, Any]],
    *,
    name: Callable[[], str | None] = lambda: None,
    fields: Mapping[str, Field] | None = None,
) -> Saved | None:
    """Save what the form says, if it was sent and all is well with it; else the page is to be shown again. `fields`: at
    which field a refusal is said, by its code."""

    def save(revision: int) -> Saved:
        return hall_settings.save(post, revision, changes(), now(), name())

    return done(form, save, fields)


def done(form: HallForm, save: Callable[[int], Saved], fields: Mapping[str, Field] | None = None) -> Saved | None:
    """The same for any change; `save` is given the revision that was seen."""
    if not form.validate_on_submit():
        return None
    try:
        saved = save(form.seen)
    except Refused as no:
        form.say_no(no, (fields or {}).get(no.code))
        return None
    flash(say("admin.saved"), "done")
    if saved.redated:
        flash(say("admin.redated", count=saved.redated), "done")
    return saved


def form_page(
    post: Post,
    form: HallForm,
    title: str,
    fields: Iterable[tuple[Field, dict[str, Any]]],
    current: Callable[[HallFacts], Facts],
    section: str = "settings",
    **values: Any,
) -> str:
    """A page with one form, whose fields stand in this order with these attributes. `current`: what stands at present,
    for somebody whose form was overtaken; that form then carries the hall's revision of now."""
    hall = hall_of(post)
    if form.is_stale:
        hall = halls.by_id(hall.id, None) or hall
        form.revision.data = str(hall.revision)
    return shown(
        post, "form.html", section, form=form, title=title, fields=list(fields),
        current=current(hall) if form.is_stale else [], **values,
    )  # fmt: skip
