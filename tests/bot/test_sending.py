"""From the outbox to a phone: through our client, over HTTP, to the simulated platform, and what it tells back."""

import logging
import random

import pytest

from bot.sending import outcome_of
from bot.wechat.api import Api
from bot.wechat.errors import REACTIONS, Reaction, WechatError
from jobs.schedule import JOBS
from models.phrases import has
from models.rules.halls import HallFacts
from models.rules.sending import NoticeTemplate, Result, State
from models.services import outbox
from models.services.desk import Desk
from models.tables.database import run
from models.tables.outbox import Outgoing
from models.tables.tokens import AccessToken
from tests.platform_api import PlatformApi
from tests.service import ONE_LINE, Service

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
SUBSCRIPTION = "/cgi-bin/message/subscribe/bizsend"
TOKEN = "/cgi-bin/stable_token"
CONTENT = "大厅：{{thing1.DATA}}\n签退时间：{{time2.DATA}}"
FIELDS = {"thing1": "hall", "time2": "closing"}


@pytest.fixture
def hall(service: Service) -> HallFacts:
    return service.hall()


@pytest.fixture
def template(service: Service) -> NoticeTemplate:
    return NoticeTemplate(service.platform.templates.add("离厅提醒", CONTENT), FIELDS)


@pytest.fixture
def notice(service: Service) -> NoticeTemplate:
    return NoticeTemplate(service.platform.templates.add("离厅提醒", CONTENT, "one_time"), FIELDS)


def is_inside(service: Service, hall: HallFacts) -> None:
    phone = service.visitor()
    phone.scan(service.code(hall))
    for said in ("同意", ONE_LINE, "确认"):
        phone.says(said)


def has_only_scanned(service: Service, hall: HallFacts) -> None:
    """Inside, and the last that was written is more than two days ago."""
    is_inside(service, hall)
    run(lambda: Outgoing.delete().execute())
    service.clock.goes_on(hours=49)
    service.visitor().scan(service.code(hall))
    service.visitor().taps("确认", "1")


def runs(service: Service, desk: Desk, *names: str) -> None:
    for name in names or ("remind", "outbox"):
        JOBS[name].run_once(service.clock(), desk)


def message() -> Outgoing:
    return run(lambda: Outgoing.get())


def writes(service: Service, key: str = "remind:x") -> None:
    """A message of no visit, for an hour."""
    at = service.clock()
    values = {"hall": "市民中心", "closing": "2026-03-02 12:15"}
    expires = at.replace(year=at.year + 1)
    outbox.write(key, "remind", service.visitor().openid, "您离开了吗？", values, at, expires)


def test_who_is_still_inside_is_asked_in_the_chat_and_can_leave_with_one_tap(
    service: Service, api: PlatformApi, hall: HallFacts
) -> None:
    is_inside(service, hall)
    service.clock.shows("11:56")
    runs(service, api.desk(service.clock))
    asked = service.visitor().bubbles[-1]
    assert (asked.side, asked.kind) == ("account", "text")
    [tap] = asked.taps
    assert "11:56" in (service.visitor().taps(tap.content, tap.menu_id).reply or "")
    assert message().state == State.SENT


def test_a_second_run_sends_nothing_more(service: Service, api: PlatformApi, hall: HallFacts) -> None:
    is_inside(service, hall)
    service.clock.shows("11:56")
    desk = api.desk(service.clock)
    for _ in range(3):
        runs(service, desk)
    assert api.calls(CUSTOM) == 1


def test_a_template_message_reaches_who_has_no_window_and_its_verdict_is_kept(
    service: Service, api: PlatformApi, template: NoticeTemplate
) -> None:
    writes(service)
    desk = api.desk(service.clock, template=template)
    runs(service, desk, "outbox")
    card = service.visitor().bubbles[-1].card
    assert card is not None
    assert card.rows == (("大厅", "市民中心"), ("签退时间", "2026-03-02 12:15"))
    service.platform.deliver_due()
    runs(service, desk, "outbox")
    assert message().verdict == "delivered"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("failed:user block", "user_block"),
        ("failed: user block", "user_block"),  # both spellings occur
        ("failed: system failed", "system_failed"),
        ("failed:something new", "failed"),
    ],
)
def test_a_template_message_that_did_not_arrive_is_known_as_such(
    service: Service, api: PlatformApi, template: NoticeTemplate, status: str, verdict: str
) -> None:
    writes(service)
    desk = api.desk(service.clock, template=template)
    service.platform.faults.job_status = status
    runs(service, desk, "outbox")
    service.platform.deliver_due()
    runs(service, desk, "outbox")
    assert message().verdict == verdict


