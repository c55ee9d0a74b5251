"""Forms: what was typed is kept, what is wrong is said in our words, at the field and on top."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import wtforms
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wtforms import DateField, DecimalField, Field, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from models.phrases import PHRASES
from models.rules.refusal import Refused
from tests.web.trial import GOOD, MATTERS, application, application_on_trial, token
from web import forms
from web.forms import PageForm, accepted_by


@pytest.fixture
def client() -> FlaskClient:
    return application_on_trial().test_client()


def sent(client: FlaskClient, path: str = "/trial/form", **changed: Any) -> str:
    """The page that answers the form, filled in well but for what is changed."""
    data = {**GOOD, **changed, "csrf_token": token(client, path)}
    return client.post(path, data=data, follow_redirects=True).text


def errors_of(page: str) -> dict[str, str]:
    """What is said at each field."""
    return dict(re.findall(r'<p class="wrong" id="([a-z]+)-error">([^<]*)</p>', page))


def test_what_was_filled_in_well_is_taken_and_told(client: FlaskClient) -> None:
    page = sent(client)
    assert '<p class="told told-done">已保存</p>' in page
    assert errors_of(page) == {}


def test_what_was_typed_is_kept_beside_what_is_wrong(client: FlaskClient) -> None:
    page = sent(client, name='"><script>', minutes="十五", note="a\n<b>", matter="other", kind="declared", asked="fund")
    assert 'value="&#34;&gt;&lt;script&gt;"' in page
    assert 'value="十五"' in page
    assert "a\n&lt;b&gt;</textarea>" in page
    assert '<option selected value="other">' in page
    assert re.search(r'checked[^>]*value="declared"', page)
    assert re.search(r'checked[^>]*value="fund"', page)
    assert errors_of(page)["minutes"] == "请填整数，例如 15。"


def test_a_field_leads_to_its_help_and_its_error(client: FlaskClient) -> None:
    page = sent(client, name="")
    control = re.search(r'<input[^>]*id="name"[^>]*>', page)
    assert control is not None
    assert 'aria-describedby="name-help name-error"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert 'autocomplete="name"' in control[0]


def test_a_field_that_is_right_is_not_called_wrong(client: FlaskClient) -> None:
    control = re.search(r'<input[^>]*id="minutes"[^>]*>', sent(client, name=""))
    assert control is not None
    assert "aria-" not in control[0]


def test_on_top_each_error_is_a_link_to_its_field_and_the_title_says_so(client: FlaskClient) -> None:
    page = sent(client, name="", kind="", agreed="")
    assert re.findall(r'<a href="#([a-z0-9-]+)">', page) == ["name", "kind-0", "agreed"]
    assert {f'id="{name}"' in page for name in ("name", "kind-0", "agreed")} == {True}
    assert "<title>要改一下：试填</title>" in page


def test_in_english_all_of_it_is_said_in_english(client: FlaskClient) -> None:
    page = sent(client, "/trial/form?lang=en", name="", minutes="999")
    assert errors_of(page) == {"name": "Please fill this in.", "minutes": "Please give a number from 0 to 120."}
    assert "Something needs another look" in page


def test_a_rule_says_at_the_field_why_it_does_not_accept(client: FlaskClient) -> None:
    assert errors_of(sent(client, name="张3"))["name"] == PHRASES["zh"]["refused.name_digits"]


def test_a_service_that_refuses_is_heard_at_the_field(client: FlaskClient) -> None:
    page = sent(client, name="李四")
    assert set(errors_of(page)) == {"name"}
    assert 'href="#name"' in page


def test_what_cannot_be_taken_back_is_asked_first_and_done_by_the_button(client: FlaskClient) -> None:
    asked = client.get("/trial/ending").text
    assert "移除李四？" in asked
    done = client.post("/trial/ending", data={"csrf_token": token(client, "/trial/ending")}, follow_redirects=True).text
    assert '<p class="told told-problem">没有移除</p>' in done


ODD = [
    (StringField("x", [InputRequired()]), "", "form.required"),
    (StringField("x", [Length(min=2)]), "a", "form.longer"),
    (StringField("x", [Length(max=2)]), "abc", "form.shorter"),
    (StringField("x", [Length(min=2, max=3)]), "a", "form.length_between"),
    (StringField("x", [Length(min=2, max=2)]), "a", "form.length_exact"),
    (IntegerField("x", [MayBeEmpty()]), "1.5", "form.whole_number"),
    (DecimalField("x", [MayBeEmpty()]), "abc", "form.number"),
    (IntegerField("x", [NumberRange(min=3)]), "2", "form.number_least"),
    (IntegerField("x", [NumberRange(max=3)]), "4", "form.number_most"),
    (IntegerField("x", [NumberRange(min=3, max=4)]), "5", "form.number_between"),
    (DateField("x", [MayBeEmpty()]), "2026-06-31", "form.date"),
    (DateField("x", [wtforms.validators.DateRange(min=date(2026, 1, 1))]), "2025-01-01", "form.date_least"),
    (DateField("x", [wtforms.validators.DateRange(max=date(2026, 1, 1))]), "2027-01-01", "form.date_most"),
    (
        DateField("x", [wtforms.validators.DateRange(min=date(2026, 1, 1), max=date(2026, 2, 1))]),
        "2027-01-01",
        "form.date_between",
    ),
    (TimeField("x", [MayBeEmpty()]), "25:00", "form.time"),
    (SelectField("x", choices=MATTERS), "tax", "form.choice"),
    (StringField("x", [wtforms.validators.UUID()]), "abc", "form.wrong"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("field", "typed", "key"), ODD)
def test_each_sentence_of_the_library_is_said_in_our_words(field: Field, typed: str, key: str, language: str) -> None:
    form = type("OneField", (PageForm,), {"one": field})
    with application().test_request_context(f"/?lang={language}", method="POST", data={"one": typed}):
        filled_in = form(meta={"csrf": False})
        assert not filled_in.validate()
        pattern = re.escape(PHRASES[language][key]).replace(r"\{min\}", ".+").replace(r"\{max\}", ".+")
        assert re.fullmatch(pattern, str(filled_in.one.errors[0]))


def test_the_library_still_says_what_our_words_are_for() -> None:
    folder = Path(wtforms.__file__).parent
    source = "".join(path.read_text() for path in (folder / "validators.py", *(folder / "fields").glob("*.py")))
    assert [sentence for sentence in forms._PHRASES if f'"{sentence}"' not in source] == []


def test_no_words_for_a_field_hold_a_sign_that_the_library_would_fill_in() -> None:
    assert [
        key for table in PHRASES.values() for key, text in table.items() if key[:5] == "form." and "%" in text
    ] == []


def test_an_empty_field_is_not_put_before_a_rule() -> None:
    def never(text: str) -> None:
        raise Refused("name_digits")

    form = type("OneField", (PageForm,), {"one": StringField("x", [accepted_by(never)])})
    with application().test_request_context("/", method="POST", data={"one": ""}):
        assert form(meta={"csrf": False}).validate()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*GOOD, "day", "asked", "note"]), st.text(max_size=40)))
def test_whatever_is_typed_is_taken_or_shown_again(client: FlaskClient, typed: dict[str, str]) -> None:
    data = {**GOOD, **typed, "csrf_token": token(client, "/trial/form")}
    answer = client.post("/trial/form", data=data)
    assert answer.status_code == 303 or "有几处要改一下" in answer.text
