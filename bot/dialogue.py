"""One delivery, one transaction, one reply: claimed by its key, answered, and the reply kept with the key."""

from collections.abc import Callable

from bot.finishing import closed_meanwhile, fever_on_record
from bot.fitting import fit
from bot.flow import Word, engine_word
from bot.keeping import keep
from bot.photos import Photos
from bot.situation import IDLE, Answer, Setting, Situation, clock
from bot.staff_words import answered, binding_of, bound, staff_word_of
from bot.talking import heard
from bot.wechat import notices
from bot.wechat.inbound import Delivery
from bot.words import check_in_by_scan, check_out_by_scan, show_help, still_open, word_of
from models.phrases import LANGUAGES, say
from models.rules import scenes
from models.rules.refusal import Refused
from models.rules.sending import opening_of
from models.services import certification, check_out, codes, fever, forgetting, halls, staff, staff_menus, verdicts
from models.services.forgetting import Extent
from models.tables import receipts
from models.tables.database import OutcomeUnknown, Unavailable, run
from models.tables.receipts import AlreadyClaimed

_LEAVES = ("unsubscribe", "user_authorization_revoke", "user_authorization_cancellation")
"""user_info_modified is about a name and a picture in WeChat, of which nothing is kept."""
BUDGET_SECONDS = 4.0
"""From arrival to the last attempt; the platform hangs up after 5."""