def test_a_consent_given_in_wechat_is_used_for_one_notice(
    service: Service, api: PlatformApi, notice: NoticeTemplate
) -> None:
    phone = service.visitor()
    assert phone.accepts(notice.template_id).problems == ()
    desk = api.desk(service.clock, subscription=notice)
    for key in ("remind:1", "remind:2"):
        writes(service, key)
        runs(service, desk, "outbox")
    assert [row.state for row in run(lambda: list(Outgoing.select().order_by(Outgoing.id)))] == ["sent", "given_up"]
    assert api.calls(SUBSCRIPTION) == 1
    service.platform.deliver_due()
    runs(service, desk, "outbox")
    assert run(lambda: Outgoing.get(Outgoing.key == "remind:1").verdict) == "delivered"


def test_a_consent_that_was_withdrawn_is_not_used(service: Service, api: PlatformApi, notice: NoticeTemplate) -> None:
    phone = service.visitor()
    phone.accepts(notice.template_id)
    phone.withdraws(notice.template_id)
    writes(service)
    runs(service, api.desk(service.clock, subscription=notice), "outbox")
    assert (api.calls(SUBSCRIPTION), message().reason) == (0, "no_window")


def test_who_unfollows_is_not_written_to_in_the_chat(service: Service, api: PlatformApi) -> None:
    phone = service.visitor()
    phone.says("帮助")
    service.clock.goes_on(seconds=5)
    phone.unfollow()
    writes(service)
    runs(service, api.desk(service.clock), "outbox")
    assert (api.calls(CUSTOM), message().reason) == (0, "no_window")


def test_a_window_that_the_platform_counts_otherwise_leads_to_the_next_channel(
    service: Service, api: PlatformApi, template: NoticeTemplate
) -> None:
    service.visitor().says("帮助")
    service.platform.faults.next(CUSTOM, 45047)
    writes(service)
    desk = api.desk(service.clock, template=template)
    runs(service, desk, "outbox", "outbox")
    assert (message().state, message().channel) == (State.SENT, "template")


# --- each error code, from both sides ---

CUSTOM_ENDS = {
    Reaction.BUSY: (State.UNKNOWN, "outcome_unknown"),
    Reaction.ACCOUNT: (State.WAITING, "account"),
    Reaction.UNAUTHORIZED: (State.GIVEN_UP, "unauthorized"),
    Reaction.BANNED: (State.WAITING, "banned"),
    Reaction.BAD_OPENID: (State.GIVEN_UP, "bad_openid"),
    Reaction.NOT_FOLLOWING: (State.GIVEN_UP, "not_following"),
    Reaction.REFUSED: (State.GIVEN_UP, "refused"),
    Reaction.WINDOW_CLOSED: (State.GIVEN_UP, "window_closed"),
    Reaction.DAILY_QUOTA: (State.WAITING, "daily_quota"),
    Reaction.MINUTE_QUOTA: (State.WAITING, "minute_quota"),
    Reaction.CONTENT: (State.GIVEN_UP, "content"),
    Reaction.TEMPLATE: (State.GIVEN_UP, "template"),
    Reaction.SIGN_IN: (State.GIVEN_UP, "bug"),
    Reaction.NO_CODE: (State.GIVEN_UP, "bug"),
    Reaction.BUG: (State.GIVEN_UP, "bug"),
}


