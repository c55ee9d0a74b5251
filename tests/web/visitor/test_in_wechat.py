"""The form within WeChat: the person of the chat, and the same visits."""

from models.rules.visits import HowIn
from tests.reading import inside, tells, visits
from tests.web.visitor.filling import (
    FOLLOWER,
    LI,
    ZHANG,
    Town,
    everybody,
    is_registered,
    nothing_is_kept,
    says,
)


def test_who_opens_the_form_in_wechat_is_the_person_of_the_chat(town: Town) -> None:
    visitor = town.wechat()
    visitor.sends(ZHANG)
    assert [person.openid for person in everybody()] == [FOLLOWER]
    phone = town.service.visitor(FOLLOWER)
    reply = phone.scan(town.service.code(town.hall))
    assert tells(reply, "check_in.already", time="09:00", hall=town.hall.name)
    phone.scan(town.service.code(town.hall, "out"))
    assert inside() == []


def test_a_visit_of_the_chat_is_seen_on_the_form(town: Town) -> None:
    phone = town.service.visitor(FOLLOWER)
    phone.scan(town.service.code(town.hall))
    for said in ("同意", "张三 11010519491231002X 13800138000 社保 36.5", "确认"):
        phone.says(said)
    assert is_registered(town.wechat())
    assert visits()[0].how_in == HowIn.SCAN


def test_a_talk_that_is_open_in_the_chat_goes_on_undisturbed(town: Town) -> None:
    phone = town.service.visitor(FOLLOWER)
    phone.scan(town.service.code(town.hall))
    phone.says("同意")
    phone.says("张三 11010519491231002X 13800138000 社保 36.5")
    town.wechat().sends(ZHANG)
    assert tells(phone.says("确认"), "check_in.already", time="09:00", hall=town.hall.name)
    assert len(visits()) == 1


def test_whose_session_ended_meanwhile_signs_in_again_rather_than_becoming_somebody_else(town: Town) -> None:
    visitor = town.wechat()
    keys = visitor.keys()
    visitor.client.delete_cookie("hallpass-session")
    for _ in range(2):
        answer = visitor.sends(ZHANG, **keys)
        assert answer.status_code == 403
        assert says(answer, "login.ended")
    assert nothing_is_kept()


def test_where_the_account_may_not_authorize_the_browser_in_wechat_is_a_browser(town: Town) -> None:
    without = Town(oauth=False)
    visitor = without.wechat()
    visitor.sends(ZHANG)
    assert everybody()[0].openid.startswith("browser:")


def test_two_browsers_are_two_people(town: Town) -> None:
    town.browser().sends(ZHANG)
    town.browser().sends(LI)
    assert len(inside()) == 2
