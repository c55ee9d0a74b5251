"""WeChat's own script for pages: only a page that its account has signed may ask for consent, of its person."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator.api.pages import SCRIPT
from tests.bot.simulator.api.account import Account
from tests.bot.simulator.tiny_service import APP_ID

URL = "https://hall.example.gov.cn/h/h7k2m9/notices"
CONTENT = "地点：{{thing1.DATA}}"


@pytest.fixture
def template(account: Account) -> str:
    """A notice that people can agree to; somebody is looking at the page that asks for it."""
    account.browser = account.phone()
    return account.platform.templates.add("防疫提醒", CONTENT, "one_time")


def page(account: Account, url: str = URL, **other: Any) -> dict[str, Any]:
    """What the script sends of a page that is signed rightly."""
    ticket = account.call("/cgi-bin/ticket/getticket", type="jsapi")["ticket"]
    text = f"jsapi_ticket={ticket}&noncestr=abc&timestamp=1700000000&url={url.partition('#')[0]}"
    signature = hashlib.sha1(text.encode()).hexdigest()
    return {"appId": APP_ID, "timestamp": 1700000000, "nonceStr": "abc", "signature": signature, "url": url, **other}


def asks(account: Account, path: str, said: Any) -> Any:
    return account.client.post(f"/open/js/{path}", json=said).get_json()


def test_there_is_a_script(account: Account) -> None:
    answer = account.client.get(SCRIPT)
    assert answer.mimetype == "text/javascript" and "wx-open-subscribe" in answer.text


def test_a_page_that_is_signed_rightly_is_taken_also_with_a_hash_sign(account: Account, template: str) -> None:
    for url in (URL, f"{URL}?lang=en", f"{URL}#top"):
        assert asks(account, "config", page(account, url)) == {"errMsg": "config:ok"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"signature": "0" * 40}, "invalid signature"),
        ({"url": f"{URL}?from=timeline"}, "invalid signature"),  # not the address that was signed
        ({"timestamp": 1700000001}, "invalid signature"),
        ({"nonceStr": "abd"}, "invalid signature"),
        ({"appId": "wxsomebodyelse000"}, "invalid appid"),
        ({"signature": None, "url": None}, "invalid signature"),
    ],
)
def test_a_page_that_is_not_is_refused_in_wechats_words(
    account: Account, template: str, wrong: dict[str, Any], why: str
) -> None:
    assert asks(account, "config", {**page(account), **wrong})["errMsg"] == f"config:{why}"
    said = {**page(account), **wrong, "template": template, "accepts": True}
    assert asks(account, "subscribe", said)["errMsg"] == "subscribe:fail permission denied"


def test_a_page_of_another_domain_is_refused(template: str, account: Account) -> None:
    account.platform.domain = "hall.example.gov.cn"
    assert asks(account, "config", page(account)) == {"errMsg": "config:ok"}
    elsewhere = page(account, "https://elsewhere.example/h/h7k2m9/notices")
    assert asks(account, "config", elsewhere) == {"errMsg": "config:invalid url domain"}


def test_outside_of_wechat_nothing_is_configured(account: Account) -> None:
    assert asks(account, "config", page(account)) == {"errMsg": "config:fail, not in WeChat"}


@pytest.mark.parametrize(("accepts", "status"), [(True, "accept"), (False, "reject"), ("yes", "reject")])
def test_what_is_pressed_counts_and_is_told_to_the_page(
    account: Account, template: str, accepts: object, status: str
) -> None:
    answer = asks(account, "subscribe", page(account, template=template, accepts=accepts))
    assert answer["errMsg"] == "subscribe:ok"
    assert json.loads(json.loads(answer["subscribeDetails"])[template]) == {"status": status}
    assert account.browser is not None
    found = account.platform.templates.find(template)
    assert found is not None
    assert account.browser.grants.use(found) == (status == "accept")


def test_what_is_no_subscription_notice_is_not_asked_for(account: Account, template: str) -> None:
    ordinary = account.platform.templates.add("提醒", CONTENT)
    for asked in ("", "none", ordinary, f"{template},none", ",".join([template] * 4)):
        answer = asks(account, "subscribe", page(account, template=asked, accepts=True))
        assert answer["errMsg"] == "subscribe:fail invalid template", asked


def test_the_page_of_another_site_may_not_speak_for_the_script(account: Account, template: str) -> None:
    said = page(account, template=template, accepts=True)
    answer = account.client.post("/open/js/subscribe", json=said, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


_NAMES = st.sampled_from(["appId", "url", "template", "signature", "accepts"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner) | st.dictionaries(_NAMES, inner),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(said=_JSON, path=st.sampled_from(["config", "subscribe"]))
def test_whatever_is_sent_is_refused(account: Account, template: str, said: Any, path: str) -> None:
    answer = account.client.post(f"/open/js/{path}", json=said)
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or not answer.get_json()["errMsg"].endswith(":ok")
