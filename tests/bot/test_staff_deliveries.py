"""What staff say comes twice, at once and later, at two workers: one reply, one effect."""

from collections.abc import Callable
from functools import partial

import peewee
import pytest

from bot.simulator.deliveries import Delivery
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import codes, sign_ins, staff
from models.services.desk import Desk
from models.services.posts import Post
from models.tables.turns import Turn
from tests import filled
from tests.bot.test_deliveries import in_threads, replies
from tests.service import NOBODY, Service
from tests.web.admin.desk import made

GUARD = "oGuard00000000000000000000001"
OPERATOR = "oOperator00000000000000000001"


class Scene:
    """A hall with an admin, one that waits, an operator and a visitor."""

    def __init__(self) -> None:
        self.service = Service(approval=True)
        self.hall: HallFacts = self.service.hall("东城大厅")
        self.waiting: HallFacts = self.service.hall("西城大厅", "waiting")
        self.admin = self.service.staff(self.hall)
        self.operator = self.service.staff(None, Role.OPERATOR, OPERATOR, "赵运营")
        self.visitor = self.service.visitor()

    def binds(self) -> Delivery:
        by = Post(self.admin.openid, Role.ADMIN, self.hall)
        return self.visitor.writes.text(f"绑定 {staff.invite(by, Role.GUARD, '李四', self.service.clock())}")

    def guesses(self) -> Delivery:
        return self.visitor.writes.text("绑定 abcdefgh")

    def registers(self) -> Delivery:
        for said in ("注册大厅", "商丘市民之家", "河南商丘"):
            self.visitor.says(said)
        return self.visitor.writes.text("确认")

    def approves(self) -> Delivery:
        return self.operator.writes.text(f"批准 {self.waiting.code}")

    def rejects(self) -> Delivery:
        return self.operator.writes.text(f"驳回 {self.waiting.code} 资料不全")

    def signs_in(self) -> Delivery:
        shown = sign_ins.begin("/me", "a-secret-of-this-browser", "windows.edge", self.service.clock())
        self.admin.says(f"登录 {shown.number}")
        return self.admin.writes.text("确认")

    def invites(self) -> Delivery:
        return self.admin.writes.text("添加工作人员 李四 门岗")

    def removes(self) -> Delivery:
        self.service.staff(self.hall, Role.GUARD, GUARD, "李四")
        return self.admin.writes.text("移除 李四")

    def asks_for_codes(self) -> Delivery:
        codes.want(self.hall, self.service.clock())
        codes.make_due(self.service.clock(), Desk(NOBODY.send, create_code=made))
        return self.admin.writes.text("二维码")


ONE_OF_EACH = {"Member": 1, "Invite": 1, "Hall": 1, "Audit": 1, "Attempt": 1, "HallCode": 4, "Outgoing": 4}
"""So many rows more there are at most after one thing that is done once."""


@pytest.mark.parametrize(
    "says",
    [
        Scene.binds, Scene.guesses, Scene.registers, Scene.approves, Scene.rejects, Scene.signs_in, Scene.invites,
        Scene.removes, Scene.asks_for_codes,
    ],
)  # fmt: skip
def test_what_staff_say_is_done_once_however_often_it_is_delivered(
    database: peewee.Database, says: Callable[[Scene], Delivery]
) -> None:
    scene = Scene()
    first, second = scene.service, Service(approval=True, clock=scene.service.clock)
    delivery = says(scene)
    # Tries among them: one that is delivered twice counts as one.
    everything = partial(filled.everything, but=(Turn,))
    before = everything()
    answers = replies(in_threads(*[partial(one.platform.push, delivery) for one in (first, second) * 2]))
    after = everything()
    assert len(answers) == 1
    assert after != before
    assert all(len(after[name]) - len(before[name]) <= most for name, most in ONE_OF_EACH.items())
    first.clock.goes_on(seconds=20)
    assert replies([second.platform.push(delivery)]) == answers
    assert everything() == after
