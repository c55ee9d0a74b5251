"""Every form of a hall's daily pages, with something behind each: a visit, a slip, a fever, an export, a question, a
case with a contact, a request at the counter."""

from collections.abc import Iterator
from urllib.parse import quote_from_bytes

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.rules.access import Role
from models.services import fever, front_desk, help_requests, second_eyes, slips, waiting
from models.services.casework import cases
from tests.asking import asks
from tests.exported import ready_export
from tests.staffed import joins, post
from tests.web.desk.door import Door

PREFIXES = ("desks.", "to_do.", "paper.", "hall_records.", "exported.", "second.", "cases.", "counter.")


class Busy(Door):
    """With four eyes and two admins."""

    def __init__(self) -> None:
        super().__init__(four_eyes=True)
        self.second = joins(self.hall, "Second", "李复核", Role.ADMIN)
        slips.print_sheet(post(self.hall), 1, self.clock())
        self.visit = self.comes("Zhang", "王五")
        self.export = ready_export(self.hall)
        fever.declare("oSick", self.hall, 1, 381, self.clock(), "李四", "13900139000")
        help_requests.ask(self.hall, 1, self.clock())
        self.comes("Li")
        self.clock.goes_on(minutes=5)
        self.case = cases.open_case(
            post(self.hall), self.visit, None, None, self.clock(), reason="疾控通知", authority="甲市疾控中心"
        ).public_id
        self.asked = asks(self.hall, now=self.clock())
        assert self.asked is not None

    def forms(self) -> Iterator[str]:
        """Where each form is sent to, as of now."""
        waits = waiting.all_of(self.hall, self.clock())
        keys = {
            "to_do.release": [one.key for one in waits.fevers],
            "to_do.help_done": [one.key for one in waits.helps],
            "to_do.flag_seen": [one.key for one in waits.flags],
        }
        adapter = self.app.url_map.bind("localhost")
        for rule in self.app.url_map.iter_rules():
            if not rule.endpoint.startswith(PREFIXES) or "POST" not in (rule.methods or ()):
                continue
            values = {
                "code": self.hall.code, "visit": self.visit, "number": 1, "export": self.export.public_id,
                "approval": second_eyes.ask(post(self.hall), "export", self.export.id, "检查", self.clock()),
                "case": self.case, "asked": self.asked,
                "key": (keys.get(rule.endpoint) or ["0" * 16])[0],
            }  # fmt: skip
            for field in front_desk.FIELDS if "field" in rule.arguments else ("",):
                known = {name: values.get(name, field) for name in rule.arguments}
                yield adapter.build(rule.endpoint, known)


def sent_raw(client: FlaskClient, path: str, fields: dict[str, str]) -> TestResponse:
    """A form as no browser sends it: halves of characters and whatever else no encoding allows."""
    parts = (f"{name}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}" for name, value in fields.items())
    return client.post(path, data="&".join(parts), content_type="application/x-www-form-urlencoded")
