"""Operators approve, reject, suspend and resume halls; a GET asks, a POST does, and of two at once one does."""

import pytest
from flask.testing import FlaskClient

from models.services import codes, hall_settings, halls
from models.services.posts import Post
from tests.service import MONDAY_9, Clock, Service
from tests.staffed import at_once, everything, operator, post, registered, told
from tests.web.admin.desk import filled_in
from tests.web.operator.conftest import SignsIn
from tests.web.operator.sending import send
from tests.web.trial import token

DEEDS = [
    ("approve", "waiting", "open"),
    ("reject", "waiting", "rejected"),
    ("suspend", "open", "suspended"),
    ("resume", "suspended", "open"),
    ("resume", "rejected", "waiting"),
]


def status(code: str) -> str:
    hall = halls.by_code(code)
    assert hall is not None
    return hall.status


@pytest.mark.parametrize(("what", "before", "after"), DEEDS)
def test_what_a_get_asks_a_post_does(client: FlaskClient, what: str, before: str, after: str) -> None:
    hall = Service().hall(status=before)
    path = f"/operator/halls/{hall.code}/{what}"
    rows = everything()
    page = client.get(path)
    assert (page.status_code, everything() == rows, status(hall.code)) == (200, True, before)
    assert 'class="told told-done"' in send(client, path, reason="材料不全").text
    assert status(hall.code) == after


def test_a_hall_that_takes_another_name_behind_the_question_is_looked_at_again(client: FlaskClient) -> None:
    hall = registered("张庄便民服务站", approval=True)
    path = f"/operator/halls/{hall.code}/approve"
    seen = filled_in(client.get(path).text)
    hall_settings.save(post(hall), hall.revision, {}, MONDAY_9, "省政务服务中心")
    assert "told-problem" in client.post(path, data=seen, follow_redirects=True).text
    assert status(hall.code) == "waiting"
    for nonsense in ([], [""], ["x"], ["²"], ["-1"], ["9" * 5000]):
        assert "told-problem" in client.post(path, data={**seen, "revision": nonsense}, follow_redirects=True).text
    assert status(hall.code) == "waiting"
    assert "told-done" in client.post(path, data=filled_in(client.get(path).text), follow_redirects=True).text
    assert status(hall.code) == "open"


@pytest.mark.parametrize("what", ["approve", "reject", "suspend", "resume"])
@pytest.mark.parametrize("state", ["waiting", "open", "suspended", "rejected"])
def test_what_a_hall_is_not_open_to_is_said_and_not_done(client: FlaskClient, what: str, state: str) -> None:
    if any((what, state) == (one, before) for one, before, _ in DEEDS):
        return
    hall = Service().hall(status=state)
    fresh = token(client, "/operator/halls/" + Service().hall(status="open").code + "/suspend")
    path = f"/operator/halls/{hall.code}/{what}"
    for page in (
        client.get(path, follow_redirects=True),
        client.post(path, data={"csrf_token": fresh, "reason": "材料不全"}, follow_redirects=True),
    ):
        assert "told-problem" in page.text
        assert page.request.path == f"/operator/halls/{hall.code}"
    assert status(hall.code) == state


@pytest.mark.parametrize("what", ["reject", "suspend"])
@pytest.mark.parametrize("reason", ["", "   ", "\u200b", "x" * 201, "\0"])
def test_without_a_reason_nothing_is_done_and_what_was_typed_stays(client: FlaskClient, what: str, reason: str) -> None:
    hall = Service().hall(status="waiting" if what == "reject" else "open")
    page = send(client, f"/operator/halls/{hall.code}/{what}", reason=reason)
    assert 'role="alert"' in page.text
    assert status(hall.code) == hall.status
    assert reason.strip("\u200b \0") in page.text


