"""Forms and addresses of cases that nobody filled in as meant."""

from urllib.parse import quote

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.services.casework import cases
from models.services.casework.call_sheet import Which
from tests.staffed import post
from tests.web.admin.desk import Office
from tests.web.admin.test_hostile import TEXTS
from tests.web.cases.morning import ILL, Morning, opened

FORMS = ("/cases/new", "", "/contacts/1", "/contacts/1/carer", "/hold")
FIELDS = (
    "who", "onset", "first", "last", "suspect", "choosing", "why", "more", "authority", "state", "state_was", "text",
    "whom", "whom_was", "until", "reason",
)  # fmt: skip
ASKED = ("kind", "state", "whose", "after", "skip", "lang")


def address(case: str, form: str) -> str:
    return form if form.startswith("/cases") else f"{case}{form}"


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_any_field_is_a_fault_of_ours(office: Office, morning: Morning, text: str) -> None:
    browser = office.browser()
    case = opened(browser)
    seen = browser.fields(f"{case}/contacts/1", 0)
    for form in FORMS:
        for typed in (dict.fromkeys(FIELDS, text), {"who": ILL, "choosing": "1", "why": "other", "more": text},
                      {"whom": text, "whom_was": ""}, {"state": "called", "text": text}):  # fmt: skip
            page = browser.sends(address(case, form), typed, seen=seen)
            # All of it at once may be more than a page takes.
            assert page.status_code in (200, 303, 413), (form, typed)


@pytest.mark.parametrize("text", [*TEXTS, "9-9", "0-0", "99999999999-1", "1-99999999999", "９-９"])
def test_no_address_is_a_fault_of_ours(office: Office, morning: Morning, text: str) -> None:
    browser = office.browser()
    case = opened(browser)
    for path in ("/cases", case, "/cases/new"):
        for name in ASKED:
            assert browser.get(path, query_string={name: text}).status_code == 200


@pytest.mark.parametrize("number", ["0", "7", "999999999", "9999999999", "-1", "１", "x", "%00"])
def test_a_number_that_no_contact_has_is_no_page(office: Office, morning: Morning, number: str) -> None:
    browser = office.browser()
    case = opened(browser)
    assert browser.get(f"{case}/contacts/{number}").status_code == 404
    for way in ("", "/carer", "/step"):
        sent = browser.client.post(f"{office.at}{case}/contacts/{number}{way}", data=browser.fields(case))
        assert sent.status_code == 404


@pytest.mark.parametrize("case", ["x", "x" * 16, "%00", "病例", "9" * 5000, "..%2f.."])
def test_a_case_that_is_none_is_no_page(office: Office, morning: Morning, case: str) -> None:
    browser = office.browser()
    seen = browser.fields("/cases/new")
    for way in ("", "/state", "/contacts/1", "/hold", "/close", "/names", "/notices"):
        assert browser.get(f"/cases/{case}{way}").status_code == 404
    for way in ("", "/again", "/reopen", "/release", "/close", "/hold", "/contacts/1", "/contacts/1/step"):
        assert browser.client.post(f"{office.at}/cases/{case}{way}", data=seen).status_code == 404, way


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(FORMS), st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80)))
def test_whatever_is_sent_is_answered(
    database: peewee.Database, office: Office, morning: Morning, form: str, typed: dict[str, str]
) -> None:
    browser = office.browser()
    case = "/cases/" + first_case(office, morning)
    assert browser.sends(address(case, form), typed, seen=browser.fields("/cases/new")).status_code in (200, 303)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(("sheet", "export", "names")),
    st.dictionaries(st.sampled_from(("which", "why", "words", "alone", "decision")), st.text(max_size=80)),
    st.one_of(st.text(max_size=20), st.sampled_from([one.value for one in Which])),
    st.one_of(st.text(max_size=12), st.integers().map(str)),
)
def test_whatever_is_asked_of_a_sheet_or_an_export_is_answered_and_names_nobody(
    database: peewee.Database, office: Office, morning: Morning, form: str, typed: dict[str, str], which: str, part: str
) -> None:
    browser = office.browser()
    case = "/cases/" + first_case(office, morning)
    sent = browser.sends(f"{case}/{form}", typed, seen=browser.fields("/cases/new"))
    assert sent.status_code in (200, 303)
    found = browser.get(f"{case}/sheet/{quote(which, safe='')}/{quote(part, safe='')}")
    assert found.status_code in (303, 308, 404)
    assert not any(name in page.text for page in (sent, found) for name in morning.visits)


def first_case(office: Office, morning: Morning) -> str:
    """The same one for all examples."""
    found = cases.of_hall(post(office.hall), office.clock())
    if found:
        return found[-1].public_id
    return cases.open_case(post(office.hall), morning.visits[ILL], None, None, office.clock()).public_id
