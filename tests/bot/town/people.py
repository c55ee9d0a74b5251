"""Who lives in the town, and what they say. Made-up people; nobody else has their names and numbers."""

from models.rules.documents import Card, CardKind, Field
from models.rules.identity import check_digit


class Resident:
    """Somebody with a phone. `marks`: what tells of them and of nobody else."""

    def __init__(self, who: str, name: str, number: str, phone: str, companion: str) -> None:
        self.who = who
        self.name = name
        self.number = number
        self.phone = phone
        self.companion = companion

    def __repr__(self) -> str:
        return self.who

    @property
    def openid(self) -> str:
        return f"oTown{self.who:0<23}"

    @property
    def marks(self) -> tuple[str, ...]:
        return (self.name, self.number, self.phone, self.companion)

    @property
    def card(self) -> Card:
        said = {"name": self.name, "id_number": self.number, "address": "德州市德城区金丝雀路9号"}
        return Card(CardKind.RESIDENT, {name: Field(text) for name, text in said.items()})


def _resident(number: int, who: str, name: str, companion: str) -> Resident:
    digits = f"37142119{60 + number}051{number:01}10{number}"
    return Resident(who, name, digits + check_digit(digits), f"1391112000{number}", companion)


VISITORS = (
    _resident(1, "First", "欧阳金雀", "夏侯银铃"),
    _resident(2, "Second", "东方铜铎", "公孙玉磬"),
    _resident(3, "Third", "令狐铁山", "尉迟石钟"),
    _resident(4, "Fourth", "司徒锡兰", "淳于陶埙"),
)
STAFF = (
    _resident(5, "Admin", "上官银屏", "钟离木鱼"),
    _resident(6, "Guard", "慕容铅华", "申屠竹笛"),
    _resident(7, "Other", "皇甫钢城", "太叔革鼓"),
    _resident(8, "Operator", "澹台玉珂", "宇文丝竹"),
)
PEOPLE = (*VISITORS, *STAFF)

FIRST_LINE = "同意 {name} {number} {phone} 社保 36.5"
_WORDS = (
    "同意 不同意 确认 取消 返回 跳过 帮助 继续 社保 1 2 3 6 正常 无 同行人员 不是本人 签到 签退 现在离开 更早离开"
    " 补登记 不用 我的记录 我的资料 更正 谁看过我 删除我的资料 确认删除 不删 English 中文 人工帮忙 36.5 38.9 9:05"
    " 09:40 10点 14:10 23:50 agree cancel OK {name} {number} {phone} 我叫{name} {companion} {number}0 护照E12345678"
)
SAID_BY_VISITORS = (
    FIRST_LINE, "{name} {number} {phone} 公积金 正常", "同意 {name} {number} {phone} 社保 38.6", "3 6 . 6",
    "{name} {phone}", "同行人员 {companion}", "签到 {hall}", "签到 {other_hall}", "签到 abc234", "签　退", "check in",
    "", " ", "]]>", "\x1d{name}", "😀", "'; DROP TABLE visits; --", "{{7*7}}", "长" * 700, *_WORDS.split(),
)  # fmt: skip
_WORDS_OF_STAFF = (
    "今日 昨日 在厅 待处理 数据查询 更多 二维码 设置 登录 添加工作人员 切换大厅 待审大厅 大厅列表 全部签退 注册大厅"
    " 门岗 山东德州德城区"
)
SAID_BY_STAFF = (
    "查询 今日", "查询 {their_phone}", "查询 {their_number}", "导出 本月", "密接 {their_phone}", "通知 1",
    "登录 123456", "添加工作人员 赵新来", "绑定 {invite}", "绑定 abcd2345", "移除 赵新来", "批准 {hall}",
    "批准 12345678", "驳回 {hall} 材料不全", "停用 {hall} 检查中", "停用 {other_hall} 检查中", "恢复 {hall}",
    "恢复 {other_hall}", "注册大厅 德州市民之家", *_WORDS_OF_STAFF.split(),
)  # fmt: skip
"""Whoever is no staff says these too: they get one sentence."""
