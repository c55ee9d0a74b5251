"""Openids at rest: AES-256-SIV (RFC 5297), the same cipher text for the same openid, so that the database finds and
joins by it and whoever reads a dump learns nobody's.

Their key is random and stands in the database itself, encrypted with the data key. A newer data key encrypts that one
row anew; what is found by an openid stays as it is, for every worker and node, and is never there twice.
"""

from typing import Any

import peewee
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from models.rules.persons import is_in_wechat
from models.tables import vault
from models.tables.database import DB, run, transaction
from models.tables.fields import AsciiField, SecretField, Table

IN_WECHAT, ELSEWHERE = b"\x01", b"\x02"
"""The first byte of each: whether it is an openid of WeChat, or stands for a browser or the desk. Never the first of
an openid that is not encrypted."""

UNREADABLE = "unreadable"
"""No openid; the platform refuses it."""

LONGER_BY = 17
_BITS = 512
_NAME = "openids"


class OpenidKey(Table):
    """The key of all openids: one row."""

    name = AsciiField(8, primary_key=True)
    key = SecretField(200)

    class Meta:
        table_name = "openid_keys"


class OpenidField(AsciiField):
    """Who somebody is for WeChat, or for the pages; `max_length` counts what is encrypted."""

    def get_modifiers(self) -> list[int]:
        return [self.max_length + LONGER_BY]

    def db_value(self, value: Any) -> bytes | None:
        if value is not None and len(value) > self.max_length:
            raise ValueError(f"{self.name}: longer than {self.max_length} bytes")
        return None if value is None else openid_out(value)

    def python_value(self, value: Any) -> Any:
        return None if value is None else openid_in(value)


def openid_out(openid: str) -> bytes:
    """An openid as the tables have it."""
    return sealed(_cipher(), openid) if openid else b""


def openid_in(value: Any) -> str:
    """The openid that `openid_out` made this of; UNREADABLE where it does not open, since one damaged value must not
    hide its row, nor the others."""
    stored = bytes(value)
    if not stored:
        return ""
    openid = opened(_cipher(), stored)
    return UNREADABLE if openid is None else openid


def sealed(cipher: AESSIV, openid: str) -> bytes:
    """An openid, not empty, under one key."""
    kind = IN_WECHAT if is_in_wechat(openid) else ELSEWHERE
    return kind + cipher.encrypt(openid.encode("ascii"), [kind])


def opened(cipher: AESSIV, stored: bytes) -> str | None:
    """What was sealed under this key; None where this was not."""
    try:
        return cipher.decrypt(stored[1:], [stored[:1]]).decode("ascii")
    except (InvalidTag, ValueError):  # ValueError: shorter than a tag
        return None


def make_ready() -> None:
    """Take the key into the vault in use; make one where there is none yet. A unit of work of its own, since nothing
    may be encrypted with a key that is not stored. Raises WrongKey where it does not open."""
    _keep(run(lambda: openid_cipher(OpenidKey)))


def has_key() -> bool:
    """Whether there is a key. Part of a unit of work."""
    return OpenidKey.get_or_none(name=_NAME) is not None


def openid_cipher(keys: type[peewee.Model]) -> AESSIV:
    """What openids are encrypted with, by the key in this table, which is made where there is none yet."""
    row = keys.get_or_none(name=_NAME)
    if row is None:
        row = keys.create(name=_NAME, key=AESSIV.generate_key(_BITS).hex())
    return AESSIV(bytes.fromhex(row.key))


def replace_key() -> AESSIV:
    """Put a new key into the place of the one that there is. Part of a unit of work."""
    OpenidKey.delete().execute()
    return openid_cipher(OpenidKey)


def _keep(cipher: AESSIV) -> None:
    vault.current().openids = DB.obj, cipher


def _cipher() -> AESSIV:
    found = vault.current().openids
    if found is not None and found[0] is DB.obj:
        return found[1]
    cipher = _loaded()
    _keep(cipher)
    return cipher


@transaction
def _loaded() -> AESSIV:
    row = OpenidKey.get_or_none(name=_NAME)
    if row is None:
        raise RuntimeError("no key of openids: openids.make_ready was not called")
    return AESSIV(bytes.fromhex(row.key))
