"""Operators see who else is one, and remove one another, but never the last."""

import re

import pytest
from flask.testing import FlaskClient

from models.services import staff
from models.services.posts import Post
from models.tables.staff import NO_HALL
from tests.service import Clock
from tests.staffed import at_once, everything, openid, operator, refused, told
from tests.web.operator.conftest import SignsIn
from tests.web.operator.sending import send
from tests.web.trial import token


def names() -> list[str]:
    return [one.name for one in staff.members(NO_HALL)]


def ways_out(client: FlaskClient) -> list[str]:
    """The addresses by which each operator is removed, in the order of the list."""
    return re.findall(r'href="(/operator/staff/[^"]+/remove)"', client.get("/operator/staff").text)


def test_the_last_operator_is_offered_no_way_out(client: FlaskClient) -> None:
    assert ways_out(client) == []
    assert "hallpass.py invite operator" in client.get("/operator/staff").text


def test_an_operator_is_removed_after_a_yes_and_told(client: FlaskClient) -> None:
    operator("Second", "钱运营")
    _, path = ways_out(client)
    before = everything()
    assert "移除钱运营" in client.get(path).text
    assert everything() == before
    assert "told-done" in send(client, path).text
    assert names() == ["赵运营"]
    assert len(told("Second")) == 1


def test_an_address_names_nobody(client: FlaskClient) -> None:
    operator("Second", "钱运营")
    for path in ways_out(client):
        assert re.fullmatch(r"/operator/staff/[0-9a-f]{16}/remove", path)
    assert [one for one in (openid("Operator"), openid("Second")) if one in client.get("/operator/staff").text] == []


def test_an_operator_may_leave_and_sees_nothing_afterwards(client: FlaskClient) -> None:
    operator("Second", "钱运营")
    path, _ = ways_out(client)
    page = send(client, path)
    assert (page.status_code, names()) == (200, ["钱运营"])
    assert "/operator/" not in page.text
    assert client.get("/operator/staff").status_code == 404


def test_two_who_remove_each_other_at_once_leave_one(client: FlaskClient, signs_in: SignsIn) -> None:
    operator("Second", "钱运营")
    second = signs_in("Second")
    first_out, second_out = ways_out(client)
    ways = [(client, second_out), (second, first_out)]
    tokens = [token(one, path) for one, path in ways]
    at_once(
        *(
            lambda one=one, path=path, fresh=fresh: one.post(path, data={"csrf_token": fresh}).status_code
            for (one, path), fresh in zip(ways, tokens, strict=True)
        )
    )
    assert len(names()) == 1


@pytest.mark.parametrize("mark", ["0" * 16, "x", "市", "%00", "a" * 5000, "' OR 1=1"])
def test_nobody_is_removed_by_an_address_that_is_nobodys(client: FlaskClient, mark: str) -> None:
    operator("Second", "钱运营")
    assert client.get(f"/operator/staff/{mark}/remove").status_code == 404
    assert len(names()) == 2


def test_without_a_token_nobody_is_removed(client: FlaskClient) -> None:
    operator("Second", "钱运营")
    assert client.post(ways_out(client)[1]).status_code == 400
    assert len(names()) == 2


def test_whoever_is_invited_is_told_of_without_the_code(client: FlaskClient, zhao: Post, clock: Clock) -> None:
    code = staff.invite_operator("孙运营", clock())
    page = client.get("/operator/staff").text
    assert "孙运营" in page and "2026-03-02 09:10 前有效" in page
    assert code not in page
    clock.goes_on(minutes=11)
    assert "孙运营" not in client.get("/operator/staff").text


def test_an_invite_is_withdrawn_after_a_yes_and_binds_nobody(client: FlaskClient, clock: Clock) -> None:
    code = staff.invite_operator("孙运营", clock())
    [path] = re.findall(r'href="(/operator/staff/[^"]+/withdraw)"', client.get("/operator/staff").text)
    before = everything()
    assert "作废 孙运营 的绑定码？" in client.get(path).text
    assert everything() == before
    assert "told-done" in send(client, path).text
    assert "孙运营" not in client.get("/operator/staff").text
    assert refused(lambda: staff.bind(openid("Third"), code, clock())) == "invite_used"
    assert client.get(path).status_code == 404
    assert names() == ["赵运营"]
