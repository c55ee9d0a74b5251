"""Where signing in may lead to."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.own_paths import LONGEST, own_path

OWN = ["/", "/me", "/me/sessions", "/hall/abc234/settings/", "/hall/abc234/records?day=2026-03-02&lang=en",
       "/h/abc234/in", "/x?q=%E5%BC%A0", "/x?next=%2F%2Fevil.example"]  # fmt: skip
NOT_OWN = [
    "",
    "me",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/x//evil.example",
    "/x\\y",
    "https://evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "/me\r\nSet-Cookie: a=b",
    "/me\n",
    "/%2f/evil.example",
    "/%2F%2Fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/./x",
    "/../x",
    "/.//evil.example",
    " /me",
    "/me ",
    "/me#x",
    "/me\0",
    "/张三",
    "/@evil.example",
    "/;x",
    "/me?a=<b>",
    "/me?a='",
    "/" + "a" * LONGEST,
    "?x=1",
    "/:80/",
]


@pytest.mark.parametrize("text", OWN)
def test_a_page_of_ours_is_one(text: str) -> None:
    assert own_path(text) == text


@pytest.mark.parametrize("text", NOT_OWN)
def test_whatever_else_there_is_leads_nowhere(text: str) -> None:
    assert own_path(text) is None


@given(st.text(alphabet=st.sampled_from("/\\.%2f5c:@?#&=a\t\r\n\0 ;"), max_size=12).map(lambda rest: "/" + rest))
def test_what_passes_stays_on_this_host_however_it_is_read(text: str) -> None:
    if own_path(text) is not None:
        assert urlsplit(urljoin("https://hall.example.gov.cn/login", text)).netloc == "hall.example.gov.cn"
        assert not text.startswith(("//", "/\\"))
        assert not set(text) & set("\\\t\r\n\0 ")
