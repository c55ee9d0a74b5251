"""The application as tests make it, and pages on which its forms, messages and tables can be tried."""

import functools
import re
from copy import copy
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Config, Flask, abort, flash, redirect, render_template_string, url_for
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

import web.outside
from models.rules.contact import person_name
from models.rules.refusal import Refused
from models.services.authorizations import ExchangeFailed, Identity
from tests.service import Clock
from web import busy, limiting, uploads
from web.app import create_app
from web.confirming import confirm_page
from web.forms import PageForm, Question, accepted_by
from web.frame import Section
from web.outside import Outside

SITE = "某市大厅登记"
PASS_KEY = b"a key for passes in tests only.."
MATTERS = [SelectChoice("social", "社会保险"), SelectChoice("fund", "住房公积金"), SelectChoice("other", "其他")]
KINDS = [SelectChoice("read", "要量"), SelectChoice("declared", "自己说")]

_FORM = """{% extends 'layout.html' %}{% from 'forms.html' import filled_in, field %}
{% block title %}试填{% endblock %}
{% block content %}<h1>试填</h1>
{% call filled_in(form, '保存') %}
{{ field(form.name, autocomplete='name') }}{{ field(form.minutes, inputmode='numeric') }}{{ field(form.day) }}
{{ field(form.matter) }}{{ field(form.kind) }}{{ field(form.asked) }}{{ field(form.note, rows=4) }}
{{ field(form.agreed) }}
{% endcall %}{% endblock %}"""

_PARTS = """{% extends 'layout.html' %}{% from 'parts.html' import facts, table, empty %}
{% block title %}样张{% endblock %}
{% block content %}<h1>样张</h1>
{{ facts([('名称', '市民中心'), ('地址', '某省某市某区' * 12)]) }}
{{ table('各门', ('门', '进厅码', '离厅码', '最近一次扫码', '编号'), rows) }}
{{ empty('还没有人进厅。') }}{% endblock %}"""


class _Compiled(BytecodeCache):
    """Templates as one application has compiled them, for the next one: each test has an application of its own."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Trial(PageForm):
    """One field of each kind."""

    name = StringField(
        "姓名", [InputRequired(), Length(max=20), accepted_by(person_name)], description="写证件上的姓名"
    )
    minutes = IntegerField("闭厅后几分钟", [InputRequired(), NumberRange(min=0, max=120)])
    day = DateField("哪一天", [Optional()])
    matter = SelectField("事项", choices=MATTERS)
    kind = RadioField("体温", [InputRequired()], choices=KINDS)
    asked = SelectMultipleField(
        "问什么", choices=MATTERS, option_widget=widgets.CheckboxInput(), widget=widgets.ListWidget(prefix_label=False)
    )
    note = TextAreaField("说明", [Length(max=500)])
    agreed = BooleanField("每天午间不打烊", [InputRequired()])


GOOD = {"name": "张三", "minutes": "15", "matter": "fund", "kind": "read", "agreed": "y"}

trial = Blueprint("trial", __name__, url_prefix="/trial")


@trial.context_processor
def _sections() -> dict[str, object]:
    return {"sections": [Section("样张", url_for("trial.parts")), Section("试填", url_for("trial.form"), True)]}


@trial.route("/form", methods=["GET", "POST"])
def form() -> ResponseReturnValue:
    filled_in = Trial()
    if filled_in.validate_on_submit():
        if filled_in.name.data == "李四":
            filled_in.refuse(filled_in.name, Refused("one_name_only"))
        else:
            flash("已保存", "done")
            return redirect(url_for("trial.form"), 303)
    return render_template_string(_FORM, form=filled_in)


@trial.get("/parts")
def parts() -> str:
    rows = [
        (door, 12, 3, "2026-03-02 09:03", Markup('<a href="#x">看</a>')) for door in ("东门", "西门", "<b>北门</b>")
    ]
    return render_template_string(_PARTS, rows=rows, wide=True)


@trial.route("/ending", methods=["GET", "POST"])
def ending() -> ResponseReturnValue:
    question = Question()
    if question.validate_on_submit():
        flash("没有移除", "problem")
        return redirect(url_for("trial.form"), 303)
    return confirm_page("移除李四？", ["李四以后不能再看这个大厅的登记。"], "移除", url_for("trial.form"), question)


@trial.get("/code/<int:number>")
def code(number: int) -> ResponseReturnValue:
    return abort(number)


@trial.get("/refused")
def refused() -> ResponseReturnValue:
    raise Refused("hall_unknown")


def nobody(code: str) -> Identity:
    """A platform that knows none of its codes."""
    raise ExchangeFailed(is_final=True)


def outside(**other: Any) -> Outside:
    """Surroundings without web authorization, unless told otherwise."""
    given = {"clock": Clock(), "authorize_url": None, "exchange": nobody, "pass_key": PASS_KEY, **other}
    return Outside(zone=ZoneInfo("Asia/Shanghai"), base_url="https://hall.example.gov.cn", **given)


def _made(world: Outside | None, secret_key: bytes, secure: bool, how: dict[str, Any]) -> Flask:
    app = create_app(SITE, world or outside(), secret_key=secret_key, secure=secure, **how)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


def application(
    *, secret_key: bytes = b"for tests", secure: bool = False, world: Outside | None = None, **how: Any
) -> Flask:
    """The application as it is served. Nothing can be added to it."""
    return _of_its_own(_complete(secret_key, secure, tuple(how.items())), world)


def application_on_trial(
    *, secret_key: bytes = b"for tests", secure: bool = False, world: Outside | None = None, **how: Any
) -> Flask:
    """The application with the pages above."""
    return _of_its_own(_complete(secret_key, secure, tuple(how.items()), on_trial=True), world)


def open_application(world: Outside | None = None, **how: Any) -> Flask:
    """The application as it is before it is served, to which pages can be added."""
    return _made(world, b"for tests", False, how)


@functools.cache
def _complete(secret_key: bytes, secure: bool, how: tuple[tuple[str, Any], ...], on_trial: bool = False) -> Flask:
    app = _made(None, secret_key, secure, dict(how))
    if on_trial:
        app.register_blueprint(trial)
    return app


def _of_its_own(made: Flask, world: Outside | None) -> Flask:
    """For one test: its own surroundings and places, and the addresses and templates of all, as to put those together
    took most of the time of a test of a page."""
    app = copy(made)
    app.config = Config(made.config.root_path, made.config)
    app.extensions = {
        **made.extensions,
        uploads.PLACES: uploads.places(),
        busy.PLACES: busy.places(),
        limiting.STRANGERS: limiting.Strangers(),
    }
    web.outside.register(app, world or outside())
    # From here on Flask itself refuses what would be added for every test.
    app._got_first_request = True
    return app


def token(client: FlaskClient, path: str, **how: Any) -> str:
    """The token of the form on this page, for the browser that `client` is."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, **how).text)
    assert found is not None
    return found[1]
