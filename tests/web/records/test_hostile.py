"""Forms of records that nobody filled in as meant."""

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.visited import came
from tests.web.admin.desk import Office
from tests.web.admin.test_hostile import TEXTS

FIELDS = ("who", "first", "last", "matter", "door", "exits", "why", "words", "q")


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_any_field_is_a_fault_of_ours(office: Office, text: str) -> None:
    browser = office.browser()
    for path in ("/records", f"/records/{came(office.hall)}"):
        seen = browser.fields(path)
        for name in FIELDS:
            page = browser.sends(path, {"why": "other", name: text}, seen=seen)
            assert page.status_code in (200, 303), (path, name)
        assert browser.get(path, query_string=dict.fromkeys(("q", "days"), text)).status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80)))
def test_whatever_is_sent_is_answered(database: peewee.Database, office: Office, typed: dict[str, str]) -> None:
    browser = office.browser()
    for path in ("/records", f"/records/{came(office.hall)}"):
        assert browser.sends(path, typed).status_code in (200, 303)
