"""Visits from the way in to the way out, as they should go."""

from tests.journeys.conftest import BOTH_WAYS
from tests.journeys.stage import IN, OUT, ZHANG, Stage

pytestmark = BOTH_WAYS


def test_a_first_visit_takes_three_messages(stage: Stage) -> None:
    phone = stage.phone()
    phone.scans(IN)
    phone.follows()
    phone.hears("东门 进厅登记", "同意")
    phone.taps("同意")
    phone.hears("请发您的姓名")
    phone.says(ZHANG)
    phone.hears("请核对", "张三", "社会保险", "36.5")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.scans(OUT)
    phone.hears("签退好了")
    phone.has_heard_all()
    assert phone.has_said() == ["同意", ZHANG, "确认"]
    assert stage.visits(phone) == [("scan", "scan")]


def test_a_returning_visitor_takes_one_message(stage: Stage) -> None:
    phone = stage.phone()
    phone.checks_in(IN, ZHANG)
    phone.scans(OUT)
    phone.hears("签退好了")
    before = phone.has_said()
    stage.clock("次日早上")
    phone.scans(IN)
    phone.hears("张*，办理 社会保险，体温 正常")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.scans(OUT)
    phone.hears("签退好了")
    phone.has_heard_all()
    assert phone.has_said()[len(before) :] == ["确认"]
    assert stage.visits(phone) == [("scan", "scan")] * 2
