"""What may stand in a setting.

Each function takes a value of the right TOML type and returns it in its plainest form, or raises `Wrong` with words
that never hold the value of a secret.
"""

import base64
import binascii
import functools
import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Wrong(Exception):
    """What is wrong with one value, in words that may be shown."""


def yes_or_no(value: bool) -> bool:
    """Any boolean."""
    return value


def title(text: str) -> str:
    """1 to 40 printable characters."""
    stripped = text.strip()
    if not 1 <= len(stripped) <= 40:
        raise Wrong(f"{len(stripped)} characters are too few or too many")
    if not stripped.isprintable():
        raise Wrong("it holds control characters")
    return stripped


def web_address(text: str) -> str:
    """An http(s) URL without a slash at its end; a user's name, a query or a fragment is refused."""
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        _ = parts.port  # reading it is what refuses a port that is none
    except ValueError:
        raise Wrong("it is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not re.fullmatch(r"[!-~]+", address):
        raise Wrong("it is not a URL that begins with http:// or https://")
    if parts.username is not None or "?" in address or "#" in address:
        raise Wrong("a user's name, a query or a fragment has no place in it")
    return address


def origin(text: str) -> str:
    """An http(s) URL of scheme, host and port alone."""
    address = web_address(text)
    if urlsplit(address).path:
        raise Wrong("it has a path")
    return address


def host_and_port(text: str) -> str:
    """`host:port`; the host a name, an IPv4 address, or an IPv6 address in brackets."""
    host, _, port = text.strip().rpartition(":")
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise Wrong("it does not end in a port from 1 to 65535")
    try:
        if host.startswith("["):
            ipaddress.IPv6Address(host.removeprefix("[").removesuffix("]"))
        elif re.fullmatch(r"[0-9.]+", host):
            ipaddress.IPv4Address(host)
    except ValueError:
        raise Wrong("its address is not one") from None
    if not re.fullmatch(r"\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?", host):
        raise Wrong("it does not begin with an address")
    return f"{host}:{int(port)}"


def empty_or(parse: Callable[[str], str]) -> Callable[[str], str]:
    """Nothing at all, or what `parse` takes."""
    return lambda text: parse(text) if text.strip() else ""


def time_zone(text: str) -> str:
    """The name of a zone that this machine has rules for."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Asia" is a folder
        raise Wrong("no such time zone is known") from None


def long_secret(text: str) -> str:
    """32 characters or more."""
    if len(text) < 32:
        raise Wrong(f"{len(text)} characters are too few")
    return text


def shaped(pattern: str) -> Callable[[str], str]:
    """What the regular expression matches whole."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text.strip(), re.ASCII):
            raise Wrong("it does not have that form")
        return text.strip()

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words."""

    def parse(text: str) -> str:
        if text.strip() not in words:
            raise Wrong("it is none of the words known")
        return text.strip()

    return parse


def some_of(*words: str) -> Callable[[list[str]], tuple[str, ...]]:
    """Any of these words, each once."""

    def parse(texts: list[str]) -> tuple[str, ...]:
        if not set(texts) <= set(words):
            raise Wrong("one of them is none of the words known")
        return tuple(dict.fromkeys(texts))

    return parse


def retention_days(value: int) -> int:
    """14 to 60: shorter defeats tracing, longer is more than the law's purpose covers."""
    if not 14 <= value <= 60:
        raise Wrong(f"{value} is out of range")
    return value


def whole(least: int, most: int) -> Callable[[int], int]:
    """A number within these, both included."""

    def parse(value: int) -> int:
        if not least <= value <= most:
            raise Wrong(f"{value} is out of range")
        return value

    return parse


def file_path(text: str) -> str:
    """The path of a file, which need not be there yet."""
    path = text.strip()
    if not path or "\0" in path or path.endswith("/"):
        raise Wrong("it is not the path of a file")
    if Path(path).is_dir():
        raise Wrong("it is a folder")
    return path


def database_url(text: str) -> str:
    """`mysql://user:password@host:port/name?ssl_ca=FILE` or `sqlite:///path`."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Wrong("it is not a URL, or its port is none") from None
    if parts.scheme == "sqlite":
        _check_file(parts.netloc, parts.path, parts.query + parts.fragment)
    elif parts.scheme == "mysql":
        _check_server(parts.username, parts.hostname, port, parts.path)
        _check_options(parts.query, parts.fragment)
    else:
        raise Wrong("it begins with neither mysql:// nor sqlite:///")
    return address


def _check_file(host: str, path: str, tail: str) -> None:
    if host or tail or not path.removeprefix("/"):
        raise Wrong("after sqlite:/// comes the path of a file and nothing else")
    if ":memory:" in path:
        raise Wrong("a database in memory is lost with the process, and no other process sees it")


def _check_server(user: str | None, host: str | None, port: int | None, path: str) -> None:
    if not user:
        raise Wrong("the user is missing")
    if not host or port == 0:
        raise Wrong("the host is missing, or the port is 0")
    # An unescaped '/', '?' or '#' in the password ends the host early, and the rest lands here.
    if not re.fullmatch(r"/[A-Za-z0-9_$-]{1,64}", path):
        raise Wrong("the name of the database is missing or odd")


def _check_options(query: str, fragment: str) -> None:
    options = dict(parse_qsl(query, keep_blank_values=True))
    if fragment or options.keys() - {"ssl_ca"}:
        raise Wrong("only ?ssl_ca= may follow the name; odd characters of a password are written as %23 and the like")
    if "ssl_ca" in options and not Path(options["ssl_ca"]).is_file():
        raise Wrong("the file that ssl_ca names does not exist")


REMINDER_VALUES = ("hall", "entered", "closing")
CONTACT_VALUES = ("hall", "day", "from", "to", "span", "phone", "advice")
"""What a notice can be filled with."""


def notice_template(known: tuple[str, ...]) -> Callable[[str], str]:
    """A reader of nothing, or of a template's id and which of the `known` values stands in which of its fields."""
    return functools.partial(_notice_template, known)


def _notice_template(known: tuple[str, ...], text: str) -> str:
    template, *fields = text.split() or [""]
    if not template:
        return ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{10,64}", template):
        raise Wrong("it does not begin with the id of a template")
    fields = fields[1:] if fields[:1] == ["long"] else fields
    shape = rf"[a-z_]{{1,20}}[0-9]{{0,3}}=(?:{'|'.join(known)})"
    if not fields or not all(re.fullmatch(shape, one) for one in fields):
        raise Wrong("a field is missing, or is not written as name=value")
    if len({one.partition("=")[0] for one in fields}) != len(fields):
        raise Wrong("a field stands there twice")
    return " ".join(text.split())


def keys(entries: list[str]) -> tuple[tuple[str, bytes], ...]:
    """`id:base64` entries as (id, 32 bytes), in their order; no id and no key twice."""
    found: dict[str, bytes] = {}
    for place, entry in enumerate(entries, start=1):
        name, secret = _key(entry, place)
        if name in found:
            raise Wrong(f"the id of entry {place} stands there twice")
        if secret in found.values():
            raise Wrong(f"entry {place} is the same key as an earlier one")
        found[name] = secret
    return tuple(found.items())


def _key(entry: str, place: int) -> tuple[str, bytes]:
    name, colon, text = entry.strip().partition(":")
    if not colon or not re.fullmatch(r"[a-z0-9]{1,8}", name):
        raise Wrong(f"entry {place} does not begin with an id and a colon")
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        raise Wrong(f"entry {place} is not base64") from None
    if len(secret) != 32:
        raise Wrong(f"entry {place} is a key of {len(secret)} bytes")
    return name, secret
