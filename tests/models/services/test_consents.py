"""Who is asked to agree to the notice that a case is followed by."""

from datetime import timedelta

import peewee
import pytest

from models.rules.persons import of_browser
from models.rules.sending import Channel, NoticeTemplate
from models.services import consents
from models.tables import outbox
from models.tables.database import run
from tests.service import MONDAY_9
from tests.staffed import openid

TEMPLATE = NoticeTemplate("of-a-case", {"thing1": "hall"})
TEMPLATES = {("contact", Channel.SUBSCRIPTION): TEMPLATE}

pytestmark = pytest.mark.usefixtures("database")


def test_somebody_who_never_agreed_is_asked() -> None:
    assert consents.is_wanted(openid("Visitor"), TEMPLATES)


def test_who_agreed_is_not_asked_until_that_is_used_up(database: peewee.Database) -> None:
    visitor = openid("Visitor")
    run(lambda: outbox.accept_grant(visitor, TEMPLATE.template_id, MONDAY_9))
    assert not consents.is_wanted(visitor, TEMPLATES)
    run(lambda: outbox.spend_grant(visitor, TEMPLATE.template_id))
    assert consents.is_wanted(visitor, TEMPLATES)


def test_consent_to_another_notice_is_none_to_this_one() -> None:
    visitor = openid("Visitor")
    run(lambda: outbox.accept_grant(visitor, "of-something-else", MONDAY_9 + timedelta(minutes=1)))
    assert consents.is_wanted(visitor, TEMPLATES)


def test_a_browser_is_not_asked() -> None:
    assert not consents.is_wanted(of_browser("s" * 43), TEMPLATES)


@pytest.mark.parametrize("channel", [None, Channel.TEMPLATE])
def test_nobody_is_asked_where_nothing_is_configured(channel: Channel | None) -> None:
    templates = {("contact", channel): TEMPLATE} if channel else {("remind", Channel.SUBSCRIPTION): TEMPLATE}
    assert consents.template_of(templates) is None
    assert not consents.is_wanted(openid("Visitor"), templates)
