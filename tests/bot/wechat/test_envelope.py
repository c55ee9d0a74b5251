import base64
import itertools
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werobot.crypto import MessageCrypt

from bot.wechat.envelope import Account, BadDelivery
from tests.bot.wechat.sender import (
    AES_KEY,
    APP_ID,
    NONCE,
    ORIGINAL_ID,
    SENT_AT,
    TOKEN,
    framed,
    nodes_in,
    padded,
    seal,
    seal_bytes,
    signature,
    unseal,
)

ACCOUNT = Account(APP_ID, TOKEN, AES_KEY, ORIGINAL_ID, "safe")

# Made with two other libraries, neither of them ours.
VECTOR_XML = (
    b"<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>"
    b"<FromUserName><![CDATA[oTestOpenId0000000000000001]]></FromUserName><CreateTime>1700000000</CreateTime>"
    b"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event><EventKey><![CDATA[h12.in]]></EventKey>"
    b"<Ticket><![CDATA[TICKET]]></Ticket></xml>"
)
VECTOR_SIGNATURE = "e80839106c1296e5db223810478b2c1288637734"
VECTOR_MSG_SIGNATURE = "697072f94558d512708861ad3bbd6b38240d4400"
VECTOR_ENCRYPT = (
    "Q3stYC6hdFzMh9T8HCvyDO+zjl7Oig3Jw+wxxSkTiRdN5794OtX850VCFBOclseexeD+u7iJTGfCqUOqtlbem+mgOte39bb6h+VwhG7/dkglrHy6"
    "8IzM3WujFVrvY6Hu9qUtW8oGrGTF1eRJSHHwmE13lTJ9EXCZHRyNjpdGKjKk+G+APp109klAdJ3QTjUIAwlQALsnzGRlyEFT82fJL4tV2gvBW8Mx"
    "IX7BWYt63z677htH6rJxgsUK3gb7FD7G3XdGWJ4URKMF3/QqTbSj+FwT4KQM/BJU7cO/Et2Et/dIgwRBIkrDpYZDVbjwVEEi6Sg5XeAgGiwRhBzI"
    "XXZg70vTQ6C7VHs3GZMpowgydQCqNiKiNQDTw6dz86SGNKd3B2/4JPdr12L7IrTfY8FeBZrGKXZsJa4BGtegbrPNzS1WmOjMx19Bl9vXyLW4kDpS"
    "4aN5eOq9+7hNB1cKzC4G0w=="
)


def refusal(encrypted: str) -> tuple[int, str]:
    with pytest.raises(BadDelivery) as refused:
        ACCOUNT.decrypt(encrypted)
    return refused.value.status, refused.value.code


def test_the_vector_is_signed_as_the_platform_signs() -> None:
    ACCOUNT.check(VECTOR_SIGNATURE, str(SENT_AT), NONCE)
    ACCOUNT.check(VECTOR_MSG_SIGNATURE, str(SENT_AT), NONCE, VECTOR_ENCRYPT)


def test_the_vector_is_decrypted() -> None:
    assert ACCOUNT.decrypt(VECTOR_ENCRYPT) == VECTOR_XML


@pytest.mark.parametrize(
    "given",
    [
        "",
        VECTOR_SIGNATURE.upper(),  # the platform writes small letters
        VECTOR_SIGNATURE[:-1],
        VECTOR_SIGNATURE + "0",
        "0" * 40,
        VECTOR_MSG_SIGNATURE,  # of the wrong kind
        "签名",
        "\ud800",  # half a character
    ],
)
def test_any_other_signature_is_refused(given: str) -> None:
    with pytest.raises(BadDelivery) as refused:
        ACCOUNT.check(given, str(SENT_AT), NONCE)
    assert (refused.value.status, refused.value.code) == (403, "bad_signature")


@pytest.mark.parametrize("parts", [(str(SENT_AT + 1), NONCE), (str(SENT_AT), "nonce124"), (str(SENT_AT), NONCE, "x")])
def test_a_signature_counts_for_what_it_was_made_over(parts: tuple[str, ...]) -> None:
    with pytest.raises(BadDelivery):
        ACCOUNT.check(VECTOR_SIGNATURE, *parts)


