"""Where a page cannot be shown, somebody reads in plain words why, and what to do."""

import pytest
from flask.testing import FlaskClient

from tests.web.trial import GOOD, application_on_trial, token
from web.app import FORM_HOURS

TITLES = [
    (400, "没看懂发来的内容", "What was sent could not be read"),
    (403, "您不能看这一页", "You may not see this page"),
    (404, "没有这个页面", "There is no such page"),
    (405, "这一页不能这样打开", "This page cannot be opened in this way"),
    (413, "发来的内容太大了", "What was sent is too large"),
    (429, "操作太快了", "That was too fast"),
    (503, "现在打不开", "Not available now"),
    # Without words of their own: whose fault it is stands in the first digit.
    (415, "没看懂发来的内容", "What was sent could not be read"),
    (502, "现在打不开", "Not available now"),
]


@pytest.fixture
def client() -> FlaskClient:
    return application_on_trial().test_client()


@pytest.mark.parametrize(("code", "zh", "en"), TITLES)
def test_each_has_its_words_in_both_languages(client: FlaskClient, code: int, zh: str, en: str) -> None:
    for query, words in (("", zh), ("?lang=en", en)):
        page = client.get(f"/trial/code/{code}{query}")
        assert page.status_code == code
        assert f"<h1>{words}</h1>" in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_a_refusal_that_no_page_caught_is_said_as_in_chat(client: FlaskClient) -> None:
    page = client.get("/trial/refused?lang=en")
    assert page.status_code == 409
    assert "That could not be done" in page.text
    assert "weixin://" not in page.text


def test_a_failed_page_in_the_other_language_forgets_the_rest_of_its_address(client: FlaskClient) -> None:
    assert 'href="?lang=en"' in client.get("/nothing?a=canary").text
    assert "canary" not in client.get("/nothing?a=canary").text


def test_a_page_in_the_other_language_keeps_the_rest_of_its_address(client: FlaskClient) -> None:
    page = client.get("/trial/form?a=1&b=2&a=3&lang=en&c=%3C%22").text
    assert 'href="?a=1&amp;a=3&amp;b=2&amp;lang=zh&amp;c=%3C%22"' in page


def test_links_of_a_page_in_english_lead_to_english(client: FlaskClient) -> None:
    assert 'href="/trial/parts?lang=en"' in client.get("/trial/form?lang=en").text
    assert 'href="/trial/parts"' in client.get("/trial/form?lang=de").text


# --- forms without a token that counts ---


def test_a_form_without_its_token_was_not_sent_and_the_page_says_what_to_do(client: FlaskClient) -> None:
    page = client.post("/trial/form", data=GOOD)
    assert page.status_code == 400
    assert "没有提交上" in page.text


@pytest.mark.parametrize("spoilt", ["", "x", "a.b.c", "é", "a" * 5000])
def test_a_spoilt_token_is_none(client: FlaskClient, spoilt: str) -> None:
    token(client, "/trial/form")
    assert client.post("/trial/form", data={**GOOD, "csrf_token": spoilt}).status_code == 400


def test_a_token_counts_in_its_own_browser_only(client: FlaskClient) -> None:
    mine = token(client, "/trial/form")
    other = client.application.test_client()
    token(other, "/trial/form")
    assert other.post("/trial/form", data={**GOOD, "csrf_token": mine}).status_code == 400
    assert client.post("/trial/form", data={**GOOD, "csrf_token": mine}).status_code == 303


def test_a_token_of_another_installation_is_none(client: FlaskClient) -> None:
    other = application_on_trial(secret_key=b"of somebody else").test_client()
    assert client.post("/trial/form", data={**GOOD, "csrf_token": token(other, "/trial/form")}).status_code == 400


@pytest.mark.parametrize(("hours", "status"), [(FORM_HOURS - 1, 303), (FORM_HOURS + 1, 400)])
def test_a_form_may_stay_open_for_a_working_day(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, hours: int, status: int
) -> None:
    data = {**GOOD, "csrf_token": token(client, "/trial/form")}
    now = client.application.session_interface.get_signing_serializer(client.application).make_signer().get_timestamp()
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda signer: now + hours * 3600)
    assert client.post("/trial/form", data=data).status_code == status


def test_over_https_a_form_is_taken_from_a_browser_that_sends_no_referrer() -> None:
    client = application_on_trial(secure=True).test_client()
    how = {"base_url": "https://hall.example.gov.cn"}
    data = {**GOOD, "csrf_token": token(client, "/trial/form", **how)}
    assert client.post("/trial/form", data=data, **how).status_code == 303


def test_a_script_of_a_page_is_told_the_sentence_alone(client: FlaskClient) -> None:
    found = client.get("/trial/refused", headers={"Accept": "application/json"})
    assert found.status_code == 409
    assert list(found.json) == ["sentence"]


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "", "image/png", "x" * 5000])
def test_whoever_else_asks_gets_a_page(client: FlaskClient, accept: str) -> None:
    assert client.get("/trial/refused", headers={"Accept": accept}).mimetype == "text/html"
