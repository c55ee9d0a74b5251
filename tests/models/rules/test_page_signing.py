"""The signature of a page that uses WeChat's own script."""

from hypothesis import given
from hypothesis import strategies as st

from models.rules.page_signing import Signed, signed

URL = "https://hall.example.gov.cn/h5/form?x=1"


def test_a_page_is_signed_as_others_sign_it() -> None:
    # As wechatpy signs the same.
    expected = Signed(1700000000, "nonce123", "b582047ac127fc1f74dd66434ca0bcd07e3cff74")
    assert signed("TICKET123", "nonce123", 1700000000, URL) == expected


def test_what_follows_a_hash_sign_is_not_signed() -> None:
    assert signed("T", "n", 1, f"{URL}#wechat_redirect") == signed("T", "n", 1, URL)


@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 2**40), st.text(max_size=60))
def test_whatever_is_signed_has_a_signature_of_forty_digits(ticket: str, nonce: str, at: int, url: str) -> None:
    assert len(signed(ticket, nonce, at, url).signature) == 40
