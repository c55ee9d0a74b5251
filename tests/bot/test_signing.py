"""Who opened a page in WeChat, and what is said where nobody can be known."""

from collections.abc import Iterator

import peewee
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.signing import Signing
from bot.wechat.http import Http
from bot.wechat.oauth import SignedIn, exchange_code
from models.services.desk import Identity, NoIdentity
from tests.platform_api import PlatformApi
from tests.service import APP_ID, APP_SECRET, Service

PATH = "/sns/oauth2/access_token"


@pytest.fixture
def service(database: peewee.Database) -> Service:
    return Service()


@pytest.fixture
def api(service: Service) -> Iterator[PlatformApi]:
    with PlatformApi(service.platform) as served:
        yield served


@pytest.fixture
def signing(api: PlatformApi) -> Signing:
    http = Http(api.url)
    return Signing(lambda code: exchange_code(http, APP_ID, APP_SECRET, code))


def code(service: Service) -> str:
    return service.platform.signing_in.code_for(service.visitor().openid, "snsapi_base")


def test_who_comes_with_a_code_is_known(service: Service, signing: Signing) -> None:
    assert signing(code(service)) == Identity(service.visitor().openid, is_snapshot=False)


def test_in_a_snapshot_it_is_said_that_this_is_nobody(service: Service, signing: Signing) -> None:
    service.platform.signing_in.in_snapshots = True
    found = signing(code(service))
    assert isinstance(found, Identity)
    assert found.is_snapshot
    assert found.openid != service.visitor().openid


def test_a_code_that_the_browser_brings_twice_is_told_as_used(service: Service, signing: Signing) -> None:
    given_code = code(service)
    assert isinstance(signing(given_code), Identity)
    assert signing(given_code) is NoIdentity.USED


def test_a_code_that_lay_about_for_five_minutes_is_old(service: Service, signing: Signing) -> None:
    given_code = code(service)
    service.clock.goes_on(minutes=5)
    assert signing(given_code) is NoIdentity.OLD


@pytest.mark.parametrize("forged", ["x", "0" * 32, "a-b_c"])
def test_a_forged_code_is_nobodys(signing: Signing, forged: str) -> None:
    assert signing(forged) is NoIdentity.BAD


HOSTILE = ["", "x" * 513, "a b", "a&secret=1", "\x00", "a\n", "１２", "\ud800", "../x", "<script>", "%00", "' OR 1=1"]


@pytest.mark.parametrize("forged", HOSTILE)
def test_what_cannot_be_a_code_is_not_even_asked_about(api: PlatformApi, signing: Signing, forged: str) -> None:
    assert signing(forged) is NoIdentity.BAD
    assert api.calls(PATH) == 0


@given(text=st.text())
def test_nothing_in_an_address_breaks_it(text: str) -> None:
    assert Signing(lambda code: SignedIn("o1", False))(text) in (NoIdentity.BAD, Identity("o1", False))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("busy", NoIdentity.BUSY),
        ("html", NoIdentity.BUSY),
        ("reset", NoIdentity.BUSY),
        (45011, NoIdentity.BUSY),
        (40125, NoIdentity.ACCOUNT),
        (40001, NoIdentity.ACCOUNT),
        (48001, NoIdentity.ACCOUNT),
        (99999, NoIdentity.ACCOUNT),
    ],
)
def test_a_failure_of_the_platform_is_told_from_a_fault_of_the_account(
    service: Service, signing: Signing, fault: int | str, reason: NoIdentity, caplog: pytest.LogCaptureFixture
) -> None:
    service.platform.faults.next(PATH, fault)
    given_code = code(service)
    assert signing(given_code) is reason
    assert [secret for secret in (APP_SECRET, given_code) if secret in caplog.text] == []
