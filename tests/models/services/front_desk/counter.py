"""A hall with its desk and its visitors, as tests of the desk have them."""

from datetime import datetime
from functools import partial

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.visits import HowIn, SignIn
from models.services import audit, check_in, form_check_out, front_desk, people
from models.services.check_in import Entry, SignedIn
from models.services.posts import Post
from models.tables.database import run
from models.tables.fields import insert
from models.tables.visits import Visit
from tests.service import Service
from tests.staffed import openid

PEOPLE = {
    "Zhang": ("张三", "11010519491231002X", "13800138000"),
    "Li": ("李四", "320106197505230021", "13900139000"),
    "Wang": ("王小明", "110101199003074477", "13700137000"),
}


class Counter:
    """A hall with an admin and two guards, who have no need of a phone here."""

    def __init__(self) -> None:
        self.service = Service()
        self.clock = self.service.clock
        self.hall: HallFacts = self.service.hall()

    def post(self, who: str = "Admin", role: Role | None = None, hall: HallFacts | None = None) -> Post:
        """Somebody at this hall, or another one."""
        return Post(openid(who), role or (Role.ADMIN if who == "Admin" else Role.GUARD), hall or self.hall)

    def scans_in(self, who: str = "Zhang", companions: str | None = None, hall: HallFacts | None = None) -> SignedIn:
        """Somebody comes in by themselves."""
        name, number, phone = PEOPLE[who]
        said = SignIn(name, number, phone, None, "social", "36.5", companions)
        entry = Entry(openid(who), hall or self.hall, 1, HowIn.SCAN, self.clock(), self.clock(), "zh")
        return run(lambda: check_in.sign_in(entry, said, people.found(openid(who))))

    def leaves(self, who: str = "Zhang") -> None:
        """Somebody signs out by themselves."""
        form_check_out.leave(openid(who), self.hall, self.clock())

    def fills(self, count: int) -> None:
        """So many people without a phone are inside."""
        run(partial(self._fill, count, self.clock()))

    def _fill(self, count: int, now: datetime) -> None:
        for number in range(count):
            insert(
                Visit, public_id=f"filled{number}", hall_id=self.hall.id, door=1, hall_day=now.date(), in_at=now,
                due_at=self.hall.calendar.due(now).at, how_in="staff", registered_by="staff", name="赵六",
                companions=0,
                name_hash=b"0" * 32,
            )  # fmt: skip

    def acts(self, who: str = "Admin") -> list[front_desk.RecentAct]:
        """What this person sees of what was done."""
        return front_desk.recent_acts(self.post(who), self.clock())

    def noted(self, action: str) -> list[str]:
        """The details of what was noted of this action, the first first."""
        rows = audit.latest(self.hall.id, self.clock(), 2**31 - 1, action=action)
        return [row.detail for row in reversed(rows)]


def others(counter: Counter) -> dict[str, Post]:
    """Posts of people who are nobody at this desk."""
    return {
        "a guard of another hall": counter.post("Guard", hall=counter.service.hall("政务分中心")),
        "an admin of another hall": counter.post(hall=counter.service.hall("城北大厅")),
        "a guard of a suspended hall": counter.post("Guard", hall=counter.service.hall("停用大厅", "suspended")),
        "an admin of a waiting hall": counter.post(hall=counter.service.hall("待审大厅", "waiting")),
        "an operator": Post(openid("Operator"), Role.OPERATOR),
    }
