"""Typing slips in, one after another, without making two stays of one."""

import re

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.phrases import say
from models.rules.visits import HowOut
from models.services.slip_entry import ANOTHER
from models.tables.visits import Visit
from tests.reading import visits
from tests.visited import came
from tests.web.admin.desk import Browser
from tests.web.slips.paper import AT, Lobby, text

TIMES = "09:12–10:05"


@pytest.fixture
def lobby(database: peewee.Database) -> Lobby:
    return Lobby()


@pytest.fixture
def guard(lobby: Lobby) -> Browser:
    return lobby.browser()


def only() -> Visit:
    (visit,) = visits()
    return visit


def test_a_slip_is_entered_and_the_next_one_is_there_with_the_cursor_in_the_name(lobby: Lobby, guard: Browser) -> None:
    done = lobby.enters(guard)
    assert done.status_code == 303
    page = text(guard.client.get(done.location))
    assert say("zh", "slips.saved", number="000001", name="张*", times=TIMES) in page
    assert "张三" not in page
    assert f'value="{lobby.slip(2)}"' in page
    assert re.search(r'<input autocomplete="off" autofocus class="form-control" id="name"', page)
    assert (only().slip, only().out_at is not None) == ("000001", True)


def test_a_fresh_form_is_of_today_with_the_cursor_in_the_number(guard: Browser) -> None:
    page = guard.get(AT).text
    assert 'value="2026-03-02"' in page
    assert re.search(r'autofocus[^>]*id="slip"', page)


def test_the_last_slip_of_a_sheet_leads_to_an_empty_form(lobby: Lobby, guard: Browser) -> None:
    assert "number" not in lobby.enters(guard, 8).location


def test_the_same_slip_says_whose_it_is_and_what_was_typed_stays(lobby: Lobby, guard: Browser) -> None:
    lobby.enters(guard)
    page = text(lobby.enters(guard, 1, name="李四", entered="11:00", left=""))
    assert say("zh", "slips.there", number="000001", times=TIMES, name="张*") in page
    assert 'value="李四"' in page
    assert f"{AT}/1/times" in page
    assert len(visits()) == 1


def test_a_guard_is_not_told_whose_an_earlier_slip_is(lobby: Lobby, guard: Browser) -> None:
    lobby.enters(guard)
    lobby.office.clock.goes_on(days=1)
    guard = lobby.browser()
    page = text(lobby.enters(guard, 1, day="2026-03-03", entered="11:00", left=""))
    assert say("zh", "slips.there_hidden", number="000001") in page
    assert "张*" not in page
    assert guard.get(f"{AT}/1/times").status_code == 409
    told = text(lobby.enters(lobby.browser("Admin"), 1, day="2026-03-03", entered="11:00", left=""))
    assert say("zh", "slips.there", number="000001", times=TIMES, name="张*") in told


def test_a_stay_that_is_there_is_offered_and_merged_by_one_press(lobby: Lobby, guard: Browser) -> None:
    public_id = came(lobby.office.hall, lobby.office.clock.at.replace(hour=1), how_out=HowOut.CLOSING)
    page = lobby.enters(guard)
    assert say("zh", "slips.alike_row", name="张*", day="03-02", times="09:00–09:40（推定）") in text(page)
    assert f'name="same" value="{public_id}"' in page.text
    assert "张三" in page.text  # what was typed
    done = lobby.enters(guard, same=public_id)
    assert say("zh", "slips.merged", number="000001", name="张*", times="09:00–10:05") in text(
        guard.client.get(done.location)
    )
    assert (only().slip, only().how_out) == ("000001", HowOut.STATED)


def test_another_stay_is_entered_where_staff_say_so(lobby: Lobby, guard: Browser) -> None:
    came(lobby.office.hall, lobby.office.clock.at.replace(hour=1))
    assert lobby.enters(guard, same=ANOTHER).status_code == 303
    assert len(visits()) == 2


def test_a_stay_with_a_slip_of_its_own_is_shown_and_takes_no_other(lobby: Lobby, guard: Browser) -> None:
    lobby.enters(guard)
    page = lobby.enters(guard, 2)
    assert say("zh", "slips.alike_has_slip", slip="000001") in text(page)
    assert page.text.count('name="same"') == 1


def test_wrong_times_are_put_right(lobby: Lobby, guard: Browser) -> None:
    lobby.enters(guard)
    fields = guard.fields(f"{AT}/1/times")
    assert (fields["entered"], fields["left"]) == ("09:12", "10:05")
    done = guard.sends(f"{AT}/1/times", {"entered": "9点2分", "left": "10:15"})
    assert say("zh", "slips.retimed", number="000001", times="09:02–10:15") in text(guard.client.get(done.location))
    page = guard.sends(f"{AT}/1/times", {"entered": "10:30", "left": "10:15"})
    assert say("zh", "refused.exit_before_entry") in text(page)


@pytest.mark.parametrize(
    ("typed", "key", "values"),
    [
        ({"slip": "1 BBBBB"}, "refused.slip_letters", {"number": "000001"}),
        ({"slip": "SLIP ABCDEF 000001 BBBBB"}, "refused.slip_other_hall", {}),
        ({"slip": ""}, "refused.slip_unreadable", {}),
        ({"name": ""}, "form.required", {}),
        ({"entered": ""}, "form.required", {}),
        ({"day": ""}, "form.date", {}),
        ({"day": "2026-02-30"}, "form.date", {}),
        ({"day": "2026-03-01"}, "refused.slip_day_today", {}),
        ({"entered": "13:00"}, "refused.slip_in_future", {}),
        ({"left": "8:00"}, "refused.exit_before_entry", {}),
        ({"remark": "长" * 201}, "refused.remark_too_long", {"most": 200}),
        ({"matter": "nothing"}, "form.choice", {}),
        ({"door": "99"}, "form.choice", {}),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_stored(
    lobby: Lobby, guard: Browser, typed: dict[str, str], key: str, values: dict[str, object]
) -> None:
    page = lobby.enters(guard, **typed)
    assert page.status_code == 200
    assert say("zh", key, **values) in text(page)
    assert visits() == []


@pytest.mark.parametrize("query", ["number=1&day=x", "number=²", "number=-1", f"number={'9' * 5000}", "day=0001-01-01"])
def test_an_odd_address_shows_the_form_all_the_same(guard: Browser, query: str) -> None:
    assert guard.get(f"{AT}?{query}").status_code == 200


FIELDS = ("slip", "day", "entered", "left", "name", "id_number", "phone", "matter", "temperature", "companions", "door",
          "remark", "same")  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(typed=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60), min_size=1))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_is_typed_is_answered(lobby: Lobby, typed: dict[str, str]) -> None:
    assert lobby.enters(lobby.browser(), **typed).status_code in (200, 303)
    assert all(visit.in_at <= lobby.office.clock.at for visit in visits())