@pytest.mark.parametrize(
    ("encrypted", "said"),
    [
        ("", (400, "bad_length")),
        ("not base64!", (400, "bad_base64")),
        ("签到", (400, "bad_base64")),
        (VECTOR_ENCRYPT[:-1], (400, "bad_base64")),  # one character lost
        (VECTOR_ENCRYPT[:-4] + "\n" + VECTOR_ENCRYPT[-4:], (400, "bad_base64")),  # broken into lines
        (base64.b64encode(b"x" * 31).decode(), (400, "bad_length")),  # no whole block
        (seal_bytes(b"x" * 48), (400, "bad_length")),  # blocks of AES, not of the padding
        (seal_bytes(b"x" * 31 + b"\0"), (400, "bad_padding")),
        (seal_bytes(b"x" * 31 + b"\x21"), (400, "bad_padding")),  # 33: more than a block
        (seal_bytes(b"x" * 31 + b"\xff"), (400, "bad_padding")),
        (seal_bytes(framed(b"<xml/>" + b" " * 10, APP_ID) + b"xxxxxxxxx\x0a"), (400, "bad_padding")),  # last byte alone
        (seal_bytes(b"\x20" * 32), (400, "bad_frame")),  # nothing but padding
        (seal_bytes(padded(b"0123456789abcdef\0\0\0")), (400, "bad_frame")),  # too short for a length
        (seal_bytes(padded(framed(b"<xml/>", length=2**32 - 1))), (400, "bad_frame")),
        (seal_bytes(padded(framed(b"<xml/>", length=25))), (400, "bad_frame")),  # one byte past the end
        (seal_bytes(padded(framed(b"<xml/>", length=5))), (403, "other_app")),  # the app id begins too early
        (seal(b"<xml/>", "wx0123456789abcdee"), (403, "other_app")),
        (seal(b"<xml/>", ""), (403, "other_app")),
        (seal(b"<xml/>", APP_ID + "x"), (403, "other_app")),
        (MessageCrypt(TOKEN, AES_KEY[::-1][:42] + "A", APP_ID).prp_crypto.encrypt("<xml/>", APP_ID).decode(), None),
    ],
    ids=itertools.count(),
)
def test_what_is_not_sealed_for_us_is_refused(encrypted: str, said: tuple[int, str] | None) -> None:
    found = refusal(encrypted)
    # What another key makes of it is chance: any of the refusals.
    assert found == said or (said is None and found[0] in (400, 403))


@pytest.mark.parametrize("length", range(32))
def test_every_length_of_padding_is_read(length: int) -> None:
    content = b"x" * length
    assert ACCOUNT.decrypt(seal(content)) == content


def test_a_reply_is_one_that_the_platform_can_read() -> None:
    reply = "<xml><Content><![CDATA[您好😀]]></Content></xml>"
    envelope = nodes_in(ACCOUNT.encrypt(reply, str(SENT_AT), NONCE).encode())
    assert envelope["MsgSignature"] == signature(str(SENT_AT), NONCE, envelope["Encrypt"])
    assert (envelope["TimeStamp"], envelope["Nonce"]) == (str(SENT_AT), NONCE)
    assert unseal(envelope["Encrypt"]) == (reply.encode(), APP_ID)


def test_the_same_reply_never_looks_the_same_twice() -> None:
    once, twice = (ACCOUNT.encrypt("<xml/>", str(SENT_AT), NONCE) for _ in range(2))
    assert once != twice


def test_werobot_and_we_read_each_other() -> None:
    theirs = MessageCrypt(TOKEN, AES_KEY, APP_ID)
    envelope = nodes_in(ACCOUNT.encrypt("<xml>您好</xml>", str(SENT_AT), NONCE).encode())
    read = theirs.decrypt_message(str(SENT_AT), NONCE, envelope["MsgSignature"], envelope["Encrypt"])
    assert read.decode() == "<xml>您好</xml>"
    sealed = nodes_in(theirs.encrypt_message("<xml>再见</xml>", str(SENT_AT), NONCE).encode())
    ACCOUNT.check(sealed["MsgSignature"], str(SENT_AT), NONCE, sealed["Encrypt"])
    assert ACCOUNT.decrypt(sealed["Encrypt"]).decode() == "<xml>再见</xml>"


def test_neither_account_nor_refusal_shows_a_secret() -> None:
    shown = repr(ACCOUNT)
    assert TOKEN not in shown
    assert AES_KEY not in shown
    with pytest.raises(BadDelivery) as refused:
        ACCOUNT.decrypt(seal(b"<xml>110105194912310020</xml>", "wxanother"))
    assert str(refused.value) == "other_app"


@given(st.text(), st.text(string.ascii_letters + string.digits, min_size=1, max_size=20))
def test_what_was_encrypted_comes_back(content: str, nonce: str) -> None:
    sealed = nodes_in(ACCOUNT.encrypt(content, str(SENT_AT), nonce).encode())["Encrypt"]
    assert ACCOUNT.decrypt(sealed) == content.encode()


@given(st.binary(max_size=200))
def test_no_bytes_under_the_right_key_do_more_than_be_refused(plain: bytes) -> None:
    whole = plain + b"\0" * (-len(plain) % 32)
    with pytest.raises(BadDelivery):
        ACCOUNT.decrypt(seal_bytes(whole))
