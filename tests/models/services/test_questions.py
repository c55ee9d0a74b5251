"""A question in an address: whole for whoever asked it, for half an hour, and nothing to anybody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.access import Role
from models.rules.halls import HallFacts, facts_from
from models.rules.wanted import By, Exits, Period, Wanted, Who
from models.services import questions
from models.services.posts import Post
from models.services.questions import Question
from models.services.searching import Cursor
from models.tables import vault
from tests.conftest import KEYS
from tests.service import FACTS, MONDAY_9


@pytest.fixture(autouse=True)
def _keys() -> None:
    vault.use(vault.Vault(KEYS))


HALL: HallFacts = facts_from((7, "abc234", "市民中心", "open", 1), FACTS)
POST = Post("oAdmin", Role.ADMIN, HALL)
DAYS = st.dates().flatmap(lambda first: st.builds(Period, st.just(first), st.dates(min_value=first)))
TEXTS = st.text(max_size=40)
WANTED = st.builds(
    Wanted,
    st.none() | DAYS,
    st.none() | st.builds(Who, st.sampled_from(By), TEXTS),
    st.none() | TEXTS,
    st.none() | st.integers(1, 99),
    st.none() | st.sampled_from(Exits),
)
PLACES = st.none() | st.builds(Cursor, st.just(MONDAY_9) | st.just(MONDAY_9 + timedelta(microseconds=1)), st.integers())


@given(WANTED, PLACES)
def test_a_question_comes_back_as_it_was_asked(wanted: Wanted, after: Cursor | None) -> None:
    vault.use(vault.Vault(KEYS))
    sealed = questions.sealed(POST, Question(wanted, after), MONDAY_9)
    assert questions.opened(sealed, POST, MONDAY_9 + questions.LASTS) == Question(wanted, after)
    assert len(sealed) < questions.LONGEST


def test_it_opens_for_nobody_else_nowhere_else_and_not_later() -> None:
    sealed = questions.sealed(POST, Question(Wanted(who=Who(By.NAME, "张三"))), MONDAY_9)
    assert questions.opened(sealed, replace(POST, openid="oOther"), MONDAY_9) is None
    assert questions.opened(sealed, replace(POST, hall=replace(HALL, id=8)), MONDAY_9) is None
    assert questions.opened(sealed, POST, MONDAY_9 + questions.LASTS + timedelta(seconds=1)) is None
    vault.use(vault.Vault(vault.Keys({"d2": bytes(32)}, KEYS.hash)))
    assert questions.opened(sealed, POST, MONDAY_9) is None


def test_one_letter_changed_or_cut_off_is_no_question() -> None:
    sealed = questions.sealed(POST, Question(Wanted(who=Who(By.TAIL, "8000"))), MONDAY_9)
    for at in range(0, len(sealed), 7):
        other = "A" if sealed[at] != "A" else "B"
        assert questions.opened(sealed[:at] + other + sealed[at + 1 :], POST, MONDAY_9) is None
        assert questions.opened(sealed[:at], POST, MONDAY_9) is None


@given(st.text(st.characters(), max_size=300))
def test_whatever_else_stands_there_is_none(text: str) -> None:
    vault.use(vault.Vault(KEYS))
    assert questions.opened(text, POST, MONDAY_9) is None
