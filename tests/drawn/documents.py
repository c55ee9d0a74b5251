"""What people show besides the portrait side: the other side of the card and other documents, flat, in our own art."""

import random
from collections.abc import Callable
from datetime import timedelta

from PIL import Image

from tests.drawn import fonts
from tests.drawn.cards import HEIGHT, WIDTH, look_of
from tests.drawn.fonts import Face
from tests.drawn.paper import Colour, Paper, waves
from tests.drawn.people import Person

_SANS, _SERIF = (fonts.SANS, 0), (fonts.SERIF, 0)
_RED: Colour = (190, 40, 40)
_BLUE: Colour = (50, 90, 150)


def emblem_side(person: Person, rng: random.Random) -> Image.Image:
    """The other side of a resident card or a residence permit: issuing authority and validity."""
    look = look_of(rng)
    paper = Paper(WIDTH, HEIGHT, waves(rng.randrange(6), (238, 226, 228), (222, 236, 234)))
    _emblem(paper, (12, 13), 8)
    is_permit = not person.ethnicity
    title = (
        "港澳居民居住证" if is_permit and person.id_number < "83" else "台湾居民居住证" if is_permit else "居民身份证"
    )
    if is_permit:
        paper.text((27, 13), title, 5.6, look.face, gap=0.6)
    else:
        paper.text((30, 9), "中华人民共和国", 4.6, look.face, gap=1.1)
        paper.text((26, 18), title, 6.6, look.face, gap=3.2)
    start = person.birth.replace(day=1) + timedelta(days=365 * 17 + rng.randrange(4000))
    years = 5 if is_permit else rng.choice((10, 20))
    end = f"{start.year + years}{start:.%m.%d}"
    valid = f"{start:%Y.%m.%d}-{end if rng.random() < 0.85 or is_permit else '长期'}"
    place = person.address[:6].rstrip("市县区省")
    rows = [("签发机关", f"{place}市公安局{rng.choice(('', '城西分局'))}"), ("有效期限", valid)]
    if is_permit:
        rows += [("通行证号码", f"{rng.choice('HM')}{rng.randrange(10**8):08}"), ("签发次数", "01")]
    for number, (label, value) in enumerate(rows):
        top = 37 + number * 7.5 - (11 if is_permit else 0)
        paper.text((19, top), label, look.size * 0.9, look.face, colour=look.label_ink)
        paper.text((37, top), value, look.size, look.face, colour=look.ink)
    paper.sample_mark((75, 28), 4)
    return paper.picture


def driving_licence(person: Person, rng: random.Random) -> Image.Image:
    """机动车驾驶证: it repeats name, address, birth and number, and is no identity card."""
    paper = Paper(88, 60, waves(rng.randrange(6), (232, 240, 226), (236, 232, 222)))
    paper.text((16, 5), "中华人民共和国机动车驾驶证", 4, _SANS, gap=0.2)
    paper.text((14, 9.5), "Driving License of the People's Republic of China", 2, _SANS)
    paper.text((5, 14), f"证号  {person.id_number}", 3.3, _SANS, gap=0.15)
    paper.text((5, 20), f"姓名  {person.name}", 3, _SANS)
    paper.text((45, 20), f"性别 {person.sex}  国籍 中国", 2.8, _SANS)
    paper.text((5, 26), "住址", 2.8, _SANS)
    _lines(paper, (13, 26), person.address, 15, 2.8, _SANS)
    paper.text((24, 36), f"出生日期   {person.birth}", 2.6, _SANS)
    paper.text((24, 41), f"初次领证日期 {person.birth.replace(day=1) + timedelta(days=365 * 21)}", 2.6, _SANS)
    paper.text((24, 46), "准驾车型  C1", 2.8, _SANS)
    paper.text((5, 55), "有效期限  2019-06-11 至 2029-06-11", 2.8, _SANS)
    paper.portrait(65, 29, 18, 23, rng)
    paper.pen.rectangle([60, 420, 230, 590], outline=_RED, width=5)
    paper.text((6, 41), "公安局交警", 2.2, _SANS, colour=_RED)
    paper.sample_mark((74, 55), 3)
    return paper.picture


