"""Networks and addresses on the Internet: read strictly, and looked for quickly."""

import ipaddress
from collections.abc import Iterable

WIDEST = {4: 12, 6: 24}
"""The shortest prefix that is taken for a network of one company; shorter would let in half the world."""


def network(text: object) -> str | None:
    """The network or address in its plainest form, an address as a network of one; None for what is none."""
    if not isinstance(text, str) or len(text) > 48:
        return None
    try:
        found = ipaddress.ip_network(text.strip())
    except ValueError:
        return None
    return str(found) if found.prefixlen >= WIDEST[found.version] else None


class Networks:
    """A set of networks, each as `network` gives it. `in` says whether an address stands in one of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = [ipaddress.ip_network(text) for text in texts]
        self._begins = {(one.version, one.prefixlen, int(one.network_address)) for one in found}
        self._lengths = {(one.version, one.prefixlen, one.max_prefixlen) for one in found}

    def __bool__(self) -> bool:
        return bool(self._begins)

    def __contains__(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        # As a socket that listens for both kinds writes the older one.
        address = getattr(address, "ipv4_mapped", None) or address
        number = int(address)
        return any(
            (version, length, number >> (whole - length) << (whole - length)) in self._begins
            for version, length, whole in self._lengths
            if version == address.version
        )
