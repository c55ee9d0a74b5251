"""The menu of staff follows who is staff: told to the platform by a job, also after it could not be told at once."""

from collections.abc import Iterator

import peewee
import pytest

from bot.staff_menu import StaffMenu
from jobs import staff_menus
from models.rules.access import Role
from models.rules.sending import Outcome, Result
from models.services.desk import Desk
from models.tables.database import run
from models.tables.staff_menus import MenuChange
from tests.platform_api import PlatformApi
from tests.service import NOBODY, Service


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


@pytest.fixture
def api(service: Service) -> Iterator[PlatformApi]:
    with PlatformApi(service.platform) as served:
        yield served


class Told:
    """A platform that answers so, and what it was told."""

    def __init__(self, *results: Result) -> None:
        self.results = list(results)
        self.calls: list[tuple[str, bool]] = []

    def __call__(self, openid: str, is_staff: bool) -> Outcome:
        self.calls.append((openid, is_staff))
        return Outcome(self.results.pop(0) if self.results else Result.SENT)

    @property
    def desk(self) -> Desk:
        return Desk(NOBODY.send, show_staff_menu=self)


def bound(service: Service) -> str:
    """Somebody who became staff by a code; their openid."""
    admin = service.staff(service.hall())
    invited = admin.says("添加工作人员 李四 门岗").reply or ""
    guard = service.visitor("oGuard00000000000000000000001")
    guard.says(invited)
    return guard.openid


def test_whoever_becomes_staff_sees_the_menu_of_staff(service: Service) -> None:
    openid = bound(service)
    told = Told()
    assert staff_menus.run_once(service.clock(), told.desk) == 1
    assert told.calls == [(openid, True)]
    assert staff_menus.run_once(service.clock(), told.desk) == 0


def test_whoever_is_removed_sees_the_menu_of_everybody_again(service: Service) -> None:
    openid = bound(service)
    service.platform.phone("oStaff00000000000000000000001", following=True).says("移除 李四")
    told = Told()
    staff_menus.run_once(service.clock(), told.desk)
    assert told.calls == [(openid, False)]


def test_what_could_not_be_told_is_told_later(service: Service) -> None:
    openid = bound(service)
    told = Told(Result.AGAIN)
    staff_menus.run_once(service.clock(), told.desk)
    assert staff_menus.run_once(service.clock(), told.desk) == 0
    service.clock.goes_on(minutes=6)
    staff_menus.run_once(service.clock(), told.desk)
    assert told.calls == [(openid, True)] * 2
    assert run(lambda: MenuChange.select().count()) == 0


def test_an_account_without_such_menus_is_not_asked_for_everybody(service: Service) -> None:
    bound(service)
    service.staff(None, Role.OPERATOR, "oOperator00000000000000000001")
    told = Told(Result.HELD)
    staff_menus.run_once(service.clock(), told.desk)
    assert len(told.calls) == 1


def test_a_platform_that_never_answers_is_given_up_in_the_end(service: Service) -> None:
    bound(service)
    run(lambda: MenuChange.update(tries=300).execute())
    staff_menus.run_once(service.clock(), Told(Result.AGAIN).desk)
    assert run(lambda: MenuChange.select().count()) == 0


def test_a_phone_of_staff_shows_their_menu(service: Service, api: PlatformApi) -> None:
    openid = bound(service)
    client = api.client(service.clock)
    staff_menus.run_once(service.clock(), Desk(NOBODY.send, show_staff_menu=StaffMenu(client)))
    assert len(service.platform.phone(openid).tag_ids) == 1


def test_staff_who_follow_again_are_shown_their_menu_again(service: Service) -> None:
    openid = bound(service)
    staff_menus.run_once(service.clock(), Told().desk)
    phone = service.platform.phone(openid)
    phone.unfollow()
    phone.follow()
    told = Told()
    staff_menus.run_once(service.clock(), told.desk)
    assert told.calls == [(openid, True)]
