"""Posts: what somebody is, in which hall or for the account."""

from dataclasses import dataclass

from models.rules.access import OPEN, Action, Role, may
from models.rules.halls import HallFacts
from models.services import halls
from models.services.audit import Actor
from models.tables import staff
from models.tables.database import transaction
from models.tables.staff import NO_HALL


@dataclass(frozen=True)
class Post:
    """What somebody is: in a hall, or (hall None) as an operator of the account."""

    openid: str
    role: Role
    hall: HallFacts | None = None

    @property
    def actor(self) -> Actor:
        return Actor(self.openid, self.role)

    @property
    def hall_id(self) -> int:
        return self.hall.id if self.hall else NO_HALL

    def may(self, action: Action) -> bool:
        """Whether this post allows the action now."""
        return may(self.role, action, self.hall.status if self.hall else OPEN)


@transaction
def posts(openid: str) -> list[Post]:
    """Every post of a person, the one chosen last first; one statement, and one for each hall not yet known here."""
    found = []
    for row in staff.posts(openid):
        hall = halls.by_id(row.hall_id, row.hall_revision) if row.hall_id != NO_HALL else None
        if hall is not None or row.hall_id == NO_HALL:
            found.append(Post(openid, Role(row.role), hall))
    return found


def in_halls(found: list[Post]) -> list[Post]:
    """The posts that are in halls; the first is the one that the person's words are about."""
    return [post for post in found if post.hall]


def as_operator(found: list[Post]) -> Post | None:
    """The post as an operator, if they are one."""
    return next((post for post in found if post.role is Role.OPERATOR), None)
