"""A photo of a card in the phone page, read by the real reader."""

from tests.journeys.stage import IN, OUT, Stage

PLUM = "程华"
"""The made-up card on the shelf whose number ends in X."""


def test_a_scan_a_photo_one_line_and_a_yes_are_a_visit(stage: Stage) -> None:
    phone = stage.phone()
    phone.is_asked_what_there_is(IN)
    phone.sends_card(PLUM)
    phone.hears_of_the_photo("照片看好了", f"姓名 {PLUM}", "证件号码", "X", "请发手机号码")
    phone.says("13800138000 社保 36.5")
    phone.hears("请核对", f"1 姓名 {PLUM}", "138 0013 8000")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.scans(OUT)
    phone.hears("签退好了")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", "scan")]


def test_a_returning_visitor_checks_in_with_a_photo_alone(stage: Stage) -> None:
    phone = stage.phone()
    phone.is_asked_what_there_is(IN)
    phone.sends_card(PLUM)
    phone.hears_of_the_photo("请发手机号码")
    phone.says("13800138000 社保 36.5")
    phone.hears("请核对")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.scans(OUT)
    phone.hears("签退好了")
    stage.clock("次日早上")
    phone.presses("登记", "拍身份证")
    phone.chooses_card(PLUM)
    phone.hears_of_the_photo("请核对", f"1 姓名 {PLUM}")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.has_heard_all()
    assert [how_in for how_in, _ in stage.visits(phone)] == ["scan", "chat"]


def test_a_photo_that_shows_no_card_is_told_so(stage: Stage) -> None:
    phone = stage.phone()
    phone.is_asked_what_there_is(IN)
    phone.sends_picture(stage.picture_of_a_wall())
    phone.hears_of_the_photo("没看到证件", "请发您的姓名")
    phone.has_heard_all()
