"""The numbers of a case's page, and what stands beside them."""

import re

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
