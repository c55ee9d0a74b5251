import pytest

from models.rules.refusal import Refused
from models.rules.regions import Region, Regions, check_in_use, in_own_words

SICHUAN = Region("510000", "四川省")
CHENGDU = Region("510100", "成都市", ("四川省",))
WUHOU = Region("510107", "武侯区", ("四川省", "成都市"))
GONE = Region("510122", "双流县", ("四川省", "成都市"), gone=True, until=2014)
SHUANGLIU = Region("510116", "双流区", ("四川省", "成都市"))
REGIONS = Regions((SICHUAN, CHENGDU, WUHOU, SHUANGLIU, GONE))


def test_a_full_name_goes_from_the_province_down() -> None:
    assert WUHOU.full_name == "四川省成都市武侯区"
    assert Region("110101", "东城区", ("北京市",)).full_name == "北京市东城区"


def test_a_table_of_any_size_can_be_searched() -> None:
    assert REGIONS.find("成都武侯") == [WUHOU]
    assert Regions(()).find("成都武侯") == []


def test_a_region_that_is_there_can_be_used() -> None:
    assert check_in_use(WUHOU) is WUHOU


def test_a_region_that_is_gone_is_refused_with_what_it_is_now() -> None:
    with pytest.raises(Refused) as refused:
        check_in_use(REGIONS.find("双流县")[0])
    assert refused.value.code == "region_gone_now"
    assert refused.value.details == {"name": "四川省成都市双流县", "now": "四川省成都市双流区"}


def test_a_region_that_is_gone_for_good_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check_in_use(GONE)
    assert (refused.value.code, refused.value.details) == ("region_gone", {"name": "四川省成都市双流县"})


def test_a_region_in_ones_own_words_is_kept_without_a_code() -> None:
    assert in_own_words(" 天府  新区 ") == Region("", "天府 新区")
    assert check_in_use(in_own_words("天府新区")).full_name == "天府新区"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "region_length"),
        ("区", "region_length"),
        ("12", "region_length"),
        ("区" * 41, "region_length"),
        ("=天府新区", "words_formula"),
        ("<i>天府新区", "words_markup"),
        ("天府\u202e新区", "words_hidden"),
        ("天府新区🙂", "words_emoji"),
        ("Тяньфу", "words_other_script"),
    ],
)
def test_own_words_that_no_region_is_called_by_are_refused(said: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        in_own_words(said)
    assert refused.value.code == code
