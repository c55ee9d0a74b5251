"""Names of a case by other ways than those there are: another case after a no, a reason that names somebody."""

import pytest

from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import second_eyes
from models.services.casework import case_names
from models.services.casework.case_names import ALONE_AFTER
from models.services.posts import Post
from models.tables.approvals import Approval
from models.tables.audit import Audit
from models.tables.cases import CaseRow
from models.tables.database import run
from tests.named import CASE_NAME, a_case
from tests.service import MONDAY_9
from tests.staffed import joins, messages, post, refused, registered

pytestmark = pytest.mark.usefixtures("database")

LATER = MONDAY_9 + ALONE_AFTER


@pytest.fixture
def hall() -> HallFacts:
    """With four eyes and a second admin."""
    hall = registered(four_eyes=True)
    joins(hall, "Second", "李复核", Role.ADMIN)
    return hall


def asks(by: Post, case: CaseRow) -> None:
    case_names.open_names(by, case.public_id, "session", "contact", "", MONDAY_9)


def alone(by: Post, case: CaseRow) -> str | None:
    return refused(lambda: case_names.open_alone(by, case.public_id, "session", "等不及了", LATER))


def is_told_no(hall: HallFacts, by: Post) -> None:
    """To what was asked last."""
    code = run(lambda: Approval.select().order_by(Approval.id.desc()).get()).code
    second_eyes.refuse(by, code, MONDAY_9)


def test_whoever_was_told_no_does_not_go_on_alone_with_another_case(hall: HallFacts) -> None:
    first, another = a_case(hall), a_case(hall)
    asks(post(hall), first)
    is_told_no(hall, post(hall, "Second"))
    asks(post(hall), another)
    assert alone(post(hall), another) == "case_refused"


def test_it_hinders_nobody_else_and_no_other_hall(hall: HallFacts) -> None:
    elsewhere = registered("高新区政务大厅", four_eyes=True)
    first, another, far_away = a_case(hall), a_case(hall), a_case(elsewhere)
    asks(post(hall), first)
    is_told_no(hall, post(hall, "Second"))
    asks(post(hall, "Second"), another)
    asks(post(elsewhere), far_away)
    assert alone(post(hall, "Second"), another) is None
    assert alone(post(elsewhere), far_away) is None


def test_the_name_of_the_case_is_left_out_of_reasons(hall: HallFacts) -> None:
    case = a_case(hall)
    case_names.open_names(post(hall), case.public_id, "session", "other", f"给{CASE_NAME}打电话", MONDAY_9)
    case_names.open_alone(post(hall), case.public_id, "session", f"急找{CASE_NAME}", LATER)
    kept = [one.reason for one in case_names.openings(post(hall), case.public_id)]
    assert kept == ["给***打电话；急找***"]
    assert CASE_NAME not in "".join(text for _, text in messages())
    assert CASE_NAME not in "".join(run(lambda: [row.detail for row in Audit.select()]))
