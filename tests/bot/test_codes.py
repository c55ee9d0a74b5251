"""Codes for doors: made once at the platform, or it is said why not and whether to try again."""

import pytest

from models.rules.sending import Result
from models.services.desk import Made, NotMade
from tests.platform_api import PlatformApi
from tests.service import NOBODY, Service

CREATE = "/cgi-bin/qrcode/create"


def test_a_scene_has_one_code_whoever_asks_for_it(service: Service, api: PlatformApi) -> None:
    first, second = (api.desk(service.clock).create_code("h1.in.1") for _ in range(2))
    assert isinstance(first, Made)
    assert first == second
    assert service.platform.codes.by_ticket(first.ticket) == service.platform.codes.by_url(first.url)


@pytest.mark.parametrize(
    ("fault", "result", "reason"),
    [
        ("busy", Result.AGAIN, "busy"),
        ("html", Result.AGAIN, "busy"),
        ("reset", Result.AGAIN, "busy"),
        ("quota", Result.AGAIN, "daily_quota"),
        ("minute_quota", Result.AGAIN, "minute_quota"),
        (40053, Result.HELD, "no_code"),
        (48001, Result.HELD, "unauthorized"),
        (50002, Result.HELD, "banned"),
        (40164, Result.HELD, "account"),
        (99999, Result.CLOSED, "bug"),
    ],
)
def test_a_refusal_says_whether_a_repeat_would_help(
    service: Service, api: PlatformApi, fault: int | str, result: Result, reason: str
) -> None:
    service.platform.faults.next(CREATE, fault)
    assert api.desk(service.clock).create_code("h1.in.1") == NotMade(result, reason)


@pytest.mark.parametrize("fault", ["html", "reset"])
def test_an_answer_that_was_lost_costs_no_second_code(service: Service, api: PlatformApi, fault: str) -> None:
    service.platform.codes.most_permanent = 1
    service.platform.faults.next(CREATE, fault, after=True)
    create = api.desk(service.clock).create_code
    assert create("h1.in.1") == NotMade(Result.AGAIN, "busy")
    assert isinstance(create("h1.in.1"), Made)


def test_when_the_platform_refuses_codes_it_is_the_operators_turn(service: Service, api: PlatformApi) -> None:
    create = api.desk(service.clock).create_code
    made = create("h1.in.1")
    service.platform.codes.are_refused = True
    assert create("h1.in.1") == create("h1.out.1") == NotMade(Result.HELD, "no_code")
    service.platform.codes.are_refused = False
    assert create("h1.in.1") == made


@pytest.mark.parametrize("scene", ["", "x" * 65, "\ud800", "门\x00"])
def test_a_scene_that_is_none_breaks_nothing(service: Service, api: PlatformApi, scene: str) -> None:
    assert isinstance(api.desk(service.clock).create_code(scene), Made | NotMade)


def test_without_a_token_it_is_tried_again_later(service: Service, api: PlatformApi) -> None:
    service.platform.faults.next("/cgi-bin/stable_token", "html")
    assert api.desk(service.clock).create_code("h1.in.1") == NotMade(Result.AGAIN, "no_token")


def test_at_a_desk_without_a_platform_no_code_is_made() -> None:
    assert NOBODY.create_code("h1.in.1") == NotMade(Result.CLOSED, "unreachable")
