"""Signatures and encryption of a delivery and its reply, as the platform's documentation describes them."""

import base64
import binascii
import hashlib
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

# The padding goes to 32 bytes, not to the 16 of an AES block, so PKCS7 as libraries offer it does not fit.
PADDED_TO = 32
RANDOM_BYTES = 16
LENGTH_BYTES = 4


class Unreadable(Exception):
    """An encrypted text cannot be read; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def signature(token: str, *parts: str) -> str:
    """Hex SHA1 over token and parts, sorted and joined.

    With (timestamp, nonce) it is `signature`; with (timestamp, nonce, encrypted) it is `msg_signature`."""
    joined = "".join(sorted((token, *parts)))
    return hashlib.sha1(joined.encode("utf-8"), usedforsecurity=False).hexdigest()


class Cipher:
    """AES-256-CBC over 16 random bytes, the length, the text and the app id; both directions.

    `encoding_aes_key` is the 43-character key of the account's console; ValueError for anything else."""

    def __init__(self, app_id: str, encoding_aes_key: str) -> None:
        if len(encoding_aes_key) != 43:
            raise ValueError("encoding_aes_key has 43 characters")
        # Not validate=True: a 43-character key leaves two bits over that the console does not always set to zero.
        key = base64.b64decode(encoding_aes_key + "=")
        if len(key) != 32:
            raise ValueError("encoding_aes_key is base64 of 32 bytes without its last =")
        self._app_id = app_id.encode("utf-8")
        self._block_cipher = BlockCipher(algorithms.AES(key), modes.CBC(key[:16]))

    def encrypt(self, text: bytes, random_bytes: bytes | None = None) -> str:
        """The base64 that stands in `<Encrypt>`. `random_bytes`: 16, fresh ones unless given."""
        head = random_bytes if random_bytes is not None else secrets.token_bytes(RANDOM_BYTES)
        plain = head + len(text).to_bytes(LENGTH_BYTES, "big") + text + self._app_id
        pad = PADDED_TO - len(plain) % PADDED_TO
        encryptor = self._block_cipher.encryptor()
        sealed = encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode("ascii")

    def decrypt(self, encrypted: str) -> bytes:
        """The text inside; Unreadable with encrypt_not_base64, encrypt_length_wrong, encrypt_padding_wrong,
        encrypt_content_wrong or app_id_wrong."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise Unreadable("encrypt_not_base64") from None
        if not sealed or len(sealed) % PADDED_TO:
            raise Unreadable("encrypt_length_wrong")
        decryptor = self._block_cipher.decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
        pad = padded[-1]
        if not 1 <= pad <= PADDED_TO or padded[-pad:] != bytes([pad]) * pad:
            raise Unreadable("encrypt_padding_wrong")
        plain = padded[RANDOM_BYTES:-pad]
        length = int.from_bytes(plain[:LENGTH_BYTES], "big")
        text, app_id = plain[LENGTH_BYTES : LENGTH_BYTES + length], plain[LENGTH_BYTES + length :]
        if len(plain) < LENGTH_BYTES or len(text) != length:
            raise Unreadable("encrypt_content_wrong")
        if app_id != self._app_id:
            raise Unreadable("app_id_wrong")
        return text
