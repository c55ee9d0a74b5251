"""A reader of cards that says what a test tells it to: it stands in for the machine behind read_card."""

from collections.abc import Callable
from dataclasses import dataclass, field

from models.rules.documents import Card, CardKind, Field
from models.rules.refusal import Refused

NAME, NUMBER, ADDRESS = "张三", "11010519491231002X", "河南省商丘市梁园区平原路1号"
"""A made-up person; the number is the one in the standard."""


def card(kind: CardKind = CardKind.RESIDENT, *, unsure: tuple[str, ...] = (), **fields: str) -> Card:
    """What a photo says, as far as the test says so."""
    return Card(kind, {name: Field(text, name not in unsure) for name, text in fields.items()})


WHOLE = card(name=NAME, id_number=NUMBER, address=ADDRESS, sex="女", birth="1949-12-31")


@dataclass
class Reader:
    """`says`: what each photo is, or why it cannot be read. `seen`: the photos that came. `meanwhile` is called while
    one is read."""

    says: Card | Refused = WHOLE
    meanwhile: Callable[[], object] = lambda: None
    seen: list[bytes] = field(default_factory=list)

    def __call__(self, photo: bytes) -> Card:
        self.seen.append(photo)
        self.meanwhile()
        if isinstance(self.says, Refused):
            raise self.says
        return self.says
