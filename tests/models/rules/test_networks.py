"""Networks are read strictly, and an address is found in them whichever way it is written."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.networks import Networks, network


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("101.226.103.61", "101.226.103.61/32"),
        (" 101.226.103.0/25 ", "101.226.103.0/25"),
        ("2408:8000::/24", "2408:8000::/24"),
        ("2408:80f1::1", "2408:80f1::1/128"),
    ],
)
def test_addresses_and_networks_are_taken(text: str, plain: str) -> None:
    assert network(text) == plain


@pytest.mark.parametrize(
    "text",
    ["", "weixin.qq.com", "101.226.103", "101.226.103.61/33", "101.226.103.61/25", "0.0.0.0/0", "::/0", "10.0.0.0/8",
     "１０１.226.103.61", "101.226.103.61 or 1=1", "0x7f.0.0.1", "127.1", "1" * 500, None, 2130706433, ["127.0.0.1"]],
)  # fmt: skip
def test_what_is_none_or_as_good_as_everybody_is_not(text: object) -> None:
    assert network(text) is None


def test_an_address_is_found_in_its_network_and_beside_it_is_not() -> None:
    some = Networks(["101.226.103.0/25", "2408:8000::/24", "192.0.2.7/32"])
    assert [
        one for one in ("101.226.103.127", "192.0.2.7", "::ffff:192.0.2.7", "2408:80ff::1") if one not in some
    ] == []
    assert [
        one for one in ("101.226.103.128", "192.0.2.8", "2409::1", "", "unknown", "192.0.2.7:80") if one in some
    ] == []


@given(st.ip_addresses(), st.lists(st.ip_addresses(), max_size=6), st.integers(12, 32))
def test_it_says_what_the_standard_library_says(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
    others: list[ipaddress.IPv4Address | ipaddress.IPv6Address],
    length: int,
) -> None:
    listed = [ipaddress.ip_network((one, length if one.version == 4 else length * 4), strict=False) for one in others]
    address = getattr(address, "ipv4_mapped", None) or address
    expected = any(address in one for one in listed)
    assert (str(address) in Networks(map(str, listed))) is expected


@given(st.text(max_size=60))
def test_whatever_is_written_there_nothing_fails(text: str) -> None:
    network(text)
    assert text not in Networks([])