def passport_page(person: Person, rng: random.Random) -> Image.Image:
    """The page of a passport with the data, and the two lines for machines."""
    paper = Paper(125, 88, waves(rng.randrange(6), (240, 232, 222), (224, 232, 240)))
    number = f"E{rng.choice('ABCDEFGH')}{rng.randrange(10**7):07}"
    paper.text((40, 7), "中华人民共和国 PEOPLE'S REPUBLIC OF CHINA", 3, _SANS)
    paper.text((5, 7), "护照 PASSPORT", 3.6, _SANS)
    paper.portrait(5, 18, 33, 42, rng)
    rows = (
        ("类型/Type        国家码/Country Code       护照号/Passport No.", f"P           CHN              {number}"),
        ("姓名/Name", f"{person.name}   ZHANG, SAN"),
        (
            "性别/Sex      国籍/Nationality     出生日期/Date of birth",
            f"{person.sex}/M    中国/CHINESE    {person.birth:%d %m %Y}",
        ),
        ("出生地点/Place of birth", f"{person.address[:3]}/BEIJING"),
        ("签发日期/Date of issue    有效期至/Date of expiry", "03 6月/JUN 2018    02 6月/JUN 2028"),
        ("签发机关/Authority", "公安部出入境管理局 MPS Exit & Entry Administration"),
    )
    for line, (label, value) in enumerate(rows):
        paper.text((42, 14 + line * 9), label, 2, _SANS, colour=_BLUE)
        paper.text((42, 18 + line * 9), value, 3, _SANS)
    paper.text((5, 75), f"POCHN{'ZHANG<<SAN':<<39}", 3.3, _SANS, gap=0.6)
    paper.text((5, 81), f"{number}<4CHN{person.birth:%y%m%d}7M2806025<<<<<<<<<<<<<<08", 3.3, _SANS, gap=0.6)
    paper.sample_mark((110, 22), 5)
    return paper.picture


def household_page(person: Person, rng: random.Random) -> Image.Image:
    """A page of the 户口簿: a table in which name, number and ethnicity stand in boxes."""
    paper = Paper(143, 105, (244, 240, 228))
    paper.text((45, 8), "常 住 人 口 登 记 卡", 6, _SERIF)
    rows = (
        (("姓名", person.name), ("户主或与户主关系", rng.choice(("户主", "妻", "子", "女")))),
        (("曾用名", ""), ("性别", person.sex)),
        (("出生地", person.address[:6]), ("民族", f"{person.ethnicity}族" if person.ethnicity else "")),
        (
            ("籍贯", person.address[:6]),
            ("出生日期", f"{person.birth.year}年{person.birth.month}月{person.birth.day}日"),
        ),
        (("本市(县)其他住址", ""), ("宗教信仰", "")),
        (("公民身份证件编号", person.id_number), ("身高", "170厘米")),
        (("文化程度", "大学本科"), ("婚姻状况", "已婚")),
        (("服务处所", ""), ("职业", "职员")),
        (("何时由何地迁来本市(县)", ""), ("何时由何地迁来本址", "")),
    )
    scale = paper.picture.width / paper.width
    for number, cells in enumerate(rows):
        top = 17 + number * 9
        for column, (label, value) in enumerate(cells):
            left = 6 + column * 75
            paper.pen.rectangle(
                [left * scale, top * scale, (left + 75 - 19 * column) * scale, (top + 9) * scale],
                outline=(90, 90, 90),
                width=2,
            )
            paper.text((left + 1, top + 4.5), label, 2.5, _SERIF, colour=(70, 70, 80))
            paper.text((left + 24, top + 4.5), value, 3.2, _SANS)
    paper.pen.ellipse([1250, 880, 1500, 1130], outline=_RED, width=6)
    paper.sample_mark((128, 12), 5)
    return paper.picture


