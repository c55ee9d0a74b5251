"""The platform's envelope: signatures and AES, as the callback's messages come and replies go.

Facts: signature = SHA-1 of the sorted token, timestamp and nonce; msg_signature also over the cipher text; AES-256-CBC
with the key's first 16 bytes as IV, PKCS#7 to blocks of 32, `16 random bytes | length | XML | app id` inside.
"""

import base64
import binascii
import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


class BadDelivery(Exception):
    """A delivery that is refused: `status` is all the sender learns; `code` is for the log and holds no input."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Account:
    """The Official Account as configured at the platform; `encoding_aes_key` has 43 characters."""

    app_id: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    original_id: str
    mode: str = "safe"

    @cached_property
    def _cipher(self) -> Cipher[modes.CBC]:
        key = base64.b64decode(self.encoding_aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def signed(self, *parts: str) -> str:
        """The hex SHA-1 that the platform signs these parts with."""
        return hashlib.sha1("".join(sorted((self.token, *parts))).encode()).hexdigest()  # noqa: S324 - the platform's

    def check(self, signature: str, *parts: str) -> None:
        """Refuse a signature that is not ours over these parts, in constant time."""
        if not hmac.compare_digest(self.signed(*parts).encode(), signature.encode("utf-8", "replace")):
            raise BadDelivery(403, "bad_signature")

    def decrypt(self, cipher_text: str) -> bytes:
        """The XML inside; its signature has been checked. Refuses what is not padded, framed or addressed right."""
        try:
            sealed = base64.b64decode(cipher_text, validate=True)
        except (binascii.Error, ValueError):
            raise BadDelivery(400, "bad_base64") from None
        if not sealed or len(sealed) % _BLOCK:
            raise BadDelivery(400, "bad_length")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
            raise BadDelivery(400, "bad_padding")
        plain = plain[:-pad]
        end = 20 + int.from_bytes(plain[16:20], "big")
        if len(plain) < 20 or end > len(plain):
            raise BadDelivery(400, "bad_frame")
        if not hmac.compare_digest(plain[end:], self.app_id.encode()):
            raise BadDelivery(403, "other_app")
        return plain[20:end]

    def encrypt(self, xml: str, timestamp: str, nonce: str) -> str:
        """A reply in its envelope."""
        content = xml.encode()
        plain = os.urandom(16) + len(content).to_bytes(4, "big") + content + self.app_id.encode()
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher.encryptor()
        sealed = base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()
        return (
            f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self.signed(timestamp, nonce, sealed)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )
