import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.masks import in_groups, mask_address, mask_id_number, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小三", "张**"),
        ("欧阳修", "欧阳*"),
        ("欧阳娜娜", "欧阳**"),
        ("歐陽娜娜", "歐陽**"),
        ("欧阳", "欧*"),  # of two characters the second is a given name
        ("𫘧骏", "𫘧*"),
        ("买买提·艾力", "买买提·*"),
        ("阿卜杜热合曼·艾力·买买提", "阿卜杜热合曼·*"),
        ("马cheng", "马*****"),
        ("John Smith", "J***"),
    ],
)
def test_of_a_name_the_family_name_is_shown(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked", "to_check"),
    [
        ("11010519491231002X", "1****************X", "110***********002X"),
        ("110105491231002", "1*************2", "110********1002"),
        ("H12345678", "H*******8", "H*******8"),  # seven of nine characters would be no mask
        ("台胞证12345678", "台胞证1******8", "台胞证1******8"),
        ("１１０１０５", "１****５", "１****５"),  # full-width digits are hidden all the same
    ],
)
def test_of_an_identity_number_the_ends_are_shown(number: str, masked: str, to_check: str) -> None:
    assert mask_id_number(number) == masked
    assert mask_id_number(number, to_check=True) == to_check


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800138000", "138*****000"),
        ("+85261234567", "+852*****567"),
        ("+886912345678", "+886******678"),
        ("010-62345678", "010-*****678"),
    ],
)
def test_of_a_telephone_number_the_ends_are_shown(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("河南省商丘市梁园区民主路12号", "河南省商丘市梁园区***"),
        ("上海市浦东新区张江镇3号", "上海市浦东新区***"),
        ("民权县城关镇1号", "民权县***"),
        (
            "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县1号",
            "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县***",
        ),
        ("香港特别行政区中环1号", "香港特别行政区***"),
        ("商丘市幸福小区5号", "商丘市***"),  # an estate, no district
        ("商丘市幸福园东区5号", "商丘市***"),
        ("幸福小区5号", "***"),
        ("梁园区民主路12号", "***"),  # without its city it could be an estate
        ("南关超市2号", "***"),
        ("农贸批发市场2号", "***"),
        ("12 High Street, London", "***"),
        ("", "***"),
    ],
)
def test_of_an_address_the_region_is_shown(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("number", "grouped"),
    [
        ("11010519491231002X", "110105 19491231 002X"),
        ("110105491231002", "110105 491231 002"),
        ("13800138000", "138 0013 8000"),
        ("+85261234567", "+852 6123 4567"),
        ("+886912345678", "+886 912 345 678"),
        ("010-62345678", "010 6234 5678"),
        ("H12345678", "H 1234 5678"),
        ("台胞证12345678", "台胞证 1234 5678"),
        ("护照123456789", "护照 123 456 789"),
        ("", ""),
    ],
)
def test_a_whole_number_stands_in_groups_for_reading_aloud(number: str, grouped: str) -> None:
    assert in_groups(number) == grouped


@given(st.text(st.characters(exclude_categories=[], exclude_characters="*·"), min_size=1))
def test_any_text_can_be_masked_and_no_mask_shows_it_whole(text: str) -> None:
    masks = (mask_name, mask_id_number, mask_phone, mask_address)
    assert all(mask(text) != text for mask in masks)
    in_groups(text)


@given(st.text("0123456789", min_size=4, max_size=11))
def test_the_street_number_never_outlives_the_mask(number: str) -> None:
    assert number not in mask_address(f"河南省商丘市梁园区民主路{number}号")
