"""Reading on a stand-in for the machine that reads: it knows which lines lie where, and which way up they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from models.rules.documents import Card, CardKind, geometry
from models.rules.documents.card import Box, Read
from models.services.card_reading import AT_ONCE, MOST_LINES, OTHER_NUMBERS, understand_photo
from tests.models.rules.documents.laid_out import CARD, Line, View, card_lines, line, seen

VIEW = View(size=600, x=600, y=400)


@dataclass
class Machine:
    """Finds the lines of a photo as boxes that do not tell which way up they are; a box read from the wrong end gives
    what upside-down text gives: a few letters, uncertain."""

    reads: Sequence[Read]
    closer: Sequence[Read] | None = None
    asked: list[Box] = field(default_factory=list)
    looked_closer: int = 0

    def boxes(self) -> list[Box]:
        return [geometry.lengthwise(read.box) for read in self.reads]

    def boxes_within(self, _outline: Box) -> list[Box]:
        self.looked_closer += 1
        return [read.box for read in self.closer or self.reads]

    def read(self, strips: Sequence[Box]) -> list[Read]:
        self.asked += strips
        known = {read.box: read for read in (*self.reads, *(self.closer or ()))}
        return [known.get(strip, Read("TOM", strip, 0.4, 0.2)) for strip in strips]


def texts(card: Card) -> dict[str, str]:
    return {name: value.text for name, value in card.fields.items()}


@pytest.mark.parametrize("turn", [0, 7, 90, 135, 180, 200, 270])
def test_a_card_is_read_whichever_way_it_is_held(turn: float) -> None:
    assert texts(understand_photo(Machine(seen(card_lines(), View(turn=turn, size=600))))) == CARD


def test_what_was_read_whole_and_surely_is_not_looked_at_again() -> None:
    machine = Machine(seen(card_lines(), VIEW))
    understand_photo(machine)
    assert machine.looked_closer == 0
    assert len(machine.asked) == len(card_lines())


def test_a_doubtful_name_is_looked_at_closer() -> None:
    lines = card_lines()
    doubtful = [VIEW.read(each, least=0.6 if each.text == CARD["name"] else 0.99) for each in lines]
    card = understand_photo(Machine(doubtful, closer=seen(lines, View(turn=1, size=600, x=600, y=400))))
    assert card.fields["name"].is_sure


def test_a_name_that_reads_otherwise_from_closer_is_marked() -> None:
    lines = card_lines()
    doubtful = [VIEW.read(each, least=0.6 if each.text == CARD["name"] else 0.99) for each in lines]
    closer = seen(card_lines(CARD | {"name": "陈小朋"}), View(turn=1, size=600, x=600, y=400))
    card = understand_photo(Machine(doubtful, closer=closer))
    assert (card.text("name"), card.fields["name"].is_sure) == ("陈小朋", False)


def page(rows: int) -> list[Line]:
    """A newspaper around the card."""
    return [
        Line("经济新闻联系电话市场动态责任编辑", u, -1.5 + n * 0.12, 0.55)
        for n in range(rows)
        for u in (-1.2, -0.62, 1.1, 1.7)
    ]


def test_of_a_page_around_the_card_little_is_read() -> None:
    machine = Machine(seen([*page(35), *card_lines()], VIEW))
    assert texts(understand_photo(machine)) == CARD
    assert len(machine.asked) < AT_ONCE + len(card_lines()) + OTHER_NUMBERS


def test_of_a_page_without_a_card_so_many_lines_are_read_and_no_more() -> None:
    machine = Machine(seen(page(90), VIEW))
    assert understand_photo(machine).kind is CardKind.NOTHING
    assert len(machine.asked) < MOST_LINES + AT_ONCE


def test_a_card_may_lie_the_other_way_up_than_the_page_under_it() -> None:
    around = [View(turn=180, size=600, x=600, y=400).read(each) for each in page(12)]
    assert (
        texts(understand_photo(Machine([*around, *seen(card_lines(), View(turn=90, size=600, x=600, y=400))]))) == CARD
    )


def test_the_cards_of_two_people_fill_no_form() -> None:
    other = CARD | {"name": "李小红", "id_number": "440524188001010014"}
    lines = [*seen(card_lines(), VIEW), *seen(card_lines(other), View(size=600, x=600, y=900))]
    card = understand_photo(Machine(lines))
    assert (card.kind, card.fields) == (CardKind.SEVERAL, {})


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["中华人民共和国", "居民身份证", "签发机关某市公安局", "有效期限2017.01.05-2037.01.05"], CardKind.EMBLEM),
        (["签发机关某市公安局", "有效期限2019.01.05-2024.01.05", "通行证号码H12345678", "签发次数01"], CardKind.EMBLEM),
        (["中华人民共和国机动车驾驶证", "证号11010519491231002X", "姓名陈小明", "准驾车型C1"], CardKind.OTHER),
        (["护照PASSPORT", "姓名/Name", "签发机关/Authority"], CardKind.OTHER),
        (["港澳居民来往内地通行证", "有效期限2019.03.01-2029.02.28", "签发机关"], CardKind.OTHER),
        (["今日天气晴", "欢迎光临"], CardKind.NOTHING),
        ([], CardKind.NOTHING),
    ],
)
def test_what_is_no_card_is_called_what_it_is(lines: list[str], kind: CardKind) -> None:
    laid = [line(text, 0.1, 0.1 + n / 6) for n, text in enumerate(lines)]
    assert understand_photo(Machine(seen(laid, VIEW))) == Card(kind)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda read: Read("", read.box, 0, 0),
        lambda read: Read(read.text, ((0, 0),) * 4, read.score, read.least),
        lambda read: Read("姓名" * 200, read.box, read.score, read.least),
    ],
    ids=["nothing can be read", "boxes without any size", "one word everywhere"],
)
def test_a_machine_out_of_its_mind_gives_a_card_without_a_number(break_it: Callable[[Read], Read]) -> None:
    assert understand_photo(Machine([break_it(read) for read in seen(card_lines(), VIEW)])).text("id_number") is None
