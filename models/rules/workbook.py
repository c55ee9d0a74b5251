"""The exported workbook as contract.md has it: its columns, what of them the masked one shows, its name."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from models.rules import masks

COLUMNS = (
    "微信OPENID", "姓名", "手机号码", "证件类型", "证件号码", "家庭住址", "事项名称", "体温", "访问时间", "离开时间",
    "离开方式", "同行人员", "微信昵称", "登记方式", "备注",
)  # fmt: skip
WIDTHS = (32, 12, 16, 20, 24, 36, 18, 8, 21, 21, 20, 24, 12, 16, 24)
"""Of the columns, in characters."""
CASE_COLUMNS = (
    "接触编号",
    "与病例同时在厅分钟",
    "时间是否确定",
    "离开后",
    "同门",
    "同事项",
    "同行",
    "分数",
    "状态",
    "通知结果",
    "接触次数",
)
"""What the workbook of a case has beside them."""
CASE_WIDTHS = (12, 20, 36, 10, 8, 8, 8, 8, 16, 36, 10)
ENCRYPTED: Mapping[str, int] = {"name": 1, "phone": 2, "id_number": 4, "address": 5, "remark": 14}
"""Fields of a visit that are kept encrypted, and the column that each goes into."""
BETWEEN = "、"

_MASKS = ((1, masks.mask_name), (2, masks.mask_phone), (4, masks.mask_id_number), (5, masks.mask_address))
_COMPANIONS = 11
_OPENID, _REMARK = 0, 14
_PREFIX = re.compile("台胞证|护照")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
LONGEST_NAME = 60
"""Characters of a hall's name in the name of a file: 255 bytes are the most there may be."""


def masked(cells: Sequence[str]) -> list[str]:
    """The row for the masked workbook: without the openid and what staff noted, and the rest by the table of masks."""
    row = list(cells)
    row[_OPENID] = row[_REMARK] = ""
    for column, mask in _MASKS:
        if row[column]:
            row[column] = mask(row[column])
    row[_COMPANIONS] = BETWEEN.join(masks.mask_name(name) for name in row[_COMPANIONS].split(BETWEEN) if name)
    return row


def bare_number(text: str) -> str:
    """The number of a document without the word that the canonical text may begin with, which has its own column."""
    return _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text


def file_name(hall: str, made_at: datetime, zone: str) -> str:
    """`{hall name}_{YYYYMMDDHHMMSS}.xlsx` by the hall's clock, of what every file system takes."""
    clean = _NOT_IN_NAMES.sub("", hall).strip(". ")[:LONGEST_NAME] or "hall"
    return f"{clean}_{made_at.astimezone(ZoneInfo(zone)):%Y%m%d%H%M%S}.xlsx"


def time_in(zone: ZoneInfo, moment: datetime | None) -> str:
    """A moment as a cell shows it; empty where it is not known."""
    return "" if moment is None else moment.astimezone(zone).isoformat(" ", "seconds")[:19]
