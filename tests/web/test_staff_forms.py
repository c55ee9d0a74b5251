"""The forms of a hall's daily pages, filled in as nobody means them: never a failure of ours."""

import io
import re

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.staff_pages import Busy, sent_raw
from tests.web.trial import token

NAMES = (
    "who", "visit", "act", "name", "id_number", "phone", "address", "matter", "temperature", "companions", "agree",
    "key", "door", "remark", "despite", "value", "reason", "ready", "measured", "slip", "day", "entered", "left",
    "same", "first", "last", "exits", "why", "words", "kind", "more", "decision", "sheets", "pages", "count", "number",
    "asker", "document", "seen",
)  # fmt: skip
TEXTS = {
    "nothing": "", "NUL": "\0", "a NUL within": "张\0三", "half a character": "\ud800", "the other half": "a\udfff三",
    "64 KB": "长" * 21_000, "64 KB of digits": "9" * 64_000, "controls": "\x01\x1b\r\n\x85", "bidi": "\u202e\u2066三",
    "other digits": "٣٧.٣²", "no number": "NaN", "a list": "['a']", "a day that is none": "2026-02-30",
    "the last day": "9999-12-31", "SQL": "' OR 1=1 --", "a template": "{{7*7}}%s{x}", "a formula": "=1+1",
}  # fmt: skip
AT_HOME = "/desk"


@pytest.fixture
def busy(database: peewee.Database) -> Busy:
    return Busy()


def test_there_is_something_behind_each_form(busy: Busy) -> None:
    client = busy.browser().client
    paths = list(busy.forms())
    assert len(paths) > 20
    gone = [path for path in paths if client.get(path).status_code == 404]
    assert gone == []


@pytest.mark.parametrize("kind", TEXTS)
def test_no_text_in_any_field_is_a_failure_of_ours(busy: Busy, kind: str) -> None:
    client = busy.browser().client
    csrf = token(client, f"{busy.at}{AT_HOME}")
    for path in list(busy.forms()):
        names = {*NAMES, *re.findall(r'name="(\w+)"', client.get(path).text)}
        page = sent_raw(client, path, {**dict.fromkeys(names, TEXTS[kind]), "csrf_token": csrf})
        assert page.status_code < 500, (path, page.status_code)


@pytest.mark.parametrize("content", ["files", "twice", "json", "nothing"])
def test_fields_of_another_kind_are_no_failure_of_ours(busy: Busy, content: str) -> None:
    client = busy.browser().client
    csrf = token(client, f"{busy.at}{AT_HOME}")
    for path in list(busy.forms()):
        if content == "files":
            files = {name: (io.BytesIO(b"\xff\xd8\xff"), "a.jpg") for name in NAMES}
            page = client.post(path, data={**files, "csrf_token": csrf})
        elif content == "twice":
            page = client.post(path, data={**{name: ["1", "\0", "张三"] for name in NAMES}, "csrf_token": csrf})
        elif content == "json":
            page = client.post(path, json={name: {"a": [None]} for name in NAMES}, headers={"X-CSRFToken": csrf})
        else:
            page = client.post(path, data=b"\xff\xfe%%%=&&&", headers={"X-CSRFToken": csrf})
        assert page.status_code < 500, (path, page.status_code)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_whatever_is_sent_is_answered(busy: Busy, data: st.DataObject) -> None:
    client = busy.browser().client
    csrf = token(client, f"{busy.at}{AT_HOME}")
    path = data.draw(st.sampled_from(sorted(busy.forms())))
    anything = st.text(st.characters(), max_size=60)
    typed = data.draw(st.dictionaries(st.sampled_from(NAMES), anything, min_size=1))
    assert sent_raw(client, path, {**typed, "csrf_token": csrf}).status_code < 500, path
