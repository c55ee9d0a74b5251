"""批准 CODE in the chat: the yes of a second pair of eyes, to a full export or the names of a case."""

import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import exporting, second_eyes
from models.services.casework import case_names
from models.services.posts import Post
from models.tables.approvals import Approval
from models.tables.database import run
from tests.named import a_case, a_contact
from tests.reading import tells
from tests.service import Service

OTHER = "oOther00000000000000000000001"


def test_the_code_of_a_second_pair_of_eyes_is_told_from_that_of_a_hall(service: Service) -> None:
    hall = service.hall(status="waiting")
    operator = service.staff(None, Role.OPERATOR)
    assert tells(operator.says("批准 1234 5678"), "refused.second_unknown")
    assert tells(operator.says(f"批准 {hall.code}"), "operator.approved", hall=hall.name)


def test_an_admin_who_says_it_alone_is_told_what_belongs_behind_it(service: Service) -> None:
    assert tells(service.staff(service.hall()).says("批准"), "query.approve_how")
    assert tells(service.staff(None, Role.OPERATOR, OTHER).says("批准"), "refused.hall_code_missing")


@pytest.fixture
def first(service: Service) -> HallFacts:
    """A hall in which 王工 has asked for a full export of yesterday."""
    return service.hall(four_eyes=True)


def code_for(service: Service, hall: HallFacts, purpose: str = "核对名单") -> str:
    """The code of what 王工 has asked, which goes to whoever may say yes."""
    post = Post("oStaff00000000000000000000001", Role.ADMIN, hall)
    return run(lambda: second_eyes.ask(post, exporting.KIND, 1, purpose, service.clock()))


@pytest.mark.parametrize("shape", ["批准 {code}", "批准{code}", "批准：{left} {right}", "批准 {wide}"])
def test_another_admin_says_yes_with_the_code(service: Service, first: HallFacts, shape: str) -> None:
    service.staff(first)
    other = service.staff(first, openid=OTHER, name="赵六")
    code = code_for(service, first)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    said = other.says(shape.format(code=code, left=code[:4], right=code[4:], wide=wide))
    assert tells(said, "query.approved", name="王工", hall=first.name, purpose="核对名单")
    assert tells(other.says(f"批准 {code}"), "refused.second_answered")


def test_nobody_says_yes_to_what_they_asked_themselves_whatever_else_they_are(
    service: Service, first: HallFacts
) -> None:
    admin = service.staff(first)
    service.staff(None, Role.OPERATOR)
    assert tells(admin.says(f"批准 {code_for(service, first)}"), "refused.second_own")


def test_an_operator_says_yes_where_the_hall_has_one_admin(service: Service, first: HallFacts) -> None:
    service.staff(first)
    operator = service.staff(None, Role.OPERATOR, OTHER)
    code = code_for(service, first)
    assert tells(operator.says(f"批准 {code}"), "query.approved", name="王工", hall=first.name, purpose="核对名单")


def test_an_operator_who_is_admin_of_the_hall_too_says_yes_as_its_admin(service: Service, first: HallFacts) -> None:
    service.staff(first)
    other = service.staff(service.hall("政务中心"), openid=OTHER)
    service.staff(None, Role.OPERATOR, OTHER)
    service.staff(first, openid=OTHER, name="赵六")
    code = code_for(service, first)
    assert tells(other.says(f"批准 {code}"), "query.approved", name="王工", hall=first.name, purpose="核对名单")


def test_to_admins_of_other_halls_and_guards_there_is_no_such_code(service: Service, first: HallFacts) -> None:
    service.staff(first)
    stranger = service.staff(service.hall("政务中心"), openid=OTHER)
    guard = service.staff(first, Role.GUARD, "oGuard00000000000000000000001", "钱七")
    code = code_for(service, first)
    assert tells(stranger.says(f"批准 {code}"), "refused.second_unknown")
    assert tells(guard.says(f"批准 {code}"), "hall.staff_only")


def test_a_yes_to_the_names_of_a_case_names_the_case_and_opens_them_to_who_asked(
    service: Service, first: HallFacts
) -> None:
    service.staff(first)
    other = service.staff(first, openid=OTHER, name="赵六")
    case = a_case(first)
    a_contact(first, case)
    asker = Post("oStaff00000000000000000000001", Role.ADMIN, first)
    assert case_names.open_names(asker, case.public_id, "session", "contact", "", service.clock()) is None
    code = run(lambda: Approval.get().code)
    said = other.says(f"批准 {code}")
    assert f"病例 {case.number}" in (said.reply or "") and "王工" in (said.reply or "")
    assert case_names.open_by_yes(asker, case.public_id, "session", service.clock()) > service.clock()
    assert tells(other.says(f"批准 {code}"), "refused.second_answered")
