import threading
from xml.etree import ElementTree

import pytest
from werkzeug.wrappers import Response

from bot.simulator import FAILURE_LINE, InProcess
from bot.simulator.deliveries import Writer
from bot.simulator.envelope import signature
from bot.simulator.platform import MODES
from tests.bot.simulator.tiny_service import ACCOUNT, NOW, OPENID, TOKEN, Heard, TinyService, echo, platform_of, served


def writer() -> Writer:
    return Writer(ACCOUNT, OPENID, lambda: float(NOW))


def failing_times(times: int) -> TinyService:
    """A service that answers 500 so many times, then well."""
    service = TinyService()

    def answers(heard: Heard) -> str | Response:
        return Response(status=500) if len(service.heard) <= times else echo(heard)

    service.answers = answers
    return service


@pytest.mark.parametrize("mode", MODES)
def test_a_message_is_answered_in_every_mode(mode: str) -> None:
    delivered = platform_of(TinyService(mode), mode).push(writer().text("你好"))
    assert (delivered.attempts, delivered.reply, delivered.problems) == (1, "heard 你好", ())


def test_a_compatible_body_is_clear_and_encrypted_at_once_and_may_be_answered_encrypted() -> None:
    platform = platform_of(TinyService("safe"), "compatible")
    delivery = writer().text("你好")
    root = ElementTree.fromstring(platform.wire(delivery).body)
    assert (root.findtext("Content"), bool(root.findtext("Encrypt"))) == ("你好", True)
    assert platform.push(delivery).reply == "heard 你好"


def test_in_safe_mode_nothing_personal_goes_out_in_clear() -> None:
    root = ElementTree.fromstring(platform_of(TinyService()).wire(writer().text("你好")).body)
    assert [node.tag for node in root] == ["ToUserName", "Encrypt"]


@pytest.mark.parametrize("mode", MODES)
def test_the_query_is_signed_and_says_whether_the_body_is_encrypted(mode: str) -> None:
    wire = platform_of(TinyService(mode), mode).wire(writer().text("1"))
    query = wire.query
    assert query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])
    assert query["openid"] == OPENID
    if mode == "plain":
        assert not {"encrypt_type", "msg_signature"} & query.keys()
    else:
        encrypted = ElementTree.fromstring(wire.body).findtext("Encrypt") or ""
        assert query["encrypt_type"] == "aes"
        assert query["msg_signature"] == signature(TOKEN, query["timestamp"], query["nonce"], encrypted)


def test_the_callback_is_verified_by_an_echo() -> None:
    assert platform_of(TinyService()).handshake() == ()


@pytest.mark.parametrize(
    ("response", "problems"),
    [
        (Response("other", content_type="text/plain"), ("echo_wrong",)),
        (Response("x", content_type="text/html"), ("content_type_wrong", "echo_wrong")),
        (Response(status=403), ("status_not_200", "echo_wrong")),
    ],
)
def test_a_wrong_echo_is_told(response: Response, problems: tuple[str, ...]) -> None:
    assert platform_of(InProcess(response)).handshake() == problems


@pytest.mark.parametrize(("failures", "attempts"), [(0, 1), (1, 2), (3, 4)])
def test_a_failing_service_is_asked_again(failures: int, attempts: int) -> None:
    service = failing_times(failures)
    delivered = platform_of(service).push(writer().text("1"))
    assert (delivered.attempts, delivered.reply, delivered.failure) == (attempts, "heard 1", None)
    assert len(service.heard) == attempts


def test_after_the_first_push_and_three_more_the_visitor_sees_the_failure_line() -> None:
    service = failing_times(4)
    delivered = platform_of(service).push(writer().text("1"))
    assert (delivered.attempts, delivered.reply, delivered.failure) == (4, None, FAILURE_LINE)
    assert delivered.problems == ("status_not_200",)
    assert len(service.heard) == 4


def test_a_resent_delivery_is_the_same_message_under_a_fresh_signature() -> None:
    service = failing_times(3)
    platform_of(service).push(writer().text("1"))
    assert len({heard["MsgId"] for heard in service.heard}) == 1
    assert len({heard["CreateTime"] for heard in service.heard}) == 1
    for name in ("nonce", "signature", "msg_signature"):
        assert len({query[name] for query in service.queries}) == 4


