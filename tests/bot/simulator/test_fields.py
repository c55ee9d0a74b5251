import pytest

from bot.simulator.fields import is_allowed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "厅" * 20),
        ("number2", "1" * 32),
        ("number2", "36.5"),
        ("letter3", "A" * 32),
        ("symbol4", "★★★★★"),
        ("character_string5", "K7QF-2031_x"),
        ("time6", "09:00"),
        ("time6", "2026年3月2日 09:00"),
        ("time6", "2026年3月2日 09:00~2026年3月2日 12:00"),
        ("time6", "2026-03-02 09:00:00"),
        ("date7", "2026年3月2日"),
        ("date7", "2026年3月2日~2026年3月9日"),
        ("amount8", "￥120.50"),
        ("amount8", "100元"),
        ("phone_number9", "+86-0534-8210000"),
        ("car_number10", "鲁N8B88挂"),
        ("name11", "张三"),
        ("name11", "Zhang San"),
        ("phrase12", "已签退"),
        ("keyword1", "任何文字" * 20),  # of no known kind
    ],
)
def test_a_field_takes_what_it_is_for(key: str, value: str) -> None:
    assert is_allowed(key, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("thing1", "厅" * 21),
        ("thing1", ""),
        ("thing1", "  "),
        ("thing1", None),
        ("thing1", 5),
        ("number2", "1" * 33),
        ("number2", "三"),
        ("letter3", "A1"),
        ("symbol4", "★★★★★★"),
        ("character_string5", "编号7"),
        ("character_string5", "x" * 33),
        ("time6", "九点"),
        ("time6", "09:00~"),
        ("date7", "今天"),
        ("amount8", "12345678901"),
        ("phone_number9", "1" * 18),
        ("car_number10", "鲁N8B88挂挂挂"),
        ("name11", "张" * 11),
        ("name11", "A" * 21),
        ("name11", "张3"),
        ("phrase12", "已经签退啦"[:5] + "了"),
        ("phrase12", "done"),
        ("keyword1", ""),
    ],
)
def test_a_field_takes_nothing_else(key: str, value: object) -> None:
    assert not is_allowed(key, value)
