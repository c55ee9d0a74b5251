import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.health import Temperature, is_fever, looks_like_temperature, temperature
from models.rules.refusal import Refused


def read(text: str) -> Temperature:
    return temperature(text, declared_allowed=True)


@pytest.mark.parametrize(
    ("said", "tenths"),
    [
        ("36.5", 365),
        ("36.5℃", 365),
        ("36.5 °C", 365),
        ("36.5c", 365),
        ("36.5度", 365),
        ("36.5摄氏度", 365),
        ("36度5", 365),
        ("36度", 360),
        ("36", 360),
        ("３６．５", 365),  # full-width
        ("36。5", 365),  # the full stop of a Chinese keyboard
        ("36,5", 365),  # a foreign visitor's comma
        ("36·5", 365),
        ("36点5", 365),
        ("体温36.5", 365),
        ("体温是：36.5℃。", 365),
        ("36.50", 365),  # a second decimal that says nothing
        ("36.5.", 365),
        ("34.0", 340),
        ("43.0", 430),
    ],
)
def test_a_reading_is_taken_however_it_is_typed(said: str, tenths: int) -> None:
    assert read(said) == Temperature(tenths)


@pytest.mark.parametrize("said", ["正常", "体温正常", "体温：正常", "Normal", "不发烧", "正常。"])
def test_normal_is_stored_without_a_reading(said: str) -> None:
    assert read(said) == Temperature(None)


@pytest.mark.parametrize(
    "said",
    [
        "发烧",
        "我发烧了",
        "有点低烧",
        "发热",
        "体温不正常",
        "体温偏高",
        "今天有点发烧",
        "fever",
        "I have a fever",
        "not normal",
    ],
)
def test_a_fever_told_in_words_is_meant_for_the_temperature_and_needs_a_reading(said: str) -> None:
    assert looks_like_temperature(said)
    with pytest.raises(Refused) as refused:
        read(said)
    assert refused.value.code == "temperature_fever_reading"


@pytest.mark.parametrize("said", ["没发热", "不发烧", "发热门诊", "烧烤", "张发"])
def test_what_is_no_fever_is_not_taken_for_one(said: str) -> None:
    try:
        assert read(said) == Temperature(None)
    except Refused as refused:
        assert refused.code == "temperature_unreadable"


def test_a_hall_that_wants_a_reading_gets_one() -> None:
    with pytest.raises(Refused) as refused:
        temperature("正常", declared_allowed=False)
    assert refused.value.code == "temperature_reading_needed"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("33.9", "temperature_out_of_range"),
        ("43.1", "temperature_out_of_range"),
        ("97.7", "temperature_out_of_range"),  # Fahrenheit
        ("365", "temperature_out_of_range"),  # a forgotten point is not guessed
        ("0", "temperature_out_of_range"),
        ("37.26", "temperature_one_decimal"),  # rounding would make it a fever
        ("36.55", "temperature_one_decimal"),
        ("NaN", "temperature_unreadable"),
        ("inf", "temperature_unreadable"),
        ("1e1", "temperature_unreadable"),
        ("3.6e1", "temperature_unreadable"),
        ("", "temperature_unreadable"),
        ("-36.5", "temperature_unreadable"),
        ("36.5.1", "temperature_unreadable"),
        ("36.5 37.0", "temperature_unreadable"),
        ("٣٦.٥", "temperature_unreadable"),  # digits of another script
        ("99999999999999999999", "temperature_unreadable"),
        ("还行", "temperature_unreadable"),
    ],
)
def test_what_is_no_body_temperature_is_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(said)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("measured", "fever"),
    [(Temperature(372), False), (Temperature(373), True), (Temperature(430), True), (Temperature(None), False)],
)
def test_fever_begins_at_the_threshold(measured: Temperature, fever: bool) -> None:
    assert is_fever(measured) is fever


def test_a_hall_sets_its_own_threshold() -> None:
    assert is_fever(Temperature(372), threshold_tenths=372)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("36.5", True),
        ("36度5", True),
        ("36℃", True),
        ("45.5", True),  # wrong, but meant as one
        ("正常", True),
        ("体温36", True),
        ("36", False),  # may be the 36th choice
        ("12.5", False),
        ("3", False),
        ("13800138000", False),
        ("张三", False),
        ("体温", False),
    ],
)
def test_a_word_is_claimed_by_a_decimal_a_unit_or_its_own_name(word: str, expected: bool) -> None:
    assert looks_like_temperature(word) is expected


@given(st.integers(340, 430), st.sampled_from(["{}", "体温{}", "{}℃", "{} 度"]))
def test_every_reading_in_range_reads_back_as_the_same_value(tenths: int, words: str) -> None:
    found = read(words.format(f"{tenths / 10:.1f}"))
    assert found == Temperature(tenths)
    assert read(str(found)) == found


@given(st.one_of(st.text("0123456789.度。℃体温正常 ", max_size=8), st.text(st.characters(exclude_categories=[]))))
def test_any_text_is_read_and_reads_back_or_is_refused(text: str) -> None:
    looks_like_temperature(text)
    try:
        found = read(text)
    except Refused as no:
        assert no.code.startswith("temperature_")
    else:
        assert read(str(found)) == found