def test_timestamps_follow_the_clock_while_the_message_keeps_its_time() -> None:
    times = iter(range(NOW, NOW + 100))
    service = failing_times(1)
    platform = platform_of(service, clock=lambda: float(next(times)))
    platform.phone(OPENID, following=True).says("1")
    assert service.queries[0]["timestamp"] < service.queries[1]["timestamp"]
    assert service.heard[0]["CreateTime"] == service.heard[1]["CreateTime"]


def test_an_invalid_body_is_asked_for_again_like_an_error() -> None:
    service = TinyService(answers=lambda heard: Response("{}", content_type="application/json"))
    delivered = platform_of(service).push(writer().text("1"))
    assert (delivered.attempts, delivered.problems) == (4, ("content_type_wrong", "xml_not_well_formed"))


def test_an_application_that_raises_counts_as_a_server_error() -> None:
    def raises(heard: Heard) -> str:
        raise LookupError

    delivered = platform_of(TinyService(answers=raises)).push(writer().text("1"))
    assert (delivered.attempts, delivered.problems) == (4, ("status_not_200",))


def test_message_ids_are_unique_and_need_64_bits() -> None:
    ids = [int(ElementTree.fromstring(writer().text("1").xml).findtext("MsgId") or 0) for _ in range(100)]
    assert len(set(ids)) == 100
    assert all(2**53 < msg_id < 2**63 for msg_id in ids)


def test_events_have_no_message_id() -> None:
    assert ElementTree.fromstring(writer().scan("h12.in").xml).find("MsgId") is None


def test_a_text_that_would_end_its_section_arrives_whole() -> None:
    assert ElementTree.fromstring(writer().text("a]]>b<c>&").xml).findtext("Content") == "a]]>b<c>&"


def test_control_characters_are_sent_as_the_platform_sends_them() -> None:
    assert b"a\x1db" in platform_of(TinyService("plain"), "plain").wire(writer().text("a\x1db")).body


def test_two_events_in_one_second_have_the_same_time() -> None:
    one, other = writer().scan("h12.in"), writer().event("SCAN", EventKey="h12.out")
    assert one.xml != other.xml
    assert f"<CreateTime>{NOW}</CreateTime>" in one.xml
    assert f"<CreateTime>{NOW}</CreateTime>" in other.xml


def test_copies_in_parallel_are_in_the_service_at_the_same_time() -> None:
    meeting = threading.Barrier(4, timeout=60)

    def answers(heard: Heard) -> str:
        meeting.wait()  # broken, and so a failure, unless all four are inside together
        return echo(heard)

    service = TinyService(answers=answers)
    with served(service) as transport:
        copies = platform_of(transport).push_copies(writer().text("1"), copies=4)
    assert [copy.reply for copy in copies] == ["heard 1"] * 4
    assert len({heard["MsgId"] for heard in service.heard}) == 1
    assert len({query["nonce"] for query in service.queries}) == 4


def test_copies_one_after_another_do_not_overlap() -> None:
    inside = threading.Lock()

    def answers(heard: Heard) -> str | Response:
        if not inside.acquire(blocking=False):
            return Response(status=500)
        try:
            return echo(heard)
        finally:
            inside.release()

    service = TinyService(answers=answers)
    copies = platform_of(service).push_copies(writer().text("1"), copies=3, parallel=False)
    assert [(copy.attempts, copy.reply) for copy in copies] == [(1, "heard 1")] * 3


def test_a_delivery_built_earlier_can_arrive_late_and_twice() -> None:
    service = TinyService()
    platform = platform_of(service)
    first, second = writer().text("first"), writer().text("second")
    replies = [platform.push(delivery).reply for delivery in (second, first, second)]
    assert replies == ["heard second", "heard first", "heard second"]
    assert service.heard[0]["MsgId"] == service.heard[2]["MsgId"] != service.heard[1]["MsgId"]


def test_raw_bodies_come_back_unjudged() -> None:
    platform = platform_of(TinyService())
    query = platform.wire(writer().text("1")).query
    answer = platform.push_raw(b"<xml/>", {**query, "signature": "0" * 40})
    assert answer.status == 403


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="mode"):
        platform_of(TinyService(), "secret")
