"""Made-up people: nobody's data, numbers whose checksum holds."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from models.rules.identity import check_digit
from tests.drawn.words import ETHNICITIES, FAMILY, GIVEN, LONG_NAMES, PERMIT_PLACES, PLACES, RARE_NAMES, ROADS, VILLAGES


@dataclass(frozen=True)
class Person:
    """What a card says of somebody. `ethnicity`: without 族, empty on a residence permit, which does not say it."""

    name: str
    sex: str
    ethnicity: str
    birth: date
    address: str
    id_number: str

    def truth(self) -> dict[str, str]:
        """By the names of the fields of a card."""
        return {
            "name": self.name,
            "sex": self.sex,
            "ethnicity": self.ethnicity,
            "birth": self.birth.isoformat(),
            "address": self.address,
            "id_number": self.id_number,
        }


CHEN = Person(
    "陈志远",
    "男",
    "汉",
    date(1968, 3, 9),
    "山东省济南市历下区泉城路街道解放阁社区青年东路27号4号楼2单元601室",
    "370102196803092615",
)
"""Of the tests that need one person whom everybody knows."""
AYGUL = Person(
    "古丽米热·艾合买提江",
    "女",
    "维吾尔",
    date(1991, 11, 20),
    "新疆维吾尔自治区喀什地区疏附县乌帕尔镇库木巴格村3组018号",
    "653121199111201422",
)
LI = Person("李㛃", "女", "汉", date(2003, 7, 1), "上海市静安区彭浦镇平顺路88弄5号1102室", "310106200307013248")
WONG = Person(
    "黄嘉敏", "女", "", date(1985, 12, 24), "广东省深圳市福田区福强路3030号金海湾花园B座19C", "810000198512240022"
)


def made_up(rng: random.Random) -> Person:
    """Somebody with a resident card."""
    code, place = rng.choice(PLACES)
    ethnicity = rng.choice(ETHNICITIES) if rng.random() < 0.5 else "汉"
    return _person(rng, code, _name(rng), ethnicity, _address(rng, place))


def with_permit(rng: random.Random) -> Person:
    """Somebody from Hong Kong, Macau or Taiwan with a residence permit."""
    code = rng.choice(("810000", "820000", "830000"))
    return _person(rng, code, _plain_name(rng), "", _address(rng, rng.choice(PERMIT_PLACES)))


def _person(rng: random.Random, code: str, name: str, ethnicity: str, address: str) -> Person:
    birth = date(1936, 1, 1) + timedelta(days=rng.randrange(365 * 76))
    order = rng.randrange(1, 1000)
    first_17 = f"{code}{birth:%Y%m%d}{order:03}"
    sex = "男" if order % 2 else "女"
    return Person(name, sex, ethnicity, birth, address, first_17 + check_digit(first_17))


def _plain_name(rng: random.Random) -> str:
    given = "".join(rng.choice(GIVEN) for _ in range(1 if rng.random() < 0.35 else 2))
    return rng.choice(FAMILY) + given


def _name(rng: random.Random) -> str:
    luck = rng.random()
    if luck < 0.16:
        return rng.choice(LONG_NAMES)
    if luck < 0.34:
        return rng.choice(RARE_NAMES)
    return _plain_name(rng)


def _address(rng: random.Random, place: str) -> str:
    number = rng.randrange(1, 1900)
    luck = rng.random()
    if luck < 0.25:
        return f"{place}{rng.choice(VILLAGES)}{number % 400 + 1}号"
    if luck < 0.35:
        return f"{place}{rng.choice(VILLAGES)}{number % 14 + 1}组{number % 90 + 1:03}号"
    if luck < 0.42:
        return place + rng.choice(("集体户", "人民路1号", "公安局集体户1号"))
    road, flat = rng.choice(ROADS), f"{rng.randrange(1, 33)}{rng.randrange(1, 5):02}"
    if luck < 0.55:
        return f"{place}{road}{number}号"
    if luck < 0.65:
        return f"{place}{road}{number}弄{number % 60 + 1}号{flat}室"
    if luck < 0.75:
        return f"{place}{road}{number}号{rng.choice('ABCDE')}座{flat}{rng.choice(('', 'A', 'B', '室'))}"
    if luck < 0.8:
        return f"{place}{road}{number}号附{number % 9 + 1}号"
    return f"{place}{road}{number}号{number % 40 + 1}号楼{number % 6 + 1}单元{flat}{rng.choice(('室', '号', '户'))}"
