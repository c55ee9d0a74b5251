"""A clerk's day: finds yesterday's visitor, puts an exit right, registers an elder, prints slips, exports a week."""

import re
from pathlib import Path

import zxingcpp
from playwright.sync_api import Page, expect

from models.rules.identity import check_digit
from tests import printed
from tests.journeys.chat import READ_MS, Phone
from tests.journeys.stage import IN, LI, Stage
from tests.office import as_office_shows

TAIL, ID_NUMBER = "9765", re.compile("320102 ?19900307 ?0025")
"""Of the visitor LI."""
CARD = Path("bot/simulator/page/static/cards/plum.jpg")


def test_yesterdays_visitor_is_found_by_four_digits_and_the_exit_put_right(stage: Stage) -> None:
    admin, desk = a_day_after_somebody_forgot_to_sign_out(stage)
    admin.says(f"查询 {TAIL}")
    admin.hears("按手机后四位，共 1 条", "李*")
    admin.opens("李*")
    record = admin.page_within
    expect(record.get_by_role("heading", level=1)).to_have_text("李* 的记录")
    expect(record.get_by_text("推定：到点自动签退")).to_be_visible()
    expect(record.get_by_text(ID_NUMBER)).to_have_count(0)
    record.get_by_label("本人来查").tap()
    record.get_by_role("button", name="看完整信息").tap()
    expect(record.get_by_text(ID_NUMBER)).to_be_visible()

    desk.get_by_role("link", name="记录", exact=True).click()
    desk.get_by_label("找人").fill(TAIL)
    desk.get_by_role("button", name="查询").click()
    expect(desk.get_by_text("共 1 条")).to_be_visible()
    desk.get_by_role("link", name="李*").click()
    found = desk.url
    desk.get_by_role("link", name="更正", exact=True).click()
    desk.get_by_role("link", name="离开时间").click()
    desk.get_by_label("离开时间").fill("14:10")
    desk.get_by_role("button", name="改成这个").click()
    expect(desk.get_by_text("已更正：李*").first).to_be_visible()
    desk.goto(found)
    expect(desk.get_by_text("14:10（说明：更正的时间）")).to_be_visible()
    expect(desk.get_by_role("heading", name="改过的离厅时间")).to_be_visible()
    admin.closes_the_page_within()
    admin.has_heard_all()


def test_an_elder_is_registered_by_their_card_and_slips_are_printed_for_a_power_cut(
    stage: Stage,
) -> None:
    stage.goes_to_a_morning_before_a_working_day()
    desk = stage.computer_of(stage.adds_clerk("管理员"))
    desk.get_by_role("link", name="登记台", exact=True).click()
    desk.get_by_role("link", name="登记没有手机的人").click()
    desk.set_input_files("#card-album", CARD)
    expect(desk.get_by_label("姓名")).to_have_value("程华", timeout=READ_MS)
    expect(desk.get_by_label("证件号码")).to_have_value(re.compile("X$"))
    desk.get_by_label("事项", exact=True).select_option("social")
    desk.get_by_label("体温").fill("36.4")
    desk.get_by_label("已念给对方听").check()
    desk.get_by_role("button", name="登记进厅").click()
    expect(desk.get_by_text("已登记：程*").first).to_be_visible()
    expect(desk.get_by_role("heading", name="在厅 1 人")).to_be_visible()

    desk.goto(f"{stage.demo.base_url}/me")
    desk.get_by_role("link", name="纸质登记单").click()
    desk.get_by_role("link", name="印好的登记单").click()
    desk.get_by_label("印几页").fill("2")
    desk.get_by_role("button", name="印新的").click()
    expect(desk.get_by_text("印好了 000001 到 000008 号")).to_be_visible()
    pages = printed.pictures(behind(desk, "打开来打印"))
    codes = {code.text for page in pages for code in zxingcpp.read_barcodes(page)}
    assert len(pages) == 2
    assert len(codes) == 8

    # Afterwards: a slip that was filled in is typed in by its number, which its page of paper carries in words.
    desk.get_by_text("是哪几张").click()
    desk.get_by_role("link", name=re.compile("^000001")).click()
    desk.get_by_label("姓名").fill("孙木")
    desk.get_by_label("进厅时间").fill("9:05")
    desk.get_by_role("button", name="录入，下一张").click()
    expect(desk.get_by_text("已录入 000001 号：孙*")).to_be_visible()
    slips = stage.demo.rows("SELECT CAST(how_in AS TEXT) FROM visits WHERE slip IS NOT NULL")
    assert slips == [("slip",)]


def test_last_week_is_exported_and_libreoffice_opens_it_with_every_number_whole(stage: Stage, tmp_path: Path) -> None:
    admin, desk = a_day_after_somebody_forgot_to_sign_out(stage)
    admin.says("导出 上周")
    admin.hears("正在生成文件")
    rows = int(admin.heard(r"共 (\d+) 条"))
    desk.get_by_role("link", name="导出", exact=True).click()
    desk.get_by_role("link", name=re.compile("^打开")).click()
    desk.get_by_label("完整的：所有内容").check()
    desk.get_by_label("上级检查").check()
    desk.get_by_role("button", name="下一步").click()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="下载文件").click()
    assert re.fullmatch(r"示例市民服务中心_\d{14}\.xlsx", download.value.suggested_filename)
    download.value.save_as(tmp_path / "week.xlsx")

    read = as_office_shows(tmp_path / "week.xlsx")
    assert read["formulas"] == read["shown"]
    head, *visits = read["shown"]
    assert len(visits) == rows > 0
    numbers = [visit[head.index("证件号码")] for visit in visits if visit[head.index("证件类型")]]
    assert numbers
    assert [number for number in numbers if check_digit(number[:17]) != number[17:]] == []


def a_day_after_somebody_forgot_to_sign_out(stage: Stage) -> tuple[Phone, Page]:
    """The phone of an admin and their computer; LI came the day before and was signed out by the clock."""
    stage.goes_to_a_morning_before_a_working_day()
    stage.phone().checks_in(IN, LI)
    stage.clock("次日早上")
    admin = stage.adds_clerk("管理员")
    return admin, stage.computer_of(admin)


def behind(page: Page, words: str) -> bytes:
    """The PDF to which a link of this page leads, as this very browser gets it."""
    address = page.get_by_role("link", name=words).get_attribute("href")
    answer = page.context.request.get(page.url.partition("/hall/")[0] + str(address))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()
