import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.refusal import Refused
from models.rules.scenes import HALL_CODE_ALPHABET, Scene, decode, encode

KEY = bytes(range(32))
OLDER_KEY = bytes(range(32, 64))
SCENE = Scene("h7k2m9", "in", 1, 3)

SCENES = st.builds(
    Scene,
    st.text(HALL_CODE_ALPHABET, min_size=6, max_size=8),
    st.sampled_from(["in", "out"]),
    st.integers(1, 99),
    st.integers(1, 999_999),
)


def refusal(text: str, *keys: bytes) -> str:
    with pytest.raises(Refused) as refused:
        decode(text, keys or (KEY,))
    return refused.value.code


@given(scene=SCENES)
def test_a_code_says_what_it_was_made_for(scene: Scene) -> None:
    assert decode(encode(scene, KEY), [KEY]) == scene


@given(scene=SCENES)
def test_the_platform_can_carry_every_code(scene: Scene) -> None:
    text = encode(scene, KEY)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text)
    assert not text.startswith("qrscene_")


@given(scene=SCENES, place=st.integers(0, 100), other=st.characters(max_codepoint=0x17F))
def test_a_code_with_one_character_changed_is_refused(scene: Scene, place: int, other: str) -> None:
    text = encode(scene, KEY)
    place %= len(text)
    if other != text[place]:
        assert refusal(text[:place] + other + text[place + 1 :]) in ("scene_forged", "scene_unknown")


@pytest.mark.parametrize(
    "text",
    [
        "h7k2m9.out.1.3",  # another direction
        "h7k2m9.in.2.3",  # another door
        "h7k2m9.in.1.4",  # a version that was never printed
        "h7k2mb.in.1.3",  # another hall
    ],
)
def test_the_signature_of_one_code_does_not_fit_another(text: str) -> None:
    assert refusal(f"{text}.{encode(SCENE, KEY).rsplit('.', 1)[1]}") == "scene_forged"


def test_posters_signed_with_an_older_key_still_hold() -> None:
    assert decode(encode(SCENE, OLDER_KEY), [KEY, OLDER_KEY]) == SCENE


def test_a_key_that_was_given_up_opens_nothing() -> None:
    assert refusal(encode(SCENE, OLDER_KEY), KEY) == "scene_forged"


MADE_BY_KEY = encode(SCENE, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",  # a number, as other systems use
        "last_trade_no_4200000000",  # sent by the platform after a payment
        "h7k2m9.in.1.3",  # without its signature
        f"qrscene_{MADE_BY_KEY}",
        MADE_BY_KEY.upper(),
        f" {MADE_BY_KEY}",
        f"{MADE_BY_KEY}\n",
        MADE_BY_KEY.replace(".in.", ".up."),
        MADE_BY_KEY.replace(".1.3.", ".01.3."),  # a second spelling of the same door
        MADE_BY_KEY.replace(".1.3.", ".0.3."),
        MADE_BY_KEY.replace(".1.3.", ".１.3."),  # full-width
        MADE_BY_KEY.replace(".1.3.", ".1１.3."),
        MADE_BY_KEY.replace(".1.3.", f".1.{10**40}."),
        "\ud800" * 20,
        "h7k2m9" * 2000,
    ],
)
def test_a_text_that_is_no_code_of_ours_is_unknown(text: str) -> None:
    assert refusal(text) == "scene_unknown"


@given(text=st.text() | st.from_regex(r"[a-z2-9]{6}\.(in|out)\.\d\.\d\.[a-z2-7]{16}", fullmatch=True))
def test_no_text_is_taken_that_was_not_signed(text: str) -> None:
    assert refusal(text) in ("scene_forged", "scene_unknown")


@pytest.mark.parametrize(
    "scene",
    [
        Scene("h7k2m", "in", 1, 1),  # five characters
        Scene("h7k2m9abc", "in", 1, 1),
        Scene("h7k2m1", "in", 1, 1),  # 1 is no character of a hall's code
        Scene("H7K2M9", "in", 1, 1),
        Scene("h7k2m9", "up", 1, 1),
        Scene("h7k2m9", "in", 0, 1),
        Scene("h7k2m9", "in", 100, 1),
        Scene("h7k2m9", "in", 1, 0),
    ],
)
def test_no_code_is_made_that_could_not_be_read(scene: Scene) -> None:
    with pytest.raises(ValueError, match="no scene"):
        encode(scene, KEY)


def test_hall_codes_have_no_character_that_is_read_wrong() -> None:
    assert not set("0o1il") & set(HALL_CODE_ALPHABET)
    assert HALL_CODE_ALPHABET.islower()
    assert len(set(HALL_CODE_ALPHABET)) == len(HALL_CODE_ALPHABET)
