"""Who an account person is: an openid, or a browser."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.persons import is_in_wechat, of_browser

LONGEST_OPENID = 64
"""Characters that the tables have room for."""


@given(secret=st.text(max_size=60).filter(lambda text: text.isascii()))
def test_a_browser_is_nobody_of_wechat_and_keeps_its_secret(secret: str) -> None:
    name = of_browser(secret)
    assert not is_in_wechat(name)
    assert len(name) <= LONGEST_OPENID and name == of_browser(secret) != of_browser(f"{secret}.")
    assert len(secret) < 8 or secret not in name


@given(openid=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True))
def test_an_openid_is_somebody_of_wechat(openid: str) -> None:
    assert is_in_wechat(openid)
