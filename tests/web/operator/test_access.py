"""Operators' pages are there for operators alone; to everybody else there is one page, and no hint."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.services.posts import Post
from tests.staffed import everything, joins, openid, registered
from tests.web.operator.conftest import SignsIn
from tests.web.trial import token

OPERATORS_MAY = {
    "operators.halls": "halls",
    "operators.hall": "halls",
    "operators.review": "approve",
    "operators.stop": "suspend",
    "operators.limits": "limits",
    "operators.cases": "elsewhere",
    "operators.case": "elsewhere",
    "operators.open_there": "elsewhere",
    "operators.health": "health",
    "operators.audit": "audit",
    "operators.audit_ask": "audit",
    "operators.audit_file": "audit",
    "operators.audit_seals": "audit",
    "operators.erased": "audit",
    "operators.erased_day": "audit",
    "operators.staff": "operators",
    "operators.remove": "operators",
    "operators.withdraw": "operators",
}
"""The contract's row on operators, once more, by page."""


def addresses(app: Flask, code: str) -> dict[str, tuple[str, set[str]]]:
    """Every operators' page there is, and by which methods it is asked for."""
    adapter = app.url_map.bind("localhost")
    values = {"code": code, "key": "0" * 16, "case": "c" * 16, "visit": "a" * 16, "mark": "0" * 16, "number": "1"}
    what = {"operators.review": "approve", "operators.stop": "suspend"}
    found = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("operators."):
            known = {**values, "what": what.get(rule.endpoint, "")}
            path = adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})
            found[rule.endpoint] = path, (rule.methods or set()) & {"GET", "POST"}
    return found


def test_every_page_is_in_the_table(app: Flask) -> None:
    assert addresses(app, "abc234").keys() == OPERATORS_MAY.keys()


@pytest.mark.parametrize("who", ["Admin", "Guard", "Visitor"])
@pytest.mark.parametrize("state", ["own", "no such"])
def test_to_whoever_is_no_operator_every_page_is_one_that_is_not_there(
    app: Flask, signs_in: SignsIn, who: str, state: str
) -> None:
    hall = registered()
    joins(hall, "Guard", "孙门岗")
    client = signs_in(who)
    fresh = token(client, "/me")
    nowhere = client.get("/nowhere").text
    before = everything()
    for endpoint, (path, methods) in addresses(app, hall.code if state == "own" else "zzzzzz").items():
        for method in methods:
            page = client.open(path, method=method, data={"csrf_token": fresh} if method == "POST" else None)
            assert (page.status_code, page.text) == (404, nowhere), f"{method} {endpoint}"
    assert everything() == before


def test_whoever_is_not_signed_in_is_led_to_sign_in_whatever_they_ask_for(app: Flask) -> None:
    hall = registered()
    client = app.test_client()
    for endpoint, (path, _) in addresses(app, hall.code).items():
        page = client.get(path)
        assert page.status_code == 302, endpoint
        assert page.headers["Location"].startswith("/login?"), endpoint


def test_operators_get_every_page(app: Flask, client: FlaskClient, zhao: Post) -> None:
    hall = registered()
    codes = {endpoint: client.get(path).status_code for endpoint, (path, _) in addresses(app, hall.code).items()}
    # Approving what is open leads to the hall; nobody has the mark of zeros; there is no such case, and nothing erased.
    others = {
        "operators.erased_day": 404,
        "operators.case": 404,
        "operators.open_there": 404,
        "operators.audit_file": 404,
    } | {
        "operators.review": 303,
        "operators.remove": 404,
        "operators.withdraw": 404,
    }
    assert codes == dict.fromkeys(OPERATORS_MAY, 200) | others


def test_a_page_says_nothing_by_which_wechat_knows_people(client: FlaskClient, app: Flask) -> None:
    hall = registered()
    pages = [client.get(path).text for path, _ in addresses(app, hall.code).values()]
    assert [page for page in pages if openid("Admin") in page or openid("Operator") in page] == []
