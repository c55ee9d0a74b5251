"""One day on which everything happens once, with people whose names and numbers occur nowhere else."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.simulator import Phone
from models.rules.access import Role
from models.rules.halls import HallFacts
from models.rules.scenes import Scene
from models.rules.visits import SignIn
from models.services import (
    audit,
    closing,
    codes,
    fever,
    front_desk,
    hall_settings,
    health,
    job_slots,
    posts,
    registering,
    staff,
    submissions,
    sweeping,
)
from models.services import photos as queue
from models.services.audit import Actor
from models.services.desk import Desk, Made
from models.services.keys import check_keys
from models.services.posts import Post
from models.tables import photos, vault
from models.tables.database import run
from models.tables.photos import Photo, PhotoRow
from models.tables.staff import NO_HALL
from tests.service import FACTS, NOBODY, Service

REGISTERED = "欧阳金雀"
COMPANION = "夏侯银铃"
FEVERISH = "东方铜铎"
HALF_FINISHED = "令狐铁山"
FORGETFUL = "司徒锡兰"

WITHOUT_A_PHONE = "澹台玉珂"

STAFF = ("上官银屏", "皇甫铁柱")

PERSONAL = (
    *STAFF,
    REGISTERED, COMPANION, FEVERISH, HALF_FINISHED, FORGETFUL, WITHOUT_A_PHONE, "澹台玉轲", "闻人铜雀",
    "371421198005121018", "371421197902142025", "371421198506093035", "371421199011124041", "371421199507185059",
    "371421194803157033",
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
        self._sends_photos(east)
        self._has_a_fever(east)
        self._moves(east, west)
        self._forgot_to_scan(west)
        self._is_closed_and_corrects_it(east)
        self._registers_and_is_looked_after()
        self._is_served_at_the_desk(east)
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

    def _sends_photos(self, hall: HallFacts) -> None:
        """One gives way to the next, which its process leaves behind until it is given up."""
        phone, now = self._phone(6), self.service.clock()
        self._scans(phone, self.service.code(hall))
        for number in range(2):
            photo = PhotoRow(bytes([number]) * 32, phone.openid, "media", "consent", 1, now)
            run(partial(queue.admit, photo, now))
            assert run(partial(queue.begin, photo, now))
            assert run(partial(photos.turn_late, photo.delivery))
        for _ in range(queue.MOST_TRIES + 1):
            now += 2 * queue.CLAIM_LASTS
            assert queue.read_left(now, Desk(NOBODY.send, read_photo=lambda _: None)) == 1
        assert run(Photo.select().count) == 0

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

    def _registers_and_is_looked_after(self) -> None:
        now, openids = self.service.clock(), [f"oBusyDay{number:020}" for number in (11, 12, 13)]
        operator = staff.bind(openids[0], staff.invite_operator("运营", now), now)
        facts = {**FACTS, "region": "371402", "region_name": "山东省德州市德城区"}
        actor = Actor(openids[1], Role.ADMIN)
        hall = registering.register(openids[1], STAFF[0], "城北政务大厅", facts, actor, now, approval=True)
        assert (registering.waiting()[0].code, registering.listed("城北", "waiting").total) == (hall.code, 1)
        registering.reject(operator, hall.code, "名称不清楚", now)
        registering.resume(operator, hall.code, now)
        registering.approve(operator, hall.code, now)
        registering.suspend(operator, hall.code, "消防检查", now)
        registering.resume(operator, hall.code, now)
        [admin] = posts.posts(openids[1])
        staff.bind(openids[2], staff.invite(admin, Role.GUARD, STAFF[1], now), now)
        staff.choose(openids[2], hall.id, now)
        self._changes_its_settings(admin)
        staff.unfollowed(openids[2], now)
        staff.remove(admin, STAFF[1], now)
        health.at(now)
        self._is_looked_at(hall)

    def _is_looked_at(self, hall: HallFacts) -> None:
        """By an operator."""
        now = self.service.clock()
        registering.like_named(hall)
        registering.names([hall.id])
        registering.as_listed(hall)
        codes.reissues(hall)
        for hall_id in (None, hall.id):
            for action in (None, "suspend"):
                audit.latest(hall_id, now, action=action, since=now - timedelta(days=7))

    def _changes_its_settings(self, admin: Post) -> None:
        now, scene = self.service.clock(), iter(range(100))
        desk = Desk(NOBODY.send, create_code=lambda _: Made(f"ticket {next(scene)}", "http://weixin.qq.com/q/1"))
        hall = hall_settings.save(admin, hall_settings.stored(admin.hall_id)[0].revision, {}, now, "城北大厅").hall
        hall = hall_settings.add_door(admin, hall.revision, "南门", now).hall
        hall = codes.reissue(admin, 3, "in", now)
        assert codes.make_due(now, desk) == 6
        codes.seen_old(hall, Scene(hall.code, "in", 3, 1), now)
        hall_settings.rename_door(admin, hall.revision, 3, "西南门", now)
        assert len(codes.of_hall(hall)) == 6
        assert codes.old_posters(hall, now)
        everybody = staff.members(hall.id) + staff.members(NO_HALL)
        assert audit.named(audit.latest(hall.id, now + timedelta(1)), everybody, "zh")

    def _is_served_at_the_desk(self, hall: HallFacts) -> None:
        """Somebody without a phone, in each way that there is."""
        clerk = Post("oBusyDay00000000000000000021", Role.ADMIN, hall)
        self._is_registered_there(clerk)
        twice = self._is_registered_there(clerk)
        now = self.service.clock()
        [*_, visit] = front_desk.inside(clerk, now).rows
        for name, text in (("name", "澹台玉轲"), ("temperature", "36.9"), ("remark", "闻人铜雀陪着")):
            front_desk.undo(clerk, front_desk.correct(clerk, visit.public_id, name, text, now).act, now)
        for act in (front_desk.sign_out(clerk, visit.public_id, now).act, front_desk.sweep(clerk, now).act):
            front_desk.undo(clerk, act or "", now)
        front_desk.undo(clerk, front_desk.correct(clerk, visit.public_id, "exit", "17:20", now).act, now)
        assert front_desk.recent_acts(clerk, now)
        front_desk.undo(clerk, twice, now)

    def _is_registered_there(self, clerk: Post) -> str:
        now = self.service.clock()
        known = front_desk.inside(clerk, now, who=front_desk.who_is_meant("371421194803157033", now.date())).rows
        said = SignIn(WITHOUT_A_PHONE, "371421194803157033", None, None, "social", "36.4")
        key, despite = submissions.new_key(clerk.openid, clerk.hall_id, now), [one.public_id for one in known]
        form = front_desk.Form(key, said, 1, is_told=True, remark="陪同的是闻人铜雀", despite="".join(despite))
        return front_desk.register(clerk, form, now).act or ""

    def _stops_half_way(self, hall: HallFacts) -> None:
        phone = self._phone(4)
        self._scans(phone, self.service.code(hall))
        self._says(phone, "同意", HALF_FINISHED, "371421199011124041", "13911110004")
