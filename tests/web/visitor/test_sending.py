"""A form counts once, for the person and the hall that it was made for, and for some hours."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.services import limits
from models.tables.database import thread_is_done
from tests.reading import inside, visits
from tests.web.visitor.filling import (
    ZHANG,
    Town,
    Visitor,
    everybody,
    is_registered,
    nothing_is_kept,
    says,
)


def test_a_form_sent_twice_registers_once_and_says_the_same(town: Town) -> None:
    visitor = town.browser()
    keys = visitor.keys()
    answers = [visitor.sends(ZHANG, **keys) for _ in range(3)]
    assert {(one.status_code, one.location) for one in answers} == {(303, "/pass")}
    assert len(visits()) == 1
    assert is_registered(visitor)


def test_a_form_sent_again_after_the_exit_does_not_begin_another_visit(town: Town) -> None:
    visitor = town.browser()
    keys = visitor.keys()
    visitor.sends(ZHANG, **keys)
    town.clock.goes_on(minutes=30)
    visitor.leaves()
    visitor.sends(ZHANG, **keys)
    assert len(visits()) == 1 and inside() == []


def test_a_form_that_was_not_taken_can_be_sent_again_with_its_key(town: Town) -> None:
    visitor = town.browser()
    keys = visitor.keys()
    visitor.sends({**ZHANG, "companions": "李四 11010519491231002X"}, **keys)
    visitor.sends({**ZHANG, "agree": ""}, **keys)
    visitor.sends(ZHANG, **keys)
    assert len(visits()) == 1


@pytest.mark.parametrize("is_one_page", [True, False], ids=["one page", "two pages"])
def test_forms_sent_at_the_same_moment_make_one_visit(town: Town, is_one_page: bool) -> None:
    visitor = town.browser()
    pages = [visitor.keys()] * 6 if is_one_page else [visitor.keys() for _ in range(6)]
    cookies = visitor.client.get_cookie("hallpass"), visitor.client.get_cookie("hallpass-visitor")
    together = threading.Barrier(len(pages))

    def one(keys: dict[str, str]) -> tuple[int, str]:
        client = town.app.test_client()
        for cookie in cookies:
            assert cookie is not None
            client.set_cookie(cookie.key, cookie.value)
        together.wait()
        try:
            answer = client.post(f"/h/{town.hall.code}/in", data={**ZHANG, **keys})
            return answer.status_code, answer.location
        finally:
            thread_is_done()

    with ThreadPoolExecutor(len(pages)) as threads:
        answers = set(threads.map(one, pages))
    assert answers == {(303, "/pass")}
    assert len(visits()) == 1 and len(everybody()) == 1


def test_a_form_that_lay_for_hours_is_asked_for_again_with_what_was_typed(town: Town) -> None:
    visitor = town.browser()
    keys = visitor.keys()
    town.clock.goes_on(hours=2, seconds=1)
    page = visitor.sends(ZHANG, **keys)
    assert says(page, "refused.form_stale")
    assert 'value="张三"' in page.text and 'value="2" checked' not in page.text.replace("checked ", "")
    assert keys["key"] not in page.text
    assert nothing_is_kept()


def test_a_key_of_somebody_else_or_of_another_hall_registers_nobody(town: Town) -> None:
    visitor, other = town.browser(), town.browser()
    mine = visitor.keys()
    there = Visitor(town.app, town.another_hall())
    there.client = visitor.client
    for foreign in (other.keys()["key"], there.keys()["key"], "", "x", mine["key"][:-1], f"9{mine['key']}", "键" * 50):
        assert says(visitor.sends(ZHANG, **{**mine, "key": foreign}), "refused.form_stale")
    assert nothing_is_kept()


def test_who_is_inside_is_told_so_whatever_they_send(town: Town) -> None:
    visitor = town.browser()
    keys = visitor.keys()
    visitor.sends(ZHANG)
    for fields in ({}, {"name": "3"}, ZHANG, {**ZHANG, "temperature": "39"}):
        assert visitor.sends(fields, **keys).status_code == 303
    assert len(visits()) == 1
    assert says(visitor.opens(), "visit_form.inside_title")


def test_a_code_typed_in_capitals_is_the_same(town: Town) -> None:
    assert town.browser().client.get(f"/h/{town.hall.code.upper()}/in").status_code == 200


@pytest.mark.parametrize("status", ["waiting", "rejected", "suspended", "anything"])
@pytest.mark.parametrize("direction", ["in", "out"])
def test_of_a_hall_that_is_not_open_for_visitors_nothing_is_told(town: Town, status: str, direction: str) -> None:
    visitor = town.browser(town.service.hall(name="假冒银行", status=status))
    token = town.browser().keys()["csrf_token"]
    for page in (visitor.opens(direction), visitor.sends(ZHANG, direction, csrf_token=token)):
        assert page.status_code in (200, 400)
        assert "假冒银行" not in page.text
    assert says(visitor.opens(direction), "door.closed_title")


@pytest.mark.parametrize("path", ["/h/nohall/in", "/h/市/in", "/h//in", "/h/abc234", "/h/abc234/IN"])
def test_an_unknown_hall_or_door_is_no_page(town: Town, path: str) -> None:
    client = town.browser().client
    assert client.get(path).status_code in {308, 404}
    assert client.get(path, follow_redirects=True).status_code == 404


def test_who_sends_without_end_is_asked_to_wait_and_loses_nothing(town: Town) -> None:
    visitor = town.browser()
    keys = visitor.keys()
    for _ in range(limits.FORMS.most):
        assert visitor.sends({"name": "3"}, **keys).status_code == 200
    page = visitor.sends(ZHANG, **keys)
    assert page.status_code == 429
    assert 'value="张三"' in page.text
    assert nothing_is_kept()
    town.clock.goes_on(minutes=10)
    visitor.sends(ZHANG, **keys)
    assert is_registered(visitor)
