"""A value under a key that is not here is shown as unreadable; no page fails for it."""

from collections.abc import Iterator

import peewee
import pytest

from models.services import second_eyes
from tests.foreign import under_a_foreign_key
from tests.staffed import operator, post
from tests.web.staff_pages import Busy
from tests.web.trial import token


@pytest.fixture
def busy(database: peewee.Database) -> Busy:
    return Busy()


def pages(busy: Busy) -> Iterator[str]:
    """The address of every page that is there to be looked at."""
    adapter = busy.app.url_map.bind("localhost")
    approval = second_eyes.ask(post(busy.hall), "export", busy.export.id, "检查", busy.clock())
    values = {
        "code": busy.hall.code, "visit": busy.visit, "number": 1, "export": busy.export.public_id,
        "approval": approval, "case": busy.case, "direction": "in", "version": "1", "token": "a" * 43, "door": "1",
        "asked": "0" * 16, "matter": "social", "key": "0" * 16, "mark": "0" * 16, "which": "all", "field": "name",
    }  # fmt: skip
    what = {"operators.review": "approve", "operators.stop": "suspend"}
    for rule in busy.app.url_map.iter_rules():
        if "static" not in rule.endpoint and "GET" in (rule.methods or ()):
            known = {**values, "what": what.get(rule.endpoint, "")}
            yield adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments})


@pytest.mark.parametrize("who", ["Admin", "Second", "Zhang", "Operator"])
def test_no_page_fails_for_what_it_cannot_read(busy: Busy, who: str) -> None:
    operator()
    addresses = list(pages(busy))
    browser = busy.browser(who)
    before = {path: browser.client.get(path).status_code for path in addresses}
    assert under_a_foreign_key() > 20
    shown = {path: browser.client.get(path).status_code for path in addresses if before[path] < 500}
    assert {path: code for path, code in shown.items() if code >= 500} == {}
    assert len(shown) > 60


def test_no_form_fails_for_what_it_cannot_read(busy: Busy) -> None:
    browser = busy.browser("Admin")
    csrf = token(browser.client, f"{busy.at}/desk")
    forms = list(busy.forms())
    under_a_foreign_key()
    sent = {path: browser.client.post(path, data={"csrf_token": csrf, "value": "王五", "who": "13800138000",
            "why": "other", "words": "核对"}).status_code for path in forms}  # fmt: skip
    assert {path: code for path, code in sent.items() if code >= 500} == {}
