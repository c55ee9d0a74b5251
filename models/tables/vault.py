"""Fields at rest: AES-256-GCM for values, HMAC-SHA256 for what is looked up, each with the id of its key beside it.

A cipher text is `id length (1 byte) | key id | nonce (12) | AES-GCM output`; the table and column are its additional
data, so a value moved into another column does not open. A hash is `key id | ":" | first 16 bytes of the HMAC`, over
the column's meaning and the value, so the same number as a phone and as an ID never hash alike.
"""

import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
_HASH = 16


class WrongKey(Exception):
    """A value was written under a key that this process does not have, or it was changed."""


@dataclass(frozen=True)
class Keys:
    """Data and hash keys by id, the first of each in use for writing; 32 bytes each."""

    data: Mapping[str, bytes] = field(repr=False)
    hash: Mapping[str, bytes] = field(repr=False)


class Vault:
    """Opens and closes values with the keys of this installation."""

    def __init__(self, keys: Keys) -> None:
        self._ciphers = {name.encode(): AESGCM(key) for name, key in keys.data.items()}
        self._hash_keys = {name.encode(): key for name, key in keys.hash.items()}
        self._masters = {name: hmac.digest(key, b"hallpass backup", "sha256") for name, key in keys.data.items()}
        self._write_with = next(iter(self._ciphers))
        self._prefix = bytes([len(self._write_with)]) + self._write_with
        self._hash_with = next(iter(self._hash_keys))
        self._checks = {
            f"{use}:{name}": hmac.digest(key, b"hallpass key check", "sha256")
            for use, named in (("data", keys.data), ("hash", keys.hash))
            for name, key in named.items()
        }
        self.openids: tuple[object, AESSIV] | None = None
        """What openids of a database are encrypted with, once `openids` has read its key."""

    def close(self, text: str, place: bytes) -> bytes:
        """Encrypt `text` for the column `place` (b"visits.name")."""
        return self.close_bytes(text.encode(), place)

    def close_bytes(self, data: bytes, place: bytes) -> bytes:
        """Encrypt bytes for their place."""
        nonce = os.urandom(_NONCE)
        return self._prefix + nonce + self._ciphers[self._write_with].encrypt(nonce, data, place)

    def open(self, value: bytes, place: bytes) -> str:
        """Decrypt what `close` wrote for the same column; raises WrongKey."""
        try:
            return self.open_bytes(value, place).decode()
        except UnicodeDecodeError:
            raise WrongKey(f"a value of {place.decode()} does not open") from None

    def open_bytes(self, value: bytes, place: bytes) -> bytes:
        """Decrypt what `close_bytes` wrote for the same place; raises WrongKey."""
        end = 1 + value[0] if value else 1
        cipher = self._ciphers.get(value[1:end])
        if cipher is None:
            raise WrongKey(f"no data key {value[1:end]!r} for {place.decode()}")
        try:
            return cipher.decrypt(value[end : end + _NONCE], value[end + _NONCE :], place)
        except (InvalidTag, ValueError):  # ValueError: cut off within the nonce
            raise WrongKey(f"a value of {place.decode()} does not open") from None

    def hash(self, meaning: bytes, text: str) -> bytes:
        """The look-up hash of `text` under the newest key."""
        return self._digest(self._hash_with, meaning, text)

    def hashes(self, meaning: bytes, text: str) -> tuple[bytes, ...]:
        """The look-up hashes under every key that rows may still carry, newest first."""
        return tuple(self._digest(name, meaning, text) for name in self._hash_keys)

    def _digest(self, name: bytes, meaning: bytes, text: str) -> bytes:
        message = meaning + b"\0" + text.encode()
        return name + b":" + hmac.digest(self._hash_keys[name], message, "sha256")[:_HASH]

    def renewed(self, value: bytes, place: bytes) -> bytes:
        """The same value under the newest data key; raises WrongKey."""
        return self.close_bytes(self.open_bytes(value, place), place)

    def rehashed(self, stored: bytes, meaning: bytes, text: str) -> bytes | None:
        """The newest hash of `text`, if `stored` is its hash under a key that is here; None where it is not."""
        name = key_of_hash(stored).encode()
        if name not in self._hash_keys or not hmac.compare_digest(stored, self._digest(name, meaning, text)):
            return None
        return self.hash(meaning, text)

    def newest(self) -> tuple[str, str]:
        """The ids of the data key and the hash key that are written with."""
        return self._write_with.decode(), self._hash_with.decode()

    def file_key(self, name: str, salt: bytes) -> bytes:
        """A key for one file, of the data key of this id; raises WrongKey where that is not here."""
        if name not in self._masters:
            raise WrongKey(f"no data key {name!r} for a file")
        return hmac.digest(self._masters[name], salt, "sha256")

    def derived(self, purpose: bytes) -> dict[str, bytes]:
        """32 bytes for this purpose from each hash key, by its id, the newest first (HKDF-SHA256): from them nobody
        finds the hash key, nor what it gives for another purpose."""
        return {
            name.decode(): HKDF(hashes.SHA256(), 32, salt=None, info=purpose).derive(key)
            for name, key in self._hash_keys.items()
        }

    def checks(self) -> dict[str, bytes]:
        """A value per key, by which the key is known again and from which it cannot be found."""
        return dict(self._checks)


def key_of(value: bytes) -> str:
    """The id of the data key that a value was closed with; text of any kind where it is no such value."""
    return value[1 : 1 + value[0]].decode("ascii", "backslashreplace") if value else ""


def key_of_hash(value: bytes) -> str:
    """The id of the hash key that a hash was made with."""
    return value[: -_HASH - 1].decode("ascii", "backslashreplace")


class _Bound:
    """The vault of this process; tables are classes and need it without being handed it."""

    vault: Vault | None = None


def use(vault: Vault) -> None:
    """Make `vault` the one that every encrypted column of this process uses."""
    _Bound.vault = vault


def current() -> Vault:
    """The vault in use; raises RuntimeError before `use`."""
    if _Bound.vault is None:
        raise RuntimeError("no keys: vault.use was not called")
    return _Bound.vault
