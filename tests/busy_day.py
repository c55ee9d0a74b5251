"""One day on which everything happens once, with people whose names and numbers occur nowhere else."""

from dataclasses import dataclass, field

from bot.simulator import Phone
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.services import closing, fever, job_slots, registering, sweeping
from models.services.keys import check_keys
from models.services.posts import Post
from models.tables import vault
from tests.service import Service

REGISTERED = "欧阳金雀"
COMPANION = "夏侯银铃"
FEVERISH = "东方铜铎"
HALF_FINISHED = "令狐铁山"
FORGETFUL = "司徒锡兰"

PERSONAL = (
    REGISTERED, COMPANION, FEVERISH, HALF_FINISHED, FORGETFUL,
    "371421198005121018", "371421197902142025", "371421198506093035", "371421199011124041", "371421199507185059",
    "13911110001", "13911110002", "13911110003", "13911110004", "13911110005",
    "德州市陵城区金丝雀路9号",
)  # fmt: skip
"""What must be readable nowhere but in a chat."""


@dataclass
class BusyDay:
    """Everything that was said, by people and to them, in order."""

    service: Service
    said: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)

    def pass_by(self) -> None:
        """From opening until the evening; one talk is left in the middle."""
        east, west = self.service.hall(), self.service.hall("政务分中心")
        check_keys(vault.current())
        self._comes_with_a_companion(east)
        self._has_a_fever(east)
        self._moves(east, west)
        self._forgot_to_scan(west)
        self._is_closed_and_corrects_it(east)
        operator = Post("oBusyDay99999999999999999999", Role.OPERATOR)
        registering.suspend(operator, west.code, "消防检查", self.service.clock())
        registering.resume(operator, west.code, self.service.clock())
        self._stops_half_way(east)
        sweeping.sweep(self.service.clock())

    def _phone(self, number: int) -> Phone:
        return self.service.visitor(f"oBusyDay{number:020}")

    def _says(self, phone: Phone, *texts: str) -> None:
        for text in texts:
            self.service.clock.goes_on(seconds=5)
            self.said.append(text)
            self._heard(phone.says(text).reply)

    def _scans(self, phone: Phone, code: str) -> None:
        # Two scans of one code in one second would be one event to the platform.
        self.service.clock.goes_on(seconds=5)
        self._heard(phone.scan(code).reply)

    def _heard(self, reply: str | None) -> None:
        assert reply
        self.replies.append(reply)

    def _comes_with_a_companion(self, hall: HallFacts) -> None:
        phone = self._phone(1)
        self._heard(phone.clicks_menu("帮助").reply)
        self._scans(phone, self.service.code(hall))
        self._says(phone, "同意", f"{REGISTERED} 371421198005121018 13911110001 社保 36.5")
        self._says(phone, "德州市陵城区金丝雀路9号", "同行人员", f"{COMPANION} 371421197902142025 13911110002")
        self._says(phone, "English", "中文", "人工帮忙", "确认", "我的记录")
        self._heard(phone.sends_photo().reply)
        self.service.clock.goes_on(minutes=30)
        self._scans(phone, self.service.code(hall, "out"))
        # Somebody else with the same number, while the first is inside again.
        self._scans(phone, self.service.code(hall))
        self._says(phone, "确认")
        other = self._phone(2)
        self._says(other, f"签到 {hall.code}", "同意", f"{REGISTERED} 371421198005121018 13911110001 社保 36.5", "确认")
        self._says(other, "签退")
        self._says(phone, "签退")

    def _has_a_fever(self, hall: HallFacts) -> None:
        phone = self._phone(3)
        self._scans(phone, self.service.code(hall))
        self._says(phone, "同意", f"{FEVERISH} 371421198506093035 13911110003 社保 38.5", "38.6")
        self._scans(phone, self.service.code(hall))
        day = hall.calendar.hall_day(self.service.clock())
        [waiting] = fever.queue(hall, day)
        fever.release(waiting.id, hall, "guard", "门口复测", self.service.clock(), 368)
        assert not fever.waits(phone.openid, hall, day)

    def _moves(self, first: HallFacts, second: HallFacts) -> None:
        phone = self._phone(1)
        self._scans(phone, self.service.code(first))
        self._says(phone, "确认")
        self.service.clock.goes_on(minutes=5)
        self._scans(phone, self.service.code(second))
        self._says(phone, "同意", "公积金 36.4", "确认", "签退", "更正")

    def _forgot_to_scan(self, hall: HallFacts) -> None:
        phone = self._phone(5)
        self._scans(phone, self.service.code(hall, "out"))
        self._says(phone, "补登记", "同意", "9:05", f"{FORGETFUL} 371421199507185059 13911110005 社保 36.6", "确认")

    def _is_closed_and_corrects_it(self, hall: HallFacts) -> None:
        phone = self._phone(1)
        self._scans(phone, self.service.code(hall))
        self._says(phone, "确认")
        self.service.clock.shows("12:20")
        for _ in range(2):
            job_slots.take("sign_out", 60, self.service.clock())
        assert closing.close_due(self.service.clock()) == 1
        self._says(phone, "我的记录", "更正", "11:40")
        self.service.clock.shows("14:00")
        self._scans(phone, self.service.code(hall))
        self._says(phone, "确认")
        self.service.clock.shows("17:20")
        assert closing.close_due(self.service.clock()) == 1
        self._scans(phone, self.service.code(hall, "out"))

    def _stops_half_way(self, hall: HallFacts) -> None:
        phone = self._phone(4)
        self._scans(phone, self.service.code(hall))
        self._says(phone, "同意", HALF_FINISHED, "371421199011124041", "13911110004")
