"""The table in use, and searching in it."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.adapters.regions import table
from models.rules.hall_names import name_key
from models.rules.regions import MOST_FOUND, Region

REGIONS = table()


def found(text: str) -> list[str]:
    return [region.full_name for region in REGIONS.find(text)]


WUHOU = "四川省成都市武侯区"


@pytest.mark.parametrize(
    "said",
    [
        "四川省成都市武侯区",
        "四川成都武侯",
        "成都市武侯区",
        "武侯区",
        "武侯",
        "四川武侯",  # the middle level left out
        "四川省 成都市 武侯区",
        "四川省-成都市-武侯区。",
        "武侯区，成都",  # the other way round
        "510107",
        "５１０１０７",
        "四川省成都市武候区",  # one character that looks alike
        "武候区",
        "城都武侯区",
        "四川成都武侯侯区",
    ],
)
def test_a_county_is_found_however_it_is_written(said: str) -> None:
    assert found(said)[0] == WUHOU


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("四川", "四川省"),
        ("51", "四川省"),
        ("成都", "四川省成都市"),
        ("5101", "四川省成都市"),
        ("内蒙", "内蒙古自治区"),
        ("新疆", "新疆维吾尔自治区"),
        ("廣西", "广西壮族自治区"),
        ("臺灣", "台湾省"),
        ("香港", "香港特别行政区"),
        ("廣東深圳", "广东省深圳市"),
        ("凉山", "四川省凉山彝族自治州"),
        ("凉山州", "四川省凉山彝族自治州"),
        ("西双版纳", "云南省西双版纳傣族自治州"),
        ("伊犁", "新疆维吾尔自治区伊犁哈萨克自治州"),
        ("乌市", "新疆维吾尔自治区乌鲁木齐市"),
        ("北京东城", "北京市东城区"),
        ("北京市北京市东城区", "北京市东城区"),
        ("浦东", "上海市浦东新区"),
        ("神农架", "湖北省神农架林区"),
        ("忠县", "重庆市忠县"),
        ("济源", "河南省济源市"),  # stands directly under its province
        ("东莞", "广东省东莞市"),  # a city without counties
    ],
)
def test_provinces_cities_and_odd_ones_are_found(said: str, name: str) -> None:
    assert found(said)[0] == name


def test_several_regions_of_one_name_are_all_found_with_their_full_names() -> None:
    assert found("鼓楼区") == ["江苏省南京市鼓楼区", "江苏省徐州市鼓楼区", "福建省福州市鼓楼区", "河南省开封市鼓楼区"]
    assert found("福州鼓楼") == ["福建省福州市鼓楼区"]
    assert found("吉林") == ["吉林省", "吉林省吉林市"]


@pytest.mark.parametrize(
    ("said", "name", "until", "now"),
    [
        ("崇文区", "北京市崇文区", 2009, ""),
        ("宣武", "北京市宣武区", 2009, ""),
        ("上海闸北", "上海市闸北区", 2014, ""),
        ("110103", "北京市崇文区", 2009, ""),
        ("双流县", "四川省成都市双流县", 2014, "四川省成都市双流区"),
        ("襄樊", "湖北省襄樊市", 2009, "湖北省襄阳市"),
        ("莱芜市", "山东省莱芜市", 2017, "山东省济南市莱芜区"),
        ("杭州江干区", "浙江省杭州市江干区", None, ""),
    ],
)
def test_a_region_that_is_gone_is_found_as_such(said: str, name: str, until: int | None, now: str) -> None:
    first = REGIONS.find(said)[0]
    assert (first.full_name, first.gone, first.until, first.now) == (name, True, until, now)


def test_what_a_region_is_now_comes_before_what_it_was() -> None:
    assert found("双流") == ["四川省成都市双流区"]
    assert not REGIONS.find("江北区")[0].gone  # 宁波 has one; that of 重庆 is gone


@pytest.mark.parametrize(
    "said", ["", "区", "某某新城", "xyz", "999999", "<b>", "=1", "\ud800", "\u202e", "武" * 31, "朝阳" * 15, "大" * 30]
)
def test_what_is_no_region_finds_nothing(said: str) -> None:
    assert REGIONS.find(said) == []


@pytest.mark.parametrize(
    ("said", "name"),
    [("四川省成都市武侯区幸福路1号", WUHOU), ("成都市高新区", "四川省成都市"), ("武候区", WUHOU)],
)
def test_what_is_only_like_a_region_or_goes_on_is_told_from_one_that_is_named(said: str, name: str) -> None:
    assert REGIONS.named(said) == []
    assert [region.full_name for region in REGIONS.near(said)] == [name]


def test_the_table_is_whole() -> None:
    regions = list(REGIONS)
    present = [region for region in regions if not region.gone]
    assert len(present) > 3200
    assert sum(not region.parents for region in present) == 34
    assert all(len(region.code) == 6 and region.code.isdecimal() for region in regions)
    assert len({region.full_name for region in present}) == len({name_key(region.full_name) for region in present})


def test_every_region_of_today_is_found_by_its_full_name_and_by_its_code() -> None:
    present = [region for region in REGIONS if not region.gone]
    assert [region for region in present if region not in REGIONS.find(region.full_name)] == []
    assert [region for region in present if REGIONS.by_code(region.code) != region] == []


def test_a_search_takes_no_time_that_anybody_would_notice() -> None:
    said = [
        "武侯",
        "四川成都武侯",
        "武候区",
        "攘阳",
        "朝阳" * 15,
        "呼和浩特呼和浩特呼和浩特",
        "四川成都武侯区幸福路一号院",
    ]
    began = process_time()
    for text in said:
        REGIONS.find(text)
    # Some 1 ms each; a machine that is busy may take longer, one that tries all ways to cut a text for ever.
    assert (process_time() - began) / len(said) < 0.05


@given(
    region=st.sampled_from(sorted(REGIONS, key=lambda one: one.code)),
    at=st.integers(0, 40),
    other=st.sampled_from("甲乙丙"),
)
def test_a_character_that_is_wrong_still_finds_the_region(region: Region, at: int, other: str) -> None:
    name = region.full_name
    if region.gone or len(region.name) < 4:
        return
    at = len(name) - 1 - at % len(region.name)
    assert region in REGIONS.find(name[:at] + other + name[at + 1 :])


@given(text=st.text(max_size=40) | st.text(st.sampled_from("省市区县成都武侯朝阳北京东西南大新城"), max_size=40))
def test_no_text_breaks_the_search(text: str) -> None:
    assert len(REGIONS.find(text)) <= MOST_FOUND
