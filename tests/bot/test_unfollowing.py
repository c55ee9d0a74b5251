"""Somebody leaves the account: whoever must know hears of it, once, and they are signed out."""

from datetime import timedelta

from models.phrases import say
from models.services import posts
from models.tables.database import run
from models.tables.fields import insert
from models.tables.signing_in import Session
from tests.service import Service
from tests.staffed import joins, messages, openid, registered, told


def test_a_bound_person_who_leaves_is_signed_out_and_the_admin_hears_of_it_once(service: Service) -> None:
    hall, guard = registered(), service.visitor(openid("Guard"))
    joins(hall, "Guard", "李建国")
    at = service.clock.at
    run(lambda: insert(Session, id_hash=b"s", public_id="s", openid=guard.openid, place="desk", device="", begun_at=at,
                       seen_at=at, expires_at=at + timedelta(hours=8)))  # fmt: skip
    left = guard.writes.unsubscribe()
    assert guard.sends(left).reply is None
    service.platform.push_copies(left, 3, parallel=True)
    assert told("Admin")[1:] == [say("zh", "staff.told_left", name="李建国", hall=hall.name)]
    assert run(Session.select().count) == 0
    assert [post.hall for post in posts.posts(guard.openid)] == [hall]


def test_nobody_hears_of_a_visitor_who_leaves(service: Service) -> None:
    registered()
    assert service.visitor().unfollow().reply is None
    assert messages() == []
