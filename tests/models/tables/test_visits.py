"""Whatever the rules accept can be stored."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules.companions import companions
from models.rules.contact import address, mobile, person_name
from models.rules.identity import id_number
from models.rules.refusal import Refused
from models.tables import vault
from models.tables.people import Person
from models.tables.visits import Visit
from tests.conftest import KEYS

TODAY = date(2026, 2, 18)
# One letter of each width: ASCII, Latin with a mark, Chinese, Extension B, Adlam, Gothic; · and a mark that combines.
LETTERS = st.sampled_from(["a", "é", "张", "𠮷", "\U0001e900", "\U00010330", "·", "\u0f72", "路"])


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    vault.use(vault.Vault(KEYS))
    yield


def accepted(read: Callable[[str], object], text: str) -> object | None:
    """What the rule makes of it; None for what it refuses."""
    try:
        return read(text)
    except Refused:
        return None


@pytest.mark.parametrize("letter", ["\U0001e900", "\U00010330", "𠮷", "张", "é", "བ"])
def test_the_longest_name_of_any_script_can_be_stored(letter: str) -> None:
    longest = max(length for length in range(2, 60) if accepted(person_name, letter * length))
    assert longest >= 25
    Visit.name.db_value(letter * longest)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(LETTERS, max_size=110) | st.text(max_size=110))
def test_what_is_accepted_can_be_stored(text: str) -> None:
    profile = {}
    for name, read in (
        ("name", person_name),
        ("phone", mobile),
        ("address", address),
        ("id_number", lambda said: id_number(said, today=TODAY)),
    ):
        if value := accepted(read, text):
            Visit._meta.fields[name].db_value(str(value))
            profile[name] = str(value)
    Person.profile.db_value(json.dumps(profile, ensure_ascii=False))
    if group := accepted(lambda said: companions(said, today=TODAY), text):
        for one in group.people:
            Visit.name.db_value(one.name)