@pytest.mark.parametrize("code", [code for code, reaction in REACTIONS.items() if reaction is not Reaction.STALE_TOKEN])
def test_each_refusal_of_a_message_leads_to_what_the_table_says(
    service: Service, api: PlatformApi, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    service.visitor().says("帮助")
    service.platform.faults.next(CUSTOM, code)
    writes(service)
    desk = api.desk(service.clock)
    runs(service, desk, "outbox", "outbox")
    assert (message().state, message().reason) == CUSTOM_ENDS[REACTIONS[code]]
    assert api.calls(CUSTOM) == 1
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("hallpass"))
    assert [secret for secret in (service.visitor().openid, "您离开了吗") if secret in ours] == []


@pytest.mark.parametrize("code", [code for code, reaction in REACTIONS.items() if reaction is Reaction.STALE_TOKEN])
def test_a_stale_token_is_replaced_and_the_message_sent_once(service: Service, api: PlatformApi, code: int) -> None:
    service.visitor().says("帮助")
    service.platform.faults.next(CUSTOM, code)
    writes(service)
    runs(service, api.desk(service.clock), "outbox")
    assert message().state == State.SENT
    assert (api.calls(CUSTOM), api.calls(TOKEN)) == (2, 2)


def test_a_token_that_stays_stale_is_the_accounts_fault_and_asked_for_once_more_only(
    service: Service, api: PlatformApi
) -> None:
    service.visitor().says("帮助")
    service.platform.faults.next(CUSTOM, "stale", times=5)
    writes(service)
    runs(service, api.desk(service.clock), "outbox")
    assert (message().state, message().reason, api.calls(CUSTOM)) == (State.WAITING, "account", 2)


@pytest.mark.parametrize(("fault", "shown"), [("busy", 0), ("html", 1), ("reset", 1)])
def test_a_message_whose_fate_is_unknown_is_not_sent_again(
    service: Service, api: PlatformApi, fault: str, shown: int
) -> None:
    service.visitor().says("帮助")
    before = len(service.visitor().bubbles)
    service.platform.faults.next(CUSTOM, fault, after=fault != "busy")
    writes(service)
    desk = api.desk(service.clock)
    runs(service, desk, "outbox")
    service.clock.goes_on(hours=1)
    runs(service, desk, "outbox")
    assert message().state == State.UNKNOWN
    assert len(service.visitor().bubbles) - before == shown


@pytest.mark.parametrize("fault", ["busy", "html", "reset"])
def test_a_template_message_is_sent_again_and_shown_once(
    service: Service, api: PlatformApi, template: NoticeTemplate, fault: str
) -> None:
    writes(service)
    service.platform.faults.next(TEMPLATE, fault, after=fault != "busy")
    desk = api.desk(service.clock, template=template)
    runs(service, desk, "outbox")
    service.clock.goes_on(seconds=30)
    runs(service, desk, "outbox")
    assert message().state == State.SENT
    assert [bubble.kind for bubble in service.visitor().bubbles] == ["template"]


@pytest.mark.parametrize("fault", ["busy", "html", "reset", 40164, 40013, 40243])
def test_without_a_token_nothing_was_sent_and_nothing_is_lost(
    service: Service, api: PlatformApi, fault: int | str
) -> None:
    service.visitor().says("帮助")
    service.platform.faults.next(TOKEN, fault)
    writes(service)
    desk = api.desk(service.clock)
    runs(service, desk, "outbox")
    assert message().state == State.WAITING
    service.clock.goes_on(minutes=10)
    runs(service, desk, "outbox")
    assert (message().state, api.calls(CUSTOM)) == (State.SENT, 1)


def test_a_wrong_secret_is_the_accounts_fault(service: Service, api: PlatformApi) -> None:
    with pytest.raises(WechatError) as refused:
        api.client(service.clock, secret="another").menu()
    assert outcome_of(refused.value).result is Result.HELD
    assert "another" not in str(refused.value)


def test_a_field_that_the_template_does_not_take_is_the_templates_fault(
    service: Service, api: PlatformApi, template: NoticeTemplate
) -> None:
    writes(service)
    wrong = NoticeTemplate(template.template_id, {"thing1": "hall", "number2": "closing"})
    runs(service, api.desk(service.clock, template=wrong), "outbox", "outbox")
    assert (message().state, message().reason) == (State.GIVEN_UP, "content")


