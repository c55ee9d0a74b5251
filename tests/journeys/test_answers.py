"""Visits on which not everything is answered at once, or well."""

from playwright.sync_api import expect

from tests.journeys.stage import IN, LI, OUT, ZHANG, Stage


def test_wrong_answers_are_mended_one_by_one_and_a_cancelled_check_in_begins_anew(stage: Stage) -> None:
    phone = stage.phone()
    phone.scans(IN)
    phone.follows()
    phone.hears("进厅登记", "同意")
    phone.taps("同意")
    phone.hears("请发您的姓名")
    phone.says("张三")
    phone.hears("请发证件号码")
    phone.says("110105194912310021")
    phone.hears("证件号码不对", "请发证件号码")
    phone.says("11010519491231002X")
    phone.hears("请发手机号码")
    phone.says("13800138000")
    phone.hears("请发现在的住址")
    phone.taps("跳过")
    phone.hears("今天办什么事", "8 其他")
    phone.says("9")
    phone.hears("请发 1 到 8 之间的数字", "今天办什么事")
    phone.says("返回")
    phone.hears("请发现在的住址")
    phone.says("返回")
    phone.hears("请发手机号码")
    phone.says("取消")
    phone.hears("已取消，没有登记")
    assert stage.visits(phone) == []
    phone.taps("签到")
    phone.hears("进厅登记", "同意")
    phone.taps("同意")
    phone.hears("请发您的姓名")
    phone.says(ZHANG)
    phone.hears("请核对")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.scans(OUT)
    phone.hears("签退好了")
    phone.has_heard_all()
    assert stage.visits(phone) == [("chat", "scan")]


def test_a_mistyped_fever_is_mended_and_a_real_one_waits_for_staff(stage: Stage) -> None:
    mistaken = stage.phone()
    # A fever is one of its day, which an hour after a late evening would be over.
    stage.clock("次日早上")
    mistaken.is_asked_what_there_is(IN)
    mistaken.says(ZHANG.replace("36.5", "38.5"))
    mistaken.hears("请到旁边等候工作人员", "请在两分钟内重发体温")
    mistaken.says("36.5")
    mistaken.hears("已按新的体温记下", "请核对", "36.5")
    mistaken.taps("确认")
    mistaken.hears("登记好了")
    mistaken.has_heard_all()

    feverish = stage.adds_phone()
    feverish.is_asked_what_there_is(IN)
    feverish.says(LI.replace("36.5", "38.5"))
    feverish.hears("请到旁边等候工作人员", "请在两分钟内重发体温")
    feverish.presses("登记", "签到")
    feverish.hears("请到旁边等候工作人员")
    stage.clock("＋1 小时")
    feverish.says("36.5")
    feverish.hears("改体温的时间已过")
    feverish.scans(IN)
    feverish.hears("请到旁边等候工作人员")
    feverish.has_heard_all()

    assert stage.visits(mistaken) == [("scan", None)]
    assert stage.visits(feverish) == []
    waiting = "SELECT OPENID(openid), declared_tenths FROM fevers WHERE cleared_at IS NULL"
    assert stage.demo.rows(waiting) == [(feverish.openid, 385)]


def test_the_notice_opens_over_the_chat_and_the_visitor_comes_back_to_it(stage: Stage) -> None:
    phone = stage.phone()
    phone.scans(IN)
    phone.follows()
    phone.hears("个人信息告知")
    phone.opens("示例市民服务中心 个人信息告知")
    notice = phone.page_within
    expect(notice.locator("h1")).to_have_text("示例市民服务中心 个人信息告知")
    expect(notice.locator("body")).to_contain_text("演示")
    expect(notice.locator("body")).to_contain_text("不同意也能办事")
    phone.closes_the_page_within()
    phone.taps("同意")
    phone.hears("请发您的姓名")
    phone.says(ZHANG)
    phone.hears("请核对")
    phone.taps("确认")
    phone.hears("登记好了")
    phone.has_heard_all()
    assert stage.visits(phone) == [("scan", None)]