def travel_permit(person: Person, rng: random.Random) -> Image.Image:
    """回乡证 or 台胞证: the holder's own number has nine or eight places."""
    from_taiwan = person.id_number.startswith("83")
    title = "台湾居民来往大陆通行证" if from_taiwan else "港澳居民来往内地通行证"
    paper = Paper(WIDTH, HEIGHT, waves(rng.randrange(6), (222, 238, 240), (240, 236, 220)))
    paper.text((22, 6), title, 4.2, _SANS, gap=0.3)
    paper.portrait(4, 12, 22, 28, rng)
    number = f"{rng.randrange(10**8):08}" if from_taiwan else f"{rng.choice('HM')}{rng.randrange(10**8):08}"
    rows = (
        ("姓名", f"{person.name}  WONG, KA MAN"),
        ("出生日期", f"{person.birth:%Y.%m.%d}    性别 {person.sex}"),
        ("有效期限", "2019.03.01 - 2029.02.28"),
        ("签发机关", "中华人民共和国出入境管理局"),
        ("证件号码", number),
    )
    for line, (label, value) in enumerate(rows):
        paper.text((29, 14 + line * 7.5), label, 2.3, _SANS, colour=_BLUE)
        paper.text((42, 14 + line * 7.5), value, 3.1, _SANS)
    paper.sample_mark((75, 49), 3.4)
    return paper.picture


def bank_card(person: Person, rng: random.Random) -> Image.Image:
    """A bank's card: a long number that is nobody's."""
    del person
    paper = Paper(
        WIDTH,
        HEIGHT,
        waves(rng.randrange(6), rng.choice(((40, 90, 160), (170, 40, 50), (30, 120, 90))), (90, 110, 160)),
    )
    paper.text((6, 8), rng.choice(("城乡商业银行", "惠民银行", "建业储蓄银行")), 5, _SANS, colour=(255, 255, 255))
    paper.text((60, 8), "卡", 3.4, _SANS, colour=(255, 255, 255))
    groups = " ".join(f"{rng.randrange(10**4):04}" for _ in range(4))
    paper.text((8, 32), f"6217 {groups[5:]} {rng.randrange(1000):03}", 5, _SANS, colour=(240, 240, 240))
    paper.text((8, 42), "VALID THRU 08/29   借记卡 DEBIT   ATM", 3, _SANS, colour=(230, 230, 230))
    paper.sample_mark((72, 20), 4)
    return paper.picture


def social_card(person: Person, rng: random.Random) -> Image.Image:
    """社会保障卡: name and the very number of the identity card, but no address."""
    paper = Paper(WIDTH, HEIGHT, waves(rng.randrange(6), (214, 230, 246), (240, 244, 230)))
    paper.text((24, 7), "中华人民共和国社会保障卡", 4.2, _SANS)
    paper.portrait(6, 14, 20, 26, rng)
    rows = (
        ("姓名", person.name),
        ("社会保障号码", person.id_number),
        ("社会保障卡卡号", f"A{rng.randrange(10**8):08}"),
        ("发卡日期", "2018年7月"),
    )
    for line, (label, value) in enumerate(rows):
        paper.text((30, 17 + line * 7), f"{label}  {value}", 2.9, _SANS)
    paper.text((30, 49), "人力资源和社会保障局", 2.6, _SANS)
    paper.sample_mark((74, 48), 3)
    return paper.picture


def _emblem(paper: Paper, middle: tuple[float, float], size: float) -> None:
    """A round red sign, not the state's."""
    scale = paper.picture.width / paper.width
    x, y = middle[0] * scale, middle[1] * scale
    for radius, colour in ((size, _RED), (size * 0.86, (225, 180, 70)), (size * 0.72, _RED)):
        paper.pen.ellipse([x - radius * scale, y - radius * scale, x + radius * scale, y + radius * scale], fill=colour)
    paper.pen.regular_polygon((x, y, size * 0.35 * scale), 5, fill=(235, 200, 90))


def _lines(paper: Paper, at: tuple[float, float], text: str, length: int, size: float, face: Face) -> None:
    for number in range(0, len(text), length):
        paper.text((at[0], at[1] + number / length * size * 1.3), text[number : number + length], size, face)


OTHERS: dict[str, Callable[[Person, random.Random], Image.Image]] = {
    each.__name__: each
    for each in (driving_licence, passport_page, household_page, travel_permit, bank_card, social_card)
}
"""By name: what is neither side of a card that is read."""
