"""Somebody who was here before: what is kept is shown masked, used, changed, or left alone."""

import json

from models.tables.database import run
from models.tables.people import Person
from tests.reading import visits
from tests.web.visitor.filling import LI, ZHANG, Town, everybody, says


def test_what_is_kept_is_shown_masked_and_need_not_be_filled_in(town: Town) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "address": "北京市朝阳区平安里1号"})
    visitor.leaves()
    page = visitor.opens().text
    assert all(shown in page for shown in ("张*", "110***********002X", "138*****000"))
    assert not any(whole in page for whole in ("张三", ZHANG["id_number"], ZHANG["phone"], "平安里"))
    visitor.sends({"matter": "fund", "well": "y"})
    first, second = visits()
    assert (second.name, second.id_number, second.phone, second.address) == (
        first.name, first.id_number, first.phone, first.address,
    )  # fmt: skip
    assert second.matter == "fund"


def test_what_is_filled_in_takes_the_place_of_what_was_kept(town: Town) -> None:
    visitor = town.browser()
    visitor.sends(ZHANG)
    visitor.leaves()
    visitor.sends({"phone": "13900139000", "matter": "social", "well": "y"})
    assert [visit.phone for visit in visits()] == ["13800138000", "13900139000"]
    assert "139*****000" in visitor.leaves().text or "139*****000" in visitor.opens().text


def test_what_is_wrong_in_what_was_changed_is_shown_open(town: Town) -> None:
    visitor = town.browser()
    visitor.sends(ZHANG)
    visitor.leaves()
    assert "<details>" in visitor.opens().text
    assert "<details open>" in visitor.sends({"phone": "1", "matter": "social", "well": "y"}).text


def test_somebody_else_with_the_same_phone_is_asked_everything_and_changes_nothing_kept(town: Town) -> None:
    visitor = town.browser()
    visitor.sends(ZHANG)
    visitor.leaves()
    page = visitor.opens(query="?who=other").text
    assert "张*" not in page and 'name="agree"' in page
    assert says(visitor.sends({"matter": "social", "well": "y"}, query="?who=other"), "form.required")
    assert says(visitor.sends({**LI, "agree": ""}, query="?who=other"), "refused.consent_missing")
    visitor.sends(LI, query="?who=other")
    assert [visit.name for visit in visits()] == ["张三", "李四"]
    visitor.leaves()
    assert "张*" in visitor.opens().text


def test_somebody_who_was_never_here_is_nobody_else(town: Town) -> None:
    visitor = town.browser()
    visitor.sends(ZHANG, query="?who=other")
    visitor.leaves()
    assert "张*" in visitor.opens().text


def test_what_a_hall_no_longer_takes_of_what_is_kept_is_asked_anew(town: Town) -> None:
    visitor = town.browser()
    visitor.sends({**ZHANG, "companions": ""})
    [person] = everybody()
    kept = {"name": "张三", "id_number": "12", "phone": "13800138000"}
    run(lambda: Person.update(profile=json.dumps(kept)).where(Person.id == person.id).execute())
    visitor.leaves()
    page = visitor.opens().text
    assert "<dd>张*</dd>" in page and 'name="id_number" required' in page
    assert says(visitor.sends({"matter": "social", "well": "y"}), "form.required")