class Dialogue:
    """Answers deliveries; its methods for each kind are what the robot's handlers call, within one transaction."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._photos = Photos(setting)

    def receive(self, delivery: Delivery, arrived: float, answer: Callable[[Delivery], str | None]) -> str | None:
        """Answer a delivery once, whatever comes twice; `arrived` is time.monotonic at the gateway.

        Raises what `answer` raises, and Unavailable or OutcomeUnknown when the database cannot be had in time.
        """
        deadline = arrived + BUDGET_SECONDS
        while True:
            try:
                return run(lambda: self._claimed(delivery, answer), deadline)
            except AlreadyClaimed:
                try:
                    found, reply = run(lambda: receipts.kept(delivery.key), deadline)
                except Unavailable as error:
                    # It was answered before: that nothing is stored would not be true.
                    raise OutcomeUnknown("the reply that was kept cannot be read") from error
                if found:
                    return reply

    def _claimed(self, delivery: Delivery, answer: Callable[[Delivery], str | None]) -> str | None:
        opens = opening_of(delivery.kind, delivery.event)
        receipts.claim(delivery.key, self._setting.now(), delivery.openid, opens)
        reply = fit(answer(delivery) or "")
        if reply:
            receipts.keep(delivery.key, reply)
        return reply or None

    def text(self, delivery: Delivery, said: str) -> str:
        """A text, a tap, or a click on a menu whose key is a word."""
        return _answered(self._situation(delivery), lambda here: _said(here, said))

    def scan(self, delivery: Delivery, scene: str) -> str:
        """A scan of a code, by a follower or by somebody who follows with it."""
        try:
            read = scenes.decode(scene, self._setting.scene_keys)
        except Refused:
            return _answered(self._situation(delivery), lambda here: still_open(here, here.say("scan.unknown")))
        here = Situation.at_the_door_of(read.hall, delivery, self._setting)
        return _answered(here, lambda here: _scanned(here, read))

    def follow(self, delivery: Delivery) -> str:
        """Somebody follows without a code."""
        return _answered(self._situation(delivery), _followed)

    def photo(self, delivery: Delivery, arrived: float) -> str:
        """A photo. Unlike the others, this takes seconds, and has units of work of its own."""
        return self._photos.receive(delivery, arrived)

    def unreadable(self, delivery: Delivery) -> str:
        """A voice message or another thing where text is due."""
        return _answered(self._situation(delivery), lambda here: still_open(here, here.say("engine.text_please")))

    def told(self, delivery: Delivery) -> None:
        """What the platform tells by itself: what became of a message, who agrees to notices, who has left, how
        long the account is certified. Nobody reads a reply."""
        if delivery.event == "unsubscribe":
            staff.unfollowed(delivery.openid, self._setting.now())
        if delivery.event in _LEAVES:
            forgetting.left_the_account(delivery.openid, _extent(delivery.event), self._setting.now())
        for msgid, outcome in notices.outcomes(delivery):
            verdicts.tell(msgid, outcome, self._setting.now())
        for outcome in notices.notice_outcomes(delivery):
            verdicts.tell_notice(delivery.openid, outcome)
        for template_id, accepted in notices.consents(delivery):
            verdicts.consent(delivery.openid, template_id, accepted, self._setting.now())
        until = notices.certified_until(delivery)
        if until is not None:
            certification.tell(delivery.event, delivery.created_at, until)

    def apologise(self, delivery: Delivery, error: Exception) -> str:
        """The one sentence for a delivery that could not be answered, in every language: which one is wanted stands
        in the database, which this does not need."""
        kind = "scan" if delivery.event in ("scan", "subscribe") else "message"
        key = "failure.unknown" if isinstance(error, OutcomeUnknown) else f"failure.{kind}"
        return "\n".join(say(language, key) for language in LANGUAGES)

    def _situation(self, delivery: Delivery) -> Situation:
        return Situation.of(delivery, self._setting)


def _extent(event: str) -> Extent:
    """How much goes, as the operator has it; whoever takes back what they allowed is not kept for a next time."""
    extent = Extent(halls.defaults().on_unsubscribe)
    return Extent.PROFILE if event != "unsubscribe" and extent is Extent.NOTHING else extent


def _answered(here: Situation, answer: Callable[[Situation], Answer]) -> str:
    """The answer, kept; to whoever floods one sentence, and nothing is done for it."""
    if here.is_flooding:
        return here.say("refused.too_many", minutes=1)
    return keep(here, answer(here))


def _followed(here: Situation) -> Answer:
    if here.posts:
        # Whoever unfollows loses what the platform knew of them.
        staff_menus.want(here.delivery.openid, here.now)
    return still_open(here, here.say("welcome.follow"))


def _scanned(here: Situation, scene: scenes.Scene) -> Answer:
    hall = halls.by_id(here.at_door.hall_id, here.at_door.hall_revision) if here.at_door else None
    door = hall.doors.get(scene.door) if hall else None
    if hall is None:
        return still_open(here, here.say("scan.unknown"))
    if door is None or door.version(scene.direction) != scene.version:
        codes.seen_old(hall, scene, here.at)
        return still_open(here, here.say("scan.old"))
    if scene.direction == "out":
        return check_out_by_scan(here, hall, scene.door)
    return check_in_by_scan(here, hall, scene.door)


def _said(here: Situation, said: str) -> Answer:
    """A message: a word of the contract, else something said in the talk that is on, else nothing we know."""
    found = word_of(said)
    if found:
        return found[0](here, found[1])
    code = binding_of(said)
    if code is not None:
        return bound(here, code)
    of_staff = staff_word_of(said)
    answer = answered(here, *of_staff) if of_staff else None
    if answer is not None:
        return answer
    talk = here.talk
    if talk is not None and talk.flow != IDLE:
        return heard(here, talk, said)
    return _out_of_the_blue(here, said)


def _expired(here: Situation, flow: str) -> str:
    """What became of the talk that ran out of time."""
    hall_id = int(here.talk.context.get("hall", 0)) if here.talk else 0
    over = closed_meanwhile(here, hall_id) if flow == "leave" else None
    hall = halls.by_id(hall_id, None) if flow == "fever" else None
    if hall and not fever.waits(here.delivery.openid, hall, hall.calendar.hall_day(here.at)):
        flow = "check_in"  # staff have let them in: they begin again
    if flow == "check_in" and fever_on_record(here):
        return here.say("expired.check_in_kept")
    return over or here.say(f"expired.{flow}")


def _out_of_the_blue(here: Situation, said: str) -> Answer:
    """Something said with no talk on."""
    engine = engine_word(said)
    if engine is Word.HELP:
        return show_help(here, "")
    if here.expired:
        return here.aside(_expired(here, here.expired))
    if engine is Word.CANCEL:
        return here.aside(here.say("engine.nothing_to_cancel"))
    if engine is None:
        return here.aside(here.say("engine.not_understood"))
    inside = check_out.settled(here.known, here.at)
    hall = halls.by_id(inside.hall_id, None) if inside else None
    if inside and hall:
        return here.aside(here.say("check_in.already", time=clock(inside.in_at, hall), hall=hall.name))
    return here.aside(here.say("engine.nothing_to_confirm"))
