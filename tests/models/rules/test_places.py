"""Where people live, as they write it, and what they write instead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.contact import address
from models.rules.places import is_unwilling, names_a_place
from models.rules.refusal import Refused


@pytest.mark.parametrize(
    "said",
    [
        "北京市朝阳区幸福路1号", "河南省商丘市梁园区民主路12号", "李家庄村", "王家屯村东头", "陵城区糜镇北街",
        "德州市陵城区金丝雀路9号", "幸福小区3号楼2单元501", "幸福小区3-2-501", "文峰苑5栋1202室",
        "民主路12号院", "东大街南口", "新疆喀什地区疏附县托克扎克镇",
        "新疆维吾尔自治区和田地区墨玉县喀拉喀什镇", "新疆生产建设兵团第八师石河子143团3连",
        "内蒙古锡林郭勒盟正蓝旗上都镇", "西藏拉萨市城关区八廓街", "云南省大理白族自治州巍山县",
        "恩施土家族苗族自治州利川市", "台北市大安區忠孝東路四段1號", "台湾高雄市前镇区",
        "香港九龙旺角弥敦道100号", "澳门氹仔岛官也街", "上海浦东张江", "深圳南山科技园", "回龙观东大街",
        "朝阳望京SOHO北京市", "北京望京SOHO", "人民公社大院", "红旗农场三队", "三里屯路19号", "柳树沟组",
        "牛栏山镇金牛村3组12号", "不老屯镇不老屯村", "陕西略阳县城关镇", "无锡市滨湖区蠡湖大道",
        "第二中学教职工宿舍", "民族学院3号公寓", "华能电厂家属院", "12号楼301", "5栋302", "1-2-301室",
        "12 High Street, London", "Room 501, Building 3, Sanlitun SOHO, Beijing", "Flat 5B, 20 Nathan Road",
        "Xingfu Lu 12 Hao", "Foreign experts building, Shandong University", "Chaoyang Qu, Beijing",
        "ул. Ленина 5", "ئۈرۈمچى شەھىرى", "农业路与花园路交叉口", "张家庄村",
    ],
)  # fmt: skip
def test_a_place_is_an_address(said: str) -> None:
    assert address(address(said)) == address(said)


@pytest.mark.parametrize(
    "said",
    [
        "体温36.5", "36.5 社保", "电话13900139000", "张三 13900139000", "跳过 社保 36.5", "不想填写",
        "没有地址", "none", "skip it", "我的资料", "确认", "社保", "同意", "住房公积金", "不告诉你", "不知道",
        "我不知道", "不知道路", "为什么要填", "不方便说", "忘记了", "随便", "保密", "张三李四",
        "身份证号110105", "11010519491231002X", "13800138000", "36.5℃", "谢谢谢谢", "你好你好", "哈哈哈哈",
        "签到签退", "确认确认", "幸福路1号 13900139000", "北京市朝阳区 36.5", "城乡居民养老保险",
        "农村合作医疗", "市场主体登记", "道路施工许可", "不动产登记", "居住证办理", "my house", "I don't know",
        "no thanks", "test", "asdfgh", "John Smith", "passport E12345678", "今天天气很好", "12345678",
        "3号窗口", "在路上", "什么意思", "办公室里面", "😀😀😀😀", "下午3点", "3月5号", "等一下", "公积金提取",
        "人工帮忙", "数据查询",
    ],
)  # fmt: skip
def test_what_is_said_instead_of_a_place_is_no_address(said: str) -> None:
    with pytest.raises(Refused) as refused:
        address(said)
    assert refused.value.code in ("address_unreadable", "address_unwilling")


@pytest.mark.parametrize(
    "said",
    [
        "不想填", "不想填写", "不填", "没有地址", "无", "没有",
        "不方便说", "不告诉你", "我不知道", "忘记了", "保密", "住址：不想填",
        "none", "No.", "skip it", "no address", "I don't want to say", "I'd rather not",
    ],
)  # fmt: skip
def test_somebody_who_will_not_say_is_told_apart(said: str) -> None:
    with pytest.raises(Refused) as refused:
        address(said)
    assert refused.value.code == "address_unwilling"


@pytest.mark.parametrize("said", ["北京", "上海市", "张庄"])
def test_a_place_that_is_too_large_is_asked_about(said: str) -> None:
    with pytest.raises(Refused) as refused:
        address(said)
    assert refused.value.code == "address_too_short"


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert is_unwilling(text) in (True, False)
    assert names_a_place(text) in (True, False)
