"""Forms of 本人申请 that nobody filled in as meant."""

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.visited import came
from tests.web.admin.test_hostile import TEXTS
from tests.web.own_requests.counter import SAID, Counter
from tests.web.staff_pages import sent_raw

FIELDS = ("asker", "document", "name", "id_number", "phone", "seen")


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_any_field_or_address_is_a_fault_of_ours(counter: Counter, text: str) -> None:
    came(counter.hall)
    browser = counter.browser()
    seen = browser.fields("/own-requests")
    for name in FIELDS:
        fields = {**seen, **SAID, name: text}
        assert sent_raw(browser.client, f"{counter.at}/own-requests", fields).status_code in (200, 303, 409), name
    assert browser.get("/own-requests", query_string={"over": text}).status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80)))
def test_whatever_is_sent_is_answered(database: peewee.Database, counter: Counter, typed: dict[str, str]) -> None:
    came(counter.hall)
    assert counter.asks(**typed).status_code in (200, 303)
