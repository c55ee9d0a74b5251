"""The form of a hall, as a browser and WeChat send it."""

import peewee
import pytest
from flask.testing import FlaskClient

from tests.service import Service
from tests.web.trial import application


@pytest.fixture
def client(database: peewee.Database) -> FlaskClient:
    return application().test_client()


def test_a_code_typed_in_capitals_is_the_same(client: FlaskClient) -> None:
    assert client.get(f"/h/{Service().hall().code.upper()}/in").status_code == 200


@pytest.mark.parametrize("status", ["waiting", "suspended", "anything"])
@pytest.mark.parametrize("direction", ["in", "out"])
def test_of_a_hall_that_is_not_open_for_visitors_nothing_is_told(
    client: FlaskClient, status: str, direction: str
) -> None:
    hall = Service().hall(name="假冒银行", status=status)
    page = client.get(f"/h/{hall.code}/{direction}")
    assert page.status_code == 200
    assert "这里现在不能登记" in page.text
    assert "假冒银行" not in page.text


@pytest.mark.parametrize("path", ["/h/nohall/in", "/h/市/in", "/h//in", "/h/abc234", "/h/abc234/IN"])
def test_an_unknown_hall_or_door_is_no_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {308, 404}
    assert client.get(path, follow_redirects=True).status_code == 404
