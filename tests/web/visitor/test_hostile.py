"""Whatever is sent to the form of a hall: never a failure of ours, nothing registered that was not filled in, and no
personal field in a log."""

import logging

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from models.rules.companions import MOST_COMPANIONS
from models.services import limits
from models.tables.attempts import Attempt
from models.tables.database import run
from models.tables.door import Fever
from models.tables.people import Person
from models.tables.submissions import Submission
from models.tables.visits import Visit
from tests.conftest import IS_TRIAL
from tests.reading import inside, visits
from tests.service import AGREED
from tests.web.visitor.filling import LI, ZHANG, Town, Visitor, nothing_is_kept

FIELDS = ("name", "id_number", "phone", "address", "matter", "temperature", "well", "companions", "agree", "key")

HOSTILE: dict[str, dict[str, object]] = {
    "nothing": {name: "" for name in FIELDS if name != "key"},
    "spaces": {name: " \t\u3000" for name in FIELDS if name != "key"},
    "NUL": {**ZHANG, "name": "张\0三\0", "phone": "\0"},
    "controls": {**ZHANG, "name": "\x01\x1b[31m", "address": "\r\n\r\nSet-Cookie: a=b"},
    "half a pair": {**ZHANG, "name": b"\xed\xa0\x80"},
    "no UTF-8": {**ZHANG, "name": b"\xff\xfe", "companions": b"\xc0\xaf"},
    "long": {**ZHANG, "name": "张" * 5000},
    "a long list": {**ZHANG, "companions": "李四\n" * 3000},
    "many companions": {**ZHANG, "companions": "\n".join(f"李{one}" for one in "一二三四五六七八九十")},
    "markup": {**ZHANG, "name": "<script>alert(1)</script>", "matter": "<b>"},
    "a formula": {**ZHANG, "name": "=1+1", "phone": "=1+1"},
    "SQL": {**ZHANG, "name": "' OR 1=1 --", "matter": "social' --"},
    "a template": {**ZHANG, "name": "{{7*7}}", "key": "{{7*7}}"},
    "a number without end": {**ZHANG, "temperature": "9" * 5000, "id_number": "9" * 5000},
    "not a number": {**ZHANG, "temperature": "NaN"},
    "other digits": {**ZHANG, "temperature": "３６．٥"},
    "a bidi override": {**ZHANG, "name": "\u202e张三\u202e", "phone": "\u202e"},
    "another version": {**ZHANG, "agree": "999999999999999999999"},
    "fields of nobody": {**ZHANG, "name": "3", "openid": "oX", "hall_id": "1", "door": "99", "is_in_wechat": "1"},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_form_registers_nobody_and_is_no_failure(
    town: Town, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = town.browser().sends(HOSTILE[name])
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "Set-Cookie: a=b" not in str(page.headers)
    if name != "other digits" and "bidi" not in name:
        assert nothing_is_kept()
    assert not any(word in caplog.text for word in ("张", "11010519491231002X", "13800138000"))


@pytest.mark.parametrize("name", ["name", "companions", "key", "nothing_of_ours"])
def test_a_form_beyond_the_limit_is_refused_in_plain_words(town: Town, name: str) -> None:
    visitor = town.browser()
    page = visitor.sends(ZHANG, **{**visitor.keys(), name: "a" * 100_000})
    assert page.status_code == 413
    assert "太大" in page.text
    assert nothing_is_kept()


def test_of_a_field_that_comes_twice_the_first_counts(town: Town) -> None:
    visitor = town.browser()
    twice = MultiDict([*ZHANG.items(), *visitor.keys().items(), ("name", "李四"), ("key", "x"), ("phone", "1")])
    visitor.client.post(f"/h/{town.hall.code}/in", data=twice)
    assert [visit.name for visit in visits()] == ["张三"]


def test_a_yes_that_comes_twice_is_not_a_yes_to_another_version(town: Town) -> None:
    visitor = town.browser()
    twice = MultiDict([*{**ZHANG, "agree": "1"}.items(), *visitor.keys().items(), ("agree", AGREED)])
    assert visitor.client.post(f"/h/{town.hall.code}/in", data=twice).status_code == 200
    assert nothing_is_kept()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data", "", "x" * 500])
def test_a_body_of_another_kind_is_refused(town: Town, kind: str) -> None:
    answer = town.browser().client.post(f"/h/{town.hall.code}/in", data=b'{"name": ["x"]}', content_type=kind)
    assert answer.status_code == 400
    assert nothing_is_kept()


def test_a_file_in_place_of_a_word_is_a_field_that_is_missing(town: Town) -> None:
    visitor = town.browser()
    page = visitor.sends({**ZHANG, "name": (b"abc", "name.txt")}, **visitor.keys())
    assert page.status_code == 200
    assert nothing_is_kept()


def test_a_form_without_a_token_is_refused(town: Town) -> None:
    visitor = town.browser()
    key = visitor.keys()["key"]
    assert visitor.client.post(f"/h/{town.hall.code}/in", data={**ZHANG, "key": key}).status_code == 400
    assert nothing_is_kept()


def test_nothing_of_a_form_that_registers_stands_in_a_log(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        town.browser().sends({**ZHANG, "address": "北京市朝阳区平安里1号", "companions": "李四 13900139000"})
    assert len(visits()) == 2
    assert not any(word in caplog.text for word in ("张三", "11010519491231002X", "13800138000", "平安里", "李四"))


# --- at random ---

EXAMPLES = 3000 if IS_TRIAL else 40
"""Each is a page and a form."""

TYPED = st.one_of(
    st.text(max_size=40),
    st.sampled_from([*ZHANG.values(), *LI.values(), "normal", "无", "李四 13900139000", "我和李四", "39.9"]),
)


class Stage:
    """One town for all examples of a test, emptied of what the one before did."""

    def __init__(self) -> None:
        self.town = Town()

    def visitor(self) -> Visitor:
        run(lambda: [table.delete().execute() for table in (Attempt, Fever, Person, Submission, Visit)])
        return self.town.browser()


@pytest.fixture
def stage(database: peewee.Database) -> Stage:
    return Stage()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=EXAMPLES)
@given(fields=st.dictionaries(st.sampled_from(FIELDS), TYPED), query=st.sampled_from(["", "?who=other", "?lang=en"]))
def test_whatever_is_filled_in_no_failure_of_ours_is_shown(stage: Stage, fields: dict[str, str], query: str) -> None:
    page = stage.visitor().sends({**ZHANG, **fields}, query=query)
    assert page.status_code in (200, 303)
    # Whoever is not led on is shown what they had typed.
    assert page.status_code == 303 or "<form" in page.text
    assert len(visits()) <= 1 + MOST_COMPANIONS * (page.status_code == 303)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=EXAMPLES)
@given(left_at=st.one_of(st.text(max_size=40), st.from_regex("[0-9]{1,2}[:点][0-9]{0,2}", fullmatch=True)))
def test_whatever_time_is_told_no_failure_of_ours_is_shown(stage: Stage, left_at: str) -> None:
    visitor = stage.visitor()
    keys = visitor.keys()
    visitor.sends(ZHANG, **keys)
    page = visitor.sends({"left_at": left_at}, "out", **keys)
    assert page.status_code == (200 if inside() else 303)


def test_the_limit_is_far_from_what_anybody_needs() -> None:
    assert limits.FORMS.most >= 20
