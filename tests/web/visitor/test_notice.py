"""What a visitor reads of their data: the notice of a hall, by version."""

import peewee
import pytest
from flask.testing import FlaskClient

from models.phrases import PHRASES
from models.rules.halls import NOTICE_VERSION
from tests.service import Service
from tests.web.trial import application


@pytest.fixture
def client(database: peewee.Database) -> FlaskClient:
    return application().test_client()


def test_the_notice_holds_what_the_hall_adds_line_by_line_and_as_text(client: FlaskClient) -> None:
    hall = Service().hall(notice_text="母婴室在二楼。\n<b>请</b>带证件。")
    page = client.get(f"/notice/{hall.code}").text
    assert "母婴室在二楼。\n&lt;b&gt;请&lt;/b&gt;带证件。" in page
    assert PHRASES["zh"]["notice.own_title"] in page


def test_a_hall_that_adds_nothing_has_no_heading_for_it(client: FlaskClient) -> None:
    assert PHRASES["zh"]["notice.own_title"] not in client.get(f"/notice/{Service().hall().code}").text


def test_the_version_that_holds_has_an_address_of_its_own(client: FlaskClient) -> None:
    hall = Service().hall(notice_version=7)
    page = client.get(f"/notice/{hall.code}/7")
    assert page.status_code == 200
    assert "第 7 版" in page.text
    assert f"第 {NOTICE_VERSION} 版" in client.get(f"/notice/{Service().hall().code}").text


@pytest.mark.parametrize("version", ["6", "8", "0", "999999999"])
def test_another_version_is_said_not_to_be_here_and_never_passed_off_as_that_one(
    client: FlaskClient, version: str
) -> None:
    hall = Service().hall(notice_version=7)
    page = client.get(f"/notice/{hall.code}/{version}?lang=en")
    assert page.status_code == 404
    assert "Version 7 holds now" in page.text
    assert f'href="/notice/{hall.code}?lang=en"' in page.text
    assert PHRASES["en"]["notice.what"] not in page.text


@pytest.mark.parametrize(("status", "code"), [("waiting", 404), ("rejected", 404), ("suspended", 200), ("open", 200)])
def test_a_hall_that_nobody_approved_has_no_notice_that_vouches_for_it(
    client: FlaskClient, status: str, code: int
) -> None:
    page = client.get(f"/notice/{Service().hall('冒名大厅', status).code}")
    assert page.status_code == code
    assert ("冒名大厅" in page.text) == (code == 200)
