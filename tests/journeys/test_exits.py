"""Visits whose end was forgotten, or whose time is not what it was."""

from tests.journeys.stage import IN, OUT, ZHANG, Stage


def test_a_forgotten_exit_is_an_estimate_until_the_visitor_puts_it_right_next_morning(stage: Stage) -> None:
    phone = stage.phone()
    stage.goes_to_a_morning_before_a_working_day()
    phone.checks_in(IN, ZHANG)
    stage.clock("快闭厅")
    phone.hears("您离开示例市民服务中心了吗", "到 17:30 还没签退")
    stage.clock("到闭厅")
    assert stage.visits(phone) == [("scan", "closing")]
    stage.clock("次日早上")
    phone.presses("我的", "我的记录")
    phone.hears("17:30（估计）", "更正")
    phone.taps("更正")
    phone.hears("系统按估计记您", "您大约几点离开的")
    phone.says("16:40")
    phone.hears("16:40", "原来的估计也留着备查")
    # Typed: a second press within the same second is the same event to the platform.
    phone.says("我的记录")
    phone.hears("09:30–16:40（自报）")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", "corrected")]


def test_the_reminder_leads_out(stage: Stage) -> None:
    phone = stage.phone()
    stage.clock("次日早上")
    phone.checks_in(IN, ZHANG)
    stage.clock("快闭厅")
    phone.hears("您离开示例市民服务中心了吗")
    phone.taps("签退")
    phone.hears("您是现在离开，还是更早就离开了")
    phone.taps("现在离开")
    phone.hears("签退好了", "17:15 离开")
    stage.clock("到闭厅")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", "chat")]


def test_a_clock_set_back_while_somebody_is_inside_loses_nothing(stage: Stage) -> None:
    phone = stage.phone()
    stage.clock("次日早上")
    phone.checks_in(IN, ZHANG)
    stage.clock("回到真实时间")
    phone.scans(IN)
    phone.hears("您已在", "登记，还在示例市民服务中心里")
    phone.scans(OUT)
    phone.hears("登记，还在大厅里。离开时请再扫一次离厅码")
    phone.presses("我的", "我的记录")
    phone.hears("在厅")
    phone.presses("我的", "签退")
    phone.hears("登记，还在大厅里")
    assert stage.visits(phone) == [("scan", None)]
    stage.clock("次日早上")
    stage.clock("＋1 小时")
    phone.scans(OUT)
    phone.hears("签退好了", "09:30 进入", "10:30 离开")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", "scan")]
