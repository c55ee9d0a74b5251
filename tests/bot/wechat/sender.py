"""The platform's side of the callback, written against its documentation and sharing no code with ours: what tests
send, right or wrong in one chosen way."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

APP_ID = "wx0123456789abcdef"
TOKEN = "hallToken2024"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ORIGINAL_ID = "gh_0123456789ab"
OPENID = "oTestOpenId0000000000000001"
SENT_AT = 1700000000
NONCE = "nonce123"

_KEY = base64.b64decode(AES_KEY + "=")
_RANDOM = b"0123456789abcdef"


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted([TOKEN, *parts])).encode()).hexdigest()


def seal_bytes(plain: bytes) -> str:
    """Base64 of these very bytes under the account's key, well framed or not."""
    encryptor = Cipher(algorithms.AES256(_KEY), modes.CBC(_KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def framed(xml: bytes, app_id: str = APP_ID, length: int | None = None) -> bytes:
    return _RANDOM + (len(xml) if length is None else length).to_bytes(4, "big") + xml + app_id.encode()


def padded(plain: bytes) -> bytes:
    missing = 32 - len(plain) % 32
    return plain + bytes([missing] * missing)


def seal(xml: bytes, app_id: str = APP_ID) -> str:
    return seal_bytes(padded(framed(xml, app_id)))


def unseal(encrypted: str) -> tuple[bytes, str]:
    """The XML and the app id inside."""
    decryptor = Cipher(algorithms.AES256(_KEY), modes.CBC(_KEY[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
    assert len(plain) % 32 == 0
    plain = plain[: -plain[-1]]
    end = 20 + int.from_bytes(plain[16:20], "big")
    return plain[20:end], plain[end:].decode()


def element(name: str, value: object) -> str:
    """`<name>` with text in CDATA, a number in clear, or what a list or dict holds."""
    if isinstance(value, list):
        return "".join(element(name, one) for one in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(element(*pair) for pair in value.items())}</{name}>"
    return f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{value}]]></{name}>"


def pushed(kind: str, **nodes: object) -> dict[str, object]:
    """The nodes of a delivery; a node given as None is left out."""
    head = {"ToUserName": ORIGINAL_ID, "FromUserName": OPENID, "CreateTime": SENT_AT, "MsgType": kind}
    return {name: value for name, value in {**head, **nodes}.items() if value is not None}


def message(kind: str = "text", **nodes: object) -> bytes:
    """The XML of an ordinary message."""
    content = {"Content": "签到"} if kind == "text" else {}
    return xml(pushed(kind, **{"MsgId": 23456789012345678, **content, **nodes}))


def event(name: str, **nodes: object) -> bytes:
    """The XML of an event."""
    return xml(pushed("event", Event=name, **nodes))


def xml(nodes: dict[str, object], extra: str = "") -> bytes:
    return f"<xml>{''.join(element(*pair) for pair in nodes.items())}{extra}</xml>".encode()


def outer(encrypted: str, original_id: str = ORIGINAL_ID) -> bytes:
    return f"<xml><ToUserName><![CDATA[{original_id}]]></ToUserName>{element('Encrypt', encrypted)}</xml>".encode()


def query(encrypted: str | None = None, timestamp: int = SENT_AT, **changed: str | None) -> dict[str, str]:
    """The query of a delivery; a parameter changed to None is left out."""
    stamp = str(timestamp)
    found: dict[str, str | None] = {"signature": signature(stamp, NONCE), "timestamp": stamp, "nonce": NONCE}
    if encrypted is not None:
        found |= {"encrypt_type": "aes", "msg_signature": signature(stamp, NONCE, encrypted)}
    return {name: value for name, value in {**found, **changed}.items() if value is not None}


@dataclass
class Answered:
    """What came back over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def refused(self) -> int | None:
        """The status of a bare refusal; None for anything that says more."""
        return self.status if self.status in (400, 403, 405, 413) and not self.body else None

    def text(self) -> str:
        """Content of an encrypted reply, every part of its envelope checked."""
        assert (self.status, self.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
        envelope = nodes_in(self.body)
        assert list(envelope) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
        encrypted = envelope["Encrypt"]
        assert envelope["MsgSignature"] == signature(envelope["TimeStamp"], envelope["Nonce"], encrypted)
        inside, app_id = unseal(encrypted)
        assert app_id == APP_ID
        reply = nodes_in(inside)
        assert (reply["ToUserName"], reply["FromUserName"]) == (OPENID, ORIGINAL_ID)
        return reply["Content"]


def nodes_in(document: bytes) -> dict[str, str]:
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    assert root.tag == "xml"
    return {str(child.tag): child.text or "" for child in root}
