"""The numbers of a case's page, and what stands beside them."""

import json
import re

from models.rules.tracing import Definition
from models.tables.cases import Case
from models.tables.database import run
from tests.web.admin.desk import Office
from tests.web.cases.morning import Morning, opened


def test_the_numbers_that_make_up_the_whole_come_first(office: Office, morning: Morning) -> None:
    browser = office.browser()
    counts = [int(one) for one in re.findall(r"</dt><dd>(\d+)</dd>", browser.get(opened(browser)).text)]
    assert counts[0] == sum(counts[1:5]) > counts[5] > 0


def test_what_to_do_next_stands_before_what_the_case_is_about(office: Office, morning: Morning) -> None:
    browser = office.browser()
    page = browser.get(opened(browser)).text
    assert page.index("通知这些人") < page.index("查找时间")


def test_a_hall_that_counts_nobody_afterwards_reads_of_no_minutes(office: Office, morning: Morning) -> None:
    admin = office.browser()
    assert "病例离开后 30 分钟内" in admin.get(opened(admin)).text
    run(lambda: Case.update(definition=json.dumps(Definition(tail_minutes=0).to_dict())).execute())
    page = admin.get("/cases").text + admin.get(f"/cases/{run(lambda: Case.get()).public_id}").text
    assert "和病例同时在厅的人。" in page
    assert "0 分钟内在厅的人" not in page
