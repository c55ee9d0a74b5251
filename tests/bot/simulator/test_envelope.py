import base64
import itertools

import pytest
from werobot.crypto import MessageCrypt

from bot.simulator.envelope import Cipher, Unreadable, signature
from tests.bot.simulator.tiny_service import AES_KEY, APP_ID, TOKEN

XML = (
    "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>"
    "<FromUserName><![CDATA[oTestOpenId0000000000000001]]></FromUserName><CreateTime>1700000000</CreateTime>"
    "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[SCAN]]></Event><EventKey><![CDATA[h12.in]]></EventKey>"
    "<Ticket><![CDATA[TICKET]]></Ticket></xml>"
)
ENCRYPTED = (
    "Q3stYC6hdFzMh9T8HCvyDO+zjl7Oig3Jw+wxxSkTiRdN5794OtX850VCFBOclseexeD+u7iJTGfCqUOqtlbem+mgOte39bb6h+VwhG7/dkglrHy6"
    "8IzM3WujFVrvY6Hu9qUtW8oGrGTF1eRJSHHwmE13lTJ9EXCZHRyNjpdGKjKk+G+APp109klAdJ3QTjUIAwlQALsnzGRlyEFT82fJL4tV2gvBW8Mx"
    "IX7BWYt63z677htH6rJxgsUK3gb7FD7G3XdGWJ4URKMF3/QqTbSj+FwT4KQM/BJU7cO/Et2Et/dIgwRBIkrDpYZDVbjwVEEi6Sg5XeAgGiwRhBzI"
    "XXZg70vTQ6C7VHs3GZMpowgydQCqNiKiNQDTw6dz86SGNKd3B2/4JPdr12L7IrTfY8FeBZrGKXZsJa4BGtegbrPNzS1WmOjMx19Bl9vXyLW4kDpS"
    "4aN5eOq9+7hNB1cKzC4G0w=="
)


def test_the_test_vector_is_signed_as_the_platform_signs_it() -> None:
    assert signature(TOKEN, "1700000000", "nonce123") == "e80839106c1296e5db223810478b2c1288637734"
    assert signature(TOKEN, "1700000000", "nonce123", ENCRYPTED) == "697072f94558d512708861ad3bbd6b38240d4400"


def test_the_test_vector_is_encrypted_as_the_platform_encrypts_it() -> None:
    assert len(XML.encode()) == 307
    assert Cipher(APP_ID, AES_KEY).encrypt(XML.encode(), b"0123456789abcdef") == ENCRYPTED


def test_the_test_vector_decrypts() -> None:
    assert Cipher(APP_ID, AES_KEY).decrypt(ENCRYPTED) == XML.encode()


@pytest.mark.parametrize("length", [*range(1, 34), 2047])  # every length of padding, 1 to 32
def test_another_library_reads_what_is_encrypted_and_the_other_way_round(length: int) -> None:
    text = "x" * length
    other = MessageCrypt(TOKEN, AES_KEY, APP_ID).prp_crypto
    ours = Cipher(APP_ID, AES_KEY)
    assert other.decrypt(ours.encrypt(text.encode()), APP_ID) == text.encode()
    assert ours.decrypt(other.encrypt(text, APP_ID).decode()) == text.encode()


def sealed(plain: bytes) -> str:
    """Encrypts a block as it stands, with nothing put around it."""
    encryptor = Cipher(APP_ID, AES_KEY)._block_cipher.encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    ("encrypted", "code"),
    [
        ("not base64!", "encrypt_not_base64"),
        ("", "encrypt_length_wrong"),
        (ENCRYPTED[:-4], "encrypt_length_wrong"),  # a byte short
        (base64.b64encode(bytes(16)).decode(), "encrypt_length_wrong"),  # an AES block, but not 32 bytes
        (sealed(bytes(64)), "encrypt_padding_wrong"),  # padding of zero
        (sealed(bytes(31) + b"\x21"), "encrypt_padding_wrong"),  # padding of 33
        (sealed(bytes(30) + b"\x01\x02"), "encrypt_padding_wrong"),  # says two, has one
        (sealed(b"r" * 16 + b"\xff\xff\xff\xff" + b"x" * 11 + b"\x01"), "encrypt_content_wrong"),  # length too great
        (sealed(b"r" * 16 + b"\x10" * 16), "encrypt_content_wrong"),  # nothing but padding
        (Cipher("wxanother", AES_KEY).encrypt(b"<xml/>"), "app_id_wrong"),
    ],
    ids=itertools.count(),
)
def test_a_spoilt_encryption_is_refused(encrypted: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        Cipher(APP_ID, AES_KEY).decrypt(encrypted)
    assert refused.value.code == code


@pytest.mark.parametrize("key", ["", AES_KEY[:-1], AES_KEY + "=", "!" * 43])
def test_a_key_that_is_none_is_refused_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="encoding_aes_key"):
        Cipher(APP_ID, key)
