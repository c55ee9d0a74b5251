"""Whether a text names a place where somebody can live, told from what people send instead of an address."""

import re

from models.rules.spelling import HAN, has_chinese

# What must be gone before a character is taken for the end of a place name: 知道 is no street, 挂号 no house number.
_NO_PLACES = re.compile(
    "知道|道路施工|道路运输|道路|路上|路过|走路|上路|一路|逛街|街上|上街|城市|市民|市场主体|市政|城乡|农村|乡村|村镇|区别|户口|"
    r"楼上|楼下|电梯|号码|账号|帐号|挂号|证号|编号|手机号|电话号|身份证号|取号|叫号|排号|里面|这里|那里|哪里|厅里|手里|"
    "组织|小组|排队|室内|办公室|政府|现场|进场|到场|立场|医院|法院|住院|学院路过|门店|网店|开店|省钱|省事|县官|道理|道歉|报道|"
    r"\d+号窗口?|\d+月\d+[日号]|(?:昨|今|明)天|坐标|座位|讲座|公园年卡|街道办|中心|楼市|住房|房屋|大厅"
)
_ENDINGS = (
    "省|市|区|县|州|盟|旗|镇|乡|村|屯|庄|寨|堡|集|街|路|道|巷|弄|胡同|里|苑|园|院|栋|幢|座|楼|单元|室|号|组|队|桥|湾|塘|坪|岭"
    "|沟|坝|城|府|邸|庭|阁|轩|公寓|宿舍|店|坊|墟|圩|营|港|岛|农场|林场|牧场|场|大厦|广场|公社|连|段|厂|校|户|坡|洼|峪|屋|家属房"
)
_PLACE = re.compile(rf"[{HAN}A-Za-z\d](?:{_ENDINGS})|牧业|社区")
_REGIONS = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|台湾|臺灣|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|石家庄|太原|沈阳|长春|哈尔滨|南京|杭州|合肥|福州|南昌|济南|郑州|武汉|长沙|广州|海口"
    "|成都|贵阳|昆明|西安|兰州|西宁|呼和浩特|南宁|拉萨|银川|乌鲁木齐|深圳|厦门|青岛|大连|宁波|苏州|无锡|东莞|佛山|珠海|温州|烟台|台北"
    "|高雄|台中|台南|九龙|新界"
)
_ENGLISH = re.compile(
    r"\b(?:road|rd|street|st|avenue|ave|lane|drive|boulevard|alley|building|bldg|block|room|rm|apartment|apt|floor|flat"
    r"|district|city|town|village|county|province|hotel|hostel|dorm|dormitory|university|campus|residence|residential"
    r"|community|compound|garden|gardens|plaza|tower|mansion|estate|terrace|hutong|lu|jie|dajie|qu|shi|xian|zhen|xiang"
    r"|cun|xiaoqu|xincun|hao|unit|beijing|shanghai|guangzhou|shenzhen|tianjin|chongqing|chengdu|hangzhou|nanjing|wuhan"
    r"|xi'?an|jinan|qingdao|dalian|xiamen|suzhou|hong kong|macau|macao|taipei|taiwan|đường|phố|phường|quận)\b",
    re.IGNORECASE,
)
_UNWILLING = re.compile(
    r"不(?:想|愿|要|用|填|写|说|方便|知道|告诉|清楚|记得|便|提供|需要|必|详|明)|没(?:有|住|想)|忘(?:了|记)|为什么|干什么|什么"
    r"|为何|怎么|哪[里儿]|[吗呢么]$|暂无|跳过|以后再|居无定所|免填"
    r"|\b(?:skip|none|don'?t|do not|not telling|no address|nothing|secret|private|homeless|won'?t|rather not)\b",
    re.IGNORECASE,
)
_UNWILLING_ALONE = frozenset(
    (
        "无",
        "無",
        "没",
        "略",
        "同上",
        "保密",
        "隐私",
        "随便",
        "不",
        "没地址",
        "無地址",
        "无地址",
        "无住址",
        "no",
        "n/a",
        "na",
        "-",
        "--",
        "/",
    )
)
LONGEST_UNWILLING, LONGEST_UNWILLING_LATIN = 16, 40


def is_unwilling(text: str) -> bool:
    """Whether somebody says that they will not or cannot tell an address; takes a readable text."""
    said = text.strip(" 。.,，!！?？~～").casefold()
    if said in _UNWILLING_ALONE:
        return True
    # A longer text, or one with a number, may hold such a word as part of a place.
    longest = LONGEST_UNWILLING if has_chinese(said) else LONGEST_UNWILLING_LATIN
    return len(said) <= longest and not re.search(r"\d", said) and _UNWILLING.search(said) is not None


def names_a_place(text: str) -> bool:
    """Whether a readable text holds a word for a place: 路, 村, 3单元, Street; or begins with a province or large city.

    A script of which no such words are known here is not judged.
    """
    if any(letter.isalpha() and not letter.isascii() and not has_chinese(letter) for letter in text):
        return True
    if not has_chinese(text):
        return _ENGLISH.search(text) is not None
    return _REGIONS.match(text) is not None or _PLACE.search(_NO_PLACES.sub("，", text)) is not None
