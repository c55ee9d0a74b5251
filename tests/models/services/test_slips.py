"""Sheets of slips: numbers that run on, and letters that nobody can make up."""

from functools import partial

import peewee
import pytest

from models.rules.halls import HallFacts
from models.rules.slips import Slip
from models.services import slips
from models.tables import vault
from tests.conftest import KEYS
from tests.service import MONDAY_9
from tests.staffed import at_once, joins, operator, post, refused, registered


@pytest.fixture
def hall(database: peewee.Database) -> HallFacts:
    return registered()


def printed(hall: HallFacts, pages: int = 1) -> list[Slip]:
    """What stands on new paper."""
    made = slips.print_sheet(post(hall), pages, MONDAY_9)
    return [slips.slip(hall, number) for number in range(made.first, made.last + 1)]


def test_numbers_run_on_in_a_hall_and_begin_anew_in_another(hall: HallFacts) -> None:
    other = registered("禹城市政务服务大厅", "Other")
    assert [one.number for one in printed(hall)] == [1, 2, 3, 4]
    assert [one.number for one in printed(hall, 2)] == list(range(5, 13))
    made = slips.print_sheet(post(other, "Other"), 1, MONDAY_9)
    assert (made.first, made.last) == (1, 4)


def test_no_number_is_printed_twice_by_several_at_the_same_moment(hall: HallFacts) -> None:
    made = at_once(*(partial(slips.print_sheet, post(hall), pages, MONDAY_9) for pages in (1, 2, 3, 1)))
    numbers = sorted(number for one in made for number in range(one.first, one.last + 1))
    assert numbers == list(range(1, 29))


def test_a_printed_slip_is_known_typed_and_scanned(hall: HallFacts) -> None:
    for one in printed(hall):
        assert slips.check(hall, str(one)) == one.number
        assert slips.check(hall, one.scanned(hall.code)) == one.number


def test_what_this_hall_did_not_print_is_refused(hall: HallFacts) -> None:
    other = registered("禹城市政务服务大厅", "Other")
    first, second, *_ = printed(hall)
    theirs = slips.slip(other, 1)
    for text, code in (
        (f"{first.number} {second.letters}", "slip_letters"),
        (str(theirs), "slip_letters"),
        (theirs.scanned(other.code), "slip_other_hall"),
        (theirs.scanned(hall.code), "slip_letters"),
        (str(slips.slip(hall, 5)), "slip_unknown"),  # signed well, never printed
        ("hello", "slip_unreadable"),
    ):
        assert refused(partial(slips.check, hall, text)) == code


def test_slips_hold_after_the_key_is_changed(hall: HallFacts) -> None:
    old = printed(hall)[0]
    vault.use(vault.Vault(vault.Keys(data=KEYS.data, hash={"h2": bytes(range(64, 96)), **KEYS.hash})))
    assert slips.slip(hall, 1) != old
    assert slips.check(hall, str(old)) == slips.check(hall, str(slips.slip(hall, 1))) == 1


def test_a_guard_and_an_operator_print_none(hall: HallFacts) -> None:
    for who in (joins(hall, "Guard", "李门岗"), operator()):
        assert refused(partial(slips.print_sheet, who, 1, MONDAY_9)) == "not_yours"


@pytest.mark.parametrize("pages", [-1, 0, 26, 10**9])
def test_so_many_pages_are_not_printed(hall: HallFacts, pages: int) -> None:
    assert refused(partial(slips.print_sheet, post(hall), pages, MONDAY_9)) == "slip_pages"


def test_sheets_are_listed_with_what_is_missing(hall: HallFacts) -> None:
    printed(hall)
    printed(hall, 2)
    newest, oldest = slips.sheets(hall)
    assert (newest.sheet.first, newest.sheet.last, len(newest.missing)) == (5, 12, 8)
    assert [one.number for one in oldest.missing] == [1, 2, 3, 4]
    assert slips.next_after(hall, 1) == slips.slip(hall, 2)
    assert slips.next_after(hall, 4) is None
    assert slips.next_after(hall, 99) is None
    assert slips.sheet(hall, 5) == newest.sheet
    assert refused(lambda: slips.sheet(hall, 6)) == refused(lambda: slips.sheet(hall, 99)) == "slip_unknown"
