"""What somebody signs in with, in the words of what browsers say of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phrases import has
from models.rules.devices import device_of, is_in_wechat

AGENTS = [
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
     " Edg/126.0.0.0", "windows.edge"),
    ("Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0 Safari/537.36 QIHU"
     " 360SE", "windows.browser360"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4"
     " Safari/605.1.15", "mac.safari"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "linux.firefox"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
     " MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN", "iphone.wechat"),
    ("Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile"
     " Safari/537.36 XWEB/1160065 MMWEBSDK/20240301 MicroMessenger/8.0.49.2600", "phone.wechat"),
    ("Mozilla/5.0 (Linux; Android 12; HarmonyOS; ALN-AL00) AppleWebKit/537.36 Chrome/114.0 Mobile Safari/537.36",
     "harmony.chrome"),
    ("Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/107.0 Safari/537.36"
     " NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat", "windows.wechat"),
    ("", "other.other"),
    ("curl/8.0", "other.other"),
    ("<script>alert(1)</script>", "other.other"),
    ("\0\r\n张三", "other.other"),
    ("A" * 100_000 + "Windows", "other.other"),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "device"), AGENTS)
def test_a_device_is_known_by_what_people_call_it(agent: str, device: str) -> None:
    assert device_of(agent) == device


@given(st.text())
def test_nothing_of_what_a_browser_says_gets_through(agent: str) -> None:
    place, _, browser = device_of(agent).partition(".")
    assert has(f"device.{place}")
    assert has(f"browser.{browser}")


def test_the_browser_within_wechat_is_known_on_every_device() -> None:
    assert [is_in_wechat(agent) for agent, _ in AGENTS] == [device.endswith(".wechat") for _, device in AGENTS]