@pytest.mark.parametrize(
    "reason", ["<script>alert(1)</script>", "'; DROP TABLE halls; --", "🏛材料不全", "{reason}", "%s"]
)
def test_a_reason_is_shown_as_it_was_written(client: FlaskClient, reason: str) -> None:
    hall = registered(approval=True)
    send(client, f"/operator/halls/{hall.code}/reject", reason=reason)
    for path in (f"/operator/halls/{hall.code}", "/operator/audit"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert page.count(reason.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")) > 0


def test_the_admins_are_told_what_was_decided_and_why(client: FlaskClient) -> None:
    hall = registered(approval=True)
    send(client, f"/operator/halls/{hall.code}/reject", reason="找不到这个大厅")
    assert any("找不到这个大厅" in message for message in told("Admin"))


def test_an_approved_hall_gets_its_codes(client: FlaskClient) -> None:
    hall = registered(approval=True)
    send(client, f"/operator/halls/{hall.code}/approve")
    approved = halls.by_code(hall.code)
    assert approved is not None
    assert len(codes.of_hall(approved)) == 4


@pytest.mark.parametrize("path", ["approve", "limits"])
def test_without_a_token_nothing_is_done(client: FlaskClient, path: str) -> None:
    hall = registered(approval=True)
    before = everything()
    assert client.post(f"/operator/halls/{hall.code}/{path}", data={"most": "50"}).status_code == 400
    assert everything() == before


def test_of_two_operators_at_once_one_decides_and_the_other_is_told(
    client: FlaskClient, signs_in: SignsIn, zhao: Post
) -> None:
    operator("Second", "钱运营")
    second = signs_in("Second")
    hall = registered(approval=True)
    ways = [(client, "approve"), (second, "reject")]
    seen = [filled_in(one.get(f"/operator/halls/{hall.code}/{what}").text) for one, what in ways]
    pages = at_once(
        *(
            lambda one=one, what=what, form=form: one.post(
                f"/operator/halls/{hall.code}/{what}", data={**form, "reason": "材料不全"},
                follow_redirects=True,
            ).text
            for (one, what), form in zip(ways, seen, strict=True)
        )
    )  # fmt: skip
    assert sorted("told-done" in page for page in pages) == [False, True]
    assert sum("told-problem" in page for page in pages) == 1
    assert status(hall.code) == ("open" if "told-done" in pages[0] else "rejected")


def test_the_same_form_sent_twice_is_one_deed(client: FlaskClient) -> None:
    hall = registered(approval=True)
    path = f"/operator/halls/{hall.code}/approve"
    seen = filled_in(client.get(path).text)
    pages = [client.post(path, data=seen, follow_redirects=True).text for _ in range(2)]
    assert ["told-done" in page for page in pages] == [True, False]
    assert len(told("Admin")) == 1


# --- how often codes may be made anew ---


def test_an_operator_raises_how_often_codes_may_be_made_anew(client: FlaskClient) -> None:
    hall = registered()
    page = send(client, f"/operator/halls/{hall.code}/limits", most="50")
    assert "已重做 0 次，最多 50 次" in page.text
    assert codes.reissues(hall) == (0, 50)
    assert "<del>30</del>" in page.text


@pytest.mark.parametrize(
    "most", ["", "29", "1001", "-1", "0", "1e3", "五十", "9" * 5000, "50.5", "٥٠x", "' OR 1=1", "🏛"]
)
def test_what_is_no_such_number_is_refused_at_its_field(client: FlaskClient, most: str) -> None:
    hall = registered()
    page = send(client, f"/operator/halls/{hall.code}/limits", most=most)
    assert page.status_code == 200
    assert 'id="most-error"' in page.text
    assert codes.reissues(hall) == (0, 30)


def test_a_raised_limit_holds_for_the_hall(zhao: Post, signs_in: SignsIn, clock: Clock) -> None:
    hall = registered()
    for _ in range(10):
        for _ in range(3):
            codes.reissue(post(hall), 1, "in", clock())
        clock.goes_on(days=1)
    assert codes.reissues_left(hall, clock()) == (3, 0)
    send(signs_in("Operator"), f"/operator/halls/{hall.code}/limits", most="31")
    assert codes.reissues_left(hall, clock()) == (3, 1)


def test_who_was_an_operator_while_the_page_stood_open_can_no_longer_decide(
    client: FlaskClient, zhao: Post, signs_in: SignsIn
) -> None:
    operator("Second", "钱运营")
    hall = registered(approval=True)
    path = f"/operator/halls/{hall.code}/approve"
    fresh = token(client, path)
    second = signs_in("Second")
    page = second.get("/operator/staff").text
    mark = page.partition("/operator/staff/")[2].partition("/remove")[0]
    send(second, f"/operator/staff/{mark}/remove")
    assert client.post(path, data={"csrf_token": fresh}).status_code == 404
    assert status(hall.code) == "waiting"