def test_two_processes_share_one_token(service: Service, api: PlatformApi) -> None:
    first, second = api.client(service.clock), api.client(service.clock)
    assert (first.menu(), second.menu()) == (None, None)
    assert (api.calls(TOKEN), run(AccessToken.select().count)) == (1, 1)


def test_a_token_is_renewed_when_the_platform_has_rotated_it(service: Service, api: PlatformApi) -> None:
    client: Api = api.client(service.clock)
    for _ in range(4):
        assert client.menu() is None
        service.clock.goes_on(minutes=59)
    assert api.calls(TOKEN) == 2


def test_each_reason_for_which_a_message_may_not_arrive_can_be_read_by_staff() -> None:
    reasons = {str(reaction) for reaction in Reaction} - {Reaction.STALE_TOKEN, Reaction.SIGN_IN, Reaction.NO_CODE}
    reasons |= {"no_window", "expired", "outcome_unknown", "no_token", "failed", "user_block", "system_failed"}
    assert [reason for reason in sorted(reasons) if not has(f"undelivered.{reason}")] == []


@pytest.mark.parametrize(("later", "times"), [("busy", 4), (40164, 1), ("minute_quota", 12)])
def test_a_template_message_that_was_shown_is_not_shown_again_whatever_comes_between(
    service: Service, api: PlatformApi, template: NoticeTemplate, later: int | str, times: int
) -> None:
    writes(service)
    service.platform.faults.next(TEMPLATE, "reset", after=True)
    service.platform.faults.next(TEMPLATE, later, times=times)
    desk = api.desk(service.clock, template=template)
    for _ in range(60):
        runs(service, desk, "outbox")
        service.clock.goes_on(seconds=30)
    assert [bubble.kind for bubble in service.visitor().bubbles] == ["template"]


def test_who_unfollowed_elsewhere_or_is_nobody_is_refused_by_the_platform_itself(
    service: Service, api: PlatformApi, template: NoticeTemplate
) -> None:
    client = api.client(service.clock)
    left = service.platform.phone("oHasLeft00000000000000000001", following=False)
    for openid, code in ((left.openid, 43004), ("oNobody000000000000000000001", 40003)):
        with pytest.raises(WechatError) as refused:
            client.send_template(openid, template.template_id, template.filled({"hall": "x", "closing": "12:00"}), "k")
        assert refused.value.code == code


def test_without_a_consent_the_platform_itself_refuses_a_notice(
    service: Service, api: PlatformApi, notice: NoticeTemplate
) -> None:
    with pytest.raises(WechatError) as refused:
        api.client(service.clock).send_subscription(
            service.visitor().openid, notice.template_id, notice.filled({"hall": "x", "closing": "2026-03-02 12:00"})
        )
    assert refused.value.reaction is Reaction.REFUSED


@pytest.mark.parametrize("seed", range(6))
def test_what_our_books_allow_the_platform_never_refuses(service: Service, api: PlatformApi, seed: int) -> None:
    """Somebody writes, scans, clicks, leaves and comes back at random moments while messages are sent to them."""
    chance = random.Random(seed)
    phone, hall, desk = service.visitor(), service.hall(), api.desk(service.clock)
    deeds = {
        "write": lambda: phone.says("帮助"),
        "scan": lambda: phone.scan(service.code(hall, "out")),
        "click": lambda: phone.clicks_menu("帮助"),
        "leave": phone.unfollow,
        "come back": phone.follow,
        "send": lambda: None,
    }
    for number in range(60):
        can = ["come back", "send"] if not phone.is_following else [name for name in deeds if name != "come back"]
        deeds[chance.choices(can, [5 if name == "send" else 1 for name in can])[0]]()
        writes(service, f"remind:{number}")
        runs(service, desk, "outbox")
        service.clock.goes_on(seconds=chance.choice((2, 20, 50, 3600, 40 * 3600)))
    answers = [one.response for one in service.platform.exchanges if CUSTOM in one.title]
    refusals = [answer for answer in answers if '"errcode": 0' not in answer]
    assert refusals == []
    assert api.calls(CUSTOM) > 5
