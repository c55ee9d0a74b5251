"""What somebody signs in with, told apart as far as people do it themselves: a Windows computer with Edge, a phone in
WeChat. What browsers say of themselves can be forged, so it is shown to people and decides nothing."""

import re

LONGEST_READ = 1000

_PLACES = (
    ("iphone", re.compile(r"iPhone|iPod")),
    ("ipad", re.compile(r"iPad")),
    # HarmonyOS says Android as well, Android says Linux, and phones of both say Mobile.
    ("harmony", re.compile(r"HarmonyOS|OpenHarmony")),
    ("phone", re.compile(r"Android.*Mobile", re.DOTALL)),
    ("tablet", re.compile(r"Android")),
    ("windows", re.compile(r"Windows")),
    ("mac", re.compile(r"Macintosh|Mac OS X")),
    ("linux", re.compile(r"Linux|UOS|Kylin|X11")),
)
_BROWSERS = (
    # Each of these names those below it as well.
    ("wechat", re.compile(r"MicroMessenger")),
    ("edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("browser360", re.compile(r"\b(?:QihooBrowser|360[SE]E|QHBrowser)")),
    ("qq", re.compile(r"QQBrowser")),
    ("firefox", re.compile(r"Firefox/|FxiOS/")),
    ("chrome", re.compile(r"Chrome/|CriOS/")),
    ("safari", re.compile(r"Safari/")),
)
OTHER = "other"
PLACES = (*(name for name, _ in _PLACES), OTHER)
BROWSERS = (*(name for name, _ in _BROWSERS), OTHER)


def device_of(user_agent: str) -> str:
    """`place.browser`, each of the names above: nothing of the text itself gets through."""
    read = user_agent[:LONGEST_READ]
    return f"{_first(_PLACES, read)}.{_first(_BROWSERS, read)}"


def is_in_wechat(user_agent: str) -> bool:
    """Whether this is the browser within WeChat, on whatever device."""
    return "MicroMessenger" in user_agent


def _first(known: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in known if pattern.search(text)), OTHER)
